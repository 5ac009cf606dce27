//! What the browser asks for where it encrypts by itself: whose keys, in which slots, and the server's half of a tab.
//!
//! Both doors answer the same here. Only public keys and files that the server cannot open pass through. Not here: the pages
//! themselves (`desk`, `portal`), what may be kept (`practice::own_words`).

use axum::Json;
use axum::response::IntoResponse;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use practice::Practice;
use practice::access::Access;
use practice::accounts::AccountError;
use practice::own_words::{
    AgeFile, Keys, KnownKeysError, OwnWords, OwnWordsError, PasskeySlot, PublicKeys, Slots, Wanted,
};
use serde_json::json;

use crate::errors::PageError;
use crate::form::Form;
use crate::limit::{Asker, Limiter};
use crate::show::Answer;

/// How often somebody may try their password for other keys (eight times at once, then once a minute), and keep what their browser
/// saw of others' keys (forty times, then one each ten seconds).
pub struct Allowances {
    password: Limiter,
    known: Limiter,
}

impl Default for Allowances {
    fn default() -> Self {
        Self {
            password: Limiter::new(8, 60),
            known: Limiter::new(40, 10),
        }
    }
}

/// Who is signed in, and what the server keeps of their identity: nothing yet, or public keys and the slots.
///
/// # Errors
/// As [`Practice::my_own_words`].
pub async fn identity(practice: &Practice, access: &impl Access) -> Answer {
    let person = access.who_asks()?;
    let kept = practice.my_own_words(access).await?;
    if kept.is_some() {
        // Keys that are older than their publishing are published now.
        practice.publish_own_keys(access).await?;
    }
    let kept = kept.map(|(own, revision)| {
        json!({
            "revision": revision,
            "recipient": own.keys.recipient,
            "author": own.keys.author,
            "slots": slots(&own.slots),
        })
    });
    Ok(Json(json!({
        "installation": practice.id().to_string(),
        "person": person.to_string(),
        "reader": practice.my_reader_id(access)?.to_string(),
        "kept": kept,
    }))
    .into_response())
}

fn slots(slots: &Slots) -> Vec<serde_json::Value> {
    let one = |kind: &str, file: &AgeFile| json!({ "kind": kind, "file": file.to_base64() });
    let mut all = vec![one("recovery", &slots.recovery)];
    all.extend(slots.passphrase.iter().map(|file| one("passphrase", file)));
    all.extend(slots.passkey.iter().map(
        |slot| json!({ "kind": "passkey", "file": slot.file.to_base64(), "line": slot.line }),
    ));
    all
}

/// Keeps the identity that the browser made, or the same one with other slots. Fields: `recipient`, `author`, `recovery`,
/// `passphrase` or `passkey` with `passkey_line` or all of them, `revision`, and `anew` when both ways to the earlier keys are lost,
/// with `present_password` unless the sign-in was proved lately.
///
/// # Errors
/// [`PageError::Unreadable`] when it is not what our modules make, or the password is wrong; [`PageError::Conflict`] when another
/// tab was faster; [`PageError::TooMany`].
pub async fn keep(
    practice: &Practice,
    access: &impl Access,
    allowances: &Allowances,
    form: &Form,
) -> Answer {
    let new = OwnWords {
        keys: PublicKeys {
            recipient: form.text("recipient").to_owned(),
            author: form.text("author").to_owned(),
        },
        slots: Slots {
            recovery: file(form, "recovery")?,
            passphrase: optional(form, "passphrase")?,
            passkey: optional(form, "passkey")?.map(|file| PasskeySlot {
                line: form.text("passkey_line").to_owned(),
                file,
            }),
        },
    };
    let keys = if form.ticked("anew") {
        let key = practice.allowance_of_mine(access)?;
        allowances
            .password
            .take(Asker::Account(key), practice.now())?;
        let present = form.raw("present_password").to_owned();
        match practice.prove_for_keys(access, present).await {
            Ok(proved) => Keys::Anew(proved),
            Err(AccountError::Access(error)) => return Err(error.into()),
            Err(_) => return Err(PageError::Unreadable),
        }
    } else {
        Keys::Same
    };
    match practice
        .keep_own_words(access, new, revision(form), keys)
        .await
    {
        Ok(revision) => kept(revision),
        Err(OwnWordsError::Malformed) => Err(PageError::Unreadable),
        Err(OwnWordsError::OtherKeys) => Err(PageError::Conflict),
        Err(OwnWordsError::Access(error)) => Err(error.into()),
    }
}

/// The server's half of what this sign-in's tabs keep. Field: `want`, one of "kept", "new", "nothing".
///
/// # Errors
/// [`PageError::Unreadable`] for another word.
pub fn tab(practice: &Practice, access: &impl Access, form: &Form) -> Answer {
    let wanted = match form.text("want") {
        "kept" => Wanted::Kept,
        "new" => Wanted::KeptOrNew,
        "nothing" => Wanted::Nothing,
        _ => return Err(PageError::Unreadable),
    };
    let key = practice.tab_key(access, wanted)?;
    let key = key.map(|key| STANDARD.encode(key.as_slice()));
    Ok(Json(json!({ "key": key })).into_response())
}

/// The file of known keys of who is signed in: which keys of others their browser has seen. No file before the first.
///
/// # Errors
/// As [`Practice::my_known_keys`].
pub async fn known(practice: &Practice, access: &impl Access) -> Answer {
    let found = practice.my_known_keys(access).await?;
    let (file, revision) = found.map_or((None, 0), |(file, revision)| {
        (Some(file.to_base64()), revision)
    });
    Ok(Json(json!({ "file": file, "revision": revision })).into_response())
}

/// Keeps the next revision of it. Fields: `file`, `revision`.
///
/// # Errors
/// [`PageError::Unreadable`] when it is not for one's own key alone, [`PageError::Conflict`] when another tab was faster,
/// [`PageError::TooMany`].
pub async fn keep_known(
    practice: &Practice,
    access: &impl Access,
    allowances: &Allowances,
    form: &Form,
) -> Answer {
    let key = practice.allowance_of_mine(access)?;
    allowances.known.take(Asker::Account(key), practice.now())?;
    let (file, seen) = (file(form, "file")?, revision(form));
    match practice.keep_known_keys(access, file, seen).await {
        Ok(revision) => self::kept(revision),
        Err(KnownKeysError::NotForOne) => Err(PageError::Unreadable),
        Err(KnownKeysError::Access(error)) => Err(error.into()),
    }
}

/// A file that the browser made, in a field of a form.
///
/// # Errors
/// [`PageError::Unreadable`] when it is none.
pub fn file(form: &Form, field: &str) -> Result<AgeFile, PageError> {
    AgeFile::from_base64(form.text(field)).map_err(|_| PageError::Unreadable)
}

fn optional(form: &Form, field: &str) -> Result<Option<AgeFile>, PageError> {
    let is_there = !form.text(field).is_empty();
    is_there.then(|| file(form, field)).transpose()
}

/// The revision that the browser saw; nothing for what is new.
#[must_use]
pub fn revision(form: &Form) -> Option<u32> {
    form.parsed::<u32>("revision").filter(|at| *at > 0)
}

/// "Kept, and this is its revision now."
///
/// # Errors
/// None; the result is what handlers return.
pub fn kept(revision: u32) -> Answer {
    Ok(Json(json!({ "revision": revision })).into_response())
}
