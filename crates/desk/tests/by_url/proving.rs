//! Dangerous acts by URL: who was not proved a moment ago is asked first, and then it goes on with what was sent.

use axum::http::StatusCode;
use practice::accounts::{NextStep, code_at};
use practice::testing::{Fictional, PASSWORD, once};
use web::testing::Browser;

use crate::common::browser;

const OWN: &str = "nine blue chairs by noon";
const ACTS: [(&str, &[(&str, &str)]); 6] = [
    (
        "/desk/practice/staff",
        &[
            ("name", "Io & Vale"),
            ("sign_in", "vale"),
            ("role", "biller"),
            ("role", "front_desk"),
        ],
    ),
    ("/desk/practice/staff/again", &[("again", "okafor")]),
    ("/desk/practice/staff/okafor/end", &[]),
    (
        "/desk/practice/staff/supervisor",
        &[("associate", "castellano"), ("supervised_by", "okafor")],
    ),
    ("/desk/practice/credentials", &[("who", "okafor")]),
    ("/desk/practice/unlocking/lock", &[("sure", "yes")]),
];
const FILE: &str = "/desk/practice/log/file?outcome=opened";

/// The owner's browser eleven minutes after they signed in, and a code that counts now.
async fn later(house: &Fictional) -> (Browser, String) {
    let practice = &house.practice;
    let next = practice
        .sign_in("raman", PASSWORD.to_owned())
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
    let theirs = browser(house, house.owner).await;
    house.clock.pass_minutes(11);
    (theirs, code_at(&secret, practice.now()).unwrap())
}

#[tokio::test]
async fn a_dangerous_act_asks_first_and_nothing_happens_before() {
    once(async |house: Fictional| {
        let (mut owner, _) = later(&house).await;
        owner.get("/desk/practice").await;
        let okafor = house.token(house.clinician).await;
        for (act, fields) in ACTS {
            let asked = owner.post(act, fields).await;
            assert_eq!(asked.status, StatusCode::FORBIDDEN, "{act}");
            assert!(asked.words().contains("Is it still you?"), "{act}");
            for (name, value) in fields {
                let kept = format!("name=\"{name}\" value=\"{}\"", value.replace('&', "&#38;"));
                assert!(asked.html.contains(&kept), "{kept}");
            }
        }
        let asked = owner.get(FILE).await;
        assert_eq!(asked.status, StatusCode::FORBIDDEN);
        assert!(house.practice.signed_in(okafor.text()).await.is_ok());
        // For others none of it exists, whatever they prove.
        let mut front = browser(&house, house.front_desk).await;
        house.clock.pass_minutes(11);
        front.get("/desk/account").await;
        let nothing = front
            .post("/desk/practice/staff/again", &[("again", "okafor")])
            .await;
        assert_eq!(nothing.status, StatusCode::NOT_FOUND);
        assert_eq!(front.get(FILE).await.status, StatusCode::NOT_FOUND);
    })
    .await;
}

#[tokio::test]
async fn a_right_proof_goes_on_with_what_was_sent() {
    once(async |house: Fictional| {
        let (mut owner, code) = later(&house).await;
        owner.get("/desk/practice").await;
        let (act, fields) = ACTS[0];
        owner.post(act, fields).await;
        let mut form = vec![("proof_to", act), ("proof_how", "")];
        form.extend(fields);
        for (password, code) in [("no", code.as_str()), (OWN, "000000")] {
            let tried = [
                form.as_slice(),
                &[("proof_password", password), ("proof_code", code)],
            ];
            let seen = owner.post("/desk/prove", &tried.concat()).await;
            assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(seen.html.contains("name=\"sign_in\" value=\"vale\""));
            assert!(!seen.html.contains(password) || password == "no");
        }
        form.extend([("proof_password", OWN), ("proof_code", &code)]);
        let on = owner.post("/desk/prove", &form).await;
        assert_eq!(
            (on.status, on.to.as_str()),
            (StatusCode::TEMPORARY_REDIRECT, act)
        );
        let done = owner.post(&on.to, &form).await;
        assert_eq!(done.status, StatusCode::OK);
        assert!(done.words().contains("one-time password"));
        assert_eq!(
            owner.get(FILE).await.status,
            StatusCode::OK,
            "not asked again"
        );
        let far = [
            ("proof_to", "//evil.example"),
            ("proof_password", OWN),
            ("proof_code", "1"),
        ];
        let refused = owner.post("/desk/prove", &far).await;
        assert_eq!(refused.status, StatusCode::NOT_FOUND);
    })
    .await;
}
