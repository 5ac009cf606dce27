//! Passkeys at the edge: the question that a browser's module fetches, one's own passkeys on the account pages of both doors.
//!
//! Not here: what a passkey is worth, and its rules (`practice::accounts`).

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Json};
use practice::Practice;
use practice::access::Access;
use practice::accounts::{AccountError, MyPasskey, SignInToken};
use practice::ids::PasskeyId;
use serde_json::json;

use crate::errors::PageError;
use crate::form::Form;
use crate::limit::{Asker, Limiter};
use crate::show::Answer;
use crate::visit::Visit;

/// The field with what the device answered.
pub const ANSWER: &str = "credential";

const NOT_THE_PASSWORD: &str = "This is not your present password.";
const NOT_TAKEN: &str = "This passkey could not be added. Try it once more.";
const TOO_LATE: &str = "That took too long. Try it once more.";
const ENOUGH: &str = "You have ten passkeys, which is the most. Take one away first.";

/// Whether a field's value is a browser's answer that carries what a passkey derived (PRF). That secret is never to come here.
pub(crate) fn tells_secret(value: &str) -> bool {
    value.contains("prf") && practice::accounts::tells_secret(value)
}

/// A line of the list of one's own passkeys.
#[derive(Clone, Debug)]
pub struct PasskeyLine {
    /// For the address of its end.
    pub id: String,
    /// When it was added, in words.
    pub added: String,
}

impl PasskeyLine {
    /// The line of a passkey.
    #[must_use]
    pub fn of(visit: &Visit, found: &MyPasskey) -> Self {
        let locale = &visit.web().house().locale;
        let today = locale.here(visit.web().now()).date();
        Self {
            id: found.id.to_string(),
            added: locale.moment(&locale.here(found.added), today),
        }
    }
}

/// One's own passkeys as lines.
///
/// # Errors
/// A fault, or nobody is signed in.
pub async fn lines(
    practice: &Practice,
    access: &impl Access,
    visit: &Visit,
) -> Result<Vec<PasskeyLine>, PageError> {
    let found = practice.my_passkeys(access).await.map_err(fault)?;
    let lines = found.iter().map(|one| PasskeyLine::of(visit, one));
    Ok(lines.collect())
}

/// One of one's own passkeys.
///
/// # Errors
/// [`PageError::NotFound`] when it is not theirs.
pub async fn line(
    practice: &Practice,
    access: &impl Access,
    visit: &Visit,
    id: PasskeyId,
) -> Result<PasskeyLine, PageError> {
    let found = practice.my_passkeys(access).await.map_err(fault)?;
    let one = found.iter().find(|one| one.id == id);
    one.map(|one| PasskeyLine::of(visit, one))
        .ok_or(PageError::NotFound)
}

/// Takes one try at one's own password, of those that all pages of the account share.
///
/// # Errors
/// [`PageError::TooMany`] when there is none left, [`PageError::SignInFirst`] when nobody is signed in.
pub fn take(
    practice: &Practice,
    access: &impl Access,
    visit: &Visit,
    tries: &Limiter,
) -> Result<(), PageError> {
    let key = practice.allowance_of_mine(access)?;
    tries.take(Asker::Account(key), visit.web().now())
}

/// A question as the browser's module takes it; a refusal in words for the person.
///
/// # Errors
/// What is no refusal of what was typed.
pub fn question(asked: Result<String, AccountError>) -> Answer {
    match asked {
        Ok(options) => {
            let kind = (header::CONTENT_TYPE, "application/json");
            Ok(([kind], options).into_response())
        }
        Err(error) => {
            let said = json!({ "said": words(error)? });
            Ok((StatusCode::UNPROCESSABLE_ENTITY, Json(said)).into_response())
        }
    }
}

/// The question for a new passkey, when the password in `present_password` is right.
///
/// # Errors
/// As [`question`].
pub async fn ask(practice: &Practice, access: &impl Access, visit: &Visit, form: &Form) -> Answer {
    let present = form.raw("present_password").to_owned();
    question(
        practice
            .passkey_to_be(access, visit.browser(), present)
            .await,
    )
}

/// Adds the passkey that the device answered with; a refusal stands in the form.
///
/// # Errors
/// What is no refusal of the answer.
pub async fn add(
    practice: &Practice,
    access: &impl Access,
    visit: &Visit,
    form: &mut Form,
) -> Result<(), PageError> {
    let answer = form.raw(ANSWER).to_owned();
    match practice.add_passkey(access, visit.browser(), &answer).await {
        Ok(()) => Ok(()),
        Err(AccountError::Wrong) => {
            form.refuse("present_password", NOT_TAKEN);
            Ok(())
        }
        Err(error) => {
            form.refuse("present_password", words(error)?);
            Ok(())
        }
    }
}

/// Takes a passkey away, and gives the sign-in with which this browser goes on; `None` when the form was refused.
///
/// # Errors
/// [`PageError::NotFound`] for one that is not theirs, or a fault.
pub async fn remove(
    practice: &Practice,
    access: &impl Access,
    id: PasskeyId,
    form: &mut Form,
) -> Result<Option<SignInToken>, PageError> {
    let present = form.raw("present_password").to_owned();
    match practice.remove_passkey(access, id, present).await {
        Ok(token) => Ok(Some(token)),
        Err(error) => {
            form.refuse("present_password", words(error)?);
            Ok(None)
        }
    }
}

fn words(error: AccountError) -> Result<&'static str, PageError> {
    if matches!(error, AccountError::Wrong) {
        Ok(NOT_THE_PASSWORD)
    } else if matches!(error, AccountError::Expired) {
        Ok(TOO_LATE)
    } else if matches!(error, AccountError::Enough) {
        Ok(ENOUGH)
    } else {
        Err(fault(error))
    }
}

/// A fault of the account's own pages; what the heart refuses stays what it is.
#[must_use]
pub fn fault(error: AccountError) -> PageError {
    if let AccountError::Access(error) = error {
        error.into()
    } else {
        PageError::broken(error)
    }
}
