//! R12: a way that is safe between two times of day is used only then. In the fictional practice it is six in the morning.

use jiff::civil::time;

use super::*;
use crate::accounts::{AccountError, Handing, Invited};
use crate::people::{Cover, MyWays, SafeTimes, WayTimes};
use crate::post::{Leaves, kept_back};
use crate::settings::Description;

/// From nine until five.
fn office_hours() -> Option<SafeTimes> {
    SafeTimes::new(time(9, 0, 0, 0), time(17, 0, 0, 0))
}

fn mail(times: Option<SafeTimes>) -> Vec<Way> {
    vec![Way {
        times,
        ..way(Channel::Mail, "noor@example.org", true)
    }]
}

async fn in_oregon(fictional: &Fictional) {
    let described = Description {
        zone: "America/Los_Angeles".to_owned(),
        ..Description::default()
    };
    fictional
        .practice
        .describe(&JobAccess::set_up(), &described)
        .await
        .unwrap();
}

async fn round(fictional: &Fictional) -> Round {
    let mailer = Mailer::kept(ADDRESS);
    fictional.practice.send_post(&mailer).await.unwrap()
}

#[tokio::test]
async fn r12_a_letter_waits_for_the_times_at_which_mail_is_safe() {
    both(async |fictional| {
        in_oregon(&fictional).await;
        let noor = somebody(&fictional, mail(office_hours())).await;
        assert!(write_to(&fictional, noor, Letter::plain(LetterKind::News)).await);
        assert_eq!(round(&fictional).await, Round::default());
        fictional.clock.pass_minutes(3 * 60 - 1);
        assert_eq!(round(&fictional).await, Round::default());
        fictional.clock.pass_minutes(1);
        assert_eq!(round(&fictional).await.kept, 1, "nine by the wall");
        fictional.clock.pass_minutes(8 * 60 - 1);
        assert!(write_to(&fictional, noor, Letter::plain(LetterKind::News)).await);
        assert_eq!(round(&fictional).await.kept, 1, "a minute before five");
        fictional.clock.pass_minutes(1);
        assert!(write_to(&fictional, noor, Letter::plain(LetterKind::News)).await);
        assert_eq!(round(&fictional).await, Round::default(), "five");
    })
    .await;
}

#[tokio::test]
async fn r12_times_that_are_said_while_a_letter_waits_hold_for_it() {
    both(async |fictional| {
        in_oregon(&fictional).await;
        let noor = fictional.client("Noor").await;
        fictional.case_of(&[noor]).await;
        assert!(write_to(&fictional, noor, Letter::plain(LetterKind::News)).await);
        let portal = fictional.portal(noor).await;
        let practice = &fictional.practice;
        let seen = practice.my_reach(&portal).await.unwrap().seen;
        let mine = MyWays {
            seen,
            ways: mail(office_hours()),
            avoid: "".into(),
        };
        practice
            .set_my_ways(&portal, mine.clone(), String::new())
            .await
            .unwrap();
        let late = practice.set_my_ways(&portal, mine, String::new()).await;
        let stale = AccountError::Access(AccessError::Stale);
        assert_eq!(
            format!("{late:?}"),
            format!("{:?}", Err::<(), _>(stale)),
            "seen before"
        );
        // However often the program looks, no try is spent on waiting.
        let waits = Round {
            waiting: 1,
            ..Round::default()
        };
        assert_eq!(round(&fictional).await, waits);
        assert_eq!(round(&fictional).await, Round::default());
        fictional.clock.pass_minutes(3 * 60);
        assert_eq!(round(&fictional).await.kept, 1);
    })
    .await;
}

#[tokio::test]
async fn r12_an_invitation_waits_and_who_sends_it_learns_until_when() {
    both(async |fictional| {
        in_oregon(&fictional).await;
        let noor = fictional.client("Noor").await;
        fictional.case_of(&[noor]).await;
        let practice = &fictional.practice;
        let desk = fictional.desk(fictional.front_desk).await;
        let seen = practice.reach(&desk, noor).await.unwrap().seen;
        let each = vec![office_hours()];
        let stranger = fictional.desk(fictional.associate).await;
        let times = WayTimes { seen, each };
        let refused = practice.set_way_times(&stranger, noor, times.clone()).await;
        assert!(matches!(refused, Err(AccessError::NotThere)));
        practice.set_way_times(&desk, noor, times).await.unwrap();
        let nine = "2026-11-19T17:00:00Z".parse().unwrap();
        let invited = practice.invite_client(&desk, noor, Handing::Mail).await;
        let Ok(Invited::Mailed(leaves)) = invited else {
            panic!("by mail")
        };
        assert_eq!(leaves, Leaves::At(nine));
        let before = practice.outbox(&Mailer::kept(ADDRESS)).await.unwrap().len();
        assert_eq!(round(&fictional).await, Round::default());
        fictional.clock.pass_minutes(3 * 60);
        assert_eq!(round(&fictional).await.kept, 1);
        let after = practice.outbox(&Mailer::kept(ADDRESS)).await.unwrap();
        assert_eq!(after.len(), before + 1);
        let (_, link) = after[0].text.reveal().split_once("/invitation/").unwrap();
        let link = link.split_whitespace().next().unwrap().to_owned();
        // What the letter says holds from when it leaves.
        fictional.clock.pass_minutes(14 * 24 * 60 - 1);
        assert!(practice.invitation_holds(&link).unwrap());
        fictional.clock.pass_minutes(1);
        assert!(!practice.invitation_holds(&link).unwrap());
        let portal = fictional.portal(noor).await;
        let whose = crate::receipts::Whose::Others;
        let read = practice.who_opened_my_record(&portal, whose, None).await;
        let said = read.unwrap().openings;
        let told = "Wrote down how you may be reached";
        assert!(said.iter().any(|line| line.what == told));
    })
    .await;
}

#[tokio::test]
async fn r12_what_a_client_says_holds_for_a_letter_that_waits_and_their_own_words_stand_on_it() {
    both(async |fictional| {
        let noor = fictional.client("Noor").await;
        fictional.case_of(&[noor]).await;
        let portal = fictional.portal(noor).await;
        let practice = &fictional.practice;
        let says = async |ways: Vec<Way>| {
            let seen = practice.my_reach(&portal).await.unwrap().seen;
            let avoid = "".into();
            let mine = MyWays { seen, ways, avoid };
            practice
                .set_my_ways(&portal, mine, String::new())
                .await
                .unwrap();
        };
        let covered = Way {
            cover: Cover {
                name: "Garden club".into(),
                words: "Tomatoes".into(),
            },
            ..way(Channel::Mail, "noor@example.org", true)
        };
        assert!(write_to(&fictional, noor, Letter::plain(LetterKind::News)).await);
        says(vec![covered.clone()]).await;
        assert_eq!(round(&fictional).await.kept, 1);
        let kept = practice.outbox(&Mailer::kept(ADDRESS)).await.unwrap();
        assert_eq!(kept[0].subject, "Tomatoes");

        assert!(write_to(&fictional, noor, Letter::plain(LetterKind::News)).await);
        let unsafe_now = Way {
            safe: false,
            ..covered
        };
        says(vec![unsafe_now]).await;
        assert_eq!(
            round(&fictional).await.failed,
            1,
            "not by a way that is not safe now"
        );
    })
    .await;
}

#[tokio::test]
async fn r12_an_address_that_was_not_safe_before_needs_the_password() {
    once(async |fictional| {
        let noor = fictional.client("Noor").await;
        let portal = fictional.portal(noor).await;
        let practice = &fictional.practice;
        let seen = practice.my_reach(&portal).await.unwrap().seen;
        let mine = MyWays {
            seen,
            ways: vec![way(Channel::Mail, "elsewhere@example.org", true)],
            avoid: "".into(),
        };
        let set = |present: &str| practice.set_my_ways(&portal, mine.clone(), present.to_owned());
        for wrong in ["", "not the password"] {
            assert!(matches!(set(wrong).await, Err(AccountError::Wrong)));
        }
        set(crate::testing::PASSWORD).await.unwrap();
    })
    .await;
}

#[test]
fn r12_words_to_avoid_say_which_letters_they_keep_back() {
    assert_eq!(kept_back("quilt, ab"), Vec::<&str>::new());
    assert_eq!(kept_back("link"), ["Your link"]);
}
