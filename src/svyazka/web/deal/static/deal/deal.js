// The deal's panels change as one whole. What somebody has typed, unfolded and is looking at stays.
(() => {
  "use strict";

  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const byId = (id) => document.getElementById(id);
  const FIELD = "input:not([type=hidden]), textarea, select";

  // While somebody types, another person's act must not swap the panels away under his hands.
  document.addEventListener("input", (event) => event.target.closest("#deal")?.setAttribute("data-busy", ""));

  // A form that has just been unfolded is there to be filled in.
  document.addEventListener("htmx:load", (event) => {
    if (event.target.matches?.("details[data-fold]")) event.target.querySelector(FIELD)?.focus();
  });

  // A link into a closed disclosure opens it; what the form is about comes into sight with it.
  function reveal(id) {
    const target = byId(id);
    if (!target) return;
    target.closest("details:not([open])")?.setAttribute("open", "");
    if (target.matches("a[data-fold]")) target.click();
    if (target.tagName !== "DETAILS") return;
    target.open = true;
    (target.closest("li[id]") || target).scrollIntoView();
    target.querySelector(FIELD)?.focus({ preventScroll: true });
  }
  const revealHash = () => reveal(decodeURIComponent(location.hash.slice(1)));
  addEventListener("hashchange", revealHash);
  // when all is loaded: before that the browser goes to the place itself, and takes the focus away
  addEventListener("load", () => requestAnimationFrame(revealHash));

  // What is typed

  const changed = (field) =>
    /^(checkbox|radio)$/.test(field.type) ? field.checked !== field.defaultChecked
      : field.options ? [...field.options].some((option) => option.selected !== option.defaultSelected && option.value)
        : field.value !== field.defaultValue;
  const typed = (fold) => all(FIELD, fold).filter(changed);

  // The form came back, or was asked for once more: what was typed into the older one goes into the empty fields.
  function carryOver(older, newer) {
    typed(older).forEach((field) => {
      const same = newer.querySelector(`[name="${CSS.escape(field.name)}"]`);
      if (same?.type === "file") same.files = field.files;
      else if (same && "value" in same && !same.value && !/^(checkbox|radio)$/.test(field.type)) same.value = field.value;
    });
  }

  // Its form is gone: the words are shown, so that they can be copied.
  function giveBack(folds) {
    const words = folds.flatMap(typed).filter((field) => /^(text|textarea)$/.test(field.type)).map((field) => field.value.trim()).filter(Boolean);
    if (!words.length) return;
    const notice = byId("deal-lost").content.cloneNode(true);
    words.forEach((text) => {
      const quote = document.createElement("p");
      quote.className = "deal__quote";
      quote.textContent = text;
      notice.querySelector(".notice > div").append(quote);
    });
    (byId(folds[0].dataset.panel) || byId("deal")).prepend(notice);
  }

  // Where somebody is

  const shown = (element) => element && element.isConnected && !element.parentElement.closest("details:not([open])");
  const top = (element) => element.getBoundingClientRect().top;

  // Places from the nearest outwards: the row, those after it, those before it, the panel.
  function placesAround(start) {
    const row = start.closest("li[id]");
    const panel = start.closest("section[id]");
    const rows = row ? [...row.parentElement.children] : [];
    const here = rows.indexOf(row);
    return [row, ...rows.slice(here + 1), ...rows.slice(0, Math.max(here, 0)).reverse(), panel].filter((place) => place?.id);
  }

  const inSight = (deal) => all("li[id], section[id]", deal).find((place) => shown(place) && top(place) >= 0);
  const plain = (deal) => all("details.details:not([data-fold])", deal);
  const nameOf = (details) => {
    const panel = details.closest("section");
    return `${panel?.getAttribute("aria-labelledby") || panel?.id}.${plain(panel || document).indexOf(details)}`;
  };

  let before = null;

  document.addEventListener("htmx:beforeSwap", (event) => {
    const deal = event.detail.target;
    if (deal?.id !== "deal" || !event.detail.shouldSwap) return;
    const { elt, verb } = event.detail.requestConfig;
    const form = verb === "post" ? elt.closest("form") : null;
    const sent = form?.closest("details[data-fold]");
    const focused = deal.contains(document.activeElement) ? document.activeElement : null;
    const start = form && deal.contains(form) ? form : focused;
    const anchor = (start && placesAround(start)[0]) || inSight(deal);
    before = {
      start, form, sent, focused,
      link: verb === "get" && elt.matches("a[href*='#']") ? elt.hash.slice(1) : "",
      places: anchor ? placesAround(start || anchor).map((place) => ({ id: place.id, top: top(place) })) : [],
      open: plain(deal).filter((details) => details.open).map(nameOf),
      folds: all("details[data-fold]", deal).filter((fold) => fold !== sent),
    };
    before.folds.forEach((fold) => { fold.dataset.panel = fold.closest("section[id]")?.id || ""; });
    before.folds.forEach((fold) => fold.remove()); // out of htmx's hands, which would switch them off
  });

  // while the event comes down, so that the page's own script finds everything in its place
  document.addEventListener("htmx:afterSwap", () => {
    if (!before) return;
    const was = before;
    const deal = byId("deal");
    before = null;
    plain(deal).forEach((details) => { if (was.open.includes(nameOf(details))) details.open = true; });
    const gone = was.folds.filter((fold) => !putBack(fold, deal));
    if (was.folds.some((fold) => fold.isConnected && typed(fold).length)) deal.setAttribute("data-busy", "");
    giveBack(gone);
    keepPlace(was);
    if (was.link) reveal(was.link);
    else if (!deal.querySelector("[data-errors]")) focusNear(was, deal);
  }, true);

  function putBack(fold, deal) {
    const place = deal.querySelector(`[data-fold="${CSS.escape(fold.dataset.fold)}"]`);
    if (!place) return false;
    if (place.matches("details")) carryOver(fold, place);
    else place.replaceWith(fold);
    if (fold.open) fold.parentElement?.closest("details:not([open])")?.setAttribute("open", "");
    return true;
  }

  function keepPlace({ places }) {
    const found = places.find(({ id }) => shown(byId(id)));
    if (!found) return;
    // the row after a row that is gone comes where that one was
    const isRow = byId(found.id).matches("li");
    scrollBy(0, top(byId(found.id)) - (isRow ? places[0].top : found.top));
  }

  function focusNear({ start, form, sent, focused, places }, deal) {
    if (focused?.isConnected) return focused.focus({ preventScroll: true });
    if (form && !deal.contains(start)) {
      const onward = document.querySelector("#deal-go-on :is(a, button)");
      if (!start && onward) return onward.focus({ preventScroll: true });
    }
    if (!start) return;
    const same = (one) => one.action === form.action && one.elements.key?.value === form.elements.key?.value && shown(one);
    const again = form && !sent ? all("form", deal).find(same) : null;
    const near = [byId(sent?.id), again?.querySelector("button"), ...places.map(({ id }) => byId(id))].find(shown);
    if (!near) return;
    const target = near.matches("section") ? near.querySelector("h2") || near : near.matches("details") ? near.querySelector("summary") : near;
    if (!target.matches("a, button, summary")) target.tabIndex = -1;
    target.focus({ preventScroll: true });
    target.scrollIntoView({ block: "nearest" });
  }
})();
