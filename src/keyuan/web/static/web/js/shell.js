// The behaviour of every page: menus, dialogs, drawer, panel, toasts, keyboard. No inline script anywhere: attributes name what to do.
const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
const english = document.documentElement.lang.startsWith("en");
const say = (chinese, inEnglish) => (english ? inEnglish : chinese);
const typing = (target) => target.closest?.("input, textarea, select, [contenteditable]") !== null && !target.matches?.("input[type=checkbox]");

// Toasts: document.dispatchEvent(new CustomEvent("keyuan:toast", {detail: {text, remedy, tone, undo: {url, label}}})),
// or the same as the HX-Trigger header of an htmx answer.
function toast({ text, remedy = "", tone = "success", undo = null, open = null }) {
  const note = document.createElement("div");
  note.className = `toast-note toast-${tone}`;
  const words = document.createElement("span");
  words.append(text);
  if (remedy) {
    const more = document.createElement("span");
    more.className = "toast-remedy";
    more.append(remedy);
    words.append(more);
  }
  note.append(words);
  if (undo) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-sm";
    button.append(undo.label || say("撤销", "Undo"));
    button.addEventListener("click", () => { note.remove(); htmx.ajax("POST", undo.url, { swap: undo.swap || "none", target: undo.target || "body" }); });
    note.append(button);
  }
  if (open) {
    const link = document.createElement("a");
    link.className = "btn btn-sm";
    link.href = open.url;
    link.append(open.label || say("查看", "Open"));
    note.append(link);
  }
  $("#toasts").append(note);
  fade(note, remedy || undo || open ? 10000 : 5000);
}
function fade(note, after) {
  let timer = setTimeout(() => note.remove(), after);
  note.addEventListener("pointerenter", () => clearTimeout(timer));
  note.addEventListener("focusin", () => clearTimeout(timer));
  note.addEventListener("pointerleave", () => { timer = setTimeout(() => note.remove(), 2000); });
}
document.addEventListener("keyuan:toast", (event) => toast(event.detail));
$$("[data-toast]").forEach((note) => fade(note, 6000));
document.addEventListener("htmx:sendError", () => toast({ text: say("连不上服务器，您的输入还在。", "The server cannot be reached; what you typed is still here."), tone: "error" }));
document.addEventListener("htmx:responseError", (event) => {
  if (event.detail.xhr.getResponseHeader("HX-Trigger")) return;
  const texts = { 401: say("登录已过期，请重新登录。", "You are signed out. Please sign in again."), 403: say("您的角色不能这样做。", "Your role may not do this."), 404: say("找不到，或不在您的范围内。", "Not found, or not within your scope.") };
  toast({ text: texts[event.detail.xhr.status] || say("没有成功，请稍后再试。", "That did not work. Please try again later."), tone: "error" });
});

// Drawer on a phone
const drawer = (open) => {
  document.body.classList.toggle("drawer-open", open);
  $$(".drawer-shade").forEach((shade) => { shade.hidden = !open; });
  $$("[data-drawer-open]").forEach((button) => button.setAttribute("aria-expanded", String(open)));
  if (open) $(".rail a, .rail button")?.focus();
};

// Side panel: <a data-panel href="…"> or <tr data-panel-url="…" data-url="…"> opens a fragment beside the list.
const panel = $("#panel");
let cameFrom = null;
function openPanel(fragment, page, from) {
  cameFrom = from || document.activeElement;
  panel.hidden = false;
  $("[data-panel-open]", panel).href = page || fragment;
  htmx.ajax("GET", fragment, { target: "#panel-body", swap: "innerHTML" }).then(() => panel.focus());
}
document.addEventListener("keyuan:panel", ({ detail }) => openPanel(detail.fragment, detail.page, detail.from));
function closePanel() {
  if (!panel || panel.hidden) return false;
  panel.hidden = true;
  $("#panel-body").replaceChildren();
  cameFrom?.focus();
  return true;
}

// A masked value: asks what it is needed for, sends that, shows the answer.
async function reveal(button) {
  const dialog = purposeDialog();
  dialog.returnValue = "";
  dialog.showModal();
  await new Promise((done) => dialog.addEventListener("close", done, { once: true }));
  const purpose = $("textarea", dialog).value.trim();
  if (dialog.returnValue !== "show" || !purpose) return;
  const body = new FormData();
  body.set("purpose", purpose);
  body.set("field", button.dataset.field);
  const headers = { ...JSON.parse(document.body.getAttribute("hx-headers")), "HX-Request": "true" };
  const answer = await fetch(button.dataset.url, { method: "POST", body, headers });
  if (answer.ok) {
    $("[data-masked]", button.parentElement).textContent = (await answer.text()).trim();
    button.remove();
    return;
  }
  const trigger = answer.headers.get("HX-Trigger");
  toast(trigger ? JSON.parse(trigger)["keyuan:toast"] : { text: say("没有显示成功。", "It could not be shown."), tone: "error" });
}
function purposeDialog() {
  const known = $("#purpose");
  if (known) return known;
  const dialog = document.createElement("dialog");
  dialog.className = "dialog";
  dialog.id = "purpose";
  dialog.setAttribute("aria-labelledby", "purpose-title");
  dialog.innerHTML = `<form method="dialog"><div class="dialog-head"><h2 id="purpose-title"></h2></div><p class="soft"></p><label class="form-label" for="purpose-text"></label><textarea class="form-control field" id="purpose-text" rows="2" maxlength="200" required></textarea><div class="btn-list"><button class="btn btn-primary" value="show"></button><button class="btn" value="" formnovalidate></button></div></form>`;
  $("h2", dialog).append(say("查看完整内容", "Show the whole value"));
  $("p", dialog).append(say("这次查看会记入日志，客户和管理者都能看到。", "This is written to the log, where the customer and the managers can see it."));
  $("label", dialog).append(say("为什么需要看", "What you need it for"));
  const [yes, no] = $$("button", dialog);
  yes.append(say("显示", "Show"));
  no.append(say("取消", "Cancel"));
  document.body.append(dialog);
  return dialog;
}

const commands = {
  theme() {
    const dark = matchMedia("(prefers-color-scheme: dark)").matches;
    const now = document.documentElement.dataset.bsTheme || (dark ? "dark" : "light");
    $(`.user-menu button[name=theme][value=${now === "dark" ? "light" : "dark"}]`).click();
  },
  language() { $("[data-language]").click(); },
  shortcuts() { $("#shortcuts").showModal(); },
};

document.addEventListener("click", (event) => {
  const on = (name) => event.target.closest(`[${name}]`);
  $$("details.menu[open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
  let found;
  if (on("data-drawer-open")) drawer(true);
  else if (on("data-drawer-close")) drawer(false);
  else if ((found = on("data-dialog"))) document.getElementById(found.dataset.dialog)?.showModal();
  else if ((found = on("data-command"))) commands[found.dataset.command]();
  else if (on("data-back")) history.back();
  else if (on("data-panel-close")) closePanel();
  else if ((found = on("data-reveal"))) reveal(found);
  else if ((found = on("data-copy"))) navigator.clipboard.writeText(found.dataset.copy).then(() => toast({ text: say("已复制", "Copied") }));
  else if ((found = on("data-set"))) { const field = document.getElementById(found.dataset.set); field.value = found.dataset.value; field.focus(); }
  else if ((found = on("data-print"))) window.print();
  else if ((found = on("data-panel")) && !event.ctrlKey && !event.metaKey && panel) {
    event.preventDefault();
    openPanel(found.dataset.panel || found.href, found.href, found);
  } else if ((found = on("data-rail-fold"))) {
    const folded = document.body.classList.toggle("rail-folded");
    found.setAttribute("aria-pressed", String(folded));
    htmx.ajax("POST", found.dataset.url, { values: { rail_folded: folded ? "1" : "0" }, swap: "none" });
  } else if (event.target.matches("dialog.dialog")) event.target.close();
});

let leader = 0;
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    const menu = $("details.menu[open]");
    if (menu) { menu.open = false; $("summary", menu).focus(); }
    else if (document.body.classList.contains("drawer-open")) { drawer(false); $("[data-drawer-open]").focus(); }
    else if (!$("dialog[open]")) closePanel();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || $("dialog[open]")) return;
  if (event.key === "?" && $("#shortcuts")) { event.preventDefault(); commands.shortcuts(); }
  else if (event.key === "g") leader = Date.now();
  else if (Date.now() - leader < 1200) {
    leader = 0;
    const link = $(`[data-go="g ${event.key}"]`);
    if (link) { event.preventDefault(); link.click(); }
  }
});

// A filter that applies as soon as it is chosen: <select data-submit>.
document.addEventListener("change", (event) => { if (event.target.matches("[data-submit]")) event.target.form.requestSubmit(); });

// Forms marked data-once cannot be sent twice by an impatient click.
document.addEventListener("submit", (event) => {
  if (event.target.matches("[data-once]")) setTimeout(() => $$("button", event.target).forEach((button) => { button.disabled = true; }));
});
