// A pair by keyboard: each button says its key (data-key). 1 and 2 choose for the row that has the focus; typing a third value chooses it.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const at = event.target;
  if (at.closest?.("input:not([type=radio]), textarea, select, [contenteditable], dialog[open]")) return;
  const row = at.closest?.("tr");
  if (row && (event.key === "1" || event.key === "2")) {
    const choice = row.querySelector(`input[type=radio][value=${event.key === "1" ? "keep" : "drop"}]`);
    if (choice) { event.preventDefault(); choice.checked = true; choice.focus(); }
    return;
  }
  const button = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (!button) return;
  event.preventDefault();
  const form = button.closest("form");
  const empty = form && [...form.querySelectorAll("input:not([type=hidden])")].find((field) => field.required && !field.value);
  if (empty) empty.focus(); else button.click();
});

document.addEventListener("input", (event) => {
  if (!event.target.matches("[data-other]")) return;
  const choice = event.target.closest("td").querySelector("input[type=radio]");
  if (choice) choice.checked = event.target.value !== "" || choice.checked;
});
