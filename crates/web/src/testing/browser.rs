//! A browser without a window, for the tests of doors: it keeps cookies, carries the token of the page that it saw
//! last, and goes through the real doorway.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Request, StatusCode, header};
use axum::response::Response;
use practice::Practice;
use tower::ServiceExt as _;

use super::{check, settings};
use crate::cookies::Name;
use crate::{Routes, Web, doorway};

/// One person's browser.
#[derive(Clone)]
pub struct Browser {
    app: Router,
    cookies: BTreeMap<String, String>,
    token: String,
    place: IpAddr,
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The status.
    pub status: StatusCode,
    /// The page.
    pub html: String,
    /// Where it sends the browser; empty for nowhere.
    pub to: String,
    /// The headers.
    pub headers: HeaderMap,
}

impl Seen {
    /// The value of the first hidden field of this name; empty for none.
    #[must_use]
    pub fn field(&self, name: &str) -> &str {
        let mark = format!("name=\"{name}\" value=\"");
        let after = self.html.split_once(&mark).map_or("", |(_, rest)| rest);
        after.split('"').next().unwrap_or("")
    }

    /// What a person reads in the middle of the page: no markup, white space folded.
    #[must_use]
    pub fn words(&self) -> String {
        let (_, main) = self.html.split_once("<main").unwrap_or(("", &self.html));
        let (main, _) = main.split_once("</main>").unwrap_or((main, ""));
        let pieces = main
            .split('<')
            .map(|piece| piece.split_once('>').map_or("", |(_, text)| text));
        let words = pieces.collect::<Vec<_>>().join(" ");
        words.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

impl Browser {
    /// A browser at the doors of `routes`, wired with the test's [`Web`].
    #[must_use]
    pub fn new(routes: Routes<()>, web: &Web) -> Self {
        Self {
            app: doorway(routes, web).into_router(),
            cookies: BTreeMap::new(),
            token: String::new(),
            place: IpAddr::V4(Ipv4Addr::new(203, 0, 113, 7)),
        }
    }

    /// A browser at the doors of `practice`, whose clock is theirs.
    #[must_use]
    pub fn of(practice: &Practice, doors: Routes<Practice>) -> Self {
        let mut settings = settings();
        let clock = practice.clone();
        settings.clock = Arc::new(move || clock.now());
        Self::new(doors.with_state(practice.clone()), &Web::new(settings))
    }

    /// Another browser at the same doors, somewhere else, with nothing remembered.
    #[must_use]
    pub fn another(&self, place: IpAddr) -> Self {
        Self {
            app: self.app.clone(),
            cookies: BTreeMap::new(),
            token: String::new(),
            place,
        }
    }

    /// The token of the sign-in's cookie.
    #[must_use]
    pub fn sign_in(&self) -> Option<&str> {
        let name = Name::SignIn.on_the_wire(false);
        self.cookies.get(name).map(String::as_str)
    }

    /// Forgets the token of the page that was seen last, as a form does that another site made.
    #[must_use]
    pub fn without_token(mut self) -> Self {
        self.token.clear();
        self
    }

    /// The same browser for somebody who is signed in.
    #[must_use]
    pub fn signed_in(mut self, token: &str) -> Self {
        let name = Name::SignIn.on_the_wire(false);
        self.cookies.insert(name.to_owned(), token.to_owned());
        self
    }

    /// Opens a page and checks that it is whole.
    ///
    /// # Panics
    /// When the page breaks a rule of every page.
    pub async fn get(&mut self, path: &str) -> Seen {
        let seen = self.send(Request::get(path), String::new()).await;
        let faults = if seen.html.starts_with("<!") {
            check(&seen.html)
        } else {
            Vec::new()
        };
        assert!(faults.is_empty(), "{path}: {faults:?}");
        seen
    }

    /// Opens a page, and asks by GET for the address of each form on it, as who loads the answer of a refused form anew
    /// does; the ways out, which belong to another door, are left aside. How many forms there were.
    ///
    /// # Panics
    /// When one of them leads to no page.
    pub async fn loads_every_form_anew(&mut self, path: &str) -> usize {
        let page = self.get(path).await;
        let forms = page.html.split("method=\"post\" action=\"").skip(1);
        let forms: Vec<&str> = forms
            .filter_map(|rest| rest.split('"').next())
            .filter(|action| !matches!(*action, "/exit" | "/sign-out"))
            .collect();
        for action in &forms {
            let mut seen = self.get(action).await;
            for _ in 0..4 {
                if seen.status.is_redirection() {
                    seen = self.get(&seen.to).await;
                }
            }
            assert_eq!(seen.status, StatusCode::OK, "{path}: {action}");
        }
        forms.len()
    }

    /// Sends a form, with the token of the page that was seen last.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Seen {
        self.post_for("text/html", path, fields).await
    }

    /// The same as a module of ours sends it, which wants data back.
    pub async fn post_by_module(&mut self, path: &str, fields: &[(&str, &str)]) -> Seen {
        self.post_for("application/json", path, fields).await
    }

    async fn post_for(&mut self, accept: &str, path: &str, fields: &[(&str, &str)]) -> Seen {
        let token = self.token.clone();
        let fields = std::iter::once((crate::TOKEN, token.as_str())).chain(fields.iter().copied());
        let body: Vec<String> = fields
            .map(|(name, value)| format!("{}={}", escaped(name), escaped(value)))
            .collect();
        let request = Request::post(path)
            .header(header::ACCEPT, accept)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::ORIGIN, "http://alcove.test");
        self.send(request, body.join("&")).await
    }

    #[expect(clippy::expect_used, reason = "a test cannot go on without it")]
    async fn send(&mut self, request: axum::http::request::Builder, body: String) -> Seen {
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let request = request
            .header(header::HOST, "alcove.test")
            .header(header::COOKIE, cookies.join("; "))
            .extension(ConnectInfo(SocketAddr::new(self.place, 4711)))
            .body(Body::from(body))
            .expect("a request");
        let response = self.app.clone().oneshot(request).await.expect("an answer");
        self.keep_cookies(&response);
        let (status, headers) = (response.status(), response.headers().clone());
        let to = response
            .headers()
            .get(header::LOCATION)
            .and_then(|to| to.to_str().ok());
        let to = to.unwrap_or_default().to_owned();
        let body = to_bytes(response.into_body(), usize::MAX)
            .await
            .expect("a body");
        let html = String::from_utf8_lossy(&body).into_owned();
        if let Some(token) = token(&html) {
            self.token = token;
        }
        Seen {
            status,
            html,
            to,
            headers,
        }
    }

    fn keep_cookies(&mut self, response: &Response) {
        for cookie in response.headers().get_all(header::SET_COOKIE) {
            let text = cookie.to_str().unwrap_or_default();
            let pair = text.split(';').next().unwrap_or_default();
            if let Some((name, value)) = pair.split_once('=') {
                if value.is_empty() || text.contains("Max-Age=0") {
                    self.cookies.remove(name);
                } else {
                    self.cookies.insert(name.to_owned(), value.to_owned());
                }
            }
        }
    }
}

fn token(html: &str) -> Option<String> {
    let (_, rest) = html.split_once(&format!("name=\"{}\" value=\"", crate::TOKEN))?;
    rest.split_once('"').map(|(token, _)| token.to_owned())
}

fn escaped(text: &str) -> String {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    text.bytes()
        .map(|byte| {
            if plain(&byte) {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect()
}
