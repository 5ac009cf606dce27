//! R3: joint leaves jointly, and stops when one takes it back. R2: nobody learns of what is another's alone.

mod parted;
mod receipts;
mod told;

use jiff::civil::date;

use super::signers::Answer;
use super::text::{Frame, Part};
use super::{AskedOfMe, NewRelease, ReleaseError, ReleaseState, Reply};
use crate::cases::{Case, Side};
use crate::copies::what::{Days, Kind};
use crate::copies::{CopyError, CopyState, LeftOut, MadeFile, ToMake};
use crate::error::AccessError;
use crate::goals::GoalWords;
use crate::ids::{CopyId, PersonId, ReleaseId};
use crate::language::Language;
use crate::private::Private;
use crate::receipts::{OpenedBy, Whose};
use crate::testing::{Fictional, both, once};

const OWN: &str = "To sleep alone now and then";
const JOINT: &str = "To talk on Sundays";

pub(crate) fn frame() -> Frame {
    Frame {
        kinds: Kind::ALL.into_iter().collect(),
        days: Days::new(date(2026, 11, 1), date(2026, 12, 31)).unwrap(),
        to: Private::from("Dr. Lee, urology"),
        way: Private::from("by letter"),
        purpose: Private::from("So that they know what we work on"),
        joint_purpose: None,
        until: date(2027, 3, 1),
        language: Language::English,
    }
}

pub(crate) async fn goal(house: &Fictional, case: &Case, who: PersonId, side: Side, words: &str) {
    let (access, part) = (house.portal(who).await, house.part(case, who));
    let words = GoalWords {
        words: Private::from(words),
        ..GoalWords::default()
    };
    house
        .practice
        .set_goal(&access, part, side, words)
        .await
        .unwrap();
}

async fn couple(house: &Fictional) -> (PersonId, PersonId, Case) {
    let (noor, sam) = (house.client("Noor").await, house.client("Sam").await);
    let case = house.case_of(&[noor, sam]).await;
    house.everybody_signs(&case).await;
    goal(house, &case, noor, Side::Own, OWN).await;
    goal(house, &case, sam, Side::Own, "Nobody else reads this").await;
    goal(house, &case, noor, Side::Joint, JOINT).await;
    (noor, sam, case)
}

/// The clinician asks for a release, of Noor's own side or not, of the joint one or not.
async fn asks(house: &Fictional, case: &Case, own: Option<PersonId>, joint: bool) -> ReleaseId {
    let desk = house.desk(house.clinician).await;
    let new = NewRelease {
        own: own.map(|person| house.part(case, person)),
        joint,
        frame: frame(),
    };
    house
        .practice
        .ask_release(&desk, case.id, new)
        .await
        .unwrap()
}

async fn asked(house: &Fictional, who: PersonId) -> Vec<AskedOfMe> {
    let access = house.portal(who).await;
    house
        .practice
        .my_releases(&access)
        .await
        .unwrap()
        .remove(0)
        .asked
}

async fn answers(
    house: &Fictional,
    who: PersonId,
    part: Part,
    reply: Option<Reply>,
) -> Result<(), ReleaseError> {
    let access = house.portal(who).await;
    let all = asked(house, who).await;
    let one = all.iter().find(|one| one.part == part).unwrap();
    let sign = Reply::Sign {
        digest: one.digest.clone(),
        name: Private::from("As I am called"),
    };
    let reply = reply.unwrap_or(sign);
    house.practice.answer_release(&access, one.id, reply).await
}

async fn signs(house: &Fictional, who: PersonId, part: Part) {
    answers(house, who, part, None).await.unwrap();
}

async fn wants(house: &Fictional, release: ReleaseId) -> Result<CopyId, CopyError> {
    let desk = house.desk(house.clinician).await;
    house.practice.ask_release_document(&desk, release).await
}

/// What the program draws, without drawing it.
pub(crate) async fn keeps(house: &Fictional, made: ToMake) -> Result<(), CopyError> {
    let file = MadeFile {
        name: "document.pdf".to_owned(),
        kind: "application/pdf".to_owned(),
        bytes: vec![7; 3_000_000],
    };
    house.practice.keep_copy(made, vec![file]).await
}

async fn made(house: &Fictional) -> ToMake {
    house.practice.next_copy().await.unwrap().unwrap()
}

async fn handed(house: &Fictional, copy: CopyId) -> Result<usize, CopyError> {
    let fresh = house.fresh(house.clinician).await;
    let handed = house.practice.hand_out(&fresh, copy, 0).await;
    handed.map(|handed| handed.bytes.len())
}

fn goals(made: &ToMake) -> Vec<String> {
    let goals = made.gathered.goals.iter();
    goals.map(|goal| goal.said.words.reveal().clone()).collect()
}

#[tokio::test]
async fn r3_joint_leaves_only_with_every_signature() {
    both(async |house| {
        let (noor, sam, case) = couple(&house).await;
        let release = asks(&house, &case, None, true).await;
        assert!(matches!(
            wants(&house, release).await,
            Err(CopyError::NotAllowed)
        ));
        signs(&house, noor, Part::Joint).await;
        assert!(matches!(
            wants(&house, release).await,
            Err(CopyError::NotAllowed)
        ));
        signs(&house, sam, Part::Joint).await;
        let copy = wants(&house, release).await.unwrap();
        assert!(matches!(
            wants(&house, release).await,
            Err(CopyError::UnderWay)
        ));
        let one = made(&house).await;
        assert_eq!(goals(&one), [JOINT]);
        assert!(one.gathered.left_out.is_empty());
        keeps(&house, one).await.unwrap();
        assert_eq!(handed(&house, copy).await.unwrap(), 3_000_000);
        house.clock.pass_minutes(11);
        assert_eq!(handed(&house, copy).await.unwrap(), 3_000_000);
        // Both read of each time that it went out, and what was done in plain words (R15).
        for who in [noor, sam] {
            assert_eq!(asked(&house, who).await[0].handed.len(), 2);
            let access = house.portal(who).await;
            let seen = house
                .practice
                .who_opened_my_record(&access, Whose::Others, None)
                .await;
            let seen = seen.unwrap().openings;
            let told =
                |one: &&crate::receipts::Opened| one.what.starts_with("Handed out a document");
            assert!(seen.iter().any(|one| told(&one)), "{seen:?}");
        }
        answers(&house, sam, Part::Joint, Some(Reply::Revoke))
            .await
            .unwrap();
        assert!(matches!(
            handed(&house, copy).await,
            Err(CopyError::NotAllowed)
        ));
        assert!(matches!(
            wants(&house, release).await,
            Err(CopyError::NotAllowed)
        ));
        house.practice.sequence().await.unwrap();
        let verdict = house
            .practice
            .verify(&crate::testing::secret(), &[])
            .await
            .unwrap();
        assert!(verdict.holds(), "{:?}", verdict.findings);
    })
    .await;
}

#[tokio::test]
async fn r3_revoking_stops_what_is_being_made() {
    both(async |house| {
        let (noor, sam, case) = couple(&house).await;
        let release = asks(&house, &case, None, true).await;
        signs(&house, noor, Part::Joint).await;
        signs(&house, sam, Part::Joint).await;
        let copy = wants(&house, release).await.unwrap();
        let one = made(&house).await;
        answers(&house, noor, Part::Joint, Some(Reply::Revoke))
            .await
            .unwrap();
        let kept = keeps(&house, one).await;
        assert!(
            matches!(kept, Err(CopyError::Access(AccessError::Stale))),
            "{kept:?}"
        );
        assert!(matches!(
            handed(&house, copy).await,
            Err(CopyError::NotAllowed)
        ));
        assert!(house.practice.next_copy().await.unwrap().is_none());
        let desk = house.desk(house.clinician).await;
        let seen = house.practice.release(&desk, release).await.unwrap();
        assert_eq!(seen.releases[0].copies[0].state, CopyState::Stopped);
        // Signed again, it is made again; what is asked for and not taken yet stops at closing.
        signs(&house, noor, Part::Joint).await;
        wants(&house, release).await.unwrap();
        house.practice.close_release(&desk, release).await.unwrap();
        assert!(house.practice.next_copy().await.unwrap().is_none());
        assert!(matches!(
            wants(&house, release).await,
            Err(CopyError::NotAllowed)
        ));
    })
    .await;
}

#[tokio::test]
async fn r3_without_one_signature_the_document_is_made_without_that_part() {
    both(async |house| {
        let (noor, sam, case) = couple(&house).await;
        let release = asks(&house, &case, Some(noor), true).await;
        signs(&house, noor, Part::Own).await;
        signs(&house, noor, Part::Joint).await;
        answers(&house, sam, Part::Joint, Some(Reply::Refuse)).await.unwrap();
        wants(&house, release).await.unwrap();
        let one = made(&house).await;
        assert_eq!(goals(&one), [OWN]);
        keeps(&house, one).await.unwrap();
        let desk = house.desk(house.clinician).await;
        let seen = house.practice.release(&desk, release).await.unwrap();
        let his = house.part(&case, sam);
        let left_out = &seen.releases[0].copies[0].left_out;
        assert_eq!(left_out[..], [LeftOut::JointNotSigned(vec![his])]);
        // The clinician sees who said no; in the tables it is what waits.
        let joint = &seen.releases[0].standing[1];
        let answer = joint.needed.iter().find(|(id, _)| *id == his).unwrap();
        assert!(matches!(answer.1, Some(Answer::Refused { .. })));
        let same = house
            .by_hand(
                "UPDATE release_signatures SET state = 'open' WHERE participant_id = $1 AND state = 'open'",
                vec![his.into()],
            )
            .await;
        assert_eq!(same, 1);
    })
    .await;
}

#[tokio::test]
async fn r2_a_partner_learns_nothing_of_an_own_release() {
    both(async |house| {
        let (noor, sam, case) = couple(&house).await;
        let learned = async || {
            let access = house.portal(sam).await;
            let openings = house
                .practice
                .who_opened_my_record(&access, Whose::Others, None)
                .await;
            let openings: Vec<_> = openings
                .unwrap()
                .openings
                .into_iter()
                .filter(|one| one.by != OpenedBy::You)
                .map(|one| (one.id, one.what))
                .collect();
            let home = house.practice.my_home(&access).await.unwrap();
            let waiting = home.parts[0].releases.len();
            (openings, asked(&house, sam).await.len(), waiting)
        };
        let before = learned().await;
        let release = asks(&house, &case, Some(noor), false).await;
        signs(&house, noor, Part::Own).await;
        let copy = wants(&house, release).await.unwrap();
        let one = made(&house).await;
        assert_eq!(goals(&one), [OWN]);
        keeps(&house, one).await.unwrap();
        handed(&house, copy).await.unwrap();
        assert_eq!(learned().await, before);
        // Hers is not there for him, as what never was.
        let hers = asked(&house, noor).await[0].id;
        let access = house.portal(sam).await;
        let never = crate::ids::ReleaseSignatureId(uuid::Uuid::from_u128(7));
        for id in [hers, never] {
            let read = house.practice.my_release(&access, id).await;
            assert!(matches!(read, Err(AccessError::NotThere)));
            for reply in [Reply::Refuse, Reply::Revoke] {
                let answered = house.practice.answer_release(&access, id, reply).await;
                assert!(matches!(
                    answered,
                    Err(ReleaseError::Access(AccessError::NotThere))
                ));
            }
        }
        // A release of both sides tells him of the shared one, and nothing of hers beside it.
        asks(&house, &case, Some(noor), true).await;
        let his = asked(&house, sam).await;
        assert_eq!(his.len(), 1);
        assert_eq!(his[0].part, Part::Joint);
        assert!(!his[0].frame.kinds.contains(&Kind::Intake));
    })
    .await;
}

#[tokio::test]
async fn r3_who_left_since_is_asked_for_the_time_in_which_they_took_part() {
    both(async |house| {
        let (noor, sam) = (house.client("Noor").await, house.client("Sam").await);
        let kit = house.client("Kit").await;
        let case = house.case_of(&[noor, sam, kit]).await;
        house.everybody_signs(&case).await;
        goal(&house, &case, noor, Side::Joint, JOINT).await;
        house.clock.pass_minutes(10 * 24 * 60);
        let desk = house.desk(house.clinician).await;
        let of = (case.id, house.part(&case, kit));
        let ended = house
            .practice
            .end_part(&desk, of, Private::from("Kit moves away."));
        ended.await.unwrap();
        let release = asks(&house, &case, None, true).await;
        signs(&house, noor, Part::Joint).await;
        signs(&house, sam, Part::Joint).await;
        assert!(matches!(
            wants(&house, release).await,
            Err(CopyError::NotAllowed)
        ));
        signs(&house, kit, Part::Joint).await;
        wants(&house, release).await.unwrap();
        assert_eq!(goals(&made(&house).await), [JOINT]);
        // Of later days Kit is nobody.
        let mut later = frame();
        later.days = Days::new(date(2026, 12, 10), date(2026, 12, 31)).unwrap();
        let new = NewRelease {
            own: None,
            joint: true,
            frame: later,
        };
        let later = house
            .practice
            .ask_release(&desk, case.id, new)
            .await
            .unwrap();
        let seen = house.practice.release(&desk, later).await.unwrap();
        assert_eq!(seen.releases[0].standing[0].needed.len(), 2);
        assert_eq!(asked(&house, kit).await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn r2_what_a_client_asks_for_reaches_nobody_before_the_clinician_takes_it_up() {
    both(async |house| {
        let (noor, sam, case) = couple(&house).await;
        let access = house.portal(noor).await;
        let mut new = NewRelease {
            own: Some(house.part(&case, sam)),
            joint: true,
            frame: frame(),
        };
        let part = house.part(&case, noor);
        let asks = |new| house.practice.ask_my_release(&access, part, new);
        // What hers is for is not what he reads: so each part says it by itself.
        let unsaid = asks(new.clone()).await;
        assert!(matches!(unsaid, Err(ReleaseError::Unnamed)));
        new.frame.joint_purpose = Some(Private::from("Our goals"));
        let id = asks(new).await.unwrap();
        assert!(asked(&house, sam).await.is_empty());
        // Whatever own side the form named, it is hers.
        let hers = asked(&house, noor).await;
        assert_eq!(hers.len(), 1);
        assert_eq!(hers[0].part, Part::Own);
        let desk = house.desk(house.clinician).await;
        let waits = house.practice.releases_waiting(&desk).await.unwrap();
        assert_eq!(waits.len(), 1);
        let other = house.colleague("Dr. Ilse Brandt", "ilse").await;
        let other = house.desk(other).await;
        for access in [
            &other,
            &house.desk(house.front_desk).await,
            &house.desk(house.owner).await,
        ] {
            assert!(matches!(
                house.practice.release(access, id).await,
                Err(AccessError::NotThere)
            ));
            assert!(matches!(
                house.practice.take_up_release(access, id).await,
                Err(ReleaseError::Access(AccessError::NotThere))
            ));
        }
        house.clock.pass_minutes(3 * 24 * 60);
        house.practice.take_up_release(&desk, id).await.unwrap();
        assert!(matches!(
            house.practice.take_up_release(&desk, id).await,
            Err(ReleaseError::TakenUp)
        ));
        let his = asked(&house, sam).await;
        assert_eq!(his.len(), 1);
        // He reads nothing of when she wished for it, nor of what her own part is for.
        assert_eq!(his[0].asked_at, house.practice.now());
        assert_eq!(his[0].frame.purpose.reveal(), "Our goals");
        assert!(his[0].frame.joint_purpose.is_none());
        let seen = house.practice.release(&desk, id).await.unwrap();
        assert_eq!(seen.releases[0].state, ReleaseState::Open);
        assert!(seen.releases[0].by_client);
    })
    .await;
}

#[tokio::test]
async fn a_signature_names_exactly_what_was_read_and_ends_with_its_day() {
    once(async |house| {
        let (noor, _, case) = couple(&house).await;
        let release = asks(&house, &case, Some(noor), false).await;
        let sign = |digest: &str, name: &str| Reply::Sign {
            digest: digest.to_owned(),
            name: Private::from(name),
        };
        let other = answers(&house, noor, Part::Own, Some(sign("00", "Noor"))).await;
        assert!(matches!(other, Err(ReleaseError::OtherText)));
        let digest = asked(&house, noor).await[0].digest.clone();
        let nameless = answers(&house, noor, Part::Own, Some(sign(&digest, "  "))).await;
        assert!(matches!(nameless, Err(ReleaseError::NameMissing)));
        signs(&house, noor, Part::Own).await;
        wants(&house, release).await.unwrap();
        house.clock.pass_minutes(200 * 24 * 60);
        // Its last day has passed meanwhile: nothing is made.
        assert!(house.practice.next_copy().await.unwrap().is_none());
        assert!(matches!(
            wants(&house, release).await,
            Err(CopyError::NotAllowed)
        ));
        let mut past = frame();
        past.until = date(2026, 11, 1);
        let new = NewRelease {
            own: Some(house.part(&case, noor)),
            joint: false,
            frame: past,
        };
        let desk = house.desk(house.clinician).await;
        let asked = house.practice.ask_release(&desk, case.id, new).await;
        assert!(matches!(asked, Err(ReleaseError::Over)));
    })
    .await;
}

#[test]
fn what_somebody_types_into_a_blank_is_never_taken_for_another() {
    let mut frame = frame();
    frame.to = Private::from("{purpose} {until}");
    for language in Language::ALL {
        frame.language = language;
        for part in [Part::Own, Part::Joint] {
            let text = frame.text(part, "Linden Row").unwrap();
            assert_eq!(text.language, language.tag());
            let words = format!("{:?}", text.body);
            assert!(words.contains("{purpose} {until}"), "{words}");
            assert_eq!(words.matches('{').count(), 2, "{words}");
            assert!(words.contains("Linden Row"));
        }
    }
}
