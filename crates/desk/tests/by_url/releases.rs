//! Releases and demands by URL: asked for, made of what has every signature, handed out, stopped; and what a court orders.

use axum::http::StatusCode;
use jiff::civil::date;
use practice::copies::MadeFile;
use practice::ids::PersonId;
use practice::releases::Reply;
use practice::testing::{Fictional, once};

use crate::common::browser;

const FRAME: [(&str, &str); 7] = [
    ("kinds", "goals"),
    ("from", "2026-01-01"),
    ("until_day", "2026-12-31"),
    ("to", "Dr. Lee"),
    ("way", "letter"),
    ("purpose", "Care elsewhere"),
    ("until", "2027-01-01"),
];

/// Makes what waits, as the program does it in the background.
async fn makes(house: &Fictional) {
    let made = house.practice.next_copy().await.unwrap().unwrap();
    let file = MadeFile {
        name: "document.pdf".to_owned(),
        kind: "application/pdf".to_owned(),
        bytes: b"%PDF-1.7 words".to_vec(),
    };
    house.practice.keep_copy(made, vec![file]).await.unwrap();
}

/// Signs what somebody is asked to sign first.
async fn signs(house: &Fictional, who: PersonId) {
    let access = house.portal(who).await;
    let mine = house.practice.my_releases(&access).await.unwrap();
    let one = mine.iter().flat_map(|part| &part.asked).next().unwrap();
    let reply = Reply::Sign {
        digest: one.digest.clone(),
        name: "As I am called".into(),
    };
    let answered = house.practice.answer_release(&access, one.id, reply);
    answered.await.unwrap();
}

/// Nobody but the case's clinician finds a release: its list, its page, the way in which it is handed out.
async fn is_nobody_elses(house: &Fictional, (list, path, hand_out): (&str, &str, &str)) {
    for other in [house.owner, house.front_desk, house.associate] {
        let mut other = browser(house, other).await;
        for path in [list, path] {
            assert_eq!(other.get(path).await.status, StatusCode::NOT_FOUND);
        }
        other.get("/desk/account").await;
        for path in [list, &format!("{path}/documents"), hand_out] {
            assert_eq!(other.post(path, &[]).await.status, StatusCode::NOT_FOUND);
        }
    }
}

/// Where the form stands whose address begins so.
fn action(html: &str, begin: &str) -> String {
    let (_, rest) = html.split_once(&format!("action=\"{begin}")).unwrap();
    format!("{begin}{}", rest.split_once('"').unwrap().0)
}

#[tokio::test]
async fn r3_a_release_is_asked_for_made_and_handed_out_and_stops() {
    once(async |house: Fictional| {
        let (noor, sam) = (house.client("Noor").await, house.client("Sam").await);
        let case = house.case_of(&[noor, sam]).await;
        house.everybody_signs(&case).await;
        let mut okafor = browser(&house, house.clinician).await;
        let list = format!("/desk/cases/{}/releases", case.id);
        assert!(okafor.get(&list).await.html.contains("The shared record"));
        let empty = okafor.post(&list, &[("side", "joint")]).await;
        assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
        let fields: Vec<_> = std::iter::once(("side", "joint")).chain(FRAME).collect();
        let asked = okafor.post(&list, &fields).await;
        let path = asked.to.split_once('?').unwrap().0.to_owned();
        let page = okafor.get(&path).await;
        assert_eq!(page.html.matches("Has not answered").count(), 2);
        let early = okafor.post(&format!("{path}/documents"), &[]).await;
        assert_eq!(early.status, StatusCode::CONFLICT);
        for who in [noor, sam] {
            signs(&house, who).await;
        }
        let made = okafor.post(&format!("{path}/documents"), &[]).await;
        assert!(made.to.ends_with("done=document_asked"));
        assert!(
            okafor
                .get(&path)
                .await
                .html
                .contains("Being made, step 0 of 4")
        );
        makes(&house).await;
        let page = okafor.get(&path).await;
        let hand_out = action(&page.html, &format!("{path}/documents/"));
        let file = okafor.post(&hand_out, &[]).await;
        assert_eq!(file.status, StatusCode::OK);
        assert!(file.html.starts_with("%PDF-1.7"));
        assert!(okafor.get(&path).await.html.contains("Handed out on"));
        let access = house.portal(sam).await;
        let one = house.practice.my_releases(&access).await.unwrap()[0].asked[0].id;
        house
            .practice
            .answer_release(&access, one, Reply::Revoke)
            .await
            .unwrap();
        okafor.get(&path).await;
        let late = okafor.post(&hand_out, &[]).await;
        assert_eq!(late.status, StatusCode::CONFLICT);
        is_nobody_elses(&house, (&list, &path, &hand_out)).await;
        okafor.get(&path).await;
        let closed = okafor.post(&format!("{path}/closing"), &[]).await;
        assert!(closed.to.ends_with("done=release_closed"));
    })
    .await;
}

#[tokio::test]
async fn r2_taking_a_wish_up_shows_first_what_everybody_will_read() {
    once(async |house: Fictional| {
        let (noor, sam) = (house.client("Noor").await, house.client("Sam").await);
        let case = house.case_of(&[noor, sam]).await;
        house.everybody_signs(&case).await;
        let access = house.portal(noor).await;
        let new = practice::releases::NewRelease {
            own: Some(house.part(&case, noor)),
            joint: true,
            frame: practice::releases::text::Frame {
                kinds: [practice::copies::what::Kind::Goals].into(),
                days: practice::copies::what::Days::new(date(2026, 1, 1), date(2026, 12, 31))
                    .unwrap(),
                to: "Dr. Lee".into(),
                way: "letter".into(),
                purpose: "plumfinch".into(),
                joint_purpose: Some("larkquince".into()),
                until: date(2027, 1, 1),
                language: practice::language::Language::English,
            },
        };
        let part = house.part(&case, noor);
        let id = house.practice.ask_my_release(&access, part, new);
        let path = format!("/desk/releases/{}", id.await.unwrap());
        let mut okafor = browser(&house, house.clinician).await;
        let inbox = okafor.get("/desk/inbox").await.html;
        assert!(inbox.contains("A client wishes that something goes to somebody outside"));
        assert!(!inbox.contains("plumfinch") && !inbox.contains("larkquince"));
        let page = okafor.get(&path).await;
        let (_, rest) = page.html.split_once("will read exactly this:").unwrap();
        let text = rest.split_once("</article>").unwrap().0;
        assert!(text.contains("larkquince") && !text.contains("plumfinch"));
        okafor.post(&format!("{path}/taking-up"), &[]).await;
        assert!(
            !okafor
                .get(&path)
                .await
                .html
                .contains("will read exactly this")
        );
    })
    .await;
}

/// The owner reads that there is a demand and what was done, and neither whose it is nor what was ordered; the front desk nothing.
async fn is_known_to_the_owner(house: &Fictional, (list, path, hand_out): (&str, &str, &str)) {
    let mut owner = browser(house, house.owner).await;
    let page = owner.get("/desk/demands").await;
    assert!(page.html.contains("County court"));
    let page = owner.get(path).await;
    assert!(page.html.contains("In the room") && !page.html.contains("Noor"));
    let stolen = owner.post(hand_out, &[]).await;
    assert_eq!(stolen.status, StatusCode::NOT_FOUND);
    let mut front = browser(house, house.front_desk).await;
    for path in [list, path, "/desk/demands"] {
        assert_eq!(front.get(path).await.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn a_demand_is_recorded_told_and_closed() {
    once(async |house: Fictional| {
        let noor = house.client("Noor").await;
        let case = house.case_of(&[noor]).await;
        house.everybody_signs(&case).await;
        let mut okafor = browser(&house, house.clinician).await;
        let list = format!("/desk/cases/{}/demands", case.id);
        okafor.get(&list).await;
        let empty = okafor.post(&list, &[]).await;
        assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
        let fields = [
            ("kind", "order"),
            ("from", "County court"),
            ("asks", "Goals"),
        ];
        let recorded = okafor.post(&list, &fields).await;
        let path = recorded.to.split_once('?').unwrap().0.to_owned();
        let page = okafor.get(&path).await;
        assert!(
            page.html
                .contains("not written down yet that the client was told")
        );
        let early = okafor
            .post(&format!("{path}/closing"), &[("closing", "Done")])
            .await;
        assert!(early.to.ends_with("done=nobody_told"));
        let line = [("step", "told"), ("words", "In the room")];
        let told = okafor.post(&format!("{path}/log"), &line).await;
        assert!(told.to.ends_with("done=demand_written"));
        let side = house.part(&case, noor).to_string();
        let what = [
            ("sides", side.as_str()),
            ("kinds", "goals"),
            ("from", "2026-01-01"),
            ("until_day", "2026-12-31"),
        ];
        let made = okafor.post(&format!("{path}/documents"), &what).await;
        assert!(made.to.ends_with("done=document_asked"));
        makes(&house).await;
        let page = okafor.get(&path).await;
        let hand_out = action(&page.html, &format!("{path}/documents/"));
        assert_eq!(okafor.post(&hand_out, &[]).await.status, StatusCode::OK);
        is_known_to_the_owner(&house, (&list, &path, &hand_out)).await;
        okafor.get(&path).await;
        let closed = okafor
            .post(&format!("{path}/closing"), &[("closing", "Done")])
            .await;
        assert!(closed.to.ends_with("done=demand_closed"));
    })
    .await;
}
