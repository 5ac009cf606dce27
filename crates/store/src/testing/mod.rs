//! Databases for tests: a file in a folder that goes away, and a PostgreSQL server that is started when the
//! first test wants it, shared by all, and stops by itself.
//!
//! Nothing of the program uses this.

mod server;

use std::{
    fs,
    path::{Path, PathBuf},
    process,
    sync::atomic::{AtomicU32, Ordering},
};

use crate::{DatabaseUrl, Store};

/// Numbers folders and databases within this process.
fn next_number() -> u32 {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    NUMBER.fetch_add(1, Ordering::Relaxed)
}

/// A folder of one test; it is removed when this is dropped.
#[derive(Debug)]
pub struct Folder(PathBuf);

impl Folder {
    /// Makes an empty folder under the system's temporary one.
    ///
    /// # Panics
    /// When it cannot be made.
    #[must_use]
    #[expect(clippy::expect_used, reason = "a test cannot go on without it")]
    pub fn new() -> Self {
        let name = format!("alcove-test-{}-{}", process::id(), next_number());
        let path = std::env::temp_dir().join(name);
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

/// A new, empty database on the tests' PostgreSQL server, which is started if need be. It is dropped some
/// time after this process has ended.
///
/// # Panics
/// When there is no PostgreSQL (Debian: package `postgresql`), or it does not start; the message says why.
#[must_use]
#[expect(clippy::panic, reason = "a test cannot go on without it")]
pub fn postgres() -> DatabaseUrl {
    server::database().unwrap_or_else(|why| panic!("no PostgreSQL for this test: {why}"))
}

/// Runs one story twice: on an embedded database and on PostgreSQL, each new and empty.
pub async fn both<Story, Told>(story: Story)
where
    Story: Fn(Store) -> Told,
    Told: Future<Output = ()>,
{
    both_at(async |url| story(open(&url).await).await).await;
}

/// As [`both`], for stories that open the database themselves, several times for example.
pub async fn both_at(story: impl AsyncFn(DatabaseUrl)) {
    let folder = Folder::new();
    story(folder.sqlite()).await;
    story(postgres()).await;
}

/// Opens a database that has to be there.
///
/// # Panics
/// When it cannot be opened.
#[expect(clippy::expect_used, reason = "a test cannot go on without it")]
pub async fn open(url: &DatabaseUrl) -> Store {
    Store::open(url).await.expect("the test's database opens")
}
