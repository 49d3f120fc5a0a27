// Whether a file that somebody has is the document that we made: its digest, reckoned here; nothing is sent.
const compare = document.getElementById("compare");

async function digestOf(file) {
  const made = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
  return [...new Uint8Array(made)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

compare?.querySelector("input").addEventListener("change", async (event) => {
  const [file] = event.target.files;
  const same = file && (await digestOf(file)) === compare.dataset.digest;
  document.getElementById("same").hidden = !same;
  document.getElementById("other").hidden = !file || same;
});
