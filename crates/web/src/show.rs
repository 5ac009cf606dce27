//! Answers of a handler: a page from its template, or the way to another page.

use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};

use crate::errors::PageError;
use crate::visit::Visit;

/// What a handler of a door returns.
pub type Answer = Result<Response, PageError>;

/// A page, 200.
///
/// # Errors
/// [`PageError::Broken`] when the template does not render.
pub fn show(template: &impl Template) -> Answer {
    show_as(StatusCode::OK, template)
}

/// A page with another status: `show_as(form.status(), &page)`.
///
/// # Errors
/// [`PageError::Broken`] when the template does not render.
pub fn show_as(status: StatusCode, template: &impl Template) -> Answer {
    let html = template.render().map_err(PageError::broken)?;
    let kind = HeaderValue::from_static("text/html; charset=utf-8");
    let length = HeaderValue::from(html.len());
    Ok((
        status,
        [
            (header::CONTENT_TYPE, kind),
            (header::CONTENT_LENGTH, length),
        ],
        html,
    )
        .into_response())
}

/// What other programs read, 200: a feed, a map of the site. `kind` is its content type.
///
/// # Errors
/// [`PageError::Broken`] when the template does not render.
pub fn show_for_programs(kind: &'static str, template: &impl Template) -> Answer {
    let text = template.render().map_err(PageError::broken)?;
    let kind = HeaderValue::from_static(kind);
    Ok(([(header::CONTENT_TYPE, kind)], text).into_response())
}

/// 303 to another page of ours, after something was done.
///
/// # Errors
/// None; the result is what handlers return.
pub fn go(path: &str) -> Answer {
    Ok(Redirect::to(local(path).unwrap_or("/")).into_response())
}

/// The path when it is one of ours: `/my/plan`, never `//elsewhere.example` nor `https://…`.
#[must_use]
pub fn local(path: &str) -> Option<&str> {
    let plain = path
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    let rooted = path.starts_with('/') && !path.starts_with("//");
    (plain && rooted && path.len() <= 512).then_some(path)
}

/// So many levels above a path: "/my/goals" is two above "/my/goals/7/own".
pub(crate) fn above(path: &str, levels: usize) -> &str {
    let up = |path: &'_ str| path.rfind('/').unwrap_or(0);
    let above = (0..levels).fold(path.trim_end_matches('/'), |path, _| {
        path.get(..up(path)).unwrap_or("")
    });
    if above.is_empty() { "/" } else { above }
}

/// The way on for who asks by GET for an address that only takes forms, where the form stands so many levels above it.
/// One level needs no such route.
///
/// # Errors
/// None; the result is what handlers return.
pub async fn up<const LEVELS: usize>(visit: Visit) -> Answer {
    go(above(visit.path(), LEVELS))
}

/// A path as the value of a query.
pub(crate) fn encoded(path: &str) -> String {
    let keep = |byte: u8| byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte);
    path.bytes()
        .map(|byte| {
            if keep(byte) {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_ours_are_gone_to() {
        assert_eq!(local("/my/plan?done=saved"), Some("/my/plan?done=saved"));
        for bad in [
            "//evil.example",
            "https://evil.example",
            "/\\evil.example",
            "my",
            "",
            "/a\nb",
            "/\u{e9}",
        ] {
            assert_eq!(local(bad), None, "{bad}");
        }
        assert_eq!(encoded("/a b&c"), "/a%20b%26c");
        assert_eq!(above("/my/goals/7/own", 1), "/my/goals/7");
        assert_eq!(above("/my/goals/7/own", 2), "/my/goals");
        assert_eq!((above("/exit", 1), above("/", 3)), ("/", "/"));
    }
}
