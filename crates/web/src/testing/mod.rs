//! For the tests of doors: a wired [`Web`] with a fixed clock and seeded randomness, a page to render
//! samples with, and the checks that every page must pass.

mod browser;
pub mod samples;

pub use browser::{Browser, Seen};

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::body::Body;
use axum::http::Request;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::assets;
use crate::house::{HelpLine, House, Settings, Web};
use crate::local::{Hours, Locale};
use crate::page::{Door, Page};
use crate::peer::TrustedProxies;
use crate::visit::Visit;

/// A practice for tests: Linden Row in Portland, Thursday 19 November 2026, 10:00.
#[must_use]
pub fn settings() -> Settings {
    let zone = TimeZone::get("America/Los_Angeles").unwrap_or(TimeZone::UTC);
    let turns = AtomicU64::new(1);
    Settings {
        house: House {
            name: "Linden Row".to_owned(),
            line: "Sex and relationship therapy".to_owned(),
            address: "214 Linden Row, Second floor, Portland, Oregon".to_owned(),
            help: vec![
                HelpLine {
                    what: "If anyone is in danger, call".to_owned(),
                    reach: "911".to_owned(),
                },
                HelpLine {
                    what: "For crisis support, call or text".to_owned(),
                    reach: "988".to_owned(),
                },
            ],
            leave_to: "https://www.weather.gov/".to_owned(),
            leave_title: "Weather".to_owned(),
            locale: Locale::english(zone, Hours::TwentyFour),
            demo: false,
        },
        https: false,
        origin: None,
        passkeys: true,
        trusted: TrustedProxies::default(),
        csrf_key: [7; 32],
        clock: Arc::new(|| Timestamp::from_second(1_795_111_200).unwrap_or(Timestamp::UNIX_EPOCH)),
        randomness: Arc::new(move |bytes| {
            for byte in bytes {
                let turn = turns.fetch_add(0x9E37_79B9_7F4A_7C15, Ordering::Relaxed);
                *byte = (turn >> 56).to_le_bytes()[0];
            }
        }),
    }
}

/// The doors wired with [`settings`].
#[must_use]
pub fn web() -> Web {
    Web::new(settings())
}

/// A visit of `path` by nobody.
#[must_use]
pub fn visit(path: &str) -> Visit {
    let mut request = Request::new(Body::empty());
    *request.uri_mut() = path.parse().unwrap_or_default();
    Visit::of(&web(), &request)
}

/// A page to render a sample with.
#[must_use]
pub fn page(door: Door, title: &str) -> Page {
    Page::new(&visit(door.home()), door, title)
}

/// The page without what changes from build to build: the digests of the assets, the tokens of forms.
#[must_use]
pub fn steady(html: &str) -> String {
    let digest = assets::asset("");
    let html = html.replace(&digest, "/assets/");
    let html = without(&html, "name=\"csrf\" value=\"");
    let html = without(&html, " integrity=\"");
    without(&html, " data-csrf=\"")
}

/// The page without the values that begin after `mark`.
fn without(html: &str, mark: &str) -> String {
    let mut parts = html.split(mark);
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        text.push_str(mark);
        text.push_str(
            part.find('"')
                .and_then(|end| part.get(end..))
                .unwrap_or(part),
        );
    }
    text
}

/// Everything that is wrong with a rendered page; nothing when it is as every page must be.
#[must_use]
pub fn check(html: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    let lower = html.to_lowercase();
    for bad in [
        "<style",
        " style=\"",
        "javascript:",
        " onclick",
        " onload",
        " onsubmit",
        "http://",
    ] {
        if lower.contains(bad) && bad != "http://" {
            wrong.push(format!("holds `{bad}`"));
        }
    }
    for script in lower.split("<script").skip(1) {
        let tag = script.split('>').next().unwrap_or_default();
        if !tag.contains(" src=\"/assets/") {
            wrong.push(format!("an inline script: <script{tag}>"));
        }
    }
    let mut ids = HashSet::new();
    for id in values(html, " id=\"") {
        if !ids.insert(id) {
            wrong.push(format!("the id `{id}` twice"));
        }
    }
    for (mark, what) in [
        (" for=\"", "for"),
        (" aria-labelledby=\"", "aria-labelledby"),
        (" aria-describedby=\"", "aria-describedby"),
    ] {
        for id in values(html, mark).flat_map(str::split_whitespace) {
            if !ids.contains(id) {
                wrong.push(format!("{what} names `{id}`, which is not there"));
            }
        }
    }
    for name in html
        .split("icons.svg#")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
    {
        if !assets::has_icon(name) {
            wrong.push(format!("no icon `{name}`"));
        }
    }
    let posts = html.matches("method=\"post\"").count() - html.matches("action=\"/exit\"").count();
    if html.matches("name=\"csrf\"").count() < posts {
        wrong.push("a form without its token".to_owned());
    }
    wrong.extend(html.split("<form").skip(1).flat_map(unkept));
    if html.matches("<h1").count() != 1 {
        wrong.push("not exactly one h1".to_owned());
    }
    wrong
}

/// The fields of a form whose words would be lost with a form that cannot be taken, and the secret ones that would come
/// back.
fn unkept(form: &str) -> Vec<String> {
    let form = form.split("</form").next().unwrap_or_default();
    let kept: HashSet<&str> = values(form, "name=\"typed\" value=\"").collect();
    let mut wrong = Vec::new();
    for tag in form.split('<').filter_map(|tag| tag.split('>').next()) {
        let kind = values(tag, " type=\"").next();
        // What is copied from paper is seen while it is typed, and is as secret as a password.
        let is_secret = kind == Some("password") || tag.contains(" data-secret");
        let is_text = match (tag.split(' ').next(), kind) {
            (Some("textarea"), _) => true,
            (Some("input"), Some("text" | "email" | "tel" | "url" | "search")) => {
                !tag.contains(" inputmode=\"numeric\"")
            }
            _ => false,
        };
        let Some(name) = values(tag, " name=\"").next() else {
            continue;
        };
        if is_text && !is_secret && !kept.contains(name) {
            wrong.push(format!("what is typed as `{name}` would not come back"));
        }
        if is_secret && kept.contains(name) {
            wrong.push(format!("`{name}` is secret and would come back"));
        }
    }
    wrong
}

fn values<'a>(html: &'a str, mark: &'a str) -> impl Iterator<Item = &'a str> {
    html.split(mark)
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
}
