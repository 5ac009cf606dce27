// @ts-check
// One person's identity for own words: an age key that reads, and an Ed25519 key that signs. Its text is what the slots
// wrap and what is exported: an identity file as every age tool takes it, with the signing key in a comment.

import { Decrypter, Encrypter, ed25519, generateX25519Identity, identityToRecipient } from "../../vendor/age.js";
import { NotAuthentic, NotForMe, hex, opened, sealed, unhex } from "./envelope.js";

/** @typedef {import("./envelope.js").Place} Place */
/** @typedef {import("./envelope.js").Expected} Expected */

const SIGNING = "# signing key: ";

/** How the library begins to say that no recipient of a file is this identity's. */
const NO_KEY = "no identity matched";

export class Identity {
  /** @param {string} secret AGE-SECRET-KEY-1… @param {Uint8Array} signing 32 bytes @param {string} recipient age1… */
  constructor(secret, signing, recipient) {
    this.secret = secret;
    this.signing = signing;
    this.recipient = recipient;
    /** What others check signatures with. */
    this.author = ed25519.getPublicKey(signing);
  }

  static async make() {
    const secret = await generateX25519Identity();
    return new Identity(secret, ed25519.utils.randomSecretKey(), await identityToRecipient(secret));
  }

  /** @param {string} text */
  static async read(text) {
    const lines = text.split("\n");
    const secret = lines.find((line) => line.startsWith("AGE-SECRET-KEY-1"));
    const signing = lines.find((line) => line.startsWith(SIGNING))?.slice(SIGNING.length);
    if (!secret || !signing || !/^[0-9a-f]{64}$/.test(signing)) throw new Error("not an identity");
    return new Identity(secret, unhex(signing), await identityToRecipient(secret));
  }

  /** The identity file. */
  text() {
    return `# own words\n# public key: ${this.recipient}\n${SIGNING}${hex(this.signing)}\n${this.secret}\n`;
  }

  /** The public signing key as the server keeps it. */
  authorText() {
    return hex(this.author);
  }

  /**
   * An age file of `body` for the place's recipients, signed by this identity.
   * @param {Place} place @param {string} body @param {Date} [now]
   * @returns {Promise<Uint8Array>}
   */
  async seal(place, body, now = new Date()) {
    const encrypter = new Encrypter();
    for (const recipient of place.recipients) encrypter.addRecipient(recipient);
    return encrypter.encrypt(sealed(place, now.toISOString(), body, this.signing));
  }

  /**
   * What an age file says, when it is readable here, written for this place and signed by `author`.
   * @param {Uint8Array} file @param {Expected} place @param {Uint8Array} [author] this identity, when nobody is named
   */
  async open(file, place, author = this.author) {
    return opened(await this.decrypt(file), place, author);
  }

  /** What an age file holds when it is readable here: nothing says yet who wrote it. @param {Uint8Array} file */
  async decrypt(file) {
    const decrypter = new Decrypter();
    decrypter.addIdentity(this.secret);
    try {
      return await decrypter.decrypt(file);
    } catch (error) {
      throw error instanceof Error && error.message.startsWith(NO_KEY) ? new NotForMe() : new NotAuthentic();
    }
  }
}
