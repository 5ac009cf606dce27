//! The access log, for the owner: every opening, writing and refusal by who works here, what was unusual, and a file of it.
//!
//! Not here: what a receipt is and that it cannot be removed (`practice::receipts`), and the client's own page of it
//! (`portal`).

use std::collections::HashMap;

use askama::Template;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use jiff::ToSpan;
use jiff::civil::Date;
use practice::Practice;
use practice::access::Role;
use practice::accounts::Colleague;
use practice::clock::micros;
use practice::ids::{PersonId, ReceiptId};
use practice::receipts::{HeadLeft, HeadWay, Logged, LoggedBy, Outcome, Search, Unusual, Why};
use uuid::Uuid;
use web::{
    Answer, Asked, Desk, Form, Locale, Page, PageError, Routes, Visit, fresh, get, show, show_as,
};

use crate::pages;
use crate::views::{Badge, Wall, counted};

/// Lines of a page.
const SHOWN: u32 = 100;
/// Records named on one line.
const NAMED: usize = 3;

const OUTCOMES: [(&str, &str); 4] = [
    ("", "Everything"),
    ("opened", "Opened"),
    ("written", "Written"),
    ("refused", "Refused"),
];

pub(crate) fn routes() -> Routes<Practice> {
    Routes::new()
        .route("/desk/practice/log", get(list))
        .route("/desk/practice/log/file", get(file))
        .route("/desk/practice/log/excerpt", get(excerpt))
        .route("/desk/practice/log/unusual", get(unusual))
}

#[derive(Template)]
#[template(path = "receipts/list.html")]
struct List {
    page: Page,
    form: Form,
    staff: Vec<(String, String)>,
    outcomes: [(&'static str, &'static str); 4],
    lines: Vec<Line>,
    record: Option<String>,
    searched: bool,
    file: String,
    excerpt: String,
    earlier: Option<String>,
    heads: Vec<Badge>,
}

struct Line {
    number: String,
    when: String,
    who: String,
    role: &'static str,
    what: String,
    purpose: &'static str,
    outcome: Badge,
    records: Vec<(String, String)>,
    more: usize,
}

#[derive(Template)]
#[template(path = "receipts/unusual.html")]
struct Report {
    page: Page,
    receipts: usize,
    days: Vec<DayView>,
}

struct DayView {
    who: String,
    day: String,
    said: String,
    href: String,
}

/// What was asked for, read from the form of the page; what cannot be read is said, and finds nothing meanwhile.
fn search(form: &mut Form, locale: &Locale) -> Search {
    let mut day = |name: &str| {
        let typed = form.text(name).to_owned();
        let read = typed.parse::<Date>().ok();
        if read.is_none() && !typed.is_empty() {
            form.refuse(name, "Write a day like 2026-11-19.");
        }
        read
    };
    let (from, until) = (day("from"), day("until"));
    if let (Some(first), Some(last)) = (from, until)
        && last < first
    {
        form.refuse("until", "The last day is before the first one.");
    }
    let by = read(form, ("by", "by"), |typed| typed.parse().ok());
    let outcome = read(form, ("outcome", "outcome"), Outcome::of_word);
    let record = read(form, ("record", "by"), |typed| typed.parse().ok());
    let before = read(form, ("before", "by"), |typed| typed.parse().ok());
    let begin = |date: Date| date.to_zoned(locale.zone.clone()).ok();
    Search {
        by,
        outcome,
        record,
        from: from.and_then(begin).map(|at| at.timestamp()),
        until: until
            .and_then(|last| last.checked_add(1.day()).ok())
            .and_then(begin)
            .map(|at| at.timestamp()),
        before,
    }
}

/// What one field narrows the search to. One that cannot be read is refused, because without it more would be found; it is
/// said at a field that people see.
fn read<T>(
    form: &mut Form,
    (name, told_at): (&str, &str),
    of: impl FnOnce(&str) -> Option<T>,
) -> Option<T> {
    let typed = form.text(name).to_owned();
    let read = of(&typed);
    if read.is_none() && !typed.is_empty() {
        form.refuse(told_at, "This search cannot be read. Choose once more.");
    }
    read
}

/// The same search again, as a query, older than `before`.
fn query(form: &Form, before: Option<ReceiptId>) -> String {
    let typed = ["by", "outcome", "record", "from", "until"].map(|name| (name, form.text(name)));
    let plain = |value: &str| {
        value
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
    };
    let mut parts: Vec<String> = typed
        .into_iter()
        .filter(|(_, value)| !value.is_empty() && plain(value))
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    parts.extend(before.map(|id| format!("before={id}")));
    parts.join("&")
}

async fn list(
    State(practice): State<Practice>,
    Desk(access): Desk,
    visit: Visit,
    Asked(mut form): Asked,
) -> Answer {
    let wall = Wall::of(&visit, &practice);
    let search = search(&mut form, wall.locale);
    let log = practice
        .access_log(
            &access,
            search.clone(),
            if form.is_good() { SHOWN } else { 0 },
        )
        .await?;
    let last = log.lines.last().map(|line| line.id);
    let earlier = last.filter(|_| log.more);
    let names = Names::of(&log.staff);
    let everybody = std::iter::once((String::new(), "Everybody".to_owned()));
    let each = log.staff.iter();
    let staff = everybody.chain(each.map(|one| (one.id.to_string(), one.page.name.clone())));
    let file = query(&form, None);
    show_as(
        form.status(),
        &List {
            page: pages::frame(&visit, &practice, &access, ("Access log", "settings")).await?,
            staff: staff.collect(),
            outcomes: OUTCOMES,
            lines: log
                .lines
                .iter()
                .map(|one| line(&wall, &names, one))
                .collect(),
            record: search.record.map(short),
            searched: !file.is_empty() || search.before.is_some(),
            earlier: earlier.map(|id| format!("/desk/practice/log?{}", query(&form, Some(id)))),
            file: format!("/desk/practice/log/file?{file}"),
            excerpt: format!("/desk/practice/log/excerpt?{file}"),
            heads: heads(
                &wall,
                &practice.heads_left().await.map_err(PageError::broken)?,
            ),
            form,
        },
    )
}

/// When and to where the log's signed heads last left.
fn heads(wall: &Wall<'_>, left: &[HeadLeft]) -> Vec<Badge> {
    let one = |left: &HeadLeft| {
        let place = match left.way {
            HeadWay::Folder => format!("to {}", left.place),
            HeadWay::Mail => "by email to the owner".to_owned(),
        };
        let last = match left.left_at {
            Some(at) => format!("Last {place}, {}", wall.moment(at)),
            None => format!("Never yet {place}"),
        };
        if left.fault.is_empty() {
            Badge::new(last, "badge--ok", "check")
        } else {
            let words = format!("{last}. It fails now: {}", left.fault);
            Badge::new(words, "badge--attn", "alert")
        }
    };
    if left.is_empty() {
        let nowhere = "Nowhere yet: set heads_folder, or a mail server";
        return vec![Badge::new(nowhere, "badge--attn", "alert")];
    }
    left.iter().map(one).collect()
}

/// Names at work by person.
struct Names<'a>(HashMap<PersonId, &'a str>);

impl<'a> Names<'a> {
    fn of(staff: &'a [Colleague]) -> Self {
        let names = staff.iter().map(|one| (one.id, one.page.name.as_str()));
        Self(names.collect())
    }

    fn by(&self, by: LoggedBy) -> &'a str {
        match by {
            LoggedBy::Staff(person) => self.0.get(&person).copied().unwrap_or("Somebody who left"),
            LoggedBy::Client => "A client",
            LoggedBy::Nobody => "The program",
        }
    }
}

fn line(wall: &Wall<'_>, names: &Names<'_>, one: &Logged) -> Line {
    let records = one.records.iter().take(NAMED);
    Line {
        number: one
            .number
            .map_or(String::new(), |number| number.to_string()),
        when: wall.moment(micros(one.at)),
        who: names.by(one.by).to_owned(),
        role: match one.by {
            LoggedBy::Staff(_) => Role::of_word(&one.role).map_or("", Role::plain),
            LoggedBy::Client | LoggedBy::Nobody => "",
        },
        what: match one.tries {
            0 => one.what.to_owned(),
            tries => {
                let tries = usize::try_from(tries).unwrap_or(usize::MAX);
                format!(
                    "{}: {}",
                    one.what,
                    counted(tries, "try", "tries").to_lowercase()
                )
            }
        },
        purpose: purpose(&one.purpose),
        outcome: match one.outcome {
            Outcome::Opened => Badge::new("Opened", "", "eye"),
            Outcome::Written => Badge::new("Written", "", "pen"),
            Outcome::Refused => Badge::new("Refused", "badge--attn", "alert"),
        },
        records: records
            .map(|record| {
                (
                    format!("{} {}", record.what, short(record.id)),
                    record.id.to_string(),
                )
            })
            .collect(),
        more: one.count.saturating_sub(NAMED),
    }
}

/// The end of an id: its beginning is a time, and many share it.
fn short(record: Uuid) -> String {
    let id = record.simple().to_string();
    id.get(26..).unwrap_or_default().to_owned()
}

fn purpose(word: &str) -> &'static str {
    match word {
        "care" => "Care",
        "emergency" => "An emergency",
        "contact" => "Contact, booking",
        "billing" => "Charges, documents",
        "own_record" => "Their own pages",
        "sign_in" => "Signing in",
        "import" => "Import",
        _ => "The practice’s own affairs",
    }
}

/// The lines that a search finds as a file for a table program.
async fn file(
    State(practice): State<Practice>,
    Desk(access): Desk,
    visit: Visit,
    Asked(mut form): Asked,
) -> Answer {
    let wall = Wall::of(&visit, &practice);
    let search = search(&mut form, wall.locale);
    crate::settings::owner(&access)?;
    if !form.is_good() {
        return Err(PageError::Unreadable);
    }
    let proved = fresh(&practice, &access)?;
    let log = practice.access_log_to_take_away(&proved, search).await?;
    let names = Names::of(&log.staff);
    let mut table = csv::Writer::from_writer(Vec::new());
    let head = [
        "number", "time", "who", "role", "action", "purpose", "outcome", "records", "receipt",
    ];
    table.write_record(head).map_err(PageError::broken)?;
    for one in &log.lines {
        let mut records: Vec<String> = one
            .records
            .iter()
            .map(|record| record.id.to_string())
            .collect();
        let unnamed = one.count.saturating_sub(records.len());
        if unnamed > 0 {
            records.push(format!("and {unnamed} more"));
        }
        let cells = [
            one.number
                .map_or(String::new(), |number| number.to_string()),
            one.at.to_string(),
            as_text(names.by(one.by)),
            one.role.clone(),
            one.action.clone(),
            one.purpose.clone(),
            one.outcome.word().to_owned(),
            records.join(" "),
            one.id.to_string(),
        ];
        table.write_record(cells).map_err(PageError::broken)?;
    }
    let bytes = table
        .into_inner()
        .map_err(|error| PageError::broken(error.error()))?;
    let kind = (header::CONTENT_TYPE, "text/csv; charset=utf-8");
    let name = (
        header::CONTENT_DISPOSITION,
        "attachment; filename=\"log.csv\"",
    );
    Ok(([kind, name], bytes).into_response())
}

/// The lines that a search finds as a file in which each is proved, for somebody outside.
async fn excerpt(
    State(practice): State<Practice>,
    Desk(access): Desk,
    visit: Visit,
    Asked(mut form): Asked,
) -> Answer {
    let wall = Wall::of(&visit, &practice);
    let search = search(&mut form, wall.locale);
    crate::settings::owner(&access)?;
    if !form.is_good() {
        return Err(PageError::Unreadable);
    }
    let proved = fresh(&practice, &access)?;
    let text = practice.log_excerpt(&proved, search).await?.text()?;
    let kind = (header::CONTENT_TYPE, "application/jsonl; charset=utf-8");
    let name = (
        header::CONTENT_DISPOSITION,
        "attachment; filename=\"log.jsonl\"",
    );
    Ok(([kind, name], text).into_response())
}

/// A cell that no table program takes for a formula.
fn as_text(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t']) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

async fn unusual(State(practice): State<Practice>, Desk(access): Desk, visit: Visit) -> Answer {
    let wall = Wall::of(&visit, &practice);
    let zone = wall.locale.zone.clone();
    let found = practice.unusual_days(&access, zone).await?;
    let names = Names::of(&found.staff);
    let days = found.days.iter();
    show(&Report {
        page: pages::frame(&visit, &practice, &access, ("Unusual days", "settings")).await?,
        receipts: found.receipts,
        days: days.map(|one| day(&wall, &names, one)).collect(),
    })
}

fn day(wall: &Wall<'_>, names: &Names<'_>, one: &Unusual) -> DayView {
    let (said, outcome) = match (one.why, one.count) {
        (Why::ManyRecords { usual: 0 }, count) => (
            format!("Opened {count} records. There is no other day to compare with."),
            "",
        ),
        (Why::ManyRecords { usual }, count) => (
            format!("Opened {count} records. On other days it is about {usual}."),
            "",
        ),
        (Why::Braked, _) => (
            "Was stopped, or had to prove who they are, after opening very many records in an hour."
                .to_owned(),
            "&outcome=refused",
        ),
        (Why::Refused, count) => (format!("Was refused {count} times."), "&outcome=refused"),
        (Why::AtNight, 1) => (
            "Opened something between 10 at night and 6 in the morning.".to_owned(),
            "",
        ),
        (Why::AtNight, count) => (
            format!("Opened something {count} times between 10 at night and 6 in the morning."),
            "",
        ),
    };
    let (by, date) = (one.by, one.day);
    DayView {
        who: names.by(LoggedBy::Staff(by)).to_owned(),
        day: wall.locale.day(date, wall.today()),
        said,
        href: format!("/desk/practice/log?by={by}&from={date}&until={date}{outcome}"),
    }
}
