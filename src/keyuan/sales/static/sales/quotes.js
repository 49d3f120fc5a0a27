// A slider and the number beside it say the same.
for (const slider of document.querySelectorAll("[data-slider-of]")) {
  const number = document.getElementById(slider.dataset.sliderOf);
  slider.addEventListener("input", () => { number.value = slider.value; });
  number.addEventListener("input", () => { slider.value = number.value.replaceAll(",", ""); });
}
// On a phone the price stays in sight; its arithmetic opens when it is asked for.
if (matchMedia("(max-width: 60rem)").matches) for (const steps of document.querySelectorAll(".quote-side .quote-steps")) steps.open = false;
