//! The rule of the practice's own, for the owner.

use askama::Template;
use axum::extract::State;
use jiff::civil::Date;
use practice::access::DeskAccess;
use practice::retention::{OwnRule, RetentionError, rules};
use practice::{AccessError, Practice};
use web::{Answer, Desk, Form, Page, PageError, Visit, fresh, go, show_as};

use super::{RuleView, rule_view, under};
use crate::pages;
use crate::views::Wall;

/// The page. Fields: `years`, `minors`, `source`, `checked`.
#[derive(Template)]
#[template(path = "retention/rule.html")]
struct Show {
    page: Page,
    form: Form,
    rule: RuleView,
}

pub(super) async fn ask(
    Desk(access): Desk,
    State(practice): State<Practice>,
    visit: Visit,
) -> Answer {
    crate::settings::owner(&access)?;
    let rule = practice.retention_rule(&access).await?;
    let mut form = Form::blank();
    if let rules::From::Own(own) = &rule.from {
        form.set("years", own.years.to_string());
        let minors = own.years_after_majority.map(|years| years.to_string());
        form.set("minors", minors.unwrap_or_default());
        form.set("source", own.source.as_str());
        form.set("checked", own.checked_on.to_string());
    }
    page(&visit, &practice, &access, form).await
}

async fn page(visit: &Visit, practice: &Practice, access: &DeskAccess, form: Form) -> Answer {
    let rule = practice.retention_rule(access).await?;
    let wall = Wall::of(visit, practice);
    let frame = ("How long records are kept", under(access));
    let shown = Show {
        page: pages::frame(visit, practice, access, frame).await?,
        rule: rule_view(&wall, &rule),
        form,
    };
    show_as(shown.form.status(), &shown)
}

pub(super) async fn set(
    Desk(access): Desk,
    State(practice): State<Practice>,
    visit: Visit,
    mut form: Form,
) -> Answer {
    if crate::settings::owner(&access).is_err() {
        return Err(AccessError::NotThere.into());
    }
    let years: Option<u8> = form.parsed("years");
    let minors: Option<u8> = form.parsed("minors");
    let checked: Option<Date> = form.parsed("checked");
    if years.is_none_or(|years| years == 0 || years > 100) {
        form.refuse("years", "Write years from 1 to 100.");
    }
    if minors.is_none() && !form.text("minors").is_empty()
        || minors.is_some_and(|years| years > 100)
    {
        form.refuse("minors", "Write years from 0 to 100, or nothing.");
    }
    if form.text("source").is_empty() {
        form.refuse("source", "Say where this comes from.");
    }
    if checked.is_none() {
        form.refuse("checked", "Write the day on which somebody checked it.");
    }
    let (Some(years), Some(checked_on), true) = (years, checked, form.is_good()) else {
        return page(&visit, &practice, &access, form).await;
    };
    let rule = OwnRule {
        years,
        years_after_majority: minors,
        source: form.text("source").to_owned(),
        checked_on,
    };
    let proved = fresh(&practice, &access)?;
    match practice.set_retention_rule(&proved, rule).await {
        Ok(()) => go("/desk/retention?done=rule"),
        Err(RetentionError::Access(error)) => Err(error.into()),
        Err(error) => Err(PageError::broken(error)),
    }
}
