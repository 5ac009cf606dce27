//! Where things stand: the repository, its build folder, and the tools that tasks install for themselves.

use crate::run::Failure;
use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

/// The repository and the folders that its tasks write to.
pub(crate) struct Place {
    /// The folder of the workspace's `Cargo.toml`.
    pub(crate) root: PathBuf,
    /// Cargo's build folder, which need not lie in the repository.
    pub(crate) target: PathBuf,
}

impl Place {
    /// Finds the repository that this very command was built in.
    ///
    /// # Errors
    /// [`Failure::Refused`] when the command was moved out of its repository.
    pub(crate) fn find() -> Result<Self, Failure> {
        let start = match env::var_os("CARGO_MANIFEST_DIR") {
            Some(folder) => PathBuf::from(folder),
            None => env::current_dir().map_err(|e| Failure::Refused(e.to_string()))?,
        };
        let root = start
            .ancestors()
            .find(|folder| is_workspace(folder))
            .ok_or_else(|| Failure::Refused("this is not Alcove's repository".into()))?
            .to_path_buf();
        let target = match env::var_os("CARGO_TARGET_DIR") {
            Some(folder) => root.join(folder),
            None => root.join("target"),
        };
        Ok(Self { root, target })
    }

    /// Tools that `cargo install` made for these tasks: beside the build folder, so that cleaning one keeps the other; in
    /// it, when it lies in the repository.
    pub(crate) fn tools(&self) -> PathBuf {
        match self.target.parent() {
            Some(beside) if !self.target.starts_with(&self.root) => beside.join("tools"),
            _ => self.target.join("tools"),
        }
    }

    /// `PATH` with the tools folder first.
    pub(crate) fn path(&self) -> OsString {
        let mut folders = vec![self.tools().join("bin")];
        if let Some(path) = env::var_os("PATH") {
            folders.extend(env::split_paths(&path));
        }
        env::join_paths(folders).unwrap_or_default()
    }

    /// The browser stories.
    pub(crate) fn journeys(&self) -> PathBuf {
        self.root.join("journeys")
    }

    /// Data folders, logs and mail that this test run left for the sweep.
    pub(crate) fn runs(&self) -> PathBuf {
        self.target.join("tmp/runs")
    }

    /// Lists of the words that this test run typed, kept apart from what the sweep searches.
    pub(crate) fn planted(&self) -> PathBuf {
        self.target.join("tmp/planted")
    }

    /// The debug binary that journeys and soak start.
    pub(crate) fn debug_binary(&self) -> PathBuf {
        self.target.join("debug/alcove")
    }

    /// Every file of the repository whose name ends in one of `ends`, without build output and packages, in order.
    pub(crate) fn files(&self, ends: &[&str]) -> Vec<PathBuf> {
        let mut found = Vec::new();
        walk(&self.root, &mut found);
        found.retain(|file| ends.iter().any(|end| file.to_string_lossy().ends_with(end)));
        found.sort();
        found
    }

    /// A path as people name it: from the repository's root, with forward slashes.
    pub(crate) fn short(&self, path: &Path) -> String {
        let inside = path.strip_prefix(&self.root).unwrap_or(path);
        inside.to_string_lossy().replace('\\', "/")
    }
}

fn is_workspace(folder: &Path) -> bool {
    fs::read_to_string(folder.join("Cargo.toml")).is_ok_and(|text| text.contains("[workspace]"))
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let name = entry.file_name();
        if path.is_symlink() || matches!(name.to_str(), Some("target" | "node_modules" | ".git")) {
            continue;
        }
        if path.is_dir() {
            walk(&path, found);
        } else {
            found.push(path);
        }
    }
}
