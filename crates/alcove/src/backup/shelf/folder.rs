//! A shelf that is a folder: a name appears when its bytes are on the disk.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use crate::failure::Failure;

/// What a file is called until it is whole.
const UNFINISHED: &str = ".part";

/// A folder with backups, or with copies of the keyring.
pub(in crate::backup) struct Folder {
    folder: PathBuf,
}

impl Folder {
    /// Opens a folder to read from.
    pub(super) fn to_read(folder: &Path) -> Result<Self, Failure> {
        if folder.is_dir() {
            Ok(Self {
                folder: folder.to_owned(),
            })
        } else {
            Err(Failure::refused(format!(
                "there is no folder {}",
                folder.display()
            )))
        }
    }

    /// Opens a folder to write to, making it if need be, and removes what somebody who was stopped left unfinished.
    pub(super) fn to_write(folder: &Path) -> Result<Self, Failure> {
        private_folder(folder).map_err(|error| named(folder, &error))?;
        let shelf = Self {
            folder: folder.to_owned(),
        };
        for name in shelf.all("")? {
            if name.ends_with(UNFINISHED) {
                shelf.remove(&name)?;
            }
        }
        Ok(shelf)
    }

    /// Keeps bytes under a name, in the place of what was there.
    pub(super) fn put(&self, name: &str, bytes: &[u8]) -> Result<(), Failure> {
        let path = self.folder.join(name);
        self.kept(&path, bytes)
            .map_err(|error| named(&path, &error))
    }

    fn kept(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let parent = path.parent().unwrap_or(&self.folder);
        private_folder(parent)?;
        let mut unfinished = path.as_os_str().to_owned();
        unfinished.push(UNFINISHED);
        let unfinished = PathBuf::from(unfinished);
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true).mode(0o600);
        let mut file = options.open(&unfinished)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&unfinished, path)?;
        File::open(parent)?.sync_all()
    }

    /// The bytes under a name.
    pub(super) fn get(&self, name: &str) -> Result<Vec<u8>, Failure> {
        let path = self.folder.join(name);
        let mut bytes = Vec::new();
        let read = File::open(&path).and_then(|mut file| file.read_to_end(&mut bytes));
        read.map_err(|error| named(&path, &error))?;
        Ok(bytes)
    }

    /// Takes a name away.
    pub(super) fn remove(&self, name: &str) -> Result<(), Failure> {
        let path = self.folder.join(name);
        fs::remove_file(&path).map_err(|error| named(&path, &error))
    }

    /// Every whole name below a folder of the shelf.
    pub(super) fn names(&self, below: &str) -> Result<Vec<String>, Failure> {
        let mut names = self.all(below)?;
        names.retain(|name| !name.ends_with(UNFINISHED));
        Ok(names)
    }

    fn all(&self, below: &str) -> Result<Vec<String>, Failure> {
        let mut found = Vec::new();
        let mut folders = vec![self.folder.join(below)];
        while let Some(folder) = folders.pop() {
            let entries = match fs::read_dir(&folder) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                entries => entries.map_err(|error| named(&folder, &error))?,
            };
            for entry in entries {
                let path = entry?.path();
                if path.is_dir() {
                    folders.push(path);
                } else if let Ok(name) = path.strip_prefix(&self.folder) {
                    found.push(name.to_string_lossy().into_owned());
                }
            }
        }
        Ok(found)
    }
}

fn private_folder(folder: &Path) -> io::Result<()> {
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
}

fn named(path: &Path, error: &io::Error) -> Failure {
    Failure::refused(format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_left_unfinished_is_no_name_and_goes_with_the_next_writer() {
        let folder = tempfile::tempdir().unwrap();
        let shelf = Folder::to_write(folder.path()).unwrap();
        shelf.put("pieces/ab/abc.age", b"whole").unwrap();
        fs::write(folder.path().join("pieces/ab/abd.age.part"), b"ha").unwrap();
        assert_eq!(shelf.names("pieces").unwrap(), ["pieces/ab/abc.age"]);
        let shelf = Folder::to_write(folder.path()).unwrap();
        assert!(!folder.path().join("pieces/ab/abd.age.part").exists());
        assert_eq!(shelf.get("pieces/ab/abc.age").unwrap(), b"whole");
    }
}
