// Giving a contract back: signed on this device if its certificate still holds, else with a check of identity.
// keyuan-keys.js is loaded before.
const form = document.getElementById("give-back");
const keys = globalThis.keyuanKeys;

async function keyHere() {
  if (!(await keys.supported())) return null;
  const valid = form.dataset.valid.split(" ").filter(Boolean);
  return (await keys.devices(form.dataset.customer)).find((one) => valid.includes(one.serial)) ?? null;
}

function ask(byKey) {
  form.querySelector("#by-key").hidden = !byKey;
  form.querySelector("#by-check").hidden = byKey;
  for (const field of form.querySelectorAll("#by-check input")) field.disabled = byKey;
  for (const field of form.querySelectorAll("#by-check input")) field.required = !byKey;
}

const here = form && (await keyHere());
if (here) {
  ask(true);
  form.addEventListener("submit", (event) => {
    if (form.elements.signature.value || form.querySelector("#by-key").hidden) return;
    event.preventDefault();
    const statement = JSON.parse(document.getElementById("statement").textContent);
    keys
      .sign(statement, { serial: here.serial, customer: form.dataset.customer })
      .then((signed) => {
        form.elements.signature.value = signed.signature;
        form.elements.serial.value = here.serial;
        form.submit();
      })
      .catch(() => {
        ask(false);
        form.querySelector("#sign-failed").hidden = false;
        for (const button of form.querySelectorAll("button")) button.disabled = false;
      });
  });
}
if (form) form.dataset.ready = "yes";
