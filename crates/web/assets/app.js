// What the platform offers to scripts only: passkeys, copying, showing what is typed, a live countdown,
// local times. Everything else works without this file.
"use strict";

// --- Forms: one submission at a time. A second click would redeem a one-time pass twice. ---
for (const form of document.querySelectorAll('form[method="post"]')) {
  form.addEventListener("submit", (event) => {
    if (form.getAttribute("aria-busy") === "true") {
      event.preventDefault();
      return;
    }
    form.setAttribute("aria-busy", "true");
  });
}
// Coming back with the browser's back button shows the page as it was left.
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.querySelectorAll("form[aria-busy]")) form.removeAttribute("aria-busy");
});

// --- An answer to an application goes on by itself ---
for (const form of document.querySelectorAll("form[data-submit-now]")) form.requestSubmit();

// --- Signed out: on once the applications' frames are there, or after 5 s ---
for (const link of document.querySelectorAll("a[data-go-after-frames]")) {
  const go = () => location.replace(link.href);
  addEventListener("load", go);
  setTimeout(go, 5000);
}

// --- Show and hide what is typed ---
for (const button of document.querySelectorAll("[data-reveal]")) {
  const field = document.getElementById(button.dataset.reveal);
  const [reveal, hide] = [button.textContent, button.dataset.hide];
  button.hidden = false;
  const show = (shown) => {
    field.type = shown ? "text" : "password";
    button.setAttribute("aria-pressed", String(shown));
    button.textContent = shown ? hide : reveal;
  };
  button.addEventListener("click", () => {
    show(field.type === "password");
    field.focus();
  });
  // A password manager should see a password field, and the next person no clear text.
  field.form.addEventListener("submit", () => show(false));
}

// --- Copy ---
for (const button of navigator.clipboard ? document.querySelectorAll("[data-copy]") : []) {
  const source = document.getElementById(button.dataset.copy);
  const words = document.querySelector("[data-copy-words]");
  const [copy, copied] = [button.textContent, button.dataset.copied];
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(source.dataset.plain ?? source.textContent);
      button.textContent = copied;
      words.textContent = copied;
    } catch {
      getSelection().selectAllChildren(source);
      words.textContent = words.dataset.copyWords;
    }
    setTimeout(() => {
      button.textContent = copy;
      words.textContent = "";
    }, 3000);
  });
}

// --- Times in the reader's own zone, in the page's language, as that is spoken where the reader is ---
const language = document.documentElement.lang;
const locales = [...navigator.languages.filter((tag) => tag.startsWith(`${language}-`)),
  language === "en" ? "en-GB" : language];
function localTimes() {
  for (const time of document.querySelectorAll("time[data-local]")) {
    const at = new Date(time.dateTime);
    const today = at.toDateString() === new Date().toDateString();
    const format = time.dataset.local === "day" ? { dateStyle: "long" }
      : today ? { timeStyle: "short" } : { dateStyle: "long", timeStyle: "short" };
    time.textContent = new Intl.DateTimeFormat(locales, format).format(at);
  }
}
localTimes();

// --- Countdown: ticks to the eye, speaks at five, two, one minute and at the end ---
for (const clock of document.querySelectorAll("[data-countdown]")) {
  const end = performance.now() + Number(clock.dataset.countdown) * 1000;
  const words = document.querySelector("[data-countdown-words]");
  let spoken = Number(clock.dataset.countdown);
  const tick = () => {
    const left = Math.max(0, Math.ceil((end - performance.now()) / 1000));
    clock.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    for (const mark of [300, 120, 60]) {
      if (spoken > mark && left <= mark) {
        words.textContent = words.getAttribute(`data-at-${mark}`);
      }
    }
    spoken = left;
    if (left === 0) {
      words.classList.remove("vh");
      words.textContent = words.dataset.over;
      clearInterval(timer);
    }
  };
  const timer = setInterval(tick, 1000);
  tick();
}

// --- Passkeys ---
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
  .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const ids = (list) => (list ?? []).map((item) => ({ ...item, id: bytes(item.id) }));

const parse = (options, create) => {
  const given = options.publicKey ?? options;
  const native = create ? PublicKeyCredential.parseCreationOptionsFromJSON
    : PublicKeyCredential.parseRequestOptionsFromJSON;
  if (native) return native.call(PublicKeyCredential, given);
  const parsed = { ...given, challenge: bytes(given.challenge) };
  if (create) {
    parsed.user = { ...given.user, id: bytes(given.user.id) };
    parsed.excludeCredentials = ids(given.excludeCredentials);
  } else {
    parsed.allowCredentials = ids(given.allowCredentials);
  }
  return parsed;
};

const toJson = (credential) => {
  if (credential.toJSON) {
    // Some password managers hand out credentials whose toJSON throws.
    try { return credential.toJSON(); } catch { /* by hand, below */ }
  }
  const { id, type, response } = credential;
  const json = {
    id, rawId: text(credential.rawId), type,
    authenticatorAttachment: credential.authenticatorAttachment ?? undefined,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: { clientDataJSON: text(response.clientDataJSON) },
  };
  if (response.attestationObject) {
    json.response.attestationObject = text(response.attestationObject);
    json.response.authenticatorData = text(response.getAuthenticatorData());
    json.response.publicKey = response.getPublicKey() ? text(response.getPublicKey()) : undefined;
    json.response.publicKeyAlgorithm = response.getPublicKeyAlgorithm();
    json.response.transports = response.getTransports?.() ?? [];
  } else {
    json.response.authenticatorData = text(response.authenticatorData);
    json.response.signature = text(response.signature);
    if (response.userHandle) json.response.userHandle = text(response.userHandle);
  }
  return json;
};

const device = (names) => {
  const platform = navigator.userAgentData?.platform || navigator.userAgent;
  const known = [[/iPhone/, "iPhone"], [/iPad/, "iPad"], [/Android/, names.android], [/Mac/, "Mac"],
    [/Win/, names.windows], [/CrOS|Chrome OS/, "Chromebook"], [/Linux/, names.linux]];
  return known.find(([pattern]) => pattern.test(platform))?.[1];
};

// A name to begin with. A phone reached over the air could be any, so it gets none.
const suggest = ({ authenticatorAttachment, response }, names) => {
  if (authenticatorAttachment === "platform") return device(names);
  return response.getTransports?.().some((way) => way === "usb" || way === "nfc") ? names.key : undefined;
};

const explain = (error, words) => {
  switch (error.name) {
    case "NotAllowedError":
    case "AbortError":
      return words.cancelled;
    case "InvalidStateError":
      return words.known;
    case "SecurityError":
      return words.address;
    case "NotSupportedError":
    case "ConstraintError":
      return words.unsupported;
    default:
      return words.failed;
  }
};

for (const form of document.querySelectorAll("[data-webauthn]")) {
  const create = form.dataset.webauthn === "create";
  const start = form.querySelector("[data-webauthn-start]");
  const problem = form.querySelector("[data-webauthn-problem]");
  const conditional = form.dataset.mediation === "conditional";
  const tell = (words) => {
    if (!problem) return;
    problem.hidden = !words;
    problem.textContent = words;
  };
  const run = async () => {
    if (form.getAttribute("aria-busy") === "true") return;
    if (!conditional) form.setAttribute("aria-busy", "true");
    tell("");
    try {
      const publicKey = parse(JSON.parse(form.dataset.options), create);
      const credential = create ? await navigator.credentials.create({ publicKey })
        : await navigator.credentials.get(conditional ? { publicKey, mediation: "conditional" } : { publicKey });
      form.elements.credential.value = JSON.stringify(toJson(credential));
      if (create) form.elements.name.value = suggest(credential, form.dataset) ?? form.elements.name.value;
      form.submit();
    } catch (error) {
      form.removeAttribute("aria-busy");
      if (conditional) return;
      tell(explain(error, form.dataset));
      start.textContent = form.dataset.again;
    }
  };
  if (!window.PublicKeyCredential) {
    tell(form.dataset.unable);
    if (start) start.hidden = true;
  } else if (conditional) {
    PublicKeyCredential.isConditionalMediationAvailable?.().then((available) => available && run());
  } else {
    start.addEventListener("click", run);
    if ("auto" in form.dataset) run();
  }
}
