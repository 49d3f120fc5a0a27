// Tells the person when no passkey was made or used; allauth's script only writes to the console.
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const note = document.getElementById("passkey_error");
  if (note) { note.hidden = false; note.scrollIntoView({ block: "center" }); }
});
