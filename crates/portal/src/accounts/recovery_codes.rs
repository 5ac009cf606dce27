//! The client's own recovery codes: made with the password and a one-time code, shown once.

use std::sync::Arc;

use askama::Template;
use axum::Extension;
use axum::extract::State;
use practice::Practice;
use practice::access::PortalAccess;
use practice::accounts::{AccountError, Codes};
use web::limit::Limiter;
use web::{Answer, CodesLine, Form, Page, Portal, Routes, Visit, get, go, passkeys, show, show_as};

use super::{HERE, NOT_THE_CODE, NOT_THE_PASSWORD, framed, typed};
use crate::views::words;

/// Making one's own recovery codes.
pub(crate) fn routes() -> Routes<Practice> {
    Routes::new().route("/my/account/recovery-codes", get(ask).post(make))
}

/// Making ten. Fields: `present_password`, `code`.
#[derive(Template)]
#[template(path = "accounts/recovery_codes.html")]
struct Make {
    page: Page,
    form: Form,
    found: Option<CodesLine>,
}

/// The ten, this once.
#[derive(Template)]
#[template(path = "accounts/recovery_codes_made.html")]
struct Made {
    page: Page,
    all: Vec<String>,
}

async fn ask(Portal(access): Portal, State(practice): State<Practice>, visit: Visit) -> Answer {
    asking(&practice, &access, &visit, Form::blank()).await
}

async fn asking(practice: &Practice, access: &PortalAccess, visit: &Visit, form: Form) -> Answer {
    let mine = practice.my_account(access).await.map_err(passkeys::fault)?;
    // They stand in for one-time codes: those come first.
    if mine.codes != Codes::On {
        return go("/my/account/codes");
    }
    let found = web::recovery_codes::line(practice, access, visit)?;
    let page = framed(visit, &words(&mine.name));
    show_as(form.status(), &Make { page, form, found })
}

async fn make(
    Portal(access): Portal,
    State(practice): State<Practice>,
    Extension(tries): Extension<Arc<Limiter>>,
    visit: Visit,
    mut form: Form,
) -> Answer {
    passkeys::take(&practice, &access, &visit, &tries)?;
    let present = typed(&form, "present_password");
    let made = practice.make_my_recovery_codes(&access, present, form.text("code"));
    let refused = match made.await {
        Ok(codes) => {
            let mine = practice
                .my_account(&access)
                .await
                .map_err(passkeys::fault)?;
            let page = framed(&visit, &words(&mine.name));
            let all = codes.iter().map(words).collect();
            return show(&Made { page, all });
        }
        Err(AccountError::Password) => ("present_password", NOT_THE_PASSWORD),
        Err(AccountError::Wrong) => ("code", NOT_THE_CODE),
        Err(AccountError::Required) => return go(HERE),
        Err(error) => return Err(passkeys::fault(error)),
    };
    form.refuse(refused.0, refused.1);
    form.set("code", "");
    asking(&practice, &access, &visit, form).await
}
