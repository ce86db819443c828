// The reply page. The token is in the address's fragment, which browsers never send: take it out of the address bar at
// once, and send it to our own origin only when a person goes on.
(() => {
  "use strict";
  let token = "";

  function takeFragment() {
    const fragment = location.hash.slice(1);
    if (!fragment) return;
    history.replaceState(null, "", location.pathname + location.search);
    const text = mended(fragment);
    token = text.slice(text.lastIndexOf("#") + 1); // another address may stand before it
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
