// Files on a record: chosen, photographed or dropped; sent one by one with their progress; what is refused stays to be read.
const english = document.documentElement.lang.startsWith("en");
const say = (chinese, inEnglish) => (english ? inEnglish : chinese);
const AT_ONCE = 2;
let running = 0;
const waiting = [];

function row(queue, name) {
  const item = document.createElement("li");
  const label = document.createElement("span");
  label.className = "files-name";
  label.append(name);
  const end = document.createElement("span");
  end.className = "files-end";
  const bar = document.createElement("progress");
  bar.className = "progress-bar-native";
  bar.max = 100;
  bar.value = 0;
  bar.setAttribute("aria-label", name);
  item.append(label, end, bar);
  queue.append(item);
  return { item, end, bar };
}

function wrong(shown, text, again) {
  shown.bar.remove();
  shown.end.replaceChildren();
  const note = document.createElement("span");
  note.className = "files-wrong";
  note.setAttribute("role", "alert");
  note.append(text);
  shown.item.append(note);
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-sm";
  button.append(again ? say("重试", "Try again") : say("知道了", "Dismiss"));
  button.addEventListener("click", () => { shown.item.remove(); again?.(); });
  shown.end.append(button);
}

function send(form, file) {
  const shown = row(form.querySelector("[data-files-queue]"), file.name);
  const limit = Number(form.dataset.limit);
  if (file.size > limit * 1048576) {
    wrong(shown, say(`超过 ${limit} MB 的上限，没有上传。`, `Larger than ${limit} MB; it was not uploaded.`));
    return;
  }
  waiting.push({ form, file, shown });
  next();
}

function next() {
  while (running < AT_ONCE && waiting.length) {
    running += 1;
    start(waiting.shift());
  }
}

function start({ form, file, shown }) {
  const body = new FormData();
  for (const name of ["kind", "id", "csrfmiddlewaretoken"]) body.set(name, form.elements[name].value);
  body.set("file", file, file.name);
  const request = new XMLHttpRequest();
  request.open("POST", form.action);
  request.setRequestHeader("Accept", "application/json");
  request.upload.addEventListener("progress", (event) => {
    if (!event.lengthComputable) return;
    shown.bar.value = Math.round((event.loaded / event.total) * 100);
    shown.end.textContent = event.loaded === event.total ? say("正在检查…", "Checking…") : `${shown.bar.value}%`;
  });
  const again = () => send(form, file);
  request.addEventListener("load", () => { finish(request, shown, again); });
  request.addEventListener("error", () => wrong(shown, say("网络断了，没有传上去。", "The connection was lost; it was not uploaded."), again));
  request.addEventListener("loadend", () => { running -= 1; next(); settle(form); });
  request.send(body);
}

function finish(request, shown, again) {
  let told = {};
  try { told = JSON.parse(request.responseText); } catch { told = {}; }
  if (request.status >= 200 && request.status < 300) {
    if (told.already) document.dispatchEvent(new CustomEvent("keyuan:toast", { detail: { text: told.already, tone: "warning" } }));
    shown.item.remove();
    return;
  }
  const text = [told.message, told.remedy].filter(Boolean).join(" ");
  wrong(shown, text || say("没有上传成功。", "It was not uploaded."), request.status >= 500 || !text ? again : null);
}

// When all are through the list loads anew; what was refused is carried over, so that nobody misses it.
function settle(form) {
  if (running || waiting.length) return;
  const panel = form.closest("[data-files]");
  const left = [...form.querySelectorAll("[data-files-queue] > li")];
  panel.addEventListener("htmx:afterSettle", () => panel.querySelector("[data-files-queue]")?.append(...left), { once: true });
  htmx.trigger(document.body, "files-changed");
  htmx.trigger(document.body, "timeline-changed");
}

const formOf = (target) => target.closest?.("[data-files]")?.querySelector("[data-files-form]");

document.addEventListener("change", (event) => {
  const input = event.target.closest?.("[data-files-input]");
  if (!input) return;
  const form = input.form;
  [...input.files].forEach((file) => send(form, file));
  input.value = "";
});
for (const name of ["dragenter", "dragover", "dragleave", "drop"]) {
  document.addEventListener(name, (event) => {
    const form = formOf(event.target);
    if (!form || !event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    form.closest("[data-files]").classList.toggle("is-over", name === "dragenter" || name === "dragover");
    if (name === "drop") [...event.dataTransfer.files].forEach((file) => send(form, file));
  });
}
window.addEventListener("beforeunload", (event) => { if (running || waiting.length) event.preventDefault(); });
