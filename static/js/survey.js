// The one-time code travels behind "#", which no server and no log ever sees. Here it moves into the
// form and out of the address bar and the history, and follows the resident to 长辈版 and back.
(function () {
  "use strict";
  var field = document.querySelector("input[name=code]");
  var code = location.hash.slice(1);
  if (!field) {
    return;
  }
  if (/^[0-9A-Za-z-]{6,64}$/.test(code)) {
    if (!field.value) {
      field.value = code;
    }
    // The same page in large type or another language must not ask for the code again.
    document.querySelectorAll("a[data-keep-code]").forEach(function (link) {
      link.hash = code;
    });
    history.replaceState(null, "", location.pathname + location.search);
  }
  document.querySelectorAll("a[data-keep-code]").forEach(function (link) {
    link.addEventListener("click", function () {
      link.hash = field.value.trim();
    });
  });
})();
