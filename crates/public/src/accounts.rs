//! Signing in and out: name and password, the one-time code of who has one, the first sign-in of staff, invitations.
//!
//! Unknown and known names read alike, are as long and take as long. Tries are limited before a password is looked at
//! (`tries`). Not here: what a password or a code is worth (`practice::accounts`), the cookies' names (`web`).

mod passkeys;
mod tries;
pub(crate) mod ways_back;

use std::sync::Arc;

use askama::Template;
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use practice::access::SignedIn;
use practice::accounts::{
    AccountError, Enrolment, Invitation, NewAccount, NextStep, SignInToken, Times,
};
use practice::{AccessError, Practice};
use web::cookies::{self, Name};
use web::{
    Answer, Asked, Door, Form, FreeForm, Page, PageError, Routes, Tone, Visit, get, go, local,
    post, show, show_as,
};

use tries::{Tried, Tries};

/// The routes of this subject.
pub fn router() -> Routes<Practice> {
    Routes::new()
        .route("/sign-in", get(first_step).post(name_and_password))
        .route("/sign-in/code", get(begin_again).post(code))
        .route("/sign-in/recovery", get(begin_again).post(recovery))
        .route("/sign-in/enrol", get(begin_again).post(enrol))
        .merge(passkeys::routes())
        .merge(ways_back::routes())
        .route("/sign-out", post(sign_out))
        .route("/exit", post(leave))
        .route("/invitation/{token}", get(invited).post(accept))
        .layer(Extension(Arc::new(Tries::new())))
}

/// Name and password. Fields: `name`, `password`, `next`.
#[derive(Template)]
#[template(path = "accounts/sign_in.html")]
pub(crate) struct SignIn {
    pub(crate) page: Page,
    pub(crate) form: Form,
    pub(crate) phone: String,
}

/// The one-time code, or a recovery code. Fields: `code` or `recovery`, and `half`, `next`.
#[derive(Template)]
#[template(path = "accounts/code.html")]
pub(crate) struct Code {
    pub(crate) page: Page,
    pub(crate) form: Form,
    pub(crate) half: String,
}

/// The first sign-in of staff. Fields: `code`, `password`, `half`, `next`.
#[derive(Template)]
#[template(path = "accounts/enrol.html")]
pub(crate) struct Enrol {
    pub(crate) page: Page,
    pub(crate) form: Form,
    pub(crate) half: String,
    pub(crate) secret: String,
    pub(crate) address: String,
}

/// A client's first sign-in. Fields: `name`, `password`.
#[derive(Template)]
#[template(path = "accounts/invitation.html")]
pub(crate) struct Invited {
    pub(crate) page: Page,
    pub(crate) form: Form,
    pub(crate) idle_minutes: i64,
}

/// An invitation that was used, has ended, or never was.
#[derive(Template)]
#[template(path = "accounts/invitation_over.html")]
pub(crate) struct Over {
    pub(crate) page: Page,
    pub(crate) days: i64,
    pub(crate) phone: String,
}

fn page(visit: &Visit) -> Page {
    Page::new(visit, Door::Public, "Sign in")
}

async fn phone(practice: &Practice) -> Result<String, PageError> {
    Ok(practice.description().await?.phone)
}

fn unlocked(practice: &Practice) -> Result<(), PageError> {
    if practice.is_locked() {
        return Err(PageError::Locked);
    }
    Ok(())
}

fn home(who: &SignedIn) -> Door {
    match who {
        SignedIn::Portal(_) => Door::Portal,
        SignedIn::Desk(_) => Door::Desk,
    }
}

async fn first_step(
    State(practice): State<Practice>,
    visit: Visit,
    Asked(mut asked): Asked,
) -> Answer {
    unlocked(&practice)?;
    if let Ok(who) = web::access::signed_in(&visit, &practice).await {
        return go(home(&who).home());
    }
    let mut page = page(&visit);
    if asked.chose("done", "signed-out") {
        page = page.notice(Tone::Done, "You are signed out.", "");
    }
    if asked.chose("done", "new-password") {
        page = page.notice(
            Tone::Done,
            "Your new password holds.",
            "Sign in with it. Everywhere else you are signed out.",
        );
    }
    asked.set("name", "");
    let phone = phone(&practice).await?;
    show(&SignIn {
        page,
        form: asked,
        phone,
    })
}

async fn begin_again() -> Answer {
    go("/sign-in")
}

async fn name_and_password(
    State(practice): State<Practice>,
    Extension(tries): Extension<Arc<Tries>>,
    visit: Visit,
    mut form: Form,
) -> Answer {
    unlocked(&practice)?;
    let (name, password) = (
        form.text("name").to_owned(),
        form.raw("password").to_owned(),
    );
    let key = practice.allowance_of(&name)?;
    tries.take(&practice, &visit, (Tried::Password, key))?;
    match practice.sign_in(&name, password).await {
        Ok(NextStep::SignedIn(token)) => {
            tries.forgive(&practice, &visit, key)?;
            enter(&practice, &visit, &form, (&token, key)).await
        }
        Ok(NextStep::Code(half)) => show(&Code {
            page: page(&visit),
            half: half.text().to_owned(),
            form: with_next(&form),
        }),
        Ok(NextStep::Enrol(half)) => {
            let enrolment = practice.enrolment(half.text()).await.map_err(fault)?;
            show(&enrolling(
                &visit,
                with_next(&form),
                half.text(),
                &enrolment,
            ))
        }
        Err(AccountError::Access(error)) => Err(error.into()),
        Err(_) => {
            form.refuse("password", "This name and password do not go together.");
            let phone = phone(&practice).await?;
            let page = page(&visit);
            show_as(form.status(), &SignIn { page, form, phone })
        }
    }
}

/// A way to take the second step.
#[derive(Clone, Copy)]
enum Second {
    /// The code that the app shows.
    Code,
    /// One from paper. Whoever has none reads what a wrong one gets.
    Paper,
}

impl Second {
    /// The field that it is typed in.
    const fn field(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Paper => "recovery",
        }
    }

    const fn wrong(self) -> &'static str {
        match self {
            Self::Code => "Type the code that the app shows now.",
            Self::Paper => "This is none of your recovery codes, or it was used.",
        }
    }
}

async fn code(
    State(practice): State<Practice>,
    Extension(tries): Extension<Arc<Tries>>,
    visit: Visit,
    form: Form,
) -> Answer {
    second((&practice, &*tries), &visit, form, Second::Code).await
}

async fn recovery(
    State(practice): State<Practice>,
    Extension(tries): Extension<Arc<Tries>>,
    visit: Visit,
    form: Form,
) -> Answer {
    second((&practice, &*tries), &visit, form, Second::Paper).await
}

/// The second step of signing in, whichever way is taken: both are tries of one allowance.
async fn second(
    (practice, tries): (&Practice, &Tries),
    visit: &Visit,
    mut form: Form,
    way: Second,
) -> Answer {
    unlocked(practice)?;
    let half = form.text("half").to_owned();
    let key = match practice.allowance_half_way(&half) {
        Ok(key) => key,
        Err(error) => return too_late(practice, visit, error).await,
    };
    tries.take(practice, visit, (Tried::Code, key))?;
    let typed = form.text(way.field());
    let entered = match way {
        Second::Code => practice.sign_in_with_code(&half, typed).await,
        Second::Paper => practice.sign_in_with_recovery_code(&half, typed).await,
    };
    match entered {
        Ok(token) => {
            tries.forgive(practice, visit, key)?;
            enter(practice, visit, &form, (&token, key)).await
        }
        Err(AccountError::Wrong) => {
            form.refuse(way.field(), way.wrong());
            form.set(way.field(), "");
            let page = page(visit);
            show_as(form.status(), &Code { page, form, half })
        }
        Err(error) => too_late(practice, visit, error).await,
    }
}

async fn enrol(
    State(practice): State<Practice>,
    Extension(tries): Extension<Arc<Tries>>,
    visit: Visit,
    mut form: Form,
) -> Answer {
    unlocked(&practice)?;
    let half = form.text("half").to_owned();
    let key = match practice.allowance_half_way(&half) {
        Ok(key) => key,
        Err(error) => return too_late(&practice, &visit, error).await,
    };
    tries.take(&practice, &visit, (Tried::Code, key))?;
    let password = form.raw("password").to_owned();
    let refused = match practice.enrol(&half, password, form.text("code")).await {
        Ok(token) => {
            tries.forgive(&practice, &visit, key)?;
            return enter(&practice, &visit, &form, (&token, key)).await;
        }
        Err(AccountError::Password) => (
            "password",
            "Choose at least 12 characters that are not a common password, and not the one-time one.",
        ),
        Err(AccountError::Wrong) => ("code", "Type the code that the app shows now."),
        Err(error) => return too_late(&practice, &visit, error).await,
    };
    form.refuse(refused.0, refused.1);
    let enrolment = match practice.enrolment(&half).await {
        Ok(enrolment) => enrolment,
        Err(error) => return too_late(&practice, &visit, error).await,
    };
    let status = form.status();
    show_as(status, &enrolling(&visit, form, &half, &enrolment))
}

fn enrolling(visit: &Visit, form: Form, half: &str, enrolment: &Enrolment) -> Enrol {
    Enrol {
        page: page(visit),
        form,
        half: half.to_owned(),
        secret: in_fours(enrolment.secret.reveal()),
        address: enrolment.address.reveal().clone(),
    }
}

/// "ABCD EFGH": easier to type.
fn in_fours(secret: &str) -> String {
    let letters: Vec<char> = secret.chars().collect();
    let groups: Vec<String> = letters
        .chunks(4)
        .map(|four| four.iter().collect())
        .collect();
    groups.join(" ")
}

/// Nothing of the first step's form but where to go afterwards, and whether somebody else may see the device.
fn with_next(form: &Form) -> Form {
    let shared = form.ticked("shared").then_some(("shared", "yes"));
    Form::filled(std::iter::once(("next", form.text("next"))).chain(shared))
}

/// The first step again, because the second took too long; a fault stays a fault.
async fn too_late(practice: &Practice, visit: &Visit, error: AccountError) -> Answer {
    if let AccountError::Access(error) = error
        && !matches!(error, AccessError::Stale)
    {
        return Err(error.into());
    }
    let page = page(visit).notice(
        Tone::Attention,
        "That took too long.",
        "Please begin again with your name and password.",
    );
    let (form, phone) = (Form::blank(), phone(practice).await?);
    show_as(
        StatusCode::UNPROCESSABLE_ENTITY,
        &SignIn { page, form, phone },
    )
}

fn fault(error: AccountError) -> PageError {
    if let AccountError::Access(error) = error {
        error.into()
    } else {
        PageError::broken(error)
    }
}

/// How many days a browser of the practice stays known. A client's is known until its window closes: a cookie that stays
/// would tell whoever looks into it that somebody signs in here.
const KNOWN_DAYS: i64 = 90;

/// Hands out the cookies and goes where the person wanted to, if that is behind their own door.
async fn enter(
    practice: &Practice,
    visit: &Visit,
    form: &Form,
    proved: (&SignInToken, [u8; 32]),
) -> Answer {
    let (token, key) = proved;
    if let Some(before) = visit.sign_in() {
        practice.sign_out(before).await?;
    }
    let door = home(&practice.signed_in(token.text()).await?);
    let next = local(form.text("next")).filter(|next| Door::of(next) == door);
    let mut response = go(next.unwrap_or(door.home()))?;
    cookies::set(visit.web(), &mut response, Name::SignIn, token.text());
    // It holds until the browser's window closes: a cookie that stays would itself tell that somebody signs in here.
    if door == Door::Portal && form.ticked("shared") {
        cookies::set(visit.web(), &mut response, Name::Shared, "1");
    } else {
        cookies::clear(visit.web(), &mut response, Name::Shared);
    }
    remember(practice, visit, &mut response, (key, door))?;
    Ok(response)
}

/// Lets this browser be known for the account from now on.
fn remember(
    practice: &Practice,
    visit: &Visit,
    response: &mut Response,
    known: ([u8; 32], Door),
) -> Result<(), PageError> {
    let (key, door) = known;
    let shown = practice.remember_device(&key, visit.device())?;
    if door == Door::Desk {
        cookies::keep(visit.web(), response, Name::Device, &shown, KNOWN_DAYS);
    } else {
        cookies::set(visit.web(), response, Name::Device, &shown);
    }
    Ok(())
}

async fn sign_out(State(practice): State<Practice>, visit: Visit, _form: Form) -> Answer {
    end(&practice, &visit).await?;
    let mut response = go("/sign-in?done=signed-out")?;
    // Whoever comes next says for themselves whether somebody else may see the device.
    for name in [Name::SignIn, Name::Shared] {
        cookies::clear(visit.web(), &mut response, name);
    }
    Ok(response)
}

/// Leaving asks for no token, so that nothing can hold it up.
async fn leave(
    State(practice): State<Practice>,
    visit: Visit,
    _form: FreeForm,
) -> Result<Response, PageError> {
    // The way out stands open even when the database does not answer.
    if let Err(error) = end(&practice, &visit).await {
        tracing::warn!(?error, "a sign-in could not be ended on leaving");
    }
    web::exit::leave(&visit)
}

async fn end(practice: &Practice, visit: &Visit) -> Result<(), PageError> {
    match visit.sign_in() {
        Some(token) => Ok(practice.sign_out(token).await?),
        None => Ok(()),
    }
}

async fn invited(
    State(practice): State<Practice>,
    visit: Visit,
    Path(token): Path<String>,
) -> Answer {
    unlocked(&practice)?;
    if practice.invitation_holds(&token)? {
        show(&inviting(&visit, Form::blank()))
    } else {
        over(&practice, &visit).await
    }
}

fn inviting(visit: &Visit, form: Form) -> Invited {
    Invited {
        page: page(visit),
        form,
        idle_minutes: Times::IDLE_MINUTES,
    }
}

async fn over(practice: &Practice, visit: &Visit) -> Answer {
    let over = Over {
        page: page(visit),
        days: Invitation::DAYS,
        phone: phone(practice).await?,
    };
    show_as(StatusCode::NOT_FOUND, &over)
}

async fn accept(
    State(practice): State<Practice>,
    Extension(tries): Extension<Arc<Tries>>,
    visit: Visit,
    Path(token): Path<String>,
    mut form: Form,
) -> Answer {
    unlocked(&practice)?;
    tries.take_place(&visit)?;
    let key = practice.allowance_of(form.text("name"))?;
    let new = NewAccount {
        name: form.text("name").to_owned(),
        password: form.raw("password").to_owned(),
    };
    let refused = match practice.accept_invitation(&token, new).await {
        Ok(token) => return enter(&practice, &visit, &form, (&token, key)).await,
        Err(AccountError::Name) => ("name", "A sign-in name has 3 to 120 characters."),
        Err(AccountError::NameTaken) => ("name", "This name cannot be used. Choose another one."),
        Err(AccountError::Password) => (
            "password",
            "Choose at least 12 characters that are not a common password.",
        ),
        Err(AccountError::Access(error)) => return Err(error.into()),
        Err(_) => return over(&practice, &visit).await,
    };
    form.refuse(refused.0, refused.1);
    show_as(form.status(), &inviting(&visit, form))
}
