// While somebody types, another person's act must not swap the panels away under his hands.
document.addEventListener("input", (event) => {
  event.target.closest("#deal")?.setAttribute("data-busy", "");
});
// A form that has just been unfolded is there to be filled in.
document.addEventListener("htmx:load", (event) => {
  if (event.target.matches?.("details[data-fold]")) event.target.querySelector("input:not([type=hidden]), textarea, select")?.focus();
});
// A link into a closed disclosure opens it.
const reveal = () => {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target) return;
  target.closest("details:not([open])")?.setAttribute("open", "");
  if (target.matches("a[data-fold]")) target.click();
  if (target.tagName === "DETAILS") {
    target.open = true;
    target.querySelector("input:not([type=hidden]), textarea, select")?.focus();
  }
};
addEventListener("hashchange", reveal);
document.addEventListener("DOMContentLoaded", reveal);
