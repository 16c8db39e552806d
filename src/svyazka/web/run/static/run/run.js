// The clock of a status run, and its keys. Without it the page works by its buttons and shows the time as it was when it came.
(() => {
  "use strict";
  const SHORTEST_NOTICE = 6; // the last sixth is announced: see engine/pace.py

  const page = () => document.querySelector("[data-run]");
  const typing = (target) => target.closest?.("input:not([type=checkbox]), textarea, select");

  // The clock counts on from the seconds that came with the page
  let began = performance.now();
  const two = (number) => String(number).padStart(2, "0");
  function figures(seconds) {
    const whole = Math.max(0, Math.floor(seconds)), hours = Math.floor(whole / 3600), minutes = Math.floor(whole / 60) % 60;
    return hours ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
  }
  const lookOf = (seconds, share) => (seconds > share ? "over" : seconds >= share - Math.floor(share / SHORTEST_NOTICE) ? "soon" : "plain");

  function tick() {
    const clock = page()?.querySelector("[data-clock]");
    if (!clock || !("ticks" in clock.dataset)) return;
    const more = (performance.now() - began) / 1000, here = Math.floor(Number(clock.dataset.here) + more), share = Number(clock.dataset.share);
    const put = (name, text) => { const place = clock.querySelector(`[${name}]`); if (place) place.textContent = text; };
    put("data-here-digits", figures(here));
    put("data-all-digits", figures(Number(clock.dataset.all) + more));
    put("data-over", figures(here - share));
    const bar = clock.querySelector("progress");
    if (bar) bar.value = Math.min(here, share);
    const look = lookOf(here, share);
    if (look === clock.dataset.look) return;
    clock.dataset.look = look;
    clock.querySelectorAll("[data-when]").forEach((one) => { one.hidden = one.dataset.when !== look; });
    put("data-told", clock.querySelector(`[data-when="${look}"]`)?.textContent.trim() || "");
  }

  // Keys: by their place on the keyboard, so that they work in the Russian layout too
  function keyOf(event) {
    const found = /^(?:Key([A-Z])|(?:Digit|Numpad)([1-6]))$/.exec(event.code);
    return found ? (found[1] || found[2]).toLowerCase() : { ArrowRight: "n", ArrowLeft: "b" }[event.key];
  }

  function press(key) {
    const target = page().querySelector(`[data-key="${key === "c" ? "6" : key}"]`);
    if (!target) return false;
    if (target.matches("input")) {
      target.focus();
      target.select();
    } else {
      target.click();
      const asked = target.closest("details")?.querySelector(".confirm__body .button--primary");
      if (target.matches("summary")) setTimeout(() => asked?.focus());
    }
    return true;
  }

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.defaultPrevented || !page() || document.querySelector("dialog[open]")) return;
    if (event.key === "Escape" && typing(event.target)) return event.target.blur();
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || typing(event.target)) return;
    const key = keyOf(event);
    if (key && press(key)) event.preventDefault();
  });

  // One press is one turn, however long the answer takes
  document.addEventListener("submit", (event) => {
    const form = event.target.closest(".run__form");
    if (!form) return;
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "yes";
    setTimeout(() => { delete form.dataset.sent; }, 5000); // an answer that was lost on its way
  });
  addEventListener("pageshow", () => { document.querySelector(".run__form")?.removeAttribute("data-sent"); });

  // Where somebody else has gone on, the page comes anew: by its own address, for a refused form has come by another
  document.addEventListener("revision", (event) => { if (event.target === page()) location.replace(page().dataset.run); });

  document.addEventListener("DOMContentLoaded", () => {
    const keys = document.querySelector("[data-more-keys]");
    // those of other pages lead nowhere from a page without a rail
    if (keys) document.querySelector("dialog[data-keys] dl")?.replaceChildren(keys.content.cloneNode(true));
    began = performance.now();
    setInterval(tick, 250);
    // a line that was refused is mended where it ends
    const line = document.activeElement;
    if (line.matches("#step")) line.setSelectionRange(line.value.length, line.value.length);
    page()?.setAttribute("data-ready", ""); // keys work from now on
  });
})();
