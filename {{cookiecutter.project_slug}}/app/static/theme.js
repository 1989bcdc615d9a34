// Applies the theme that a person chose, before the page is painted; else CSS follows the system.
(() => {
  "use strict";
  const root = document.documentElement;

  function apply() {
    let choice = "auto";
    try {
      choice = localStorage.getItem("theme") || "auto";
    } catch {
      // storage is switched off
    }
    root.dataset.theme = choice;
  }

  root.classList.add("has-js");
  apply();
  addEventListener("storage", apply); // chosen in another tab
})();
