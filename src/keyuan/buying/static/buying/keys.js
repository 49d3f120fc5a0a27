// The key of this device: made here, never leaves here (WebCrypto, non-extractable, kept in IndexedDB).
// It makes a certificate request (PKCS#10, RFC 2986) and signs documents as canonical JSON (RFC 8785).
// The request is so small that it is written out in DER below instead of with a library of 150 kB.

const STORE = "keys";
const ALGORITHM = { name: "ECDSA", namedCurve: "P-256" };
const SIGNING = { name: "ECDSA", hash: "SHA-256" };

function opened() {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open("keyuan", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE);
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

async function inStore(mode, ask) {
  const database = await opened();
  try {
    return await new Promise((resolve, reject) => {
      const asked = ask(database.transaction(STORE, mode).objectStore(STORE));
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error);
    });
  } finally {
    database.close();
  }
}

/** What this device keeps for a customer: `{pair, serial}`, or undefined. */
export const kept = (customer) => inStore("readonly", (store) => store.get(customer));
const keep = (customer, held) => inStore("readwrite", (store) => store.put(held, customer));

// DER (X.690): a tag, a length, a content.
function der(tag, ...parts) {
  const size = parts.reduce((sum, part) => sum + part.length, 0);
  const length = size < 128 ? [size] : size < 256 ? [0x81, size] : [0x82, size >> 8, size & 255];
  const out = new Uint8Array(1 + length.length + size);
  out.set([tag, ...length]);
  let at = 1 + length.length;
  for (const part of parts) { out.set(part, at); at += part.length; }
  return out;
}

/** A whole number as DER: no needless zeros in front, one where the first bit would make it negative. */
function integer(bytes) {
  let from = 0;
  while (from < bytes.length - 1 && bytes[from] === 0) from += 1;
  const rest = bytes.slice(from);
  return der(0x02, rest[0] & 0x80 ? Uint8Array.of(0, ...rest) : rest);
}

const ECDSA_SHA256 = Uint8Array.of(0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02);

/** The request for a certificate: only the key counts, the name in the certificate is the company's to write. */
async function request(pair) {
  const key = new Uint8Array(await crypto.subtle.exportKey("spki", pair.publicKey));
  const asked = der(0x30, Uint8Array.of(0x02, 0x01, 0x00), der(0x30), key, der(0xa0));
  const raw = new Uint8Array(await crypto.subtle.sign(SIGNING, pair.privateKey, asked));
  const value = der(0x30, integer(raw.slice(0, 32)), integer(raw.slice(32)));
  const whole = der(0x30, asked, ECDSA_SHA256, der(0x03, Uint8Array.of(0), value));
  const lines = btoa(String.fromCharCode(...whole)).match(/.{1,64}/g).join("\n");
  return `-----BEGIN CERTIFICATE REQUEST-----\n${lines}\n-----END CERTIFICATE REQUEST-----\n`;
}

/** The key of this device with its certificate; `certify(csr)` asks the company for one and gives its serial number. */
export async function ready(customer, certify) {
  const held = await kept(customer);
  if (held?.serial) return held;
  const pair = held?.pair ?? await crypto.subtle.generateKey(ALGORITHM, false, ["sign", "verify"]);
  await keep(customer, { pair });
  const serial = await certify(await request(pair));
  await keep(customer, { pair, serial });
  return { pair, serial };
}

/** Forget the certificate, such as one that was revoked; the key goes with it. */
export const forget = (customer) => inStore("readwrite", (store) => store.delete(customer));

/** RFC 8785 for what our documents hold: texts, whole numbers, truths, null, lists and objects. */
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value !== null && typeof value === "object") {
    // Array.sort compares UTF-16 code units, as the standard asks.
    const members = Object.keys(value).sort().map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`);
    return `{${members.join(",")}}`;
  }
  if (typeof value === "number" && !Number.isSafeInteger(value)) throw new TypeError("only whole numbers are signed");
  return JSON.stringify(value);
}

/** The signature over a document, as r and s in base64url. */
export async function sign(held, document_) {
  const text = new TextEncoder().encode(canonical(document_));
  const raw = new Uint8Array(await crypto.subtle.sign(SIGNING, held.pair.privateKey, text));
  return btoa(String.fromCharCode(...raw)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
