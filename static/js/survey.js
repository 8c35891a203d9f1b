// The one-time code travels behind "#", which no server and no log ever sees. Here it moves into the
// form and out of the address bar and the history.
(function () {
  "use strict";
  var field = document.querySelector("input[name=code]");
  var code = location.hash.slice(1);
  if (!field || !/^[0-9A-Za-z-]{6,64}$/.test(code)) {
    return;
  }
  if (!field.value) {
    field.value = code;
  }
  history.replaceState(null, "", location.pathname + location.search);
})();
