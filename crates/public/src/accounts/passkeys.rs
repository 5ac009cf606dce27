//! Signing in with a passkey: the question for the browser's module, and its answer as a form.
//!
//! Whatever does not sign in is answered alike, also for credentials that nobody knows.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use practice::Practice;
use practice::accounts::{AccountError, Entered};
use web::{Answer, Form, Routes, Visit, get, passkeys, post, show, show_as};

use super::tries::Tries;
use super::{Code, SignIn, begin_again, enter, fault, page, phone, unlocked, with_next};

pub(super) fn routes() -> Routes<Practice> {
    Routes::new()
        .route("/sign-in/passkey", get(begin_again).post(answered))
        .route("/sign-in/passkey/ask", post(ask).get(begin_again))
}

async fn ask(
    State(practice): State<Practice>,
    Extension(tries): Extension<Arc<Tries>>,
    visit: Visit,
    _form: Form,
) -> Answer {
    unlocked(&practice)?;
    tries.take_place(&visit)?;
    passkeys::question(practice.ask_passkey(visit.browser()))
}

async fn answered(
    State(practice): State<Practice>,
    Extension(tries): Extension<Arc<Tries>>,
    visit: Visit,
    mut form: Form,
) -> Answer {
    unlocked(&practice)?;
    tries.take_place(&visit)?;
    let answer = form.raw(passkeys::ANSWER).to_owned();
    match practice
        .sign_in_with_passkey(visit.browser(), &answer, form.ticked("shared"))
        .await
    {
        Ok(Entered::Code(half)) => show(&Code {
            page: page(&visit),
            half: half.text().to_owned(),
            form: with_next(&form),
        }),
        Ok(Entered::SignedIn(token, key)) => {
            tries.forgive(&practice, &visit, key)?;
            enter(&practice, &visit, &form, (&token, key)).await
        }
        Err(AccountError::Access(error)) => Err(fault(error.into())),
        Err(error) => {
            // That a question is too old says nothing of who answered it.
            let said = if matches!(error, AccountError::Expired) {
                "The passkey was used too late. Try it once more."
            } else {
                "This passkey signs nobody in here. Perhaps it was taken away. Use your name and password, or another passkey."
            };
            form.refuse("passkey", said);
            form.set("name", "");
            let (page, phone) = (page(&visit), phone(&practice).await?);
            show_as(form.status(), &SignIn { page, form, phone })
        }
    }
}
