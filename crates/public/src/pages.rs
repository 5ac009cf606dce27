//! Pages of words: what to expect, fees, privacy, how to raise a concern.

use askama::Template;
use web::{Page, Visit};

use crate::views::{BoardLine, FeeLine, PracticeFacts};

/// What happens, from the first talk to the last session.
#[derive(Template)]
#[template(path = "pages/what_to_expect.html")]
pub struct WhatToExpect {
    page: Page,
    facts: PracticeFacts,
}

impl WhatToExpect {
    /// The page.
    pub fn new(visit: &Visit, facts: PracticeFacts) -> Self {
        Self {
            page: crate::published(visit, "What to expect", "expect"),
            facts,
        }
    }
}

/// What it costs.
#[derive(Template)]
#[template(path = "pages/fees.html")]
pub struct Fees {
    page: Page,
    facts: PracticeFacts,
    lines: Vec<FeeLine>,
    sliding: String,
}

impl Fees {
    /// The page; `sliding` names the steps, such as "$95.00, $130.00 or $160.00", or is empty.
    pub fn new(visit: &Visit, facts: PracticeFacts, lines: Vec<FeeLine>, sliding: String) -> Self {
        Self {
            page: crate::published(visit, "Fees", "fees"),
            facts,
            lines,
            sliding,
        }
    }
}

/// What is kept of a visit, of a booking, of a record.
#[derive(Template)]
#[template(path = "pages/privacy.html")]
pub struct Privacy {
    page: Page,
    facts: PracticeFacts,
}

impl Privacy {
    /// The page.
    pub fn new(visit: &Visit, facts: PracticeFacts) -> Self {
        Self {
            page: crate::published(visit, "Privacy", ""),
            facts,
        }
    }
}

/// What is never all right, and whom to tell, inside and outside.
#[derive(Template)]
#[template(path = "pages/raise_a_concern.html")]
pub struct RaiseAConcern {
    page: Page,
    facts: PracticeFacts,
    boards: Vec<BoardLine>,
    lines: Vec<String>,
}

impl RaiseAConcern {
    /// The page with the boards of the clinicians' licences and the help lines after an assault, in words.
    pub fn new(
        visit: &Visit,
        facts: PracticeFacts,
        boards: Vec<BoardLine>,
        lines: Vec<String>,
    ) -> Self {
        let page = crate::published(visit, "Raise a concern", "ethics");
        Self {
            page,
            facts,
            boards,
            lines,
        }
    }
}
