//! Unlocking a server by a passphrase, two cards or a passkey: the one page of a locked server that takes something secret. None of it
//! is given back, also not what was mistyped.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use practice::Practice;
use practice::keys::KeysError;
use web::limit::{Asker, Limiter};
use web::{Answer, Door, Form, Page, PageError, Routes, Visit, get, go, show_as};

use super::secret::{self, Passkeys, aside};

#[derive(Template)]
#[template(path = "unlock.html")]
struct UnlockPage {
    page: Page,
    form: Form,
    passkeys: Passkeys,
}

/// The page, with what is refused in the form.
async fn page(practice: &Practice, visit: &Visit, form: Form) -> Answer {
    let page = UnlockPage {
        page: Page::new(visit, Door::Desk, "Unlock"),
        passkeys: secret::passkeys(practice).await?,
        form,
    };
    show_as(page.form.status(), &page)
}

/// `/unlock`
pub(super) fn router() -> Routes<Practice> {
    // Five tries, then one a minute: a passphrase is guessed elsewhere, this only keeps the machine free.
    let limiter = Arc::new(Limiter::new(5, 60));
    let post = async move |State(practice): State<Practice>, visit: Visit, form: Form| {
        unlock(&practice, &visit, form, &limiter).await
    };
    Routes::new().route("/unlock", get(ask).post(post))
}

async fn ask(State(practice): State<Practice>, visit: Visit) -> Answer {
    // Whoever just asked for the lock waits here for the process that begins anew.
    if practice.is_locked() || practice.is_locking() {
        page(&practice, &visit, Form::blank()).await
    } else {
        go("/sign-in")
    }
}

async fn unlock(practice: &Practice, visit: &Visit, mut form: Form, limiter: &Limiter) -> Answer {
    if !practice.is_locked() {
        return go("/sign-in");
    }
    // What is no card by its own checks is a slip of the hand and no try.
    if let Some((secret, field)) = secret::typed(practice, &mut form).await? {
        let asker = Asker::place(visit.peer());
        limiter.take(asker, visit.web().now())?;
        let trying = practice.clone();
        match aside(async move || trying.unlock_to_serve(&secret).await).await {
            Ok(()) => {
                limiter.forgive(asker);
                tracing::info!("unlocked by a person");
                // Unlocked it is, also when the log waits for somebody to look at it.
                if let Err(error) = practice.sequence().await {
                    tracing::warn!(%error, "what waited since the last stop is not in the log yet");
                }
                return go("/sign-in");
            }
            Err(KeysError::Access(error)) => return Err(PageError::broken(error)),
            Err(error) => {
                tracing::warn!("a secret that was given at /unlock did not unlock the records");
                form.refuse(field, secret::why(&error, field));
            }
        }
    }
    secret::forget(&mut form);
    page(practice, visit, form).await
}
