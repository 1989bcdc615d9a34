// Applies the chosen theme before the page is displayed. By default CSS follows the system.
(() => {
  "use strict";
  const root = document.documentElement;

  function apply() {
    let choice = "auto";
    try {
      choice = localStorage.getItem("theme") || "auto";
    } catch {
      // storage is disabled
    }
    root.dataset.theme = choice;
  }

  root.classList.add("has-js");
  apply();
  addEventListener("storage", apply); // chosen in another tab
})();
