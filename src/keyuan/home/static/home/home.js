// The little that the customer's pages need: nothing here is required to buy, read or pay.
// A number field that a message fills in (autocomplete="one-time-code") is sent on as soon as it is complete.
for (const field of document.querySelectorAll("[data-send-when-full]")) {
  field.addEventListener("input", () => {
    if (field.value.replace(/\D/g, "").length === Number(field.dataset.sendWhenFull)) field.form.requestSubmit();
  });
}
// A form is sent once, however often a thumb taps.
for (const form of document.querySelectorAll("form")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "1";
    setTimeout(() => delete form.dataset.sent, 4000);
  });
}
// Seconds until another code may be asked for, counted down on the button.
for (const button of document.querySelectorAll("[data-wait]")) {
  const word = button.textContent;
  let left = Number(button.dataset.wait);
  const tell = () => {
    button.disabled = left > 0;
    button.textContent = left > 0 ? `${word} (${left})` : word;
    if (left-- > 0) setTimeout(tell, 1000);
  };
  tell();
}
const first = document.querySelector(".field-wrong input, .field-wrong select");
if (first) first.focus();
