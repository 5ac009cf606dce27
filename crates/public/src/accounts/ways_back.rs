//! A way back in for who forgot the password: asking for a link, and choosing a new password with it.
//!
//! Asking answers the same for every name, known or not. Not here: who gets a link (`practice::accounts`).

use std::sync::Arc;

use askama::Template;
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use practice::Practice;
use practice::accounts::{AccountError, WayBack};
use web::{Answer, Asked, Door, Form, Page, Routes, Visit, get, go, show, show_as};

use super::tries::{Tried, Tries};
use super::{fault, page, phone, remember, unlocked};

pub(super) fn routes() -> Routes<Practice> {
    Routes::new()
        .route("/sign-in/help", get(help).post(ask))
        .route("/sign-in/new-password/{link}", get(choose).post(come_back))
}

/// Asking for a link. Fields: `name`.
#[derive(Template)]
#[template(path = "accounts/help.html")]
pub(crate) struct Help {
    pub(crate) page: Page,
    pub(crate) form: Form,
    pub(crate) phone: String,
}

/// What everybody reads who asked.
#[derive(Template)]
#[template(path = "accounts/asked.html")]
pub(crate) struct HaveAsked {
    pub(crate) page: Page,
    pub(crate) phone: String,
}

/// Choosing a new password. Fields: `password`, and `code` when codes are on.
#[derive(Template)]
#[template(path = "accounts/new_password.html")]
pub(crate) struct Choose {
    pub(crate) page: Page,
    pub(crate) form: Form,
    pub(crate) asks_code: bool,
}

/// A link that was used, has ended, or never was.
#[derive(Template)]
#[template(path = "accounts/way_back_over.html")]
pub(crate) struct WayOver {
    pub(crate) page: Page,
}

async fn help(State(practice): State<Practice>, visit: Visit, Asked(asked): Asked) -> Answer {
    unlocked(&practice)?;
    let (page, phone) = (page(&visit), phone(&practice).await?);
    if asked.chose("done", "asked") {
        return show(&HaveAsked { page, phone });
    }
    let form = Form::blank();
    show(&Help { page, form, phone })
}

async fn ask(
    State(practice): State<Practice>,
    Extension(tries): Extension<Arc<Tries>>,
    visit: Visit,
    mut form: Form,
) -> Answer {
    unlocked(&practice)?;
    tries.take_place(&visit)?;
    let Some(name) = form.need("name", 120, "Type the name with which you sign in.") else {
        let (page, phone) = (page(&visit), phone(&practice).await?);
        return show_as(form.status(), &Help { page, form, phone });
    };
    // One letter too many is not written, and nobody is told: the links of before still hold.
    if tries.may_write(&visit, practice.allowance_of(&name)?) {
        practice.ask_way_back(&name).await?;
    }
    go("/sign-in/help?done=asked")
}

async fn choose(
    State(practice): State<Practice>,
    visit: Visit,
    Path(link): Path<String>,
) -> Answer {
    unlocked(&practice)?;
    match practice.way_back(&link).await.map_err(fault)? {
        Some(way) => show(&choosing(&visit, Form::blank(), way)),
        None => over(&visit),
    }
}

fn choosing(visit: &Visit, form: Form, way: WayBack) -> Choose {
    Choose {
        page: page(visit),
        form,
        asks_code: way.asks_code,
    }
}

fn over(visit: &Visit) -> Answer {
    let page = page(visit);
    show_as(StatusCode::NOT_FOUND, &WayOver { page })
}

async fn come_back(
    State(practice): State<Practice>,
    Extension(tries): Extension<Arc<Tries>>,
    visit: Visit,
    Path(link): Path<String>,
    mut form: Form,
) -> Answer {
    unlocked(&practice)?;
    let key = match practice.allowance_way_back(&link) {
        Ok(key) => key,
        Err(AccountError::Expired) => {
            tries.take_place(&visit)?;
            return over(&visit);
        }
        Err(error) => return Err(fault(error)),
    };
    tries.take(&practice, &visit, (Tried::Code, key))?;
    let password = form.raw("password").to_owned();
    let refused = match practice.come_back(&link, password, form.text("code")).await {
        Ok(()) => {
            let mut response = go("/sign-in?done=new-password")?;
            remember(&practice, &visit, &mut response, (key, Door::Portal))?;
            return Ok(response);
        }
        Err(AccountError::Password) => (
            "password",
            "Choose at least 12 characters that are not a common password.",
        ),
        Err(AccountError::Wrong) => ("code", "Type the code that the app shows now."),
        Err(AccountError::Expired) => return over(&visit),
        Err(error) => return Err(fault(error)),
    };
    form.refuse(refused.0, refused.1);
    form.set("code", "");
    match practice.way_back(&link).await.map_err(fault)? {
        Some(way) => show_as(form.status(), &choosing(&visit, form, way)),
        None => over(&visit),
    }
}
