//! Unlocking a server by a passphrase: the one page of a locked server that takes something secret.

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::routing::get;
use practice::Practice;
use practice::keys::KeysError;
use vault::Secret;
use web::limit::{Asker, Limiter};
use web::{Answer, Door, Form, Page, PageError, Visit, go, show_as};
use zeroize::Zeroizing;

#[derive(Template)]
#[template(path = "unlock.html")]
struct UnlockPage {
    page: Page,
    form: Form,
}

impl UnlockPage {
    fn new(visit: &Visit, form: Form) -> Self {
        Self {
            page: Page::new(visit, Door::Desk, "Unlock"),
            form,
        }
    }
}

/// `/unlock`
pub(super) fn router() -> Router<Practice> {
    // Five tries, then one a minute: a passphrase is guessed elsewhere, this only keeps the machine free.
    let limiter = Arc::new(Limiter::new(5, 60));
    let post = async move |State(practice): State<Practice>, visit: Visit, form: Form| {
        unlock(&practice, &visit, form, &limiter).await
    };
    Router::new().route("/unlock", get(ask).post(post))
}

async fn ask(State(practice): State<Practice>, visit: Visit) -> Answer {
    if practice.is_locked() {
        let form = Form::blank();
        show_as(form.status(), &UnlockPage::new(&visit, form))
    } else {
        go("/sign-in")
    }
}

async fn unlock(practice: &Practice, visit: &Visit, mut form: Form, limiter: &Limiter) -> Answer {
    if !practice.is_locked() {
        return go("/sign-in");
    }
    let asker = Asker::place(visit.peer());
    limiter.take(asker, visit.web().now())?;
    let passphrase = Zeroizing::new(form.raw("passphrase").to_owned());
    match try_passphrase(practice.clone(), passphrase).await {
        Ok(()) => {
            limiter.forgive(asker);
            tracing::info!("unlocked by a passphrase");
            // Unlocked it is, also when the log waits for somebody to look at it.
            if let Err(error) = practice.sequence().await {
                tracing::warn!(%error, "what waited since the last stop is not in the log yet");
            }
            return go("/sign-in");
        }
        Err(KeysError::WrongSecret) => {
            form.refuse("passphrase", "This passphrase does not unlock the records.");
        }
        Err(KeysError::Access(error)) => return Err(PageError::broken(error)),
        Err(error) => {
            tracing::error!(%error, "the practice stays locked");
            form.refuse(
                "passphrase",
                "The records cannot be unlocked: they are not as this server left them. The log says more.",
            );
        }
    }
    form.set("passphrase", "");
    show_as(form.status(), &UnlockPage::new(visit, form))
}

/// Stretching a passphrase takes a while and a core: not on a thread that answers others.
async fn try_passphrase(
    practice: Practice,
    passphrase: Zeroizing<String>,
) -> Result<(), KeysError> {
    let runtime = tokio::runtime::Handle::current();
    let trying = tokio::task::spawn_blocking(move || {
        runtime.block_on(practice.unlock(&Secret::Passphrase(passphrase)))
    });
    trying.await.unwrap_or(Err(KeysError::WrongSecret))
}
