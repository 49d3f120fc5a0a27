// Which columns a list shows and in which order: arrows beside each name (Alt and an arrow key on the name does the same).
function move(item, up) {
  const other = up ? item.previousElementSibling : item.nextElementSibling;
  if (!other || other.querySelector("[disabled]")) return;
  if (up) other.before(item); else other.after(item);
}
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-column-order] [data-move]");
  if (!button) return;
  move(button.closest("li"), button.dataset.move === "up");
  button.focus();
});
document.addEventListener("keydown", (event) => {
  const item = event.altKey && event.key.startsWith("Arrow") && event.target.closest?.("[data-column-order] li");
  if (!item || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
  event.preventDefault();
  const here = document.activeElement;
  move(item, event.key === "ArrowUp");
  here.focus();
});
