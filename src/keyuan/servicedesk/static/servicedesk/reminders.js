// Browser notifications: asked for only by pressing the button, remembered on this device (live.js looks at the same key).
const KEY = "keyuan:notify";
const state = document.querySelector("[data-notify-state]");
const [on, off] = [document.querySelector("[data-notify-on]"), document.querySelector("[data-notify-off]")];

function show() {
  const able = "Notification" in window && isSecureContext;
  const denied = able && Notification.permission === "denied";
  const active = able && Notification.permission === "granted" && localStorage.getItem(KEY) === "1";
  state.textContent = !able ? state.dataset.none : denied ? state.dataset.denied : active ? state.dataset.on : state.dataset.off;
  on.hidden = !able || denied || active;
  off.hidden = !active;
}
on.addEventListener("click", async () => {
  if (await Notification.requestPermission() === "granted") localStorage.setItem(KEY, "1");
  show();
});
off.addEventListener("click", () => { localStorage.removeItem(KEY); show(); });
show();
