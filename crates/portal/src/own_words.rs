//! One's own words in the portal: making the keys, the two slots, the exported identity. What is typed there stays in the
//! browser; what is written with the keys is the journal's.

use std::sync::Arc;

use askama::Template;
use axum::Extension;
use axum::extract::State;
use practice::Practice;
use web::{Answer, Form, Page, PageError, Portal, Visit, own_words, show};

use crate::views::words;

#[derive(Template)]
#[template(path = "own_words/show.html")]
struct Show {
    page: Page,
}

/// `GET /my/own-words`
pub(crate) async fn page(
    Portal(access): Portal,
    State(practice): State<Practice>,
    visit: Visit,
) -> Answer {
    let mine = practice.my_account(&access).await;
    let name = words(&mine.map_err(PageError::broken)?.name);
    show(&Show {
        page: crate::framed(&visit, "Your own words", "account", &name),
    })
}

/// `GET /my/own-words/identity`
pub(crate) async fn identity(Portal(access): Portal, State(practice): State<Practice>) -> Answer {
    own_words::identity(&practice, &access).await
}

/// `POST /my/own-words/identity`
pub(crate) async fn keep(
    Portal(access): Portal,
    State(practice): State<Practice>,
    Extension(allowances): Extension<Arc<own_words::Allowances>>,
    form: Form,
) -> Answer {
    own_words::keep(&practice, &access, &allowances, &form).await
}

/// `GET /my/own-words/known-keys`
pub(crate) async fn known(Portal(access): Portal, State(practice): State<Practice>) -> Answer {
    own_words::known(&practice, &access).await
}

/// `POST /my/own-words/known-keys`
pub(crate) async fn keep_known(
    Portal(access): Portal,
    State(practice): State<Practice>,
    Extension(allowances): Extension<Arc<own_words::Allowances>>,
    form: Form,
) -> Answer {
    own_words::keep_known(&practice, &access, &allowances, &form).await
}

/// `POST /my/own-words/tab`
pub(crate) async fn tab(
    Portal(access): Portal,
    State(practice): State<Practice>,
    form: Form,
) -> Answer {
    own_words::tab(&practice, &access, &form)
}
