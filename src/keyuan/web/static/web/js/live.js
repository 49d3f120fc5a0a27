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
