//! R15: a person gets all of what is theirs, and nobody else does. R2, R4, R11: never what is another's alone.

mod own;

use jiff::civil::date;

use super::what::{Kind, Kinds};
use super::{CopyError, CopyState, Gathered, LeftOut, MadeFile};
use crate::cases::{Case, Side};
use crate::error::AccessError;
use crate::homework::{For, Told};
use crate::ids::{CopyId, PersonId};
use crate::intake::questions::QuestionId;
use crate::intake::{Answer, Answers};
use crate::language::Language;
use crate::private::Private;
use crate::receipts::{OpenedBy, Whose};
use crate::releases::tests::goal;
use crate::settings::OwnCopies;
use crate::testing::{Fictional, both, once, secret};

const HERS: &str = "velvetgrebe";
const HIS: &str = "saffronstoat";
const SHARED: &str = "copperheron";

async fn couple(house: &Fictional) -> (PersonId, PersonId, Case) {
    let (noor, sam) = (house.client("Noor").await, house.client("Sam").await);
    let case = house.case_of(&[noor, sam]).await;
    house.everybody_signs(&case).await;
    let id = house.gives(&case, For::Everybody).await.unwrap();
    for (who, words) in [(noor, HERS), (sam, HIS)] {
        let access = house.portal(who).await;
        let told = Told {
            words: Private::from(words),
            ..Told::default()
        };
        let given = house.practice.give_reflection(&access, id, told, 0);
        given.await.unwrap();
    }
    let access = house.portal(sam).await;
    let shared = house
        .practice
        .share_reflection(&access, id, Private::from(SHARED), 0);
    shared.await.unwrap();
    goal(house, &case, noor, Side::Own, "Hers alone").await;
    goal(house, &case, sam, Side::Own, "His alone").await;
    goal(house, &case, sam, Side::Joint, "Both of theirs").await;
    (noor, sam, case)
}

/// Answers the part about safety, alone.
async fn answers_alone(house: &Fictional, case: &Case, who: PersonId) {
    let (access, part) = (house.portal(who).await, house.part(case, who));
    let practice = &house.practice;
    let born = date(1988, 5, 4);
    practice.begin_intake(&access, part, born).await.unwrap();
    let chosen = Answer::Chosen {
        values: vec!["yes".to_owned()],
        words: Private::default(),
    };
    let said = Answers::from([(QuestionId::new("safety.afraid"), chosen)]);
    let page = practice.intake_page(&access, part, "safety").await.unwrap();
    let sent = practice.send_intake(&access, part, "safety", said, page.revision);
    sent.await.unwrap();
}

/// Everything, but for what is answered alone.
fn usual() -> Kinds {
    Kind::ALL
        .into_iter()
        .filter(|kind| *kind != Kind::Alone)
        .collect()
}

async fn asks(house: &Fictional, case: &Case, who: PersonId, kinds: Kinds) -> CopyId {
    let (access, part) = (house.portal(who).await, house.part(case, who));
    let asked = house
        .practice
        .ask_my_copy(&access, part, (kinds, Language::English));
    asked.await.unwrap()
}

async fn makes(house: &Fictional, bytes: &[u8]) -> Gathered {
    let made = house.practice.next_copy().await.unwrap().unwrap();
    let gathered = made.gathered.clone();
    let file = MadeFile {
        name: "record.pdf".to_owned(),
        kind: "application/pdf".to_owned(),
        bytes: bytes.to_vec(),
    };
    house.practice.keep_copy(made, vec![file]).await.unwrap();
    gathered
}

async fn state(house: &Fictional, who: PersonId) -> CopyState {
    let access = house.portal(who).await;
    house.practice.my_copies(&access).await.unwrap()[0].copies[0].state
}

/// Every word in it.
fn words(of: &Gathered) -> String {
    let told: Vec<&str> = of
        .homework
        .iter()
        .flat_map(|given| &given.reflections)
        .map(|one| one.told.words.reveal().as_str())
        .collect();
    let goals: Vec<&str> = of
        .goals
        .iter()
        .map(|one| one.said.words.reveal().as_str())
        .collect();
    format!("{told:?} {goals:?}")
}

#[tokio::test]
async fn r2_r15_an_own_copy_holds_what_is_theirs_and_what_is_shared() {
    both(async |house| {
        let (noor, sam, case) = couple(&house).await;
        answers_alone(&house, &case, noor).await;
        // All that he can learn of who opened what of his and of theirs.
        let learned = async || {
            let access = house.portal(sam).await;
            let page = house
                .practice
                .who_opened_my_record(&access, Whose::MineToo, None)
                .await;
            let others = page.unwrap().openings.into_iter();
            let others = others.filter(|one| one.by != OpenedBy::You);
            others.map(|one| one.id).collect::<Vec<_>>()
        };
        let before = learned().await;
        asks(&house, &case, noor, usual()).await;
        let of = makes(&house, b"pages").await;
        let words = words(&of);
        for there in [HERS, SHARED, "Hers alone", "Both of theirs"] {
            assert!(words.contains(there), "{there} {words}");
        }
        for absent in [HIS, "His alone"] {
            assert!(!words.contains(absent), "{words}");
        }
        assert!(
            of.people
                .iter()
                .all(|one| one.person == noor || one.identity.is_none())
        );
        assert!(
            of.agreements
                .iter()
                .all(|(id, _)| *id == house.part(&case, noor))
        );
        assert_eq!(of.agreements.len(), 3);
        // What was answered alone is in it only when that was asked for (R11).
        assert!(of.intake.is_empty());
        assert!(
            of.left_out
                .contains(&LeftOut::AnsweredAlone(house.part(&case, noor)))
        );
        asks(&house, &case, noor, Kind::ALL.into_iter().collect()).await;
        let of = makes(&house, b"pages").await;
        assert_eq!(of.intake.len(), 1);
        assert_eq!(learned().await, before);
    })
    .await;
}

async fn no_staff_hands_it_out(house: &Fictional, copy: CopyId) {
    for staff in [house.clinician, house.owner, house.front_desk] {
        let fresh = house.fresh(staff).await;
        let stolen = house.practice.hand_out(&fresh, copy, 0).await;
        assert!(matches!(
            stolen,
            Err(CopyError::Access(AccessError::NotThere))
        ));
    }
}

#[tokio::test]
async fn r15_a_copy_is_fetched_by_its_person_and_by_nobody_else_for_a_week() {
    both(async |house| {
        let (noor, sam, case) = couple(&house).await;
        let copy = asks(&house, &case, noor, usual()).await;
        let part = house.part(&case, noor);
        let hers = house.portal(noor).await;
        let again = house
            .practice
            .ask_my_copy(&hers, part, (usual(), Language::English));
        assert!(matches!(again.await, Err(CopyError::UnderWay)));
        assert_eq!(state(&house, noor).await, CopyState::Waiting);
        let bytes: Vec<u8> = (0..2_500_000_u32)
            .map(|at| u8::try_from(at % 251).unwrap())
            .collect();
        makes(&house, &bytes).await;
        assert_eq!(state(&house, noor).await, CopyState::Ready);
        let fresh = house.practice.fresh(&hers).unwrap();
        let handed = house.practice.my_copy_file(&fresh, copy, 0).await.unwrap();
        assert_eq!(handed.bytes, bytes);
        assert_eq!(handed.line.pieces, 3);
        let his = house.portal(sam).await;
        let his_fresh = house.practice.fresh(&his).unwrap();
        let stolen = house.practice.my_copy_file(&his_fresh, copy, 0).await;
        assert!(matches!(
            stolen,
            Err(CopyError::Access(AccessError::NotThere))
        ));
        let looked = house.practice.my_copy_state(&his, copy).await;
        assert!(matches!(looked, Err(AccessError::NotThere)));
        let asked = house
            .practice
            .ask_my_copy(&his, part, (usual(), Language::English));
        assert!(matches!(
            asked.await,
            Err(CopyError::Access(AccessError::NotThere))
        ));
        no_staff_hands_it_out(&house, copy).await;
        house.clock.pass_minutes(7 * 24 * 60);
        let hers = house.portal(noor).await;
        let fresh = house.practice.fresh(&hers).unwrap();
        let late = house.practice.my_copy_file(&fresh, copy, 0).await;
        assert!(matches!(late, Err(CopyError::NotReady)));
        assert_eq!(house.practice.forget_copies().await.unwrap(), 1);
        assert_eq!(house.practice.forget_copies().await.unwrap(), 0);
        assert_eq!(state(&house, noor).await, CopyState::Gone);
        let left = house.by_hand(
            "DELETE FROM copy_pieces WHERE copy_id = $1",
            vec![copy.into()],
        );
        assert_eq!(left.await, 0);
        house.practice.sequence().await.unwrap();
        let verdict = house.practice.verify(&secret(), &[]).await.unwrap();
        assert!(verdict.holds(), "{:?}", verdict.findings);
    })
    .await;
}

#[tokio::test]
async fn a_copy_that_a_stop_cut_off_is_made_after_it() {
    once(async |house| {
        let (noor, _, case) = couple(&house).await;
        asks(&house, &case, noor, usual()).await;
        let made = house.practice.next_copy().await.unwrap();
        assert_eq!(state(&house, noor).await, CopyState::Making);
        drop(made);
        // Somebody has it until the lease ends; then it begins anew, also in another process.
        assert!(house.practice.next_copy().await.unwrap().is_none());
        house.clock.pass_minutes(3);
        let again = house.started_again().await;
        again.unlock(&secret()).await.unwrap();
        assert!(again.next_copy().await.unwrap().is_some());
    })
    .await;
}

#[tokio::test]
async fn r15_a_copy_that_cannot_be_made_ends_and_can_be_asked_for_again() {
    once(async |house| {
        let (noor, _, case) = couple(&house).await;
        asks(&house, &case, noor, usual()).await;
        // Whoever takes it dies with it, each time.
        for _ in 0..5 {
            assert!(house.practice.next_copy().await.unwrap().is_some());
            house.clock.pass_minutes(3);
        }
        assert_eq!(state(&house, noor).await, CopyState::Making);
        assert!(house.practice.next_copy().await.unwrap().is_none());
        assert_eq!(state(&house, noor).await, CopyState::Failed);
        asks(&house, &case, noor, usual()).await;
        // It is drawn, and cannot be kept: there is no place for it.
        let rename = |from: &str, to: &str| format!("ALTER TABLE {from} RENAME TO {to}");
        let away = rename("copy_pieces", "elsewhere");
        house.by_hand(&away, Vec::new()).await;
        for _ in 0..5 {
            let made = house.practice.next_copy().await.unwrap().unwrap();
            let file = MadeFile {
                name: "record.pdf".to_owned(),
                kind: "application/pdf".to_owned(),
                bytes: b"pages".to_vec(),
            };
            house
                .practice
                .keep_copy(made, vec![file])
                .await
                .unwrap_err();
            house.clock.pass_minutes(7 * 60);
        }
        assert_eq!(state(&house, noor).await, CopyState::Failed);
        assert!(house.practice.next_copy().await.unwrap().is_none());
        let back = rename("elsewhere", "copy_pieces");
        house.by_hand(&back, Vec::new()).await;
        asks(&house, &case, noor, usual()).await;
        makes(&house, b"pages").await;
        assert_eq!(state(&house, noor).await, CopyState::Ready);
    })
    .await;
}

#[tokio::test]
async fn r3_the_policy_can_keep_what_is_shared_out_of_own_copies() {
    once(async |house| {
        let (noor, _, case) = couple(&house).await;
        let owner = house.desk(house.owner).await;
        let mut description = house.practice.description().await.unwrap();
        description.own_copies = OwnCopies::OwnSideOnly;
        house.practice.describe(&owner, &description).await.unwrap();
        asks(&house, &case, noor, usual()).await;
        let of = makes(&house, b"pages").await;
        let words = words(&of);
        assert!(words.contains(HERS) && !words.contains(SHARED) && !words.contains("Both"));
    })
    .await;
}

#[test]
fn the_closing_sentence_stands_in_one_place_and_names_nobody() {
    for language in Language::ALL {
        let sentence = super::sentence::closing(language);
        assert!(sentence.len() > 100 && sentence.ends_with('.'));
        let lower = sentence.to_lowercase();
        assert!(
            !["therap", "sex", "{"]
                .iter()
                .any(|word| lower.contains(word))
        );
    }
    for kind in Kind::ALL {
        assert_eq!(Kind::of_word(kind.word()), Some(kind));
    }
}
