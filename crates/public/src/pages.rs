//! Pages of words: what to expect, fees, privacy, how to raise a concern.

pub(crate) mod sitemap;

use askama::Template;
use axum::extract::State;
use practice::Practice;
use practice::access::CredentialKind;
use practice::places::LineKind;
use web::{Answer, Page, Visit, money, show};

use crate::settings::House;
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

/// `GET /what-to-expect`
pub(crate) async fn what_to_expect(State(practice): State<Practice>, visit: Visit) -> Answer {
    show(&WhatToExpect::new(
        &visit,
        House::read(&practice).await?.facts(),
    ))
}

/// `GET /privacy`
pub(crate) async fn privacy(State(practice): State<Practice>, visit: Visit) -> Answer {
    show(&Privacy::new(&visit, House::read(&practice).await?.facts()))
}

/// `GET /fees`
pub(crate) async fn fees(State(practice): State<Practice>, visit: Visit) -> Answer {
    let house = House::read(&practice).await?;
    let about = &house.description;
    let amount = |cents: i64| {
        if cents == 0 {
            "Free".to_owned()
        } else {
            money(cents, &about.currency)
        }
    };
    let lines = about.fees.iter().map(|fee| FeeLine {
        title: fee.title.clone(),
        amount: amount(fee.cents),
        note: fee.note.clone(),
    });
    let steps: Vec<String> = about.sliding.iter().map(|cents| amount(*cents)).collect();
    let steps: Vec<&str> = steps.iter().map(String::as_str).collect();
    show(&Fees::new(
        &visit,
        house.facts(),
        lines.collect(),
        web::listed(&steps),
    ))
}

/// `GET /raise-a-concern`
pub(crate) async fn raise_a_concern(State(practice): State<Practice>, visit: Visit) -> Answer {
    let house = House::read(&practice).await?;
    let mut boards: Vec<BoardLine> = Vec::new();
    for known in &house.clinicians {
        for credential in known
            .published
            .credentials
            .iter()
            .filter(|known| known.kind == CredentialKind::Licence)
        {
            if boards.iter().all(|board| board.name != credential.issuer) {
                boards.push(BoardLine {
                    name: credential.issuer.clone(),
                    about: format!(
                        "For licenses of {}",
                        house.place_name(&credential.jurisdiction)
                    ),
                    address: None,
                });
            }
        }
    }
    let lines = house.lines(LineKind::Assault);
    show(&RaiseAConcern::new(&visit, house.facts(), boards, lines))
}
