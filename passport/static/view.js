// The recipient's page. The secret is in the address's fragment, which browsers never send: keep it in memory, take it
// out of the address bar at once, and send it to our own origin only when a person presses Open.
(() => {
  "use strict";
  const SCHEME = "shlink:/";
  let shlink = "";

  function takeFragment() {
    const fragment = location.hash.slice(1);
    if (!fragment) return;
    shlink = withOurScheme(mended(fragment));
    // Whoever reloads the page is told why the link is gone: that there was one is all that is kept.
    history.replaceState({ forgotten: isComplete() }, "", location.pathname + location.search);
  }

  function isComplete() {
    return shlink.startsWith(SCHEME);
  }

  // Undo what only a whole link suffers: its scheme is shouted, and another address stands before it.
  function withOurScheme(text) {
    const found = /shlink:\/+/i.exec(text);
    return found ? SCHEME + text.slice(found.index + found[0].length) : text;
  }

  // The P flag says that a passcode is needed (SMART Health Links 1.0.0). Only the server's word counts in the end.
  function asksForPasscode() {
    try {
      const payload = shlink.slice(SCHEME.length).replaceAll("-", "+").replaceAll("_", "/");
      return String(JSON.parse(atob(payload)).flag ?? "").includes("P");
    } catch {
      return false;
    }
  }

  function show() {
    const form = document.getElementById("open-form");
    const field = document.getElementById("shlink");
    const incomplete = document.getElementById("incomplete");
    if (!incomplete) return; // the server gave the page back with what it knows already
    const complete = isComplete();
    const forgotten = !shlink && Boolean(history.state?.forgotten);
    form.hidden = !complete;
    incomplete.hidden = complete || forgotten;
    document.getElementById("forgotten").hidden = !forgotten;
    document.getElementById("passcode-part").hidden = !(complete && asksForPasscode());
    field.value = "";
  }

  function start() {
    const form = document.getElementById("open-form");
    const field = document.getElementById("shlink");
    shlink ||= field.value; // the server gave the form back, to ask for the passcode
    form.addEventListener("submit", () => {
      if (!shlink) return;
      field.value = shlink;
      setTimeout(() => { field.value = ""; }, 0); // the browser has read the form by then: leave nothing behind
    });
    // Another language is another page: hand the fragment over, where it is taken out again.
    for (const link of document.querySelectorAll("a[hreflang]")) {
      link.addEventListener("click", () => { if (shlink) link.hash = shlink; });
    }
    show();
  }

  document.documentElement.classList.add("passport-with-script");
  takeFragment();
  document.addEventListener("DOMContentLoaded", start);
  window.addEventListener("hashchange", () => { takeFragment(); show(); });
})();
