// What the browser needs to encrypt and to sign: age v1, also with passkeys, Ed25519, and scrypt (for the six words), nothing else of
// these packages by name.
export { Decrypter, Encrypter, armor, generateX25519Identity, identityToRecipient, webauthn } from "age-encryption";
export { ed25519 } from "@noble/curves/ed25519.js";
export { scryptAsync } from "@noble/hashes/scrypt.js";
export { bech32 } from "@scure/base";
