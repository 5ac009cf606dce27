//! A client's own recovery codes by URL.

use axum::http::StatusCode;
use practice::Practice;
use practice::accounts::{NextStep, code_at};
use practice::testing::{Fictional, PASSWORD, once};
use web::testing::{Browser, check};

use crate::browser;

const HERE: &str = "/my/account/recovery-codes";

/// Noor signs in with a code from paper.
async fn used(practice: &Practice, code: &str) {
    let next = practice.sign_in("noor", PASSWORD.to_owned()).await.unwrap();
    let half = if let NextStep::Code(half) = next {
        Some(half)
    } else {
        None
    };
    let half = half.unwrap();
    let signed_in = practice.sign_in_with_recovery_code(half.text(), code).await;
    assert!(signed_in.is_ok());
}

#[tokio::test]
async fn a_client_makes_ten_codes_sees_them_once_and_reads_when_one_was_used() {
    once(async |house: Fictional| {
        let practice = &house.practice;
        let noor = house.client("Noor").await;
        let mut hers = browser(&house, noor).await;
        assert_eq!(
            hers.get(HERE).await.to,
            "/my/account/codes",
            "there is nothing to stand in for"
        );
        assert!(
            !hers
                .get("/my/account")
                .await
                .words()
                .contains("Recovery codes")
        );
        let access = house.portal(noor).await;
        let secret = practice.codes_to_be(&access).await.unwrap().secret;
        let code = || code_at(&secret, practice.now()).unwrap();
        practice
            .turn_codes_on(&access, PASSWORD.to_owned(), &code())
            .await
            .unwrap();
        house.clock.pass_minutes(1);
        let mut hers = browser(&house, noor).await;
        assert!(
            hers.get("/my/account")
                .await
                .words()
                .contains("You have none.")
        );
        let page = hers.get(HERE).await;
        assert_eq!(check(&page.html), Vec::<String>::new());
        let wrong = hers
            .post(HERE, &[("present_password", PASSWORD), ("code", "123456")])
            .await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong.words().contains("No codes were made."));
        let made = hers
            .post(HERE, &[("present_password", PASSWORD), ("code", &code())])
            .await;
        assert_eq!(made.status, StatusCode::OK);
        assert_eq!(check(&made.html), Vec::<String>::new());
        let codes: Vec<_> = made.html.split("translate=\"no\">").skip(1).collect();
        assert_eq!(codes.len(), 10);
        let first = codes[0].split_once('<').unwrap().0.to_owned();
        assert!(!hers.get("/my/account").await.html.contains(&first));
        used(practice, &first).await;
        house.clock.pass_minutes(1);
        stays_told(&mut hers, &code()).await;
    })
    .await;
}

/// That a used code is told on the first page, also after ten others were made.
async fn stays_told(hers: &mut Browser, code: &str) {
    let home = hers.get("/my").await.words();
    assert!(home.contains("A recovery code was used"), "{home}");
    assert!(home.contains("9 are left. If it was not you"), "{home}");
    hers.get(HERE).await;
    let again = [("present_password", PASSWORD), ("code", code)];
    assert_eq!(hers.post(HERE, &again).await.status, StatusCode::OK);
    let home = hers.get("/my").await.words();
    assert!(home.contains("A recovery code was used"), "{home}");
    let account = hers.get("/my/account").await.words();
    assert!(account.contains("10 are left"));
}
