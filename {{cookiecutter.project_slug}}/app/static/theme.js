// Sets the colours before the page is painted: the person's choice, else the system's.
(() => {
  "use strict";
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");

  function choice() {
    try {
      return localStorage.getItem("theme") || "auto";
    } catch {
      return "auto"; // storage is switched off
    }
  }

  function apply() {
    root.dataset.theme = choice();
    const dark = choice() === "dark" || (choice() === "auto" && system.matches);
    root.dataset.bsTheme = dark ? "dark" : "light";
  }

  root.classList.add("has-js");
  apply();
  system.addEventListener("change", apply);
  addEventListener("storage", apply); // chosen in another tab
})();
