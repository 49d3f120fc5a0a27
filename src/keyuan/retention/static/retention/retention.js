// The board by drag: dropping a card presses the button of its own menu, so that drag, keyboard and touch do the same.
// Dialling: the answer of the call button carries the number once, and the telephone opens.
let moving = null;
const columnOf = (event) => event.target.closest?.("[data-drop]");

document.addEventListener("dragstart", (event) => {
  moving = event.target.closest?.(".renew-card[draggable]");
  if (!moving) return;
  moving.classList.add("is-moving");
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", moving.dataset.case);
});
document.addEventListener("dragend", () => {
  moving?.classList.remove("is-moving");
  document.querySelectorAll(".is-target").forEach((column) => column.classList.remove("is-target"));
  moving = null;
});
document.addEventListener("dragover", (event) => {
  const column = columnOf(event);
  if (!moving || !column) return;
  event.preventDefault();
  document.querySelectorAll(".is-target").forEach((one) => one.classList.toggle("is-target", one === column));
  column.classList.add("is-target");
});
document.addEventListener("drop", (event) => {
  const column = columnOf(event);
  if (!moving || !column) return;
  event.preventDefault();
  move(moving, column.dataset.state);
});

function move(card, state) {
  const button = card.querySelector(`[data-move="${state}"]`);
  if (button) { button.click(); return; }
  const ask = card.querySelector(`[data-move-ask="${state}"]`);
  if (!ask) return;
  ask.closest("details").open = true;
  ask.querySelector("button").focus();
}

// By keyboard: on a card's name, m opens its menu; the arrows walk the menu.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const card = event.target.closest?.(".renew-card");
  if (!card) return;
  const menu = card.querySelector(".renew-move");
  if (event.key === "m" && menu) {
    event.preventDefault();
    menu.open = true;
    menu.querySelector("button")?.focus();
  } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && menu?.open) {
    const buttons = [...menu.querySelectorAll("button")];
    const at = buttons.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
    event.preventDefault();
    buttons[(at + buttons.length) % buttons.length].focus();
  }
});

document.addEventListener("renewal-dial", (event) => { location.href = `tel:${event.detail.number}`; });
