//! Where a backup lies: names and bytes, in a folder or in storage that speaks like S3. A name appears when its bytes are
//! whole, never before.

mod bucket;
mod folder;

use std::fmt;
use std::path::{Path, PathBuf};

use bucket::Bucket;
use folder::Folder;

use crate::failure::Failure;
use crate::settings::Storage;

/// A place for backups, as it was said.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Place {
    /// A folder.
    Folder(PathBuf),
    /// A bucket, and what every name in it begins with.
    Bucket(String, String),
}

impl Place {
    /// Reads a path, or `s3://bucket/prefix`.
    pub(super) fn read(text: &str) -> Result<Self, Failure> {
        let Some(rest) = text.strip_prefix("s3://") else {
            return Ok(Self::Folder(std::path::absolute(text)?));
        };
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        if bucket.is_empty() {
            return Err(Failure::refused(format!("{text} names no bucket")));
        }
        Ok(Self::Bucket(
            bucket.to_owned(),
            prefix.trim_matches('/').to_owned(),
        ))
    }

    /// The folder, if it is one.
    pub(super) fn folder(&self) -> Option<&Path> {
        match self {
            Self::Folder(folder) => Some(folder),
            Self::Bucket(..) => None,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(folder) => write!(f, "{}", folder.display()),
            Self::Bucket(name, prefix) => write!(f, "s3://{name}/{prefix}"),
        }
    }
}

/// An open place.
pub(super) enum Shelf {
    Folder(Folder),
    Bucket(Bucket),
}

impl Shelf {
    /// Opens a place to read from.
    pub(super) fn to_read(place: &Place, storage: &Storage) -> Result<Self, Failure> {
        match place {
            Place::Folder(folder) => Folder::to_read(folder).map(Self::Folder),
            Place::Bucket(name, prefix) => Bucket::open(name, prefix, storage).map(Self::Bucket),
        }
    }

    /// Opens a place to write to. One writes at a time: the caller sees to it.
    pub(super) fn to_write(place: &Place, storage: &Storage) -> Result<Self, Failure> {
        match place {
            Place::Folder(folder) => Folder::to_write(folder).map(Self::Folder),
            Place::Bucket(name, prefix) => Bucket::open(name, prefix, storage).map(Self::Bucket),
        }
    }

    /// Keeps bytes under a name, in the place of what was there.
    pub(super) fn put(&self, name: &str, bytes: Vec<u8>) -> Result<(), Failure> {
        match self {
            Self::Folder(folder) => folder.put(name, &bytes),
            Self::Bucket(bucket) => bucket.put(name, bytes),
        }
    }

    /// The bytes under a name.
    pub(super) fn get(&self, name: &str) -> Result<Vec<u8>, Failure> {
        match self {
            Self::Folder(folder) => folder.get(name),
            Self::Bucket(bucket) => bucket.get(name),
        }
    }

    /// Takes a name away.
    pub(super) fn remove(&self, name: &str) -> Result<(), Failure> {
        match self {
            Self::Folder(folder) => folder.remove(name),
            Self::Bucket(bucket) => bucket.remove(name),
        }
    }

    /// Every name below a folder of the shelf, in order.
    pub(super) fn names(&self, below: &str) -> Result<Vec<String>, Failure> {
        let mut names = match self {
            Self::Folder(folder) => folder.names(below)?,
            Self::Bucket(bucket) => bucket.names(below)?,
        };
        names.sort();
        Ok(names)
    }
}
