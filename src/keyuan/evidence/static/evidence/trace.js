// What a buyer does on a page, told to the sale's record: opened, chosen, read, left. Typed text is not told here: the form
// tells it when it is sent. Nothing on the page waits for this; without it the server still records what it shows and gets.
// Operations are numbered; what the network lost is told again, and the server takes each number once.

const meta = document.querySelector('meta[name="keyuan-trace"]');
if (meta) begin(meta.content, meta.dataset.to);

function begin(ticket, to) {
  const KEPT = "keyuan-trace", EVERY = 4000, MOST = 200, LONGEST = 160;
  const started = performance.now();
  let number = 0, sending = false, furthest = 0, ended = false, left = false;

  // Pages whose operations have not arrived yet, the oldest first: [{ticket, ops}], across reloads of this tab.
  const read = () => { try { return JSON.parse(sessionStorage.getItem(KEPT)) || []; } catch { return []; } };
  let pages = read().filter((one) => one.ops.length);
  const own = { ticket, ops: [] };
  pages.push(own);
  const keep = () => { try { sessionStorage.setItem(KEPT, JSON.stringify(pages.slice(-20))); } catch { /* full or forbidden */ } };

  const words = (text) => (text || "").replace(/\s+/g, " ").trim().slice(0, LONGEST);
  function note(kind, told = {}) {
    own.ops.push({ n: ++number, t: Math.round(performance.now() - started), k: kind, ...told });
    keep();
  }

  const body = (one) => JSON.stringify({ ticket: one.ticket, ops: one.ops.slice(0, MOST) });
  async function send() {
    if (sending || !navigator.onLine) return;
    sending = true;
    try {
      for (const one of [...pages]) {
        while (one.ops.length) {
          const last = one.ops[Math.min(one.ops.length, MOST) - 1].n;
          const answer = await fetch(to, { method: "POST", body: body(one), headers: { "Content-Type": "application/json" }, keepalive: true });
          if (answer.status === 429 || answer.status >= 500) return;
          // Taken, or refused for good (a ticket that is too old): either way it is not told again.
          one.ops = one.ops.filter((op) => op.n > last);
        }
        if (one !== own) pages = pages.filter((other) => other !== one);
        keep();
      }
    } catch { /* No network: told again later. */ } finally { sending = false; }
  }
  // The browser carries this out even when the page is gone; whether it arrived nobody says, so it also stays in the tab.
  const sendLast = () => { for (const one of pages) if (one.ops.length) navigator.sendBeacon(to, new Blob([body(one)], { type: "application/json" })); };

  const labelOf = (field) => words(field.labels?.[0]?.textContent || field.closest("fieldset")?.querySelector("legend")?.textContent || field.name);
  const questionOf = (field) => words(field.closest("fieldset")?.querySelector("legend")?.textContent) || labelOf(field);
  function chosen(field) {
    if (field.type === "checkbox") {
      const all = [...document.getElementsByName(field.name)].filter((one) => one.checked).map((one) => one.value);
      return { on: labelOf(field), value: all.join("\n").slice(0, LONGEST), said: field.checked ? "✓" : "—" };
    }
    if (field.type === "radio") return { on: questionOf(field), value: field.value, said: labelOf(field) };
    return { on: labelOf(field), value: field.value, said: words(field.selectedOptions[0]?.textContent) };
  }

  note("view", { w: innerWidth, h: innerHeight });
  document.addEventListener("change", (event) => {
    const field = event.target;
    if (!field.name || field.type === "hidden" || field.type === "password") return;
    const picked = ["radio", "checkbox", "select-one"].includes(field.type);
    note(picked ? "choose" : "type", { name: field.name.slice(0, LONGEST), ...(picked ? chosen(field) : { on: labelOf(field) }) });
  });
  document.addEventListener("click", (event) => {
    const pressed = event.target.closest("button, a[href], [role=button]");
    if (pressed) note("click", { on: words(pressed.innerText) || words(pressed.getAttribute("aria-label")) });
  }, { capture: true });
  const folds = [...document.querySelectorAll("details")];
  folds.forEach((fold, place) => fold.addEventListener("toggle", () => {
    // What the page itself ticks when a fold is opened is ticked by then.
    setTimeout(() => {
      const box = document.getElementById(fold.dataset.read || "");
      const ticked = box?.name ? { name: box.name, value: box.checked ? box.value : "" } : {};
      note(fold.open ? "open" : "close", { at: place, on: words(fold.querySelector("summary")?.innerText), ...ticked });
    });
  }));
  // How far the page was read: by the tenth, and its end.
  function scrolled() {
    const whole = document.documentElement.scrollHeight;
    const part = Math.min(100, Math.round((100 * (scrollY + innerHeight)) / whole));
    if (part >= furthest + 10 && part < 99) note("scroll", { of: (furthest = part) });
    if (part >= 99 && !ended) { ended = true; furthest = 100; note("end"); }
  }
  let waiting = 0;
  addEventListener("scroll", () => { clearTimeout(waiting); waiting = setTimeout(scrolled, 250); }, { passive: true });
  addEventListener("load", () => setTimeout(scrolled, 300));
  document.addEventListener("visibilitychange", () => {
    if (!left) note(document.hidden ? "leave" : "back");
    if (document.hidden) sendLast(); else send();
  });
  addEventListener("pagehide", () => { left = true; note("gone"); sendLast(); });
  addEventListener("pageshow", (event) => { if (event.persisted) { left = false; note("back"); } });
  addEventListener("online", send);
  setInterval(send, EVERY);
  setTimeout(send, 600);
}
