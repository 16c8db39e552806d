// Shows while somebody types how many mandatory fields are answered. The server counts again, and counts better.
(() => {
  "use strict";
  const form = document.querySelector("[data-complete-form]");
  const bar = form?.querySelector("[data-complete] progress");
  if (!bar) return;
  const count = form.querySelector("[data-complete] .progress__count");
  const questions = [...form.querySelectorAll("[data-question]")];
  const filled = (name) => Boolean(form.elements[name]?.value.trim());
  const listed = (text) => (text || "").split(" ").filter(Boolean);
  const answered = (question) => {
    const any = listed(question.dataset.any);
    return listed(question.dataset.all).every(filled) && (!any.length || any.some(filled));
  };

  function show() {
    const done = questions.filter(answered).length;
    bar.value = done;
    bar.textContent = `${done}/${questions.length}`;
    count.textContent = `${done} / ${questions.length}`;
  }

  form.addEventListener("input", show);
  // a form that came back was counted by the server; a restored draft was not
  if (!form.querySelector("[data-errors]")) window.addEventListener("load", show);
})();
