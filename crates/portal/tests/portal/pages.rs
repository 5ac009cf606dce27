//! Every page of the portal is whole and neutral, and needs a sign-in.

use axum::http::StatusCode;
use practice::homework::For;
use practice::testing::{Fictional, once};
use web::testing::{Browser, steady, web};

use crate::{browser, couple};

const PAGES: [&str; 5] = [
    "/my",
    "/my/sessions",
    "/my/consents",
    "/my/intake",
    "/my/homework",
];

#[tokio::test]
async fn every_page_is_whole_with_and_without_anything_on_it() {
    once(async |house: Fictional| {
        let kit = house.client("Kit").await;
        let mut browser = browser(&house, kit).await;
        for path in PAGES.into_iter().chain(["/my/goals", "/my/intake/younger"]) {
            let seen = browser.get(path).await;
            assert_eq!(seen.status, StatusCode::OK, "{path}");
        }
        let (noor, _, case) = couple(&house).await;
        let id = house.gives(&case, For::Everybody).await.unwrap();
        let mut browser = crate::browser(&house, noor).await;
        let me = house.part(&case, noor);
        for path in [
            "/my".to_owned(),
            "/my/goals".to_owned(),
            "/my/homework".to_owned(),
            format!("/my/homework/{id}"),
            format!("/my/consents/{me}/informed-consent"),
            format!("/my/consents/{me}/informed-consent/withdraw"),
            format!("/my/consents/{me}/secrets-limited"),
            format!("/my/intake/{me}/safety/people"),
        ] {
            let seen = browser.get(&path).await;
            assert_eq!(seen.status, StatusCode::OK, "{path}");
            let (_, title) = seen.html.split_once("<title>").unwrap();
            let title = title.split_once("</title>").unwrap().0;
            for word in ["Noor", "Sam", "quiet", "sex", "therap", "secret"] {
                assert!(!title.contains(word), "{path}: {title}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn an_answer_to_a_form_that_is_loaded_anew_leads_to_the_page_with_the_form() {
    once(async |house: Fictional| {
        let (noor, _, case) = couple(&house).await;
        let id = house.gives(&case, For::Everybody).await.unwrap();
        let me = house.part(&case, noor);
        let mut browser = browser(&house, noor).await;
        let homework = format!("/my/homework/{id}");
        for path in [
            "/my/intake",
            "/my/goals",
            "/my/account/password",
            "/my/account/codes",
            &homework,
            &format!("/my/consents/{me}/informed-consent/withdraw"),
        ] {
            let forms = browser.loads_every_form_anew(path).await;
            assert!(forms > 0, "{path} has a form of its own");
        }
        for (act, page) in [
            (format!("/my/goals/{me}/own"), "/my/goals"),
            (format!("/my/goals/{me}/joint"), "/my/goals"),
            (format!("/my/intake/{me}"), "/my/intake"),
            (
                format!("/my/intake/{me}/safety/draft"),
                "/my/intake/{me}/safety",
            ),
            (format!("{homework}/shared"), &homework),
            (format!("{homework}/take-back"), &homework),
            (format!("{homework}/own/draft"), &format!("{homework}/own")),
            ("/my/account/codes/off".to_owned(), "/my/account/codes"),
        ] {
            let seen = browser.get(&act).await;
            let page = page.replace("{me}", &me.to_string());
            assert_eq!(
                (seen.status, seen.to),
                (StatusCode::SEE_OTHER, page),
                "{act}"
            );
        }
    })
    .await;
}

#[tokio::test]
async fn a_concern_can_be_raised_from_every_page() {
    once(async |house: Fictional| {
        let kit = house.client("Kit").await;
        let mut browser = browser(&house, kit).await;
        for path in PAGES.into_iter().chain(["/my/goals", "/my/receipts"]) {
            let seen = browser.get(path).await.html;
            let (_, foot) = seen.split_once("<footer").unwrap();
            assert!(foot.contains("href=\"/raise-a-concern\""), "{path}");
        }
    })
    .await;
}

#[tokio::test]
async fn home_says_what_there_is_to_do_and_who_reads_it() {
    once(async |house: Fictional| {
        let (noor, _, case) = couple(&house).await;
        house.gives(&case, For::Everybody).await.unwrap();
        let seen = browser(&house, noor).await.get("/my").await;
        for words in [
            "Good morning, Noor",
            "Twenty quiet minutes",
            "What Sam can and cannot see",
            "Only you and Dr. Okafor",
            "Before we begin",
        ] {
            assert!(seen.html.contains(words), "{words}");
        }
    })
    .await;
}

#[tokio::test]
async fn who_is_not_signed_in_or_is_staff_finds_nothing() {
    once(async |house: Fictional| {
        let router = portal::router().with_state(house.practice.clone());
        let mut nobody = Browser::new(router, &web());
        let mut staff = browser(&house, house.clinician).await;
        for path in PAGES {
            assert_eq!(nobody.get(path).await.status, StatusCode::SEE_OTHER);
            assert_eq!(staff.get(path).await.status, StatusCode::NOT_FOUND);
        }
    })
    .await;
}

/// R2: everything that a participant is asked for by another's ids is the same "not there".
#[tokio::test]
async fn r2_another_persons_addresses_answer_as_if_nothing_were_there() {
    once(async |house: Fictional| {
        let (noor, sam, case) = couple(&house).await;
        let hers = house.part(&case, noor);
        let own = house.gives(&case, For::One(hers)).await.unwrap();
        let access = house.portal(noor).await;
        let said = practice::goals::GoalWords {
            words: "See the physical therapist".into(),
            ..Default::default()
        };
        let side = practice::cases::Side::Own;
        let goal = house.practice.set_goal(&access, hers, side, said).await;
        let goal = goal.unwrap();
        let mut his = browser(&house, sam).await;
        let none = uuid::Uuid::from_u128(1);
        let missing = his.get(&format!("/my/homework/{none}")).await;
        assert_eq!(missing.status, StatusCode::NOT_FOUND);
        for path in [
            format!("/my/homework/{own}"),
            format!("/my/homework/{own}/share"),
            format!("/my/goals/{goal}"),
            format!("/my/intake/{hers}/about"),
            format!("/my/consents/{hers}/informed-consent"),
            format!("/my/consents/{hers}/informed-consent/withdraw"),
            "/my/homework/not-an-id".to_owned(),
        ] {
            let seen = his.get(&path).await;
            assert_eq!(seen.status, StatusCode::NOT_FOUND, "{path}");
            assert_eq!(steady(&seen.html), steady(&missing.html), "{path}");
        }
        his.get("/my").await;
        let born = format!("born-{hers}");
        for (path, fields) in [
            (format!("/my/homework/{own}/own"), ("told", "Mine")),
            (format!("/my/homework/{own}/own"), ("told", "")),
            (format!("/my/homework/{own}/own/draft"), ("told", "Mine")),
            (format!("/my/homework/{own}/shared"), ("shared", "Mine")),
            (format!("/my/homework/{own}/shared"), ("shared", "")),
            (format!("/my/homework/{own}/take-back"), ("revision", "1")),
            (format!("/my/goals/{goal}"), ("state", "reached")),
            (format!("/my/goals/{hers}/own"), ("words", "")),
            (format!("/my/intake/{hers}"), (born.as_str(), "1990-01-01")),
            (format!("/my/intake/{hers}/about"), ("act", "send")),
            (format!("/my/intake/{hers}/about/draft"), ("act", "send")),
            (format!("/my/consents/{hers}/telehealth"), ("name", "")),
            (format!("/my/consents/{hers}/telehealth"), ("name", "Sam")),
            (format!("/my/consents/{hers}/telehealth/withdraw"), ("", "")),
        ] {
            let seen = his.post(&path, &[fields]).await;
            assert_eq!(seen.status, StatusCode::NOT_FOUND, "{path} {fields:?}");
            his.get("/my").await;
        }
    })
    .await;
}

#[tokio::test]
async fn r2_after_somebody_left_no_label_names_who_does_not_read_it() {
    once(async |house: Fictional| {
        let (noor, sam, case) = couple(&house).await;
        let me = house.part(&case, noor);
        let (mut hers, mut his) = (browser(&house, noor).await, browser(&house, sam).await);
        hers.get("/my/goals").await;
        let joint = format!("/my/goals/{me}/joint");
        let field = format!("joint-{me}-words");
        hers.post(&joint, &[(&field, "Say pause early")]).await;
        let desk = house.desk(house.clinician).await;
        let of = (case.id, house.part(&case, sam));
        let reason = "They part.".into();
        house.practice.end_part(&desk, of, reason).await.unwrap();
        let goals = hers.get("/my/goals").await;
        assert!(goals.words().contains("Say pause early"));
        assert!(
            goals
                .words()
                .contains("Sam reads what was shared until then")
        );
        assert!(!goals.html.contains("Share with Sam"));
        assert!(!goals.html.contains(&format!("action=\"{joint}\"")));
        let (_, goal) = goals.html.split_once("href=\"/my/goals/").unwrap();
        let goal = goal.split_once('"').unwrap().0;
        let goal = hers.get(&format!("/my/goals/{goal}")).await;
        assert!(goal.html.contains("Save for Dr. Okafor only"));
        assert!(!goal.html.contains("Share with Sam"));
        let home = hers.get("/my").await;
        assert!(!home.words().contains("can and cannot see"));
        let read = his.get("/my/goals").await;
        assert!(read.words().contains("Say pause early"));
        assert!(
            !read.html.contains("<form class=\"stack\""),
            "nothing new is written"
        );
        for path in [
            "/my",
            "/my/homework",
            "/my/sessions",
            "/my/consents",
            "/my/intake",
            "/my/receipts",
        ] {
            let seen = his.get(path).await;
            assert!(seen.status.is_success(), "{path}");
            assert!(!seen.words().contains("They part."), "{path}");
        }
    })
    .await;
}
