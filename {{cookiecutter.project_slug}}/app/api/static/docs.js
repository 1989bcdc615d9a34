// Opens Swagger UI on demand in the chosen theme, and corrects its accessibility errors.
"use strict";

const container = document.getElementById("swagger-ui");
const dark = matchMedia("(prefers-color-scheme: dark)");

/** Apply the theme that was chosen on the pages of the site, or else the theme of the system. */
function applyTheme() {
  let choice = null;
  try {
    choice = localStorage.getItem("theme");
  } catch {
    // storage is disabled
  }
  const isDark = choice === "dark" || (choice !== "light" && dark.matches);
  const root = document.documentElement;
  root.classList.toggle("dark-mode", isDark);
  if (choice === "light" || choice === "dark") root.dataset.theme = choice;
}

/** Add missing names, heading levels and landmarks to the elements of Swagger UI. */
function mend() {
  const all = (selector) => container.querySelectorAll(selector);
  for (const heading of all(":is(h3, h4, h5, h6):not([aria-level])")) {
    // Swagger UI has a first heading level, but no second.
    heading.setAttribute("aria-level", heading.localName[1] - 1);
    heading.setAttribute("role", "heading");
  }
  for (const about of all(".information-container:not([role])")) {
    about.role = "region";
    about.ariaLabel = "About this API";
  }
  for (const table of all("table[role=region]")) table.removeAttribute("role");
  for (const dialog of all(".modal-ux:not([role])")) {
    dialog.role = "dialog";
    dialog.ariaModal = "true";
    dialog.ariaLabel = "Authorizations";
  }
  for (const button of all(".close-modal:not([aria-label])")) button.ariaLabel = "Close";
  for (const box of all("pre.microlight:not([tabindex])")) box.tabIndex = 0;
  for (const select of all("tr[data-param-name] select:not([aria-label])")) {
    select.ariaLabel = select.closest("tr").dataset.paramName;
  }
}

applyTheme();
dark.addEventListener("change", applyTheme);

/** Load Swagger UI, which is 1.7 MB, in place of the list of operations. */
function openSwagger() {
  const style = document.createElement("link");
  style.rel = "stylesheet";
  style.href = container.dataset.sheet;
  const script = document.createElement("script");
  script.src = container.dataset.bundle;
  script.addEventListener("load", () => {
    new MutationObserver(mend).observe(container, { childList: true, subtree: true });
    SwaggerUIBundle({
      url: container.dataset.openapi,
      dom_id: "#swagger-ui",
      deepLinking: false, // its links would be inside buttons, which is invalid
      validatorUrl: null,
    });
    container.tabIndex = -1;
    container.focus();
  });
  // Before docs.css, which corrects it.
  document.head.prepend(style);
  document.head.append(script);
}

const opener = document.getElementById("open-swagger");
opener.hidden = false;
opener.addEventListener("click", () => {
  opener.disabled = true;
  opener.textContent = "Loading …";
  openSwagger();
});
