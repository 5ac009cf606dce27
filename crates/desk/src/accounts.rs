//! One's own account at the desk: another password. Codes are required for everybody who works here; a new phone is the
//! owner's to settle, on the page of the practice.

mod passkeys;
mod recovery_codes;

use std::sync::Arc;

use askama::Template;
use axum::Extension;
use axum::extract::{Path, State};
use practice::Practice;
use practice::access::{DeskAccess, Role};
use practice::accounts::AccountError;
use practice::ids::SignInId;
use web::cookies::{self, Name};
use web::limit::Limiter;
use web::{
    Answer, Asked, CodesLine, Desk, Form, Page, PageError, PasskeyLine, Routes, SignInLine, Visit,
    get, go, post, proving, show_as, up,
};

use crate::pages;

pub(crate) fn routes() -> Routes<Practice> {
    // Tries at one's own password: eight at once, then one a minute.
    Routes::new()
        .route("/desk/account", get(account).post(change_password))
        .route(
            "/desk/account/sign-ins/{id}/end",
            post(end_sign_in).get(up::<3>),
        )
        .merge(passkeys::routes())
        .merge(recovery_codes::routes())
        .route(proving::PROVE, post(prove).get(up::<2>))
        .route(proving::ASK, post(ask_proof).get(up::<3>))
        .layer(Extension(Arc::new(Limiter::new(8, 60))))
}

/// The page. Fields: `present_password`, `password`.
#[derive(Template)]
#[template(path = "accounts/show.html")]
struct Show {
    page: Page,
    form: Form,
    is_owner: bool,
    cares: bool,
    sign_ins: Vec<SignInLine>,
    passkeys: Vec<PasskeyLine>,
    recovery_codes: Option<CodesLine>,
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
        cares: pages::cares(access),
        recovery_codes: web::recovery_codes::line(practice, access, visit)?,
        passkeys: web::passkeys::lines(practice, access, visit).await?,
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
    web::passkeys::take(&practice, &access, &visit, &tries)?;
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

/// `POST /desk/prove/passkey`: the question for a passkey that proves who is signed in.
async fn ask_proof(
    Desk(_): Desk,
    State(practice): State<Practice>,
    visit: Visit,
    _: Form,
) -> Answer {
    web::passkeys::question(practice.ask_passkey_again(visit.browser()))
}

/// `POST /desk/prove`: who is signed in proves themselves again, and what they were doing goes on.
async fn prove(
    Desk(access): Desk,
    State(practice): State<Practice>,
    Extension(tries): Extension<Arc<Limiter>>,
    visit: Visit,
    form: Form,
) -> Answer {
    proving::prove(&practice, &access, (&visit, &tries), form).await
}
