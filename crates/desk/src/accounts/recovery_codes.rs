//! One's own recovery codes at the desk: made after a proof of the last ten minutes, shown once.

use askama::Template;
use axum::extract::State;
use practice::Practice;
use web::{Answer, Desk, Form, Page, Routes, Visit, fresh, passkeys, post, show, up};

use crate::pages;

pub(super) fn routes() -> Routes<Practice> {
    Routes::new().route("/desk/account/recovery-codes", post(make).get(up::<1>))
}

/// The ten, this once.
#[derive(Template)]
#[template(path = "accounts/recovery_codes_made.html")]
struct Made {
    page: Page,
    all: Vec<String>,
}

/// `POST /desk/account/recovery-codes`
async fn make(
    Desk(access): Desk,
    State(practice): State<Practice>,
    visit: Visit,
    _: Form,
) -> Answer {
    let proved = fresh(&practice, &access)?;
    let page = pages::frame(&visit, &practice, &access, ("Account", "account")).await?;
    let made = practice.make_recovery_codes(&proved).await;
    let all = made.map_err(passkeys::fault)?;
    let all = all.iter().map(|code| code.reveal().clone()).collect();
    show(&Made { page, all })
}
