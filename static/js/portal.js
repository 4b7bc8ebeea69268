// Two comforts for forms; every page works without them.

// <form data-guard>: ask before the page is left with words typed and not saved.
for (const form of document.querySelectorAll("form[data-guard]")) {
  let unsaved = false;
  form.addEventListener("input", () => { unsaved = true; });
  form.addEventListener("submit", () => { unsaved = false; });
  form.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.successful && event.detail.requestConfig.verb !== "get") unsaved = false;
  });
  window.addEventListener("beforeunload", (event) => {
    if (unsaved) event.preventDefault();
  });
}

// <form data-once> or <button data-once>: a second click sends nothing twice.
// Not for buttons that answer with a file: the page stays, and so would the lock.
document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (event.defaultPrevented || !button?.closest("[data-once]")) return;
  // After the browser has read the form: a disabled button's own name would not be sent.
  setTimeout(() => lock(button), 0);
});

// A page brought back by the Back button comes as it was left, locked.
window.addEventListener("pageshow", () => {
  document.querySelectorAll("[aria-busy='true'][data-locked]").forEach(unlock);
});

function lock(button) {
  button.disabled = true;
  button.dataset.locked = "";
  button.setAttribute("aria-busy", "true");
}

function unlock(button) {
  button.disabled = false;
  delete button.dataset.locked;
  button.removeAttribute("aria-busy");
}

// Logging out takes unsaved drafts off this machine (entry.js keeps them).
document.querySelector("form[data-forget]")?.addEventListener("submit", () => {
  const drafts = Object.keys(localStorage).filter((key) => key.startsWith("draft:"));
  drafts.forEach((key) => localStorage.removeItem(key));
});
