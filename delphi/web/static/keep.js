// "Keep my answers" for a page: chooses "keep" in each question that has no answer, so that each is saved as if tapped.
"use strict";

(() => {
  const section = document.getElementById("keep");
  if (!section) return;
  const form = section.closest("form");
  const button = section.querySelector("button[name=keep]");
  const questions = [...form.querySelectorAll("fieldset.question")];
  const itemOf = (question) => question.closest(".item-card").dataset.item;
  const isOpen = (question) => question.dataset.before && !form.elements[question.id].value;

  function count() {
    const open = new Set(questions.filter(isOpen).map(itemOf));
    for (const line of section.querySelectorAll("[data-keep-item]")) line.hidden = !open.has(line.dataset.keepItem);
    const text = open.size === 1 ? button.dataset.one : button.dataset.many;
    button.textContent = text.replace("{count}", open.size);
    if (!open.size && section.contains(document.activeElement)) form.querySelector(".onwards button").focus();
    section.hidden = !open.size;
  }

  button.addEventListener("click", (event) => {
    event.preventDefault();
    for (const question of questions.filter(isOpen)) {
      const keep = question.querySelector("input[value^=keep-]");
      keep.checked = true;
      keep.dispatchEvent(new Event("change", { bubbles: true }));
    }
  });

  form.addEventListener("change", count);
  form.addEventListener("click", () => setTimeout(count)); // an answer taken back
  count();
})();
