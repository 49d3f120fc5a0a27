// The board by drag: dropping a card presses the button of its own menu, so that mouse, finger and keyboard do the same.
// Dialling: the answer of the call button carries the number once, and the telephone opens.
let moving = null;
let held = null;
const columnOf = (event) => event.target.closest?.("[data-drop]");

document.addEventListener("dragstart", (event) => {
  if (held) { event.preventDefault(); return; }  // a finger that is held would begin the browser's own dragging
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

// By finger: a card that is held is lifted and follows the finger; near the edge the board goes along. A card that is only
// touched, or wiped over, opens or scrolls as everywhere.
const HOLD = 350;
const SLOP = 10;

function lift() {
  held.lifted = true;
  held.card.classList.add("is-moving");
  const box = held.card.getBoundingClientRect();
  held.ghost = held.card.cloneNode(true);
  held.ghost.classList.add("renew-ghost");
  held.ghost.setAttribute("aria-hidden", "true");
  held.ghost.style.setProperty("width", `${box.width}px`);
  document.body.append(held.ghost);
  navigator.vibrate?.(10);
  follow();
}
function follow() {
  held.ghost.style.setProperty("transform", `translate(${held.x - 40}px, ${held.y - 24}px)`);
  const column = document.elementFromPoint(held.x, held.y)?.closest("[data-drop]") || null;
  document.querySelectorAll("[data-drop]").forEach((one) => one.classList.toggle("is-target", one === column));
  held.column = column;
  const board = held.card.closest(".renew-board");
  const box = board?.getBoundingClientRect();
  if (box && held.x > box.right - 48) board.scrollLeft += 14;
  if (box && held.x < box.left + 48) board.scrollLeft -= 14;
}
function letGo(drop) {
  if (!held) return;
  const { card, column, ghost, lifted, timer } = held;
  clearTimeout(timer);
  ghost?.remove();
  card.classList.remove("is-moving");
  document.querySelectorAll(".is-target").forEach((one) => one.classList.remove("is-target"));
  held = null;
  if (lifted && drop && column && !column.contains(card)) move(card, column.dataset.state);
}
document.addEventListener("touchstart", (event) => {
  const card = event.target.closest?.(".renew-card[draggable]");
  if (!card || event.touches.length > 1 || event.target.closest("details, button")) { letGo(false); return; }
  const { clientX: x, clientY: y } = event.touches[0];
  held = { card, x, y, timer: setTimeout(lift, HOLD) };
}, { passive: true });
document.addEventListener("touchmove", (event) => {
  if (!held) return;
  const { clientX: x, clientY: y } = event.touches[0];
  if (!held.lifted) {
    if (Math.hypot(x - held.x, y - held.y) > SLOP) letGo(false);
    return;
  }
  event.preventDefault();
  Object.assign(held, { x, y });
  follow();
}, { passive: false });
document.addEventListener("touchend", (event) => {
  if (held?.lifted) event.preventDefault();
  letGo(true);
});
document.addEventListener("touchcancel", () => letGo(false));
document.addEventListener("contextmenu", (event) => { if (held) event.preventDefault(); });

// By keyboard: on a card's name, m opens its menu and the arrows walk it; Shift with the left or right arrow moves the card.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const card = event.target.closest?.(".renew-card");
  if (!card) return;
  const menu = card.querySelector(".renew-move");
  if (event.shiftKey && (event.key === "ArrowLeft" || event.key === "ArrowRight") && menu) {
    event.preventDefault();
    const columns = [...document.querySelectorAll("[data-drop]")];
    const next = columns[columns.indexOf(card.closest("[data-drop]")) + (event.key === "ArrowRight" ? 1 : -1)];
    if (next) move(card, next.dataset.state);
  } else if (event.key === "m" && menu) {
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
