//! R2: a joint note that repeats a message which was filed on somebody's own side is shown that before it is signed.

use super::tests::{Couple, PRIVATE, begin, couple, id};
use super::{Copied, With};
use crate::ids::MessageId;
use crate::notes::comparing_tests::{did, session};
use crate::notes::{NoteError, NoteState, Route, Told};
use crate::private::Private;
use crate::testing::both;

#[tokio::test]
async fn r2_a_joint_note_that_repeats_a_filed_message_is_not_signed_unseen() {
    both(async |house| {
        let Couple { case, noor, .. } = couple(&house).await;
        let practice = &house.practice;
        let with = With::One(house.part(&case, noor));
        let hers = house.portal(noor).await;
        begin(&house, &hers, (PRIVATE, with), 2).await.unwrap();
        let session = session(&house, &case).await;
        let desk = house.desk(house.clinician).await;
        let words = "Sam does not know that I counted the cracks of the ceiling until it was over";
        let write = practice.write_note(&desk, session, Route::Chart, did(words), None);
        let (note, revision) = write.await.unwrap();
        // What only browsers can read is compared with nothing; its filed copy is.
        assert!(practice.note_echoes(&desk, note).await.unwrap().is_empty());
        let copied = Copied {
            text: Private::from("I counted the cracks of the ceiling until it was over."),
        };
        let first = MessageId(id(100 + PRIVATE.0.as_u128() % 10));
        let filed = practice.file_message(&desk, PRIVATE, first, copied);
        filed.await.unwrap();
        let refused = practice.sign_note(&desk, note, revision).await;
        assert!(matches!(refused, Err(NoteError::Repeats)));
        let echoes = practice.note_echoes(&desk, note).await.unwrap();
        let [echo] = echoes.as_slice() else {
            panic!("one echo: {}", echoes.len())
        };
        assert_eq!(
            (echo.whose, echo.told),
            (house.part(&case, noor), Told::Message)
        );
        let signed = practice.sign_note_as_it_is(&desk, note, revision).await;
        assert_eq!(signed.unwrap(), NoteState::Signed);
    })
    .await;
}
