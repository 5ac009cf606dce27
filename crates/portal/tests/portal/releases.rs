//! Releases and own copies by URL: read, signed, refused and taken back alone; another's is not there; a file asks for a proof.

use axum::http::StatusCode;
use jiff::civil::date;
use practice::copies::MadeFile;
use practice::copies::what::{Days, Kind};
use practice::language::Language;
use practice::private::Private;
use practice::releases::NewRelease;
use practice::releases::text::Frame;
use practice::testing::{Fictional, once};

use crate::{browser, couple, value};

fn frame() -> Frame {
    Frame {
        kinds: [Kind::Goals].into(),
        days: Days::new(date(2026, 1, 1), date(2026, 12, 31)).unwrap(),
        to: Private::from("Dr. Lee"),
        way: Private::from("letter"),
        purpose: Private::from("Care elsewhere"),
        joint_purpose: None,
        until: date(2027, 1, 1),
        language: Language::English,
    }
}

/// Where the first thing to answer stands.
fn first(html: &str) -> String {
    let (_, rest) = html.split_once("class=\"todo\" href=\"").unwrap();
    rest.split_once('"').unwrap().0.to_owned()
}

#[tokio::test]
async fn r2_r3_a_release_is_answered_alone_and_says_nothing_of_others() {
    once(async |house: Fictional| {
        let (noor, sam, case) = couple(&house).await;
        let desk = house.desk(house.clinician).await;
        let new = NewRelease {
            own: Some(house.part(&case, noor)),
            joint: true,
            frame: frame(),
        };
        house
            .practice
            .ask_release(&desk, case.id, new)
            .await
            .unwrap();
        let mut hers = browser(&house, noor).await;
        let mut his = browser(&house, sam).await;
        let list = his.get("/my/releases").await;
        assert_eq!(list.html.matches("class=\"todo\"").count(), 1);
        assert!(!list.html.contains("Of your own side"));
        let path = first(&list.html);
        let page = his.get(&path).await;
        assert!(page.html.contains("Dr. Lee") && page.html.contains("Care elsewhere"));
        // Noor is named where it says who does not read this, and nowhere as somebody who was asked or answered.
        for said in ["Noor has", "Noor signed", "Noor was", "of Noor", "by Noor"] {
            assert!(!page.words().contains(said), "{said}");
        }
        let digest = value(&page.html, "<main", "digest");
        let before = hers.get("/my/releases").await.html;
        let refused = his.post(&format!("{path}/refusal"), &[]).await;
        assert_eq!(refused.to, "/my/releases?done=refused");
        // Nothing of hers looks otherwise.
        let part = |html: &str| web::testing::steady(html.split_once("<main").unwrap().1);
        assert_eq!(part(&hers.get("/my/releases").await.html), part(&before));
        let unnamed = his.post(&path, &[("digest", &digest), ("name", " ")]).await;
        assert_eq!(unnamed.status, StatusCode::UNPROCESSABLE_ENTITY);
        let signed = his
            .post(&path, &[("digest", &digest), ("name", "Sam")])
            .await;
        assert_eq!(signed.to, "/my/releases?done=signed");
        let revoked = his.post(&format!("{path}/revocation"), &[]).await;
        assert_eq!(revoked.to, "/my/releases?done=revoked");
        assert!(his.get(&path).await.html.contains("You took it back"));
        // His is not there for her, as what never was.
        let never = "/my/releases/01900000-0000-7000-8000-0000deadbeef";
        for path in [path.as_str(), never] {
            assert_eq!(hers.get(path).await.status, StatusCode::NOT_FOUND);
            let tried = hers
                .post(path, &[("digest", &digest), ("name", "Noor")])
                .await;
            assert_eq!(tried.status, StatusCode::NOT_FOUND);
        }
    })
    .await;
}

#[tokio::test]
async fn a_client_asks_that_something_goes_to_somebody() {
    once(async |house: Fictional| {
        let (noor, _, case) = couple(&house).await;
        let mut browser = browser(&house, noor).await;
        let path = format!("/my/releases/new/{}", house.part(&case, noor));
        let page = browser.get(&path).await;
        assert!(page.html.contains("Of what I share with Sam"));
        let empty = browser.post(&path, &[("side", "own")]).await;
        assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(empty.html.contains("Choose what may leave."));
        let mut fields = vec![
            ("side", "both"),
            ("kinds", "goals"),
            ("from", "2026-01-01"),
            ("until_day", "2026-12-31"),
            ("to", "Dr. Lee"),
            ("way", "letter"),
            ("purpose", "Care elsewhere"),
            ("until", "2027-01-01"),
        ];
        let unsaid = browser.post(&path, &fields).await;
        assert_eq!(unsaid.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(unsaid.html.contains("Say what it is for."));
        fields.push(("joint_purpose", "Our goals"));
        let asked = browser.post(&path, &fields).await;
        assert_eq!(asked.to, "/my/releases?done=asked_both");
        let list = browser.get("/my/releases").await;
        assert!(list.html.contains("Your clinician looks at it first"));
        // What is theirs alone waits for nobody but them, and the page says so.
        fields[0].1 = "own";
        let asked = browser.post(&path, &fields).await;
        let page = browser.get(&asked.to).await;
        assert!(
            page.html
                .contains("It stands here for you to read and sign")
        );
        // One that is closed instead says so.
        let desk = house.desk(house.clinician).await;
        let waits = house.practice.releases_waiting(&desk).await.unwrap();
        house
            .practice
            .close_release(&desk, waits[0].1)
            .await
            .unwrap();
        let list = browser.get("/my/releases").await;
        assert!(list.html.contains("Your clinician has closed it"));
        assert!(!list.html.contains("Your clinician looks at it first"));
    })
    .await;
}

#[tokio::test]
async fn r2_what_one_writes_for_their_own_part_stands_in_no_text_of_another() {
    once(async |house: Fictional| {
        let (noor, sam, case) = couple(&house).await;
        let mut hers = browser(&house, noor).await;
        let path = format!("/my/releases/new/{}", house.part(&case, noor));
        let page = hers.get(&path).await;
        // Who reads what is said where it is written.
        for said in ["Everybody who signs", "reads exactly these words"] {
            assert!(page.html.contains(said), "{said}");
        }
        let fields = [
            ("side", "both"),
            ("kinds", "goals"),
            ("from", "2026-01-01"),
            ("until_day", "2026-12-31"),
            ("to", "Dr. Lee"),
            ("way", "letter"),
            ("purpose", "plumfinch"),
            ("joint_purpose", "larkquince"),
            ("until", "2027-01-01"),
        ];
        hers.post(&path, &fields).await;
        let desk = house.desk(house.clinician).await;
        let wishes = house.practice.releases_waiting(&desk).await.unwrap();
        let id = wishes[0].1;
        house.practice.take_up_release(&desk, id).await.unwrap();
        let mut his = browser(&house, sam).await;
        let list = his.get("/my/releases").await;
        let page = his.get(&first(&list.html)).await;
        assert!(list.html.contains("larkquince") && page.html.contains("larkquince"));
        assert!(!list.html.contains("plumfinch") && !page.html.contains("plumfinch"));
    })
    .await;
}

#[tokio::test]
async fn r15_an_own_copy_is_asked_for_made_and_fetched_with_a_proof() {
    once(async |house: Fictional| {
        let (noor, sam, case) = couple(&house).await;
        let mut hers = browser(&house, noor).await;
        let asks = format!("/my/copies/of/{}", house.part(&case, noor));
        let page = hers.get("/my/copies").await.html;
        assert!(page.contains(&asks));
        // Staff read what it is made of, and cannot open the copy (R15).
        assert!(page.contains("Nobody of the practice can open your copy."));
        assert!(!page.contains("Only you and Dr. Okafor"));
        let asked = hers.post(&asks, &[]).await;
        assert_eq!(asked.to, "/my/copies?done=asked");
        let again = hers.post(&asks, &[]).await;
        assert_eq!(again.to, "/my/copies?done=under_way");
        let page = hers.get("/my/copies").await;
        let (_, rest) = page.html.split_once("data-copy=\"").unwrap();
        let state = rest.split_once('"').unwrap().0.to_owned();
        assert!(hers.get(&state).await.html.contains("\"under_way\":true"));
        let made = house.practice.next_copy().await.unwrap().unwrap();
        let file = MadeFile {
            name: "record.pdf".to_owned(),
            kind: "application/pdf".to_owned(),
            bytes: b"%PDF-1.7 words".to_vec(),
        };
        house.practice.keep_copy(made, vec![file]).await.unwrap();
        let page = hers.get("/my/copies").await;
        let (_, rest) = page.html.split_once("href=\"/my/copies/").unwrap();
        let path = format!("/my/copies/{}", rest.split_once('"').unwrap().0);
        let file = hers.get(&path).await;
        assert_eq!(file.status, StatusCode::OK);
        assert!(file.html.starts_with("%PDF-1.7"));
        let mut his = browser(&house, sam).await;
        for path in [&path, &state] {
            assert_eq!(his.get(path).await.status, StatusCode::NOT_FOUND);
        }
        // Ten minutes later it asks who she is; what nobody has does not exist before that.
        house.clock.pass_minutes(11);
        let asked = hers.get(&path).await;
        assert_eq!(asked.status, StatusCode::FORBIDDEN);
        assert!(asked.html.contains("action=\"/my/prove\""));
        assert_eq!(his.get(&path).await.status, StatusCode::NOT_FOUND);
        let proof = [
            ("proof_to", path.as_str()),
            ("proof_how", "get"),
            ("proof_password", practice::testing::PASSWORD),
        ];
        let proved = hers.post("/my/prove", &proof).await;
        assert_eq!(proved.to, path);
        assert_eq!(hers.get(&path).await.status, StatusCode::OK);
    })
    .await;
}
