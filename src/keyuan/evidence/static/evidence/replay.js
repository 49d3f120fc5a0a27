// The replay: one step after the other, by key, by hand or by itself at speed. Without it each step is a link.

const player = document.getElementById("replay");
const links = player ? [...player.querySelectorAll(".replay-steps a")] : [];
if (links.length) start();

function start() {
  const room = player.querySelector(".replay-window"), sizer = player.querySelector(".replay-sizer");
  const title = player.querySelector("[data-title]"), when = player.querySelector("[data-when]");
  const play = player.querySelector("[data-play]"), speed = player.querySelector("[data-speed]");
  const [back, on] = ["-1", "1"].map((by) => player.querySelector(`[data-step="${by}"]`));
  const SHORTEST = 250, LONGEST = 2500;
  let place = Number(player.dataset.place), timer = 0, frame = player.querySelector("iframe");
  player.classList.add("is-live");
  play.hidden = false;
  speed.closest("label").hidden = false;

  // The window as wide as it was, the page as long as it is, made smaller where there is no room for it.
  function fit() {
    const doc = frame?.contentDocument;
    if (!doc?.documentElement) return;
    const width = Number(frame.dataset.width) || 390;
    const scale = Math.min(1, (room.clientWidth - 2) / width);
    frame.style.width = `${width}px`;
    frame.style.height = "10px";
    const height = Math.max(doc.documentElement.scrollHeight, room.clientHeight / scale);
    frame.style.height = `${height}px`;
    frame.style.transform = scale < 1 ? `scale(${scale})` : "";
    frame.style.margin = scale < 1 ? `0 ${(width * scale - width) / 2}px` : "";
    sizer.style.height = `${height * scale}px`;
    const mark = doc.querySelector("[data-replayed]");
    if (mark) room.scrollTop = Math.max(0, (mark.getBoundingClientRect().top - 120) * scale);
    else if (frame.dataset.fresh) room.scrollTop = 0;
    delete frame.dataset.fresh;
  }

  function show(address, width) {
    if (!address) return;
    if (!frame) { sizer.textContent = ""; frame = document.createElement("iframe"); frame.className = "replay-frame"; frame.setAttribute("sandbox", "allow-same-origin"); frame.title = room.getAttribute("aria-label"); sizer.append(frame); frame.addEventListener("load", fit); }
    const wanted = new URL(address, location.href), now = new URL(frame.dataset.src || frame.src || "about:blank", location.href);
    if (wanted.pathname !== now.pathname) frame.dataset.fresh = "1";
    frame.dataset.width = width;
    frame.dataset.src = wanted.href;
    // In the place of the page before, so that "back" leads out of the replay.
    if (wanted.href !== now.href) frame.contentWindow.location.replace(wanted.href); else fit();
  }

  function inView(link) {
    const list = link.closest("ol"), top = link.getBoundingClientRect().top - list.getBoundingClientRect().top;
    if (top < 0 || top + link.offsetHeight > list.clientHeight) list.scrollTop += top - list.clientHeight / 3;
  }

  function go(to) {
    place = Math.max(0, Math.min(links.length - 1, to));
    const link = links[place];
    for (const one of links) one.removeAttribute("aria-current");
    link.setAttribute("aria-current", "step");
    inView(link);
    title.textContent = link.querySelector(".replay-what").textContent;
    when.textContent = link.dataset.when;
    show(link.dataset.frame, link.dataset.width);
    back.setAttribute("aria-disabled", place === 0);
    on.setAttribute("aria-disabled", place === links.length - 1);
    history.replaceState(null, "", `?at=${place}`);
  }

  function stop() { clearTimeout(timer); timer = 0; tell(); }
  function tell() {
    play.setAttribute("aria-pressed", Boolean(timer));
    play.querySelector("[data-paused]").hidden = Boolean(timer);
    play.querySelector("[data-playing]").hidden = !timer;
  }
  function next() {
    if (place >= links.length - 1) { stop(); return; }
    const gap = (Number(links[place + 1].dataset.at) - Number(links[place].dataset.at)) * 1000 / Number(speed.value);
    timer = setTimeout(() => { go(place + 1); next(); }, Math.max(SHORTEST, Math.min(LONGEST, gap)));
    tell();
  }

  play.addEventListener("click", () => { if (timer) stop(); else { if (place >= links.length - 1) go(0); next(); } });
  back.addEventListener("click", (event) => { event.preventDefault(); stop(); go(place - 1); });
  on.addEventListener("click", (event) => { event.preventDefault(); stop(); go(place + 1); });
  links.forEach((link, nth) => link.addEventListener("click", (event) => { event.preventDefault(); stop(); go(nth); }));
  addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.target.closest("input, select, textarea, summary")) return;
    if (event.key === "ArrowRight") { event.preventDefault(); stop(); go(place + 1); }
    else if (event.key === "ArrowLeft") { event.preventDefault(); stop(); go(place - 1); }
    else if (event.key === "Home" && player.contains(event.target)) { event.preventDefault(); stop(); go(0); }
    else if (event.key === "End" && player.contains(event.target)) { event.preventDefault(); stop(); go(links.length - 1); }
    else if (event.key === " " && !event.target.closest("a, button")) { event.preventDefault(); play.click(); }
  });
  frame?.addEventListener("load", fit);
  addEventListener("resize", fit);
  inView(links[place]);
  fit();
}
