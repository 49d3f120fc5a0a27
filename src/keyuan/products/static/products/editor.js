// Line numbers beside the text, the lines with faults marked, and a fault that leads to its line.
const text = document.querySelector(".yaml-text");
const gutter = document.querySelector("[data-gutter]");
const checked = document.querySelector("#checked");
const wrong = () => new Set([...document.querySelectorAll("#checked [data-line]")].map((one) => Number(one.dataset.line)));
const number = () => {
  const bad = wrong();
  gutter.replaceChildren(...text.value.split("\n").map((_line, place) => {
    const line = document.createElement("span");
    line.textContent = `${bad.has(place + 1) ? "● " : ""}${place + 1}\n`;
    line.className = bad.has(place + 1) ? "is-wrong" : "";
    return line;
  }));
  gutter.scrollTop = text.scrollTop;
};
const go = (wanted) => {
  const lines = text.value.split("\n");
  const start = lines.slice(0, wanted - 1).reduce((sum, line) => sum + line.length + 1, 0);
  text.focus();
  text.setSelectionRange(start, start + (lines[wanted - 1] ?? "").length);
  text.scrollTop = (text.scrollHeight / lines.length) * Math.max(wanted - 6, 0);
};
if (text && gutter) {
  number();
  text.addEventListener("input", number);
  text.addEventListener("scroll", () => { gutter.scrollTop = text.scrollTop; });
  text.addEventListener("keydown", (event) => {
    if (event.key !== "Tab" || event.shiftKey || event.altKey) return;
    const line = text.value.slice(0, text.selectionStart).split("\n").pop();
    if (line.trim() !== "") return; // only where it indents; elsewhere Tab goes on to the next control
    event.preventDefault();
    text.setRangeText("  ", text.selectionStart, text.selectionEnd, "end");
    text.dispatchEvent(new Event("input", { bubbles: true }));
  });
  document.body.addEventListener("htmx:afterSwap", (event) => { if (event.target.id === "checked") number(); });
  checked?.addEventListener("click", (event) => {
    const button = event.target.closest("[data-line]");
    if (button) go(Number(button.dataset.line));
  });
}
