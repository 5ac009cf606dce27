//! The policy on secrets as data: the owner's alone to choose, versioned, signed by each alone, and in force as it was signed.

use super::{ConsentError, PolicyError, Secrets, Standing};
use crate::cases::{Case, Sides};
use crate::error::AccessError;
use crate::ids::PersonId;
use crate::testing::{Fictional, both, once};

const LINE: &str = "We keep what you tell us alone for two weeks.";

async fn sides(house: &Fictional, who: PersonId) -> Sides {
    let access = house.portal(who).await;
    let mut mine = house.practice.my_consents(&access).await.unwrap();
    mine.remove(0).sides
}

async fn standing(house: &Fictional, case: &Case, who: PersonId, document: &str) -> Standing {
    let access = house.portal(who).await;
    let part = house.part(case, who);
    let page = house
        .practice
        .consent_page(&access, part, document.to_owned(), None);
    page.await.unwrap().standing
}

#[tokio::test]
async fn r2_what_counts_for_somebody_is_what_they_signed_until_they_sign_anew() {
    both(async |house: Fictional| {
        let (noor, sam) = (house.client("Noor").await, house.client("Sam").await);
        let case = house.case_of(&[noor, sam]).await;
        let practice = &house.practice;
        let policy = sides(&house, noor).await.policy.unwrap();
        assert_eq!(
            (policy.signed, policy.document.as_str()),
            (None, "secrets-limited")
        );
        house.everybody_signs(&case).await;
        let shipped =
            "What you tell the clinician alone stays with you, unless you agree to share it.";
        let policy = sides(&house, noor).await.policy.unwrap();
        assert_eq!(policy.line, shipped);
        assert!(policy.signed.is_some());
        let owner = house.desk(house.owner).await;
        let text = "We keep it.\r\n\r\nThen we ask you to tell it.";
        practice
            .set_policy(&owner, Secrets::Own, LINE, text)
            .await
            .unwrap();
        // The new one asks, and the old one counts until they have signed.
        assert_eq!(
            standing(&house, &case, noor, "secrets-own").await,
            Standing::Missing
        );
        assert_eq!(sides(&house, noor).await.policy.unwrap().line, shipped);
        let id = house.signs(&case, noor, "secrets-own").await.unwrap();
        let noors = sides(&house, noor).await.policy.unwrap();
        assert_eq!((noors.line.as_str(), noors.signed), (LINE, Some(id)));
        assert_eq!(
            sides(&house, sam).await.policy.unwrap().line,
            shipped,
            "each signs alone"
        );
        let access = house.portal(noor).await;
        let signed = practice.signed_text(&access, id).await.unwrap();
        assert_eq!((signed.text.body.len(), signed.text.version), (2, 1));
        other_words_ask_anew(&house, &case, noor).await;
    })
    .await;
}

/// Other words are a new version, and the same ones are not.
async fn other_words_ask_anew(house: &Fictional, case: &Case, noor: PersonId) {
    let practice = &house.practice;
    let owner = house.desk(house.owner).await;
    let text = "We keep it.\r\n\r\nThen we ask you to tell it.";
    practice
        .set_policy(&owner, Secrets::Own, LINE, text)
        .await
        .unwrap();
    assert!(
        standing(house, case, noor, "secrets-own")
            .await
            .is_in_force()
    );
    practice
        .set_policy(&owner, Secrets::Own, LINE, "We keep it for a month.")
        .await
        .unwrap();
    let asks = standing(house, case, noor, "secrets-own").await;
    assert_eq!(asks, Standing::Older { version: 1 });
    assert_eq!(sides(house, noor).await.policy.unwrap().line, LINE);
    // Back to one that ships: the practice's own words are kept, and the older signature counts again.
    practice
        .set_policy(&owner, Secrets::Limited, "", "")
        .await
        .unwrap();
    assert_eq!(practice.description().await.unwrap().own_policy.version, 2);
    let again = house.signs(case, noor, "secrets-limited").await;
    assert!(matches!(again, Err(ConsentError::Signed)));
}

#[tokio::test]
async fn the_owner_alone_chooses_and_an_own_policy_has_words() {
    once(async |house: Fictional| {
        for staff in [
            house.clinician,
            house.associate,
            house.front_desk,
            house.biller,
        ] {
            let access = house.desk(staff).await;
            let refused = house
                .practice
                .set_policy(&access, Secrets::None, "", "")
                .await;
            assert!(matches!(
                refused,
                Err(PolicyError::Access(AccessError::NotThere))
            ));
        }
        let owner = house.desk(house.owner).await;
        let practice = &house.practice;
        for (line, text) in [("", "Words."), (LINE, "  ")] {
            let refused = practice.set_policy(&owner, Secrets::Own, line, text).await;
            assert!(matches!(refused, Err(PolicyError::Empty)));
        }
        let long = practice
            .set_policy(&owner, Secrets::Own, &"x".repeat(201), "Words.")
            .await;
        assert!(matches!(long, Err(PolicyError::Long)));
        let noor = house.client("Noor").await;
        house.case_of(&[noor]).await;
        assert_eq!(
            sides(&house, noor).await.policy,
            None,
            "nothing of it with one person"
        );
    })
    .await;
}
