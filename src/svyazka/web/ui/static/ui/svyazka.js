// Keys, drafts, freshness and small conveniences. Pages work without it; README.md lists the data-* attributes.
(() => {
  "use strict";

  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const typing = (target) => target.closest?.("input, textarea, select, [contenteditable]");
  const words = () => document.querySelector("[data-words]").dataset;

  // Quiet words in the corner, read out by screen readers.
  function say(text, { kind = "info", actions = [], lasting = false } = {}) {
    const line = document.createElement("p");
    line.textContent = text;
    line.dataset.kind = kind;
    actions.forEach(([label, action]) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = label;
      button.addEventListener("click", () => { action(); line.remove(); });
      line.append(" ", button);
    });
    document.querySelector("[data-live]").append(line);
    if (!lasting) setTimeout(() => line.remove(), 8000);
    return line;
  }

  // Keys
  const places = { d: "/", w: "/window/", b: "/board/", o: "/overview/" };
  let waitingForPlace = 0;

  function stepInRows(step) {
    const rows = all("[data-rows] > li").filter((row) => row.offsetParent);
    if (!rows.length) return;
    const now = rows.findIndex((row) => row.contains(document.activeElement) || row.hasAttribute("data-here"));
    const next = rows[Math.max(0, Math.min(rows.length - 1, now + step))];
    rows.forEach((row) => row.toggleAttribute("data-here", row === next));
    const link = next.querySelector("a, button, summary, input");
    if (!link) next.tabIndex = -1;
    (link || next).focus();
    next.scrollIntoView({ block: "nearest" });
  }

  document.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const command = event.ctrlKey || event.metaKey;
    if (command && event.key === "Enter") {
      const form = event.target.form || event.target.closest?.("form");
      if (form && form.method === "post") {
        event.preventDefault();
        form.requestSubmit(form.querySelector("[data-submit]"));
      }
      return;
    }
    const find = document.querySelector("[data-find]");
    // event.code, so that the keys work in the Russian layout too
    if (command && event.code === "KeyK" && find) {
      event.preventDefault();
      find.select();
      find.focus();
      return;
    }
    if (event.key === "Escape") {
      const asking = all("details.confirm[open]");
      const around = event.target.closest?.("details.details[open]");
      if (asking.length) asking.forEach(close);
      else if (around) close(around);
    }
    // a fold that is still a link looks like a disclosure, so it opens like one
    if (event.key === " " && event.target.matches?.("a[data-fold]")) {
      event.preventDefault();
      event.target.click();
      return;
    }
    if (command || event.altKey || typing(event.target) || document.querySelector("dialog[open]")) return;
    const letter = /^Key[A-Z]$/.test(event.code) ? event.code.slice(3).toLowerCase() : event.key;
    if (performance.now() - waitingForPlace < 1200 && document.querySelector(`nav a[href="${places[letter]}"]`) && !event.shiftKey) {
      event.preventDefault();
      location.assign(places[letter]);
    } else if (event.key === "?" || (event.code === "Digit7" && event.key === "?")) {
      document.querySelector("dialog[data-keys]").showModal();
    } else if ((event.key === "/" || (event.code === "Slash" && !event.shiftKey)) && find) {
      event.preventDefault();
      find.focus();
    } else if (event.shiftKey) {
      return;
    } else if (letter === "j") {
      stepInRows(1);
    } else if (letter === "k") {
      stepInRows(-1);
    }
    waitingForPlace = letter === "g" ? performance.now() : 0;
  });

  // Disclosures that ask for confirmation
  function close(details) {
    details.open = false;
    details.querySelector("summary").focus();
  }
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) print();
    const closer = event.target.closest("[data-close]");
    if (closer) close(closer.closest("details"));
    all("details.confirm[open]").forEach((open) => { if (!open.contains(event.target)) open.open = false; });
  });

  // Filters and selects that send their form themselves
  document.addEventListener("change", (event) => {
    if (event.target.closest(".filters, [data-submits]") && event.target.form) event.target.form.requestSubmit();
  });

  // Drafts: what was typed stays in the browser until the server has it, beside what stood there before. It is laid over what is saved
  // now only where that is still the same; where somebody has changed it meanwhile, it is offered.
  const kept = () => document.body.dataset.viewer || "-";
  const draftKey = (form) => `draft:${kept()}:${form.dataset.draft}`;
  const sentKey = () => `sent:${kept()}`;
  const skipped = new Set(["password", "file", "hidden", "submit", "button"]);
  const fields = (form) => [...form.elements].filter((field) => field.name && !skipped.has(field.type));
  const ticked = (field) => field.type === "checkbox" || field.type === "radio";
  const nameOf = (field) => (ticked(field) ? `${field.name}=${field.value}` : field.name);
  const valueOf = (field) => (ticked(field) ? field.checked : field.multiple ? [...field.selectedOptions].map((option) => option.value) : field.value);
  const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
  const snapshot = (form) => Object.fromEntries(fields(form).map((field) => [nameOf(field), valueOf(field)]));
  // a form that was refused shows what was typed, not what is saved
  const cameBack = (form) => form.matches("[data-came-back]") || form.querySelector("[data-errors]");

  function readDraft(form) {
    const said = JSON.parse(localStorage.getItem(draftKey(form)));
    // earlier versions kept a list of what was typed
    return Array.isArray(said) ? { base: {}, typed: Object.fromEntries(said.map(([name, value, on]) => (on === undefined ? [name, value] : [`${name}=${value}`, on]))), offered: {} } : said;
  }

  function put(field, value) {
    if (ticked(field)) field.checked = value;
    else if (field.multiple) [...field.options].forEach((option) => { option.selected = value.includes(option.value); });
    else field.value = value;
    for (let part = field.closest("details"); part; part = part.parentElement.closest("details")) part.open = true;
  }

  // Rows of a list are numbered, as in points-2-text: whose the number is now only the whole row tells
  const rowOf = (field) => /^.+?-\d+(?=-|$)/.exec(field.name)?.[0] ?? nameOf(field);

  // a row that was added by hand has nothing behind it
  function isUntouched(field, was) {
    const now = valueOf(field);
    return was === undefined ? typeof now !== "string" || !now || field.selectedIndex === 0 : same(was, now);
  }

  // Lays what was typed over what is saved; adds to `offered` what somebody else has changed since. Whether anything was laid.
  function layOver(form, draft, offered) {
    const touched = new Set(fields(form).filter((field) => !isUntouched(field, draft.base[nameOf(field)])).map(rowOf));
    let laid = false;
    fields(form).forEach((field) => {
      const name = nameOf(field), typed = draft.typed[name];
      if (typed === undefined || same(typed, draft.base[name]) || same(typed, valueOf(field))) return;
      if (!touched.has(rowOf(field))) { put(field, typed); laid = true; }
      else if (typeof typed === "string" && typed) offered[name] = typed;
    });
    return laid;
  }

  function offer(form, offered, keep) {
    Object.entries(offered).forEach(([name, typed]) => {
      const field = form.elements[name];
      const over = () => { delete offered[name]; keep(); };
      if (!field?.labels || field.value === typed) return over();
      const label = field.getAttribute("aria-label") || field.labels[0]?.firstChild.textContent.trim() || "";
      const shown = field.tagName === "SELECT" ? [...field.options].find((option) => option.value === typed)?.text || typed : typed;
      say(`${words().otherwise} ${label}. ${words().typed} ${shown}`, { kind: "broken", lasting: true, actions: [
        [words().put, () => { put(field, typed); over(); showDates(); }],
        [words().dismiss, over],
      ] });
    });
  }

  function watchDraft(form) {
    if (form.dataset.draftWatched) return;
    form.dataset.draftWatched = "yes";
    const draft = readDraft(form), came = cameBack(form);
    // what is added by hand is there again before it is filled in
    if (draft && !came) form.dispatchEvent(new CustomEvent("draft", { detail: Object.keys(draft.typed) }));
    const base = (came && draft?.base) || snapshot(form), offered = { ...draft?.offered };
    const keep = () => {
      const typed = snapshot(form);
      if (same(typed, base) && !Object.keys(offered).length) localStorage.removeItem(draftKey(form));
      else localStorage.setItem(draftKey(form), JSON.stringify({ base, typed, offered }));
    };
    if (draft && !came) {
      const laid = layOver(form, draft, offered);
      keep();
      showDates();
      if (laid) say(words().restored, { actions: [[words().forget, () => { localStorage.removeItem(draftKey(form)); location.reload(); }]] });
      offer(form, offered, keep);
    }
    let timer = 0;
    const settle = () => { clearTimeout(timer); timer = 0; };
    form.addEventListener("input", () => {
      settle();
      timer = setTimeout(() => { settle(); keep(); }, 300);
    });
    // whoever leaves within that moment loses nothing either
    window.addEventListener("pagehide", () => { if (timer) { settle(); keep(); } });
    form.addEventListener("submit", () => {
      settle();
      localStorage.setItem(draftKey(form), JSON.stringify({ base, typed: snapshot(form), offered }));
      sessionStorage.setItem(sentKey(), draftKey(form));
    });
  }

  // before the swap: the form may lie inside what its own answer replaces, and be dressed anew with the draft
  document.addEventListener("htmx:beforeSwap", (event) => {
    const form = event.detail.requestConfig?.elt?.closest?.("form[data-draft]");
    if (form && event.detail.xhr.status < 300) localStorage.removeItem(draftKey(form));
  });

  function forgetSentDraft() {
    // whoever is asked to sign in again has sent something that didn't arrive
    if (!document.body.dataset.viewer) Object.keys(sessionStorage).filter((name) => name.startsWith("sent:") && name !== sentKey()).forEach((name) => sessionStorage.removeItem(name));
    const key = sessionStorage.getItem(sentKey());
    if (!key || document.body.hasAttribute("data-keep-drafts")) return;
    sessionStorage.removeItem(sentKey());
    const back = all("form[data-draft]").some((form) => draftKey(form) === key && cameBack(form));
    if (!back) localStorage.removeItem(key);
  }

  // Pages kept for a time without a connection are theirs who is signed in: whoever comes next finds nothing. Nor does anybody once they
  // are too old, or where a page says that one of them isn't for its viewer any more
  async function isGone(name) {
    const [, viewer, page] = name.split(":");
    if (viewer !== kept() || all("[data-unkept]").some((part) => part.dataset.unkept === page)) return true;
    if (page === location.pathname) return false; // it is being kept anew
    const answer = await caches.match(page, { cacheName: name });
    return !(answer?.headers.get("X-Kept-Until") > Date.now());
  }
  async function throwAway() {
    for (const name of await caches.keys()) if (name.startsWith("kept:") && await isGone(name)) await caches.delete(name);
  }
  if (window.caches) throwAway().catch(() => {});

  // Freshness: ask for the revision, let htmx fetch what changed
  const PAUSE = 4000;
  let offline = null;
  const busy = (part) => part.querySelector("[data-busy]") || part.hasAttribute("data-busy") || (part.contains(document.activeElement) && typing(document.activeElement)) || part.querySelector("details.confirm[open]");

  async function lookForChange(part) {
    const known = part.dataset.pollRevision || "";
    const answer = await fetch(part.dataset.pollUrl, { headers: { "If-None-Match": `"${known}"` }, cache: "no-store", redirect: "error" });
    if (answer.status === 304 || !answer.ok) return;
    const tag = answer.headers.get("ETag");
    const revision = tag ? tag.replace(/^W\//, "").replaceAll('"', "") : (await answer.text()).trim();
    if (revision === known || !part.isConnected || busy(part)) return;
    part.dataset.pollRevision = revision;
    part.dispatchEvent(new CustomEvent("revision", { bubbles: true, detail: { revision } }));
  }

  async function poll() {
    let wait = PAUSE;
    if (!document.hidden) {
      try {
        for (const part of all("[data-poll-url]")) await lookForChange(part);
        if (offline) { offline.remove(); offline = null; say(words().online); }
      } catch {
        offline ??= say(words().offline, { kind: "broken", lasting: true });
        wait = PAUSE * 3;
      }
    }
    setTimeout(poll, wait);
  }

  // Copying what stands in a field; where the browser doesn't let us, it is selected
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const field = document.getElementById(button.dataset.copy);
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
      say(words().copied);
    } catch {
      say(document.execCommand("copy") ? words().copied : words().selected);
    }
  });

  // Dates in words beside the browser's own field
  function showDates(root = document) {
    all("[data-date-words]", root).forEach((output) => {
      const field = document.getElementById(output.htmlFor.toString());
      const at = field?.value ? new Date(field.value.length === 10 ? `${field.value}T12:00` : field.value) : null;
      output.textContent = at && !Number.isNaN(at.getTime())
        ? at.toLocaleDateString(document.body.dataset.lang, { weekday: "long", day: "numeric", month: "long", year: "numeric" })
        : "";
    });
  }
  document.addEventListener("input", (event) => { if (/^date/.test(event.target.type)) showDates(); });

  // htmx
  document.addEventListener("toast", (event) => say(event.detail.value));
  document.addEventListener("htmx:responseError", () => say(words().failed, { kind: "broken" }));
  document.addEventListener("htmx:sendError", () => say(words().offline, { kind: "broken" }));

  // The first field to mend comes to the middle of the screen, with its label and its sentence; where none is named, what is wrong.
  function showMistake(errors) {
    errors.dataset.seen = "";
    const field = document.querySelector("main [aria-invalid='true']");
    if (!field) return errors.focus();
    field.closest("details:not([open])")?.setAttribute("open", "");
    field.focus({ preventScroll: true });
    (field.closest(".field") || field).scrollIntoView({ block: "center" });
  }

  // Of tabs that are wider than the screen the current one is seen.
  function showTab(tab) {
    const row = tab.closest(".tabs");
    const [inner, outer] = [tab, row].map((one) => one.getBoundingClientRect());
    row.scrollLeft += inner.left - outer.left - (outer.width - inner.width) / 2;
  }

  function dress(root) {
    all("form[data-draft]", root).forEach(watchDraft);
    all("[data-copy]", root).forEach((button) => { button.hidden = false; });
    showDates(root);
    all(".tabs [aria-current]", root).forEach(showTab);
    all("[data-print]", root).forEach((button) => { button.hidden = false; });
    const errors = root.querySelector("[data-errors]:not([data-seen])");
    if (errors) showMistake(errors);
    else root.querySelector("[data-autofocus]")?.focus();
  }
  document.addEventListener("htmx:afterSwap", (event) => dress(event.target.isConnected ? event.target : document));
  document.addEventListener("DOMContentLoaded", () => {
    forgetSentDraft();
    dress(document);
    if (document.querySelector("[data-poll-url]")) setTimeout(poll, PAUSE);
  });
})();
