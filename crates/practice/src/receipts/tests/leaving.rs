//! Heads that leave: which one, when a letter is due, what it says, and that failing is noted.

use vault::Checkpoint;

use crate::post::Mailer;
use crate::receipts::{HeadLeft, HeadWay, HeldElsewhere, NO_OWNER_BY_MAIL, Occasion};
use crate::testing::{Fictional, both, once, secret};

const ADDRESS: &str = "https://alder.example";

async fn head(house: &Fictional) -> Checkpoint {
    house.practice.head_to_leave().await.unwrap().unwrap()
}

async fn left(house: &Fictional, way: HeadWay) -> HeadLeft {
    let left = house.practice.heads_left().await.unwrap();
    left.into_iter().find(|left| left.way == way).unwrap()
}

async fn mailed(house: &Fictional, occasion: Occasion) -> bool {
    let head = head(house).await;
    house.practice.mail_head(&head, occasion).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_leaves_each_day_and_after_unlocking_when_the_last_is_an_hour_old() {
    both(async |house: Fictional| {
        assert!(mailed(&house, Occasion::Unlocking).await);
        assert!(!mailed(&house, Occasion::Unlocking).await);
        house.clock.pass_minutes(61);
        assert!(!mailed(&house, Occasion::Clock).await);
        assert!(mailed(&house, Occasion::Unlocking).await);
        house.clock.pass_minutes(24 * 60);
        assert!(mailed(&house, Occasion::Clock).await);
        let left = left(&house, HeadWay::Mail).await;
        assert_eq!((left.fault.as_str(), left.place.as_str()), ("", ""));
        assert_eq!(left.left_at, Some(left.tried_at));
        assert!(left.size > 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r12_the_letter_names_nothing_and_the_head_in_it_is_read_again() {
    once(async |house: Fictional| {
        assert!(mailed(&house, Occasion::Clock).await);
        let mailer = Mailer::kept(ADDRESS);
        house.practice.send_post(&mailer).await.unwrap();
        let outbox = house.practice.outbox(&mailer).await.unwrap();
        let [letter] = outbox.as_slice() else {
            panic!("{} letters", outbox.len())
        };
        assert_eq!(letter.person, house.owner);
        assert!(!crate::post::names_the_field(letter.text.reveal()));
        assert!(!crate::post::names_the_field(&letter.subject));
        let saved = format!(
            "From: a@example.org\nSubject: x\n\n{}",
            letter.text.reveal()
        );
        let head = Checkpoint::found_in(&saved).unwrap();
        let held = HeldElsewhere {
            name: "the letter".to_owned(),
            head,
        };
        let verdict = house.practice.verify(&secret(), &[held]).await.unwrap();
        assert!(verdict.holds(), "{:?}", verdict.findings);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_without_a_safe_address_is_noted_and_nothing_stops() {
    once(async |house: Fictional| {
        let sql = "DELETE FROM post";
        house.by_hand(sql, vec![]).await;
        super::renamed_with(&house, house.owner, |identity| identity.ways.clear()).await;
        assert!(!mailed(&house, Occasion::Clock).await);
        let left = left(&house, HeadWay::Mail).await;
        assert_eq!(
            (left.left_at, left.fault.as_str()),
            (None, NO_OWNER_BY_MAIL)
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_fails_keeps_what_it_last_had() {
    both(async |house: Fictional| {
        let practice = &house.practice;
        let size = head(&house).await.size();
        let note = |outcome| practice.head_left_for_folder("/elsewhere".to_owned(), outcome);
        note(Ok(size)).await.unwrap();
        let at = left(&house, HeadWay::Folder).await.left_at;
        house.clock.pass_minutes(10);
        note(Err("no such medium".to_owned())).await.unwrap();
        let left = left(&house, HeadWay::Folder).await;
        assert_eq!((left.left_at, left.fault.as_str()), (at, "no such medium"));
        assert_eq!(u64::try_from(left.size), Ok(size));

        assert_eq!(practice.behind_since(size).await.unwrap(), None);
        house.client("Noor").await;
        let newer = head(&house).await.size();
        assert!(practice.behind_since(size).await.unwrap().is_some());
        assert_eq!(practice.behind_since(newer).await.unwrap(), None);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn unlocking_tells_who_waits_for_it() {
    once(async |house: Fictional| {
        house.practice.was_unlocked().await;
        house.practice.lock();
        house.practice.unlock(&secret()).await.unwrap();
        house.practice.was_unlocked().await;
    })
    .await;
}
