//! Unlocking a server by a passphrase or two cards: the one page of a locked server that takes something secret. None of it
//! is given back, also not what was mistyped.

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

use crate::cards::{self, Which, Wrong};

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
    // What is no card by its own checks is a slip of the hand and no try.
    if let Some((secret, field)) = secret_in(&mut form) {
        let asker = Asker::place(visit.peer());
        limiter.take(asker, visit.web().now())?;
        match try_secret(practice.clone(), secret).await {
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
            Err(error) => form.refuse(field, why(&error, field)),
        }
    }
    for field in [PASSPHRASE, FIRST, SECOND] {
        form.set(field, "");
    }
    show_as(form.status(), &UnlockPage::new(visit, form))
}

const PASSPHRASE: &str = "passphrase";
const FIRST: &str = "first_card";
const SECOND: &str = "second_card";

/// The secret in the form and the field to which an answer belongs; what is wrong with a card is said in the form.
fn secret_in(form: &mut Form) -> Option<(Secret, &'static str)> {
    let typed = |name| Zeroizing::new(form.raw(name).to_owned());
    let (one, other) = (typed(FIRST), typed(SECOND));
    if one.is_empty() && other.is_empty() {
        return Some((Secret::Passphrase(typed(PASSPHRASE)), PASSPHRASE));
    }
    match cards::secret(&one, &other) {
        Ok(secret) => Some((secret, FIRST)),
        Err(Wrong { which, error }) => {
            let (field, whose) = match which {
                Which::First => (FIRST, "The first card: "),
                Which::Second => (SECOND, "The second card: "),
                Which::Both => (SECOND, "The two cards: "),
            };
            form.refuse(field, format!("{whose}{error}."));
            None
        }
    }
}

/// Why the records stay locked, for the person at the page.
fn why(error: &KeysError, field: &str) -> &'static str {
    if matches!(error, KeysError::WrongSecret) && field == PASSPHRASE {
        "This passphrase does not unlock the records."
    } else if matches!(error, KeysError::WrongSecret) {
        "These two cards do not unlock the records: one of them is not what was printed."
    } else if matches!(error, KeysError::OtherCards) {
        "These cards unlock nothing here: they are of another practice, or of a set that was removed."
    } else {
        tracing::error!(%error, "the practice stays locked");
        "The records cannot be unlocked: they are not as this server left them. The log says more."
    }
}

/// Stretching a passphrase takes a while and a core: not on a thread that answers others.
async fn try_secret(practice: Practice, secret: Secret) -> Result<(), KeysError> {
    let runtime = tokio::runtime::Handle::current();
    let trying = tokio::task::spawn_blocking(move || runtime.block_on(practice.unlock(&secret)));
    trying.await.unwrap_or(Err(KeysError::WrongSecret))
}
