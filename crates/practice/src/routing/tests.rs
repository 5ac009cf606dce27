//! R2, R5, R9, R11: what moves wider is asked with its exact words; what moves narrower is a correction that stays in sight;
//! what is signed is not altered; and nobody learns of a side that is not theirs.

mod in_time;
mod model;

use super::{Asked, Direction, Kind, RoutingError, Thing, direction, narrowest};
use crate::booking::{NewSession, SESSION};
use crate::calendar::Place;
use crate::cases::{Case, Side};
use crate::error::AccessError;
use crate::goals::GoalWords;
use crate::homework::{For, Told};
use crate::ids::{GoalId, PersonId, SessionId};
use crate::measures::{Answers, check_in};
use crate::notes::{NoteBlock, NoteState, NoteText, Route};
use crate::private::Private;
use crate::receipts::{Openings, Whose};
use crate::testing::{Fictional, both, once};

const WANTED: &str = "To say no without being asked why";

async fn couple(house: &Fictional) -> (PersonId, PersonId, Case) {
    let (noor, sam) = (house.client("Noor").await, house.client("Sam").await);
    let case = house.case_of(&[noor, sam]).await;
    house.everybody_signs(&case).await;
    (noor, sam, case)
}

async fn goal(house: &Fictional, case: &Case, who: PersonId, side: Side) -> GoalId {
    let access = house.portal(who).await;
    let said = GoalWords {
        words: Private::from(WANTED),
        value: Private::default(),
    };
    let part = house.part(case, who);
    let set = house.practice.set_goal(&access, part, side, said);
    set.await.unwrap()
}

/// Asks and then moves, with the client's word where it is asked for.
pub(super) async fn moved(
    house: &Fictional,
    case: &Case,
    thing: Thing,
    to: Route,
) -> Result<(), RoutingError> {
    let desk = house.desk(case.clinician).await;
    let seen = house.practice.routing(&desk, case.id, thing, to).await?;
    let asked = Asked {
        digest: seen.digest,
        agreed: !seen.agreeing.is_empty(),
    };
    house.practice.route(&desk, case.id, thing, to, asked).await
}

async fn goals_of(house: &Fictional, who: PersonId) -> (Vec<String>, Vec<String>) {
    let access = house.portal(who).await;
    let mine = house.practice.my_goals(&access).await.unwrap();
    let words = |goals: &[crate::goals::Goal]| {
        let words = goals.iter().map(|one| one.said.words.reveal().clone());
        words.collect::<Vec<_>>()
    };
    (words(&mine[0].own), words(&mine[0].joint))
}

async fn receipts(house: &Fictional, who: PersonId) -> Openings {
    let access = house.portal(who).await;
    let opened = house
        .practice
        .who_opened_my_record(&access, Whose::Others, None);
    opened.await.unwrap()
}

async fn session(house: &Fictional, case: &Case, people: &[PersonId]) -> SessionId {
    let access = house.desk(case.clinician).await;
    let starts = house.practice.now();
    let starts = starts.checked_add(jiff::SignedDuration::from_hours(27));
    let new = NewSession {
        case: case.id,
        people: people.to_vec(),
        starts: starts.unwrap(),
        length: SESSION,
        place: Place::Video,
    };
    house.practice.book_session(&access, new).await.unwrap()
}

fn did(words: &str) -> NoteText {
    NoteText {
        brought: Private::from("Both slept badly."),
        did: Private::from(words),
        ..NoteText::default()
    }
}

async fn note_on(
    house: &Fictional,
    case: &Case,
    session: SessionId,
    route: Route,
) -> crate::notes::Note {
    let desk = house.desk(case.clinician).await;
    let seen = house
        .practice
        .session_workspace(&desk, session, None)
        .await
        .unwrap();
    seen.side(route).unwrap().note.clone().unwrap()
}

/// Somebody changes a goal with the revision that they know.
async fn changes_the_first(house: &Fictional, who: PersonId, id: GoalId) {
    let access = house.portal(who).await;
    let said = GoalWords {
        words: Private::from("To ask less often"),
        value: Private::default(),
    };
    let state = crate::goals::GoalState::Open;
    let changed = house
        .practice
        .change_goal(&access, id, 1, said, state)
        .await;
    assert_eq!(changed.unwrap(), 2);
}

#[tokio::test]
async fn r2_what_moves_wider_is_asked_with_its_exact_words_and_the_clients_yes() {
    both(async |house: Fictional| {
        let (noor, sam, case) = couple(&house).await;
        let id = goal(&house, &case, noor, Side::Own).await;
        // The clock stands still, so that what is new is told by how much more there is of it.
        let other_words = async || {
            let openings = receipts(&house, sam).await.openings;
            // The words of any change of a goal, and of any page that names him.
            let known = [
                "Read or changed goals",
                "Read the name for a list or the calendar",
            ];
            let others = openings.iter().filter(|one| !known.contains(&one.what));
            (openings.len(), others.count())
        };
        let before = other_words().await;
        let desk = house.desk(house.clinician).await;
        let (thing, to) = (Thing::Goal(id), Route::Chart);
        let seen = house
            .practice
            .routing(&desk, case.id, thing, to)
            .await
            .unwrap();
        assert_eq!(seen.exact[0].1.reveal(), WANTED);
        assert_eq!(seen.direction, Direction::Wider);
        assert_eq!(seen.readers.len(), 2);
        assert_eq!(seen.agreeing, [house.part(&case, noor)]);
        let route = |digest: &str, agreed| {
            let asked = Asked {
                digest: digest.to_owned(),
                agreed,
            };
            house.practice.route(&desk, case.id, thing, to, asked)
        };
        let unread = route("0", true).await;
        assert!(matches!(unread, Err(RoutingError::OtherText)));
        let without = route(&seen.digest, false).await;
        assert!(matches!(without, Err(RoutingError::NotAgreed)));
        assert!(goals_of(&house, sam).await.1.is_empty());
        route(&seen.digest, true).await.unwrap();
        assert_eq!(
            goals_of(&house, sam).await,
            (vec![], vec![WANTED.to_owned()])
        );
        assert_eq!(
            goals_of(&house, noor).await,
            (vec![], vec![WANTED.to_owned()])
        );
        // Sam reads a goal like any other that was set on the joint side, and nothing of where it was before.
        let access = house.portal(sam).await;
        let page = house.practice.my_goal(&access, id).await.unwrap();
        assert_eq!((page.goal.revision, page.earlier.len()), (1, 0));
        assert_eq!(page.goal.set_at, house.practice.now());
        let after = other_words().await;
        assert!(
            after.0 > before.0 && after.1 == before.1,
            "{before:?} {after:?}"
        );
        // Noor still finds what she wrote, where she wrote it.
        let access = house.portal(noor).await;
        let page = house.practice.my_goal(&access, id).await.unwrap();
        assert_eq!((page.goal.revision, page.earlier.len()), (2, 1));
        changes_the_first(&house, sam, id).await;
    })
    .await;
}

#[tokio::test]
async fn r2_what_moves_narrower_is_a_correction_that_stays_in_sight() {
    both(async |house: Fictional| {
        let (noor, sam, case) = couple(&house).await;
        let id = goal(&house, &case, noor, Side::Joint).await;
        let own = Route::Own(house.part(&case, noor));
        moved(&house, &case, Thing::Goal(id), own).await.unwrap();
        assert_eq!(goals_of(&house, sam).await, (vec![], vec![]));
        assert_eq!(
            goals_of(&house, noor).await,
            (vec![WANTED.to_owned()], vec![])
        );
        let access = house.portal(sam).await;
        let gone = house.practice.my_goal(&access, id).await;
        assert!(matches!(gone, Err(AccessError::NotThere)));
        for who in [noor, sam] {
            let access = house.portal(who).await;
            let told = house.practice.my_corrections(&access).await.unwrap();
            let [one] = told[0].joint.as_slice() else {
                panic!("one correction")
            };
            assert_eq!((one.kind, one.at), (Kind::Goal, house.practice.now()));
            assert!(one.stood.is_empty());
        }
        // Who reads the joint side for care still finds what stood there, in the revision that stayed.
        let desk = house.desk(house.clinician).await;
        let seen = house.practice.case_overview(&desk, case.id).await.unwrap();
        assert_eq!(seen.corrections[0].stood[0].1.reveal(), WANTED);
        // And back: it is wider again, and needs her word again.
        let seen = house
            .practice
            .routing(&desk, case.id, Thing::Goal(id), Route::Chart);
        assert_eq!(seen.await.unwrap().agreeing, [house.part(&case, noor)]);
        let other = Route::Own(house.part(&case, sam));
        let other = moved(&house, &case, Thing::Goal(id), other).await;
        assert!(
            matches!(other, Err(RoutingError::NoSuchSide)),
            "never to another's own side"
        );
    })
    .await;
}

#[tokio::test]
async fn r5_a_signed_note_stays_as_it_is_when_a_block_of_it_moves() {
    both(async |house: Fictional| {
        let (noor, _, case) = couple(&house).await;
        let session = session(&house, &case, &[]).await;
        let desk = house.desk(house.clinician).await;
        let words = "Noor told of her sister.";
        let write = house
            .practice
            .write_note(&desk, session, Route::Chart, did(words), None);
        let (note, revision) = write.await.unwrap();
        house
            .practice
            .sign_note(&desk, note, revision)
            .await
            .unwrap();
        let own = Route::Own(house.part(&case, noor));
        let thing = Thing::Block(session, Route::Chart, NoteBlock::Did);
        moved(&house, &case, thing, own).await.unwrap();
        let joint = note_on(&house, &case, session, Route::Chart).await;
        assert_eq!(joint.state, NoteState::Signed);
        assert_eq!(joint.text.did.reveal(), words);
        let [added] = joint.amendments.as_slice() else {
            panic!("one addition")
        };
        assert_eq!(added.reason.reveal(), "Corrected: where it stands");
        assert!(!added.text.reveal().contains("sister") && !added.text.reveal().contains("Noor"));
        let hers = note_on(&house, &case, session, own).await;
        assert_eq!(
            (hers.state, hers.text.did.reveal().as_str()),
            (NoteState::Draft, words)
        );
        assert!(hers.text.brought.reveal().is_empty());
        // Signed too, it takes what comes as an addition, and does not say from where.
        house
            .practice
            .sign_note(&desk, hers.id, hers.revision)
            .await
            .unwrap();
        let thing = Thing::Block(session, Route::Chart, NoteBlock::Brought);
        moved(&house, &case, thing, own).await.unwrap();
        let hers = note_on(&house, &case, session, own).await;
        assert!(hers.amendments[0].text.reveal().contains("slept badly"));
    })
    .await;
}

#[tokio::test]
async fn r2_a_block_of_a_draft_leaves_its_side_and_the_revision_stays_there() {
    both(async |house: Fictional| {
        let (noor, sam, case) = couple(&house).await;
        let session = session(&house, &case, &[]).await;
        let desk = house.desk(house.clinician).await;
        let practice = &house.practice;
        let (write, own) = (did("Of her sister."), Route::Own(house.part(&case, noor)));
        practice
            .write_note(&desk, session, Route::Chart, write, None)
            .await
            .unwrap();
        let place = (session, Route::Chart, NoteBlock::Did);
        practice
            .keep_narrower(&desk, place, own, Private::from("Of her sister, and more."))
            .await
            .unwrap();
        let joint = note_on(&house, &case, session, Route::Chart).await;
        assert!(joint.text.did.reveal().is_empty());
        assert_eq!(joint.text.brought.reveal(), "Both slept badly.");
        let hers = note_on(&house, &case, session, own).await;
        assert_eq!(hers.text.did.reveal(), "Of her sister, and more.");
        // Nobody else could read the draft: nobody is told of a correction.
        for who in [noor, sam] {
            let access = house.portal(who).await;
            let told = practice.my_corrections(&access).await.unwrap();
            assert!(told[0].joint.is_empty());
        }
        // Wider does not go this way, and a note of somebody else is not changed.
        let place = (session, own, NoteBlock::Did);
        let wider = practice
            .keep_narrower(&desk, place, Route::Chart, Private::from("x"))
            .await;
        assert!(matches!(wider, Err(RoutingError::NoSuchSide)));
        // Into the process note: it is taken out.
        let place = (session, Route::Chart, NoteBlock::Brought);
        practice.take_out(&desk, place).await.unwrap();
        let joint = note_on(&house, &case, session, Route::Chart).await;
        assert!(joint.text.is_empty());
        let access = house.portal(sam).await;
        let told = practice.my_corrections(&access).await.unwrap();
        assert!(told[0].joint.is_empty());
    })
    .await;
}

#[tokio::test]
async fn r11_homework_moves_as_it_may_be_given_and_not_away_from_who_answered() {
    both(async |house: Fictional| {
        let (noor, sam, case) = couple(&house).await;
        let own = Route::Own(house.part(&case, noor));
        let alone = house
            .gives(&case, For::One(house.part(&case, noor)))
            .await
            .unwrap();
        house.waits(&case).await;
        let waits = moved(&house, &case, Thing::Assignment(alone), Route::Chart).await;
        assert!(matches!(waits, Err(RoutingError::JointWaits)));
        house.settles(&case).await;
        moved(&house, &case, Thing::Assignment(alone), Route::Chart)
            .await
            .unwrap();
        let access = house.portal(sam).await;
        let page = house.practice.homework_page(&access, alone).await.unwrap();
        assert!(page.assignment.joint);
        assert_eq!(page.assignment.given_at, house.practice.now());
        let told = Told {
            words: Private::from("I waited."),
            ..Told::default()
        };
        house
            .practice
            .give_reflection(&access, alone, told, 0)
            .await
            .unwrap();
        let away = moved(&house, &case, Thing::Assignment(alone), own).await;
        assert!(matches!(away, Err(RoutingError::Answered)));
        let other = house.gives(&case, For::Everybody).await.unwrap();
        moved(&house, &case, Thing::Assignment(other), own)
            .await
            .unwrap();
        let gone = house.practice.homework_page(&access, other).await;
        assert!(matches!(gone, Err(AccessError::NotThere)));
    })
    .await;
}

#[tokio::test]
async fn r2_answers_on_the_joint_side_are_read_by_all_and_those_on_ones_own_by_nobody_else() {
    both(async |house: Fictional| {
        let (noor, sam, case) = couple(&house).await;
        let access = house.portal(noor).await;
        let item = check_in().items[0].id.clone();
        let take = |at| {
            let answers = Answers::from([(item.clone(), at)]);
            house
                .practice
                .take_measure(&access, house.part(&case, noor), answers)
        };
        let (one, _) = (take(3).await.unwrap(), take(4).await.unwrap());
        moved(&house, &case, Thing::Measure(one), Route::Chart)
            .await
            .unwrap();
        let access = house.portal(sam).await;
        let sams = house.practice.my_measures(&access).await.unwrap();
        let [(_, seen)] = sams.as_slice() else {
            panic!("one case")
        };
        assert_eq!(seen.len(), 1);
        assert!(seen[0].joint && seen[0].answers[&item] == 3);
    })
    .await;
}

#[tokio::test]
async fn what_is_not_theirs_moves_for_nobody() {
    once(async |house: Fictional| {
        let (noor, _, case) = couple(&house).await;
        let kit = house.person("Kit").await;
        let other = house.case_of(&[kit]).await;
        let id = goal(&house, &case, noor, Side::Own).await;
        let thing = Thing::Goal(id);
        let desk = house.desk(house.clinician).await;
        let elsewhere = house
            .practice
            .routing(&desk, other.id, thing, Route::Chart)
            .await;
        assert!(matches!(
            elsewhere,
            Err(RoutingError::Access(AccessError::NotThere))
        ));
        for staff in [house.associate, house.owner, house.front_desk, house.biller] {
            let access = house.desk(staff).await;
            let asked = house
                .practice
                .routing(&access, case.id, thing, Route::Chart)
                .await;
            assert!(matches!(
                asked,
                Err(RoutingError::Access(AccessError::NotThere))
            ));
            let asked = Asked {
                digest: String::new(),
                agreed: true,
            };
            let routed = house
                .practice
                .route(&access, case.id, thing, Route::Chart, asked);
            assert!(matches!(
                routed.await,
                Err(RoutingError::Access(AccessError::NotThere))
            ));
        }
    })
    .await;
}

#[tokio::test]
async fn the_narrowest_side_is_that_of_those_who_were_in_the_room() {
    once(async |house: Fictional| {
        let people = [
            house.person("Noor").await,
            house.person("Sam").await,
            house.person("Kit").await,
        ];
        let case = house.case_of(&people).await;
        let id = session(&house, &case, &[]).await;
        let desk = house.desk(house.clinician).await;
        let seen = house
            .practice
            .session_workspace(&desk, id, None)
            .await
            .unwrap();
        let of = |present: &[PersonId]| narrowest(&case, &seen.session, present);
        assert_eq!(of(&people), Some(Route::Chart));
        assert_eq!(of(&people[..1]), Some(Route::Own(case.participants[0].id)));
        assert_eq!(of(&people[1..]), None, "no record is exactly theirs");
        assert_eq!(of(&[]), None);
        let alone = house.case_of(&people[..1]).await;
        assert_eq!(narrowest(&alone, &seen.session, &[]), Some(Route::Chart));
    })
    .await;
}

#[test]
fn from_one_persons_side_to_anothers_is_wider() {
    let (one, other) = (uuid::Uuid::from_u128(1), uuid::Uuid::from_u128(2));
    let own = |id| Route::Own(crate::ids::ParticipantId(id));
    assert_eq!(direction(own(one), own(other)), Direction::Wider);
    assert_eq!(direction(own(one), Route::Chart), Direction::Wider);
    assert_eq!(direction(Route::Chart, own(one)), Direction::Narrower);
}
