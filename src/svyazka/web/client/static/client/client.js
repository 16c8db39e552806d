// The letter's second link leads to the corrections: they lie folded, and unfold for whoever comes by it, also on the open page.
(() => {
  "use strict";
  const unfold = () => {
    const wanted = document.getElementById(location.hash.slice(1));
    const folded = wanted?.closest("details");
    if (!folded) return;
    folded.open = true;
    folded.scrollIntoView();
  };
  addEventListener("hashchange", unfold);
  for (const other of document.querySelectorAll("a[hreflang]")) other.hash = location.hash;
  unfold();
})();
