// A customer's key: made in this browser, never to leave it. WebCrypto keeps it in IndexedDB, where it can be used and
// not read. Pages call window.keyuanKeys, or mark a form with data-keyuan-sign (see below).
import { BitString, Constructed, Integer, ObjectIdentifier, Sequence, Set as AsnSet, Utf8String, fromBER } from "asn1js";
import canonicalize from "canonicalize";

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256" };
const SIGNING = { name: "ECDSA", hash: "SHA-256" };
const STORE = "keys";

const encode = (text) => new TextEncoder().encode(text);
const base64 = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)));
const base64url = (buffer) => base64(buffer).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");

function open() {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open("keyuan-keys", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { keyPath: "serial" });
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

async function within(mode, deed) {
  const database = await open();
  try {
    return await new Promise((resolve, reject) => {
      const transaction = database.transaction(STORE, mode);
      const asked = deed(transaction.objectStore(STORE));
      transaction.oncomplete = () => resolve(asked.result);
      transaction.onerror = transaction.onabort = () => reject(transaction.error);
    });
  } finally {
    database.close();
  }
}

// Whether this browser can keep a key: a secure page, WebCrypto, IndexedDB that may be written (not some private windows).
async function supported() {
  if (!globalThis.isSecureContext || !globalThis.crypto?.subtle || !globalThis.indexedDB) return false;
  return open().then((database) => (database.close(), true), () => false);
}

// The signature of WebCrypto (r and s side by side) as DER, which certificate requests hold.
function asDer(raw) {
  const half = (part) => Integer.fromBigInt(BigInt("0x" + [...part].map((b) => b.toString(16).padStart(2, "0")).join("")));
  return new Sequence({ value: [half(raw.slice(0, 32)), half(raw.slice(32))] }).toBER();
}

// A certificate request (PKCS#10) for a key: it proves that we hold the key. The name in it is the company's business.
async function request(pair) {
  const key = fromBER(await crypto.subtle.exportKey("spki", pair.publicKey)).result;
  const name = new Sequence({ value: [new AsnSet({ value: [new Sequence({ value: [
    new ObjectIdentifier({ value: "2.5.4.3" }), new Utf8String({ value: "keyuan" })] })] })] });
  const attributes = new Constructed({ idBlock: { tagClass: 3, tagNumber: 0 }, value: [] });
  const info = new Sequence({ value: [new Integer({ value: 0 }), name, key, attributes] });
  const signed = new Uint8Array(await crypto.subtle.sign(SIGNING, pair.privateKey, info.toBER()));
  const whole = new Sequence({ value: [info,
    new Sequence({ value: [new ObjectIdentifier({ value: "1.2.840.10045.4.3.2" })] }), // ecdsa-with-SHA256
    new BitString({ valueHex: asDer(signed) })] });
  const lines = base64(whole.toBER()).match(/.{1,64}/g).join("\n");
  return `-----BEGIN CERTIFICATE REQUEST-----\n${lines}\n-----END CERTIFICATE REQUEST-----\n`;
}

// A fresh key and its request. Nothing is kept until `keep` is told the certificate's serial number.
async function make() {
  const pair = await crypto.subtle.generateKey(ALGORITHM, false, ["sign", "verify"]);
  return { pair, csr: await request(pair) };
}

async function keep(serial, pair, { customer = "", device = "" } = {}) {
  // Ask not to be thrown away when the disk runs full; a refusal is no fault.
  await navigator.storage?.persist?.().catch(() => false);
  const kept = { serial, customer, device, key: pair.privateKey, made: new Date().toISOString() };
  await within("readwrite", (store) => store.put(kept));
}

// What this browser holds, newest first, of one customer: several people may share a computer.
async function devices(customer = "") {
  const all = await within("readonly", (store) => store.getAll());
  return all.filter((one) => !customer || one.customer === customer).sort((a, b) => (a.made < b.made ? 1 : -1));
}

const forget = (serial) => within("readwrite", (store) => store.delete(serial));

// Sign a JSON document with the key of a certificate of ours: {signature, serial}, or an error NoKey.
async function sign(document, { serial = "", customer = "" } = {}) {
  const held = (await devices(customer)).filter((one) => !serial || one.serial === serial);
  if (!held.length) throw new NoKey();
  const signed = await crypto.subtle.sign(SIGNING, held[0].key, encode(canonicalize(document)));
  return { signature: base64url(signed), serial: held[0].serial };
}

class NoKey extends Error {
  constructor() {
    super("no key of this customer in this browser");
    this.name = "NoKey";
  }
}

globalThis.keyuanKeys = { supported, make, keep, devices, forget, sign, canonicalize, NoKey };

// A form that is signed when it is sent:
//   <form data-keyuan-sign="id-of-json-script" data-keyuan-customer="K0000000018" data-keyuan-valid="serial serial">
//     <input type="hidden" name="signature"><input type="hidden" name="certificate">
//     <p data-keyuan-missing hidden>…this device has no certificate…</p>
// The document is the JSON in <script type="application/json">, as the server wrote it and will check it.
async function signForm(form) {
  const valid = (form.dataset.keyuanValid ?? "").split(/\s+/).filter(Boolean);
  const customer = form.dataset.keyuanCustomer ?? "";
  const held = (await devices(customer)).find((one) => !valid.length || valid.includes(one.serial));
  if (!held) throw new NoKey();
  const text = document.getElementById(form.dataset.keyuanSign).textContent;
  const made = await sign(JSON.parse(text), { serial: held.serial, customer });
  form.elements.signature.value = made.signature;
  form.elements.certificate.value = made.serial;
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.dataset.keyuanSign || form.elements.signature.value) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const button = event.submitter;
  signForm(form).then(
    () => form.requestSubmit(button),
    () => form.querySelector("[data-keyuan-missing]")?.removeAttribute("hidden"),
  );
}, true);

// Coming back to the page, what was signed is signed anew.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-keyuan-sign]")) form.elements.signature.value = "";
});

document.dispatchEvent(new Event("keyuan-keys"));
