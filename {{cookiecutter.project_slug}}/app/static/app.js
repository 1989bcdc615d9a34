// Enhances the pages. All pages work without this file.
"use strict";

const themes = ["auto", "light", "dark"];
const root = document.documentElement;

/** Write the current and the next theme on the button; return the next one. */
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
      return; // storage is disabled: the theme of the system stays
    }
    dispatchEvent(new Event("storage")); // theme.js applies it
    labelThemeButton(button);
  });
}

// The Escape key, a click elsewhere and a change of the focus close an open menu.
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

// After a message is closed, the focus moves to the content, or it would be lost.
for (const button of document.querySelectorAll("[data-dismiss]")) {
  button.addEventListener("click", () => {
    button.parentElement.remove();
    document.getElementById("content").focus({ preventScroll: true });
  });
}

// Screen readers announce only changes after the page has loaded, so the messages are copied.
const messages = [...document.querySelectorAll("[data-message]")];
if (messages.length) {
  const announcer = document.createElement("div");
  announcer.className = "visually-hidden";
  announcer.role = messages.some(({ dataset }) => dataset.message === "danger") ? "alert" : "status";
  document.getElementById("content").prepend(announcer);
  setTimeout(() => {
    announcer.textContent = messages.map((message) => message.innerText.trim()).join(" ");
  }, 200);
}

for (const button of document.querySelectorAll("[data-reveal]")) {
  const field = document.getElementById(button.dataset.reveal);
  const label = button.getAttribute("aria-label");
  button.addEventListener("click", () => {
    const shown = field.type === "password";
    field.type = shown ? "text" : "password";
    button.textContent = shown ? "Hide" : "Show";
    button.setAttribute("aria-label", shown ? label.replace("Show", "Hide") : label);
  });
}

// Elements that scroll sideways get the focus, so that the keyboard can scroll them.
const widths = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
    else target.removeAttribute("tabindex");
  }
});
for (const box of document.querySelectorAll(".prose pre, .prose table")) widths.observe(box);

// Replaces days and times in UTC by those in the time zone of the browser.
const date = { day: "numeric", month: "long", year: "numeric" };
const formats = {
  day: { ...date, month: "short" },
  "day-long": date,
  moment: { ...date, hour: "2-digit", minute: "2-digit" },
};
for (const time of document.querySelectorAll("time[data-local]")) {
  const when = new Date(time.dateTime);
  time.textContent = new Intl.DateTimeFormat("en-GB", formats[time.dataset.local]).format(when);
  time.title = when.toLocaleString("en-GB", { dateStyle: "full", timeStyle: "long" });
}

// A form is sent only once, even if its button is pressed twice. "Back" enables it again.
for (const form of document.querySelectorAll('form[method="post"]')) {
  const buttons = form.querySelectorAll("button[type=submit]");
  const enable = (enabled) => {
    delete form.dataset.sent;
    if (!enabled) form.dataset.sent = "";
    for (const button of buttons) button.disabled = !enabled;
  };
  form.addEventListener("submit", (event) => {
    if ("sent" in form.dataset) event.preventDefault();
    // Later, because the value of a disabled button is not sent.
    else setTimeout(() => enable(false));
  });
  addEventListener("pageshow", ({ persisted }) => persisted && enable(true));
}

/** Return the storage of this tab, or null. The browser deletes it when the tab is closed. */
function tabStorage() {
  try {
    return sessionStorage;
  } catch {
    return null; // disabled
  }
}
const storage = tabStorage();

for (const { dataset } of document.querySelectorAll("[data-saved-form]")) {
  for (const key of Object.keys(storage ?? {})) {
    if (key.startsWith("form ") && key.endsWith(` ${dataset.savedForm}`)) storage.removeItem(key);
  }
}

/** Keep a copy of the input of `form` until it is saved, and warn before the page is left. */
function keepInput(form) {
  const key = `form ${form.dataset.keep} ${location.pathname}`;
  const fields = [...form.elements].filter(
    ({ name, type }) => name && name !== "csrf_token" && type !== "submit",
  );
  const read = () => JSON.stringify(fields.map(({ name, value }) => [name, value]));
  const texts = () => JSON.stringify(fields.filter(({ type }) => type !== "hidden").map(({ value }) => value));
  const original = read();
  let unchanged = "unsaved" in form.dataset ? null : texts();

  const note = document.createElement("p");
  note.className = "form-note";
  note.setAttribute("role", "status");
  form.querySelector(".form-actions").append(note);

  const fill = (pairs) => {
    const values = new Map(JSON.parse(pairs));
    for (const field of fields) field.value = values.get(field.name) ?? field.value;
  };
  const kept = storage?.getItem(key);
  if (kept && unchanged !== null) {
    fill(kept);
    if (texts() === unchanged) fill(original);
    else {
      const drop = document.createElement("button");
      drop.type = "button";
      drop.className = "btn btn-quiet btn-sm";
      drop.textContent = "Discard it";
      drop.addEventListener("click", () => {
        fill(original);
        storage.removeItem(key);
        note.textContent = "";
        fields.find(({ type }) => type !== "hidden").focus();
      });
      note.append("Your unsaved text was restored. ", drop);
    }
  }

  let leaving = false;
  form.addEventListener("input", () => {
    if (texts() === unchanged) storage?.removeItem(key);
    else storage?.setItem(key, read());
  });
  form.addEventListener("submit", () => {
    leaving = true;
    storage?.setItem(key, read());
  });
  addEventListener("pageshow", () => (leaving = false));
  addEventListener("beforeunload", (event) => {
    if (!leaving && texts() !== unchanged) event.preventDefault();
  });
}

for (const form of document.querySelectorAll("form[data-keep]")) keepInput(form);
