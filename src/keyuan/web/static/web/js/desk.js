// The desk's own script: finding, lists, what comes in live. One file, for each file is a request of the first page;
// each part in a block of its own, so that their names do not meet.

{
  // The universal search box: a combobox (WAI-ARIA 1.2). The hits come from the server while typing; pages and commands are here.
  const input = document.getElementById("find");
  const list = document.getElementById("find-list");
  const hits = document.getElementById("find-hits");
  const none = list?.querySelector("[data-find-none]");
  let waiting = false;
  let entered = false;

  const options = () => [...list.querySelectorAll("[role=option]")].filter((option) => option.offsetParent !== null);
  const chosen = () => list.querySelector("[role=option][aria-selected=true]");

  function choose(option) {
    chosen()?.setAttribute("aria-selected", "false");
    if (!option) { input.removeAttribute("aria-activedescendant"); return; }
    option.id ||= `find-option-${options().indexOf(option)}`;
    option.setAttribute("aria-selected", "true");
    input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  function open(yes) {
    list.hidden = !yes;
    input.setAttribute("aria-expanded", String(yes));
    if (!yes) choose(null);
  }

  function sift() {
    const text = input.value.trim().toLowerCase();
    for (const group of ["find-pages", "find-commands"].map((id) => document.getElementById(id))) {
      let shown = 0;
      for (const option of group.querySelectorAll("[role=option]")) {
        const fits = !text || option.dataset.words.toLowerCase().split(/\s+/).some((word) => word.startsWith(text)) || option.dataset.words.toLowerCase().includes(text);
        option.hidden = !fits;
        shown += fits ? 1 : 0;
      }
      group.hidden = !shown;
    }
    if (!text) hits.replaceChildren();
    none.hidden = !text || waiting || options().length > 0;
  }

  function go() {
    const option = chosen() || options()[0];
    if (!option) return;
    entered = false;
    open(false);
    option.click();
  }

  if (input) {
    document.addEventListener("keydown", (event) => {
      const inField = event.target.closest?.("input, textarea, select, [contenteditable]") && event.target.type !== "checkbox";
      const slash = event.key === "/" && !inField && !event.ctrlKey && !event.metaKey;
      const ctrlK = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey);
      if (!slash && !ctrlK) return;
      event.preventDefault();
      input.focus();
      input.select();
    });
    document.addEventListener("click", (event) => { if (event.target.closest("[data-find]")) input.focus(); });
    input.addEventListener("focus", () => { open(true); sift(); });
    input.addEventListener("input", () => { entered = false; waiting = Boolean(input.value.trim() && input.hasAttribute("hx-get")); open(true); sift(); choose(null); });
    input.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      const all = list.hidden ? [] : options();
      const at = all.indexOf(chosen());
      if (event.key === "ArrowDown") { event.preventDefault(); open(true); sift(); choose(options()[(at + 1) % Math.max(options().length, 1)]); }
      else if (event.key === "ArrowUp") { event.preventDefault(); choose(all[(at - 1 + all.length) % all.length]); }
      else if (event.key === "Home" && at >= 0) { event.preventDefault(); choose(all[0]); }
      else if (event.key === "End" && at >= 0) { event.preventDefault(); choose(all.at(-1)); }
      else if (event.key === "Enter" && !list.hidden) {
        event.preventDefault();
        if (waiting && !chosen()) entered = true; // the answer is on its way: open its best hit
        else go();
      } else if (event.key === "Escape") { event.stopPropagation(); if (list.hidden || !input.value) { input.value = ""; input.blur(); } open(false); }
    });
    // A click that leaves the box closes it; pressing inside the list must not take the focus from the box.
    list.addEventListener("pointerdown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => { if (event.target.closest("[role=option]")) open(false); });
    input.addEventListener("blur", () => open(false));
    input.closest("form").addEventListener("submit", (event) => { if (!input.hasAttribute("hx-get")) event.preventDefault(); });

    document.addEventListener("htmx:beforeRequest", (event) => { if (event.detail.elt === input && !input.value.trim()) event.preventDefault(); });
    document.addEventListener("htmx:afterSettle", (event) => {
      if (event.detail.target !== hits) return;
      waiting = false;
      sift();
      if (document.activeElement === input) choose(options()[0]);
      if (entered) go();
    });
    document.addEventListener("htmx:afterRequest", (event) => { if (event.detail.elt === input && !event.detail.successful && event.detail.xhr?.status) { waiting = false; sift(); } });
  }
}

{
  // Lists by keyboard: <table data-list> with <tr data-url="page" data-panel-url="fragment">.
  // j and k move, Enter opens the row beside the list (Ctrl-Enter as a page), x selects it; a bulk bar shows while rows are selected.
  document.querySelectorAll("[data-list]").forEach(ready);
  document.addEventListener("htmx:afterSettle", () => document.querySelectorAll("[data-list]").forEach(ready));

  function ready(list) {
    if (list.dataset.ready) return;
    list.dataset.ready = "1";
    const rows = () => [...list.querySelectorAll("tbody > tr:is([data-url], [data-href])")];
    rows().forEach((row, place) => { row.tabIndex = place ? -1 : 0; });
    list.addEventListener("click", (event) => {
      const row = event.target.closest("tr:is([data-url], [data-href])");
      if (!row || event.target.closest("a, button, input, label, summary") || getSelection().toString()) return;
      stand(row);
      open(row, event.ctrlKey || event.metaKey);
    });
    list.addEventListener("change", (event) => { if (event.target.matches("[data-pick], [data-pick-all]")) picked(list, event.target); });
    picked(list, null);
  }

  const pageOf = (row) => row.dataset.url || row.dataset.href;
  const current = (list) => list.querySelector("tr.is-here");

  function stand(row) {
    const list = row.closest("[data-list]");
    const before = current(list);
    if (before) { before.classList.remove("is-here"); before.tabIndex = -1; }
    row.classList.add("is-here");
    row.tabIndex = 0;
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  }

  function open(row, asPage) {
    if (asPage || !row.dataset.panelUrl) { location.assign(pageOf(row)); return; }
    document.dispatchEvent(new CustomEvent("keyuan:panel", { detail: { fragment: row.dataset.panelUrl, page: pageOf(row), from: row } }));
  }

  function picked(list, box) {
    const boxes = [...list.querySelectorAll("[data-pick]")];
    if (box?.matches("[data-pick-all]")) boxes.forEach((one) => { one.checked = box.checked; });
    const count = boxes.filter((one) => one.checked).length;
    boxes.forEach((one) => one.closest("tr").classList.toggle("is-picked", one.checked));
    const all = list.querySelector("[data-pick-all]");
    if (all) { all.checked = count > 0 && count === boxes.length; all.indeterminate = count > 0 && count < boxes.length; }
    const bar = document.querySelector("[data-bulk]");
    if (!bar) return;
    const comes = bar.hidden && count > 0;
    bar.hidden = count === 0;
    if (comes) bar.dispatchEvent(new Event("bulk-shown"));
    const figure = bar.querySelector("[data-bulk-count]");
    if (figure) figure.textContent = count.toLocaleString("en");
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey && event.key !== "Enter" || event.metaKey || event.altKey) return;
    if (event.target.closest?.("input:not([type=checkbox]), textarea, select, a, button, summary, [contenteditable], dialog[open]")) return;
    const list = document.querySelector("[data-list]");
    if (!list || document.querySelector("dialog[open]")) return;
    const rows = [...list.querySelectorAll("tbody > tr:is([data-url], [data-href])")];
    const here = current(list);
    const at = rows.indexOf(here);
    if (event.key === "j" || event.key === "k") {
      const next = rows[event.key === "j" ? Math.min(at + 1, rows.length - 1) : Math.max(at - 1, 0)];
      if (next) { event.preventDefault(); stand(next); }
    } else if (event.key === "Enter") {
      const row = event.target.closest?.("tr:is([data-url], [data-href])") || here;
      if (row) { event.preventDefault(); stand(row); open(row, event.ctrlKey); }
    } else if (event.key === "x" && here) {
      const box = here.querySelector("[data-pick]");
      if (box) { event.preventDefault(); box.checked = !box.checked; picked(list, box); }
    }
  });

  // Columns a reader does not want: <input type=checkbox data-column="name"> hides every [data-col=name]; remembered on this device.
  const chooser = document.querySelector("[data-columns]");
  if (chooser) {
    const key = `columns:${chooser.dataset.columns}`;
    const hidden = new Set(JSON.parse(localStorage.getItem(key) || "[]"));
    const apply = () => document.querySelectorAll("[data-col]").forEach((cell) => { cell.hidden = hidden.has(cell.dataset.col); });
    chooser.querySelectorAll("[data-column]").forEach((box) => {
      box.checked = !hidden.has(box.dataset.column);
      box.addEventListener("change", () => {
        hidden[box.checked ? "delete" : "add"](box.dataset.column);
        localStorage.setItem(key, JSON.stringify([...hidden]));
        apply();
      });
    });
    apply();
    document.addEventListener("htmx:afterSettle", apply);
  }
}

{
  // The bell: how many notices are unread, told live. One page of this browser holds the stream (the others hear from it);
  // where pages cannot agree on one (no Web Locks), the page that is looked at holds it. Without a stream the bell asks slowly.
  const bell = document.getElementById("bell");
  if (bell?.dataset.live) begin();

  function begin() {
    const english = document.documentElement.lang.startsWith("en");
    const key = `keyuan:unread:${bell.dataset.bell}`;
    const channel = "BroadcastChannel" in window ? new BroadcastChannel(`keyuan:live:${bell.dataset.bell}`) : null;
    const SLOWLY = 120_000;
    let source = null;
    let slow = 0;

    function show(unread) {
      const figure = bell.querySelector("[data-bell-count]");
      figure.hidden = !unread;
      figure.textContent = unread > 99 ? "99+" : String(unread);
      const label = bell.dataset.label;
      bell.setAttribute("aria-label", unread ? (english ? `${label}: ${unread} unread` : `${label}：${unread} 条未读`) : label);
      localStorage.setItem(key, String(unread));
    }
    async function ask() {
      const answer = await fetch(bell.dataset.unread, { headers: { Accept: "application/json" } }).catch(() => null);
      if (answer?.ok && !answer.redirected) spread({ unread: (await answer.json()).unread });
    }
    // What one page hears, all pages of this browser hear.
    function spread(told) { take(told); channel?.postMessage(told); }
    function take(told) {
      if ("unread" in told) show(told.unread);
      if (told.notice && !document.hidden) {
        document.dispatchEvent(new CustomEvent("keyuan:toast", { detail: { text: told.notice.title, tone: "info", open: { url: told.notice.url } } }));
      }
      if (told.changed) htmx.trigger(document.body, "notices-changed", { told: true });
    }
    channel?.addEventListener("message", (event) => take(event.data));

    function notify(notice) {
      if (localStorage.getItem("keyuan:notify") !== "1" || !("Notification" in window) || Notification.permission !== "granted") return;
      const shown = new Notification(notice.title, { tag: `keyuan-${notice.id}` });
      shown.onclick = () => { window.focus(); location.assign(notice.url); };
    }

    function open() {
      if (source) return;
      source = new EventSource(bell.dataset.live);
      source.addEventListener("unread", (event) => { clearInterval(slow); slow = 0; spread({ unread: JSON.parse(event.data).unread }); });
      source.addEventListener("notice", (event) => {
        const notice = JSON.parse(event.data);
        notify(notice);
        spread({ notice, changed: true });
        ask();
      });
      source.addEventListener("look", () => { spread({ changed: true }); ask(); });
      source.addEventListener("error", () => {
        if (source?.readyState !== EventSource.CLOSED) return;
        source = null;
        slow ||= setInterval(() => { ask(); open(); }, SLOWLY);
      });
    }
    function close() { source?.close(); source = null; }
    addEventListener("pagehide", close);
    addEventListener("pageshow", (event) => { if (event.persisted) { ask(); start(); } });

    function start() {
      if (navigator.locks && channel) navigator.locks.request(`keyuan:live:${bell.dataset.bell}`, () => { open(); return new Promise(() => {}); });
      else {
        const look = () => (document.hidden ? close() : open());
        document.addEventListener("visibilitychange", look);
        look();
      }
    }
    show(Number(localStorage.getItem(key) || 0));
    document.body.addEventListener("notices-changed", (event) => { if (!event.detail?.told) ask(); });
    if (document.readyState === "complete") start(); else addEventListener("load", start);
  }
}
