//! The rules hold in the year as it is planned, whatever day and hour it is made at.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use practice::calendar::SessionState;

use super::super::make;
use super::super::people::{Demo, DemoKind, demo};
use super::days::{Days, minutes};
use super::plan::{Act, Event, Fate, Story, timeline};

fn stories<'a>(demo: &'a Demo, days: &Days) -> Vec<Story<'a>> {
    let cases = (0..).zip(&demo.cases);
    cases
        .map(|(index, case)| Story::of(demo, case, index, days))
        .collect()
}

/// Every hour of the day and every day of the week, also around both changes of the clocks.
fn every_now() -> Vec<Timestamp> {
    let begins = [
        "2026-11-16T05:10:00Z",
        "2026-03-05T05:10:00Z",
        "2026-10-29T04:10:00Z",
    ];
    let begins = begins.map(|begins| begins.parse::<Timestamp>().unwrap());
    let hours = |from: Timestamp| {
        (0..12).map(move |n| {
            from.checked_add(SignedDuration::from_hours(19 * n))
                .unwrap()
        })
    };
    begins.into_iter().flat_map(hours).collect()
}

#[test]
fn r7_nobody_is_in_two_places_and_there_are_rooms_for_all() {
    let demo = demo().unwrap();
    for now in every_now() {
        let days = Days::around(now, &demo.practice.zone);
        let mut taken: BTreeMap<Timestamp, (BTreeSet<&str>, usize)> = BTreeMap::new();
        for story in stories(&demo, &days) {
            for session in story
                .sessions
                .iter()
                .filter(|one| one.state != SessionState::Cancelled)
            {
                let (people, rooms) = taken.entry(session.starts).or_default();
                let who = story.case.participants.iter().map(String::as_str);
                let who = who.filter(|slug| session.alone.is_none_or(|alone| alone == *slug));
                for one in who.chain([story.case.clinician.as_str()]) {
                    assert!(people.insert(one), "{one} twice at {}", session.starts);
                }
                *rooms += usize::from(story.case.slot.room.is_some());
                assert!(*rooms <= demo.practice.rooms.len());
                assert!(session.booked < session.starts && session.booked > story.opens);
            }
        }
    }
}

#[test]
fn r11_the_partners_are_seen_alone_first() {
    let demo = demo().unwrap();
    for now in every_now() {
        let days = Days::around(now, &demo.practice.zone);
        for story in stories(&demo, &days) {
            if story.case.kind == DemoKind::Individual {
                assert!(story.sessions.iter().all(|session| session.alone.is_none()));
                continue;
            }
            let held = story
                .sessions
                .iter()
                .filter(|session| session.note.is_some());
            let first: BTreeSet<_> = held.take(2).map(|session| session.alone).collect();
            assert!(
                first.len() == 2 && !first.contains(&None),
                "{}",
                story.case.slug
            );
            if !story.case.screening_settled {
                assert!(story.sessions.iter().all(|session| session.alone.is_some()));
                assert!(story.homework.is_empty());
            }
        }
    }
}

#[test]
fn every_act_comes_after_what_it_needs() {
    let demo = demo().unwrap();
    for now in every_now() {
        let days = Days::around(now, &demo.practice.zone);
        let stories = stories(&demo, &days);
        let mut done: BTreeSet<(usize, Act)> = BTreeSet::new();
        let mut last = minutes(now, -make::DAYS * 24 * 60);
        for (at, event) in timeline(&demo, &stories, &days) {
            assert!(last <= at && at <= now);
            last = at;
            let Event::Case(case, act) = event else {
                continue;
            };
            let slug = &stories[case].case.slug;
            let is_done = |act| done.contains(&(case, act));
            let needed = needed(act, &stories[case]);
            assert!(needed.is_none_or(is_done), "{act:?} too early in {slug}");
            assert!(!is_done(Act::Close), "{act:?} after the end of {slug}");
            let ended = matches!(act, Act::Reflect(number, _) if is_done(Act::End(number)));
            assert!(!ended, "told about what has ended in {slug}");
            assert!(done.insert((case, act)), "{act:?} twice in {slug}");
        }
    }
}

/// What an act comes after.
fn needed(act: Act, story: &Story<'_>) -> Option<Act> {
    let everybody = Act::Intake(story.case.participants.len() - 1);
    let opened = story.asks.map_or(Act::Enter, |_| Act::Accept);
    Some(match act {
        Act::Enter | Act::Ask => return None,
        Act::Accept => Act::Ask,
        Act::Book(number)
            if story.case.screening_settled && story.sessions[number].alone.is_none() =>
        {
            Act::Screen
        }
        Act::Join | Act::Book(_) => opened,
        Act::Sign(_) => Act::Join,
        Act::Intake(number) => Act::Sign(number),
        Act::Settle(number) => Act::Book(number),
        Act::Write(number) => Act::Settle(number),
        Act::SignNote(number) => Act::Write(number),
        Act::Cosign(number) => Act::SignNote(number),
        Act::Amend => Act::SignNote(story.amendment.as_ref()?.session),
        Act::Give(_) | Act::SetGoal(_) | Act::Measure(_) | Act::Close | Act::Screen => everybody,
        Act::Reflect(number, _) | Act::End(number) => Act::Give(number),
        Act::ReachGoal(number) => Act::SetGoal(number),
    })
}

#[test]
fn r5_some_notes_are_drafts_some_wait_for_the_supervisor_and_some_were_added_to() {
    let demo = demo().unwrap();
    for now in every_now() {
        let days = Days::around(now, &demo.practice.zone);
        let stories = stories(&demo, &days);
        let count = |clinician: &str, fate| {
            let theirs = stories
                .iter()
                .filter(|story| story.case.clinician == clinician);
            let sessions = theirs.flat_map(|story| &story.sessions);
            sessions
                .filter(|session| session.note.as_ref().is_some_and(|note| note.fate == fate))
                .count()
        };
        assert_eq!(count("adaeze", Fate::Begun), 2, "{now}");
        assert_eq!(count("ren", Fate::Signed), 2);
        assert_eq!(count("miriam", Fate::Begun), 0);
        assert_eq!(
            stories
                .iter()
                .filter(|story| story.amendment.is_some())
                .count(),
            3
        );
        let own = stories.iter().all(|story| {
            let kept = story
                .sessions
                .iter()
                .filter(|session| session.note.is_some())
                .count();
            kept >= story.case.notes.len()
        });
        assert!(own, "every note of the content belongs to a session");
    }
}
