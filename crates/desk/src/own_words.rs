//! One's own words at the desk: making the keys, the two slots, the exported identity, and whether the
//! executor can open process notes (`succession`). What is typed there stays in the
//! browser; what is written with the keys stands where it belongs (`sessions`).

use std::sync::Arc;

use askama::Template;
use axum::Extension;
use axum::extract::State;
use practice::Practice;
use practice::access::DeskAccess;
use practice::clock::micros;
use practice::process_notes::Encrypted;
use web::{Answer, Desk, Form, Page, PageError, Routes, Visit, get, own_words, post, show};

use crate::views::Wall;
use crate::{pages, succession};

pub(crate) fn routes() -> Routes<Practice> {
    Routes::new()
        .route("/desk/own-words", get(page))
        .route("/desk/own-words/identity", get(identity).post(keep))
        .route("/desk/own-words/tab", post(tab))
        .route("/desk/own-words/known-keys", get(known).post(keep_known))
        .layer(Extension(Arc::new(own_words::Allowances::default())))
}

#[derive(Template)]
#[template(path = "own_words/show.html")]
struct Show {
    page: Page,
    /// When notes of who is signed in were taken out for the executor.
    taken: Vec<String>,
}

/// Who writes process notes cares for somebody; for anybody else there is nothing here.
pub(crate) fn writes(access: &DeskAccess) -> Result<(), PageError> {
    if pages::cares(access) {
        Ok(())
    } else {
        Err(PageError::NotFound)
    }
}

async fn page(Desk(access): Desk, State(practice): State<Practice>, visit: Visit) -> Answer {
    writes(&access)?;
    let page = pages::frame(&visit, &practice, &access, ("Own words", "account")).await?;
    let wall = Wall::of(&visit, &practice);
    let taken = practice.my_succession_exports(&access).await?;
    let taken = taken.into_iter().map(|at| wall.moment(micros(at)));
    show(&Show {
        page,
        taken: taken.collect(),
    })
}

/// A process note as the browser encrypted it. Fields: `file`, and `executor` for whom it is beside its author.
pub(crate) fn encrypted(form: &Form) -> Result<Encrypted, PageError> {
    Ok(Encrypted {
        file: own_words::file(form, "file")?,
        executor: succession::recipient(form, "executor")?,
    })
}

async fn identity(Desk(access): Desk, State(practice): State<Practice>) -> Answer {
    writes(&access)?;
    own_words::identity(&practice, &access).await
}

async fn keep(
    Desk(access): Desk,
    State(practice): State<Practice>,
    Extension(allowances): Extension<Arc<own_words::Allowances>>,
    form: Form,
) -> Answer {
    writes(&access)?;
    own_words::keep(&practice, &access, &allowances, &form).await
}

async fn known(Desk(access): Desk, State(practice): State<Practice>) -> Answer {
    writes(&access)?;
    own_words::known(&practice, &access).await
}

async fn keep_known(
    Desk(access): Desk,
    State(practice): State<Practice>,
    Extension(allowances): Extension<Arc<own_words::Allowances>>,
    form: Form,
) -> Answer {
    writes(&access)?;
    own_words::keep_known(&practice, &access, &allowances, &form).await
}

async fn tab(Desk(access): Desk, State(practice): State<Practice>, form: Form) -> Answer {
    writes(&access)?;
    own_words::tab(&practice, &access, &form)
}
