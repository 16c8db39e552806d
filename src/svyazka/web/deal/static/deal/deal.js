// While somebody types, another person's act must not swap the panels away under his hands.
document.addEventListener("input", (event) => {
  event.target.closest("#deal")?.setAttribute("data-busy", "");
});
// A link into a closed disclosure opens it.
const reveal = () => {
  const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target) target.closest("details:not([open])")?.setAttribute("open", "");
  if (target?.tagName === "DETAILS") {
    target.open = true;
    target.querySelector("input:not([type=hidden]), textarea, select")?.focus();
  }
};
addEventListener("hashchange", reveal);
document.addEventListener("DOMContentLoaded", reveal);
