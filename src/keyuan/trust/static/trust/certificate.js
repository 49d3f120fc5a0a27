// "My certificates": which of them is this device's, and making or renewing one. keyuan-keys.js is loaded before.
const root = document.getElementById("own-certificates");
const keys = globalThis.keyuanKeys;
const customer = root.dataset.customer;
const valid = root.dataset.valid.split(" ").filter(Boolean);

const part = (name) => root.querySelector(`[data-own-${name}]`);
const show = (name, shown = true) => (part(name).hidden = !shown);

function tell(told) {
  part("message").textContent = told.message ?? "";
  part("remedy").textContent = told.remedy ?? "";
  show("wrong");
  part("wrong").scrollIntoView({ block: "center" });
}

async function send(form, fields) {
  const body = new FormData(form);
  for (const [name, value] of Object.entries(fields)) body.set(name, value);
  const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
  if (!(answer.headers.get("Content-Type") ?? "").includes("application/json")) return location.reload();
  const told = await answer.json();
  if (!answer.ok) throw told;
  return told;
}

async function making(form, extra) {
  show("wrong", false);
  const button = form.querySelector("button");
  button.disabled = true;
  try {
    const { pair, csr } = await keys.make();
    const made = await send(form, { csr, ...(await extra(csr)) });
    await keys.keep(made.serial, pair, { customer, device: made.device });
    location.reload();
  } catch (told) {
    button.disabled = false;
    tell(told);
  }
}

if (!(await keys.supported())) show("unsupported");
else {
  const held = await keys.devices(customer);
  // What no longer holds is of no use here.
  for (const one of held) if (!valid.includes(one.serial)) await keys.forget(one.serial);
  const here = held.find((one) => valid.includes(one.serial));
  show(here ? "ready" : "make");
  if (here) {
    const card = root.querySelector(`[data-own-device="${here.serial}"]`);
    card.querySelector("[data-own-here]").hidden = false;
    const form = card.querySelector("[data-own-renew]");
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      making(form, async (csr) => {
        const document = { type: "certificate.renew", serial: here.serial, csr };
        return { signature: (await keys.sign(document, { serial: here.serial, customer })).signature };
      });
    });
  }
  const form = part("form");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    making(form, async () => ({}));
  });
}
root.dataset.ready = "yes";
