//! The five cookies: who is signed in, a visitor's form token, whether this screen shows initials, and that this browser
//! signed in before, and that somebody else may see it.
//!
//! Not here: what a sign-in is worth. The token is random to this module; `practice` keeps its hash.

use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};

use crate::house::Web;

/// Which cookie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Name {
    /// The token of a sign-in.
    SignIn,
    /// What a visitor's form tokens are bound to; lives as long as the browser's window.
    Visitor,
    /// Whether this screen shows initials only.
    Initials,
    /// That this browser signed in before, so that it is counted apart from strangers.
    Device,
    /// That who signed in with this browser said that somebody else may see it.
    Shared,
}

impl Name {
    /// The name on the wire: with `__Host-` when the browser comes by https, so that no other host of the
    /// same domain can set it.
    #[must_use]
    pub fn on_the_wire(self, https: bool) -> &'static str {
        match (self, https) {
            (Self::SignIn, true) => "__Host-alcove",
            (Self::SignIn, false) => "alcove",
            (Self::Visitor, true) => "__Host-alcove-visit",
            (Self::Visitor, false) => "alcove-visit",
            (Self::Initials, true) => "__Host-alcove-initials",
            (Self::Initials, false) => "alcove-initials",
            (Self::Device, true) => "__Host-alcove-device",
            (Self::Device, false) => "alcove-device",
            (Self::Shared, true) => "__Host-alcove-brief",
            (Self::Shared, false) => "alcove-brief",
        }
    }

    /// `Lax` where a link in a mail must find the person signed in, `Strict` for the others.
    fn same_site(self) -> SameSite {
        match self {
            Self::SignIn => SameSite::Lax,
            Self::Visitor | Self::Initials | Self::Device | Self::Shared => SameSite::Strict,
        }
    }
}

/// Reads a cookie of a request.
#[must_use]
pub fn read(web: &Web, headers: &HeaderMap, name: Name) -> Option<String> {
    let jar = CookieJar::from_headers(headers);
    jar.get(name.on_the_wire(web.https()))
        .map(|cookie| cookie.value().to_owned())
        .filter(|v| !v.is_empty())
}

/// Sets a cookie until the browser's window closes; the server keeps the real end of a sign-in.
pub fn set(web: &Web, response: &mut Response, name: Name, value: &str) {
    write(web, response, name, value, Lasts::Window);
}

/// Sets a cookie that stays for so many days.
pub fn keep(web: &Web, response: &mut Response, name: Name, value: &str, days: i64) {
    write(web, response, name, value, Lasts::Days(days));
}

/// Takes a cookie away.
pub fn clear(web: &Web, response: &mut Response, name: Name) {
    write(web, response, name, "", Lasts::NoLonger);
}

/// How long a cookie stays.
#[derive(Clone, Copy)]
enum Lasts {
    Window,
    Days(i64),
    NoLonger,
}

fn write(web: &Web, response: &mut Response, name: Name, value: &str, lasts: Lasts) {
    let mut cookie = Cookie::build((name.on_the_wire(web.https()), value))
        .path("/")
        .http_only(true)
        .secure(web.https())
        .same_site(name.same_site())
        .build();
    let stays = match lasts {
        Lasts::Window => String::new(),
        Lasts::Days(days) => format!("; Max-Age={}", days * 24 * 60 * 60),
        Lasts::NoLonger => {
            cookie.make_removal();
            String::new()
        }
    };
    if let Ok(value) = HeaderValue::from_str(&format!("{cookie}{stays}")) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}
