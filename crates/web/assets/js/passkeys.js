// @ts-check
// Passkeys: fetches the question, lets the device answer, and sends the answer with the form as any other field. Forms with
// data-passkey="get" are hidden until this module knows that the browser can do it; without script the password's way stays.

/**
 * What may be sent of a credential: without what it derived (PRF), which is a key and must not leave the browser.
 * @param {any} told
 * @returns {any}
 */
export function withoutSecrets(told) {
  const { prf: _, ...results } = told.clientExtensionResults ?? {};
  return { ...told, clientExtensionResults: results };
}

/** What the person reads when it did not work. */
const WORDS = {
  device: "The device was not asked to the end, or it has no passkey for this page. Nothing was done.",
  pause: "That was often in a short time. Please wait a little.",
  other: "It did not work. Open the page again, or use the other way.",
};

/**
 * @param {HTMLFormElement} form
 * @returns {Promise<any>}
 */
async function question(form) {
  const body = new URLSearchParams();
  for (const [name, value] of new FormData(form)) body.append(name, String(value));
  const headers = { Accept: "application/json" };
  const answer = await fetch(form.dataset.ask ?? "", { method: "POST", body, headers });
  if (answer.status === 422) throw new Error((await answer.json()).said ?? WORDS.other);
  if (!answer.ok) throw new Error(answer.status === 429 ? WORDS.pause : WORDS.other);
  return answer.json();
}

/**
 * @param {HTMLFormElement} form
 * @param {any} options
 * @returns {Promise<Credential | null>}
 */
function fromDevice(form, options) {
  if (form.dataset.passkey === "create") {
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
    return navigator.credentials.create({ publicKey });
  }
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
  return navigator.credentials.get({ publicKey });
}

/** @param {HTMLFormElement} form */
async function answer(form) {
  const options = await question(form);
  let given;
  try {
    given = await fromDevice(form, options);
  } catch {
    throw new Error(WORDS.device);
  }
  if (!(given instanceof PublicKeyCredential)) throw new Error(WORDS.device);
  const field = form.querySelector("[data-passkey-answer]");
  if (field instanceof HTMLInputElement) field.value = JSON.stringify(withoutSecrets(given.toJSON()));
  form.submit();
}

/** @param {HTMLFormElement} form */
function prepare(form) {
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const said = form.querySelector("[data-passkey-said]");
    if (said) said.textContent = "";
    answer(form).catch((error) => {
      if (said) said.textContent = error instanceof Error ? error.message : WORDS.other;
    });
  });
}

if (typeof document !== "undefined" && "PublicKeyCredential" in globalThis) {
  const able = "parseRequestOptionsFromJSON" in PublicKeyCredential;
  for (const form of able ? document.querySelectorAll("form[data-passkey]") : []) {
    if (form instanceof HTMLFormElement) prepare(form);
  }
}
