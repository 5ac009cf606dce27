//! R8 at the booking of the first talk, and what accepting makes of it.

use super::{Ask, EnquiryError, Partner};
use crate::access::{Purpose, VisitorAccess};
use crate::booking::BookingError;
use crate::calendar::Place;
use crate::cases::CaseKind;
use crate::ids::PersonId;
use crate::people::Channel;
use crate::private::Private;
use crate::testing::{Fictional, both, once, premises};

fn ask(clinician: PersonId) -> Ask {
    Ask {
        name: Private::from("Noor"),
        pronouns: Private::from("she/her"),
        channel: Channel::Mail,
        address: Private::from("noor@example.org"),
        mind: Private::default(),
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

fn sam() -> Partner {
    Partner {
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

#[tokio::test]
async fn a_declined_enquiry_is_forgotten_after_thirty_days() {
    once(async |house: Fictional| {
        premises(&house).await;
        let asked = house
            .practice
            .ask_for_consultation(&VisitorAccess::new(), ask(house.clinician))
            .await
            .unwrap();
        let desk = house.desk(house.front_desk).await;
        house
            .practice
            .decline_enquiry(&desk, asked.enquiry)
            .await
            .unwrap();
        let people = count(&house, "people").await;
        assert_eq!(house.practice.forget_enquiries().await.unwrap(), 0);
        house.clock.pass_minutes(31 * 24 * 60);
        assert_eq!(house.practice.forget_enquiries().await.unwrap(), 1);
        assert_eq!(count(&house, "people").await, people - 1);
        house.practice.sequence().await.unwrap();
        let verdict = house
            .practice
            .verify(&crate::testing::secret())
            .await
            .unwrap();
        assert!(verdict.holds(), "{:?}", verdict.findings);
    })
    .await;
}
