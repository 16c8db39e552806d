// One more row below a list of the plan. Without it the page has an empty row, and another after saving.
(() => {
  "use strict";
  const NUMBERED = /-(\d+)(?=-|$)/;

  function another(row) {
    const fresh = row.cloneNode(true);
    const renumber = (text) => text.replace(NUMBERED, (_, number) => `-${Number(number) + 1}`);
    fresh.querySelectorAll("[name], [id], [for]").forEach((part) => {
      ["name", "id", "for"].forEach((kind) => { if (part.hasAttribute(kind)) part.setAttribute(kind, renumber(part.getAttribute(kind))); });
    });
    fresh.querySelectorAll("input, select, textarea").forEach((box) => {
      if (box.type === "checkbox" || box.type === "radio") box.checked = false;
      else if (box.tagName === "SELECT") box.selectedIndex = 0;
      else box.value = "";
      box.removeAttribute("aria-invalid");
    });
    fresh.querySelectorAll(".field__error, .meeting__warning").forEach((part) => part.remove());
    return fresh;
  }

  document.querySelectorAll("[data-add-row]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => {
      const rows = button.parentElement.querySelectorAll(":scope > div");
      const fresh = another(rows[rows.length - 1]);
      button.before(fresh);
      fresh.querySelector("input, select, textarea").focus();
    });
  });
})();
