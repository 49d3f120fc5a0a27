// Lists by keyboard: <table data-list> with <tr data-url="page" data-panel-url="fragment">.
// j and k move, Enter opens the row beside the list (Ctrl-Enter as a page), x selects it; a bulk bar shows while rows are selected.
document.querySelectorAll("[data-list]").forEach(ready);
document.addEventListener("htmx:afterSettle", () => document.querySelectorAll("[data-list]").forEach(ready));

function ready(list) {
  if (list.dataset.ready) return;
  list.dataset.ready = "1";
  const rows = () => [...list.querySelectorAll("tbody > tr:is([data-url], [data-href])")];
  rows().forEach((row, place) => { row.tabIndex = place ? -1 : 0; });
  list.addEventListener("click", (event) => {
    const row = event.target.closest("tr:is([data-url], [data-href])");
    if (!row || event.target.closest("a, button, input, label, summary") || getSelection().toString()) return;
    stand(row);
    open(row, event.ctrlKey || event.metaKey);
  });
  list.addEventListener("change", (event) => { if (event.target.matches("[data-pick], [data-pick-all]")) picked(list, event.target); });
  picked(list, null);
}

const pageOf = (row) => row.dataset.url || row.dataset.href;
const current = (list) => list.querySelector("tr.is-here");

function stand(row) {
  const list = row.closest("[data-list]");
  const before = current(list);
  if (before) { before.classList.remove("is-here"); before.tabIndex = -1; }
  row.classList.add("is-here");
  row.tabIndex = 0;
  row.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

function open(row, asPage) {
  if (asPage || !row.dataset.panelUrl) { location.assign(pageOf(row)); return; }
  document.dispatchEvent(new CustomEvent("keyuan:panel", { detail: { fragment: row.dataset.panelUrl, page: pageOf(row), from: row } }));
}

function picked(list, box) {
  const boxes = [...list.querySelectorAll("[data-pick]")];
  if (box?.matches("[data-pick-all]")) boxes.forEach((one) => { one.checked = box.checked; });
  const count = boxes.filter((one) => one.checked).length;
  boxes.forEach((one) => one.closest("tr").classList.toggle("is-picked", one.checked));
  const all = list.querySelector("[data-pick-all]");
  if (all) { all.checked = count > 0 && count === boxes.length; all.indeterminate = count > 0 && count < boxes.length; }
  const bar = document.querySelector("[data-bulk]");
  if (!bar) return;
  bar.hidden = count === 0;
  const figure = bar.querySelector("[data-bulk-count]");
  if (figure) figure.textContent = count.toLocaleString("en");
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey && event.key !== "Enter" || event.metaKey || event.altKey) return;
  if (event.target.closest?.("input:not([type=checkbox]), textarea, select, a, button, summary, [contenteditable], dialog[open]")) return;
  const list = document.querySelector("[data-list]");
  if (!list || document.querySelector("dialog[open]")) return;
  const rows = [...list.querySelectorAll("tbody > tr:is([data-url], [data-href])")];
  const here = current(list);
  const at = rows.indexOf(here);
  if (event.key === "j" || event.key === "k") {
    const next = rows[event.key === "j" ? Math.min(at + 1, rows.length - 1) : Math.max(at - 1, 0)];
    if (next) { event.preventDefault(); stand(next); }
  } else if (event.key === "Enter") {
    const row = event.target.closest?.("tr:is([data-url], [data-href])") || here;
    if (row) { event.preventDefault(); stand(row); open(row, event.ctrlKey); }
  } else if (event.key === "x" && here) {
    const box = here.querySelector("[data-pick]");
    if (box) { event.preventDefault(); box.checked = !box.checked; picked(list, box); }
  }
});

// Columns a reader does not want: <input type=checkbox data-column="name"> hides every [data-col=name]; remembered on this device.
const chooser = document.querySelector("[data-columns]");
if (chooser) {
  const key = `columns:${chooser.dataset.columns}`;
  const hidden = new Set(JSON.parse(localStorage.getItem(key) || "[]"));
  const apply = () => document.querySelectorAll("[data-col]").forEach((cell) => { cell.hidden = hidden.has(cell.dataset.col); });
  chooser.querySelectorAll("[data-column]").forEach((box) => {
    box.checked = !hidden.has(box.dataset.column);
    box.addEventListener("change", () => {
      hidden[box.checked ? "delete" : "add"](box.dataset.column);
      localStorage.setItem(key, JSON.stringify([...hidden]));
      apply();
    });
  });
  apply();
  document.addEventListener("htmx:afterSettle", apply);
}
