//! Everything that stands around every door: headers, compression, limits, errors as pages, panics caught.
//!
//! [`doorway`] is put around the joined router once, by the binary and by the tests of each door.

use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate};
use tower_http::compression::{CompressionLayer, CompressionLevel};

use crate::csrf;
use crate::errors::{self, PageError};
use crate::form;
use crate::house::Web;
use crate::routes::Routes;
use crate::visit::Visit;

/// The most bytes of a form. A door that takes files sets its own limit on that route.
pub const MOST_BYTES: usize = 512 * 1024;

const FORM: &[u8] = b"application/x-www-form-urlencoded";

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
    font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; \
    require-trusted-types-for 'script'; trusted-types 'none'";

const PERMISSIONS: &str = "accelerometer=(), browsing-topics=(), camera=(), display-capture=(), \
    geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), usb=()";

/// Puts what every door needs around a router.
pub fn doorway(routes: Routes<()>, web: &Web) -> Routes<()> {
    let worth_it = DefaultPredicate::new().and(NotForContentType::const_new("font/"));
    routes
        .layer(CatchPanicLayer::custom(errors::panicked))
        .layer(from_fn_with_state(web.clone(), pass))
        .layer(DefaultBodyLimit::max(MOST_BYTES))
        .layer(
            CompressionLayer::new()
                .quality(CompressionLevel::Precise(5))
                .compress_when(worth_it),
        )
}

async fn pass(State(web): State<Web>, mut request: Request, next: Next) -> Response {
    let visit = Visit::of(&web, &request);
    request.extensions_mut().insert(visit.clone());
    let (sent, response) = if csrf::comes_from_elsewhere(&web, request.method(), request.headers())
    {
        (Bytes::new(), PageError::FromElsewhere.into_response())
    } else {
        match kept(request).await {
            Ok((request, sent)) => (sent, next.run(request).await),
            Err(error) => (Bytes::new(), error.into_response()),
        }
    };
    let mut response = errors::dress(&visit, &sent, response);
    visit.leave_cookie(&mut response);
    protect(&web, &mut response);
    response
}

/// A request and the form that it carries, which is kept beside it: whatever becomes of it, also where nobody reads it
/// because its writer is signed out meanwhile, the words can be given back.
async fn kept(request: Request) -> Result<(Request, Bytes), PageError> {
    let kind = request.headers().get(header::CONTENT_TYPE);
    let is_form = kind.is_some_and(|kind| kind.as_bytes().starts_with(FORM));
    if request.method().is_safe() || !is_form {
        return Ok((request, Bytes::new()));
    }
    let (parts, body) = request.into_parts();
    let sent = form::body(Request::from_parts(parts.clone(), body), &()).await?;
    let request = Request::from_parts(parts, Body::from(sent.clone()));
    Ok((request, sent))
}

fn protect(web: &Web, response: &mut Response) {
    let fixed: [(HeaderName, &'static str); 8] = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (HeaderName::from_static("permissions-policy"), PERMISSIONS),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ),
    ];
    let headers = response.headers_mut();
    for (name, value) in fixed {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    if web.https() {
        let year = HeaderValue::from_static("max-age=31536000");
        headers
            .entry(header::STRICT_TRANSPORT_SECURITY)
            .or_insert(year);
    }
}
