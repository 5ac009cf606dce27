//! Where things go by URL: what is asked before something moves, and before it stands where others read it.

use axum::http::StatusCode;
use practice::goals::GoalWords;
use practice::notes::Route;
use practice::testing::{Fictional, once};

use crate::common::{browser, day, noted};

#[tokio::test]
async fn r2_each_block_that_moves_wider_is_asked_for_and_none_is_lost() {
    once(async |house: Fictional| {
        let day = day(&house).await;
        let own = house.part(&day.case, day.noor);
        let mut okafor = browser(&house, house.clinician).await;
        let here = format!("/desk/sessions/{}", day.session);
        okafor.get(&format!("{here}?side={own}")).await;
        let own = own.to_string();
        let form = [
            ("side", own.as_str()),
            ("revision", "0"),
            ("brought", "She slept badly."),
            ("did", "We slowed down."),
            ("agreed", "To walk."),
            ("brought_to", "chart"),
            ("agreed_to", "chart"),
            ("then", "draft"),
        ];
        let first = okafor.post(&format!("{here}/note"), &form).await;
        let mut asked = okafor.get(&first.to).await;
        for words in ["She slept badly.", "To walk."] {
            assert!(asked.words().contains(words), "{}", asked.words());
            let names = ["what", "id", "from", "to", "then", "rest"];
            let mut fields: Vec<(&str, &str)> = names
                .iter()
                .map(|name| (*name, asked.field(name)))
                .collect();
            let (_, digest) = asked.html.split_once("id=\"digest\" value=\"").unwrap();
            fields.push(("digest", digest.split('"').next().unwrap()));
            let action = format!("/desk/cases/{}/routing", day.case.id);
            let moved = okafor.post(&action, &fields).await;
            assert_eq!(moved.status, StatusCode::SEE_OTHER);
            asked = okafor.get(&moved.to).await;
        }
        let joint = okafor.get(&format!("{here}?side=chart")).await;
        for words in ["She slept badly.", "To walk."] {
            assert!(joint.html.contains(words), "{words}");
        }
    })
    .await;
}

#[tokio::test]
async fn r2_an_addition_to_a_joint_note_is_compared_like_the_note() {
    once(async |house: Fictional| {
        let day = day(&house).await;
        let portal = house.portal(day.noor).await;
        let said = GoalWords {
            words: "I counted the cracks of the ceiling until it was over.".into(),
            ..GoalWords::default()
        };
        let part = house.part(&day.case, day.noor);
        let side = practice::cases::Side::Own;
        let setting = house.practice.set_goal(&portal, part, side, said);
        setting.await.unwrap();
        let note = noted(&house, day.session, Route::Chart, "Walk.").await;
        let mut okafor = browser(&house, house.clinician).await;
        let page = format!("/desk/notes/{note}");
        okafor.get(&page).await;
        let add = format!("{page}/amendments");
        let fields = [
            (
                "text",
                "Noor counted the cracks of the ceiling until it was over.",
            ),
            ("reason", "Left out"),
        ];
        let shown = okafor.post(&add, &fields).await;
        assert_eq!(shown.status, StatusCode::CONFLICT);
        assert!(shown.words().contains("A goal of Noor’s own"));
        assert!(!okafor.get(&page).await.html.contains("Added by"));
        // Other words than were compared are compared again.
        let compared = "Left out\nother words";
        let again = [fields.as_slice(), &[("compared", compared)]].concat();
        let shown = okafor.post(&add, &again).await;
        assert_eq!(shown.status, StatusCode::CONFLICT);
        let compared = format!("{}\n{}", fields[1].1, fields[0].1);
        let meant = [fields.as_slice(), &[("compared", compared.as_str())]].concat();
        let added = okafor.post(&add, &meant).await;
        assert_eq!(added.to, format!("{page}?done=amended"));
    })
    .await;
}

#[tokio::test]
async fn who_was_there_comes_back_as_typed_with_what_is_wrong_beside_it() {
    once(async |house: Fictional| {
        let day = day(&house).await;
        let mut okafor = browser(&house, house.clinician).await;
        let here = format!("/desk/sessions/{}", day.session);
        okafor.get(&here).await;
        let (noor, sam) = (day.noor.to_string(), day.sam.to_string());
        let from = format!("from-{noor}");
        let typed = |at: &'static str| {
            [
                ("present", noor.clone()),
                (from.as_str(), at.to_owned()),
                ("others", "An interpreter".to_owned()),
                ("revision", "0".to_owned()),
            ]
        };
        let send = typed("half past");
        let send: Vec<_> = send.iter().map(|(n, v)| (*n, v.as_str())).collect();
        let attendance = format!("{here}/attendance");
        let refused = okafor.post(&attendance, &send).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(web::testing::check(&refused.html), Vec::<String>::new());
        assert!(refused.html.contains(&format!("id=\"{from}-error\"")));
        assert!(refused.html.contains("value=\"An interpreter\""));
        assert!(refused.html.contains(&format!("value=\"{noor}\" checked")));
        assert!(!refused.html.contains(&format!("value=\"{sam}\" checked")));
        let send = typed("10:20");
        let send: Vec<_> = send.iter().map(|(n, v)| (*n, v.as_str())).collect();
        assert!(
            okafor
                .post(&attendance, &send)
                .await
                .to
                .ends_with("done=attended")
        );
        okafor.get(&here).await;
        let behind = okafor.post(&attendance, &send).await;
        assert_eq!(behind.status, StatusCode::CONFLICT);
        assert!(behind.words().contains("Somebody wrote it down meanwhile"));
        assert!(behind.html.contains("value=\"An interpreter\""));
    })
    .await;
}
