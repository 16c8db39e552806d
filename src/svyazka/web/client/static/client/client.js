// The letter's second link leads to the corrections: they lie folded, and unfold for whoever comes by it.
(() => {
  "use strict";
  const wanted = document.getElementById(location.hash.slice(1));
  if (wanted?.matches("details")) wanted.open = true;
})();
