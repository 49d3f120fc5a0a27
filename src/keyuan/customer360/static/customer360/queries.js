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
// What an action said: its dialog closes, the selection is done with.
document.addEventListener("bulk:done", () => {
  document.querySelectorAll("dialog[open]").forEach((dialog) => dialog.close());
  document.querySelectorAll("[data-pick]").forEach((box) => { box.checked = false; });
  document.querySelector("[data-pick-all]")?.dispatchEvent(new Event("change", { bubbles: true }));
});
