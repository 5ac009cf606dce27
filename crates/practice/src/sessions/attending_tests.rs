//! Who was in the room: written down on the side that the session is about, and what it changes.

use jiff::civil::time;

use super::{Attendance, AttendanceError, Present};
use crate::booking::{NewSession, SESSION};
use crate::calendar::Place;
use crate::cases::Case;
use crate::error::AccessError;
use crate::ids::{PersonId, SessionId};
use crate::notes::{NoteText, Route};
use crate::private::Private;
use crate::testing::{Fictional, both, once};

fn there(person: PersonId) -> Present {
    Present {
        person,
        from: None,
        until: None,
    }
}

fn room(present: Vec<Present>, others: &str) -> Attendance {
    Attendance {
        present,
        others: Private::from(others),
    }
}

async fn booked(house: &Fictional, case: &Case) -> SessionId {
    let new = NewSession {
        case: case.id,
        people: Vec::new(),
        starts: "2026-11-24T18:00:00Z".parse().unwrap(),
        length: SESSION,
        place: Place::Video,
    };
    let access = house.desk(house.clinician).await;
    house.practice.book_session(&access, new).await.unwrap()
}

#[tokio::test]
async fn r2_with_one_absent_the_note_begins_on_the_side_of_who_was_there() {
    both(async |house: Fictional| {
        let (noor, sam) = (house.client("Noor").await, house.client("Sam").await);
        let case = house.case_of(&[noor, sam]).await;
        house.everybody_signs(&case).await;
        let session = booked(&house, &case).await;
        let desk = house.desk(house.clinician).await;
        let practice = &house.practice;
        let about = async || {
            practice
                .session_workspace(&desk, session, None)
                .await
                .unwrap()
                .about
        };
        assert_eq!(about().await, Some(Route::Chart), "both are expected");
        let record = |room, revision| practice.record_attendance(&desk, session, room, revision);
        record(room(vec![there(noor)], "An interpreter"), None)
            .await
            .unwrap();
        let hers = Route::Own(house.part(&case, noor));
        assert_eq!(about().await, Some(hers));
        let again = record(room(vec![there(noor)], ""), None).await;
        assert!(matches!(
            again,
            Err(AttendanceError::Access(AccessError::Stale))
        ));
        let late = Present {
            from: Some(time(10, 20, 0, 0)),
            ..there(sam)
        };
        record(
            room(vec![there(noor), late.clone()], "An interpreter"),
            Some(1),
        )
        .await
        .unwrap();
        assert_eq!(about().await, Some(Route::Chart));
        // It stands with the joint note; to read one on her own side opens nothing joint (R2).
        for route in [Route::Chart, hers] {
            let text = NoteText {
                did: Private::from("We talked."),
                ..NoteText::default()
            };
            let (note, _) = practice
                .write_note(&desk, session, route, text, None)
                .await
                .unwrap();
            let seen = practice.note(&desk, note).await.unwrap().attendance;
            let Some(seen) = seen.filter(|_| route == Route::Chart) else {
                assert_eq!(route, hers);
                continue;
            };
            assert_eq!(seen.people(), [noor, sam]);
            assert_eq!(seen.present[1], late);
            assert_eq!(seen.others.reveal(), "An interpreter");
        }
    })
    .await;
}

#[tokio::test]
async fn somebody_of_the_case_was_there_and_times_fit() {
    once(async |house: Fictional| {
        let (noor, sam) = (house.client("Noor").await, house.client("Sam").await);
        let case = house.case_of(&[noor, sam]).await;
        let session = booked(&house, &case).await;
        let desk = house.desk(house.clinician).await;
        let practice = &house.practice;
        let record = |room| practice.record_attendance(&desk, session, room, None);
        let early = record(room(vec![there(noor)], "")).await;
        assert!(matches!(early, Err(AttendanceError::ConsentMissing)));
        house.everybody_signs(&case).await;
        let kit = house.person("Kit").await;
        for nobody in [Vec::new(), vec![there(kit)]] {
            let refused = record(room(nobody, "An interpreter")).await;
            assert!(matches!(refused, Err(AttendanceError::Nobody)));
        }
        let back = Present {
            from: Some(time(11, 0, 0, 0)),
            until: Some(time(10, 30, 0, 0)),
            ..there(noor)
        };
        let refused = record(room(vec![back], "")).await;
        assert!(matches!(refused, Err(AttendanceError::Times)));
        for staff in [house.owner, house.front_desk, house.associate] {
            let access = house.desk(staff).await;
            let refused =
                practice.record_attendance(&access, session, room(vec![there(noor)], ""), None);
            let refused = refused.await;
            assert!(matches!(
                refused,
                Err(AttendanceError::Access(AccessError::NotThere))
            ));
        }
    })
    .await;
}
