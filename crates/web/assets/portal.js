// The portal's comforts: results while one types, times in the administrator's zone. All works without.
"use strict";

// --- Results while one types or chooses ---
// The browser parses the answer as a document by itself; nothing is put together from text here.
for (const form of document.querySelectorAll("form.search")) {
  let results = document.getElementById("results");
  if (!results) continue;
  let wait, request;
  const look = () => {
    const given = new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
    const address = `${form.action}?${given}`;
    request?.abort();
    request = new XMLHttpRequest();
    request.open("GET", address);
    request.responseType = "document";
    request.addEventListener("load", (event) => {
      const fresh = event.target.response?.getElementById("results");
      if (!fresh || event.target !== request) return;
      results.replaceWith(document.adoptNode(fresh));
      results = fresh;
      localTimes();
      history.replaceState(null, "", address);
    });
    request.send();
  };
  form.addEventListener("input", () => {
    clearTimeout(wait);
    wait = setTimeout(look, 180);
  });
  form.addEventListener("submit", () => { clearTimeout(wait); request?.abort(); });
}

// --- Live: a list that looks for newer records every few seconds, while somebody looks at it ---
for (const button of document.querySelectorAll("[data-live]")) {
  button.hidden = false;
  let timer;
  const look = () => {
    if (document.hidden) return;
    const request = new XMLHttpRequest();
    request.open("GET", button.dataset.live);
    request.responseType = "document";
    request.addEventListener("load", () => {
      const fresh = request.response?.getElementById("results");
      if (!fresh) { button.click(); return; }
      if (timer && fresh.textContent !== button.shown) {
        button.shown = fresh.textContent;
        document.getElementById("results").replaceWith(document.adoptNode(fresh));
        localTimes();
      }
    });
    request.send();
  };
  button.addEventListener("click", () => {
    timer = timer ? clearInterval(timer) : setInterval(look, 3000);
    button.setAttribute("aria-pressed", String(Boolean(timer)));
    if (timer) look();
  });
}

// --- A secret that is shown once: a reload shows the person instead of sending the form again ---
for (const link of document.querySelectorAll("a[data-leave]")) history.replaceState(null, "", link.href);

// --- Times in UTC beside the local ones, where these differ ---
if (new Date().getTimezoneOffset() !== 0) for (const time of document.querySelectorAll("[data-utc]")) time.hidden = false;

// --- Times on paper: with their date and zone ---
for (const time of document.querySelectorAll("time[data-full]")) {
  const parts = { day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit", timeZoneName: "short" };
  time.textContent = new Intl.DateTimeFormat(locales, parts).format(new Date(time.dateTime));
}

// --- The start of a pass is typed in one's own zone ---
for (const zone of document.querySelectorAll("[data-zone]")) {
  zone.textContent = `(${Intl.DateTimeFormat().resolvedOptions().timeZone})`;
}
for (const offset of document.querySelectorAll("[data-offset]")) {
  const { start } = offset.form.elements;
  const tell = () => { offset.value = start.value ? new Date(start.value).getTimezoneOffset() : ""; };
  start.addEventListener("input", () => {
    document.getElementById("when-later").checked = true;
    tell();
  });
  for (const id of ["other", "other-unit"]) {
    document.getElementById(id).addEventListener("input", () => { document.getElementById("for-other").checked = true; });
  }
  offset.form.addEventListener("submit", tell);
}

// --- Time left, to the second ---
for (const clock of document.querySelectorAll("[data-left]")) {
  const end = performance.now() + Number(clock.dataset.left) * 1000;
  const two = (number) => String(number).padStart(2, "0");
  const tick = () => {
    const left = Math.max(0, Math.ceil((end - performance.now()) / 1000));
    const [hours, minutes] = [Math.floor(left / 3600), Math.floor(left / 60) % 60];
    clock.textContent = hours ? `${hours}:${two(minutes)}:${two(left % 60)}` : `${minutes}:${two(left % 60)}`;
    if (!left) clearInterval(timer);
  };
  const timer = setInterval(tick, 1000);
  tick();
}

// --- Changes that are not saved yet: leaving asks ---
for (const form of document.querySelectorAll("form[data-unsaved]")) {
  const ask = (event) => event.preventDefault();
  form.addEventListener("input", () => addEventListener("beforeunload", ask));
  form.addEventListener("submit", () => removeEventListener("beforeunload", ask));
}

// --- Print ---
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
