//! Who asks for a passkey: the name in the practice's public address, to which devices bind what they keep.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;
use webauthn_rs::WebauthnBuilder;
use webauthn_rs::prelude::{CreationChallengeResponse, Passkey, Url, Webauthn};

use super::{AccountError, fault};

/// What a device shows for the practice: nothing that tells what it is.
const NAME: &str = "Alcove";

/// The practice as devices know it.
pub(crate) struct Relying(Webauthn);

impl Relying {
    /// For an origin with a name, by https or on this machine; browsers give no passkeys to others.
    pub(super) fn at(origin: &str) -> Option<Self> {
        let origin = Url::parse(origin).ok()?;
        let name = origin.domain()?.to_owned();
        if origin.scheme() != "https" && name != "localhost" {
            return None;
        }
        let builder = WebauthnBuilder::new(&name, &origin).ok()?;
        builder.rp_name(NAME).build().ok().map(Self)
    }

    pub(super) const fn webauthn(&self) -> &Webauthn {
        &self.0
    }
}

/// The options for a new passkey as JSON. The device is told to keep the credential itself, so that it is found without a name
/// being typed; the library would ask it not to.
pub(super) fn kept_by_the_device(
    options: &CreationChallengeResponse,
) -> Result<String, AccountError> {
    let mut options = serde_json::to_value(&options.public_key).map_err(fault)?;
    if let Some(wanted) = options.pointer_mut("/authenticatorSelection") {
        wanted["residentKey"] = json!("required");
        wanted["requireResidentKey"] = json!(true);
    }
    Ok(options.to_string())
}

/// A passkey with this id that nobody has, so that an answer of an unknown credential is verified as one of a known. Its
/// point on the curve is the generator of P-256.
pub(super) fn of_nobody(id: &[u8]) -> Result<Passkey, AccountError> {
    let id = URL_SAFE_NO_PAD.encode(id);
    let (x, y) = (
        URL_SAFE_NO_PAD.encode(GENERATOR_X),
        URL_SAFE_NO_PAD.encode(GENERATOR_Y),
    );
    let passkey = json!({ "cred": {
        "cred_id": id,
        "cred": { "type_": "ES256", "key": { "EC_EC2": { "curve": "SECP256R1", "x": x, "y": y } } },
        "counter": 0,
        "transports": null,
        "user_verified": true,
        "backup_eligible": false,
        "backup_state": false,
        "registration_policy": "required",
        "extensions": { "cred_protect": "NotRequested", "hmac_create_secret": "NotRequested" },
        "attestation": { "data": "None", "metadata": "None" },
        "attestation_format": "none",
    }});
    serde_json::from_value(passkey).map_err(fault)
}

const GENERATOR_X: [u8; 32] = [
    0x6b, 0x17, 0xd1, 0xf2, 0xe1, 0x2c, 0x42, 0x47, 0xf8, 0xbc, 0xe6, 0xe5, 0x63, 0xa4, 0x40, 0xf2,
    0x77, 0x03, 0x7d, 0x81, 0x2d, 0xeb, 0x33, 0xa0, 0xf4, 0xa1, 0x39, 0x45, 0xd8, 0x98, 0xc2, 0x96,
];
const GENERATOR_Y: [u8; 32] = [
    0x4f, 0xe3, 0x42, 0xe2, 0xfe, 0x1a, 0x7f, 0x9b, 0x8e, 0xe7, 0xeb, 0x4a, 0x7c, 0x0f, 0x9e, 0x16,
    0x2b, 0xce, 0x33, 0x57, 0x6b, 0x31, 0x5e, 0xce, 0xcb, 0xb6, 0x40, 0x68, 0x37, 0xbf, 0x51, 0xf5,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passkeys_want_a_name_and_a_safe_way() {
        for (origin, good) in [
            ("https://alcove.example.org", true),
            ("https://alcove.example.org:8443", true),
            ("http://localhost:8420", true),
            ("http://alcove.example.org", false),
            ("http://127.0.0.1:8420", false),
            ("https://192.0.2.1", false),
            ("alcove", false),
        ] {
            assert_eq!(Relying::at(origin).is_some(), good, "{origin}");
        }
    }

    #[test]
    fn nobodys_passkey_can_be_made_for_every_id() {
        for id in [&b""[..], b"\0", &[7; 64]] {
            assert_eq!(of_nobody(id).unwrap().cred_id().as_slice(), id);
        }
    }
}
