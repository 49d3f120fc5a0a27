// What the pages of buying do beyond the server's answers: show what applies, mark what was opened, answer "none of these".
// Without it everything is shown, and the server ignores what does not apply.

const of = (selector, root = document) => [...root.querySelectorAll(selector)];

/** Show a block only while another control says so. */
function follow(block, control, holds) {
  const set = () => { block.hidden = !holds(); };
  const names = control.type === "radio" ? of(`input[name="${CSS.escape(control.name)}"]`) : [control];
  names.forEach((one) => one.addEventListener("change", set));
  set();
}

for (const block of of("[data-shown-with]")) {
  const control = document.getElementById(block.dataset.shownWith);
  if (control) follow(block, control, () => control.checked);
}
for (const block of of("[data-shown-without]")) {
  const control = document.getElementById(block.dataset.shownWithout);
  if (control) follow(block, control, () => !control.checked);
}
for (const block of of("[data-shown-unless]")) {
  const [id, value] = block.dataset.shownUnless.split("=");
  const control = document.getElementById(id);
  if (control) follow(block, control, () => control.value !== value);
}

// An exclusion that was opened has been seen.
for (const fold of of("details[data-read]")) {
  const box = document.getElementById(fold.dataset.read);
  const mark = () => fold.classList.toggle("is-read", box.checked);
  fold.addEventListener("toggle", () => { if (fold.open) { box.checked = true; mark(); } });
  box.addEventListener("change", mark);
  mark();
}

// Questions that hang on the answer to another.
const form = document.querySelector(".declaration");
if (form) {
  const answer = (name) => {
    const picked = of(`[name="${CSS.escape(name)}"]`, form).find((one) => one.type !== "radio" || one.checked);
    return picked ? picked.value : "";
  };
  const questions = of("[data-when]", form);
  const show = () => questions.forEach((one) => {
    one.hidden = !one.dataset.when.split(" ").every((pair) => {
      const [name, value] = pair.split("=");
      return answer(name) === value;
    });
  });
  // How many of those that apply have been answered.
  const told = form.querySelector("[data-answered]");
  const every = of("[data-question]", form);
  const isAnswered = (one) => of("input, select", one).some((each) => (each.type === "radio" ? each.checked : each.value.trim() !== ""));
  const count = () => {
    const asked = every.filter((one) => !one.hidden);
    const answered = asked.filter(isAnswered).length;
    const words = told.querySelector("[data-words]");
    words.textContent = words.dataset.words.replace("{n}", answered).replace("{all}", asked.length);
    Object.assign(told.querySelector("progress"), { max: asked.length, value: answered });
    told.hidden = asked.length < 6;
  };
  const refresh = () => { show(); count(); };
  form.addEventListener("change", refresh);
  form.addEventListener("input", count);
  refresh();

  const none = form.querySelector("[data-all-no]");
  const noes = of('input[type="radio"][value="no"]', form).filter((one) => !one.closest("[data-apart]"));
  const nones = of("select", form).filter((one) => [...one.options].some((option) => option.value === "none"));
  none.hidden = noes.length + nones.length < 3;
  none.addEventListener("click", () => {
    noes.forEach((one) => { one.checked = true; });
    nones.forEach((one) => { one.value = "none"; });
    of("[data-none]", form).forEach((one) => { one.value = one.dataset.none; });
    refresh();
  });
}
