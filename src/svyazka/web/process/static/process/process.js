// Line numbers beside the text, and a jump to the line that a finding is about.
(() => {
  "use strict";
  const field = document.querySelector("[data-process]");
  if (!field) return;

  const gutter = document.createElement("pre");
  gutter.className = "process__lines";
  gutter.setAttribute("aria-hidden", "true");
  const frame = document.createElement("div");
  frame.className = "process__numbered";
  field.replaceWith(frame);
  frame.append(gutter, field);

  let count = 0;
  function number() {
    const lines = field.value.split("\n").length;
    if (lines === count) return;
    count = lines;
    gutter.textContent = Array.from({ length: lines }, (_, index) => index + 1).join("\n");
  }
  field.addEventListener("input", number);
  field.addEventListener("scroll", () => { gutter.scrollTop = field.scrollTop; });
  number();

  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-line]");
    if (!link) return;
    event.preventDefault();
    const lines = field.value.split("\n");
    const line = Math.min(Number(link.dataset.line), lines.length);
    const start = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
    field.focus();
    field.setSelectionRange(start, start + lines[line - 1].length);
    field.scrollTop = (field.scrollHeight / lines.length) * (line - 4);
  });
})();
