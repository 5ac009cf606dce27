//! R2, R9 and R13 for measures.

use super::{Answers, MeasureError, check_in, of_case};
use crate::access::Purpose;
use crate::error::AccessError;
use crate::receipts::Action;
use crate::testing::both;

fn answers(trouble: u8) -> Answers {
    Answers::from([
        ("trouble".to_owned(), trouble),
        ("closeness".to_owned(), 4),
        ("unknown".to_owned(), 1),
        ("body".to_owned(), 11),
    ])
}

#[test]
fn r13_the_check_in_says_what_it_is_and_adds_nothing_up() {
    assert!(check_in().note.contains("not a validated test"));
    let words = format!("{:?}", check_in()).to_lowercase();
    for measured in ["how often", "how many", "score", "perform", "success"] {
        assert!(!words.contains(measured), "{measured}");
    }
}

#[test]
fn r13_an_answer_is_told_by_the_ends_of_its_question() {
    let item = &check_in().items[0];
    let said = |at| check_in().in_words(item, at);
    assert_eq!(
        (said(0), said(3)),
        (said(1), "Near “Not at all”".to_owned())
    );
    assert_eq!(said(5), "Between “Not at all” and “Very much”");
    assert_eq!(
        (said(7), said(10)),
        (said(8), "Near “Very much”".to_owned())
    );
}

#[tokio::test]
async fn r2_r9_a_measure_needs_consent_and_is_its_takers_own() {
    both(async |house| {
        let (noor, sam) = (house.client("Noor").await, house.client("Sam").await);
        let case = house.case_of(&[noor, sam]).await;
        let access = house.portal(noor).await;
        let part = house.part(&case, noor);
        let take = |answers| house.practice.take_measure(&access, part, answers);
        assert!(matches!(
            take(answers(7)).await,
            Err(MeasureError::ConsentMissing)
        ));
        house.everybody_signs(&case).await;
        assert!(matches!(
            take(Answers::new()).await,
            Err(MeasureError::Empty)
        ));
        take(answers(7)).await.unwrap();
        house.clock.pass_minutes(30);
        take(answers(5)).await.unwrap();

        let mine = house.practice.my_measures(&access).await.unwrap();
        assert_eq!(mine[0].1.len(), 2);
        assert_eq!(mine[0].1[0].answers.len(), 2);
        let sams = house.portal(sam).await;
        let theirs = house.practice.my_measures(&sams).await.unwrap();
        assert!(theirs[0].1.is_empty());
        let refused = house.practice.take_measure(&sams, part, answers(1)).await;
        assert!(matches!(
            refused,
            Err(MeasureError::Access(AccessError::NotThere))
        ));

        let desk = house.desk(house.clinician).await;
        let seen = house
            .practice
            .read(&desk, move |work| {
                let opened =
                    work.open(Action::CaseOverview, Purpose::Care, &case.compartments())?;
                of_case(work, &opened, &case, i64::MAX)
            })
            .await;
        assert_eq!(seen.unwrap()[1].answers["trouble"], 5);
    })
    .await;
}
