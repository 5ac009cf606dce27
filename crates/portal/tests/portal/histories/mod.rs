//! Histories that nobody thought of: a case of several people in which things happen in any order, checked on every page
//! that each of them can reach (R2).
//!
//! Two questions are asked of each history. Does everybody read exactly the words that a simple model says are theirs? And
//! are one person's pages the same, letter by letter, as in the history in which nothing of anybody else's own side ever
//! happened?

mod model;
mod story;
mod walk;

use std::collections::BTreeSet;
use std::sync::Mutex;

use practice::testing::once;
use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::{Config, TestRunner};

use self::story::{Goes, Step, Story};

/// How many histories, and of how many steps each.
const HISTORIES: usize = 6;
const STEPS: usize = 18;

/// Histories, the same ones each time.
fn histories(people: usize) -> Vec<Vec<Step>> {
    let mut runner = TestRunner::new_with_rng(
        Config::default(),
        proptest::test_runner::TestRng::deterministic_rng(
            proptest::test_runner::RngAlgorithm::ChaCha,
        ),
    );
    let any = proptest::collection::vec(story::step(people), STEPS);
    (0..HISTORIES)
        .map(|_| any.new_tree(&mut runner).unwrap().current())
        .collect()
}

#[tokio::test]
async fn r2_in_any_history_everybody_reads_what_is_theirs_and_nothing_else() {
    for people in [2, 3, 4] {
        for steps in histories(people).into_iter().take(HISTORIES / 2) {
            once(async |house| {
                let mut story = Story::begins(house, people).await;
                for (number, step) in steps.iter().enumerate() {
                    story.goes_on(number, step).await;
                }
                for who in 0..people {
                    let pages = story.pages_of(who).await;
                    let read: BTreeSet<String> = pages.iter().flat_map(walk::Page::words).collect();
                    let model = story.model();
                    let foreign: Vec<_> = read.difference(model.may_read(who)).collect();
                    assert!(
                        foreign.is_empty(),
                        "{who} reads {foreign:?} after {steps:?}"
                    );
                    let missing: Vec<_> = model.reads(who).difference(&read).collect();
                    assert!(
                        missing.is_empty(),
                        "{who} misses {missing:?} after {steps:?}"
                    );
                }
            })
            .await;
        }
    }
}

#[tokio::test]
async fn r2_what_others_keep_to_themselves_changes_no_letter_of_ones_own_pages() {
    for people in [2, 3] {
        for steps in histories(people) {
            let with = pages_of_the_first(people, &steps, |_| true).await;
            let without = pages_of_the_first(people, &steps, |step| step.is_seen_by(0)).await;
            for (one, other) in with.iter().zip(&without) {
                assert_eq!(one.path, other.path, "after {steps:?}");
                for (line, without) in one.text.lines().zip(other.text.lines()) {
                    assert_eq!(line, without, "{} after {steps:?}", one.path);
                }
                assert_eq!(one.text.len(), other.text.len(), "{}", one.path);
            }
            assert_eq!(with.len(), without.len(), "after {steps:?}");
        }
    }
}

#[tokio::test]
async fn r2_where_others_go_after_a_separation_changes_no_letter_of_ones_own_pages() {
    for people in [2, 3] {
        for mut steps in histories(people).into_iter().take(2) {
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
    let lines = Mutex::new(Vec::new());
    once(async |house| {
        let mut story = Story::begins(house, people).await;
        for (number, step) in steps.iter().enumerate() {
            story.goes_on(number, step).await;
        }
        story.it_is(STEPS);
        story.parts(others).await;
        let mut found: Vec<String> = Vec::new();
        for page in walk::steady(&story.pages_of(0).await) {
            found.extend(
                page.text
                    .lines()
                    .map(|line| format!("{}: {line}", page.path)),
            );
        }
        found.push(story.sent_to(0).await);
        let receipts = story.receipts_of(0).await;
        found.extend(receipts.lines().map(str::to_owned));
        found.sort_unstable();
        *lines.lock().unwrap() = found;
    })
    .await;
    lines.into_inner().unwrap()
}

/// What the first of so many people can reach after a history of which only some steps took place.
async fn pages_of_the_first(
    people: usize,
    steps: &[Step],
    takes_place: impl Fn(&Step) -> bool,
) -> Vec<walk::Steady> {
    let pages = Mutex::new(Vec::new());
    once(async |house| {
        let mut story = Story::begins(house, people).await;
        for (number, step) in steps.iter().enumerate() {
            if takes_place(step) {
                story.goes_on(number, step).await;
            } else {
                story.it_is(number);
            }
        }
        story.it_is(STEPS);
        let found = story.pages_of(0).await;
        let mut steady = walk::steady(&found);
        for (path, text) in [
            ("what was sent", story.sent_to(0).await),
            ("who opened it", story.receipts_of(0).await),
        ] {
            let path = path.to_owned();
            steady.push(walk::Steady { path, text });
        }
        *pages.lock().unwrap() = steady;
    })
    .await;
    pages.into_inner().unwrap()
}
