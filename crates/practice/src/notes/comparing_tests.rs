//! R2: a joint note that repeats what somebody told alone is shown that before it is signed, once.

use super::{NoteError, NoteState, NoteText, Route, Told};
use crate::booking::{NewSession, SESSION};
use crate::calendar::Place;
use crate::cases::Case;
use crate::homework::For;
use crate::ids::SessionId;
use crate::private::Private;
use crate::receipts::{OpenedBy, Whose};
use crate::testing::{Fictional, both};

const TOLD: &str = "I counted the cracks of the ceiling until it was over.";
const NOTED: &str =
    "They spoke of sleep. Noor counted the CRACKS of the ceiling, until it was over, she said.";

pub(crate) async fn session(house: &Fictional, case: &Case) -> SessionId {
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

pub(crate) fn did(words: &str) -> NoteText {
    NoteText {
        did: Private::from(words),
        ..NoteText::default()
    }
}

#[tokio::test]
async fn r2_a_joint_note_that_repeats_what_was_told_alone_is_not_signed_unseen() {
    both(async |house: Fictional| {
        let (noor, sam) = (house.client("Noor").await, house.client("Sam").await);
        let case = house.case_of(&[noor, sam]).await;
        house.everybody_signs(&case).await;
        let given = house.gives(&case, For::Everybody).await.unwrap();
        let access = house.portal(noor).await;
        let told = crate::homework::Told {
            words: Private::from(TOLD),
            ..Default::default()
        };
        house
            .practice
            .give_reflection(&access, given, told, 0)
            .await
            .unwrap();
        let session = session(&house, &case).await;
        let desk = house.desk(house.clinician).await;
        let practice = &house.practice;
        let write = practice.write_note(&desk, session, Route::Chart, did(NOTED), None);
        let (note, revision) = write.await.unwrap();
        let refused = practice.sign_note(&desk, note, revision).await;
        assert!(matches!(refused, Err(NoteError::Repeats)));
        let echoes = practice.note_echoes(&desk, note).await.unwrap();
        let [echo] = echoes.as_slice() else {
            panic!("one echo: {}", echoes.len())
        };
        assert_eq!(
            (echo.whose, echo.told),
            (house.part(&case, noor), Told::Reflection)
        );
        assert_eq!(
            echo.words.reveal(),
            "counted the CRACKS of the ceiling, until it was over"
        );
        assert_eq!(
            echo.there.reveal(),
            "counted the cracks of the ceiling until it was over"
        );
        // Both are told alike that it was compared: it is done with every joint note.
        for who in [noor, sam] {
            let access = house.portal(who).await;
            let seen = practice
                .who_opened_my_record(&access, Whose::Others, None)
                .await
                .unwrap();
            let compared = seen.openings.iter().filter(|one| {
                one.what == "Looked whether a note repeats what was told alone"
                    && matches!(one.by, OpenedBy::Staff { .. })
            });
            assert_eq!(compared.count(), 2);
        }
        let signed = practice.sign_note_as_it_is(&desk, note, revision).await;
        assert_eq!(signed.unwrap(), NoteState::Signed);
    })
    .await;
}

#[tokio::test]
async fn what_is_on_the_same_side_or_shared_is_no_echo() {
    both(async |house: Fictional| {
        let (noor, sam) = (house.client("Noor").await, house.client("Sam").await);
        let case = house.case_of(&[noor, sam]).await;
        house.everybody_signs(&case).await;
        let given = house.gives(&case, For::Everybody).await.unwrap();
        let access = house.portal(noor).await;
        house
            .practice
            .share_reflection(&access, given, Private::from(TOLD), 0)
            .await
            .unwrap();
        let session = session(&house, &case).await;
        let desk = house.desk(house.clinician).await;
        let practice = &house.practice;
        let own = Route::Own(house.part(&case, sam));
        for route in [Route::Chart, own] {
            let write = practice.write_note(&desk, session, route, did(NOTED), None);
            let (note, revision) = write.await.unwrap();
            practice.sign_note(&desk, note, revision).await.unwrap();
        }
    })
    .await;
}

#[tokio::test]
async fn r2_a_joint_note_is_compared_with_all_homework_however_old() {
    both(async |house: Fictional| {
        let (noor, sam) = (house.client("Noor").await, house.client("Sam").await);
        let case = house.case_of(&[noor, sam]).await;
        house.everybody_signs(&case).await;
        let practice = &house.practice;
        let oldest = house.gives(&case, For::Everybody).await.unwrap();
        let told = crate::homework::Told {
            words: Private::from(TOLD),
            ..Default::default()
        };
        let access = house.portal(noor).await;
        let gives = practice.give_reflection(&access, oldest, told, 0);
        gives.await.unwrap();
        // More than any page shows of them.
        for _ in 0..=crate::homework::SHOWN {
            house.clock.pass_minutes(1);
            house.gives(&case, For::Everybody).await.unwrap();
        }
        let session = session(&house, &case).await;
        let desk = house.desk(house.clinician).await;
        let write = practice.write_note(&desk, session, Route::Chart, did(NOTED), None);
        let (note, revision) = write.await.unwrap();
        let refused = practice.sign_note(&desk, note, revision).await;
        assert!(matches!(refused, Err(NoteError::Repeats)));
        let echoes = practice.note_echoes(&desk, note).await.unwrap();
        assert_eq!(echoes.len(), 1);
    })
    .await;
}
