//! What the pages of the desk share: the frame with its navigation, notices after something was done, and locking.

use axum::Router;
use axum::extract::State;
use axum::routing::post;
use practice::Practice;
use practice::access::{DeskAccess, Role};
use web::cookies::{self, Name};
use web::{Answer, Door, Form, Link, Page, PageError, Tone, Visit, go, screen};

const TODAY: Link = Link {
    key: "today",
    label: "Today",
    href: "/desk",
    icon: "sun",
};
const CALENDAR: Link = Link {
    key: "calendar",
    label: "Calendar",
    href: "/desk/calendar",
    icon: "cal",
};
const CASES: Link = Link {
    key: "cases",
    label: "Cases",
    href: "/desk/cases",
    icon: "case",
};
const INBOX: Link = Link {
    key: "inbox",
    label: "Inbox",
    href: "/desk/inbox",
    icon: "inbox",
};
const LIBRARY: Link = Link {
    key: "library",
    label: "Library",
    href: "/desk/library",
    icon: "book",
};
const PRACTICE: Link = Link {
    key: "settings",
    label: "Practice",
    href: "/desk/practice",
    icon: "gear",
};

const OF_CLINICIANS: &[Link] = &[TODAY, CALENDAR, CASES, INBOX, LIBRARY];
const OF_OWNERS_WHO_CARE: &[Link] = &[TODAY, CALENDAR, CASES, INBOX, LIBRARY, PRACTICE];
const OF_OWNERS: &[Link] = &[TODAY, CALENDAR, INBOX, PRACTICE];
const IN_FRONT: &[Link] = &[TODAY, CALENDAR, INBOX];
const OF_BILLERS: &[Link] = &[TODAY, CALENDAR];

pub(crate) fn routes() -> Router<Practice> {
    Router::new()
        .route("/desk/initials", post(screen::initials))
        .route("/desk/lock", post(lock))
}

/// Whether who is signed in has clients.
pub(crate) fn cares(access: &DeskAccess) -> bool {
    [Role::Clinician, Role::Associate, Role::Supervisor]
        .into_iter()
        .any(|role| access.has(role))
}

/// Whether who is signed in keeps everybody's calendar.
pub(crate) fn keeps_calendars(access: &DeskAccess) -> bool {
    access.has(Role::FrontDesk) || access.has(Role::Owner)
}

fn nav(access: &DeskAccess) -> &'static [Link] {
    match (access.has(Role::Owner), cares(access)) {
        (true, true) => OF_OWNERS_WHO_CARE,
        (true, false) => OF_OWNERS,
        (false, true) => OF_CLINICIANS,
        (false, false) if keeps_calendars(access) => IN_FRONT,
        (false, false) => OF_BILLERS,
    }
}

/// The frame of a page of the desk: a neutral title, the navigation that goes with the roles, who is signed in.
pub(crate) async fn frame(
    visit: &Visit,
    practice: &Practice,
    access: &DeskAccess,
    place: (&str, &'static str),
) -> Result<Page, PageError> {
    let (title, here) = place;
    let at = practice.at_desk(access).await?;
    let line = if at.me.letters.is_empty() {
        role_in_words(access).to_owned()
    } else {
        at.me.letters
    };
    Ok(Page::new(visit, Door::Desk, title)
        .nav(nav(access), here)
        .signed_in(at.me.name, line)
        .count("inbox", at.enquiries))
}

fn role_in_words(access: &DeskAccess) -> &'static str {
    match access.roles().first() {
        Some(Role::Owner) => "Owner",
        Some(Role::Clinician) => "Clinician",
        Some(Role::Associate) => "Associate",
        Some(Role::Supervisor) => "Supervisor",
        Some(Role::FrontDesk) => "Front desk",
        Some(Role::Biller) => "Billing",
        Some(Role::Client) | None => "",
    }
}

/// The notice for what was just done, told by the word that a redirection carries.
pub(crate) fn done(page: Page, asked: &Form) -> Page {
    let (lead, text) = match asked.text("done") {
        "saved" => ("Draft saved.", ""),
        "signed" => (
            "Signed.",
            "The text is locked; you can add to it with a date and a reason.",
        ),
        "awaiting" => ("Signed.", "It waits for your supervisor's co-signature."),
        "cosigned" => ("Co-signed.", "The note is final."),
        "amended" => (
            "Added.",
            "It stands beside the note, with your name and the time.",
        ),
        "booked" => ("Booked.", ""),
        "held" => ("Noted.", "The session took place."),
        "not_held" => ("Noted.", "The session did not take place."),
        "cancelled" => ("Called off.", "The time is free again."),
        "declined" => (
            "Declined.",
            "The name and the address are forgotten 30 days from now.",
        ),
        "given" => ("Given.", ""),
        "sign_in_ended" => ("Ended.", "Nobody is signed in there any more."),
        "mailed" => (
            "On its way.",
            "A new link goes to the email address that they called safe.",
        ),
        "part" => (
            "Their part has ended.",
            "What was shared until now stays theirs to read; what comes is for those who stay.",
        ),
        "mailed-later" => (
            "It waits.",
            "A new link goes to the email address that they called safe, when the time begins at which it is.",
        ),
        "times" => (
            "Written down.",
            "Email that leaves by itself keeps to it. So do we, with everything else.",
        ),
        "password" => (
            "Your new password holds.",
            "Everywhere else you are signed out.",
        ),
        "recorded" => (
            "Recorded.",
            "It is in force, and stands among the client's documents.",
        ),
        _ => return page,
    };
    page.notice(Tone::Done, lead, text)
}

/// Locks this screen: the sign-in ends, and signing in again comes back to the day.
async fn lock(State(practice): State<Practice>, visit: Visit, _form: Form) -> Answer {
    if let Some(token) = visit.sign_in() {
        practice.sign_out(token).await?;
    }
    let mut response = go("/sign-in?next=/desk")?;
    cookies::clear(visit.web(), &mut response, Name::SignIn);
    Ok(response)
}
