// The letter's second link leads to the corrections: they lie folded, and unfold for whoever comes by it, also on the open page.
// "I can't come" leads to the box where that is begun: there one types on.
(() => {
  "use strict";
  const unfold = () => {
    const wanted = document.getElementById(location.hash.slice(1));
    const folded = wanted?.closest("details");
    if (!folded) return;
    folded.open = true;
    folded.scrollIntoView();
    if (wanted.matches("textarea")) {
      wanted.focus();
      wanted.setSelectionRange(wanted.value.length, wanted.value.length);
    }
  };
  addEventListener("hashchange", unfold);
  for (const other of document.querySelectorAll("a[hreflang]")) other.hash = location.hash;
  unfold();
})();
