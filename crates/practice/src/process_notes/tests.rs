//! R4 and R9 for process notes: the author's alone, on the side that the session is about, nothing before consent.

use super::{Encrypted, ProcessNote, ProcessNoteError};
use crate::access::DeskAccess;
use crate::booking::{BookingError, NewSession, SESSION};
use crate::calendar::{Place, SessionState};
use crate::cases::Case;
use crate::error::AccessError;
use crate::ids::{PersonId, SessionId};
use crate::notes::{NoteText, Route};
use crate::own_words::AgeFile;
use crate::testing::age::for_keys;
use crate::testing::{Fictional, both, once, premises, secret};

async fn booked(house: &Fictional, case: &Case, people: &[PersonId], at: &str) -> SessionId {
    let new = NewSession {
        case: case.id,
        people: people.to_vec(),
        starts: at.parse().unwrap(),
        length: SESSION,
        place: Place::Video,
    };
    let access = house.desk(case.clinician).await;
    house.practice.book_session(&access, new).await.unwrap()
}

async fn written(house: &Fictional, access: &DeskAccess, of: SessionId) -> Option<(AgeFile, u32)> {
    let note: ProcessNote = house.practice.process_note(access, of).await.unwrap();
    note.written
}

/// A file for its author and nobody else, as far as its header tells.
fn alone(keys: usize) -> Encrypted {
    Encrypted {
        file: for_keys(keys),
        executor: None,
    }
}

#[tokio::test]
async fn r4_nobody_but_its_author_is_given_a_process_note_whatever_they_may_open() {
    both(async |house| {
        premises(&house).await;
        let noor = house.client("Noor").await;
        let case = house
            .case_with(house.associate, Some(house.clinician), &[noor])
            .await;
        house.everybody_signs(&case).await;
        let session = booked(&house, &case, &[], "2026-11-19T18:00:00Z").await;
        let author = house.desk(house.associate).await;
        let supervisor = house.desk(house.clinician).await;
        let write = |access, file, seen| {
            house
                .practice
                .write_process_note(access, session, file, seen)
        };
        assert_eq!(written(&house, &author, session).await, None);
        assert_eq!(write(&author, alone(1), None).await.unwrap(), 1);
        assert_eq!(
            written(&house, &author, session).await,
            Some((for_keys(1), 1))
        );
        // The supervisor opens the same side of the case, and has a note of their own there, not the author's.
        assert_eq!(written(&house, &supervisor, session).await, None);
        assert_eq!(write(&supervisor, alone(1), None).await.unwrap(), 1);
        assert_eq!(write(&author, alone(1), Some(1)).await.unwrap(), 2);
        assert_eq!(written(&house, &supervisor, session).await.unwrap().1, 1);
        for stranger in [house.owner, house.front_desk, house.biller] {
            let access = house.desk(stranger).await;
            let refused = house.practice.process_note(&access, session).await;
            assert!(matches!(refused, Err(AccessError::NotThere)));
        }
        let verdict = house.practice.verify(&secret(), &[]).await.unwrap();
        assert!(verdict.holds(), "{:?}", verdict.findings);
    })
    .await;
}

#[tokio::test]
async fn a_process_note_is_for_one_key_and_who_comes_second_is_told() {
    once(async |house| {
        premises(&house).await;
        let noor = house.client("Noor").await;
        let case = house.case_of(&[noor]).await;
        house.everybody_signs(&case).await;
        let session = booked(&house, &case, &[], "2026-11-19T18:00:00Z").await;
        let access = house.desk(house.clinician).await;
        let write = |file, seen| {
            house
                .practice
                .write_process_note(&access, session, file, seen)
        };
        let two = write(alone(2), None).await;
        assert!(matches!(two, Err(ProcessNoteError::OtherReaders)));
        write(alone(1), None).await.unwrap();
        for seen in [None, Some(2)] {
            let late = write(alone(1), seen).await;
            assert!(matches!(
                late,
                Err(ProcessNoteError::Access(AccessError::Stale))
            ));
        }
    })
    .await;
}

#[tokio::test]
async fn a_session_with_a_process_note_ends_when_its_progress_note_was_begun() {
    both(async |house| {
        premises(&house).await;
        let noor = house.client("Noor").await;
        let case = house
            .case_with(house.associate, Some(house.clinician), &[noor])
            .await;
        house.everybody_signs(&case).await;
        let booked = async |at| booked(&house, &case, &[], at).await;
        let [first, second, third] = [
            booked("2026-11-19T18:00:00Z").await,
            booked("2026-11-20T18:00:00Z").await,
            booked("2026-11-21T18:00:00Z").await,
        ];
        let (author, front) = (
            house.desk(house.associate).await,
            house.desk(house.front_desk).await,
        );
        let practice = &house.practice;
        for session in [first, second] {
            practice
                .write_process_note(&author, session, alone(1), None)
                .await
                .unwrap();
            let seen = practice
                .session_workspace(&author, session, None)
                .await
                .unwrap();
            assert!(seen.owes_note);
        }
        for state in [SessionState::Held, SessionState::NotHeld] {
            let refused = practice.settle_session(&author, first, state).await;
            assert!(matches!(refused, Err(BookingError::NoteFirst)));
        }
        // R4: nobody else learns of it, neither who keeps the calendar nor the supervisor.
        let supervisor = house.desk(house.clinician).await;
        let seen = practice.session_workspace(&supervisor, first, None).await;
        assert!(!seen.unwrap().owes_note);
        practice
            .settle_session(&front, second, SessionState::Held)
            .await
            .unwrap();
        // A draft in the record is a place for what belongs there.
        let text = NoteText {
            did: "We talked.".into(),
            ..NoteText::default()
        };
        practice
            .write_note(&author, first, Route::Chart, text, None)
            .await
            .unwrap();
        let seen = practice.session_workspace(&author, first, None).await;
        assert!(!seen.unwrap().owes_note);
        // Without a process note nothing is asked, and what is called off had none of it.
        for (session, state) in [(first, SessionState::Held), (third, SessionState::NotHeld)] {
            practice
                .settle_session(&author, session, state)
                .await
                .unwrap();
        }
    })
    .await;
}

#[tokio::test]
async fn r9_no_process_note_before_the_consent_of_everybody_concerned() {
    once(async |house| {
        premises(&house).await;
        let (noor, sam) = (house.client("Noor").await, house.client("Sam").await);
        let case = house.case_of(&[noor, sam]).await;
        let together = booked(&house, &case, &[], "2026-11-19T18:00:00Z").await;
        let apart = booked(&house, &case, &[noor], "2026-11-20T18:00:00Z").await;
        let access = house.desk(house.clinician).await;
        let write = |of| {
            house
                .practice
                .write_process_note(&access, of, alone(1), None)
        };
        house.signs(&case, noor, "informed-consent").await.unwrap();
        let refused = write(together).await;
        assert!(matches!(refused, Err(ProcessNoteError::ConsentMissing)));
        write(apart).await.unwrap();
        house.signs(&case, sam, "informed-consent").await.unwrap();
        write(together).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn r2_a_note_of_one_partners_session_stands_on_that_partners_side() {
    once(async |house| {
        premises(&house).await;
        let (noor, sam) = (house.client("Noor").await, house.client("Sam").await);
        let case = house.case_of(&[noor, sam]).await;
        house.everybody_signs(&case).await;
        let apart = booked(&house, &case, &[noor], "2026-11-20T18:00:00Z").await;
        let sams = house.portal(sam).await;
        let openings = async || {
            let whose = crate::receipts::Whose::Others;
            let page = house.practice.who_opened_my_record(&sams, whose, None);
            page.await.unwrap().openings.len()
        };
        let before = openings().await;
        let access = house.desk(house.clinician).await;
        let writing = house
            .practice
            .write_process_note(&access, apart, alone(1), None);
        writing.await.unwrap();
        house.practice.process_note(&access, apart).await.unwrap();
        assert_eq!(openings().await, before);
    })
    .await;
}
