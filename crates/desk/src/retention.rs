//! How long records are kept: what is due for review, one record with its holds and its destruction by two people, the rule of
//! the practice, certificates.
//!
//! Not here: when something is due, who may ask and confirm, what goes (`practice::retention`).

mod certificates;
pub mod paper;
mod record;
mod rule;

use askama::Template;
use axum::extract::State;
use jiff::civil::Date;
use practice::Practice;
use practice::access::{DeskAccess, Role};
use practice::retention::{Reviewed, Rule, rules};
use web::{Answer, Asked, Desk, Page, Routes, Visit, get, post, show, up};

use crate::pages;
use crate::views::{Badge, Called, Wall};

pub(crate) use record::gone;

pub(crate) fn routes() -> Routes<Practice> {
    Routes::new()
        .route("/desk/retention", get(list))
        .route("/desk/retention/rule", get(rule::ask).post(rule::set))
        .route("/desk/retention/certificates", get(certificates::list))
        .route(
            "/desk/retention/certificates/{certificate}",
            get(certificates::file),
        )
        .route("/desk/retention/{participant}", get(record::show_one))
        .route(
            "/desk/retention/{participant}/hold",
            post(record::hold).get(up::<1>),
        )
        .route(
            "/desk/retention/{participant}/lift",
            post(record::lift).get(up::<1>),
        )
        .route(
            "/desk/retention/{participant}/ask",
            post(record::ask).get(up::<1>),
        )
        .route(
            "/desk/retention/{participant}/confirm",
            post(record::confirm).get(up::<1>),
        )
        .route(
            "/desk/retention/{participant}/withdraw",
            post(record::withdraw).get(up::<1>),
        )
}

/// Whether who is signed in has to do with how long records are kept.
pub(crate) fn keeps_records(access: &DeskAccess) -> bool {
    [Role::Owner, Role::Clinician, Role::Supervisor]
        .into_iter()
        .any(|role| access.has(role))
}

#[derive(Template)]
#[template(path = "retention/list.html")]
struct List {
    page: Page,
    is_owner: bool,
    rule: RuleView,
    waiting: Vec<Row>,
    due: Vec<Row>,
    held: Vec<Row>,
}

/// The rule that holds, in words.
struct RuleView {
    years: u8,
    minors: Option<u8>,
    source: String,
    checked: String,
    by_person: bool,
    promised: Option<u8>,
}

struct Row {
    href: String,
    client: Called,
    line: String,
    badge: Badge,
}

/// Where it stands in the navigation: who has no cases of their own finds it under the practice.
fn under(access: &DeskAccess) -> &'static str {
    if pages::cares(access) {
        "cases"
    } else {
        "settings"
    }
}

async fn list(
    Desk(access): Desk,
    State(practice): State<Practice>,
    visit: Visit,
    Asked(asked): Asked,
) -> Answer {
    let seen = practice.retention_review(&access).await?;
    let wall = Wall::of(&visit, &practice);
    let (mut waiting, mut due, mut held) = (Vec::new(), Vec::new(), Vec::new());
    for one in &seen.parts {
        let (badge, to) = if one.request.is_some() {
            let badge = Badge::new("Waits for a second person", "badge--attn", "wait");
            (badge, &mut waiting)
        } else if one.held.is_some() {
            (Badge::new("On hold", "", "lock"), &mut held)
        } else {
            (Badge::new("Due", "", "wait"), &mut due)
        };
        to.push(row(&wall, one, badge));
    }
    let page = pages::frame(
        &visit,
        &practice,
        &access,
        ("Records to review", under(&access)),
    )
    .await?;
    show(&List {
        page: pages::done(page, &asked),
        is_owner: access.has(Role::Owner),
        rule: rule_view(&wall, &seen.rule),
        waiting,
        due,
        held,
    })
}

fn row(wall: &Wall<'_>, one: &Reviewed, badge: Badge) -> Row {
    let due = match one.due {
        Some(due) if one.is_due => format!("May be destroyed since {}", wall.locale.date(due)),
        Some(due) => format!("Kept until {}", wall.locale.date(due)),
        None => "The work goes on".to_owned(),
    };
    let last = wall.locale.date(one.last_contact);
    Row {
        href: format!("/desk/retention/{}", one.part),
        client: Called::of(&one.client),
        line: format!("{}. Last contact {last}. {due}.", kind(one)),
        badge,
    }
}

fn kind(one: &Reviewed) -> &'static str {
    if one.relational {
        "With others"
    } else {
        "Individual"
    }
}

fn rule_view(wall: &Wall<'_>, rule: &Rule) -> RuleView {
    let (checked, by_person) = match &rule.from {
        rules::From::Place(place) => (month(wall, &place.checked), place.by_person),
        rules::From::Own(own) => (wall.locale.date(own.checked_on), true),
        rules::From::Promise => (String::new(), false),
    };
    RuleView {
        years: rule.years(),
        minors: rule.years_after_majority(),
        source: rule.source().to_owned(),
        checked,
        by_person,
        promised: (rule.promised == rule.years()).then_some(rule.promised),
    }
}

/// "November 2026" of `2026-11`.
fn month(wall: &Wall<'_>, text: &str) -> String {
    let first: Result<Date, _> = format!("{text}-01").parse();
    first.map_or_else(
        |_| text.to_owned(),
        |first| {
            let whole = wall.locale.date(first);
            whole.trim_start_matches("1 ").to_owned()
        },
    )
}
