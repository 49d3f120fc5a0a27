// Signing an order on this device: a certificate if there is none yet, then the signature, then the form goes as always.
// keyuan-keys.js is loaded before.

const form = document.getElementById("sign");
const say = (id) => { for (const one of form.querySelectorAll("[data-said]")) one.hidden = one.id !== id; };

async function certify(csr) {
  const body = new FormData();
  body.set("csr", csr);
  body.set("device", form.dataset.device || navigator.platform || "browser");
  body.set("csrfmiddlewaretoken", form.querySelector("[name=csrfmiddlewaretoken]").value);
  const answer = await fetch(form.dataset.certify, { method: "POST", body });
  const told = await answer.json();
  if (!answer.ok) throw new Error(told.message);
  return told;
}

/** A key of this device whose certificate still holds; made and certified now if there is none. */
async function serialHere(keys, customer) {
  const valid = form.dataset.valid.split(" ");
  const held = (await keys.devices(customer)).find((one) => valid.includes(one.serial));
  if (held) return held.serial;
  const { pair, csr } = await keys.make();
  const made = await certify(csr);
  await keys.keep(made.serial, pair, { customer, device: made.device });
  return made.serial;
}

async function signed() {
  const keys = globalThis.keyuanKeys;
  const customer = form.dataset.customer;
  const serial = await serialHere(keys, customer);
  const statement = JSON.parse(document.getElementById("statement").textContent);
  form.elements.signature.value = (await keys.sign(statement, { serial, customer })).signature;
  form.elements.serial.value = serial;
}

const button = form.querySelector("button");
if (await globalThis.keyuanKeys.supported()) {
  button.disabled = false;
  form.addEventListener("submit", (event) => {
    if (form.elements.signature.value) return;
    event.preventDefault();
    button.disabled = true;
    say("signing");
    signed().then(() => form.submit()).catch((fault) => {
      say("failed");
      form.querySelector("#failed-why").textContent = fault.message;
      button.disabled = false;
    });
  });
} else {
  say("unable");
}
