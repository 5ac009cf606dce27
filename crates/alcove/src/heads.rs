//! The second place of the log's signed heads: a folder in which nobody who holds this machine alone can take one back.
//!
//! A head is a small text file, named by its time and by how many receipts it signs. It is written beside its place, synced
//! and renamed, so that none is ever half there. All of the last seven days stay, and of each day before that the last: a
//! newer head signs everything that an older one did, so that only how exactly a break is dated gets coarser.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use practice::clock::from_micros;
use vault::Checkpoint;

const BEGIN: &str = "head-";
const END: &str = ".txt";
/// How long every head stays.
const ALL_OF: i64 = 7 * 24 * 60 * 60;

/// The folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Folder(pub(crate) PathBuf);

/// A head's file.
struct Kept {
    path: PathBuf,
    at: Timestamp,
    size: u64,
}

impl Folder {
    /// How many receipts the newest head there signs; nought when there is none.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub(crate) fn newest(&self) -> io::Result<u64> {
        let kept = self.kept()?;
        Ok(kept.iter().map(|one| one.size).max().unwrap_or(0))
    }

    /// Puts a head there, unless the last one put there is this one; then lets go of old ones. One that signs less than those
    /// before it goes there, too: whoever compares them is to see that the data became older.
    ///
    /// # Errors
    /// When it cannot be written; the folder is not made, because an empty folder in the place of a medium that is not there
    /// would look like one.
    pub(crate) fn put(&self, head: &Checkpoint, at: Timestamp) -> io::Result<u64> {
        if !self.ends_with(head)? {
            let name = format!(
                "{BEGIN}{}-{:012}{END}",
                at.strftime("%Y%m%dT%H%M%SZ"),
                head.size()
            );
            let (beside, place) = (self.0.join(format!(".{name}")), self.0.join(&name));
            let mut file = File::create(&beside)?;
            file.write_all(head.text().as_bytes())?;
            file.sync_all()?;
            fs::rename(&beside, &place)?;
            File::open(&self.0)?.sync_all()?;
        }
        self.thin_out(at);
        self.newest()
    }

    /// Whether what was put there last is this head.
    fn ends_with(&self, head: &Checkpoint) -> io::Result<bool> {
        let kept = self.kept()?;
        let last = kept.iter().max_by_key(|one| (one.at, one.size));
        last.map_or(Ok(false), |last| {
            let text = fs::read(&last.path)?;
            Ok(text == head.text().as_bytes())
        })
    }

    /// Whether something can be written there.
    ///
    /// # Errors
    /// Why not.
    pub(crate) fn try_to_write(&self) -> io::Result<()> {
        let tried = self.0.join(".tried");
        File::create(&tried)?;
        fs::remove_file(&tried)
    }

    /// The heads there, as text with their names.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub(crate) fn files(&self) -> io::Result<Vec<PathBuf>> {
        let mut kept: Vec<PathBuf> = self.kept()?.into_iter().map(|one| one.path).collect();
        kept.sort();
        Ok(kept)
    }

    fn kept(&self) -> io::Result<Vec<Kept>> {
        let mut kept = Vec::new();
        for entry in fs::read_dir(&self.0)? {
            kept.extend(named(&entry?.path()));
        }
        Ok(kept)
    }

    /// A folder that lets nothing be removed keeps them all, which is no fault.
    fn thin_out(&self, now: Timestamp) {
        let Ok(kept) = self.kept() else { return };
        let old = kept
            .into_iter()
            .filter(|one| now.as_second() - one.at.as_second() > ALL_OF);
        let mut last: BTreeMap<String, Kept> = BTreeMap::new();
        for one in old {
            let day = one.at.strftime("%Y%m%d").to_string();
            let gone = match last.remove(&day) {
                Some(other) if other.size > one.size => {
                    last.insert(day, other);
                    Some(one)
                }
                other => {
                    last.insert(day, one);
                    other
                }
            };
            if let Some(gone) = gone
                && let Err(error) = fs::remove_file(&gone.path)
            {
                tracing::debug!(%error, "an old head stays");
            }
        }
    }
}

/// What a file's name says, when it is a head's.
fn named(path: &Path) -> Option<Kept> {
    let name = path.file_name()?.to_str()?;
    let (at, size) = name
        .strip_prefix(BEGIN)?
        .strip_suffix(END)?
        .split_once('-')?;
    let at = jiff::civil::DateTime::strptime("%Y%m%dT%H%M%SZ", at).ok()?;
    Some(Kept {
        path: path.to_owned(),
        at: at.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp(),
        size: size.parse().ok()?,
    })
}

/// For who reads it: "2026-11-27 01:10 UTC".
pub(crate) fn moment(micros: i64) -> String {
    from_micros(micros)
        .strftime("%Y-%m-%d %H:%M UTC")
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn touched(folder: &Folder, name: &str) {
        fs::write(folder.0.join(name), "x").unwrap();
    }

    #[test]
    fn all_of_a_week_stay_and_of_each_day_before_the_last() {
        let place = tempfile::tempdir().unwrap();
        let folder = Folder(place.path().to_owned());
        for name in [
            "head-20261101T010000Z-000000000010.txt",
            "head-20261101T230000Z-000000000030.txt",
            "head-20261101T120000Z-000000000020.txt",
            "head-20261102T120000Z-000000000040.txt",
            "head-20261120T120000Z-000000000050.txt",
            "head-20261120T121000Z-000000000060.txt",
            "somebody-elses.txt",
        ] {
            touched(&folder, name);
        }
        folder.thin_out("2026-11-21T00:00:00Z".parse().unwrap());
        let names: Vec<String> = folder
            .files()
            .unwrap()
            .iter()
            .map(|path| path.file_name().unwrap().to_string_lossy()[5..13].to_owned())
            .collect();
        assert_eq!(names, ["20261101", "20261102", "20261120", "20261120"]);
        assert!(
            place
                .path()
                .join("head-20261101T230000Z-000000000030.txt")
                .exists()
        );
        assert!(place.path().join("somebody-elses.txt").exists());
        assert_eq!(folder.newest().unwrap(), 60);
    }

    #[test]
    fn a_folder_that_is_not_there_is_a_fault_and_is_not_made() {
        let place = tempfile::tempdir().unwrap();
        let folder = Folder(place.path().join("medium"));
        assert!(folder.newest().is_err() && folder.try_to_write().is_err());
        assert!(!folder.0.exists());
    }
}
