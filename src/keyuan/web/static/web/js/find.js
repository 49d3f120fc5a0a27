// The universal search box: a combobox (WAI-ARIA 1.2). The hits come from the server while typing; pages and commands are here.
const input = document.getElementById("find");
const list = document.getElementById("find-list");
const hits = document.getElementById("find-hits");
const none = list?.querySelector("[data-find-none]");
let waiting = false;
let entered = false;

const options = () => [...list.querySelectorAll("[role=option]")].filter((option) => option.offsetParent !== null);
const chosen = () => list.querySelector("[role=option][aria-selected=true]");

function choose(option) {
  chosen()?.setAttribute("aria-selected", "false");
  if (!option) { input.removeAttribute("aria-activedescendant"); return; }
  option.id ||= `find-option-${options().indexOf(option)}`;
  option.setAttribute("aria-selected", "true");
  input.setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}

function open(yes) {
  list.hidden = !yes;
  input.setAttribute("aria-expanded", String(yes));
  if (!yes) choose(null);
}

function sift() {
  const text = input.value.trim().toLowerCase();
  for (const group of ["find-pages", "find-commands"].map((id) => document.getElementById(id))) {
    let shown = 0;
    for (const option of group.querySelectorAll("[role=option]")) {
      const fits = !text || option.dataset.words.toLowerCase().split(/\s+/).some((word) => word.startsWith(text)) || option.dataset.words.toLowerCase().includes(text);
      option.hidden = !fits;
      shown += fits ? 1 : 0;
    }
    group.hidden = !shown;
  }
  if (!text) hits.replaceChildren();
  none.hidden = !text || waiting || options().length > 0;
}

function go() {
  const option = chosen() || options()[0];
  if (!option) return;
  entered = false;
  open(false);
  option.click();
}

if (input) {
  document.addEventListener("keydown", (event) => {
    const inField = event.target.closest?.("input, textarea, select, [contenteditable]") && event.target.type !== "checkbox";
    const slash = event.key === "/" && !inField && !event.ctrlKey && !event.metaKey;
    const ctrlK = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey);
    if (!slash && !ctrlK) return;
    event.preventDefault();
    input.focus();
    input.select();
  });
  document.addEventListener("click", (event) => { if (event.target.closest("[data-find]")) input.focus(); });
  input.addEventListener("focus", () => { open(true); sift(); });
  input.addEventListener("input", () => { entered = false; waiting = Boolean(input.value.trim() && input.hasAttribute("hx-get")); open(true); sift(); choose(null); });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const all = list.hidden ? [] : options();
    const at = all.indexOf(chosen());
    if (event.key === "ArrowDown") { event.preventDefault(); open(true); sift(); choose(options()[(at + 1) % Math.max(options().length, 1)]); }
    else if (event.key === "ArrowUp") { event.preventDefault(); choose(all[(at - 1 + all.length) % all.length]); }
    else if (event.key === "Home" && at >= 0) { event.preventDefault(); choose(all[0]); }
    else if (event.key === "End" && at >= 0) { event.preventDefault(); choose(all.at(-1)); }
    else if (event.key === "Enter" && !list.hidden) {
      event.preventDefault();
      if (waiting && !chosen()) entered = true; // the answer is on its way: open its best hit
      else go();
    } else if (event.key === "Escape") { event.stopPropagation(); if (list.hidden || !input.value) { input.value = ""; input.blur(); } open(false); }
  });
  // A click that leaves the box closes it; pressing inside the list must not take the focus from the box.
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => { if (event.target.closest("[role=option]")) open(false); });
  input.addEventListener("blur", () => open(false));
  input.closest("form").addEventListener("submit", (event) => { if (!input.hasAttribute("hx-get")) event.preventDefault(); });

  document.addEventListener("htmx:beforeRequest", (event) => { if (event.detail.elt === input && !input.value.trim()) event.preventDefault(); });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target !== hits) return;
    waiting = false;
    sift();
    if (document.activeElement === input) choose(options()[0]);
    if (entered) go();
  });
  document.addEventListener("htmx:afterRequest", (event) => { if (event.detail.elt === input && !event.detail.successful && event.detail.xhr?.status) { waiting = false; sift(); } });
}
