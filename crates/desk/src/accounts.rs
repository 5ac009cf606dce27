//! One's own account at the desk: another password. Codes are required for everybody who works here; a new phone is the
//! owner's to settle, on the page of the practice.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::routing::get;
use axum::{Extension, Router};
use practice::Practice;
use practice::access::{DeskAccess, Role};
use practice::accounts::AccountError;
use web::cookies::{self, Name};
use web::limit::{Asker, Limiter};
use web::{Answer, Asked, Desk, Form, Page, PageError, Visit, go, show_as};

use crate::pages;

pub(crate) fn routes() -> Router<Practice> {
    // Tries at one's own password: eight at once, then one a minute.
    Router::new()
        .route("/desk/account", get(account).post(change_password))
        .layer(Extension(Arc::new(Limiter::new(8, 60))))
}

/// The page. Fields: `present_password`, `password`.
#[derive(Template)]
#[template(path = "accounts/show.html")]
struct Show {
    page: Page,
    form: Form,
    is_owner: bool,
}

async fn account(
    Desk(access): Desk,
    State(practice): State<Practice>,
    visit: Visit,
    Asked(asked): Asked,
) -> Answer {
    page(&visit, &practice, &access, (Form::blank(), asked)).await
}

async fn page(
    visit: &Visit,
    practice: &Practice,
    access: &DeskAccess,
    forms: (Form, Form),
) -> Answer {
    let (form, asked) = forms;
    let page = pages::frame(visit, practice, access, ("Account", "account")).await?;
    let shown = Show {
        page: pages::done(page, &asked),
        is_owner: access.has(Role::Owner),
        form,
    };
    show_as(shown.form.status(), &shown)
}

async fn change_password(
    Desk(access): Desk,
    State(practice): State<Practice>,
    Extension(tries): Extension<Arc<Limiter>>,
    visit: Visit,
    mut form: Form,
) -> Answer {
    let key = practice.allowance_of_mine(&access)?;
    tries.take(Asker::Account(key), visit.web().now())?;
    let typed = |field| form.raw(field).to_owned();
    let (present, new) = (typed("present_password"), typed("password"));
    let refused = match practice.change_password(&access, present, new).await {
        Ok(token) => {
            let mut response = go("/desk/account?done=password")?;
            cookies::set(visit.web(), &mut response, Name::SignIn, token.text());
            return Ok(response);
        }
        Err(AccountError::Wrong) => ("present_password", "This is not your present password."),
        Err(AccountError::Password) => (
            "password",
            "Choose at least 12 characters that are not a common password, and not the present one.",
        ),
        Err(AccountError::Access(error)) => return Err(error.into()),
        Err(error) => return Err(PageError::broken(error)),
    };
    form.refuse(refused.0, refused.1);
    page(&visit, &practice, &access, (form, Form::blank())).await
}
