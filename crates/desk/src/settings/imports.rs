//! The files that were taken in, for the owner: which, when, what became of each line. It speaks of places in a file and
//! kinds of items, never of what is written there.

use askama::Template;
use axum::extract::State;
use practice::Practice;
use practice::clock::micros;
use practice::imports::{Counts, Import, Line};
use web::{Answer, Asked, Desk, Page, PageError, Visit, show};

use crate::pages;
use crate::views::Wall;

/// How many lines of one file stand on the page.
const SHOWN: usize = 200;
/// How many files do; the earlier ones stand on the next.
const FILES: u32 = 50;

#[derive(Template)]
#[template(path = "imports/list.html")]
struct List {
    page: Page,
    imports: Vec<ImportView>,
    /// The page of those before these.
    earlier: Option<String>,
}

struct ImportView {
    file: String,
    source: String,
    when: String,
    counts: Vec<(&'static str, String)>,
    refused: Lines,
    notices: Lines,
    unplaced: Vec<(String, Vec<String>)>,
}

/// Lines with what is said of each, and how many more there are.
struct Lines {
    shown: Vec<(String, String)>,
    all: usize,
    more: usize,
}

/// `GET /desk/practice/imports`, those before the one that is named.
pub(super) async fn list(
    State(practice): State<Practice>,
    Desk(access): Desk,
    visit: Visit,
    Asked(asked): Asked,
) -> Answer {
    super::owner(&access)?;
    let before = asked.parsed("before");
    if before.is_none() && !asked.text("before").is_empty() {
        return Err(PageError::NotFound);
    }
    let found = practice.imports(&access, before, FILES).await?;
    let last = found.files.last().filter(|_| found.more);
    let wall = Wall::of(&visit, &practice);
    show(&List {
        page: pages::frame(&visit, &practice, &access, ("Imports", "settings")).await?,
        earlier: last.map(|one| format!("/desk/practice/imports?before={}", one.id)),
        imports: found.files.iter().map(|one| view(&wall, one)).collect(),
    })
}

fn view(wall: &Wall<'_>, one: &Import) -> ImportView {
    let report = &one.report;
    let counts = [
        ("Taken", &report.taken),
        ("Merged with what was here", &report.merged),
        ("Not taken", &report.not_taken),
    ];
    ImportView {
        file: one.name.reveal().clone(),
        source: report.source.clone(),
        when: wall.moment(micros(one.at)),
        counts: counts
            .into_iter()
            .filter(|(_, counts)| !counts.is_empty())
            .map(|(word, counts)| (word, listed(counts)))
            .collect(),
        refused: lines(&report.refused),
        notices: lines(&report.notices),
        unplaced: one
            .unplaced
            .iter()
            .map(|unplaced| {
                let ways = unplaced.ways.iter().map(|way| way.reveal().clone());
                (place(unplaced.line, "couple"), ways.collect())
            })
            .collect(),
    }
}

/// "3 clinical entries, 12 people".
fn listed(counts: &Counts) -> String {
    let words: Vec<String> = counts
        .iter()
        .map(|(kind, count)| format!("{count} {}", kind.replace('_', " ")))
        .collect();
    words.join(", ")
}

fn lines(lines: &[Line]) -> Lines {
    let shown = lines.iter().take(SHOWN);
    Lines {
        shown: shown
            .map(|line| (place(line.line, &line.what), line.said.clone()))
            .collect(),
        all: lines.len(),
        more: lines.len().saturating_sub(SHOWN),
    }
}

fn place(line: Option<u64>, what: &str) -> String {
    line.map_or_else(|| what.to_owned(), |line| format!("Line {line}, {what}"))
}
