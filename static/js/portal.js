// Small comforts on top of pages that work without any script.
(function () {
  "use strict";

  // "/" goes to the search field, except while somebody is typing.
  document.addEventListener("keydown", function (event) {
    var typing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName) || event.target.isContentEditable;
    var search = document.getElementById("search");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey && search) {
      event.preventDefault();
      search.focus();
    }
    if (event.key === "Escape") {
      closeMenus(null);
    }
  });

  // An open account menu closes when the click goes elsewhere.
  function closeMenus(inside) {
    document.querySelectorAll("details.menu[open]").forEach(function (menu) {
      if (!inside || !menu.contains(inside)) {
        menu.open = false;
      }
    });
  }
  document.addEventListener("click", function (event) {
    closeMenus(event.target);
  });

  // The error summary is read first, after a page load and after a swapped fragment.
  function focusErrors(root) {
    var summary = root.querySelector(".errors[tabindex]");
    if (summary) {
      summary.focus();
    }
  }
  focusErrors(document);
  document.addEventListener("htmx:afterSwap", function (event) {
    focusErrors(event.target);
  });

  // A second click does not send a form twice. Disabled a tick later, so that the pressed button's
  // own name and value still travel; the page from the back button starts fresh.
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.method === "get") {
      return;
    }
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    setTimeout(function () {
      setButtons(form, true);
    });
  });
  function setButtons(form, busy) {
    form.querySelectorAll("button:not([type=button])").forEach(function (button) {
      if (busy) {
        button.setAttribute("aria-disabled", "true");
      } else {
        button.removeAttribute("aria-disabled");
      }
    });
  }
  function release(form) {
    delete form.dataset.sent;
    setButtons(form, false);
  }
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(release);
  });
  document.addEventListener("htmx:afterRequest", function (event) {
    var form = event.target.closest && event.target.closest("form[data-sent]");
    if (form) {
      release(form);
    }
  });

  // Buttons that only make sense with a script appear with it.
  document.querySelectorAll("[data-print]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () {
      window.print();
    });
  });
})();
