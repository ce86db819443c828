// Undo what happens to a secret behind a `#` on its way: programs encode it (some more than once) and wrap its line,
// people copy the full stop or bracket after it. Base64url has none of these signs, so nothing is lost.
function mended(fragment) {
  "use strict";
  const ENCODINGS_MAX = 5;
  let text = fragment;
  for (let round = 0; round < ENCODINGS_MAX && text.includes("%"); round += 1) {
    try {
      text = decodeURIComponent(text);
    } catch {
      break;
    }
  }
  return text.replace(/[\s\u00ad\u200b-\u200f\u2060\ufeff]+/g, "").replace(/[^\w-]+$/, "");
}
