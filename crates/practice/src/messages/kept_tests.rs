//! What is shown of messages is what was sealed, what stands on another side pushes nothing out, and ids of readers tell nothing.

use uuid::Uuid;

use super::tests::{JOINT, PRIVATE, begin, couple, id};
use super::{Copied, MessagesPage, With, records};
use crate::ids::{MessageId, ThreadId};
use crate::private::Private;
use crate::testing::{both, once};

#[tokio::test]
async fn r2_anothers_copies_push_none_of_ones_own_out_of_a_list() {
    both(async |house| {
        let here = couple(&house).await;
        let okafors = house.desk(house.clinician).await;
        let threads = [(PRIVATE, here.noor), (ThreadId(id(3)), here.sam)];
        for (thread, person) in threads {
            let with = With::One(house.part(&here.case, person));
            begin(&house, &okafors, (thread, with), 2).await.unwrap();
            let first = MessageId(id(100 + thread.0.as_u128() % 10));
            let copied = Copied {
                text: Private::from("I slept badly."),
            };
            let filing = house.practice.file_message(&okafors, thread, first, copied);
            filing.await.unwrap();
            house.clock.pass_minutes(1);
        }
        let (practice, case) = (house.practice.id(), here.case.id);
        let of = |person| {
            here.case
                .participants
                .iter()
                .find(move |who| who.person == person)
        };
        let (noors, sams) = (of(here.noor).unwrap().own, of(here.sam).unwrap().own);
        let newest = async |sides: Vec<vault::CompartmentId>| {
            let find =
                move |tx: &mut store::Tx<'_>| records::filed(tx, practice, (case, &sides), 1);
            let found = house.store.read(find).await.unwrap();
            found
                .iter()
                .map(|cell| cell.compartment)
                .collect::<Vec<_>>()
        };
        assert_eq!(newest(vec![noors]).await, [noors], "Sam's is newer");
        assert_eq!(newest(vec![noors, sams]).await, [sams]);
        assert_eq!(newest(Vec::new()).await, []);
    })
    .await;
}

#[tokio::test]
async fn who_wrote_and_when_is_what_was_sealed_whatever_the_columns_say() {
    both(async |house| {
        let here = couple(&house).await;
        let noors = house.portal(here.noor).await;
        let okafors = house.desk(house.clinician).await;
        begin(&house, &noors, (JOINT, With::All(here.case.id)), 3)
            .await
            .unwrap();
        let at = house.practice.now();
        let practice = house.practice.id();
        let by_sam = "UPDATE messages SET author_id = $2, sent_at = sent_at + 60000000 WHERE practice_id = $1";
        let values = || vec![practice.into(), here.sam.into()];
        assert_eq!(house.by_hand(by_sam, values()).await, 1);
        let begun = "UPDATE message_threads SET begun_by = $2 WHERE practice_id = $1";
        assert_eq!(house.by_hand(begun, values()).await, 1);
        let page = || house.practice.thread(&okafors, JOINT, MessagesPage::Newest);
        let found = page().await.unwrap();
        let first = &found.messages[0];
        assert_eq!((first.author, first.sent_at), (here.noor, at));
        assert_eq!(found.begun_by, here.noor);
        let copied = Copied {
            text: Private::from("I slept badly."),
        };
        let filing = house.practice.file_message(&okafors, JOINT, first.id, copied);
        filing.await.unwrap();
        let other = "UPDATE filed_messages SET filed_by = $2, filed_at = 0, sent_at = 0 WHERE practice_id = $1";
        assert_eq!(house.by_hand(other, values()).await, 1);
        let found = page().await.unwrap();
        let copy = &found.filed[0];
        assert_eq!(copy.author.reveal(), "Noor");
        assert_eq!((copy.sent_at, copy.filed_at), (at, at));
        assert_eq!(copy.filed_by, "Dr. Okafor");
    })
    .await;
}

#[tokio::test]
async fn r2_to_others_a_reader_is_an_id_that_carries_no_time() {
    once(async |house| {
        let here = couple(&house).await;
        let sams = house.portal(here.sam).await;
        begin(&house, &sams, (JOINT, With::All(here.case.id)), 3)
            .await
            .unwrap();
        let page = house.practice.thread(&sams, JOINT, MessagesPage::Newest);
        let readers = page.await.unwrap().readers;
        let ids: Vec<Uuid> = readers
            .iter()
            .map(|one| one.id.to_string().parse().unwrap())
            .collect();
        assert_eq!(ids.len(), 3);
        for (one, reader) in ids.iter().zip(&readers) {
            assert_ne!(*one, reader.person.0);
            assert_eq!(one.get_version_num(), 8);
            assert!(one.get_timestamp().is_none());
        }
        let mine = house.practice.my_reader_id(&sams).unwrap();
        let me = readers.iter().find(|one| one.person == here.sam).unwrap();
        assert_eq!(me.id, mine);
    })
    .await;
}
