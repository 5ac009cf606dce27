//! A device that keeps one passkey, as a browser and its authenticator answer together: for tests of doors and of rules.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

const PRESENT: u8 = 0x01;
const VERIFIED: u8 = 0x04;
const ATTESTED: u8 = 0x40;

/// A device with one passkey. Its fields can be changed to make it answer wrongly.
pub struct Device {
    key: EcdsaKeyPair,
    /// The credential's id.
    pub id: Vec<u8>,
    /// The account that the device kept with it, base64.
    pub account: String,
    /// How often it signed.
    pub counter: u32,
    /// The origin of the page that asks.
    pub origin: String,
    /// Whether it verifies its owner.
    pub verifies: bool,
}

#[expect(clippy::expect_used, reason = "a test cannot go on without it")]
impl Device {
    /// A new device at the page of `origin`, whose credential has this id.
    ///
    /// # Panics
    /// When it gets no key.
    #[must_use]
    pub fn new(origin: &str, id: &[u8]) -> Self {
        let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).expect("a key");
        Self {
            key,
            id: id.to_vec(),
            account: String::new(),
            counter: 0,
            origin: origin.to_owned(),
            verifies: true,
        }
    }

    /// Answers the question for a new passkey.
    ///
    /// # Panics
    /// When the options are none.
    pub fn create(&mut self, options: &str) -> Value {
        let options: Value = serde_json::from_str(options).expect("options");
        self.account = words(&options, "/user/id");
        let mut data = self.head(&words(&options, "/rp/id"), ATTESTED);
        data.extend([0; 16]);
        data.extend(u16::try_from(self.id.len()).expect("short").to_be_bytes());
        data.extend(&self.id);
        let point = self.key.public_key().as_ref();
        let (x, y) = point.get(1..).expect("a point").split_at(32);
        data.extend([0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32]);
        data.extend(x);
        data.extend([0x22, 0x58, 32]);
        data.extend(y);
        let mut object = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x59".to_vec();
        object.extend(u16::try_from(data.len()).expect("short").to_be_bytes());
        object.extend(data);
        let client = self.client("webauthn.create", &options);
        self.answer(json!({
            "attestationObject": URL_SAFE_NO_PAD.encode(object),
            "clientDataJSON": URL_SAFE_NO_PAD.encode(client),
            "transports": ["internal"],
        }))
    }

    /// Answers the question of who is known.
    ///
    /// # Panics
    /// When the options are none.
    pub fn get(&mut self, options: &str) -> Value {
        let options: Value = serde_json::from_str(options).expect("options");
        let data = self.head(&words(&options, "/rpId"), 0);
        let client = self.client("webauthn.get", &options);
        let signed = [data.as_slice(), digest(&SHA256, client.as_bytes()).as_ref()].concat();
        let signature = self.key.sign(&SystemRandom::new(), &signed);
        let signature = signature.expect("a signature");
        self.answer(json!({
            "authenticatorData": URL_SAFE_NO_PAD.encode(data),
            "clientDataJSON": URL_SAFE_NO_PAD.encode(client),
            "signature": URL_SAFE_NO_PAD.encode(signature.as_ref()),
            "userHandle": self.account,
        }))
    }

    fn head(&self, name: &str, more: u8) -> Vec<u8> {
        let mut data = digest(&SHA256, name.as_bytes()).as_ref().to_vec();
        let verified = if self.verifies { VERIFIED } else { 0 };
        data.push(PRESENT | verified | more);
        data.extend(self.counter.to_be_bytes());
        data
    }

    fn client(&self, kind: &str, options: &Value) -> String {
        let challenge = words(options, "/challenge");
        json!({ "type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": false })
            .to_string()
    }

    fn answer(&self, response: Value) -> Value {
        let id = URL_SAFE_NO_PAD.encode(&self.id);
        json!({
            "id": id, "rawId": id, "type": "public-key", "response": response, "clientExtensionResults": {},
        })
    }
}

#[expect(clippy::expect_used, reason = "a test cannot go on without it")]
fn words(options: &Value, at: &str) -> String {
    let value = options.pointer(at).and_then(Value::as_str);
    value.expect("the options have it").to_owned()
}
