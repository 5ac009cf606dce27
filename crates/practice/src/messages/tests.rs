//! R2 and R9 for messages: those named and nobody else, whatever they may open; nothing new after somebody left.

use uuid::Uuid;

use super::{Copied, FilingError, MessageError, MessagesPage, Sent, With, Writes};
use crate::access::{Access, PortalAccess};
use crate::cases::Case;
use crate::error::AccessError;
use crate::ids::{MessageId, PersonId, ThreadId};
use crate::notes::Route;
use crate::own_words::{Keys, OwnWords, PublicKeys, Slots};
use crate::private::Private;
use crate::receipts::Whose;
use crate::routing::{Asked, Thing};
use crate::testing::age::{for_keys, for_passphrase};
use crate::testing::{Fictional, both, once, secret};

pub(super) const fn id(number: u128) -> Uuid {
    Uuid::from_u128(0x0199_0000_0000_7000_8000_0000_0000_0000 + number)
}

pub(super) const PRIVATE: ThreadId = ThreadId(id(1));
pub(super) const JOINT: ThreadId = ThreadId(id(2));

/// A couple, Noor and Sam, with their clinician: everybody has signed and has keys.
pub(super) struct Couple {
    pub(super) case: Case,
    pub(super) noor: PersonId,
    pub(super) sam: PersonId,
}

fn keys(letter: char) -> OwnWords {
    OwnWords {
        keys: PublicKeys {
            recipient: format!("age1{}", letter.to_string().repeat(58)),
            author: "ab".repeat(32),
        },
        slots: Slots {
            recovery: for_passphrase(12),
            passphrase: Some(for_passphrase(18)),
            passkey: None,
        },
    }
}

async fn makes_keys(house: &Fictional, access: &impl Access, letter: char) {
    let keeping = house
        .practice
        .keep_own_words(access, keys(letter), None, Keys::Same);
    keeping.await.unwrap();
}

pub(super) async fn couple(house: &Fictional) -> Couple {
    let (noor, sam) = (house.client("Noor").await, house.client("Sam").await);
    let case = house.case_of(&[noor, sam]).await;
    house.everybody_signs(&case).await;
    makes_keys(house, &house.portal(noor).await, 'n').await;
    makes_keys(house, &house.portal(sam).await, 's').await;
    makes_keys(house, &house.desk(house.clinician).await, 'q').await;
    Couple { case, noor, sam }
}

pub(super) fn message(number: u128, keys: usize) -> Sent {
    Sent {
        id: MessageId(id(number)),
        file: for_keys(keys),
        attachments: Vec::new(),
    }
}

pub(super) async fn begin(
    house: &Fictional,
    access: &impl Access,
    thread: (ThreadId, With),
    keys: usize,
) -> Result<(), MessageError> {
    let first = message(100 + thread.0.0.as_u128() % 10, keys);
    house
        .practice
        .begin_thread(access, thread, for_keys(keys), first)
        .await
}

async fn count(house: &Fictional, access: &impl Access, thread: ThreadId) -> Option<usize> {
    let page = house.practice.thread(access, thread, MessagesPage::Newest);
    match page.await {
        Ok(page) => Some(page.messages.len()),
        Err(AccessError::NotThere) => None,
        Err(other) => panic!("{other}"),
    }
}

#[tokio::test]
async fn r2_a_private_thread_is_its_readers_and_tells_nobody_else_of_itself() {
    both(async |house| {
        let here = couple(&house).await;
        let (noors, sams) = (house.portal(here.noor).await, house.portal(here.sam).await);
        let okafors = house.desk(house.clinician).await;
        let openings = async || {
            let page = house
                .practice
                .who_opened_my_record(&sams, Whose::MineToo, None);
            page.await.unwrap().openings.len()
        };
        openings().await;
        let before = openings().await;
        let with = With::One(house.part(&here.case, here.noor));
        begin(&house, &noors, (PRIVATE, with), 2).await.unwrap();
        let page = house
            .practice
            .thread(&okafors, PRIVATE, MessagesPage::Newest);
        let page = page.await.unwrap();
        assert_eq!(page.messages.len(), 1);
        assert_eq!(page.writes, Writes::Yes);
        let readers: Vec<_> = page
            .readers
            .iter()
            .map(|one| one.name.reveal().as_str())
            .collect();
        assert_eq!(readers, ["Noor", "Dr. Okafor"]);
        house
            .practice
            .send_message(&okafors, PRIVATE, message(11, 2))
            .await
            .unwrap();
        assert_eq!(count(&house, &noors, PRIVATE).await, Some(2));
        house
            .practice
            .threads_of_case(&okafors, here.case.id)
            .await
            .unwrap();

        // Sam reads of an opening of the overview, and of none of the thread.
        assert_eq!(
            openings().await,
            before + 2,
            "the overview, and asking itself"
        );
        finds_nothing(&house, &sams, with).await;
        let verdict = house.practice.verify(&secret(), &[]).await.unwrap();
        assert!(verdict.holds(), "{:?}", verdict.findings);
    })
    .await;
}

/// That a partner finds nothing of the private thread, whatever they try.
async fn finds_nothing(house: &Fictional, sams: &PortalAccess, with: With) {
    assert_eq!(count(house, sams, PRIVATE).await, None);
    let threads = house.practice.my_threads(sams).await.unwrap();
    assert!(threads.iter().all(|one| one.threads.is_empty()));
    assert_eq!(house.practice.unread_threads(sams).await.unwrap(), 0);
    let forced = house
        .practice
        .send_message(sams, PRIVATE, message(12, 2))
        .await;
    assert!(matches!(
        forced,
        Err(MessageError::Access(AccessError::NotThere))
    ));
    let taken = begin(house, sams, (ThreadId(id(3)), with), 2).await;
    assert!(matches!(
        taken,
        Err(MessageError::Access(AccessError::NotThere))
    ));
}

#[tokio::test]
async fn r1_nobody_but_its_readers_is_given_a_thread_whatever_they_may_open() {
    once(async |house| {
        let noor = house.client("Noor").await;
        let case = house
            .case_with(house.associate, Some(house.clinician), &[noor])
            .await;
        house.everybody_signs(&case).await;
        let noors = house.portal(noor).await;
        let associate = house.desk(house.associate).await;
        makes_keys(&house, &noors, 'n').await;
        makes_keys(&house, &associate, 'r').await;
        let with = With::One(house.part(&case, noor));
        begin(&house, &noors, (PRIVATE, with), 2).await.unwrap();
        assert_eq!(count(&house, &associate, PRIVATE).await, Some(1));
        // The supervisor opens the same side, the owner whatever the practice is; neither reads the thread.
        for stranger in [house.clinician, house.owner, house.front_desk, house.biller] {
            let access = house.desk(stranger).await;
            assert_eq!(count(&house, &access, PRIVATE).await, None);
            assert!(house.practice.desk_threads(&access).await.unwrap().is_empty());
        }
        // Nor does whoever is put among its readers by SQL.
        let put = "INSERT INTO message_readers (practice_id, thread_id, person_id, read_at) VALUES ($1, $2, $3, 0)";
        let values = vec![
            house.practice.id().into(),
            PRIVATE.into(),
            house.clinician.into(),
        ];
        house.by_hand(put, values).await;
        let supervisor = house.desk(house.clinician).await;
        assert_eq!(count(&house, &supervisor, PRIVATE).await, None);
    })
    .await;
}

#[tokio::test]
async fn a_message_is_for_each_reader_and_nobody_else_and_once() {
    both(async |house| {
        let here = couple(&house).await;
        let noors = house.portal(here.noor).await;
        let with = With::All(here.case.id);
        for keys in [1, 2, 4] {
            let refused = begin(&house, &noors, (JOINT, with), keys).await;
            assert!(matches!(refused, Err(MessageError::NotForReaders)));
        }
        begin(&house, &noors, (JOINT, with), 3).await.unwrap();
        let again = begin(&house, &noors, (JOINT, with), 3).await;
        assert!(matches!(
            again,
            Err(MessageError::Access(AccessError::Stale))
        ));
        let send = |access, sent| house.practice.send_message(access, JOINT, sent);
        assert!(matches!(
            send(&noors, message(11, 2)).await,
            Err(MessageError::NotForReaders)
        ));
        send(&noors, message(11, 3)).await.unwrap();
        send(&noors, message(11, 3)).await.unwrap();
        assert_eq!(
            count(&house, &noors, JOINT).await,
            Some(2),
            "a second try is no second message"
        );
        let sams = house.portal(here.sam).await;
        let other = send(&sams, message(11, 3)).await;
        assert!(matches!(
            other,
            Err(MessageError::Access(AccessError::Stale))
        ));

        assert_eq!(house.practice.unread_threads(&sams).await.unwrap(), 1);
        let read = house.practice.have_read(&sams, JOINT, MessageId(id(11)));
        read.await.unwrap();
        assert_eq!(house.practice.unread_threads(&sams).await.unwrap(), 0);
        assert_eq!(
            house.practice.unread_threads(&noors).await.unwrap(),
            0,
            "one's own"
        );
    })
    .await;
}

#[tokio::test]
async fn r9_messages_wait_for_consent_and_for_everybodys_keys() {
    once(async |house| {
        let (noor, sam) = (house.client("Noor").await, house.client("Sam").await);
        let case = house.case_of(&[noor, sam]).await;
        let noors = house.portal(noor).await;
        let okafors = house.desk(house.clinician).await;
        let with = With::All(case.id);
        let refused = begin(&house, &noors, (JOINT, with), 3).await;
        assert!(matches!(refused, Err(MessageError::ConsentMissing)));
        house.signs(&case, noor, "informed-consent").await.unwrap();
        makes_keys(&house, &noors, 'n').await;
        makes_keys(&house, &okafors, 'q').await;
        let refused = begin(&house, &noors, (JOINT, with), 3).await;
        assert!(matches!(refused, Err(MessageError::KeysMissing)));
        let page = house.practice.new_thread(&noors, with).await.unwrap();
        assert_eq!(page.writes, Writes::KeysMissing(vec![sam]));
        makes_keys(&house, &house.portal(sam).await, 's').await;
        // A client's message stands on their own consent, the clinician's to both on both.
        begin(&house, &noors, (JOINT, with), 3).await.unwrap();
        let send = house.practice.send_message(&okafors, JOINT, message(11, 3));
        assert!(matches!(send.await, Err(MessageError::ConsentMissing)));
        house.signs(&case, sam, "informed-consent").await.unwrap();
        let send = house.practice.send_message(&okafors, JOINT, message(11, 3));
        send.await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_thread_is_closed_when_somebody_leaves_and_stays_theirs_to_read() {
    both(async |house| {
        let here = couple(&house).await;
        let (noors, sams) = (house.portal(here.noor).await, house.portal(here.sam).await);
        let okafors = house.desk(house.clinician).await;
        let all = With::All(here.case.id);
        let alone = With::One(house.part(&here.case, here.sam));
        begin(&house, &noors, (JOINT, all), 3).await.unwrap();
        begin(&house, &sams, (PRIVATE, alone), 2).await.unwrap();
        let of = (here.case.id, house.part(&here.case, here.sam));
        let ending = house
            .practice
            .end_part(&okafors, of, Private::from("They parted."));
        ending.await.unwrap();
        for thread in [JOINT, PRIVATE] {
            let keys = if thread == JOINT { 3 } else { 2 };
            for access in [&sams, &noors] {
                let send = house
                    .practice
                    .send_message(access, thread, message(21, keys));
                assert!(send.await.is_err());
            }
            let send = house
                .practice
                .send_message(&okafors, thread, message(21, keys));
            assert!(matches!(send.await, Err(MessageError::Closed)));
            assert_eq!(count(&house, &sams, thread).await, Some(1));
            assert_eq!(count(&house, &okafors, thread).await, Some(1));
        }
        assert_eq!(count(&house, &noors, JOINT).await, Some(1));
        // Who stays begins anew among those who stay, and who left finds nothing of it.
        let anew = ThreadId(id(4));
        begin(&house, &noors, (anew, all), 2).await.unwrap();
        assert_eq!(count(&house, &sams, anew).await, None);
        let late = begin(&house, &sams, (ThreadId(id(5)), all), 2).await;
        assert!(late.is_err());
    })
    .await;
}

#[tokio::test]
async fn a_message_is_filed_once_by_its_clinician_and_its_readers_see_it() {
    both(async |house| {
        let here = couple(&house).await;
        let (noors, sams) = (house.portal(here.noor).await, house.portal(here.sam).await);
        let okafors = house.desk(house.clinician).await;
        let with = With::One(house.part(&here.case, here.noor));
        begin(&house, &noors, (PRIVATE, with), 2).await.unwrap();
        let first = MessageId(id(100 + PRIVATE.0.as_u128() % 10));
        let file = |text: &str| {
            let copied = Copied {
                text: Private::from(text),
            };
            house
                .practice
                .file_message(&okafors, PRIVATE, first, copied)
        };
        assert!(matches!(file(" ").await, Err(FilingError::Empty)));
        file("I slept badly.").await.unwrap();
        assert!(matches!(
            file("I slept badly.").await,
            Err(FilingError::Filed)
        ));
        let of = |access| house.practice.my_threads(access);
        let filed = of(&noors).await.unwrap().remove(0).filed;
        let [one] = filed.as_slice() else {
            panic!("{} copies", filed.len());
        };
        assert_eq!(one.text.reveal(), "I slept badly.");
        assert_eq!(
            (one.author.reveal().as_str(), one.filed_by.as_str()),
            ("Noor", "Dr. Okafor")
        );
        assert!(of(&sams).await.unwrap().remove(0).filed.is_empty());
        let seen = house
            .practice
            .case_overview(&okafors, here.case.id)
            .await
            .unwrap();
        assert_eq!(seen.filed.len(), 1);
        // R2: shared, the copy begins on the day of that, not on the one when it stood on her own side.
        house.clock.pass_minutes(24 * 60);
        let (case, thing, to) = (here.case.id, Thing::Message(first), Route::Chart);
        let okafors = house.desk(house.clinician).await;
        let asked = house.practice.routing(&okafors, case, thing, to);
        let asked = Asked {
            digest: asked.await.unwrap().digest,
            agreed: true,
        };
        let moving = house.practice.route(&okafors, case, thing, to, asked);
        moving.await.unwrap();
        let filed = of(&house.portal(here.sam).await)
            .await
            .unwrap()
            .remove(0)
            .filed;
        assert_eq!(filed[0].filed_at, house.practice.now());
    })
    .await;
}

#[tokio::test]
async fn r12_a_notice_goes_to_each_reader_once_until_they_have_read() {
    once(async |house| {
        let here = couple(&house).await;
        let (noors, sams) = (house.portal(here.noor).await, house.portal(here.sam).await);
        let letters = async || {
            let sql = "SELECT person_id FROM post ORDER BY id";
            let read = move |tx: &mut store::Tx<'_>| tx.query(sql, &[]);
            let rows = house.store.read(read).await.unwrap();
            rows.iter()
                .map(|row| PersonId(row.uuid(0).unwrap()))
                .collect::<Vec<_>>()
        };
        assert_eq!(letters().await, []);
        begin(&house, &noors, (JOINT, With::All(here.case.id)), 3)
            .await
            .unwrap();
        let told = letters().await;
        assert!(told.contains(&here.sam) && !told.contains(&here.noor));
        let before = told.len();
        let send = |number| {
            house
                .practice
                .send_message(&noors, JOINT, message(number, 3))
        };
        send(11).await.unwrap();
        assert_eq!(letters().await.len(), before, "one until they have read");
        house
            .practice
            .have_read(&sams, JOINT, MessageId(id(11)))
            .await
            .unwrap();
        send(12).await.unwrap();
        let told = letters().await;
        assert_eq!(told.iter().filter(|one| **one == here.sam).count(), 2);
    })
    .await;
}
