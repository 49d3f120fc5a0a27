// The page of condition queries: a count after the builder has changed its shape, dialogs that close, focus that stays.
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-close]")) event.target.closest("dialog").close();
});
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target.id !== "builder") return;
  document.body.dispatchEvent(new CustomEvent("builder-changed"));
});
// A new condition is where one goes on: the field that was added last gets the focus.
let known = new Set();
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.target.id === "builder") known = new Set([...document.querySelectorAll("#builder .q-field")].map((one) => one.id));
});
document.addEventListener("htmx:afterSettle", () => {
  const added = [...document.querySelectorAll("#builder .q-field")].find((one) => !known.has(one.id));
  if (known.size && added) added.focus();
  known = new Set();
});
// What an action said: its dialog closes (the table asks again by itself), or it shows why nothing was done.
document.addEventListener("bulk:done", () => document.querySelectorAll("dialog[open]").forEach((dialog) => dialog.close()));
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  const wrong = detail.elt.closest("dialog")?.querySelector("[data-wrong]");
  if (!wrong) return;
  const said = JSON.parse(detail.xhr.getResponseHeader("HX-Trigger") || "{}")["keyuan:toast"];
  wrong.hidden = detail.xhr.status < 400 || !said;
  wrong.textContent = wrong.hidden ? "" : `${said.text} ${said.remedy || ""}`;
});
// The boxes of the bulk bar are read by its dialogs; a result that is taken away leaves the page, and its menu is done.
document.addEventListener("submit", (event) => {
  if (event.target.id === "bulk-form") event.preventDefault();
  if (event.target.matches("[data-download]")) event.target.closest("details").open = false;
});
// Who is quicker than the line loses nothing: what is pressed or typed while the builder is being redrawn is done after it.
let drawing = false;
let meanwhile = [];
const ofBuilder = ({ detail }) => detail.target?.id === "builder";
const held = (event) => {
  if (!drawing || !event.target.closest?.("#builder")) return;
  const act = event.target.closest("[name=act]")?.value;
  if (event.type === "click" ? !act : !event.target.id) return;
  if (event.type !== "input") event.stopImmediatePropagation();
  meanwhile.push({ act, type: event.type, id: event.target.id, value: event.target.value, checked: event.target.checked });
};
for (const type of ["click", "change", "input"]) document.addEventListener(type, held, true);
function redo({ act, type, id, value, checked }) {
  if (act) { document.querySelector(`#builder [name=act][value="${CSS.escape(act)}"]`)?.click(); return; }
  const control = document.getElementById(id);
  if (!control) return;
  if (control.type === "checkbox") control.checked = checked; else control.value = value;
  control.dispatchEvent(new Event(type, { bubbles: true }));
}
document.addEventListener("htmx:beforeRequest", (event) => { if (ofBuilder(event)) drawing = true; });
document.addEventListener("htmx:afterRequest", (event) => { if (ofBuilder(event) && event.detail.xhr.status !== 200) { drawing = false; meanwhile = []; } });
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.id !== "builder") return;
  drawing = false;
  while (meanwhile.length && !drawing) redo(meanwhile.shift());
});
