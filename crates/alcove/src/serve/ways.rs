//! The owner's page on which ways to unlock are added, tried and taken away. It stands here and not at the desk, because it
//! is about the secrets themselves. They are typed only after who is signed in proved themselves again, and never come back.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use practice::Practice;
use practice::access::{DeskAccess, FreshAccess};
use practice::accounts::SHORTEST_PASSPHRASE;
use practice::keys::{KeysError, WayIn};
use vault::{PassphraseCost, Secret, SystemRandomness};
use web::limit::{Asker, Limiter};
use web::{
    Answer, Asked, Desk, Form, Page, PageError, Routes, Visit, fresh, get, go, post, show_as, up,
};
use zeroize::Zeroizing;

use super::secret::{self, Passkeys, aside};
use crate::keys::{paper, passphrase_needs};

/// Adding a way and trying one. The pages are opened with a new proof, so that no secret is typed into a form that would have
/// to ask for one.
const CHANGE: &str = "/desk/practice/unlocking/change";
const TITLE: (&str, &str) = ("Ways to unlock", "settings");
/// Taking one away.
const REMOVE: &str = "/desk/practice/unlocking/remove";

#[derive(Template)]
#[template(path = "ways.html")]
struct Change {
    page: Page,
    form: Form,
    /// Of which section the form is.
    which: &'static str,
    shortest: usize,
    done: &'static str,
    passkeys: Passkeys,
}

#[derive(Template)]
#[template(path = "way_removed.html")]
struct Remove {
    page: Page,
    form: Form,
    ways: Vec<(String, String)>,
    passkeys: Passkeys,
}

/// The pages and what is sent from there.
pub(super) fn router() -> Routes<Practice> {
    // As many tries as a locked server gives.
    let limiter = Arc::new(Limiter::new(5, 60));
    let limits = Arc::clone(&limiter);
    let rehearse = async move |State(practice): State<Practice>,
                               Desk(access): Desk,
                               visit: Visit,
                               form: Form| {
        rehearse((&practice, &access), &visit, form, &limits).await
    };
    let remove = async move |State(practice): State<Practice>,
                             Desk(access): Desk,
                             visit: Visit,
                             form: Form| {
        remove((&practice, &access), &visit, form, &limiter).await
    };
    Routes::new()
        .route(CHANGE, get(change))
        .route(REMOVE, get(removal).post(remove))
        .route(
            "/desk/practice/unlocking/change/passphrase",
            post(passphrase).get(up::<1>),
        )
        .route(
            "/desk/practice/unlocking/change/cards",
            post(cards).get(up::<1>),
        )
        .route(
            "/desk/practice/unlocking/change/passkey",
            post(passkey).get(up::<1>),
        )
        .route(
            "/desk/practice/unlocking/change/rehearse",
            post(rehearse).get(up::<1>),
        )
}

/// Who asks, when they may: the owner, who proved themselves again. Whoever took longer than the proof holds opens the page
/// anew; what they typed is a secret and is not kept for them.
fn proved((practice, access): (&Practice, &DeskAccess)) -> Result<Option<FreshAccess>, PageError> {
    desk::settings::owner(access)?;
    Ok(practice.fresh(access))
}

/// `GET /desk/practice/unlocking/change`
async fn change(
    State(practice): State<Practice>,
    Desk(access): Desk,
    visit: Visit,
    Asked(asked): Asked,
) -> Answer {
    desk::settings::owner(&access)?;
    fresh(&practice, &access)?;
    let done = match asked.text("done") {
        "passphrase" => "The passphrase unlocks from now on, beside what did before.",
        "passkey" => {
            "The passkey unlocks from now on, beside what did before. Try it before you rely on it."
        }
        "rehearsed" => "It opens. That you tried it is written down.",
        _ => "",
    };
    changing((&practice, &access), &visit, (Form::blank(), ""), done).await
}

/// `POST …/passphrase`. Fields: `new_passphrase`, `once_more`.
async fn passphrase(
    State(practice): State<Practice>,
    Desk(access): Desk,
    visit: Visit,
    mut form: Form,
) -> Answer {
    let who = (&practice, &access);
    let Some(proved) = proved(who)? else {
        return go(CHANGE);
    };
    let passphrase = Zeroizing::new(form.raw("new_passphrase").to_owned());
    if let Some(needs) = passphrase_needs(&passphrase) {
        form.refuse("new_passphrase", format!("It needs {needs}."));
    } else if passphrase.as_str() != form.raw("once_more") {
        form.refuse("once_more", "This is not what stands above.");
    }
    if form.is_good() {
        added(&practice, proved, Secret::Passphrase(passphrase)).await?;
        return go(&format!("{CHANGE}?done=passphrase"));
    }
    form.set("new_passphrase", "");
    form.set("once_more", "");
    changing(who, &visit, (form, "passphrase"), "").await
}

/// `POST …/passkey`. Fields: `passkey_credential`, `passkey_salt`, `passkey_key`.
async fn passkey(
    State(practice): State<Practice>,
    Desk(access): Desk,
    visit: Visit,
    mut form: Form,
) -> Answer {
    let who = (&practice, &access);
    let Some(proved) = proved(who)? else {
        return go(CHANGE);
    };
    if !practice.has_passkeys() {
        return Err(PageError::NotFound);
    }
    if let Some(secret) = secret::new_passkey(&mut form) {
        added(&practice, proved, secret).await?;
        return go(&format!("{CHANGE}?done=passkey"));
    }
    secret::forget(&mut form);
    changing(who, &visit, (form, "passkey"), "").await
}

/// `POST …/cards`. Field: `can_print`. Answers with the pages to print.
async fn cards(
    State(practice): State<Practice>,
    Desk(access): Desk,
    visit: Visit,
    mut form: Form,
) -> Answer {
    let who = (&practice, &access);
    let Some(proved) = proved(who)? else {
        return go(CHANGE);
    };
    if !form.ticked("can_print") {
        form.refuse("can_print", "Please say that you can print them now.");
        return changing(who, &visit, (form, "cards"), "").await;
    }
    let (secret, cards) = vault::deal(&SystemRandomness);
    let pages = paper::of(&cards, paper::Set::Unlocking).map_err(PageError::broken)?;
    added(&practice, proved, secret).await?;
    let kind = (header::CONTENT_TYPE, "application/pdf");
    let name = (
        header::CONTENT_DISPOSITION,
        "attachment; filename=\"cards.pdf\"",
    );
    Ok(([kind, name], pages.to_vec()).into_response())
}

async fn added(practice: &Practice, proved: FreshAccess, secret: Secret) -> Result<(), PageError> {
    let practice = practice.clone();
    let cost = PassphraseCost::RECOMMENDED;
    aside(async move || practice.add_slot(&proved, &secret, cost).await)
        .await
        .map_err(PageError::broken)
}

/// `POST …/rehearse`. Fields: `passphrase`, or `first_card` and `second_card`, or what a passkey gives.
async fn rehearse(
    who: (&Practice, &DeskAccess),
    visit: &Visit,
    mut form: Form,
    limiter: &Limiter,
) -> Answer {
    let Some(proved) = proved(who)? else {
        return go(CHANGE);
    };
    if let Some((secret, field)) = secret::typed(who.0, &mut form).await? {
        let (practice, refused) = (who.0.clone(), proved.clone());
        let tried = tried(visit, limiter, async move || {
            practice.rehearse(&proved, &secret).await
        });
        match tried.await? {
            Ok(_) => return go(&format!("{CHANGE}?done=rehearsed")),
            Err(error) => {
                who.0.refuse_rehearsal(&refused).await?;
                form.refuse(field, secret::why(&error, field));
            }
        }
    }
    secret::forget(&mut form);
    changing(who, visit, (form, "rehearse"), "").await
}

/// `GET /desk/practice/unlocking/remove`
async fn removal(State(practice): State<Practice>, Desk(access): Desk, visit: Visit) -> Answer {
    desk::settings::owner(&access)?;
    fresh(&practice, &access)?;
    removing((&practice, &access), &visit, Form::blank()).await
}

/// `POST /desk/practice/unlocking/remove`. Fields: `way`, and `passphrase`, or `first_card` and `second_card`, of another one.
async fn remove(
    who: (&Practice, &DeskAccess),
    visit: &Visit,
    mut form: Form,
    limiter: &Limiter,
) -> Answer {
    let Some(proved) = proved(who)? else {
        return go(REMOVE);
    };
    let name = form.text("way").to_owned();
    if name.is_empty() {
        form.refuse("way", "Choose the one that is to go.");
    } else if let Some((secret, field)) = secret::typed(who.0, &mut form).await? {
        let practice = who.0.clone();
        let tried = tried(visit, limiter, async move || {
            practice.remove_slot(&proved, &name, &secret).await
        });
        match tried.await? {
            Ok(()) => return go("/desk/practice/unlocking"),
            Err(KeysError::NoSuchSlot) => form.refuse("way", "It is gone already."),
            Err(error) => form.refuse(field, secret::why(&error, field)),
        }
    }
    secret::forget(&mut form);
    removing(who, visit, form).await
}

/// One try at a secret, as seldom as at a locked server; what is no answer about the secret is a fault.
async fn tried<T, W>(
    visit: &Visit,
    limiter: &Limiter,
    work: impl FnOnce() -> W + Send + 'static,
) -> Result<Result<T, KeysError>, PageError>
where
    T: Send + 'static,
    W: Future<Output = Result<T, KeysError>>,
{
    let asker = Asker::place(visit.peer());
    limiter.take(asker, visit.web().now())?;
    match aside(work).await {
        Err(KeysError::Access(error)) => Err(PageError::broken(error)),
        answer => {
            if answer.is_ok() {
                limiter.forgive(asker);
            }
            Ok(answer)
        }
    }
}

async fn changing(
    (practice, access): (&Practice, &DeskAccess),
    visit: &Visit,
    (form, which): (Form, &'static str),
    done: &'static str,
) -> Answer {
    let page = Change {
        page: desk::pages::frame(visit, practice, access, TITLE).await?,
        passkeys: secret::passkeys(practice).await?,
        which,
        shortest: SHORTEST_PASSPHRASE,
        done,
        form,
    };
    show_as(page.form.status(), &page)
}

async fn removing(
    (practice, access): (&Practice, &DeskAccess),
    visit: &Visit,
    form: Form,
) -> Answer {
    let ways = practice.slots().await.map_err(PageError::broken)?;
    let name = |way: &WayIn| {
        (
            way.name.clone(),
            format!("{} ({})", way.in_words(), way.name),
        )
    };
    let page = Remove {
        page: desk::pages::frame(visit, practice, access, TITLE).await?,
        passkeys: secret::passkeys(practice).await?,
        ways: ways.iter().map(name).collect(),
        form,
    };
    show_as(page.form.status(), &page)
}
