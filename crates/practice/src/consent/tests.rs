//! R9: consent is signed alone, in exact words; a new version asks again, and what was withdrawn is not in force.

use super::records::INFORMED;
use super::{ConsentError, Given, Signing, Standing, states};
use crate::access::Purpose;
use crate::error::AccessError;
use crate::ids::PersonId;
use crate::private::Private;
use crate::receipts::Action;
use crate::testing::{Fictional, both, once};
use crate::{cases::Case, consent};

async fn informed(house: &Fictional, case: &Case) -> Vec<bool> {
    let desk = house.desk(house.clinician).await;
    let case = case.clone();
    house
        .practice
        .read(&desk, move |work| {
            work.open(Action::CaseOverview, Purpose::Care, &case.compartments())?;
            Ok::<_, AccessError>(
                states(work, &case)?
                    .iter()
                    .map(super::States::informed)
                    .collect(),
            )
        })
        .await
        .unwrap()
}

async fn standing(house: &Fictional, case: &Case, person: PersonId, document: &str) -> Standing {
    let access = house.portal(person).await;
    let part = house.part(case, person);
    let page = house
        .practice
        .consent_page(&access, part, document.to_owned(), None)
        .await
        .unwrap();
    page.standing
}

#[tokio::test]
async fn r9_each_signs_alone_in_exact_words_and_can_withdraw() {
    both(async |house| {
        let (noor, sam) = (house.client("Noor").await, house.client("Sam").await);
        let case = house.case_of(&[noor, sam]).await;
        assert_eq!(informed(&house, &case).await, [false, false]);
        let id = house.signs(&case, noor, INFORMED).await.unwrap();
        assert_eq!(informed(&house, &case).await, [true, false]);

        let access = house.portal(noor).await;
        let read = house.practice.signed_text(&access, id).await.unwrap();
        assert_eq!(read.signed.name.reveal(), "As I am called");
        assert_eq!(read.signed.given, Given::Here);
        assert_eq!(read.signed.at, house.practice.now());
        assert_eq!(read.signed.digest, consent::texts::hexadecimal(&read.text));
        let words = format!("{:?}", read.text.body);
        assert!(words.contains("Linden Row") && !words.contains("{practice}"));

        let again = house.signs(&case, noor, INFORMED).await;
        assert!(matches!(again, Err(ConsentError::Signed)));

        let part = house.part(&case, noor);
        let withdrawn = house
            .practice
            .withdraw_consent(&access, part, INFORMED.to_owned());
        withdrawn.await.unwrap();
        assert_eq!(informed(&house, &case).await, [false, false]);
        let now = standing(&house, &case, noor, INFORMED).await;
        assert_eq!(now, Standing::Withdrawn(house.practice.now()));
        let twice = house
            .practice
            .withdraw_consent(&access, part, INFORMED.to_owned())
            .await;
        assert!(matches!(twice, Err(ConsentError::NotInForce)));
        house.clock.pass_minutes(1);
        house.signs(&case, noor, INFORMED).await.unwrap();
        assert_eq!(informed(&house, &case).await, [true, false]);
    })
    .await;
}

#[tokio::test]
async fn r9_what_was_not_read_is_not_signed() {
    once(async |house| {
        let noor = house.client("Noor").await;
        let case = house.case_of(&[noor]).await;
        let (access, part) = (house.portal(noor).await, house.part(&case, noor));
        let page = house
            .practice
            .consent_page(&access, part, INFORMED.to_owned(), None)
            .await
            .unwrap();
        for (digest, name, named) in [(page.digest.as_str(), " ", true), ("00", "Noor", false)] {
            let signing = Signing {
                digest: digest.to_owned(),
                name: Private::from(name),
                language: None,
            };
            let refused = house
                .practice
                .sign_consent(&access, part, INFORMED.to_owned(), signing)
                .await;
            match refused {
                Err(ConsentError::NameMissing) => assert!(named),
                Err(ConsentError::OtherText) => assert!(!named),
                other => panic!("{other:?}"),
            }
        }
        for unknown in ["secrets-limited", "no-such-document"] {
            let page = house
                .practice
                .consent_page(&access, part, unknown.to_owned(), None)
                .await;
            assert!(matches!(page, Err(AccessError::NotThere)), "{unknown}");
        }
        assert_eq!(informed(&house, &case).await, [false]);
    })
    .await;
}

#[tokio::test]
async fn r9_a_new_version_asks_again() {
    once(async |house| {
        let noor = house.client("Noor").await;
        let case = house.case_of(&[noor]).await;
        house.signs(&case, noor, INFORMED).await.unwrap();
        let sql = "UPDATE consents SET version = 0 WHERE document = $1";
        house.by_hand(sql, vec![INFORMED.into()]).await;
        assert_eq!(informed(&house, &case).await, [false]);
        let now = standing(&house, &case, noor, INFORMED).await;
        assert_eq!(now, Standing::Older { version: 0 });
        house.signs(&case, noor, INFORMED).await.unwrap();
        assert_eq!(informed(&house, &case).await, [true]);
    })
    .await;
}

#[tokio::test]
async fn r9_a_consent_given_elsewhere_is_recorded_by_who_cares() {
    once(async |house| {
        let noor = house.client("Noor").await;
        let case = house.case_of(&[noor]).await;
        let part = house.part(&case, noor);
        let desk = house.desk(house.clinician).await;
        let record = |day| {
            let document = INFORMED.to_owned();
            let given = (day, Private::from("Alder Clinic"));
            house.practice.record_consent(&desk, part, document, given)
        };
        let to_come = record(jiff::civil::date(2026, 11, 20)).await;
        assert!(matches!(to_come, Err(ConsentError::DayToCome)));
        let day = jiff::civil::date(2026, 9, 3);
        record(day).await.unwrap();
        assert_eq!(informed(&house, &case).await, [true]);
        let read = house.practice.consents_of(&desk, case.id, part).await;
        let recorded = Given::Elsewhere {
            day,
            place: Private::from("Alder Clinic"),
            by: house.clinician,
        };
        assert_eq!(read.unwrap().signed[0].given, recorded);
        let nowhere = (day, Private::from("  "));
        let refused = house
            .practice
            .record_consent(&desk, part, INFORMED.to_owned(), nowhere);
        assert!(matches!(refused.await, Err(ConsentError::PlaceMissing)));

        let other = house.desk(house.associate).await;
        let document = INFORMED.to_owned();
        let refused = house
            .practice
            .record_consent(&other, part, document, (day, Private::from("Here")))
            .await;
        let not_there = ConsentError::Access(AccessError::NotThere);
        assert_eq!(refused.unwrap_err().to_string(), not_there.to_string());

        let mine = house.portal(noor).await;
        let withdrawn = house
            .practice
            .withdraw_consent(&mine, part, INFORMED.to_owned());
        withdrawn.await.unwrap();
        let older = record(day).await;
        assert!(matches!(older, Err(ConsentError::Withdrawn)), "{older:?}");
        assert_eq!(informed(&house, &case).await, [false]);
        house.clock.pass_minutes(24 * 60);
        let desk = house.desk(house.clinician).await;
        let document = INFORMED.to_owned();
        let newer = jiff::civil::date(2026, 11, 20);
        house
            .practice
            .record_consent(&desk, part, document, (newer, Private::from("Here")))
            .await
            .unwrap();
        assert_eq!(informed(&house, &case).await, [true]);
    })
    .await;
}

#[tokio::test]
async fn r2_a_partner_neither_reads_nor_signs_for_the_other() {
    once(async |house| {
        let (noor, sam) = (house.client("Noor").await, house.client("Sam").await);
        let case = house.case_of(&[noor, sam]).await;
        let before = house.practice.my_consents(&house.portal(sam).await).await;
        let signed = house.signs(&case, noor, INFORMED).await.unwrap();
        let (access, part) = (house.portal(sam).await, house.part(&case, noor));
        let page = house
            .practice
            .consent_page(&access, part, INFORMED.to_owned(), None);
        assert!(matches!(page.await, Err(AccessError::NotThere)));
        let text = house.practice.signed_text(&access, signed).await;
        assert!(matches!(text, Err(AccessError::NotThere)));
        let after = house.practice.my_consents(&access).await;
        let told = |mine: Result<Vec<super::MyConsents>, AccessError>| {
            let mine = mine.unwrap();
            let names: Vec<_> = mine[0].sides.partners.iter().map(Private::reveal).collect();
            assert_eq!(names, ["Noor"]);
            assert_eq!(mine[0].sides.care, ["Dr. Okafor"]);
            mine.iter()
                .flat_map(|mine| mine.documents.iter().map(|d| d.standing))
                .collect::<Vec<_>>()
        };
        assert_eq!(told(before), told(after));
    })
    .await;
}
