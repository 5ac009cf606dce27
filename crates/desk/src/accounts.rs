//! One's own account at the desk: another password. Codes are required for everybody who works here; a new phone is the
//! owner's to settle, on the page of the practice.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::routing::{get, post};
use axum::{Extension, Router};
use practice::Practice;
use practice::access::{DeskAccess, Role};
use practice::accounts::AccountError;
use practice::ids::SignInId;
use web::cookies::{self, Name};
use web::limit::{Asker, Limiter};
use web::{Answer, Asked, Desk, Form, Page, PageError, SignInLine, Visit, go, show_as, up};

use crate::pages;

pub(crate) fn routes() -> Router<Practice> {
    // Tries at one's own password: eight at once, then one a minute.
    Router::new()
        .route("/desk/account", get(account).post(change_password))
        .route(
            "/desk/account/sign-ins/{id}/end",
            post(end_sign_in).get(up::<3>),
        )
        .layer(Extension(Arc::new(Limiter::new(8, 60))))
}

/// The page. Fields: `present_password`, `password`.
#[derive(Template)]
#[template(path = "accounts/show.html")]
struct Show {
    page: Page,
    form: Form,
    is_owner: bool,
    sign_ins: Vec<SignInLine>,
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
    let sign_ins = practice.my_sign_ins(access).await?;
    let shown = Show {
        page: pages::done(page, &asked),
        is_owner: access.has(Role::Owner),
        sign_ins: sign_ins
            .iter()
            .map(|one| SignInLine::of(visit, one))
            .collect(),
        form,
    };
    show_as(shown.form.status(), &shown)
}

async fn end_sign_in(
    Desk(access): Desk,
    State(practice): State<Practice>,
    Path(id): Path<SignInId>,
    _: Form,
) -> Answer {
    practice.end_my_sign_in(&access, id).await?;
    go("/desk/account?done=sign_in_ended")
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
