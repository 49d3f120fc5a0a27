// Signing an order on this device: a certificate if there is none yet, then the signature, then the form goes as always.

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
  return told.serial;
}

async function signed() {
  const keys = await import(form.dataset.keys);
  const held = await keys.ready(form.dataset.customer, certify);
  form.elements.signature.value = await keys.sign(held, JSON.parse(document.getElementById("statement").textContent));
  form.elements.serial.value = held.serial;
}

const button = form.querySelector("button");
if (window.isSecureContext && window.crypto?.subtle && window.indexedDB) {
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
