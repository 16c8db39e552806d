// allauth reports a key that failed by an event; say it on the page instead of in the console.
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  document.querySelector("[data-passkey-error]").hidden = false;
});
