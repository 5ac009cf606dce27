//! A day in the fictional practice, for the tests of the desk: Noor and Sam as a couple, Kit alone, their sessions.

use practice::access::VisitorAccess;
use practice::booking::{NewSession, SESSION};
use practice::calendar::Place;
use practice::cases::Case;
use practice::enquiry::Ask;
use practice::ids::{CaseId, EnquiryId, NoteId, PersonId, SessionId};
use practice::notes::{NoteText, Route};
use practice::people::Channel;
use practice::testing::{Fictional, premises};
use web::testing::{Browser, web};

/// Noor and Sam with Dr. Okafor, both informed, a session this morning and one next week.
pub(crate) struct Day {
    pub(crate) noor: PersonId,
    pub(crate) sam: PersonId,
    pub(crate) case: Case,
    pub(crate) session: SessionId,
    pub(crate) later: SessionId,
}

pub(crate) async fn day(house: &Fictional) -> Day {
    premises(house).await;
    let (noor, sam) = (house.client("Noor").await, house.client("Sam").await);
    let case = house.case_of(&[noor, sam]).await;
    house.everybody_signs(&case).await;
    let session = booked(house, case.id, &[], "2026-11-19T18:00:00Z").await;
    let later = booked(house, case.id, &[], "2026-11-26T18:00:00Z").await;
    Day {
        noor,
        sam,
        case,
        session,
        later,
    }
}

/// An hour in the office that begins at `at`.
pub(crate) fn session_of(case: CaseId, people: &[PersonId], at: &str) -> NewSession {
    NewSession {
        case,
        people: people.to_vec(),
        starts: at.parse().unwrap(),
        length: SESSION,
        place: Place::Premises,
    }
}

pub(crate) async fn booked(
    house: &Fictional,
    case: CaseId,
    people: &[PersonId],
    at: &str,
) -> SessionId {
    let new = session_of(case, people, at);
    let access = house.desk(house.clinician).await;
    house.practice.book_session(&access, new).await.unwrap()
}

/// Robin's request for a first talk with Dr. Okafor, by video at `at`.
pub(crate) async fn first_talk(house: &Fictional, channel: Channel, at: &str) -> EnquiryId {
    let ask = Ask {
        name: "Robin".into(),
        pronouns: "they/them".into(),
        channel,
        address: "robin@example.org".into(),
        mind: "not after six".into(),
        voicemail: false,
        times: None,
        avoid: "the name of the street".into(),
        coming: "two".into(),
        told: "I would like to talk first".into(),
        adult: true,
        clinician: house.clinician,
        starts: at.parse().unwrap(),
        place: Place::Video,
    };
    let access = VisitorAccess::new();
    let asked = house.practice.ask_for_consultation(&access, ask).await;
    asked.unwrap().enquiry
}

pub(crate) fn text(did: &str, agreed: &str) -> NoteText {
    NoteText {
        did: did.into(),
        agreed: agreed.into(),
        ..NoteText::default()
    }
}

/// Writes and signs a note of Dr. Okafor.
pub(crate) async fn noted(
    house: &Fictional,
    session: SessionId,
    route: Route,
    agreed: &str,
) -> NoteId {
    let access = house.desk(house.clinician).await;
    let practice = &house.practice;
    let (note, revision) = practice
        .write_note(&access, session, route, text("We talked.", agreed), None)
        .await
        .unwrap();
    practice.sign_note(&access, note, revision).await.unwrap();
    note
}

/// The browser of a member of staff.
pub(crate) async fn browser(house: &Fictional, staff: PersonId) -> Browser {
    let token = house.token(staff).await;
    Browser::new(desk::router().with_state(house.practice.clone()), &web()).signed_in(token.text())
}
