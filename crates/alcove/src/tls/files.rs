//! A certificate in files that somebody else keeps current: it is read anew when one of them changes.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::{Certificate, Shown};

/// How often it is looked whether they changed.
const LOOK: Duration = Duration::from_secs(2);

/// When a file was written last, and its size.
type Mark = Option<(SystemTime, u64)>;

/// Follows the files for ever. What does not go together leaves the one before in its place, and is tried again: the other
/// file may only be on its way.
pub(super) async fn follow(shown: Arc<Shown>, certificate: PathBuf, key: PathBuf) {
    let marks = || (mark(&certificate), mark(&key));
    let mut seen = marks();
    let mut told = seen;
    let mut each = tokio::time::interval(LOOK);
    loop {
        each.tick().await;
        let now = marks();
        if now == seen {
            continue;
        }
        match Certificate::in_files(&certificate, &key) {
            Ok(read) => {
                seen = now;
                shown.show(read);
            }
            Err(failure) if told != now => {
                told = now;
                tracing::error!(%failure, "the certificate of before is still shown");
            }
            Err(_) => {}
        }
    }
}

fn mark(path: &Path) -> Mark {
    let found = std::fs::metadata(path).ok()?;
    Some((found.modified().ok()?, found.len()))
}
