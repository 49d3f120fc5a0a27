// The 360 page: n, c and t open the forms over the page; a number that was revealed can be called.
const dialog = document.getElementById("c360-dialog");
const form = document.getElementById("c360-form");

async function open(button) {
  await htmx.ajax("GET", button.dataset.c360Form, { target: form, swap: "innerHTML" });
  if (!form.childElementCount) return;
  dialog.showModal();
  form.querySelector("[autofocus], textarea, input:not([type=hidden]), select")?.focus();
}

// Only on a page that has the forms: elsewhere the keys belong to others.
if (dialog) {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-c360-form]");
    if (button && !button.disabled && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      open(button);
    }
    else if (event.target === dialog || event.target.closest("[data-c360-close]")) dialog.close();
  });
  document.addEventListener("keydown", (event) => {
    const written = event.target.closest?.("#c360-form form");
    if (written && event.key === "Enter" && (event.ctrlKey || event.metaKey)) written.requestSubmit();
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (event.target.closest?.("input, textarea, select, [contenteditable]")) return;
    const button = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (!button || button.disabled) return;
    event.preventDefault();
    open(button);
  });
  // The server says that it is done. The form stays in the page until the next one, so that its other events are heard.
  document.addEventListener("c360:done", () => dialog.close());

  const head = document.querySelector(".desk-main");
  new MutationObserver(() => {
    const phone = head.querySelector(".c360-phone:not(:has([data-reveal], a)) [data-masked]");
    if (!phone || phone.textContent.includes("*")) return;
    const link = document.createElement("a");
    link.href = `tel:${phone.textContent.replace(/[^+\d]/g, "")}`;
    link.textContent = phone.textContent;
    phone.replaceChildren(link);
    link.focus();
  }).observe(head, { childList: true, subtree: true });
}
