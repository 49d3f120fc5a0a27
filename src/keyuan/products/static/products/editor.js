// Line numbers beside the text, what is wrong behind its line, and a fault that leads there.
const text = document.querySelector(".yaml-text");
const gutter = document.querySelector("[data-gutter]");
const marks = document.querySelector("[data-marks]");
const checked = document.querySelector("#checked");
const height = () => parseFloat(getComputedStyle(text).lineHeight);
const follow = () => {
  gutter.scrollTop = text.scrollTop;
  marks.style.transform = `translate(${-text.scrollLeft}px, ${-text.scrollTop}px)`;
};
const told = () => {
  const found = new Map();
  for (const { dataset } of checked.querySelectorAll("[data-line]")) {
    const line = Number(dataset.line);
    found.set(line, [...(found.get(line) ?? []), dataset.why]);
  }
  return found;
};
const span = (css, words) => Object.assign(document.createElement("span"), { className: css, textContent: words });
const draw = () => {
  const wrong = told();
  const lines = text.value.split("\n");
  gutter.replaceChildren(...lines.map((_line, at) => span(wrong.has(at + 1) ? "is-wrong" : "", `${wrong.has(at + 1) ? "● " : ""}${at + 1}\n`)));
  const top = parseFloat(getComputedStyle(text).paddingTop);
  marks.replaceChildren(...[...wrong].map(([line, reasons]) => {
    const mark = Object.assign(document.createElement("div"), { className: "yaml-mark" });
    mark.style.top = `${top + (line - 1) * height()}px`;
    mark.style.height = `${height()}px`;
    mark.append(span("yaml-mark-text", lines[line - 1] ?? ""), span("yaml-mark-why", reasons.join(" ")));
    return mark;
  }));
  follow();
};
const show = (wanted) => { text.scrollTop = height() * Math.max(wanted - 6, 0); };
const go = (wanted) => {
  const lines = text.value.split("\n");
  const start = lines.slice(0, wanted - 1).reduce((sum, line) => sum + line.length + 1, 0);
  text.focus();
  text.setSelectionRange(start, start + (lines[wanted - 1] ?? "").length);
  show(wanted);
};
if (text && gutter) {
  draw();
  const [first] = [...told().keys()].sort((one, other) => one - other);
  if (first) show(first);
  text.addEventListener("input", draw);
  text.addEventListener("scroll", follow);
  text.addEventListener("keydown", (event) => {
    if (event.key !== "Tab" || event.shiftKey || event.altKey) return;
    const line = text.value.slice(0, text.selectionStart).split("\n").pop();
    if (line.trim() !== "") return; // only where it indents; elsewhere Tab goes on to the next control
    event.preventDefault();
    text.setRangeText("  ", text.selectionStart, text.selectionEnd, "end");
    text.dispatchEvent(new Event("input", { bubbles: true }));
  });
  document.body.addEventListener("htmx:afterSwap", (event) => { if (event.target.id === "checked") draw(); });
  checked.addEventListener("click", (event) => {
    const button = event.target.closest("[data-line]");
    if (button) go(Number(button.dataset.line));
  });
}
