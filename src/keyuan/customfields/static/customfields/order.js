// Fields are dragged by their handle (or anywhere on the row); the buttons beside do the same by keyboard.
const form = document.getElementById("field-order");
let dragged = null;

form?.addEventListener("dragstart", (event) => {
  dragged = event.target.closest("[data-field-row]");
  if (!dragged) return;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", "");
  dragged.classList.add("is-dragged");
});
form?.addEventListener("dragover", (event) => {
  const over = event.target.closest("[data-field-row]");
  if (!dragged || !over) return;
  event.preventDefault();
  if (over === dragged) return;
  const box = over.getBoundingClientRect();
  over[event.clientY < box.top + box.height / 2 ? "before" : "after"](dragged);
});
form?.addEventListener("drop", (event) => event.preventDefault());
form?.addEventListener("dragend", () => {
  if (!dragged) return;
  dragged.classList.remove("is-dragged");
  dragged = null;
  form.dispatchEvent(new CustomEvent("keyuan:ordered"));
});
