//! What the program says about itself: the log on standard error, counters for Prometheus.
//!
//! Neither ever carries a body, a name, a path with an id or a query: requests are told by their route.

use std::time::{Duration, Instant};
use web::{Routes, get};

use axum::extract::{MatchedPath, Request};
use axum::middleware::Next;
use axum::response::Response;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;

use crate::failure::Failure;
use crate::settings::{LogFormat, Settings};

/// Begins the log.
///
/// # Errors
/// [`Failure::Refused`] when the level is none.
pub(crate) fn begin(settings: &Settings) -> Result<(), Failure> {
    let filter = EnvFilter::try_new(&settings.log_level)
        .map_err(|_| Failure::refused(format!("log_level: {:?} is none", settings.log_level)))?;
    // A line that cannot be written, as when the disk of the log is full, is lost. Told as an error, on a standard error that
    // cannot be written either, it would be a panic in the middle of whatever was being done.
    let log = tracing_subscriber::fmt()
        .log_internal_errors(false)
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    let begun = match settings.log_format {
        LogFormat::Text => log.with_ansi(false).try_init(),
        LogFormat::Json => log.json().try_init(),
    };
    begun.map_err(|error| Failure::refused(error.to_string()))
}

/// Keeps to itself what a panic says, because it may quote a person's words; where it happened is told.
pub(crate) fn hush_panics() {
    std::panic::set_hook(Box::new(|told| {
        let place = told
            .location()
            .map_or_else(String::new, |at| format!("{}:{}", at.file(), at.line()));
        if tracing::dispatcher::has_been_set() {
            tracing::error!(
                place,
                "a fault in the program; what it said is not written down"
            );
        } else {
            eprintln!("alcove: a fault in the program at {place}");
        }
    }));
}

/// Begins to count; what is counted before this is lost.
///
/// # Errors
/// [`Failure::Refused`] when counting was begun before.
pub(crate) fn count() -> Result<PrometheusHandle, Failure> {
    let seconds = [
        0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0,
    ];
    let recorder = PrometheusBuilder::new()
        .set_buckets(&seconds)
        .map_err(|error| Failure::refused(error.to_string()))?
        .build_recorder();
    let handle = recorder.handle();
    metrics::set_global_recorder(recorder).map_err(|error| Failure::refused(error.to_string()))?;
    for name in [
        "alcove_commits_total",
        "alcove_writes_total",
        "alcove_receipts_total",
    ] {
        metrics::counter!(name).increment(0);
    }
    Ok(handle)
}

/// The page of counters.
pub(crate) fn metrics_page(handle: PrometheusHandle) -> Routes<()> {
    Routes::new().route("/metrics", get(|| async move { handle.render() }))
}

/// Keeps the counters' memory small.
pub(crate) async fn upkeep(handle: PrometheusHandle) {
    let mut each = tokio::time::interval(Duration::from_secs(5));
    loop {
        each.tick().await;
        handle.run_upkeep();
    }
}

/// Tells of each request its method, route, status and time.
pub(crate) async fn told(request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let method = request.method().clone();
    let response = next.run(request).await;
    let status = response.status().as_u16();
    let route = route.as_ref().map_or("none", MatchedPath::as_str);
    let took = begun.elapsed();
    let labels = [("route", route.to_owned()), ("status", status.to_string())];
    metrics::histogram!("alcove_request_seconds", &labels).record(took.as_secs_f64());
    tracing::debug!(%method, route, status, milliseconds = took.as_millis(), "answered");
    response
}
