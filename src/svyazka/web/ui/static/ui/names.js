// Names are offered after "@" in a line. Without it the line is a text field, in which a name can be typed as well.
(() => {
  "use strict";
  const MOST = 6;
  const BEFORE = /(?:^|[\s(])@([\p{L}\d._-]*)$/u;
  const AFTER = /^[\p{L}\d._-]*/u;
  const plain = (text) => text.toLowerCase().replaceAll("ё", "е");
  let open = null;

  function element(name, values, ...parts) {
    const made = document.createElement(name);
    Object.entries(values).forEach(([key, value]) => made.setAttribute(key, value));
    made.append(...parts);
    return made;
  }

  function dress(line) {
    if (line.getAttribute("role") === "combobox") return;
    const list = element("ul", { class: "confirm__body names", role: "listbox", id: `${line.id}-names`, "aria-label": document.getElementById(line.dataset.names)?.dataset.label || "@", hidden: "" });
    Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id }).forEach(([key, value]) => line.setAttribute(key, value));
    line.after(list);
    line.parentElement.style.position = "relative";
    list.addEventListener("mousedown", (event) => event.preventDefault()); // the line keeps the focus
    list.addEventListener("click", (event) => { const one = event.target.closest("[role='option']"); if (one) take(line, list, one); });
    line.addEventListener("input", () => offer(line, list));
    line.addEventListener("click", () => offer(line, list));
    line.addEventListener("blur", () => shut(line, list));
    line.addEventListener("keydown", (event) => press(event, line, list));
  }

  const isCalled = (handle, keys, begun) => [plain(handle), ...keys.split(" ")].some((key) => key.startsWith(plain(begun)));

  function found(line) {
    const typed = BEFORE.exec(line.value.slice(0, line.selectionStart));
    if (!typed) return [];
    const begun = plain(typed[1]);
    const people = [...document.getElementById(line.dataset.names).options];
    const fitting = people.filter((one) => isCalled(one.value, one.dataset.keys, begun));
    if (fitting.length === 1 && plain(fitting[0].value) === begun) return [];
    const called = (one) => plain(one.value).startsWith(begun);
    return fitting.toSorted((one, other) => called(other) - called(one)).slice(0, MOST);
  }

  function offer(line, list) {
    const people = found(line);
    if (!people.length) return shut(line, list);
    list.replaceChildren(...people.map((one, place) => element(
      "li", { class: "row", role: "option", id: `${list.id}-${place}`, "data-handle": one.value, "data-keys": one.dataset.keys },
      element("span", {}, one.label), element("span", { class: "muted" }, `@${one.value}`),
    )));
    list.hidden = false;
    list.style.top = `${line.offsetTop + line.offsetHeight}px`;
    line.setAttribute("aria-expanded", "true");
    open = list;
    choose(line, list, 0);
    list.scrollIntoView({ block: "nearest" });
  }

  function choose(line, list, place) {
    [...list.children].forEach((one, at) => one.setAttribute("aria-selected", String(at === place)));
    line.setAttribute("aria-activedescendant", list.children[place].id);
  }

  function shut(line, list) {
    list.hidden = true;
    line.setAttribute("aria-expanded", "false");
    line.removeAttribute("aria-activedescendant");
    if (open === list) open = null;
  }

  function take(line, list, one) {
    const caret = line.selectionStart;
    const begun = BEFORE.exec(line.value.slice(0, caret))[1];
    const begin = caret - begun.length;
    const [glued] = AFTER.exec(line.value.slice(caret));
    // the end of a name that is mended goes with it, another word stays
    const rest = line.value.slice(isCalled(one.dataset.handle, one.dataset.keys, begun + glued) ? caret + glued.length : caret);
    const said = `${line.value.slice(0, begin)}${one.dataset.handle} `;
    line.value = said + rest.trimStart();
    line.setSelectionRange(said.length, said.length);
    shut(line, list);
    line.dispatchEvent(new Event("input", { bubbles: true })); // the draft is kept
  }

  function press(event, line, list) {
    if (event.isComposing || open !== list) return;
    const rows = [...list.children];
    const now = rows.findIndex((one) => one.getAttribute("aria-selected") === "true");
    const steps = { ArrowDown: 1, ArrowUp: rows.length - 1 };
    if (event.key in steps) choose(line, list, (now + steps[event.key]) % rows.length);
    else if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) take(line, list, rows[now]);
    else if (event.key === "Escape") shut(line, list);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  const dressAll = (root) => root.querySelectorAll("[data-names]").forEach(dress);
  document.addEventListener("DOMContentLoaded", () => dressAll(document));
  document.addEventListener("htmx:afterSwap", () => dressAll(document));
})();
