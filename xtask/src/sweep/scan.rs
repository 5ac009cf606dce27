//! Reads every file of a folder once and looks for all words in all forms.

use super::forms::{self, Form};
use super::{Leak, Planted};
use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Bytes to find, and what finding them means.
type Needle<'a> = (Vec<u8>, &'a Planted, Form);

/// All needles of one kind of case, by their first two bytes.
struct Index<'a> {
    begins: Vec<bool>,
    needles: HashMap<u16, Vec<Needle<'a>>>,
}

impl<'a> Index<'a> {
    fn new(planted: &'a BTreeSet<Planted>, folds: bool) -> Self {
        let mut index = Self {
            begins: vec![false; 1 << 16],
            needles: HashMap::new(),
        };
        for word in planted {
            for form in forms::ALL.into_iter().filter(|form| form.folds() == folds) {
                for needle in form.needles(&word.word) {
                    index.add(needle, word, form);
                }
            }
        }
        index
    }

    fn add(&mut self, needle: Vec<u8>, word: &'a Planted, form: Form) {
        let Some([first, second]) = needle.first_chunk::<2>() else {
            return;
        };
        let pair = u16::from_be_bytes([*first, *second]);
        if let Some(begins) = self.begins.get_mut(usize::from(pair)) {
            *begins = true;
        }
        self.needles
            .entry(pair)
            .or_default()
            .push((needle, word, form));
    }

    /// Every word and form that stands in these bytes, once each.
    fn search(&self, bytes: &[u8]) -> BTreeSet<(&'a Planted, Form)> {
        let mut found = BTreeSet::new();
        for (at, pair) in bytes.array_windows::<2>().enumerate() {
            let pair = u16::from_be_bytes(*pair);
            if self.begins.get(usize::from(pair)) != Some(&true) {
                continue;
            }
            let rest = bytes.get(at..).unwrap_or_default();
            let here = self.needles.get(&pair).into_iter().flatten();
            let matching = here.filter(|(needle, ..)| rest.starts_with(needle));
            found.extend(matching.map(|(_, word, form)| (*word, *form)));
        }
        found
    }
}

/// Looks through every file below a folder, and at every name; returns how many files there were.
pub(super) fn folder(
    root: &Path,
    planted: &BTreeSet<Planted>,
    leaks: &mut Vec<Leak>,
) -> io::Result<usize> {
    let exact = Index::new(planted, false);
    let folded = Index::new(planted, true);
    let files = files(root)?;
    for file in &files {
        let inside = file.strip_prefix(root).unwrap_or(file);
        let mut bytes = inside.to_string_lossy().into_owned().into_bytes();
        bytes.push(b'\n');
        bytes.extend(fs::read(file)?);
        let mut found = exact.search(&bytes);
        bytes.make_ascii_lowercase();
        found.extend(folded.search(&bytes));
        let is_mail = inside.starts_with("mail");
        let forbidden = found
            .into_iter()
            .filter(|(word, _)| !(is_mail && word.mail_may_hold));
        leaks.extend(forbidden.map(|(word, form)| Leak {
            file: file.clone(),
            word: word.word.clone(),
            form,
        }));
    }
    Ok(files.len())
}

/// Every file below a folder, in order; sockets and links are not files.
pub(super) fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut waiting = vec![folder.to_path_buf()];
    while let Some(folder) = waiting.pop() {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let kind = entry.file_type()?;
            if kind.is_dir() {
                waiting.push(entry.path());
            } else if kind.is_file() {
                found.push(entry.path());
            }
        }
    }
    found.sort();
    Ok(found)
}
