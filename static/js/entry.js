// The entry page: htmx saves as one types; this keeps what could not be saved yet.
// Pending texts lie in local storage under report and user until the server has acknowledged
// them, and are put back, and sent, when the page is opened again. Logging out clears them.
// With each lies the text last seen in its field: what a colleague saved there meanwhile is then
// a conflict to be shown, not something to write over. What it says stands on the form (data-say-…),
// in the reader's language.
const form = document.querySelector("form[data-draft]");
const key = `draft:${form.dataset.draft}`;
const status = () => document.getElementById("saved");
const seen = (name) => document.getElementById(`seen-${name}`);

function pending() {
  return JSON.parse(localStorage.getItem(key) ?? "{}");
}

function keep(texts) {
  if (Object.keys(texts).length) localStorage.setItem(key, JSON.stringify(texts));
  else localStorage.removeItem(key);
}

form.addEventListener("input", ({ target }) => {
  // What a refused page marked is being mended; the next answer says what is still wrong.
  target.classList.remove("is-invalid", "is-missing");
  target.removeAttribute("aria-invalid");
  target.closest("tr")?.classList.remove("is-bad");
  const { name, value } = target;
  if (seen(name)) keep({ ...pending(), [name]: [value, seen(name).value] });
});

// What was sent and acknowledged is dropped, unless it has been typed over meanwhile or waits for
// a choice between two values.
form.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (!detail.successful || isLogin(detail.xhr)) return say(detail.xhr);
  const sent = detail.requestConfig.parameters;
  const open = detail.xhr.getResponseHeader("X-Conflicts")?.split(" ") ?? [];
  const left = ([name, [text]]) => sent[name] !== text || open.includes(name);
  keep(Object.fromEntries(Object.entries(pending()).filter(left)));
});

// A session that ended answers with the log-in page: it must not be put into this one. (The event
// comes from the target, the line of status, which stands outside the form.)
document.addEventListener("htmx:beforeSwap", (event) => {
  if (isLogin(event.detail.xhr)) event.detail.shouldSwap = false;
});

// Values of others are put in, but never over what was typed while they were on their way; what
// was typed over meanwhile follows on what has just been saved.
form.addEventListener("htmx:afterSettle", ({ detail }) => {
  for (const mark of document.querySelectorAll("[data-take]")) {
    const field = document.getElementById(mark.dataset.take);
    if (field.value === detail.requestConfig.parameters[field.name]) {
      field.value = seen(field.name).value = mark.dataset.text;
    }
    mark.remove();
  }
  const follows = ([name, [text, before]]) => [name, [text, seen(name)?.value ?? before]];
  keep(Object.fromEntries(Object.entries(pending()).map(follows)));
});

form.addEventListener("htmx:sendError", () => say(null));

// A saving is never a sending: htmx takes the address of the button that has the focus by then.
form.addEventListener("htmx:configRequest", ({ detail }) => {
  detail.path = form.getAttribute("hx-post");
});

// A form that is on its way takes everything with it; nothing may come after a sent report. It
// waits for a saving under way: what that stored must not look like another person's value.
let leaving = false;
let saving = false;
let waiting = null;
form.addEventListener("submit", (event) => {
  leaving = true;
  if (!saving) return;
  event.preventDefault();
  waiting = event.submitter;
});
form.addEventListener("htmx:beforeRequest", (event) => {
  if (leaving) event.preventDefault();
  else saving = true;
});
form.addEventListener("htmx:afterRequest", () => {
  saving = false;
  if (waiting) form.requestSubmit(waiting);
  waiting = null;
});
window.addEventListener("pageshow", () => { leaving = false; });

window.addEventListener("online", () => resend());

function isLogin(xhr) {
  return Boolean(xhr?.responseURL?.includes("/dang-nhap/"));
}

function say(xhr) {
  const line = document.createElement("b");
  line.className = "bad";
  status().replaceChildren(line);
  if (isLogin(xhr) || xhr?.status === 403) {
    line.textContent = `${form.dataset.sayEnded} `;
    const again = document.createElement("a");
    again.href = location.pathname;
    again.textContent = form.dataset.sayAgain;
    line.append(again);
  } else if (xhr?.status === 409) {
    line.textContent = xhr.responseText;
  } else {
    line.textContent = form.dataset.sayKept;
  }
}

function resend() {
  if (Object.keys(pending()).length) form.dispatchEvent(new Event("resend"));
}

setInterval(resend, 15000);

// Put back what an earlier visit could not save.
const left = Object.entries(pending()).filter(([name, [text]]) => {
  const field = form.elements[name];
  return field && seen(name) && field.value !== text;
});
for (const [name, [text, before]] of left) {
  form.elements[name].value = text;
  seen(name).value = before;
}
if (left.length) {
  const notice = document.getElementById("restored");
  notice.textContent = form.dataset.sayRestored.replace("#", left.length);
  notice.hidden = false;
  addEventListener("load", resend);
}
keep(Object.fromEntries(left));
