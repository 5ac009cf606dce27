//! R8 at the booking of the first talk, and what accepting makes of it.

use super::{Ask, Asked, EnquiryError};
use crate::access::{Purpose, VisitorAccess};
use crate::accounts::Newcomer;
use crate::booking::BookingError;
use crate::calendar::Place;
use crate::cases::CaseKind;
use crate::error::AccessError;
use crate::ids::PersonId;
use crate::people::{Channel, WayTimes};
use crate::post::Mailer;
use crate::private::Private;
use crate::testing::{Fictional, both, premises};

fn ask(clinician: PersonId) -> Ask {
    Ask {
        name: Private::from("Noor"),
        pronouns: Private::from("she/her"),
        channel: Channel::Mail,
        address: Private::from("noor@example.org"),
        mind: Private::default(),
        voicemail: false,
        times: None,
        avoid: Private::default(),
        coming: Private::default(),
        told: Private::from("a line"),
        adult: true,
        clinician,
        starts: "2026-11-24T17:30:00Z".parse().unwrap(),
        place: Place::Video,
    }
}

fn sam() -> Newcomer {
    Newcomer {
        name: Private::from("Sam"),
        pronouns: Private::from("he/him"),
        channel: Channel::Mail,
        address: Private::from("noor@example.org"),
    }
}

async fn count(house: &Fictional, table: &'static str) -> i64 {
    house
        .store
        .read(move |tx| {
            tx.one(&format!("SELECT count(*) FROM {table}"), &[])?
                .map_or(Ok(0), |row| row.int(0))
        })
        .await
        .unwrap()
}

#[tokio::test]
async fn r8_who_is_not_an_adult_books_nothing_and_leaves_nothing() {
    both(async |house: Fictional| {
        premises(&house).await;
        let people = count(&house, "people").await;
        let minor = Ask {
            adult: false,
            ..ask(house.clinician)
        };
        let refused = house
            .practice
            .ask_for_consultation(&VisitorAccess::new(), minor)
            .await;
        assert!(matches!(refused, Err(EnquiryError::NotAdult)));
        assert_eq!(count(&house, "people").await, people);
        assert_eq!(count(&house, "enquiries").await, 0);
        assert_eq!(count(&house, "bookings").await, 0);
    })
    .await;
}

#[tokio::test]
async fn an_enquiry_takes_a_real_opening_once() {
    both(async |house: Fictional| {
        premises(&house).await;
        let visitor = VisitorAccess::new();
        house
            .practice
            .ask_for_consultation(&visitor, ask(house.clinician))
            .await
            .unwrap();
        let again = house
            .practice
            .ask_for_consultation(&visitor, ask(house.clinician))
            .await;
        assert!(matches!(
            again,
            Err(EnquiryError::Booking(BookingError::NotAvailable))
        ));
        let night = Ask {
            starts: "2026-11-24T10:00:00Z".parse().unwrap(),
            ..ask(house.clinician)
        };
        assert!(
            house
                .practice
                .ask_for_consultation(&visitor, night)
                .await
                .is_err()
        );
        let inbox = house
            .practice
            .enquiries(&house.desk(house.front_desk).await)
            .await
            .unwrap();
        assert_eq!(inbox.len(), 1);
        assert_eq!(inbox[0].identity.name.reveal(), "Noor");
        assert!(
            house
                .practice
                .enquiries(&house.desk(house.associate).await)
                .await
                .unwrap()
                .is_empty()
        );
    })
    .await;
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one story")]
async fn r2_accepting_a_couple_gives_each_their_own_side_and_one_joint_one() {
    both(async |house: Fictional| {
        premises(&house).await;
        let asked = house
            .practice
            .ask_for_consultation(&VisitorAccess::new(), ask(house.clinician))
            .await
            .unwrap();
        let clinician = house.desk(house.clinician).await;
        let accepted = house
            .practice
            .accept_enquiry(&clinician, asked.enquiry, vec![sam()])
            .await
            .unwrap();
        let twice = house
            .practice
            .accept_enquiry(&clinician, asked.enquiry, Vec::new())
            .await;
        assert!(matches!(twice, Err(EnquiryError::Answered)));
        let case = house
            .practice
            .case(&clinician, accepted.case, Purpose::Care)
            .await
            .unwrap();
        assert_eq!(
            (case.kind, case.participants.len()),
            (CaseKind::Relational, 2)
        );
        // One address for two people is no confusion: each has an invitation and a letter of their own.
        assert_eq!(accepted.invitations.len(), 2);
        assert_eq!(count(&house, "post").await, 3);
        for (person, invited) in &accepted.invitations {
            assert!(matches!(invited, crate::accounts::Invited::Mailed(_)));
            let invitation = house.invitation(*person).await;
            let case = case.clone();
            let account = crate::testing::account(&format!("account {person}"));
            house
                .practice
                .accept_invitation(invitation.text(), account)
                .await
                .unwrap();
            let portal = house.portal(*person).await;
            let person = *person;
            let seen = house
                .practice
                .read(&portal, move |work| {
                    let theirs = |own| work.may_open(own, Purpose::OwnRecord);
                    let others = case
                        .participants
                        .iter()
                        .filter(|p| p.person != person)
                        .any(|p| theirs(p.own));
                    let mine = case
                        .participants
                        .iter()
                        .filter(|p| p.person == person)
                        .all(|p| theirs(p.own));
                    Ok::<_, crate::AccessError>((mine, others, case.joint.is_some_and(theirs)))
                })
                .await;
            assert_eq!(seen.unwrap(), (true, false, true));
        }
    })
    .await;
}

/// Every table in which something of an enquiry stands.
const TABLES: [&str; 7] = [
    "enquiries",
    "people",
    "sessions",
    "session_people",
    "bookings",
    "post",
    "revisions",
];

async fn counts(house: &Fictional) -> Vec<i64> {
    let mut counts = Vec::new();
    for table in TABLES {
        counts.push(count(house, table).await);
    }
    counts
}

/// Asks, reads the letter that came of it, and changes what is known of who asks, so that there are earlier revisions.
pub(crate) async fn asked(house: &Fictional) -> Asked {
    let practice = &house.practice;
    let asked = practice
        .ask_for_consultation(&VisitorAccess::new(), ask(house.clinician))
        .await
        .unwrap();
    let mailer = Mailer::kept("https://alder.example");
    assert_eq!(practice.send_post(&mailer).await.unwrap().kept, 1);
    let desk = house.desk(house.front_desk).await;
    let noor = practice.enquiries(&desk).await.unwrap().remove(0).person;
    let each = vec![None];
    let times = WayTimes { seen: 1, each };
    practice.set_way_times(&desk, noor, times).await.unwrap();
    asked
}

async fn holds(house: &Fictional) {
    house.practice.sequence().await.unwrap();
    let verdict = house.practice.verify(&crate::testing::secret(), &[]).await;
    let verdict = verdict.unwrap();
    assert!(verdict.holds(), "{:?}", verdict.findings);
}

pub(crate) const DAY: i64 = 24 * 60;

#[tokio::test]
async fn a_declined_enquiry_is_forgotten_after_thirty_days() {
    both(async |house: Fictional| {
        premises(&house).await;
        let before = counts(&house).await;
        let asked = asked(&house).await;
        let desk = house.desk(house.front_desk).await;
        house
            .practice
            .decline_enquiry(&desk, asked.enquiry)
            .await
            .unwrap();
        house.clock.pass_minutes(29 * DAY);
        assert_eq!(house.practice.forget_enquiries().await.unwrap(), 0);
        house.clock.pass_minutes(2 * DAY);
        assert_eq!(house.practice.forget_enquiries().await.unwrap(), 1);
        assert_eq!(counts(&house).await, before, "{TABLES:?}");
        assert_eq!(house.practice.forget_enquiries().await.unwrap(), 0);
        holds(&house).await;
    })
    .await;
}

#[tokio::test]
async fn an_enquiry_that_nobody_answers_is_forgotten_thirty_days_after_its_talk() {
    both(async |house: Fictional| {
        premises(&house).await;
        let before = counts(&house).await;
        let asked = asked(&house).await;
        let taken = counts(&house).await;
        assert!(taken.iter().zip(&before).all(|(now, then)| now > then));
        // The talk is five days away: the days count from then.
        house.clock.pass_minutes(31 * DAY);
        assert_eq!(house.practice.forget_enquiries().await.unwrap(), 0);
        assert_eq!(counts(&house).await, taken);
        house.clock.pass_minutes(5 * DAY);
        assert_eq!(house.practice.forget_enquiries().await.unwrap(), 1);
        assert_eq!(counts(&house).await, before, "{TABLES:?}");
        holds(&house).await;
        let desk = house.desk(house.front_desk).await;
        let late = house.practice.decline_enquiry(&desk, asked.enquiry).await;
        let gone = EnquiryError::Access(AccessError::NotThere);
        assert_eq!(late.unwrap_err().to_string(), gone.to_string());
        // The key of what was forgotten opens nothing, and the server still begins.
        house.practice.lock();
        house
            .practice
            .unlock(&crate::testing::secret())
            .await
            .unwrap();
    })
    .await;
}

#[tokio::test]
async fn an_enquiry_that_was_accepted_is_never_forgotten() {
    both(async |house: Fictional| {
        premises(&house).await;
        let asked = asked(&house).await;
        let clinician = house.desk(house.clinician).await;
        let accepted = house
            .practice
            .accept_enquiry(&clinician, asked.enquiry, Vec::new())
            .await
            .unwrap();
        let kept = counts(&house).await;
        house.clock.pass_minutes(400 * DAY);
        assert_eq!(house.practice.forget_enquiries().await.unwrap(), 0);
        assert_eq!(counts(&house).await, kept);
        let clinician = house.desk(house.clinician).await;
        let case = house
            .practice
            .case(&clinician, accepted.case, Purpose::Care)
            .await;
        assert!(case.is_ok());
    })
    .await;
}
