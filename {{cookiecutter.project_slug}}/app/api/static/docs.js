// Starts Swagger UI in the colours that the person likes, and mends what it gets wrong.
"use strict";

const container = document.getElementById("swagger-ui");
const dark = matchMedia("(prefers-color-scheme: dark)");

/** Follow the choice made on the site's pages, if there are any; else the system. */
function applyTheme() {
  let choice = null;
  try {
    choice = localStorage.getItem("theme");
  } catch {
    // storage is switched off
  }
  const isDark = choice === "dark" || (choice !== "light" && dark.matches);
  document.documentElement.classList.toggle("dark-mode", isDark);
}

/** Give what Swagger UI has just drawn the names, levels and landmarks that it lacks. */
function mend() {
  const all = (selector) => container.querySelectorAll(selector);
  for (const heading of all(":is(h3, h4, h5, h6):not([aria-level])")) {
    // There is a first level, but no second.
    heading.setAttribute("aria-level", heading.localName[1] - 1);
    heading.setAttribute("role", "heading");
  }
  for (const header of all(".information-container:not([role])")) header.role = "banner";
  for (const table of all("table[role=region]")) table.removeAttribute("role");
  for (const dialog of all(".modal-ux:not([role])")) {
    dialog.role = "dialog";
    dialog.ariaModal = "true";
    dialog.ariaLabel = "Authorizations";
  }
  for (const button of all(".close-modal:not([aria-label])")) button.ariaLabel = "Close";
  for (const select of all("tr[data-param-name] select:not([aria-label])")) {
    select.ariaLabel = select.closest("tr").dataset.paramName;
  }
}

applyTheme();
dark.addEventListener("change", applyTheme);
new MutationObserver(mend).observe(container, { childList: true, subtree: true });

SwaggerUIBundle({
  url: container.dataset.openapi,
  dom_id: "#swagger-ui",
  deepLinking: false, // its links would stand inside of buttons
  validatorUrl: null,
});
