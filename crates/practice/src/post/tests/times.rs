//! R12: a way that is safe between two times of day is used only then. In the fictional practice it is six in the morning.

use jiff::civil::time;

use super::*;
use crate::accounts::{Handing, Invited};
use crate::people::{SafeTimes, Times};
use crate::post::Leaves;
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
        let each = vec![office_hours()];
        let times = Times { seen, each };
        practice.set_my_times(&portal, times.clone()).await.unwrap();
        let late = practice.set_my_times(&portal, times).await;
        assert!(matches!(late, Err(AccessError::Stale)), "seen before");
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
        let times = Times { seen, each };
        let refused = practice.set_times(&stranger, noor, times.clone()).await;
        assert!(matches!(refused, Err(AccessError::NotThere)));
        practice.set_times(&desk, noor, times).await.unwrap();
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
        let told = "Wrote down the times that are safe";
        assert!(said.iter().any(|line| line.what == told));
    })
    .await;
}
