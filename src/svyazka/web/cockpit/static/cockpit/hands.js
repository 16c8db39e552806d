// What is pressed and typed in the cockpit becomes acts.
(() => {
  "use strict";

  if (!window.cockpit?.root) return;
  const { Outbox, act, all, draw, fill, find, line, outbox, put, root, struck, tick, view, words } = window.cockpit;
  const box = find("[data-box]");
  const text = find("[data-text]");
  const asked = find("[data-asked]");
  let parked = null;

  const point = () => {
    const seen = view();
    return seen.state === "running" ? seen.current : null;
  };

  // The box: what is typed is kept from the first letter

  text.value = outbox.draft;
  text.addEventListener("input", () => { outbox.draft = text.value; });

  box.addEventListener("submit", (event) => {
    event.preventDefault();
    const said = text.value.trim();
    if (!said) return text.focus();
    const kind = event.submitter?.value || "note";
    const jot = { do: "jot", key: Outbox.key(), kind, text: said, point: point(), asker: "" };
    text.value = outbox.draft = "";
    ask(kind === "parked" ? jot : null);
    act(jot);
    if (kind !== "parked" && matchMedia("(pointer: fine)").matches) text.focus();
  });

  // The parking lot: one press parks; who asked may be added to it

  function ask(jot) {
    parked = jot && { jot, made: Date.now() };
    find("input", asked).value = "";
    root.toggleAttribute("data-parked", Boolean(jot));
  }

  function say(asker) {
    if (!parked) return;
    const { jot, made } = parked;
    ask(null);
    if (asker.trim()) act({ ...jot, asker: asker.trim() }, made);
    else draw();
  }

  asked.addEventListener("submit", (event) => {
    event.preventDefault();
    say(find("input", asked).value);
  });
  all("[data-asker]", asked).forEach((chip) => chip.addEventListener("click", () => say(chip.dataset.asker)));
  find("[data-skip]", asked).addEventListener("click", () => say(""));

  // The agenda

  function go(place) {
    const from = point();
    ask(null);
    act({ do: "go", point: place, from });
  }

  find("[data-points]").addEventListener("click", (event) => {
    const row = event.target.closest("li");
    if (event.target.closest("button:enabled")) go([...row.parentElement.children].indexOf(row));
  });
  find("[data-begin]").addEventListener("click", () => act({ do: "begin" }));
  const ending = find("[data-end]");
  find("[data-next]").addEventListener("click", (event) => {
    const seen = view();
    if (seen.current !== null && seen.current + 1 < seen.points.length) return go(seen.current + 1);
    event.stopPropagation(); // else it counts as a press beside the question, which closes it
    ending.closest("details").open = true;
    find("button", ending).focus();
  });
  ending.addEventListener("submit", (event) => {
    event.preventDefault();
    ending.closest("details").open = false;
    root.setAttribute("data-leaving", "");
    act({ do: "end" });
  });

  // What is written down: struck out, put back; what was refused: tried again, forgotten

  find("[data-jots]").addEventListener("click", (event) => {
    const key = event.target.closest("li")?.dataset.key;
    if (event.target.closest("[data-strike]")) {
      struck.set(key, view().jots.find((one) => one.key === key));
      act({ do: "strike", key });
    } else if (event.target.closest("[data-back]")) {
      const { kind, text: said, point: place, asker, at } = struck.get(key);
      act({ do: "jot", key, kind, text: said, point: place, asker }, at - line.ahead);
    }
  });
  find("[data-refused]").addEventListener("click", (event) => {
    const name = event.target.closest("li")?.dataset.key;
    const refused = outbox.refused.find((one) => one.name === name);
    if (event.target.closest("[data-again]")) outbox.again(refused);
    else if (event.target.closest("[data-forget]")) outbox.shelf.remove(name);
    else return;
    draw();
    line.exchange();
  });

  // A polite sentence to read out; nothing is written down by it

  find("[data-nudge]").addEventListener("click", () => {
    const seen = view();
    const topic = seen.points[seen.current]?.text;
    put(find("[data-sentence]"), topic ? fill(words.nudge, { point: topic }) : words.nudgePlain);
    find("[data-nudge-dialog]").showModal();
  });

  addEventListener("storage", (event) => { if (event.key?.startsWith(outbox.prefix)) draw(); });
  document.addEventListener("visibilitychange", () => draw());
  setInterval(tick, 500);
  draw();
})();
