//! Which process serves a data folder. It holds a file there, as the system knows, so that `alcove lock` and `alcove doctor`
//! find it, and find nobody when it ended in any way.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, fcntl_lock};
use rustix::process::{Flock, FlockType, Pid, fcntl_getlk};

/// The file, held as long as this lives and the process is the same program: a process that begins anew holds it anew.
pub(crate) struct Holding(
    #[expect(dead_code, reason = "the system lets go when it is closed")] File,
);

/// Who holds a folder.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Holder {
    pub(crate) process: Pid,
    /// Since when, as the holder wrote it down; another word means that it began anew.
    pub(crate) since: String,
}

impl Holding {
    /// Holds a data folder from `since` on; nothing when another process does.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub(crate) fn take(data: &Path, since: &str) -> io::Result<Option<Self>> {
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(path(data))?;
        if fcntl_lock(&file, FlockOperation::NonBlockingLockExclusive).is_err() {
            return Ok(None);
        }
        file.set_len(0)?;
        file.rewind()?;
        file.write_all(since.as_bytes())?;
        Ok(Some(Self(file)))
    }
}

impl Holder {
    /// Who serves a data folder now, if anybody does.
    ///
    /// # Errors
    /// When the folder is not for this account.
    pub(crate) fn of(data: &Path) -> io::Result<Option<Self>> {
        let mut file = match File::open(path(data)) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        // Reading would conflict with the holder's hold, and with nobody else's.
        let held = fcntl_getlk(&file, &Flock::from(FlockType::ReadLock))?;
        let Some(process) = held.and_then(|lock| lock.pid) else {
            return Ok(None);
        };
        let mut since = String::new();
        file.read_to_string(&mut since)?;
        Ok(Some(Self { process, since }))
    }
}

fn path(data: &Path) -> PathBuf {
    data.join("serving")
}
