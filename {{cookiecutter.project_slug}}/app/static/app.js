// What pages do beyond HTML; without this file everything still works.
"use strict";

const themes = ["auto", "light", "dark"];
const root = document.documentElement;

/** Name the theme that is on, and the one that the button goes to. */
function labelThemeButton(button) {
  const now = root.dataset.theme;
  const next = themes[(themes.indexOf(now) + 1) % themes.length];
  button.setAttribute("aria-label", `Theme: ${now}. Switch to ${next}.`);
  button.title = `Theme: ${now}`;
  return next;
}

for (const button of document.querySelectorAll("[data-theme-toggle]")) {
  labelThemeButton(button);
  button.addEventListener("click", () => {
    try {
      localStorage.setItem("theme", labelThemeButton(button));
    } catch {
      return; // storage is switched off: the system's theme stays
    }
    dispatchEvent(new Event("storage")); // theme.js applies it
    labelThemeButton(button);
  });
}

// Menus close as people expect: by Escape, by a click elsewhere, by moving on.
for (const menu of document.querySelectorAll("details.menu")) {
  const closeUnlessInside = (event) => {
    if (!menu.contains(event.target)) menu.open = false;
  };
  document.addEventListener("click", closeUnlessInside);
  document.addEventListener("focusin", closeUnlessInside);
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
}

for (const button of document.querySelectorAll("[data-dismiss]")) {
  button.addEventListener("click", () => button.parentElement.remove());
}

for (const button of document.querySelectorAll("[data-reveal]")) {
  const field = document.getElementById(button.dataset.reveal);
  button.addEventListener("click", () => {
    const shown = field.type === "password";
    field.type = shown ? "text" : "password";
    button.textContent = shown ? "Hide" : "Show";
    button.setAttribute("aria-pressed", String(shown));
  });
}

// What is too wide for the page can be scrolled by keyboard, too.
const widths = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
    else target.removeAttribute("tabindex");
  }
});
for (const box of document.querySelectorAll(".prose pre, .prose table")) widths.observe(box);
