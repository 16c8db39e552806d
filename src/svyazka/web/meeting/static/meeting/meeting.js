// One more row below a list of the plan. Without it the page has an empty row, and another after saving.
(() => {
  "use strict";
  const NUMBERED = /-(\d+)(?=-|$)/;
  const rowsOf = (button) => [...button.parentElement.querySelectorAll(":scope > div")];
  const boxes = (row) => [...row.querySelectorAll("input:not([type=hidden]), select, textarea")];

  function another(row) {
    const fresh = row.cloneNode(true);
    const next = (text, pattern, before) => text.replace(pattern, (_, number) => `${before}${Number(number) + 1}`);
    fresh.querySelectorAll("[name], [id], [for], [aria-label]").forEach((part) => {
      ["name", "id", "for"].forEach((kind) => { if (part.hasAttribute(kind)) part.setAttribute(kind, next(part.getAttribute(kind), NUMBERED, "-")); });
      if (part.hasAttribute("aria-label")) part.setAttribute("aria-label", next(part.getAttribute("aria-label"), /(\d+)/, ""));
    });
    boxes(fresh).forEach((box) => {
      if (box.type === "checkbox" || box.type === "radio") box.checked = false;
      else if (box.tagName === "SELECT") box.selectedIndex = 0;
      else box.value = "";
      box.removeAttribute("aria-invalid");
    });
    fresh.querySelectorAll(".field__error, .meeting__led").forEach((part) => part.remove());
    return fresh;
  }

  function add(button) {
    const fresh = another(rowsOf(button).at(-1));
    button.before(fresh);
    return fresh;
  }

  const isEmpty = (row) => boxes(row).every((box) => (box.type === "checkbox" ? !box.checked : box.tagName === "SELECT" ? !box.selectedIndex : !box.value));

  document.querySelectorAll("[data-add-row]").forEach((button) => {
    button.hidden = false;
    // the empty row is for who has no script
    const rows = rowsOf(button);
    if (rows.length > 1 && isEmpty(rows.at(-1))) rows.at(-1).remove();
    button.addEventListener("click", () => boxes(add(button))[0].focus());
  });

  // a draft that is brought back has rows that were added by hand
  document.addEventListener("draft", (event) => {
    event.detail.forEach((name) => {
      const [, list, number] = /^(points|ours|theirs|criteria)-(\d+)/.exec(name) || [];
      const button = list && document.querySelector(`#${list} [data-add-row]`);
      if (!button || Number(number) > 20) return;
      while (rowsOf(button).length <= Number(number)) add(button);
    });
  }, true);
})();
