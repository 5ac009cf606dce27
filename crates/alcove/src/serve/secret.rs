//! A secret that somebody gave to a page: a passphrase, two cards, or what a passkey's browser derived. None of it is given back,
//! also not what was mistyped.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use practice::Practice;
use practice::keys::KeysError;
use serde_json::json;
use vault::{PasskeyKey, PasskeyPlace, Secret};
use web::{Form, PageError};
use zeroize::Zeroizing;

use crate::cards::{self, Which, Wrong};

const PASSPHRASE: &str = "passphrase";
const FIRST: &str = "first_card";
const SECOND: &str = "second_card";
/// The field with the key that the browser derived; what the passkey itself gave stays there.
const KEY: &str = "passkey_key";
/// The field with which passkey it was.
const CREDENTIAL: &str = "passkey_credential";
/// The field with what a new one derives from.
const SALT: &str = "passkey_salt";
/// What is said of a passkey stands at its button.
pub(super) const PASSKEY: &str = "passkey";

/// The secret in the form and the field to which an answer belongs; what is wrong with a card is said in the form.
///
/// # Errors
/// A fault of the keyring's database.
pub(super) async fn typed(
    practice: &Practice,
    form: &mut Form,
) -> Result<Option<(Secret, &'static str)>, PageError> {
    let typed = |name| Zeroizing::new(form.raw(name).to_owned());
    if form.tells_secret() {
        form.refuse(
            PASSKEY,
            "The browser sent what has to stay there. Nothing was taken.",
        );
        return Ok(None);
    }
    if !form.raw(KEY).is_empty() {
        let known = practice.unlocking_passkeys().await;
        let known = known.map_err(PageError::broken)?;
        let credential = bytes(form, CREDENTIAL).unwrap_or_default();
        let place = known
            .into_iter()
            .find(|place| place.credential == *credential);
        let secret = place.and_then(|place| PasskeyKey::of(place, &bytes(form, KEY)?));
        if secret.is_none() {
            form.refuse(
                PASSKEY,
                "This passkey is none of those that unlock the records.",
            );
        }
        return Ok(secret.map(|secret| (Secret::Passkey(secret), PASSKEY)));
    }
    let (one, other) = (typed(FIRST), typed(SECOND));
    if one.is_empty() && other.is_empty() {
        let passphrase = Secret::Passphrase(typed(PASSPHRASE));
        return Ok(Some((passphrase, PASSPHRASE)));
    }
    match cards::secret(&one, &other) {
        Ok(secret) => Ok(Some((secret, FIRST))),
        Err(Wrong { which, error }) => {
            let (field, whose) = match which {
                Which::First => (FIRST, "The first card: "),
                Which::Second => (SECOND, "The second card: "),
                Which::Both => (SECOND, "The two cards: "),
            };
            form.refuse(field, format!("{whose}{error}."));
            Ok(None)
        }
    }
}

/// A new passkey's secret, as the browser made it; what is wrong with it is said in the form.
pub(super) fn new_passkey(form: &mut Form) -> Option<Secret> {
    let read = || {
        let place = PasskeyPlace {
            credential: bytes(form, CREDENTIAL)?.to_vec(),
            salt: bytes(form, SALT)?.as_slice().try_into().ok()?,
        };
        PasskeyKey::of(place, &bytes(form, KEY)?)
    };
    let made = read().filter(|_| !form.tells_secret());
    if made.is_none() {
        form.refuse(
            PASSKEY,
            "The browser did not send what a passkey gives. Nothing was added.",
        );
    }
    made.map(Secret::Passkey)
}

fn bytes(form: &Form, field: &str) -> Option<Zeroizing<Vec<u8>>> {
    let bytes = URL_SAFE_NO_PAD.decode(form.raw(field));
    bytes.ok().map(Zeroizing::new)
}

/// The passkeys that unlock, as the browser's module takes them: pairs of credential and salt.
///
/// # Errors
/// A fault of the keyring's database.
pub(super) async fn passkeys(practice: &Practice) -> Result<Passkeys, PageError> {
    if !practice.has_passkeys() {
        return Ok(Passkeys::default());
    }
    let known = practice.unlocking_passkeys().await;
    let known = known.map_err(PageError::broken)?;
    let pair = |place: &PasskeyPlace| {
        let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        json!([text(&place.credential), text(&place.salt)])
    };
    let list: Vec<_> = known.iter().map(pair).collect();
    Ok(Passkeys {
        any: !list.is_empty(),
        list: json!(list).to_string(),
    })
}

/// See [`passkeys`].
#[derive(Default)]
pub(super) struct Passkeys {
    /// Whether there is one that can be used here.
    pub(super) any: bool,
    /// The list as JSON.
    pub(super) list: String,
}

/// Takes what was typed out of a form that goes back to the page.
pub(super) fn forget(form: &mut Form) {
    for field in [PASSPHRASE, FIRST, SECOND, KEY, CREDENTIAL, SALT] {
        form.set(field, "");
    }
}

/// Why a secret that was typed into `field` opens nothing, for the person at the page.
pub(super) fn why(error: &KeysError, field: &str) -> &'static str {
    if matches!(error, KeysError::WrongSecret) && field == PASSPHRASE {
        "This passphrase does not unlock the records."
    } else if matches!(error, KeysError::WrongSecret) && field == PASSKEY {
        "This passkey does not unlock the records any more."
    } else if matches!(error, KeysError::WrongSecret) {
        "These two cards do not unlock the records: one of them is not what was printed."
    } else if matches!(error, KeysError::OtherCards) {
        "These cards unlock nothing here: they are of another practice, or of a set that was removed."
    } else if matches!(error, KeysError::NoOtherSlot) {
        "Show what opens another way in, one that stays."
    } else {
        tracing::error!(%error, "a secret was not taken");
        "The records cannot be unlocked: they are not as this server left them. The log says more."
    }
}

/// Stretching a passphrase takes a while and a core: not on a thread that answers others.
pub(super) async fn aside<T, W>(work: impl FnOnce() -> W + Send + 'static) -> Result<T, KeysError>
where
    T: Send + 'static,
    W: Future<Output = Result<T, KeysError>>,
{
    let runtime = tokio::runtime::Handle::current();
    let trying = tokio::task::spawn_blocking(move || runtime.block_on(work()));
    trying.await.unwrap_or(Err(KeysError::WrongSecret))
}
