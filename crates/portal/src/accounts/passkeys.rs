//! The client's own passkeys.

use std::sync::Arc;

use askama::Template;
use axum::Extension;
use axum::extract::{Path, State};
use practice::Practice;
use practice::access::PortalAccess;
use practice::ids::PasskeyId;
use web::limit::Limiter;
use web::{
    Answer, Form, Page, PageError, PasskeyLine, Portal, Routes, Visit, get, go, passkeys, post,
    show_as, up,
};

use super::{changed, framed};
use crate::views::words;

/// Adding one's own passkeys, and taking them away.
pub(crate) fn routes() -> Routes<Practice> {
    Routes::new()
        .route("/my/account/passkeys", get(new).post(add))
        .route("/my/account/passkeys/ask", post(ask).get(up::<1>))
        .route("/my/account/passkeys/{id}", get(old).post(remove))
}

/// A new passkey. Fields: `present_password`, `credential`.
#[derive(Template)]
#[template(path = "accounts/passkey_new.html")]
struct NewPasskey {
    page: Page,
    form: Form,
}

/// Taking one away. Fields: `present_password`.
#[derive(Template)]
#[template(path = "accounts/passkey_gone.html")]
struct OldPasskey {
    page: Page,
    form: Form,
    line: PasskeyLine,
}

async fn frame(
    visit: &Visit,
    practice: &Practice,
    access: &PortalAccess,
) -> Result<Page, PageError> {
    let mine = practice.my_account(access).await.map_err(passkeys::fault)?;
    Ok(framed(visit, &words(&mine.name)))
}

async fn new(Portal(access): Portal, State(practice): State<Practice>, visit: Visit) -> Answer {
    let page = frame(&visit, &practice, &access).await?;
    let form = Form::blank();
    show_as(form.status(), &NewPasskey { page, form })
}

async fn ask(
    Portal(access): Portal,
    State(practice): State<Practice>,
    Extension(tries): Extension<Arc<Limiter>>,
    visit: Visit,
    form: Form,
) -> Answer {
    passkeys::take(&practice, &access, &visit, &tries)?;
    passkeys::ask(&practice, &access, &visit, &form).await
}

async fn add(
    Portal(access): Portal,
    State(practice): State<Practice>,
    visit: Visit,
    mut form: Form,
) -> Answer {
    passkeys::add(&practice, &access, &visit, &mut form).await?;
    if form.is_good() {
        return go("/my/account?done=passkey");
    }
    let page = frame(&visit, &practice, &access).await?;
    show_as(form.status(), &NewPasskey { page, form })
}

async fn old(
    Portal(access): Portal,
    State(practice): State<Practice>,
    Path(id): Path<PasskeyId>,
    visit: Visit,
) -> Answer {
    taking_away(&visit, &practice, &access, (id, Form::blank())).await
}

async fn taking_away(
    visit: &Visit,
    practice: &Practice,
    access: &PortalAccess,
    which: (PasskeyId, Form),
) -> Answer {
    let (id, form) = which;
    let line = passkeys::line(practice, access, visit, id).await?;
    let page = frame(visit, practice, access).await?;
    show_as(form.status(), &OldPasskey { page, form, line })
}

async fn remove(
    Portal(access): Portal,
    State(practice): State<Practice>,
    Extension(tries): Extension<Arc<Limiter>>,
    Path(id): Path<PasskeyId>,
    visit: Visit,
    mut form: Form,
) -> Answer {
    // One that is not theirs is not there, however often they tried.
    passkeys::line(&practice, &access, &visit, id).await?;
    passkeys::take(&practice, &access, &visit, &tries)?;
    match passkeys::remove(&practice, &access, id, &mut form).await? {
        Some(token) => changed(&visit, &token, "passkey-gone"),
        None => taking_away(&visit, &practice, &access, (id, form)).await,
    }
}
