// The form builder: questions are moved by button, by Alt with an arrow key, or dragged by their grip; taken away and brought back.
const builder = document.querySelector("[data-builder]");
const list = document.querySelector("#questions");
const said = document.querySelector("[data-said]");
const english = document.documentElement.lang.startsWith("en");
const say = (chinese, inEnglish) => (english ? inEnglish : chinese);
const blocks = () => [...list.querySelectorAll("[data-question]")];
const kindOf = (block) => block.querySelector("input[name$='-kind']").value;
const once = ["name", "mobile", "email", "birthday", "address", "interests"];
let dirty = false;

function touched() { dirty = true; }

function move(block, by, from) {
  const all = blocks();
  const place = all.indexOf(block) + by;
  if (place < 0 || place >= all.length) return;
  if (by < 0) all[place].before(block); else all[place].after(block);
  (from || block.querySelector("[data-move]")).focus();
  block.scrollIntoView({ block: "nearest" });
  said.textContent = say(`已移到第 ${place + 1} 位，共 ${all.length} 题`, `Moved to place ${place + 1} of ${all.length}`);
  touched();
}

function offer() {
  const asked = new Set(blocks().filter((block) => !block.disabled).map(kindOf));
  document.querySelectorAll("[data-adds]").forEach((button) => {
    button.disabled = once.includes(button.dataset.adds) && asked.has(button.dataset.adds);
  });
}

function remove(block) {
  const back = document.createElement("div");
  back.className = "question-gone";
  const words = document.createElement("span");
  words.append(say("已移除一个问题", "A question was removed"));
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-sm";
  button.append(say("恢复", "Bring back"));
  button.addEventListener("click", () => { block.hidden = false; block.disabled = false; back.remove(); offer(); block.querySelector("[data-move]").focus(); });
  back.append(words, button);
  block.after(back);
  block.hidden = true;
  block.disabled = true;
  button.focus();
  touched();
  offer();
}

list.addEventListener("click", (event) => {
  const block = event.target.closest("[data-question]");
  const mover = event.target.closest("[data-move]");
  if (mover) move(block, mover.dataset.move === "up" ? -1 : 1, mover);
  else if (event.target.closest("[data-remove]")) remove(block);
});
list.addEventListener("keydown", (event) => {
  const block = event.target.closest("[data-question]");
  if (!block || !event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
  event.preventDefault();
  move(block, event.key === "ArrowUp" ? -1 : 1, event.target);
});

let dragged = null;
list.addEventListener("dragstart", (event) => {
  if (!event.target.closest("[data-grip]")) return;
  dragged = event.target.closest("[data-question]");
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", "");
  event.dataTransfer.setDragImage(dragged, 20, 20);
  dragged.classList.add("is-dragged");
});
list.addEventListener("dragover", (event) => {
  const over = event.target.closest("[data-question]");
  if (!dragged) return;
  event.preventDefault();
  if (!over || over === dragged) return;
  const { top, height } = over.getBoundingClientRect();
  if (event.clientY < top + height / 2) over.before(dragged); else over.after(dragged);
});
list.addEventListener("drop", (event) => event.preventDefault());
list.addEventListener("dragend", () => { dragged?.classList.remove("is-dragged"); if (dragged) touched(); dragged = null; });

document.addEventListener("htmx:afterSettle", () => {
  const fresh = list.querySelector("[data-fresh]");
  if (!fresh) return;
  fresh.removeAttribute("data-fresh");
  fresh.querySelector("input[name$='-label_zh']").focus();
  fresh.scrollIntoView({ block: "nearest" });
  touched();
  offer();
});
builder.addEventListener("input", touched);
builder.addEventListener("submit", () => { dirty = false; });
addEventListener("beforeunload", (event) => { if (dirty) event.preventDefault(); });
offer();
