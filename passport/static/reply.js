// The reply page. The token is in the address's fragment, which browsers never send: take it out of the address bar at
// once, and send it to our own origin only when a person goes on.
(() => {
  "use strict";
  const ENCODINGS_MAX = 5;
  let token = "";

  function takeFragment() {
    const fragment = location.hash.slice(1);
    if (!fragment) return;
    history.replaceState(null, "", location.pathname + location.search);
    token = mended(fragment);
  }

  // Undo what programs on the way do to a fragment; a token has no percent sign, white space or `#`: nothing is lost.
  function mended(fragment) {
    let text = fragment;
    for (let round = 0; round < ENCODINGS_MAX && text.includes("%"); round += 1) {
      try {
        text = decodeURIComponent(text);
      } catch {
        break;
      }
    }
    text = text.replace(/\s+/g, "");
    return text.slice(text.lastIndexOf("#") + 1);
  }

  function show() {
    const form = document.getElementById("reply-form");
    const field = document.getElementById("token");
    if (!form || !field) return;
    form.hidden = !token;
    field.value = token;
  }

  document.documentElement.classList.add("passport-with-script");
  takeFragment();
  document.addEventListener("DOMContentLoaded", () => {
    // Another language is another page: hand the fragment over, where it is taken out again.
    for (const link of document.querySelectorAll("a[hreflang]")) {
      link.addEventListener("click", () => { if (token) link.hash = token; });
    }
    show();
  });
  window.addEventListener("hashchange", () => { takeFragment(); show(); });
})();
