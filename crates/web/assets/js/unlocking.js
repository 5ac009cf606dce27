// @ts-check
// A passkey that unlocks the records. What the passkey derives (PRF) stays here: the server gets a key that is derived from it once
// more, which opens one slot and tells nothing about any other use of the passkey. Parts with data-unlocking are hidden until this
// module knows that the browser can do it; without script the other ways stay.

/** What the key is derived for. */
const INFO = "alcove/unlock/v1";
/** The bit of an authenticator's flags that says that it verified its owner (WebAuthn Level 3, 6.1). */
const VERIFIED = 0x04;
const FLAGS = 32;

const WORDS = {
  device: "The device was not asked to the end, or it has no passkey for this. Nothing was done.",
  unable: "This device cannot derive keys, or did not make sure that it is you. Use another one.",
  other: "It did not work. Open the page again, or use the other way.",
};

/** @typedef {{id: Uint8Array<ArrayBuffer>, salt: Uint8Array<ArrayBuffer>}} Passkey */

/** @param {string} text @returns {Uint8Array<ArrayBuffer>} */
function fromText(text) {
  const bytes = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(bytes, (one) => one.charCodeAt(0));
}

/** @param {Uint8Array} bytes */
const toText = (bytes) => btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

/** @param {number} count */
const random = (count) => crypto.getRandomValues(new Uint8Array(count));

/**
 * The key of a slot: HKDF-SHA-512 (RFC 5869) of what the passkey gave.
 * @param {BufferSource} given @param {Uint8Array<ArrayBuffer>} salt
 */
export async function derived(given, salt) {
  const secret = await crypto.subtle.importKey("raw", given, "HKDF", false, ["deriveBits"]);
  const how = { name: "HKDF", hash: "SHA-512", salt, info: new TextEncoder().encode(INFO) };
  return new Uint8Array(await crypto.subtle.deriveBits(how, secret, 256));
}

/**
 * Asks for one of these passkeys, and gives its key. Its owner must be verified: a device derives another value where they are not.
 * @param {Passkey[]} passkeys
 */
async function got(passkeys) {
  const evalByCredential = Object.fromEntries(passkeys.map(({ id, salt }) => [toText(id), { first: salt }]));
  /** @type {PublicKeyCredentialRequestOptions} */
  const publicKey = {
    challenge: random(32),
    userVerification: "required",
    allowCredentials: passkeys.map(({ id }) => ({ type: "public-key", id })),
    extensions: { prf: { evalByCredential } },
  };
  const given = await navigator.credentials.get({ publicKey }).catch(() => null);
  if (!(given instanceof PublicKeyCredential)) throw new Error(WORDS.device);
  const { response } = given;
  const isVerified = response instanceof AuthenticatorAssertionResponse && (new Uint8Array(response.authenticatorData)[FLAGS] ?? 0) & VERIFIED;
  const secret = given.getClientExtensionResults().prf?.results?.first;
  const credential = new Uint8Array(given.rawId);
  const salt = passkeys.find(({ id }) => toText(id) === toText(credential))?.salt;
  if (!isVerified || !secret || !salt) throw new Error(WORDS.unable);
  return { credential, salt, key: await derived(secret, salt) };
}

/**
 * Makes a passkey for unlocking alone. It has a person of its own, so that it takes no other passkey's place on the device.
 * @param {Passkey[]} others
 */
async function made(others) {
  const name = `Unlocking ${String(new Uint16Array(random(2).buffer)[0] ?? 0).padStart(5, "0")}`;
  /** @type {PublicKeyCredentialCreationOptions} */
  const publicKey = {
    challenge: random(32),
    rp: { name: "Alcove" },
    user: { id: random(16), name, displayName: name },
    pubKeyCredParams: [-7, -8, -257].map((alg) => ({ type: "public-key", alg })),
    authenticatorSelection: { userVerification: "required", residentKey: "discouraged" },
    excludeCredentials: others.map(({ id }) => ({ type: "public-key", id })),
    extensions: { prf: {} },
  };
  const given = await navigator.credentials.create({ publicKey }).catch(() => null);
  if (!(given instanceof PublicKeyCredential)) throw new Error(WORDS.device);
  if (!given.getClientExtensionResults().prf?.enabled) throw new Error(WORDS.unable);
  return got([{ id: new Uint8Array(given.rawId), salt: random(32) }]);
}

/** @param {HTMLElement} box @param {HTMLFormElement} form */
async function act(box, form) {
  const list = JSON.parse(box.dataset.passkeys || "[]");
  const passkeys = list.map((/** @type {[string, string]} */ [id, salt]) => ({ id: fromText(id), salt: fromText(salt) }));
  const found = await (box.dataset.unlocking === "create" ? made(passkeys) : got(passkeys));
  const fill = (/** @type {string} */ name, /** @type {Uint8Array} */ bytes) => {
    const field = box.querySelector(`[data-unlocking-${name}]`);
    if (field instanceof HTMLInputElement) field.value = toText(bytes);
  };
  fill("credential", found.credential);
  fill("salt", found.salt);
  fill("key", found.key);
  form.submit();
}

/** @param {HTMLElement} box */
function prepare(box) {
  const button = box.querySelector("[data-unlocking-act]");
  const form = box.closest("form");
  if (!(button instanceof HTMLButtonElement) || !form) return;
  box.hidden = false;
  const said = box.querySelector("[data-unlocking-said]");
  button.addEventListener("click", (event) => {
    event.preventDefault();
    if (said) said.textContent = "";
    act(box, form).catch((error) => {
      if (said) said.textContent = error instanceof Error ? error.message : WORDS.other;
    });
  });
}

if (typeof document !== "undefined" && "PublicKeyCredential" in globalThis) {
  for (const box of document.querySelectorAll("[data-unlocking]")) {
    if (box instanceof HTMLElement) prepare(box);
  }
}
