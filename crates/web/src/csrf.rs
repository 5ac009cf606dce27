//! A form that another site made is refused, twice over.
//!
//! 1. Every unsafe method: `Sec-Fetch-Site` must say that the request came from here, or else `Origin`
//!    must be ours. A caller that is no browser sends neither and has no cookie to misuse.
//! 2. Every form carries a token: an HMAC of the sign-in's token, or of a visitor's cookie, masked anew
//!    for each page, so that compression tells nothing about it.

use aws_lc_rs::hmac;
use axum::http::{HeaderMap, Method, header};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use subtle::ConstantTimeEq;

use crate::house::Web;

const BYTES: usize = 16;

/// The token for a form of whoever holds `binding`, masked with fresh randomness.
#[must_use]
pub fn token(web: &Web, binding: &str) -> String {
    let mask: [u8; BYTES] = web.random();
    let masked = mask
        .iter()
        .zip(code(web, binding))
        .map(|(mask, byte)| mask ^ byte);
    let bytes: Vec<u8> = mask.iter().copied().chain(masked).collect();
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Whether `token` was made for whoever holds `binding`.
#[must_use]
pub fn fits(web: &Web, binding: &str, token: &str) -> bool {
    let Ok(bytes) = URL_SAFE_NO_PAD.decode(token) else {
        return false;
    };
    let Some((mask, masked)) = bytes.split_at_checked(BYTES) else {
        return false;
    };
    let found: Vec<u8> = mask
        .iter()
        .zip(masked)
        .map(|(mask, byte)| mask ^ byte)
        .collect();
    masked.len() == BYTES && bool::from(found.ct_eq(&code(web, binding)))
}

fn code(web: &Web, binding: &str) -> [u8; BYTES] {
    let key = hmac::Key::new(hmac::HMAC_SHA256, &web.settings().csrf_key);
    let tag = hmac::sign(&key, format!("form\0{binding}").as_bytes());
    let mut code = [0; BYTES];
    for (to, from) in code.iter_mut().zip(tag.as_ref()) {
        *to = *from;
    }
    code
}

/// Whether a request that may change something was made by another site.
#[must_use]
pub fn comes_from_elsewhere(web: &Web, method: &Method, headers: &HeaderMap) -> bool {
    if method.is_safe() {
        return false;
    }
    let text = |name| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    if let Some(site) = text(header::HeaderName::from_static("sec-fetch-site")) {
        return !matches!(site, "same-origin" | "none");
    }
    let Some(origin) = text(header::ORIGIN) else {
        return false;
    };
    if let Some(ours) = &web.settings().origin {
        return origin != ours;
    }
    let authority = origin.split_once("://").map_or(origin, |(_, rest)| rest);
    Some(authority) != text(header::HOST)
}
