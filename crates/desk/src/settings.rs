//! The practice as its owner sets it up: who works here, credentials, rooms, hours, what visitors read.
//!
//! Everything here is published or structure, or the office's own (imports); nobody's record is opened. For anybody but the owner it does not exist.

mod entering;
mod imports;
mod policy;
mod supervising;
mod unlocking;
mod views;

use askama::Template;
use axum::extract::State;
use practice::access::{DeskAccess, Role};
use practice::{AccessError, Practice};
use web::{Answer, Desk, Form, Page, PageError, Routes, Visit, get, post, show, up};

use crate::pages;
use views::{Known, Member, Once, Stretch};

pub(crate) fn routes() -> Routes<Practice> {
    Routes::new()
        .merge(policy::routes())
        .route(
            "/desk/practice",
            get(practice_page).post(entering::describe),
        )
        .route("/desk/practice/imports", get(imports::list))
        .route("/desk/practice/unlocking", get(unlocking::list))
        .route(
            "/desk/practice/unlocking/lock",
            post(unlocking::lock).get(up::<1>),
        )
        .route("/desk/practice/staff", post(entering::staff))
        .route(
            "/desk/practice/staff/{slug}/end",
            post(entering::end_access).get(up::<3>),
        )
        .route("/desk/practice/staff/again", post(entering::again))
        .route("/desk/practice/staff/supervisor", post(supervising::name))
        .route("/desk/practice/credentials", post(entering::credential))
        .route("/desk/practice/rooms", post(entering::room))
        .route("/desk/practice/hours", post(entering::hours))
        .route("/desk/practice/hours/remove", post(entering::remove_hours))
}

/// The page; a refused form comes back in its own section, named by `which`.
#[derive(Template)]
#[template(path = "settings/show.html")]
pub(crate) struct Show {
    page: Page,
    form: Form,
    about: Form,
    which: &'static str,
    once: Option<Once>,
    staff: Vec<Member>,
    credentials: Vec<(String, String)>,
    rooms: String,
    hours: Vec<Stretch>,
    roles: [(&'static str, &'static str); 6],
    supervisors: Vec<(String, String)>,
    members: Vec<(String, String)>,
    associates: Vec<(String, String)>,
    supervising: Vec<(String, String)>,
    others: Vec<(String, String)>,
    kinds: [(&'static str, &'static str); 3],
    weekdays: [(&'static str, &'static str); 7],
    places: [(&'static str, &'static str); 3],
    uses: [(&'static str, &'static str); 3],
}

impl Show {
    fn form_is(&self, which: &str) -> bool {
        self.which == which
    }
}

/// What a form of this page left: itself when it was refused, or what is shown once.
#[derive(Default)]
pub(crate) struct Left {
    pub(crate) form: Option<(&'static str, Form)>,
    pub(crate) once: Option<Once>,
}

async fn practice_page(
    State(practice): State<Practice>,
    Desk(access): Desk,
    visit: Visit,
) -> Answer {
    show(&page(&visit, &practice, &access, Left::default()).await?)
}

/// All of this exists for the owner alone.
///
/// # Errors
/// [`AccessError::NotThere`] for anybody else.
pub fn owner(access: &DeskAccess) -> Result<(), AccessError> {
    if access.has(Role::Owner) {
        Ok(())
    } else {
        Err(AccessError::NotThere)
    }
}

/// Builds the page for the owner.
pub(crate) async fn page(
    visit: &Visit,
    practice: &Practice,
    access: &DeskAccess,
    left: Left,
) -> Result<Show, PageError> {
    owner(access)?;
    let known = Known::read(practice).await?;
    let locale = &visit.web().house().locale;
    let (which, form) = left.form.unwrap_or(("", Form::blank()));
    let about = if which == "about" {
        form.clone()
    } else {
        known.about()
    };
    Ok(Show {
        page: pages::frame(visit, practice, access, ("The practice", "settings")).await?,
        about,
        form,
        which,
        once: left.once,
        staff: known.members(practice, access),
        credentials: known.credential_lines(locale),
        rooms: known.rooms.join(", "),
        hours: known.stretches(locale),
        roles: views::ROLES,
        supervisors: known.choices(Some("Nobody")),
        members: known.choices(None),
        associates: known.with_role(practice, &[Role::Associate]),
        supervising: known.with_role(practice, &[Role::Clinician, Role::Supervisor]),
        others: known.others(practice, access),
        kinds: views::KINDS,
        weekdays: views::WEEKDAYS,
        places: views::PLACES,
        uses: views::USES,
    })
}
