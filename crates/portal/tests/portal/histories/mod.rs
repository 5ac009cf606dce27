//! Histories that nobody thought of: a case of several people in which things happen in any order, checked on every page
//! that each of them can reach, in every letter, in the copy of their own record, and in what leaves the practice (R2, R3).
//!
//! Two questions are asked of each history. Does everybody read exactly the words that a simple model says are theirs, and do
//! exactly those leave that everybody concerned has signed? And are one person's pages, letters, receipts and copies the same,
//! letter by letter, as in the history in which nothing of anybody else's own side ever happened?
//!
//! Not here: what a browser opens (`messages` and `journal` are sealed before they come here), and time by the clock.

mod care;
mod cases;
mod copies;
mod messages;
mod model;
mod releases;
mod routing;
mod sessions;
mod step;
mod story;
mod walk;

use std::collections::BTreeSet;
use std::sync::Mutex;

use practice::testing::{Fictional, once};
use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::{Config, TestRunner};

use self::cases::Goes;
use self::step::Step;
use self::story::{Record, Story};

/// How many histories of so many people, and of how many steps each: together under a minute and a half of one core.
const HISTORIES: usize = 3;
const STEPS: usize = 36;

/// What some history has to reach: nothing is checked of what never happens.
const REACHED: [&str; 12] = [
    "Goal Wider",
    "Goal Narrower",
    "Homework Wider",
    "Homework Narrower",
    "Block Wider",
    "Block Narrower",
    "Message Wider",
    "Message Narrower",
    "refused to make",
    "taken back before it left",
    "left own true joint false",
    "left own false joint true",
];

/// Histories, the same ones each time.
fn histories(people: usize) -> Vec<Vec<Step>> {
    let mut runner = TestRunner::new_with_rng(
        Config::default(),
        proptest::test_runner::TestRng::deterministic_rng(
            proptest::test_runner::RngAlgorithm::ChaCha,
        ),
    );
    let any = step::history(people, STEPS);
    (0..HISTORIES)
        .map(|_| any.new_tree(&mut runner).unwrap().current())
        .collect()
}

#[tokio::test]
async fn r2_r3_in_any_history_everybody_reads_what_is_theirs_and_nothing_else() {
    let happened = Mutex::new(BTreeSet::new());
    for people in [2, 3, 4] {
        for steps in histories(people) {
            once(async |house| {
                let story = Story::whole(house, people, &steps).await;
                for who in 0..people {
                    everybody_reads_theirs(&story, who, &steps).await;
                }
                story.together_is_what_all_share(&steps).await;
                story.a_colleague_finds_nothing().await;
                happened.lock().unwrap().extend(story.happened);
            })
            .await;
        }
    }
    let happened = happened.into_inner().unwrap();
    for what in REACHED {
        assert!(happened.contains(what), "{what} is not among {happened:?}");
    }
}

/// Somebody's pages, copies and letters against the model.
async fn everybody_reads_theirs(story: &Story, who: usize, steps: &[Step]) {
    let pages = story.pages_of(who).await;
    let read: BTreeSet<String> = pages.iter().flat_map(walk::Page::words).collect();
    let copies = story.copies_of(who).await;
    let copied: BTreeSet<String> = copies.iter().flat_map(walk::Page::words).collect();
    for (what, words, must) in [
        ("reads", &read, story.model.reads(who)),
        ("takes away", &copied, story.model.copied(who)),
    ] {
        let foreign: Vec<_> = words
            .difference(&story.model.may_read(who))
            .cloned()
            .collect();
        assert!(
            foreign.is_empty(),
            "{who} {what} {foreign:?} after {steps:?}"
        );
        let missing: Vec<_> = must.difference(words).cloned().collect();
        assert!(
            missing.is_empty(),
            "{who} never {what} {missing:?} after {steps:?}"
        );
    }
    let letters = story.letters_to(who).await;
    assert_eq!(walk::words(&letters).next(), None, "in a letter");
}

#[tokio::test]
async fn r2_what_others_keep_to_themselves_changes_no_letter_of_ones_own_pages() {
    for people in [2, 3] {
        for steps in histories(people) {
            let record = Mutex::new(Record::default());
            let with = pages_of_the_first(async |house| {
                let story = Story::whole(house, people, &steps).await;
                record.lock().unwrap().clone_from(&story.record);
                story
            })
            .await;
            let record = record.into_inner().unwrap();
            let without = pages_of_the_first(async |house| {
                Story::once_more(house, (people, 0), &steps, &record).await
            })
            .await;
            are_the_same(&with, &without, &steps);
        }
    }
}

/// That two histories look the same to who reads them: each line, and how many statements each page takes. That is a measure of
/// what an answer does that no clock disturbs: it tells that nothing is asked or left out because of what others keep to
/// themselves. How long each statement takes, and how many rows it looks at, it does not tell.
fn are_the_same(with: &[walk::Steady], without: &[walk::Steady], steps: &[Step]) {
    for (one, other) in with.iter().zip(without) {
        assert_eq!(one.path, other.path, "after {steps:?}");
        let (mut lines, mut others) = (one.text.lines(), other.text.lines());
        loop {
            let (line, other) = (lines.next(), others.next());
            assert_eq!(line, other, "{} after {steps:?}", one.path);
            if line.is_none() {
                break;
            }
        }
    }
    assert_eq!(with.len(), without.len(), "after {steps:?}");
    let asked = |of: &[walk::Steady]| -> Vec<(String, u64)> {
        let pages = of.iter();
        pages
            .map(|page| (page.path.clone(), page.statements))
            .collect()
    };
    let (asked, others) = (asked(with), asked(without));
    let pairs = asked.iter().zip(&others);
    let other: Vec<_> = pairs.filter(|(one, other)| one != other).collect();
    assert!(other.is_empty(), "{other:?} statements after {steps:?}");
}

#[tokio::test]
async fn r2_where_others_go_after_a_separation_changes_no_letter_of_ones_own_pages() {
    for people in [2, 3] {
        for mut steps in histories(people).into_iter().take(1) {
            // Others have to be there to go.
            steps.retain(|step| !matches!(step, Step::Leaves(_) | Step::Separation));
            let mut read = Vec::new();
            for others in [Goes::Nowhere, Goes::Here, Goes::Elsewhere] {
                read.push(lines_of_the_first(people, &steps, others).await);
            }
            let told = read[0].iter().any(|line| line.contains("has ended"));
            assert!(told, "the first reads of it");
            for other in &read[1..] {
                let differ = read[0].iter().zip(other).find(|(one, other)| one != other);
                assert_eq!(differ, None, "after {steps:?}");
                assert_eq!(read[0].len(), other.len(), "after {steps:?}");
            }
        }
    }
}

/// Every line that the first can read after a separation; what happened in one moment has no order.
async fn lines_of_the_first(people: usize, steps: &[Step], others: Goes) -> Vec<String> {
    let parted = pages_of_the_first(async |house| {
        let mut story = Story::whole(house, people, steps).await;
        story.parts(others, story::WORD).await;
        story
    });
    let mut lines: Vec<String> = Vec::new();
    for page in parted.await {
        let of_page = page.text.lines();
        lines.extend(of_page.map(|line| format!("{}: {line}", page.path)));
    }
    lines.sort_unstable();
    lines
}

/// What the first of them can reach after a history: pages, letters, receipts, copies of their record.
async fn pages_of_the_first(history: impl AsyncFn(Fictional) -> Story) -> Vec<walk::Steady> {
    let pages = Mutex::new(Vec::new());
    once(async |house| {
        let story = history(house).await;
        let mut steady = Vec::new();
        // Before the pages are read, which takes a minute for each line of the receipts.
        for (path, text) in [
            ("letters", story.letters_to(0).await),
            ("who opened it", story.receipts_of(0).await),
        ] {
            steady.push(walk::Steady {
                path: path.to_owned(),
                text,
                statements: 0,
            });
        }
        steady.extend(walk::steady(&story.pages_of(0).await));
        // However many pages there were.
        story.it_is(STEPS + 2);
        steady.extend(walk::steady(&story.copies_of(0).await));
        *pages.lock().unwrap() = steady;
    })
    .await;
    pages.into_inner().unwrap()
}
