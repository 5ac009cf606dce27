//! Databases for tests: a file in a folder that goes away.

use std::{
    fs,
    path::{Path, PathBuf},
    process,
    sync::atomic::{AtomicU32, Ordering},
};

use crate::DatabaseUrl;

/// A folder of one test; it is removed when this is dropped.
pub struct Folder(PathBuf);

impl Folder {
    /// Makes an empty folder under the system's temporary one.
    ///
    /// # Panics
    /// When it cannot be made.
    #[must_use]
    #[expect(clippy::expect_used, reason = "a test cannot go on without it")]
    pub fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("alcove-test-{}-{number}", process::id()));
        // What is left of an earlier process with this number.
        drop(fs::remove_dir_all(&path));
        fs::create_dir_all(&path).expect("a temporary folder can be made");
        Self(path)
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// An embedded database in it.
    #[must_use]
    pub fn sqlite(&self) -> DatabaseUrl {
        DatabaseUrl::Sqlite(self.0.join("alcove.db"))
    }
}

impl Default for Folder {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}
