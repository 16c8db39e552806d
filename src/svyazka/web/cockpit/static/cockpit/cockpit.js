// The room on the screen: as the server told it last, with what this device has done since laid over it.
(() => {
  "use strict";

  const root = document.getElementById("cockpit");
  if (!root) return;
  const find = (selector, from = root) => from.querySelector(selector);
  const all = (selector, from = root) => [...from.querySelectorAll(selector)];
  const words = find("[data-said]", document).dataset;
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const put = (place, text) => { if (place.textContent !== text) place.textContent = text; };
  const { Kept, Line, Outbox } = window.cockpit;

  let room = JSON.parse(find("[data-first]").textContent);
  const outbox = new Outbox(root.dataset.viewer, root.dataset.room);
  const struck = new Map(); // what was struck out here since the page was opened

  const kept = new Kept(root.dataset.viewer, root.dataset.room, root.dataset.worker);
  const line = new Line({ url: root.dataset.room, viewer: root.dataset.viewer, room, outbox, words, heard, changed });

  // What is kept for a reload without a connection, as long as somebody may still write here

  function keep() {
    if (room.runs && ["planned", "running", "held"].includes(room.state)) kept.keep(room);
    else kept.forget();
  }

  kept.last().then((last) => {
    if (last && last.revision > room.revision) room = last; // this page is older: it was brought out of what is kept
    else keep();
    draw();
  });

  function changed() {
    if (!["fine", "offline"].includes(line.state)) kept.forget(); // whoever isn't let in leaves nothing behind
    draw();
  }

  // What is so, and what this device says besides

  const settle = (seen, at) => {
    if (seen.current !== null) seen.points[seen.current].spent += Math.max(0, (at - seen.at) / 1000);
    seen.at = Math.max(seen.at, at);
  };
  const APPLY = {
    begin(seen, act, at) {
      if (seen.state === "planned") Object.assign(seen, { state: "running", began: at, at, current: seen.points.length ? 0 : null });
    },
    go(seen, act, at) {
      if (seen.state !== "running") return;
      settle(seen, at);
      seen.current = act.point;
    },
    jot(seen, act, at) {
      const known = seen.jots.find((one) => one.key === act.key);
      const jot = { by: "", fixed: false, asker: "", ...known, ...act, at: known ? known.at : at, time: "", pending: true };
      seen.jots = [...seen.jots.filter((one) => one !== known), jot];
    },
    strike(seen, act) { seen.jots = seen.jots.filter((one) => one.key !== act.key); },
    end(seen, act, at) {
      if (seen.state !== "running") return;
      settle(seen, at);
      Object.assign(seen, { state: "held", ended: at, current: null });
    },
  };

  function view() {
    const seen = { ...room, points: room.points.map((one) => ({ ...one })) };
    outbox.acts.forEach((act) => APPLY[act.do]?.(seen, act, act.made + line.ahead));
    return seen;
  }

  function act(what, made) {
    outbox.put(what, made);
    draw();
    line.exchange();
  }

  function heard(fresh, answers) {
    const planned = room.state === "planned" && fresh.state === "planned";
    if (planned && fresh.revision !== room.revision) return location.reload(); // the plan itself was changed
    room = fresh;
    keep();
    answers.filter((one) => !one.ok).forEach((one) => {
      root.removeAttribute("data-leaving");
      document.dispatchEvent(new CustomEvent("toast", { detail: { value: one.say } }));
    });
    draw();
    const saved = !outbox.acts.length && !outbox.refused.length;
    if (root.hasAttribute("data-leaving") && room.state !== "running" && saved) location.assign(root.dataset.after);
  }

  // Lists: rows are kept by their key, so that nothing jumps away under a thumb

  function lay(list, rows, kind, dress) {
    const known = new Map([...list.children].map((row) => [row.dataset.key, row]));
    rows.forEach((one, place) => {
      const row = known.get(one.key) || find(`[data-row="${kind}"]`, document).content.firstElementChild.cloneNode(true);
      known.delete(one.key);
      row.dataset.key = one.key;
      dress(row, one);
      if (list.children[place] !== row) list.insertBefore(row, list.children[place] || null);
    });
    known.forEach((row) => row.remove());
  }

  const slot = (row, name, text) => put(find(`[data-slot="${name}"]`, row), text);

  function dressJot(row, jot) {
    const gone = struck.has(jot.key);
    row.dataset.kind = jot.kind;
    row.toggleAttribute("data-struck", gone);
    row.toggleAttribute("data-pending", Boolean(jot.pending));
    slot(row, "kind", words[`kind${jot.kind[0].toUpperCase()}${jot.kind.slice(1)}`] || "");
    slot(row, "text", jot.text);
    const asked = jot.asker && fill(words.asks, { name: jot.asker });
    slot(row, "meta", [jot.pending ? words.pending : jot.time, jot.by, asked].filter(Boolean).join(" · "));
    const may = room.runs && ["running", "held"].includes(room.state);
    find("[data-strike]", row).hidden = !may || gone || jot.fixed;
    find("[data-back]", row).hidden = !may || !gone;
  }

  function drawLists(seen) {
    const here = new Set(seen.jots.map((one) => one.key));
    here.forEach((key) => struck.delete(key));
    const jots = [...seen.jots, ...struck.values()].reverse().sort((one, other) => other.at - one.at);
    lay(find("[data-jots]"), jots, "jot", dressJot);
    find("[data-nothing]").hidden = jots.length > 0;
    const refused = outbox.refused.map((one) => ({ ...one, key: one.name }));
    find("[data-refused]").hidden = !refused.length;
    lay(find("[data-refused] ul"), refused, "refused", (row, one) => {
      slot(row, "text", one.text);
      slot(row, "why", one.why);
    });
  }

  function drawPoints(seen) {
    const running = seen.state === "running";
    all("[data-points] > li").forEach((row, place) => {
      const here = running && seen.current === place;
      if (here) row.setAttribute("aria-current", "step");
      else row.removeAttribute("aria-current");
      find("button", row).disabled = !running || !room.runs || here;
    });
    const point = seen.points[seen.current];
    put(find("[data-place]"), point ? fill(words.place, { n: seen.current + 1, of: seen.points.length }) : "");
    put(find("[data-point]"), point ? point.text : seen.points.length ? words.done : words.unplanned);
    const next = point && seen.points[seen.current + 1];
    put(find("[data-next]"), next ? fill(words.next, { text: next.text }) : words.finish);
  }

  function draw() {
    const seen = view();
    root.dataset.state = seen.state;
    all("[data-when]").forEach((part) => {
      const may = room.runs || !part.hasAttribute("data-runs");
      part.hidden = !may || !part.dataset.when.split(" ").includes(seen.state);
    });
    find("[data-asked]").hidden = !root.hasAttribute("data-parked") || find("[data-box]").hidden;
    if (seen.ended && seen.began) put(find("[data-ended]"), fill(words.ended, { n: Math.round((seen.ended - seen.began) / 60000) }));
    drawPoints(seen);
    drawLists(seen);
    drawStatus();
    tick(seen);
    keepAwake(seen.state === "running");
  }

  // The line's state in words

  const PLURAL = new Intl.PluralRules(document.documentElement.lang);

  function stateWords(acts) {
    const notes = acts.filter((one) => one.do === "jot").length;
    if (line.state !== "fine" && line.state !== "offline") return words[line.state];
    if (acts.length && !outbox.keeps) return words.unkept;
    if (line.state === "fine") return acts.length ? words.saving : room.runs ? words.saved : words.watching;
    const form = PLURAL.select(notes);
    return notes ? fill(words[`kept${form[0].toUpperCase()}${form.slice(1)}`], { n: notes }) : words.offline;
  }

  function drawStatus() {
    const acts = outbox.acts;
    const status = find("[data-status]");
    status.dataset.line = line.state === "fine" && acts.length ? "saving" : line.state;
    put(status, stateWords(acts));
    find("[data-sign-in]").hidden = !["out", "other"].includes(line.state);
  }

  // The clock

  function told(seconds) {
    const whole = Math.abs(seconds);
    const pair = (number) => String(number).padStart(2, "0");
    const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
    return `${seconds < 0 ? "−" : ""}${hours ? `${hours}:${pair(minutes)}` : minutes}:${pair(whole % 60)}`;
  }
  const whole = (seconds) => Math.ceil(seconds) || 0; // never minus nothing

  function tick(seen = view()) {
    if (seen.state === "running") settle(seen, line.now());
    seen.points.forEach((one, place) => {
      const row = find(`[data-points] > li:nth-child(${place + 1})`);
      const [took, over] = [Math.floor(one.spent), Math.floor(one.spent) - one.minutes * 60];
      const sentence = over > 0 ? words.spentOver : took ? words.spent : "";
      slot(row, "spent", fill(sentence, { n: told(took), m: told(over) }));
      row.toggleAttribute("data-over", over > 0);
    });
    if (seen.state === "running") tickClock(seen);
  }

  function tickClock(seen) {
    const point = seen.points[seen.current];
    const left = seen.minutes * 60 - (seen.at - seen.began) / 1000;
    const shown = point ? point.minutes * 60 - point.spent : left;
    const pace = whole(shown) < 0 ? "over" : shown <= 60 ? "soon" : "left";
    find("[data-pace]").dataset.pace = pace;
    put(find("[data-digits]"), told(whole(shown)));
    put(find("[data-word]"), words[pace]);
    const bar = find("[data-progress]");
    bar.hidden = !point;
    if (point) bar.value = Math.min(1, point.spent / (point.minutes * 60));
    put(find("[data-to-end]"), fill(left < 0 ? words.pastEnd : words.toEnd, { n: Math.ceil(Math.abs(left) / 60) }));
    const ahead = seen.points.filter((one, place) => !one.spent && place !== seen.current).reduce((sum, one) => sum + one.minutes * 60, 0);
    const late = point ? ahead + Math.max(0, shown) - left : 0;
    put(find("[data-late]"), late >= 60 ? fill(words.late, { n: Math.round(late / 60) }) : "");
  }

  // The screen stays awake as long as the meeting runs, where the browser can do that

  let awake = null;

  function keepAwake(wanted) {
    if (!wanted) awake?.then((lock) => lock?.release());
    if (!wanted || document.hidden) awake = null; // the browser lets go of it by itself
    else awake ??= navigator.wakeLock?.request("screen").catch(() => null);
  }

  Object.assign(window.cockpit, { act, all, draw, fill, find, line, outbox, put, root, struck, tick, view, words });
})();
