// Keys and dragging on the board. A drop asks the server to finish the stage: the gate answers, nothing here goes round it.
(() => {
  "use strict";
  const panel = document.querySelector("#panel");
  const board = () => document.querySelector("#columns");
  if (!panel || !board()) return;

  const say = (text) => document.dispatchEvent(new CustomEvent("toast", { detail: { value: text } }));
  const columnOf = (card) => card.closest("[data-stage]");
  const nameOf = (column) => column.querySelector("[data-name]").textContent;
  const ask = (method, card, values) => htmx.ajax(method, `/board/${card.dataset.card}/move/`, { target: "#panel-body", swap: "innerHTML", values });

  // The panel: what is missing, or why not
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target.id !== "panel-body") return;
    if ([403, 409, 422].includes(event.detail.xhr.status)) {
      event.detail.shouldSwap = true;
      event.detail.isError = false;
    }
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.id !== "panel-body") return;
    if (!panel.open) panel.showModal();
    panel.querySelector("[data-autofocus], textarea, a")?.focus();
  });
  document.addEventListener("moved", () => {
    if (panel.open) panel.close();
    htmx.trigger(board(), "revision");
  });
  panel.addEventListener("click", (event) => { if (event.target === panel) panel.close(); });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-move]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    ask("GET", link.closest("[data-card]"));
  });

  // Keys
  const cardsOf = (column) => [...column.querySelectorAll("[data-card]")];

  function neighbour(card, key) {
    const column = columnOf(card);
    const cards = cardsOf(column);
    const place = cards.indexOf(card);
    if (key === "ArrowDown" || key === "ArrowUp") return cards[place + (key === "ArrowDown" ? 1 : -1)];
    const columns = [...board().querySelectorAll("[data-stage]")].filter((one) => one === column || cardsOf(one).length);
    const beside = columns[columns.indexOf(column) + (key === "ArrowRight" ? 1 : -1)];
    return beside && cardsOf(beside)[Math.min(place, cardsOf(beside).length - 1)];
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || document.querySelector("dialog[open]")) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    const card = document.activeElement.closest("[data-card]");
    if (event.key.startsWith("Arrow")) {
      if (!card && document.activeElement !== document.body && !document.activeElement.closest("#main")) return;
      const next = card ? neighbour(card, event.key) : board().querySelector("[data-card]");
      if (!next) return;
      event.preventDefault();
      next.querySelector("a").focus();
      next.scrollIntoView({ block: "nearest", inline: "nearest" });
    } else if (event.code === "KeyM" && card && !event.shiftKey) {
      event.preventDefault();
      if (columnOf(card).dataset.next) ask("GET", card);
      else say(board().dataset.last);
    }
  });

  // Dragging: a mouse takes the card anywhere, a finger by its grip
  const NEAR = 6;
  let held = null;

  document.addEventListener("pointerdown", (event) => {
    const card = event.target.closest("[data-card]");
    if (!card || event.button || (event.pointerType !== "mouse" && !event.target.closest("[data-grip]"))) return;
    if (event.target.closest("[data-move]")) return;
    held = { card, id: event.pointerId, x: event.clientX, y: event.clientY, lifted: false, over: null };
  });

  function lift() {
    held.lifted = true;
    held.card.toggleAttribute("data-lifted", true);
    board().toggleAttribute("data-busy", true);
    getSelection().removeAllRanges();
  }

  function hover(x, y) {
    const over = document.elementFromPoint(x, y)?.closest("[data-stage]") || null;
    if (over === held.over) return;
    held.over?.removeAttribute("data-target");
    held.over?.removeAttribute("data-wrong");
    held.over = over;
    const from = columnOf(held.card);
    if (over && over !== from) over.toggleAttribute(from.dataset.next === over.dataset.stage ? "data-target" : "data-wrong", true);
  }

  document.addEventListener("pointermove", (event) => {
    if (!held || event.pointerId !== held.id) return;
    const [dx, dy] = [event.clientX - held.x, event.clientY - held.y];
    if (!held.lifted && Math.hypot(dx, dy) < NEAR) return;
    if (!held.lifted) lift();
    held.card.style.transform = `translate(${dx}px, ${dy}px)`;
    hover(event.clientX, event.clientY);
    const scroller = board().parentElement;
    const edge = scroller.getBoundingClientRect();
    if (event.clientX > edge.right - 40) scroller.scrollLeft += 16;
    if (event.clientX < edge.left + 40) scroller.scrollLeft -= 16;
  });

  // the click that ends a drag opens no link
  function noClick(click) {
    click.preventDefault();
    click.stopPropagation();
  }

  function letGo() {
    const { card, over, lifted } = held;
    held = null;
    if (!lifted) return null;
    card.removeAttribute("data-lifted");
    card.style.transform = "";
    over?.removeAttribute("data-target");
    over?.removeAttribute("data-wrong");
    board().removeAttribute("data-busy");
    return over;
  }

  document.addEventListener("pointerup", (event) => {
    if (!held || event.pointerId !== held.id) return;
    const { card, lifted } = held;
    const over = letGo();
    if (!lifted) return;
    document.addEventListener("click", noClick, true);
    setTimeout(() => document.removeEventListener("click", noClick, true), 0);
    const from = columnOf(card);
    if (!over || over === from) return;
    const goesBack = from.compareDocumentPosition(over) & Node.DOCUMENT_POSITION_PRECEDING;
    if (goesBack) say(board().dataset.back);
    else if (!from.dataset.next) say(board().dataset.last);
    else if (from.dataset.next !== over.dataset.stage) {
      const next = board().querySelector(`[data-stage="${from.dataset.next}"]`);
      say(board().dataset.refused.replace("{}", next ? nameOf(next) : from.dataset.next));
    } else ask("POST", card, { stage: from.dataset.stage });
  });
  document.addEventListener("pointercancel", () => { if (held) letGo(); });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && held?.lifted) letGo(); });
  document.addEventListener("dragstart", (event) => { if (event.target.closest?.("[data-card]")) event.preventDefault(); });
})();
