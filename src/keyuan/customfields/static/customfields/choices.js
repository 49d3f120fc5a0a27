// The choices show only for the types that have any, and another row can be had.
const type = document.querySelector("select[name=type]");
const box = document.querySelector("[data-choices]");
const follow = () => { box.hidden = !["choice", "multi_choice"].includes(type.value); };
if (type && box) {
  type.addEventListener("change", follow);
  follow();
}
document.querySelector("[data-choice-more]")?.addEventListener("click", () => {
  const rows = document.querySelectorAll("[data-choice-row]");
  const more = rows[rows.length - 1].cloneNode(true);
  more.querySelectorAll("input").forEach((input) => { input.value = ""; input.readOnly = false; });
  more.querySelector("select").value = "0";
  rows[rows.length - 1].after(more);
  more.querySelector("input").focus();
});
