// What was typed survives a page that is left and opened again, and an impatient second press sends nothing.
const form = document.querySelector("[data-card]");
const key = `card:${location.pathname}`;
const personal = (input) => !["hidden", "checkbox", "radio"].includes(input.type) && input.name.startsWith("a-");

if (document.querySelector("[data-done]")) for (const name of Object.keys(sessionStorage)) if (name.startsWith("card:")) sessionStorage.removeItem(name);

if (form) {
  const kept = JSON.parse(sessionStorage.getItem(key) || "{}");
  for (const input of form.elements) if (personal(input) && !input.value && kept[input.name]) input.value = kept[input.name];
  form.addEventListener("input", () => {
    const typed = {};
    for (const input of form.elements) if (personal(input)) typed[input.name] = input.value;
    sessionStorage.setItem(key, JSON.stringify(typed));
  });
  let sent = false;
  form.addEventListener("submit", (event) => {
    if (sent) { event.preventDefault(); return; }
    sent = true;
    setTimeout(() => { form.querySelector(".card-send").disabled = true; });
    setTimeout(() => { sent = false; form.querySelector(".card-send").disabled = false; }, 15000);
  });
  addEventListener("pageshow", () => { sent = false; const send = form.querySelector(".card-send"); if (send.type === "submit") send.disabled = false; });
  document.querySelector("[data-wrong]")?.focus();
}
