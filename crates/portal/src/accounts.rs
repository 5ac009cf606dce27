//! The client's own account: another password, and one-time codes for who wants them.
//!
//! Each change asks for the present password, and signs the account out everywhere else. Tries at it are limited. Not
//! here: what a password or a code is worth (`practice::accounts`).

pub(crate) mod guarding;
mod passkeys;
mod recovery_codes;

use std::sync::Arc;

use askama::Template;
use axum::Extension;
use axum::extract::{Path, State};
use practice::Practice;
use practice::access::PortalAccess;
use practice::accounts::{AccountError, Codes, Enrolment, SignInToken};
use practice::ids::SignInId;
use web::cookies::{self, Name};
use web::limit::Limiter;
use web::{
    Answer, Asked, CodesLine, Form, Page, PasskeyLine, Portal, SignInLine, Tone, Visit, go, show,
    show_as,
};

use crate::views::words;

const HERE: &str = "/my/account";
const ALONE: &str = "Everywhere else you are signed out.";
pub(super) const NOT_THE_PASSWORD: &str = "This is not your present password.";
/// What somebody reads who just said that their devices may be seen, and has no codes yet.
const GUARDED: (&str, &str) = (
    "It holds from now on.",
    "Now turn codes on, so that who knows your password, or how to unlock the device, cannot sign in with that alone.",
);
const NOT_THE_CODE: &str = "Type the code that the app shows now.";

/// `POST /my/prove/passkey`: the question for a passkey that proves who is signed in.
pub(crate) async fn ask_proof(
    Portal(_): Portal,
    State(practice): State<Practice>,
    visit: Visit,
    _: Form,
) -> Answer {
    web::passkeys::question(practice.ask_passkey_again(visit.browser()))
}

/// `POST /my/prove`: who is signed in proves themselves again, and what they were doing goes on.
pub(crate) async fn prove(
    Portal(access): Portal,
    State(practice): State<Practice>,
    Extension(tries): Extension<Arc<Limiter>>,
    visit: Visit,
    form: Form,
) -> Answer {
    web::proving::prove(&practice, &access, (&visit, &tries), form).await
}

/// What the account is.
#[derive(Template)]
#[template(path = "accounts/show.html")]
struct Show {
    page: Page,
    codes_on: bool,
    guarded: bool,
    sign_ins: Vec<SignInLine>,
    passkeys: Vec<PasskeyLine>,
    recovery_codes: Option<CodesLine>,
}

/// Another password. Fields: `present_password`, `password`.
#[derive(Template)]
#[template(path = "accounts/password.html")]
struct Password {
    page: Page,
    form: Form,
}

/// Turning codes on. Fields: `present_password`, `code`.
#[derive(Template)]
#[template(path = "accounts/codes.html")]
struct TurnOn {
    page: Page,
    form: Form,
    secret: String,
    address: String,
}

/// Turning codes off. Fields: `present_password`, `code`.
#[derive(Template)]
#[template(path = "accounts/codes_off.html")]
struct TurnOff {
    page: Page,
    form: Form,
}

pub(crate) use passkeys::routes as passkey_routes;
pub(crate) use recovery_codes::routes as recovery_code_routes;

/// Tries at one's own password: eight at once, then one a minute.
pub(crate) fn tries() -> Limiter {
    Limiter::new(8, 60)
}

pub(super) fn framed(visit: &Visit, name: &str) -> Page {
    crate::framed(visit, "Account", "account", name)
}

/// `GET /my/account`
pub(crate) async fn first(
    Portal(access): Portal,
    visit: Visit,
    Asked(asked): Asked,
    State(practice): State<Practice>,
) -> Answer {
    let mine = practice
        .my_account(&access)
        .await
        .map_err(web::passkeys::fault)?;
    let sign_ins = practice.my_sign_ins(&access).await?;
    let said = match asked.text("done") {
        "password" => Some(("Your new password holds.", ALONE)),
        "codes-on" => Some(("One-time codes are on.", ALONE)),
        "codes-off" => Some(("One-time codes are off.", ALONE)),
        "passkey" => Some(("Added.", "From now on this device signs you in.")),
        "passkey-gone" => Some(("It opens nothing any more.", ALONE)),
        "ended" => Some(("Ended.", "Nobody is signed in there any more.")),
        _ => None,
    };
    let mut page = framed(&visit, &words(&mine.name));
    if let Some((lead, text)) = said {
        page = page.notice(Tone::Done, lead, text);
    }
    show(&Show {
        page,
        codes_on: mine.codes == Codes::On,
        guarded: practice.is_guarded(&access)?,
        recovery_codes: web::recovery_codes::line(&practice, &access, &visit)?,
        passkeys: web::passkeys::lines(&practice, &access, &visit).await?,
        sign_ins: sign_ins
            .iter()
            .map(|one| SignInLine::of(&visit, one))
            .collect(),
    })
}

/// `POST /my/account/sign-ins/{id}/end`
pub(crate) async fn end_sign_in(
    Portal(access): Portal,
    State(practice): State<Practice>,
    Path(id): Path<SignInId>,
    _: Form,
) -> Answer {
    practice.end_my_sign_in(&access, id).await?;
    go("/my/account?done=ended")
}

/// `GET /my/account/password`
pub(crate) async fn ask_password(
    Portal(access): Portal,
    visit: Visit,
    State(practice): State<Practice>,
) -> Answer {
    password_page(&practice, &access, &visit, Form::blank()).await
}

async fn password_page(
    practice: &Practice,
    access: &PortalAccess,
    visit: &Visit,
    form: Form,
) -> Answer {
    let mine = practice
        .my_account(access)
        .await
        .map_err(web::passkeys::fault)?;
    let page = framed(visit, &words(&mine.name));
    show_as(form.status(), &Password { page, form })
}

/// `POST /my/account/password`
pub(crate) async fn change_password(
    Portal(access): Portal,
    State(practice): State<Practice>,
    Extension(tries): Extension<Arc<Limiter>>,
    visit: Visit,
    mut form: Form,
) -> Answer {
    web::passkeys::take(&practice, &access, &visit, &tries)?;
    let (present, new) = (typed(&form, "present_password"), typed(&form, "password"));
    let refused = match practice.change_password(&access, present, new).await {
        Ok(token) => return changed(&visit, &token, "password"),
        Err(AccountError::Wrong) => ("present_password", NOT_THE_PASSWORD),
        Err(AccountError::Password) => (
            "password",
            "Choose at least 12 characters that are not a common password, and not the present one.",
        ),
        Err(error) => return Err(web::passkeys::fault(error)),
    };
    form.refuse(refused.0, refused.1);
    password_page(&practice, &access, &visit, form).await
}

/// `GET /my/account/codes`: on for who has none, off for who has.
pub(crate) async fn codes(
    Portal(access): Portal,
    visit: Visit,
    State(practice): State<Practice>,
    Asked(asked): Asked,
) -> Answer {
    let said = asked.chose("done", "guarded").then_some(GUARDED);
    codes_page(&practice, &access, &visit, (Form::blank(), said)).await
}

async fn codes_page(
    practice: &Practice,
    access: &PortalAccess,
    visit: &Visit,
    (form, said): (Form, Option<(&'static str, &'static str)>),
) -> Answer {
    let mine = practice
        .my_account(access)
        .await
        .map_err(web::passkeys::fault)?;
    let mut page = framed(visit, &words(&mine.name));
    if let Some((lead, text)) = said {
        page = page.notice(Tone::Done, lead, text);
    }
    let status = form.status();
    match practice.codes_to_be(access).await {
        Ok(enrolment) => show_as(status, &turning_on(page, form, &enrolment)),
        Err(AccountError::Required) => show_as(status, &TurnOff { page, form }),
        Err(error) => Err(web::passkeys::fault(error)),
    }
}

fn turning_on(page: Page, form: Form, enrolment: &Enrolment) -> TurnOn {
    let letters: Vec<char> = enrolment.secret.reveal().chars().collect();
    let fours: Vec<String> = letters
        .chunks(4)
        .map(|four| four.iter().collect())
        .collect();
    TurnOn {
        page,
        form,
        secret: fours.join(" "),
        address: enrolment.address.reveal().clone(),
    }
}

/// `POST /my/account/codes`
pub(crate) async fn turn_on(
    Portal(access): Portal,
    State(practice): State<Practice>,
    Extension(tries): Extension<Arc<Limiter>>,
    visit: Visit,
    form: Form,
) -> Answer {
    web::passkeys::take(&practice, &access, &visit, &tries)?;
    let present = typed(&form, "present_password");
    match practice
        .turn_codes_on(&access, present, form.text("code"))
        .await
    {
        Ok(token) => changed(&visit, &token, "codes-on"),
        Err(error) => codes_again(&practice, &access, &visit, (form, error, NOT_THE_CODE)).await,
    }
}

/// `POST /my/account/codes/off`
pub(crate) async fn turn_off(
    Portal(access): Portal,
    State(practice): State<Practice>,
    Extension(tries): Extension<Arc<Limiter>>,
    visit: Visit,
    form: Form,
) -> Answer {
    web::passkeys::take(&practice, &access, &visit, &tries)?;
    let present = typed(&form, "present_password");
    match practice
        .turn_codes_off(&access, present, form.text("code"))
        .await
    {
        Ok(token) => changed(&visit, &token, "codes-off"),
        Err(error) => {
            let said =
                "Type the code that the app shows now, or a recovery code that was not used.";
            codes_again(&practice, &access, &visit, (form, error, said)).await
        }
    }
}

async fn codes_again(
    practice: &Practice,
    access: &PortalAccess,
    visit: &Visit,
    refused: (Form, AccountError, &'static str),
) -> Answer {
    let (mut form, error, not_the_code) = refused;
    match error {
        AccountError::Guarded => form.refuse(
            "code",
            "Codes stay on while somebody else may see your devices. Take that back first, on your account.",
        ),
        AccountError::Password => form.refuse("present_password", NOT_THE_PASSWORD),
        AccountError::Wrong => form.refuse("code", not_the_code),
        // Another window was first: the page shows what there is to do now.
        AccountError::Required => return go("/my/account/codes"),
        AccountError::Expired
        | AccountError::Invitation
        | AccountError::NameTaken
        | AccountError::Name
        | AccountError::NoSafeWay
        | AccountError::Supervisor
        | AccountError::Enough
        | AccountError::Access(_) => return Err(web::passkeys::fault(error)),
    }
    form.set("code", "");
    codes_page(practice, access, visit, (form, None)).await
}

fn typed(form: &Form, field: &str) -> String {
    form.raw(field).to_owned()
}

/// This browser goes on with a sign-in of its own; those of before have ended.
pub(super) fn changed(visit: &Visit, token: &SignInToken, done: &str) -> Answer {
    let mut response = go(&format!("{HERE}?done={done}"))?;
    cookies::set(visit.web(), &mut response, Name::SignIn, token.text());
    Ok(response)
}
