//! Styles, fonts, icons and browser modules, inside the binary and served under one digest of all of them.
//!
//! The digest is a segment of the path (`/assets/<digest>/…`), so that a module may import its
//! neighbour and a style may name a font by a relative address, and everything may be kept by the
//! browser for a year. An older digest is answered with what there is now, to be asked for again.
//!
//! Not here: anything that a person typed. Assets are the same for everybody.

use crate::{Routes, get};
use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::OnceLock;

use axum::body::Body;
use axum::extract::Path;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rust_embed::Embed;

use crate::page::Door;

#[derive(Embed)]
#[folder = "assets/"]
struct Files;

/// The parts of every style sheet, in order of the cascade.
const EVERY_DOOR: [&str; 13] = [
    "tokens",
    "fonts",
    "base",
    "actions",
    "compartments",
    "fields",
    "lists",
    "notices",
    "pictures",
    "utilities",
    "frame",
    "places",
    "extras",
];
const PUBLIC: [&str; 1] = ["public"];
const PORTAL: [&str; 1] = ["portal"];
const DESK: [&str; 3] = ["desk", "calendar", "record"];

/// The modules that every page imports where the browser encrypts, so that it compares each with its digest before it runs.
pub const OWN_WORDS: [&str; 11] = [
    "vendor/age.js",
    "js/drafts.js",
    "js/own-words/bytes.js",
    "js/own-words/envelope.js",
    "js/own-words/identity.js",
    "js/own-words/slots.js",
    "js/own-words/passkey.js",
    "js/own-words/tab.js",
    "js/own-words/gate.js",
    "js/own-words/field.js",
    "js/own-words/succession.js",
];

/// The same for pages with message threads, beside those.
pub const MESSAGES: [&str; 8] = [
    "vendor/words.js",
    "js/own-words/known.js",
    "js/own-words/six-words.js",
    "js/own-words/readers.js",
    "js/own-words/message.js",
    "js/own-words/attachments.js",
    "js/own-words/composer.js",
    "js/own-words/when.js",
];

/// Where an asset is served, for example `asset("icons.svg")`.
#[must_use]
pub fn asset(path: &str) -> String {
    format!("/assets/{}/{path}", digest())
}

/// The digest of a module, as the attribute `integrity` wants it; nothing for what is no module.
#[must_use]
pub fn integrity(path: &str) -> &'static str {
    static MODULES: OnceLock<HashMap<String, String>> = OnceLock::new();
    let digested = |name: Cow<'static, str>| {
        let bytes = content(&name)?;
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA384, &bytes);
        let text = format!("sha384-{}", STANDARD.encode(digest.as_ref()));
        name.ends_with(".js").then(|| (name.into_owned(), text))
    };
    let modules = MODULES.get_or_init(|| Files::iter().filter_map(digested).collect());
    modules.get(path).map_or("", String::as_str)
}

/// Where the style sheet of a door is served.
#[must_use]
pub fn sheet(door: Door) -> String {
    asset(&format!("{}.css", door.word()))
}

/// Answers `/assets/{digest}/{path}`.
pub fn router<S: Clone + Send + Sync + 'static>() -> Routes<S> {
    Routes::new()
        .route("/assets/{digest}/{*path}", get(serve))
        .route(
            "/favicon.ico",
            get(|| async { answer(digest(), "favicon.svg") }),
        )
}

async fn serve(Path((asked, path)): Path<(String, String)>) -> Response {
    answer(&asked, &path)
}

fn answer(asked: &str, path: &str) -> Response {
    let Some(content) = content(path) else {
        return plain(StatusCode::NOT_FOUND);
    };
    let keep = if asked == digest() {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let mut response = Response::new(Body::from(content.into_owned()));
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static(content_type(path)),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
    response
}

fn plain(status: StatusCode) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

/// The bytes of an asset or of a door's joined style sheet; nothing for the parts of a sheet.
fn content(path: &str) -> Option<Cow<'static, [u8]>> {
    match path {
        "public.css" => Some(Cow::Borrowed(joined(Door::Public))),
        "portal.css" => Some(Cow::Borrowed(joined(Door::Portal))),
        "desk.css" => Some(Cow::Borrowed(joined(Door::Desk))),
        other if other.starts_with("css/") => None,
        other => Files::get(other).map(|file| file.data),
    }
}

fn joined(door: Door) -> &'static [u8] {
    static SHEETS: [OnceLock<Vec<u8>>; 3] = [const { OnceLock::new() }; 3];
    let [public, portal, desk] = &SHEETS;
    match door {
        Door::Public => public.get_or_init(|| join(&PUBLIC)),
        Door::Portal => portal.get_or_init(|| join(&PORTAL)),
        Door::Desk => desk.get_or_init(|| join(&DESK)),
    }
}

fn join(own: &[&str]) -> Vec<u8> {
    let parts = EVERY_DOOR.iter().chain(own).chain(&["print"]);
    parts
        .filter_map(|part| Files::get(&format!("css/{part}.css")))
        .flat_map(|f| f.data.into_owned())
        .collect()
}

/// Twelve hexadecimal digits over every asset, computed once.
fn digest() -> &'static str {
    static DIGEST: OnceLock<String> = OnceLock::new();
    DIGEST.get_or_init(|| {
        let mut context = aws_lc_rs::digest::Context::new(&aws_lc_rs::digest::SHA256);
        let mut names: Vec<_> = Files::iter().collect();
        names.sort();
        for name in names {
            context.update(name.as_bytes());
            if let Some(file) = Files::get(&name) {
                context.update(&file.metadata.sha256_hash());
            }
        }
        context
            .finish()
            .as_ref()
            .iter()
            .take(6)
            .fold(String::new(), |mut text, byte| {
                write!(text, "{byte:02x}").ok();
                text
            })
    })
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("woff2") => "font/woff2",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// Whether the sprite has an icon of this name; used by the checks of door tests.
#[must_use]
pub fn has_icon(name: &str) -> bool {
    Files::get("icons.svg")
        .is_some_and(|file| String::from_utf8_lossy(&file.data).contains(&format!("id=\"{name}\"")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(path: &str) -> String {
        let bytes = content(path).expect(path);
        String::from_utf8(bytes.into_owned()).expect(path)
    }

    #[test]
    fn a_browser_compares_every_module_that_own_words_import() {
        let folder = "js/own-words/";
        let modules: Vec<_> = Files::iter()
            .filter(|path| path.starts_with(folder))
            .collect();
        assert!(modules.len() > 8);
        for path in modules {
            for line in text(&path)
                .lines()
                .filter(|line| line.starts_with("import "))
            {
                let (_, from) = line.split_once(" from \"").expect(line);
                let from = from.trim_end_matches("\";");
                let above = from.strip_prefix("../../").map(str::to_owned);
                let beside = from.strip_prefix("../").map(|name| format!("js/{name}"));
                let here = format!("{folder}{}", from.trim_start_matches("./"));
                let named = above.or(beside).unwrap_or(here);
                assert!(
                    OWN_WORDS.iter().chain(&MESSAGES).any(|one| *one == named),
                    "{path} imports {named}"
                );
            }
        }
    }

    #[test]
    fn what_is_served_of_a_library_is_what_its_manifest_says() {
        let said = integrity("vendor/age.js");
        assert!(said.len() > 64);
        assert!(text("vendor/manifest.json").contains(said));
    }
}
