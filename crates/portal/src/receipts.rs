//! Who opened my record: every opening in plain words, by week, with who it was and what it was for.
//!
//! What other participants did is not in what `practice` gives, so it is neither shown nor missing (R2). The client's own
//! visits are shown only when asked for. Not here: what a receipt is and that it cannot be removed (`practice::receipts`).

use askama::Template;
use axum::extract::State;
use jiff::civil::Date;
use jiff::{Span, Timestamp};
use practice::Practice;
use practice::access::{PortalAccess, Role};
use practice::clock::{from_micros, micros};
use practice::ids::ReceiptId;
use practice::receipts::{Opened, OpenedBy, Openings, Whose};
use web::{Answer, Asked, Audience, Page, PageError, Portal, Visit, listed, show};

use crate::asking::{self, QuestionView};
use crate::views::{today, words};

/// Thirty days, in microseconds.
const LATELY: i64 = 30 * 24 * 60 * 60_000_000;

/// The page.
#[derive(Template)]
#[template(path = "receipts/list.html")]
struct List {
    page: Page,
    label: Audience,
    people: usize,
    openings: usize,
    refused: usize,
    refusals: Vec<Line>,
    weeks: Vec<Week>,
    earlier: Option<String>,
    mine_too: bool,
    first_page: bool,
    days: Vec<Bar>,
    span: String,
    partners: String,
    contact: String,
    questions: Vec<QuestionView>,
    emergencies: Vec<String>,
}

/// A week of openings, newest first.
struct Week {
    title: String,
    lines: Vec<Line>,
}

/// One opening.
#[derive(Clone)]
pub(crate) struct Line {
    id: ReceiptId,
    machine: String,
    pub(crate) when: String,
    pub(crate) who: String,
    pub(crate) role: &'static str,
    badge: &'static str,
    badge_class: &'static str,
    pub(crate) what: &'static str,
    purpose: &'static str,
    pub(crate) refused: bool,
    asks: bool,
}

impl Line {
    /// Whether two receipts read the same: of one person, in one minute, for one thing.
    fn says_the_same(&self, other: &Self) -> bool {
        let words = |line: &Self| (line.what, line.purpose, line.role, line.refused);
        words(self) == words(other) && self.machine == other.machine && self.who == other.who
    }

    /// "For your care."
    pub(crate) fn purpose_given(&self) -> String {
        format!("For {}.", self.purpose)
    }
}

/// A day of the chart.
struct Bar {
    day: String,
    openings: usize,
    x: usize,
    y: usize,
    height: usize,
}

/// `GET /my/receipts`: `mine=yes` with the client's own visits, `before=<receipt>` for earlier ones.
pub(crate) async fn list(
    Portal(access): Portal,
    visit: Visit,
    Asked(asked): Asked,
    State(practice): State<Practice>,
) -> Answer {
    let mine_too = asked.chose("mine", "yes");
    let whose = if mine_too {
        Whose::MineToo
    } else {
        Whose::Others
    };
    let before = asked.parsed::<ReceiptId>("before");
    let found = practice
        .who_opened_my_record(&access, whose, before)
        .await?;
    let lately = merged(&visit, &found, &found.lately);
    let names: Vec<&str> = found
        .partners
        .iter()
        .map(|name| name.reveal().as_str())
        .collect();
    let mine = if mine_too { "&mine=yes" } else { "" };
    show(&List {
        page: crate::framed(&visit, "Privacy", "receipts", &words(&found.name)),
        label: Audience::new(web::Seen::Private, "Only you see this page"),
        people: people(&found.lately),
        openings: lately.iter().filter(|(_, line)| !line.refused).count(),
        refused: lately.iter().filter(|(_, line)| line.refused).count(),
        refusals: lately
            .iter()
            .filter(|(_, line)| line.refused)
            .map(|(_, line)| line.clone())
            .take(5)
            .collect(),
        weeks: weeks(&visit, merged(&visit, &found, &found.openings)),
        earlier: found
            .earlier
            .map(|before| format!("/my/receipts?before={before}{mine}")),
        mine_too,
        first_page: before.is_none(),
        days: bars(&visit, &lately),
        span: span(&visit, 29),
        questions: asking::questions(&visit, &practice, &access).await?,
        emergencies: emergencies(&visit, &practice, &access).await?,
        partners: listed(&names),
        contact: practice.description().await?.ethics_contact,
    })
}

/// Whoever opened the record in an emergency in the last thirty days, when it has ended: the client is told then.
async fn emergencies(
    visit: &Visit,
    practice: &Practice,
    access: &PortalAccess,
) -> Result<Vec<String>, PageError> {
    let now = micros(practice.now());
    let found = practice.my_emergencies(access, now - LATELY).await?;
    let ended: Vec<_> = found.into_iter().filter(|one| one.ends_at <= now).collect();
    if ended.is_empty() {
        return Ok(Vec::new());
    }
    let staff = practice.colleagues().await?;
    let said = ended.iter().map(|one| {
        let who = staff.iter().find(|colleague| colleague.id == one.by);
        let who = who.map_or("Somebody of the practice", |found| found.page.name.as_str());
        let locale = &visit.web().house().locale;
        let at = |micros| locale.here(from_micros(micros));
        let (from, until) = (at(one.begun_at), at(one.ends_at));
        let day = locale.moment(&from, today(visit));
        format!("{who}, {day}, until {}", locale.clock(until.time()))
    });
    Ok(said.collect())
}

/// How many members of staff.
fn people(openings: &[Opened]) -> usize {
    let mut seen: Vec<_> = openings
        .iter()
        .filter(|opening| !opening.refused)
        .filter_map(|opening| match &opening.by {
            OpenedBy::Staff { person, .. } => Some(*person),
            OpenedBy::You | OpenedBy::Program(_) => None,
        })
        .collect();
    seen.sort_unstable();
    seen.dedup();
    seen.len()
}

/// One line for what one person did in one minute for one thing: an opening and the writing that followed are one.
fn merged(visit: &Visit, page: &Openings, openings: &[Opened]) -> Vec<(Date, Line)> {
    let mut lines: Vec<(Date, Line)> = Vec::new();
    for opening in openings {
        let day = visit.web().house().locale.here(opening.at).date();
        let line = line(visit, page, opening);
        if lines
            .last()
            .is_none_or(|(_, last)| !last.says_the_same(&line))
        {
            lines.push((day, line));
        }
    }
    lines
}

pub(crate) fn line(visit: &Visit, page: &Openings, opening: &Opened) -> Line {
    let (who, role) = match &opening.by {
        OpenedBy::You => ("You".to_owned(), ""),
        OpenedBy::Staff { person, role } => {
            let name = page.staff.get(person).map(|found| found.name.clone());
            let theirs = if page.care.contains(person) {
                "On your care team"
            } else {
                Role::of_word(role).map_or("Of the practice", Role::plain)
            };
            (
                name.unwrap_or_else(|| "Somebody of the practice".to_owned()),
                theirs,
            )
        }
        OpenedBy::Program(_) => ("Alcove itself".to_owned(), "The program, by itself"),
    };
    let (badge, badge_class) = badge(page, opening);
    Line {
        id: opening.id,
        asks: opening.by != OpenedBy::You,
        machine: web::machine(&minute(visit, opening.at)),
        when: when(visit, opening.at),
        who,
        role,
        badge,
        badge_class,
        what: opening.what,
        purpose: opening.purpose,
        refused: opening.refused,
    }
}

fn badge(page: &Openings, opening: &Opened) -> (&'static str, &'static str) {
    if opening.refused {
        return ("Refused", "badge--danger");
    }
    match &opening.by {
        OpenedBy::You | OpenedBy::Program(_) => ("", ""),
        OpenedBy::Staff { person, .. } if page.care.contains(person) => ("Care team", "badge--ok"),
        OpenedBy::Staff { role, .. } => match role.as_str() {
            "biller" => ("Billing", "badge--accent"),
            "front_desk" => ("Front desk", "badge--accent"),
            "owner" => ("Owner", "badge--accent"),
            _ => ("Practice", "badge--accent"),
        },
    }
}

fn minute(visit: &Visit, at: Timestamp) -> jiff::Zoned {
    let at = visit.web().house().locale.here(at);
    at.with()
        .second(0)
        .subsec_nanosecond(0)
        .build()
        .unwrap_or(at)
}

/// "Tue 9:12"; before this year "Tue 9:12" stands under its week, which says the year.
fn when(visit: &Visit, at: Timestamp) -> String {
    let locale = &visit.web().house().locale;
    let at = locale.here(at);
    format!("{} {}", at.strftime("%a"), locale.clock(at.time()))
}

/// Lines under their weeks, which begin on Monday.
fn weeks(visit: &Visit, lines: Vec<(Date, Line)>) -> Vec<Week> {
    let this = monday(today(visit));
    let mut weeks: Vec<(Date, Week)> = Vec::new();
    for (day, line) in lines {
        let begins = monday(day);
        match weeks.last_mut() {
            Some((at, week)) if *at == begins => week.lines.push(line),
            _ => weeks.push((
                begins,
                Week {
                    title: if begins == this {
                        "This week".to_owned()
                    } else {
                        week_in_words(visit, begins)
                    },
                    lines: vec![line],
                },
            )),
        }
    }
    weeks.into_iter().map(|(_, week)| week).collect()
}

fn monday(day: Date) -> Date {
    let back = i64::from(day.weekday().to_monday_zero_offset());
    day.saturating_sub(Span::new().days(back))
}

/// "9 to 15 November", "30 November to 6 December", with the year when it is not this one.
fn week_in_words(visit: &Visit, begins: Date) -> String {
    let ends = begins.saturating_add(Span::new().days(6));
    let from = if begins.month() == ends.month() {
        begins.strftime("%-d").to_string()
    } else {
        begins.strftime("%-d %B").to_string()
    };
    let year = if ends.year() == today(visit).year() {
        ""
    } else {
        " %Y"
    };
    format!("{from} to {}", ends.strftime(&format!("%-d %B{year}")))
}

/// "21 October to 19 November".
fn span(visit: &Visit, days_back: i64) -> String {
    let today = today(visit);
    let from = today.saturating_sub(Span::new().days(days_back));
    format!(
        "{} to {}",
        from.strftime("%-d %B"),
        today.strftime("%-d %B")
    )
}

/// The last thirty days, the oldest first; the tallest bar is 44 high.
fn bars(visit: &Visit, lines: &[(Date, Line)]) -> Vec<Bar> {
    let today = today(visit);
    let of = |day: Date| {
        lines
            .iter()
            .filter(|(on, line)| *on == day && !line.refused)
            .count()
    };
    let days: Vec<(Date, usize)> = (0..30)
        .rev()
        .map(|back: i64| today.saturating_sub(Span::new().days(back)))
        .map(|day| (day, of(day)))
        .collect();
    let most = days
        .iter()
        .map(|(_, count)| *count)
        .max()
        .unwrap_or(0)
        .max(1);
    let locale = &visit.web().house().locale;
    days.into_iter()
        .enumerate()
        .map(|(place, (day, openings))| {
            let height = (openings * 44).div_ceil(most).max(2);
            Bar {
                day: locale.day(day, today),
                openings,
                x: place * 10 + 1,
                y: 48 - height,
                height,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use web::testing::visit;

    use super::*;

    #[test]
    fn weeks_are_said_as_people_say_them() {
        let visit = visit("/my/receipts");
        assert_eq!(monday(date(2026, 11, 19)), date(2026, 11, 16));
        assert_eq!(monday(date(2026, 11, 16)), date(2026, 11, 16));
        let said = |day| week_in_words(&visit, day);
        assert_eq!(said(date(2026, 11, 9)), "9 to 15 November");
        assert_eq!(said(date(2026, 8, 31)), "31 August to 6 September");
        assert_eq!(said(date(2025, 12, 29)), "29 December to 4 January");
        assert_eq!(said(date(2025, 11, 10)), "10 to 16 November 2025");
        assert_eq!(span(&visit, 29), "21 October to 19 November");
    }
}
