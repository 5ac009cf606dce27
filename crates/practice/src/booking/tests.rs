//! R7: no clinician, room or person is in two bookings at once, however many ask at the same moment.

use jiff::{Timestamp, ToSpan};
use proptest::prelude::*;

use super::openings::{Asked, UseFor};
use super::{BookingError, CONSULTATION, NewSession, SESSION};
use crate::calendar::{Place, SessionState};
use crate::clock::Minutes;
use crate::error::AccessError;
use crate::testing::{Fictional, both, once, premises};

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn r7_of_two_hundred_who_ask_at_once_one_gets_the_hour() {
    both(async |house: Fictional| {
        premises(&house).await;
        let noor = house.client("Noor").await;
        let case = house.case_of(&[noor]).await;
        let access = house.desk(house.clinician).await;
        let asking: Vec<_> = (0..200)
            .map(|n| {
                let (practice, access, case) = (house.practice.clone(), access.clone(), case.id);
                // Different starts that all overlap: no two of them can stand side by side.
                let starts = at("2026-11-24T17:00:00Z")
                    .checked_add((n % 50).minutes())
                    .unwrap();
                tokio::spawn(async move {
                    let place = if n % 2 == 0 {
                        Place::Premises
                    } else {
                        Place::Video
                    };
                    practice
                        .book_session(
                            &access,
                            NewSession {
                                case,
                                people: Vec::new(),
                                starts,
                                length: SESSION,
                                place,
                            },
                        )
                        .await
                })
            })
            .collect();
        let mut booked = 0;
        for asked in asking {
            match asked.await.unwrap() {
                Ok(_) => booked += 1,
                Err(BookingError::NotAvailable) => {}
                Err(other) => panic!("another refusal: {other}"),
            }
        }
        assert_eq!(booked, 1);
    })
    .await;
}

#[tokio::test]
async fn r7_two_bookings_never_share_a_room_or_a_person() {
    both(async |house: Fictional| {
        premises(&house).await;
        let (noor, kit, sam) = (
            house.client("Noor").await,
            house.client("Kit").await,
            house.client("Sam").await,
        );
        let noors = house.case_of(&[noor]).await;
        let couple = house.case_of(&[noor, sam]).await;
        let kits = house.case_of(&[kit]).await;
        let access = house.desk(house.clinician).await;
        let book = async |case, hour: &str| {
            let new = NewSession {
                case,
                people: Vec::new(),
                starts: at(hour),
                length: SESSION,
                place: Place::Premises,
            };
            house.practice.book_session(&access, new).await
        };
        book(noors.id, "2026-11-24T17:00:00Z").await.unwrap();
        // The same person in another case, and the same clinician with another person: one and the same answer.
        let person = book(couple.id, "2026-11-24T17:30:00Z")
            .await
            .unwrap_err()
            .to_string();
        let clinician = book(kits.id, "2026-11-24T17:30:00Z")
            .await
            .unwrap_err()
            .to_string();
        assert_eq!(person, clinician);
        book(kits.id, "2026-11-24T18:00:00Z").await.unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r7_who_asks_at_once_gets_a_room_while_there_are_some() {
    both(async |house: Fictional| {
        premises(&house).await;
        let (noor, kit) = (house.client("Noor").await, house.client("Kit").await);
        let noors = house.case_of(&[noor]).await;
        let kits = house.case_with(house.associate, None, &[kit]).await;
        let book = async |case, staff| {
            let new = NewSession {
                case,
                people: Vec::new(),
                starts: at("2026-11-24T17:00:00Z"),
                length: SESSION,
                place: Place::Premises,
            };
            let access = house.desk(staff).await;
            house.practice.book_session(&access, new).await
        };
        let (one, other) = tokio::join!(
            book(noors.id, house.clinician),
            book(kits.id, house.associate)
        );
        assert_ne!(one.unwrap(), other.unwrap());
    })
    .await;
}

#[tokio::test]
async fn r7_a_session_called_off_frees_what_it_took() {
    once(async |house: Fictional| {
        premises(&house).await;
        let noor = house.client("Noor").await;
        let case = house.case_of(&[noor]).await;
        let access = house.desk(house.clinician).await;
        let new = NewSession {
            case: case.id,
            people: Vec::new(),
            starts: at("2026-11-24T17:00:00Z"),
            length: SESSION,
            place: Place::Video,
        };
        let session = house
            .practice
            .book_session(&access, new.clone())
            .await
            .unwrap();
        house
            .practice
            .cancel_session(&access, session)
            .await
            .unwrap();
        assert!(matches!(
            house
                .practice
                .settle_session(&access, session, SessionState::Held)
                .await,
            Err(BookingError::Settled)
        ));
        house.practice.book_session(&access, new).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn who_cares_for_somebody_elsewhere_does_not_book_in_a_colleagues_case() {
    once(async |house: Fictional| {
        premises(&house).await;
        let noor = house.client("Noor").await;
        let (case, elsewhere) = (
            house.case_of(&[noor]).await,
            house.case_with(house.associate, None, &[noor]).await,
        );
        let new = |case| NewSession {
            case,
            people: Vec::new(),
            starts: at("2026-11-24T17:00:00Z"),
            length: SESSION,
            place: Place::Video,
        };
        let other = house.desk(house.associate).await;
        let refused = house.practice.book_session(&other, new(case.id)).await;
        assert!(
            matches!(refused, Err(BookingError::Access(AccessError::NotThere))),
            "{refused:?}"
        );
        let theirs = house.practice.book_session(&other, new(elsewhere.id)).await;
        house
            .practice
            .cancel_session(&other, theirs.unwrap())
            .await
            .unwrap();
        let front_desk = house.desk(house.front_desk).await;
        let booked = house.practice.book_session(&front_desk, new(case.id)).await;
        let refused = house.practice.cancel_session(&other, booked.unwrap()).await;
        assert!(refused.is_err());
    })
    .await;
}

#[tokio::test]
async fn r7_openings_are_already_intersected() {
    once(async |house: Fictional| {
        premises(&house).await;
        let noor = house.client("Noor").await;
        let case = house.case_of(&[noor]).await;
        let access = house.desk(house.clinician).await;
        let asked = Asked {
            clinician: house.clinician,
            use_for: UseFor::Consultations,
            length: CONSULTATION,
            from: at("2026-11-24T08:00:00Z"),
            days: 1,
            at_most: 100,
        };
        let before = house.practice.openings(asked).await.unwrap();
        let starts = at("2026-11-24T18:00:00Z");
        let new = NewSession {
            case: case.id,
            people: Vec::new(),
            starts,
            length: Minutes(60),
            place: Place::Video,
        };
        house.practice.book_session(&access, new).await.unwrap();
        let after = house.practice.openings(asked).await.unwrap();
        assert_eq!(
            before.len() - after.len(),
            2,
            "an hour takes two half-hour openings"
        );
        assert!(after.iter().all(|opening| opening.starts != starts));
        // Nine in Portland is 17:00 UTC in winter.
        assert_eq!(after.first().unwrap().starts, at("2026-11-24T17:00:00Z"));
    })
    .await;
}

proptest! {
    #[test]
    fn r7_openings_never_touch_what_is_taken(taken in proptest::collection::vec((0_i64..1000, 1_i64..50), 0..20), start in 0_i64..1000) {
        let taken: Vec<(i64, i64)> = taken.into_iter().map(|(from, length)| (from, from + length)).collect();
        let wanted = (start, start + 15);
        let free = super::openings::is_free(&taken, wanted);
        let clash = taken.iter().any(|(from, until)| (wanted.0..wanted.1).any(|minute| (*from..*until).contains(&minute)));
        prop_assert_eq!(free, !clash);
    }
}
