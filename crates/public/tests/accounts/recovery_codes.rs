//! Signing in with a recovery code by URL.

use axum::http::StatusCode;
use practice::accounts::{NextStep, code_at};
use practice::testing::{Fictional, PASSWORD, once};
use web::testing::{Browser, Seen, check, steady};

use crate::browser;

const OWN: &str = "nine blue chairs by noon";

/// The clinician, enrolled, with ten codes where wanted.
async fn okafor(house: &Fictional, with_codes: bool) -> Vec<String> {
    let practice = &house.practice;
    let next = practice
        .sign_in("okafor", PASSWORD.to_owned())
        .await
        .unwrap();
    let half = if let NextStep::Enrol(half) = next {
        Some(half)
    } else {
        None
    };
    let half = half.unwrap();
    let secret = practice.enrolment(half.text()).await.unwrap().secret;
    let code = code_at(&secret, practice.now()).unwrap();
    practice
        .enrol(half.text(), OWN.to_owned(), &code)
        .await
        .unwrap();
    if !with_codes {
        return Vec::new();
    }
    let fresh = house.fresh(house.clinician).await;
    let codes = practice.make_recovery_codes(&fresh).await.unwrap();
    codes.iter().map(|code| code.reveal().clone()).collect()
}

async fn half(browser: &mut Browser) -> String {
    browser.get("/sign-in?next=/desk/cases").await;
    let fields = [
        ("name", "okafor"),
        ("password", OWN),
        ("next", "/desk/cases"),
    ];
    let page = browser.post("/sign-in", &fields).await;
    let (_, rest) = page.html.split_once("name=\"half\" value=\"").unwrap();
    rest.split_once('"').unwrap().0.to_owned()
}

async fn tried(browser: &mut Browser, code: &str) -> Seen {
    let half = half(browser).await;
    let fields = [
        ("half", half.as_str()),
        ("recovery", code),
        ("next", "/desk/cases"),
    ];
    browser.post("/sign-in/recovery", &fields).await
}

#[tokio::test]
async fn a_recovery_code_signs_in_once_in_the_place_of_the_six_digits() {
    once(async |house: Fictional| {
        let codes = okafor(&house, true).await;
        let mut one = browser(&house);
        let seen = tried(&mut one, &codes[0].to_uppercase()).await;
        assert_eq!(
            (seen.status, seen.to.as_str()),
            (StatusCode::SEE_OTHER, "/desk/cases")
        );
        let mut two = browser(&house);
        let seen = tried(&mut two, &codes[0]).await;
        assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(check(&seen.html), Vec::<String>::new());
        assert!(
            seen.words()
                .contains("This is none of your recovery codes, or it was used.")
        );
        assert!(!seen.html.contains(&codes[0]), "it is not given back");
        let late = [("half", "AAAA"), ("recovery", codes[1].as_str())];
        let seen = two.post("/sign-in/recovery", &late).await;
        assert!(seen.words().contains("That took too long."));
    })
    .await;
}

#[tokio::test]
async fn who_has_no_recovery_codes_reads_what_a_wrong_one_gets_and_tries_are_few() {
    let mut seen = Vec::new();
    for with_codes in [true, false] {
        let told = std::sync::Mutex::new((String::new(), 0));
        once(async |house: Fictional| {
            okafor(&house, with_codes).await;
            let mut browser = browser(&house);
            let page = tried(&mut browser, "abcd-efgh-jkmn").await;
            let (_, after) = page.html.split_once("<form").unwrap();
            let half = after.split("name=\"half\" value=\"").nth(1).unwrap();
            let half = half.split_once('"').unwrap().0.to_owned();
            let fields = [("half", half.as_str()), ("recovery", "abcd-efgh-jkmn")];
            let mut more = 0;
            while browser.post("/sign-in/recovery", &fields).await.status
                == StatusCode::UNPROCESSABLE_ENTITY
            {
                more += 1;
            }
            *told.lock().unwrap() = (steady(&page.html).replace(&half, ""), more);
        })
        .await;
        seen.push(told.into_inner().unwrap());
    }
    assert_eq!(seen[0], seen[1]);
    assert!(seen[0].1 < 20, "{}", seen[0].1);
}
