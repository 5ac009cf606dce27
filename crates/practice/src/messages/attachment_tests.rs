//! Attachments: piece by piece, for each reader, with one message, never more than 25 MB.

use store::StoreError;

use super::tests::{JOINT, PRIVATE, begin, couple, id, message};
use super::{
    AttachmentError, LONGEST_PIECE, MOST_ATTACHED, MOST_UNSENT, MessageError, Sent, With, records,
};
use crate::error::AccessError;
use crate::ids::AttachmentId;
use crate::testing::age::{file_of, key};
use crate::testing::{both, once, secret};

fn piece(length: usize, keys: usize) -> Vec<u8> {
    use base64::Engine;
    let stanza = key();
    let stanzas = vec![stanza.as_str(); keys];
    let file = base64::engine::general_purpose::STANDARD
        .decode(file_of(&stanzas))
        .unwrap();
    file.into_iter()
        .chain(std::iter::repeat(7))
        .take(length)
        .collect()
}

#[tokio::test]
async fn an_attachment_comes_in_pieces_for_each_reader_and_goes_with_one_message() {
    both(async |house| {
        let here = couple(&house).await;
        let (noors, sams) = (house.portal(here.noor).await, house.portal(here.sam).await);
        let with = With::All(here.case.id);
        begin(&house, &noors, (JOINT, with), 3).await.unwrap();
        let which = (JOINT, AttachmentId(id(50)));
        let keep = |access, number, bytes| house.practice.keep_piece(access, which, number, bytes);
        let refused = keep(&noors, 0, piece(900, 2)).await;
        assert!(matches!(refused, Err(AttachmentError::NotForReaders)));
        let refused = keep(&noors, 0, piece(LONGEST_PIECE + 1, 3)).await;
        assert!(matches!(refused, Err(AttachmentError::TooLong)));
        let early = keep(&noors, 1, vec![7; 10]).await;
        assert!(matches!(
            early,
            Err(AttachmentError::Access(AccessError::Stale))
        ));
        keep(&noors, 0, piece(LONGEST_PIECE, 3)).await.unwrap();
        keep(&noors, 1, vec![8; 10]).await.unwrap();
        keep(&noors, 1, vec![9; 10]).await.unwrap();
        let theirs = keep(&sams, 2, vec![8; 10]).await;
        assert!(matches!(
            theirs,
            Err(AttachmentError::Access(AccessError::Stale))
        ));
        let read = |access, number| house.practice.piece(access, which, number);
        assert!(
            matches!(read(&sams, 0).await, Err(AccessError::NotThere)),
            "not sent yet"
        );

        let sent = || Sent {
            attachments: vec![which.1],
            ..message(11, 3)
        };
        let stolen = house.practice.send_message(&sams, JOINT, sent()).await;
        assert!(stolen.is_err());
        house
            .practice
            .send_message(&noors, JOINT, sent())
            .await
            .unwrap();
        assert_eq!(read(&sams, 0).await.unwrap().len(), LONGEST_PIECE);
        assert_eq!(
            read(&sams, 1).await.unwrap(),
            [8; 10],
            "the first try counts"
        );
        assert!(matches!(read(&sams, 2).await, Err(AccessError::NotThere)));
        let more = keep(&noors, 2, vec![7; 10]).await;
        assert!(matches!(
            more,
            Err(AttachmentError::Access(AccessError::Stale))
        ));
        let verdict = house.practice.verify(&secret(), &[]).await.unwrap();
        assert!(verdict.holds(), "{:?}", verdict.findings);
    })
    .await;
}

#[tokio::test]
async fn what_was_attached_and_never_sent_is_forgotten_and_25_mb_is_the_most() {
    once(async |house| {
        let here = couple(&house).await;
        let noors = house.portal(here.noor).await;
        let with = With::One(house.part(&here.case, here.noor));
        begin(&house, &noors, (PRIVATE, with), 2).await.unwrap();
        let keep = |one, number, bytes| {
            let which = (PRIVATE, AttachmentId(id(one)));
            house.practice.keep_piece(&noors, which, number, bytes)
        };
        for number in 0..25 {
            keep(50, number, piece(LONGEST_PIECE, 2)).await.unwrap();
        }
        keep(50, 25, vec![7; 8 * 1024]).await.unwrap();
        let more = keep(50, 26, vec![7; 16 * 1024]).await;
        assert!(matches!(more, Err(AttachmentError::TooLong)));
        house.clock.pass_minutes(23 * 60);
        assert_eq!(house.practice.forget_unsent_files().await.unwrap(), 0);
        house.clock.pass_minutes(2 * 60);
        assert_eq!(house.practice.forget_unsent_files().await.unwrap(), 1);
        assert_eq!(house.practice.forget_unsent_files().await.unwrap(), 0);
        let left = "DELETE FROM message_attachments WHERE practice_id = $1 AND id = $2";
        let gone = house
            .by_hand(left, vec![house.practice.id().into(), id(50).into()])
            .await;
        assert_eq!(gone, 0);
        let verdict = house.practice.verify(&secret(), &[]).await.unwrap();
        assert!(verdict.holds(), "{:?}", verdict.findings);
    })
    .await;
}

#[tokio::test]
async fn what_is_sent_while_it_is_forgotten_stays_whole() {
    both(async |house| {
        let here = couple(&house).await;
        let noors = house.portal(here.noor).await;
        let with = With::One(house.part(&here.case, here.noor));
        begin(&house, &noors, (PRIVATE, with), 2).await.unwrap();
        let practice = house.practice.id();
        let which = (PRIVATE, AttachmentId(id(50)));
        let keep = |number, bytes| house.practice.keep_piece(&noors, which, number, bytes);
        keep(0, piece(LONGEST_PIECE, 2)).await.unwrap();
        let unsent = async || {
            let find = move |tx: &mut store::Tx<'_>| records::unsent(tx, practice, i64::MAX, 4);
            house.store.read(find).await.unwrap().remove(0)
        };
        let forget = async |one: records::Unsent| {
            house
                .store
                .write(move |tx| records::forget(tx, practice, &one))
                .await
        };
        // It grew after it was found.
        let found = unsent().await;
        keep(1, vec![8; 10]).await.unwrap();
        assert!(matches!(forget(found).await, Err(StoreError::Conflict)));
        // It was sent after it was found.
        let found = unsent().await;
        let sent = Sent {
            attachments: vec![which.1],
            ..message(11, 2)
        };
        let sending = house.practice.send_message(&noors, PRIVATE, sent);
        sending.await.unwrap();
        assert!(matches!(forget(found).await, Err(StoreError::Conflict)));
        for (number, length) in [(0, LONGEST_PIECE), (1, 10)] {
            let read = house.practice.piece(&noors, which, number).await;
            assert_eq!(read.unwrap().len(), length);
        }
        let verdict = house.practice.verify(&secret(), &[]).await.unwrap();
        assert!(verdict.holds(), "{:?}", verdict.findings);
    })
    .await;
}

#[tokio::test]
async fn nobody_has_more_than_a_few_files_that_were_not_sent_nor_pieces_beyond_their_bytes() {
    both(async |house| {
        let here = couple(&house).await;
        let (noors, sams) = (house.portal(here.noor).await, house.portal(here.sam).await);
        let with = With::All(here.case.id);
        begin(&house, &noors, (JOINT, with), 3).await.unwrap();
        let keep = |access, one, number, bytes| {
            let which = (JOINT, AttachmentId(id(one)));
            house.practice.keep_piece(access, which, number, bytes)
        };
        keep(&noors, 200, 0, piece(900, 3)).await.unwrap();
        let after = keep(&noors, 200, 1, vec![7; 10]).await;
        assert!(
            matches!(after, Err(AttachmentError::TooLong)),
            "a piece that is not full is the last"
        );
        for one in 201..200 + MOST_UNSENT as u128 {
            keep(&noors, one, 0, piece(900, 3)).await.unwrap();
        }
        let more = keep(&noors, 300, 0, piece(900, 3)).await;
        assert!(matches!(more, Err(AttachmentError::TooMany)));
        keep(&sams, 301, 0, piece(900, 3)).await.unwrap();
        let many = (200..201 + MOST_ATTACHED as u128).map(|one| AttachmentId(id(one)));
        let sent = |attachments| Sent {
            attachments,
            ..message(11, 3)
        };
        let send = |sent| house.practice.send_message(&noors, JOINT, sent);
        let refused = send(sent(many.clone().collect())).await;
        assert!(matches!(refused, Err(MessageError::NotForReaders)));
        send(sent(many.skip(1).collect())).await.unwrap();
        keep(&noors, 300, 0, piece(900, 3)).await.unwrap();
    })
    .await;
}
