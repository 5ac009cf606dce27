//! The page that asks somebody to prove themselves again before a dangerous act, and then goes on with what was sent.
//!
//! Everything that was sent stands in the form of this page as hidden fields, so that nothing typed is lost and the server
//! keeps none of it. Once the proof is right, the browser is told to send the same form on to where it was going (307), or
//! to open the page that was asked for (303). Not here: what a proof is worth (`practice::accounts`).

use askama::Template;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use practice::Practice;
use practice::access::ProvesAgain;
use practice::accounts::AccountError;

use crate::errors::PageError;
use crate::form::{Form, TOKEN};
use crate::limit::Limiter;
use crate::page::{Door, Page};
use crate::show::{Answer, go, local, show_as};
use crate::visit::Visit;

/// The address that takes the proof at the desk.
pub const PROVE: &str = "/desk/prove";
/// The address that takes it in the portal.
pub const PROVE_OWN: &str = "/my/prove";
/// The address that takes no proof at all: of the demo's invented people, and there alone.
pub const DEMO: &str = "/demo/prove";
/// The field with the password.
pub const PASSWORD: &str = "proof_password";
/// The field with the one-time code.
pub const CODE: &str = "proof_code";
/// The field with what a passkey's device answered.
pub const ANSWER: &str = "proof_credential";
/// The address that gives the question for a passkey at the desk.
pub const ASK: &str = "/desk/prove/passkey";
/// The address that gives it in the portal.
pub const ASK_OWN: &str = "/my/prove/passkey";
/// The field with where to go on.
const TO: &str = "proof_to";
/// The field that tells whether a page was asked for, or a form was sent.
const HOW: &str = "proof_how";
/// How the fields of this page begin; none of them is sent on a second time.
const OURS: &str = "proof_";

/// Fields: `proof_password` and `proof_code`, or `proof_credential`.
#[derive(Template)]
#[template(path = "prove.html")]
struct Prove {
    page: Page,
    form: Form,
    to: String,
    how: &'static str,
    sent: Vec<(String, String)>,
    /// Where the proof goes, where the question for a passkey is, and the way out.
    action: &'static str,
    ask: &'static str,
    home: &'static str,
    /// Whether everybody at this door has one-time codes.
    codes: bool,
}

impl Prove {
    fn new(visit: &Visit, form: Form, on: (&str, &'static str)) -> Self {
        let sent = form.fields().iter();
        let sent = sent.filter(|(name, _)| name != TOKEN && !name.starts_with(OURS));
        let door = Door::of(on.0);
        let (action, ask) = match door {
            Door::Portal => (PROVE_OWN, ASK_OWN),
            Door::Desk | Door::Public => (PROVE, ASK),
        };
        Self {
            page: Page::new(visit, door, "One more step"),
            action,
            ask,
            home: door.home(),
            codes: door != Door::Portal,
            sent: sent.cloned().collect(),
            to: on.0.to_owned(),
            how: on.1,
            form,
        }
    }
}

/// What is said where the page cannot be shown.
pub(crate) fn asked() -> (&'static str, &'static str, String) {
    let told = "Nothing was changed. Sign in once more, then do it again.";
    ("One more step", "Is it still you?", told.to_owned())
}

/// The page, in the place of the dangerous act that `sent` was for.
pub(crate) fn first(visit: &Visit, sent: &[u8]) -> Response {
    let how = if visit.method().is_safe() { "get" } else { "" };
    let page = Prove::new(visit, Form::parse(sent), (visit.address(), how));
    let status = StatusCode::FORBIDDEN;
    show_as(status, &page).unwrap_or_else(|_| status.into_response())
}

/// The page once more, because the proof was refused.
///
/// # Errors
/// [`PageError::NotFound`] when the form goes nowhere at the desk or in the portal.
pub fn again(visit: &Visit, form: Form) -> Answer {
    let to = onward(&form)?.to_owned();
    let how = if form.raw(HOW) == "get" { "get" } else { "" };
    show_as(form.status(), &Prove::new(visit, form, (&to, how)))
}

/// Goes on to where the form was going.
///
/// # Errors
/// [`PageError::NotFound`] when it goes nowhere at the desk.
pub fn go_on(form: &Form) -> Answer {
    let to = onward(form)?;
    let mut response = go(to)?;
    if form.raw(HOW) != "get" {
        *response.status_mut() = StatusCode::TEMPORARY_REDIRECT;
    }
    response.headers_mut().remove(header::CONTENT_TYPE);
    Ok(response)
}

/// Takes the proof: by password and code, or with a passkey; and what was being done goes on. `tries` are those at one's own
/// password.
///
/// # Errors
/// [`PageError::TooMany`] after too many tries, and what `practice` refuses.
pub async fn prove(
    practice: &Practice,
    access: &impl ProvesAgain,
    (visit, tries): (&Visit, &Limiter),
    mut form: Form,
) -> Answer {
    crate::passkeys::take(practice, access, visit, tries)?;
    let typed = |name| form.raw(name).to_owned();
    let answer = typed(ANSWER);
    let (proved, said) = if answer.is_empty() {
        let (password, code) = (typed(PASSWORD), typed(CODE));
        let said = "This password and this code do not go together, or the code was used.";
        (practice.prove_again(access, password, &code).await, said)
    } else {
        let browser = visit.browser();
        let proved = practice.prove_again_with_passkey(access, browser, &answer);
        let said = "This passkey is not one of yours here, or it took too long.";
        (proved.await, said)
    };
    match proved {
        Ok(()) => go_on(&form),
        Err(AccountError::Wrong | AccountError::Expired) => {
            form.refuse(PASSWORD, said);
            form.set(CODE, "");
            again(visit, form)
        }
        Err(AccountError::Access(error)) => Err(error.into()),
        Err(error) => Err(PageError::broken(error)),
    }
}

fn onward(form: &Form) -> Result<&str, PageError> {
    let to = local(form.raw(TO)).filter(|to| Door::of(to) != Door::Public);
    to.filter(|to| ![PROVE, PROVE_OWN].contains(to))
        .ok_or(PageError::NotFound)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proof_leads_to_the_desk_or_the_portal_and_nowhere_else() {
        let leads = |to: &str, how: &str| {
            let form = Form::filled([(TO, to), (HOW, how)]);
            go_on(&form).map(|response| response.status().as_u16())
        };
        assert_eq!(leads("/desk/practice/staff", ""), Ok(307));
        assert_eq!(leads("/desk/practice/log/file?by=1", "get"), Ok(303));
        assert_eq!(leads("/my/records/1/0", "get"), Ok(303));
        for bad in [
            "",
            "/",
            PROVE_OWN,
            "//evil.example/desk",
            "https://evil.example/desk",
            PROVE,
        ] {
            assert_eq!(leads(bad, ""), Err(PageError::NotFound), "{bad}");
        }
    }
}
