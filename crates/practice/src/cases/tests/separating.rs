//! R2, R3 when a case is parted: what was shared stays as it was, and each learns of themselves only.

use jiff::civil::Date;
use jiff::{Span, ToSpan};

use super::super::{Onward, Parting, Separation, SeparationError, Side, Which};
use super::joining::goals_in;
use super::leaving::{couple, set, words};
use super::*;
use crate::calendar::SessionState;
use crate::goals::GoalState;
use crate::homework::{For, HomeworkError};
use crate::ids::{AssignmentId, GoalId, NoteId, SessionId};
use crate::messages::With;
use crate::notes::{NoteText, Route};
use crate::receipts::Whose;

fn parting(house: &Fictional, case: &Case, who: PersonId, onward: Onward) -> Parting {
    Parting {
        participant: house.part(case, who),
        onward,
        remark: "As agreed.".into(),
    }
}

fn today(house: &Fictional) -> Date {
    house
        .practice
        .now()
        .to_zoned(jiff::tz::TimeZone::UTC)
        .date()
}

pub(super) async fn part(
    house: &Fictional,
    case: &Case,
    people: &[(PersonId, Onward)],
) -> Result<(), SeparationError> {
    part_on(house, case, people, today(house)).await
}

async fn part_on(
    house: &Fictional,
    case: &Case,
    people: &[(PersonId, Onward)],
    day: Date,
) -> Result<(), SeparationError> {
    let people = people.iter();
    let people = people.map(|(who, onward)| parting(house, case, *who, *onward));
    let separation = Separation {
        day,
        people: people.collect(),
    };
    let desk = house.desk(case.clinician).await;
    house.practice.separate(&desk, case.id, separation).await
}

fn text() -> NoteText {
    NoteText {
        did: "We talked.".into(),
        ..NoteText::default()
    }
}

/// Everything that somebody reads of the case, their receipts and their letters, without ids and times of day.
async fn all_of(house: &Fictional, who: PersonId) -> String {
    let portal = house.portal(who).await;
    let practice = &house.practice;
    let home = practice.my_home(&portal).await.unwrap();
    let goals = practice.my_goals(&portal).await.unwrap();
    let homework = practice.my_homework(&portal).await.unwrap();
    let consents = practice.my_consents(&portal).await.unwrap();
    let sessions = practice.my_sessions(&portal).await.unwrap();
    let read = practice.who_opened_my_record(&portal, Whose::Others, None);
    let read = read.await.unwrap();
    let lines = read
        .openings
        .iter()
        .map(|line| (line.what, line.purpose, line.wrote));
    // The clock stands still, so that lines of one moment have no order.
    let mut lines: Vec<_> = lines.collect();
    lines.sort_unstable();
    let partners = goals.iter().map(|one| {
        let names = one.sides.partners.iter().map(|name| name.reveal().clone());
        (
            names.collect::<Vec<_>>(),
            one.sides.care.clone(),
            one.sides.goes_on,
        )
    });
    let partners: Vec<_> = partners.collect();
    let letters = house.store.read(move |tx| {
        let sql = "SELECT count(*) FROM post WHERE person_id = $1";
        tx.one(sql, &[who.into()])?.map_or(Ok(0), |row| row.int(0))
    });
    let states: Vec<_> = sessions
        .coming
        .iter()
        .chain(&sessions.past)
        .map(|one| one.session.state)
        .collect();
    format!(
        "{} going on, {} ended, {partners:?}, {} of homework, {} consents, {states:?}, {lines:?}, {} letters",
        home.parts.len(),
        home.ended.len(),
        homework.iter().map(|one| one.given.len()).sum::<usize>(),
        consents.len(),
        letters.await.unwrap(),
    )
}

#[tokio::test]
async fn r2_what_one_reads_is_the_same_wherever_another_goes() {
    let mut read = Vec::new();
    for onward in 0..3 {
        let folder = store::testing::Folder::new();
        let house = crate::testing::fictional(&folder.sqlite()).await;
        let (noor, sam, case) = couple(&house).await;
        set(&house, &case, noor, Side::Joint, "Together").await;
        house.gives(&case, For::Everybody).await.unwrap();
        let hers = match onward {
            0 => Onward::Here,
            1 => Onward::With(house.associate),
            _ => Onward::Nowhere,
        };
        let people = [(noor, hers), (sam, Onward::Nowhere)];
        part(&house, &case, &people).await.unwrap();
        read.push(all_of(&house, sam).await);
        let home = house.portal(noor).await;
        let home = house.practice.my_home(&home).await.unwrap();
        assert_eq!(
            home.parts.len(),
            usize::from(onward < 2),
            "she finds her own"
        );
        assert_eq!(home.ended.len(), 1);
    }
    assert_eq!(read[0], read[1]);
    assert_eq!(read[0], read[2]);
    assert!(read[0].starts_with("0 going on, 1 ended"), "{}", read[0]);
}

#[tokio::test]
async fn r2_who_goes_to_another_is_handed_over_by_name_only() {
    both(async |house: Fictional| {
        let (noor, sam, case) = couple(&house).await;
        set(&house, &case, noor, Side::Own, "Sleep").await;
        let people = [(noor, Onward::With(house.associate)), (sam, Onward::Here)];
        part(&house, &case, &people).await.unwrap();
        let other = house.desk(house.associate).await;
        let list = house
            .practice
            .caseload(&other, Which::Open, String::new())
            .await
            .unwrap();
        let [one] = &list.cases[..] else {
            panic!("one case")
        };
        assert_eq!(one.people[0].name.reveal(), "Noor");
        assert_eq!(one.case.kind, CaseKind::Individual);
        assert_eq!(one.case.supervisor, Some(house.clinician), "an associate's");
        let seen = house.practice.case_overview(&other, one.case.id).await;
        let seen = seen.unwrap();
        assert!(seen.goals.is_empty() && seen.homework.is_empty() && seen.left.is_empty());
        let refused = house.practice.case(&other, case.id, Purpose::Care).await;
        assert!(matches!(refused, Err(AccessError::NotThere)));
        // Where each goes stands on their own sides, for who cared for them.
        let desk = house.desk(house.clinician).await;
        let seen = house.practice.case_overview(&desk, case.id).await.unwrap();
        let onward: Vec<_> = seen.left.iter().map(|one| one.onward).collect();
        let said = [Some(Onward::With(house.associate)), Some(Onward::Here)];
        assert_eq!(onward, said);
        let rows = house.store.read(|tx| {
            let rows = tx.query("SELECT compartment_id FROM part_endings", &[])?;
            rows.iter()
                .map(|row| row.uuid(0))
                .collect::<Result<Vec<_>, _>>()
        });
        let mut rows = rows.await.unwrap();
        let mut own: Vec<_> = case.participants.iter().map(|who| who.own.0).collect();
        rows.sort_unstable();
        own.sort_unstable();
        assert_eq!(rows, own);
        verified(&house).await;
    })
    .await;
}

/// A couple with something shared, parted after a joint session.
struct Shared {
    noor: PersonId,
    sam: PersonId,
    case: Case,
    goal: GoalId,
    task: AssignmentId,
    /// The revision of what Sam shared.
    seen: u32,
    note: NoteId,
    held: SessionId,
    /// A joint session without a note.
    silent: SessionId,
}

async fn shared_and_parted(house: &Fictional) -> Shared {
    let (noor, sam, case) = couple(house).await;
    let practice = &house.practice;
    let goal = set(house, &case, noor, Side::Joint, "Together").await;
    let task = house.gives(&case, For::Everybody).await.unwrap();
    let his = house.portal(sam).await;
    let shared = practice.share_reflection(&his, task, "Quiet".into(), 0);
    let seen = shared.await.unwrap();
    let desk = house.desk(house.clinician).await;
    let held = practice
        .book_session(&desk, session(case.id, house))
        .await
        .unwrap();
    let silent = NewSession {
        starts: after(house.practice.now(), Minutes(3 * 24 * 60 + 60)),
        ..session(case.id, house)
    };
    let silent = practice.book_session(&desk, silent).await.unwrap();
    house.clock.pass_minutes(4 * 24 * 60);
    let desk = house.desk(house.clinician).await;
    let write = practice.write_note(&desk, held, Route::Chart, text(), None);
    let (note, revision) = write.await.unwrap();
    let people = [(noor, Onward::Here), (sam, Onward::Nowhere)];
    let early = part(house, &case, &people).await;
    assert!(matches!(early, Err(SeparationError::Unfinished)));
    practice.sign_note(&desk, note, revision).await.unwrap();
    part(house, &case, &people).await.unwrap();
    Shared {
        noor,
        sam,
        case,
        goal,
        task,
        seen,
        note,
        held,
        silent,
    }
}

#[tokio::test]
async fn r3_what_was_shared_is_read_and_changes_no_more() {
    both(async |house: Fictional| {
        let Shared {
            noor,
            sam,
            case,
            goal,
            task,
            seen,
            note,
            held: _,
            silent,
        } = shared_and_parted(&house).await;
        let practice = &house.practice;
        let desk = house.desk(house.clinician).await;
        // Everybody reads it.
        for who in [noor, sam] {
            assert_eq!(goals_in(&house, who, &case).await, ["Together"]);
        }
        assert!(practice.note(&desk, note).await.is_ok());
        // Nobody writes it: clients, the clinician, and whatever comes to be written one day.
        let (hers, his) = (house.portal(noor).await, house.portal(sam).await);
        let changed = practice.change_goal(&hers, goal, 1, words("More"), GoalState::Open);
        assert!(changed.await.is_err());
        let me = house.part(&case, noor);
        let new = practice
            .set_goal(&hers, me, Side::Joint, words("More"))
            .await;
        assert!(new.is_err());
        let back = practice.take_back_reflection(&his, task, seen).await;
        assert!(matches!(back, Err(HomeworkError::Ended)));
        assert!(house.gives(&case, For::Everybody).await.is_err());
        let late = practice.write_note(&desk, silent, Route::Chart, text(), None);
        assert!(late.await.is_err());
        let added = practice.amend_note(&desk, note, "More".into(), "Late".into());
        assert!(added.await.is_err());
        let talk = practice
            .new_thread(&desk, With::All(case.id))
            .await
            .unwrap();
        assert_eq!(format!("{:?}", talk.writes), "Closed");
    })
    .await;
}

#[tokio::test]
async fn r3_whatever_comes_to_be_written_one_day_is_kept_off_a_frozen_side() {
    both(async |house: Fictional| {
        let Shared {
            noor, case, held, ..
        } = shared_and_parted(&house).await;
        let practice = &house.practice;
        let desk = house.desk(house.clinician).await;
        let joint = case.joint.unwrap();
        let sealed = practice.write(
            &desk,
            crate::receipts::Action::NoteWrite,
            move |work| {
                let opened =
                    work.open(crate::receipts::Action::NoteWrite, Purpose::Care, &[joint])?;
                let open = opened.get(joint).ok_or(AccessError::NotThere)?;
                let id = work.new_id();
                work.seal(open, ("goals", id, 1), &"More")
            },
            |_, _| Ok::<_, AccessError>(()),
        );
        assert!(matches!(sealed.await, Err(AccessError::Frozen)));
        // Own sides of the case are theirs to read; a note alone can still be finished there.
        let alone = Route::Own(house.part(&case, noor));
        assert!(
            practice
                .write_note(&desk, held, alone, text(), None)
                .await
                .is_ok()
        );
        verified(&house).await;
        house.by_hand("DELETE FROM frozen_sides", Vec::new()).await;
        practice.sequence().await.unwrap();
        let verdict = practice
            .verify(&crate::testing::secret(), &[])
            .await
            .unwrap();
        assert!(
            verdict
                .findings
                .iter()
                .any(|one| one.table == "frozen_sides")
        );
    })
    .await;
}

#[tokio::test]
async fn r3_a_write_that_was_under_way_does_not_reach_a_frozen_side() {
    once(async |house: Fictional| {
        let (noor, sam, case) = couple(&house).await;
        let joint = case.joint.unwrap();
        let (practice, desk) = (house.practice.clone(), house.desk(house.clinician).await);
        let (sealed, parted) = (
            std::sync::mpsc::channel::<()>(),
            std::sync::mpsc::channel::<()>(),
        );
        let (tell, told) = (sealed.0, sealed.1);
        let (go, gone) = (parted.0, parted.1);
        let writing = tokio::spawn(async move {
            practice
                .write(
                    &desk,
                    crate::receipts::Action::NoteWrite,
                    move |work| {
                        let action = crate::receipts::Action::NoteWrite;
                        let opened = work.open(action, Purpose::Care, &[joint])?;
                        let open = opened.get(joint).ok_or(AccessError::NotThere)?;
                        let id = work.new_id();
                        let row = work.seal(open, ("goals", id, 1), &"More")?;
                        tell.send(()).ok();
                        gone.recv().ok();
                        Ok(row)
                    },
                    |_, _| Ok::<_, AccessError>(()),
                )
                .await
        });
        tokio::task::spawn_blocking(move || told.recv().ok())
            .await
            .unwrap();
        let people = [(noor, Onward::Here), (sam, Onward::Nowhere)];
        part(&house, &case, &people).await.unwrap();
        go.send(()).ok();
        assert!(matches!(writing.await.unwrap(), Err(AccessError::Frozen)));
    })
    .await;
}

#[tokio::test]
async fn shared_and_own_homework_and_coming_sessions_end() {
    both(async |house: Fictional| {
        let (noor, sam, case) = couple(&house).await;
        let (practice, desk) = (&house.practice, house.desk(house.clinician).await);
        let shared = house.gives(&case, For::Everybody).await.unwrap();
        let own = house
            .gives(&case, For::One(house.part(&case, noor)))
            .await
            .unwrap();
        let joint = practice
            .book_session(&desk, session(case.id, &house))
            .await
            .unwrap();
        let seen = practice.separation(&desk, case.id).await.unwrap();
        assert_eq!((seen.coming.len(), seen.homework.len()), (1, 2));
        assert!(seen.unfinished.is_empty());
        assert_eq!(seen.earliest, seen.today);
        let people = [(noor, Onward::Here), (sam, Onward::Here)];
        part(&house, &case, &people).await.unwrap();
        let found = practice.appointment(&desk, joint).await.unwrap().session;
        assert_eq!(found.state, SessionState::Cancelled);
        let hers = house.portal(noor).await;
        for task in [shared, own] {
            let page = practice.homework_page(&hers, task).await.unwrap();
            assert!(!page.assignment.open);
        }
        // Nothing of it stands in the case of her own: what goes over goes by her release.
        let home = practice.my_home(&hers).await.unwrap();
        let [alone] = &home.parts[..] else {
            panic!("one case of her own")
        };
        assert!(alone.homework.is_empty() && alone.goals.is_empty());
        assert!(!alone.relational);
    })
    .await;
}

#[tokio::test]
async fn the_last_day_is_today_or_since_anything_joint() {
    both(async |house: Fictional| {
        let (noor, sam, case) = couple(&house).await;
        let (practice, desk) = (&house.practice, house.desk(house.clinician).await);
        let joint = practice
            .book_session(&desk, session(case.id, &house))
            .await
            .unwrap();
        house.clock.pass_minutes(6 * 24 * 60);
        let desk = house.desk(house.clinician).await;
        practice
            .settle_session(&desk, joint, SessionState::Held)
            .await
            .unwrap();
        let day = |span: Span| today(&house).checked_add(span).unwrap();
        let people = [(noor, Onward::Here), (sam, Onward::Nowhere)];
        for wrong in [day(1.day()), day(-4.days())] {
            let refused = part_on(&house, &case, &people, wrong).await;
            assert!(matches!(refused, Err(SeparationError::Day)), "{wrong}");
        }
        part_on(&house, &case, &people, day(-2.days()))
            .await
            .unwrap();
        let found = practice.case(&desk, case.id, Purpose::Care).await.unwrap();
        let until = found.participants[0].until.unwrap();
        let until = crate::clock::from_micros(until).to_zoned(jiff::tz::TimeZone::UTC);
        assert_eq!(until.date(), day(-2.days()));
        assert!(found.parted.is_some() && !found.open);
        verified(&house).await;
    })
    .await;
}

#[tokio::test]
async fn only_the_clinician_parts_a_case_for_everybody_and_once() {
    both(async |house: Fictional| {
        let (noor, sam, case) = couple(&house).await;
        let practice = &house.practice;
        let people = [(noor, Onward::Here), (sam, Onward::Nowhere)];
        for staff in [house.associate, house.front_desk, house.owner] {
            let desk = house.desk(staff).await;
            let seen = practice.separation(&desk, case.id).await.err();
            assert!(matches!(
                seen,
                Some(SeparationError::Access(AccessError::NotThere))
            ));
            let all = people.map(|(who, onward)| parting(&house, &case, who, onward));
            let separation = Separation {
                day: today(&house),
                people: all.to_vec(),
            };
            let refused = practice.separate(&desk, case.id, separation).await.err();
            assert!(matches!(
                refused,
                Some(SeparationError::Access(AccessError::NotThere))
            ));
        }
        let some = part(&house, &case, &people[..1]).await;
        assert!(matches!(some, Err(SeparationError::NotEverybody)));
        for nobody in [house.clinician, house.front_desk, noor] {
            let people = [(noor, Onward::With(nobody)), (sam, Onward::Nowhere)];
            let refused = part(&house, &case, &people).await;
            assert!(matches!(refused, Err(SeparationError::NoClinician)));
        }
        let (a, b) = tokio::join!(part(&house, &case, &people), part(&house, &case, &people));
        assert!(a.is_ok() != b.is_ok(), "{a:?} {b:?}");
        let again = part(&house, &case, &people).await;
        assert!(matches!(again, Err(SeparationError::Ended)));
        let alone = house.case_of(&[noor]).await;
        let refused = part(&house, &alone, &people[..1]).await;
        assert!(matches!(refused, Err(SeparationError::Ended)));
    })
    .await;
}
