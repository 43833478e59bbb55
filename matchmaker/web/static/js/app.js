// SPDX-License-Identifier: MIT
// Small comforts. Every page works without this file; nothing here talks to another host.

const $all = (selector, root = document) => [...root.querySelectorAll(selector)];
const said = document.getElementById("said");

// --- Menus: one open at a time, closed by a click elsewhere or Escape ---------------------
addEventListener("click", (event) => {
  for (const menu of $all("details[data-menu][open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.activeElement?.closest("details[data-menu][open]");
  if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
});

// --- Colours: change at once, tell the server behind -----------------------------------------
addEventListener("submit", async (event) => {
  const form = event.target.closest("[data-theme-form]");
  const theme = event.submitter?.value;
  if (!form || !theme) return;
  event.preventDefault();
  const root = document.documentElement;
  if (theme === "auto") delete root.dataset.theme; else root.dataset.theme = theme;
  for (const button of $all('.segments [name="theme"]')) {
    button.setAttribute("aria-pressed", String(button.value === theme));
  }
  const body = new FormData(form);
  body.set("theme", theme);
  try {
    const answer = await fetch(form.action, { method: "POST", body, redirect: "manual" });
    if (answer.type !== "opaqueredirect" && !answer.ok) throw new Error(answer.status);
  } catch {
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name: "theme", value: theme });
    form.append(field);
    form.submit();
  }
});

// --- Forms ---------------------------------------------------------------------------------------
function count(area) {
  const counter = document.getElementById(`${area.id}-count`);
  if (!counter) return;
  const used = [...area.value.replaceAll("\r\n", "\n")].length;
  counter.textContent = counter.dataset.words.replace("{n}", used).replace("{m}", area.dataset.count);
  counter.classList.toggle("over", used > Number(area.dataset.count));
}
addEventListener("input", (event) => { if (event.target.matches?.("[data-count]")) count(event.target); });

let changed = null; // the form with unsaved words
addEventListener("input", (event) => { changed = event.target.closest?.("form[data-unsaved]") ?? changed; });
addEventListener("submit", (event) => { if (event.target === changed) changed = null; });
addEventListener("beforeunload", (event) => { if (changed?.isConnected) event.preventDefault(); });

addEventListener("change", (event) => {
  const form = event.target.closest?.("form[data-auto]");
  if (form) form.requestSubmit();
});

// --- Keys ------------------------------------------------------------------------------------------
const keys = document.getElementById("keys");
const keysOn = () => localStorage.getItem("keys") !== "off";
const keysSwitch = document.querySelector("[data-keys-switch]");
if (keysSwitch) {
  keysSwitch.checked = keysOn();
  keysSwitch.addEventListener("change", () => localStorage.setItem("keys", keysSwitch.checked ? "on" : "off"));
}
for (const opener of $all("[data-open]")) {
  opener.hidden = false;
  opener.addEventListener("click", () => document.getElementById(opener.dataset.open)?.showModal());
}

function move(step) {
  const links = $all("[data-list] a[href], a[href][data-list-item]").filter((link) => link.offsetParent);
  if (!links.length) return;
  const at = links.findIndex((link) => link === document.activeElement || link.matches("[aria-current]"));
  const next = links[Math.min(Math.max(at + step, 0), links.length - 1)];
  next.focus();
  if (next.closest("[data-list='follow']") && !next.matches("[aria-current]")) next.click();
}

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (document.querySelector("dialog[open]") || !keysOn()) return;
  if (event.target.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]")) return;
  const key = event.key;
  if (key === "?") keys?.showModal();
  else if (key === "/") {
    const search = document.querySelector("input[type=search]");
    if (!search) return;
    search.focus();
    search.select();
  } else if (key === "j" || key === "k") move(key === "j" ? 1 : -1);
  else {
    if (key.length !== 1) return;
    const target = $all("[data-key]").find((one) => one.dataset.key === key && one.offsetParent);
    if (!target) return;
    target.focus();
    if (target.matches("summary")) {
      target.click();
      target.parentElement.querySelector("textarea, select, input:not([type=hidden])")?.focus();
    } else if (!target.matches("[type=submit]")) target.click();
    // What cannot be undone is only brought to the fingertips: Enter presses it.
  }
  event.preventDefault();
});

// --- What arrives: with the page or by htmx -----------------------------------------------------------
function greet(root) {
  $all("textarea[data-count]", root).forEach(count);
  (root.matches?.("[data-focus]") ? root : root.querySelector("[data-focus]"))?.focus();
}
greet(document);
document.addEventListener("htmx:after:swap", () => {
  $all("textarea[data-count]").forEach(count);
  const words = document.querySelector("[data-say]")?.dataset.say;
  if (words && said) said.textContent = words;
});
