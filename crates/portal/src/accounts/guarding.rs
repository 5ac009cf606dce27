//! "Somebody else may see this device": said once for the account, at once and without the password; taken back with it (R12).

use std::sync::Arc;

use askama::Template;
use axum::Extension;
use axum::extract::State;
use practice::Practice;
use practice::access::PortalAccess;
use practice::accounts::{AccountError, Codes};
use web::limit::Limiter;
use web::{Answer, Form, Page, Portal, Visit, go, show_as};

use super::{NOT_THE_PASSWORD, framed, typed};
use crate::views::words;

/// Fields: `guard` (`on`, `off`), `present_password`.
#[derive(Template)]
#[template(path = "accounts/guard.html")]
struct Guard {
    page: Page,
    form: Form,
    on: bool,
    codes_on: bool,
}

/// `GET /my/account/guard`
pub(crate) async fn ask(
    Portal(access): Portal,
    visit: Visit,
    State(practice): State<Practice>,
) -> Answer {
    page(&practice, &access, &visit, Form::blank()).await
}

async fn page(practice: &Practice, access: &PortalAccess, visit: &Visit, form: Form) -> Answer {
    let mine = practice.my_account(access).await;
    let mine = mine.map_err(web::passkeys::fault)?;
    let status = form.status();
    let view = Guard {
        page: framed(visit, &words(&mine.name)),
        on: practice.is_guarded(access)?,
        codes_on: mine.codes != Codes::Off,
        form,
    };
    show_as(status, &view)
}

/// `POST /my/account/guard`
pub(crate) async fn put(
    Portal(access): Portal,
    State(practice): State<Practice>,
    Extension(tries): Extension<Arc<Limiter>>,
    visit: Visit,
    mut form: Form,
) -> Answer {
    if form.chose("guard", "on") {
        practice
            .guard(&access)
            .await
            .map_err(web::passkeys::fault)?;
        let mine = practice.my_account(&access).await;
        // Without codes there is no second factor yet that a sign-in could ask for.
        return go(match mine.map_err(web::passkeys::fault)?.codes {
            Codes::Off => "/my/account/codes?done=guarded",
            Codes::On | Codes::Required => "/my/account/guard",
        });
    }
    web::passkeys::take(&practice, &access, &visit, &tries)?;
    let present = typed(&form, "present_password");
    match practice.unguard(&access, present).await {
        Ok(()) => go("/my/account/guard"),
        Err(AccountError::Wrong) => {
            form.refuse("present_password", NOT_THE_PASSWORD);
            page(&practice, &access, &visit, form).await
        }
        Err(error) => Err(web::passkeys::fault(error)),
    }
}
