// A slider and its box say the same; either of them asks for the new price (htmx listens to the form).
for (const slider of document.querySelectorAll("[data-slides]")) {
  const box = document.getElementById(slider.dataset.slides);
  const told = () => Number(box.value.replace(/[,，\s]/g, ""));
  slider.addEventListener("input", () => { box.value = slider.value; });
  box.addEventListener("input", () => { if (Number.isFinite(told()) && box.value) slider.value = told(); });
}
