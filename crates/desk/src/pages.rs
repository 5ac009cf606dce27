//! What the pages of the desk share: the frame with its navigation, notices after something was done, and locking.

use axum::extract::State;
use practice::Practice;
use practice::access::{DeskAccess, Role};
use practice::emergencies::Emergency;
use web::cookies::{self, Name};
use web::{
    Answer, Door, Form, Link, Notice, Page, PageError, Routes, Tone, Visit, go, post, screen,
};

use crate::views::Wall;

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

pub(crate) fn routes() -> Routes<Practice> {
    Routes::new()
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
///
/// # Errors
/// When the database cannot say who is signed in.
pub async fn frame(
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
    let page = Page::new(visit, Door::Desk, title)
        .nav(nav(access), here)
        .signed_in(at.me.name, line)
        .count(
            "inbox",
            at.enquiries
                .saturating_add(at.answers)
                .saturating_add(at.releases),
        );
    Ok(match at.emergency {
        Some(emergency) => page.standing(emergency_notice(visit, practice, &emergency)),
        None => page,
    })
}

/// What stands above every page while an emergency of theirs runs, with the way to end it.
fn emergency_notice(visit: &Visit, practice: &Practice, emergency: &Emergency) -> Notice {
    let until = Wall::of(visit, practice).clock(emergency.ends_at);
    Notice {
        tone: Tone::Attention,
        lead: format!("Emergency access until {until}, reason given."),
        text: "You can read this one record and write nothing in it. The clinician and the owner have been told; the \
               client is told when it ends."
            .to_owned(),
        act: Some((
            format!("/desk/emergencies/{}/end", emergency.id),
            "End it now",
        )),
    }
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

/// What can just have been done, by the word that a redirection carries, and how it is told.
const DONE: [(&str, &str, &str); 49] = [
    ("saved", "Draft saved.", ""),
    (
        "signed",
        "Signed.",
        "The text is locked; you can add to it with a date and a reason.",
    ),
    (
        "awaiting",
        "Signed.",
        "It waits for your supervisor's co-signature.",
    ),
    (
        "moved",
        "Moved.",
        "Its history says so on the side that it left.",
    ),
    (
        "unmoved",
        "Nothing moved.",
        "It stands there already, or there is nothing in it.",
    ),
    (
        "attended",
        "Written down.",
        "It stands with the note of this session.",
    ),
    (
        "policy",
        "In use from now on.",
        "Everybody whom it concerns is asked to read and sign it.",
    ),
    ("cosigned", "Co-signed.", "The note is final."),
    (
        "amended",
        "Added.",
        "It stands beside the note, with your name and the time.",
    ),
    ("booked", "Booked.", ""),
    ("held", "Noted.", "The session took place."),
    ("not_held", "Noted.", "The session did not take place."),
    ("cancelled", "Called off.", "The time is free again."),
    (
        "declined",
        "Declined.",
        "The name and the address are forgotten 30 days from now.",
    ),
    ("given", "Given.", ""),
    ("ended", "Ended.", "It can still be read."),
    ("settled", "Kept.", "Nobody in the case is told."),
    (
        "asked",
        "Asked.",
        "The questions stand on their first page, for them alone.",
    ),
    ("read", "Noted.", "You have read them."),
    (
        "sign_in_ended",
        "Ended.",
        "Nobody is signed in there any more.",
    ),
    (
        "mailed",
        "On its way.",
        "A new link goes to the email address that they called safe.",
    ),
    (
        "part",
        "Their part has ended.",
        "What was shared until now stays theirs to read; what comes is for those who stay.",
    ),
    (
        "closed",
        "The case is closed.",
        "What stands in it stays to be read; nothing new is written in it.",
    ),
    (
        "parted",
        "The work together has ended.",
        "What was shared is theirs to read, and changes no more. Each learns of themselves only.",
    ),
    (
        "mailed-later",
        "It waits.",
        "A new link goes to the email address that they called safe, when the time begins at which it is.",
    ),
    (
        "times",
        "Written down.",
        "Email that leaves by itself keeps to it. So do we, with everything else.",
    ),
    (
        "password",
        "Your new password holds.",
        "Everywhere else you are signed out.",
    ),
    (
        "answered",
        "Answered.",
        "They read it on their page, and get an email if that is safe.",
    ),
    ("looked", "Noted.", "You have looked at it."),
    ("emergency_ended", "Ended.", "The record is closed again."),
    (
        "recorded",
        "Recorded.",
        "It is in force, and stands among the client's documents.",
    ),
    (
        "held_back",
        "On hold.",
        "Nothing of this record is destroyed until you lift it.",
    ),
    ("hold_lifted", "Lifted.", "The rule decides again."),
    (
        "destruction_asked",
        "Asked for.",
        "Somebody else confirms it within two weeks, or nothing happens.",
    ),
    (
        "destruction_withdrawn",
        "Taken back.",
        "Nothing was destroyed.",
    ),
    (
        "destroyed",
        "Destroyed.",
        "Its keys are dead. The certificate says until when a copy of the keyring could open it.",
    ),
    (
        "release_asked",
        "Asked.",
        "Each of them reads it on their own pages, and answers alone.",
    ),
    (
        "release_closed",
        "Closed.",
        "It allows nothing any more, and what was being made for it has stopped.",
    ),
    (
        "document_asked",
        "It is being made.",
        "Open this page again in a moment.",
    ),
    (
        "demand_recorded",
        "Recorded.",
        "Every part of the case is on hold. Write down who was told.",
    ),
    ("demand_written", "Written down.", ""),
    (
        "demand_closed",
        "Settled.",
        "The hold stays until the owner lifts it.",
    ),
    (
        "article_kept",
        "Saved.",
        "Visitors read what they read before, until you publish it.",
    ),
    (
        "article_published",
        "Published.",
        "Anybody can read it from now on.",
    ),
    (
        "article_withdrawn",
        "Withdrawn.",
        "Visitors do not find it any more. Its versions stay here.",
    ),
    (
        "articles_begun",
        "Published.",
        "Read them, change what you like, and write down who reviewed them.",
    ),
    ("rule", "Written down.", "This rule holds from now on."),
    ("passkey", "Added.", "From now on this device signs you in."),
    (
        "passkey_gone",
        "It opens nothing any more.",
        "Everywhere else you are signed out.",
    ),
];

/// The notice for what was just done, told by the word that a redirection carries.
pub(crate) fn done(page: Page, asked: &Form) -> Page {
    let word = asked.text("done");
    match DONE.iter().find(|(known, ..)| *known == word) {
        Some((_, lead, text)) => page.notice(Tone::Done, *lead, *text),
        None => page,
    }
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
