//! Everything that somebody can reach at the portal by following links.

use std::collections::{BTreeSet, VecDeque};

use axum::http::StatusCode;
use web::testing::{Browser, steady as without_tokens};

/// More pages than any of these histories makes, which somebody reads before their sign-in ends.
const MOST: usize = 300;

/// A page that was reached.
pub(super) struct Page {
    pub(super) path: String,
    pub(super) html: String,
    /// How many statements were run for it.
    pub(super) statements: u64,
}

impl Page {
    /// The planted words on it.
    pub(super) fn words(&self) -> impl Iterator<Item = String> + '_ {
        words(&self.html)
    }
}

/// The planted words in a text.
pub(super) fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    let words = text.split(|letter: char| !letter.is_ascii_alphanumeric());
    words
        .filter(|word| word.starts_with(super::story::WORD))
        .map(str::to_owned)
}

/// A page without what differs by chance: tokens of forms, random ids.
#[derive(PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Steady {
    pub(super) path: String,
    pub(super) text: String,
    /// How many statements were run for it, where that is counted.
    pub(super) statements: u64,
}

/// Follows every link from the first page on, two minutes for each page, so that each of them notes that they were there. `asked` says how many statements were run until now.
pub(super) async fn everything(
    browser: &mut Browser,
    time_passes: impl Fn(),
    asked: impl Fn() -> u64,
) -> Vec<Page> {
    let (mut pages, mut known) = (Vec::new(), BTreeSet::from(["/my".to_owned()]));
    let mut waiting = VecDeque::from(["/my".to_owned()]);
    while let Some(path) = waiting.pop_front() {
        time_passes();
        let before = asked();
        let seen = browser.get(&path).await;
        let statements = asked() - before;
        assert_ne!(seen.status, StatusCode::INTERNAL_SERVER_ERROR, "{path}");
        for link in links(&seen.html).chain(std::iter::once(seen.to.clone())) {
            if link.starts_with("/my") && known.insert(link.clone()) {
                waiting.push_back(link);
            }
        }
        pages.push(Page {
            path,
            html: seen.html,
            statements,
        });
        assert!(pages.len() < MOST, "the pages have no end");
    }
    pages
}

fn links(html: &str) -> impl Iterator<Item = String> + '_ {
    let rest = html.split(" href=\"").skip(1);
    rest.filter_map(|rest| rest.split(['"', '#']).next())
        .map(|link| link.replace("&amp;", "&"))
}

/// The pages without random ids, in an order of their own; without those of receipts, which fold what stands side by side,
/// and what happened in one instant stands there in the order of random ids.
pub(super) fn steady(pages: &[Page]) -> Vec<Steady> {
    let pages = pages.iter();
    let mut steady: Vec<_> = pages
        .filter(|page| !page.path.starts_with("/my/receipts"))
        .map(|page| Steady {
            path: without_ids(&page.path),
            statements: page.statements,
            text: in_order(&without_ids(&without_tokens(&page.html))),
        })
        .collect();
    steady.sort_unstable();
    steady
}

/// What happened in one instant stands in the order of random ids.
fn in_order(text: &str) -> String {
    let text = text.replace("<li", "\n<li");
    let mut lines: Vec<&str> = text.lines().collect();
    lines.sort_unstable();
    lines.join("\n")
}

fn without_ids(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while !rest.is_empty() {
        let id = rest
            .get(..36)
            .filter(|id| uuid::Uuid::parse_str(id).is_ok());
        if id.is_some() {
            out.push_str("id");
            rest = rest.get(36..).unwrap_or_default();
        } else {
            let mut letters = rest.chars();
            out.extend(letters.next());
            rest = letters.as_str();
        }
    }
    out
}
