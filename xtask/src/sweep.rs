//! The search for planted words: what journeys typed into sealed fields must be nowhere in what a run left behind.
//!
//! Journeys type words that stand nowhere else (`journeys/markers.json`) and write down which; this part looks for them in
//! data folders, logs, mail, file names and database servers' folders. It cannot pass by looking at nothing: a run
//! without a data folder or without planted words fails, and in every folder a control that it hid itself must be found.

mod forms;
mod scan;

use crate::place::Place;
use crate::run::{Failure, only};
use crate::summary::Count;
use forms::Form;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// What `cargo xtask sweep --help` prints.
pub(crate) const HELP: &str = "cargo xtask sweep

Searches what the last journeys left (data folders, logs, mail, file names, database servers' folders)
for the words that they typed into sealed fields: as bytes in either case, as UTF-16, as base64 at each
alignment, as hexadecimal and as they stand in addresses. Part of `cargo xtask test`.";

/// Hidden in every folder before the search; not finding it means that the search itself is broken.
const CONTROL: &str = "gallowglasswren";
/// The file that hides it.
const CONTROL_FILE: &str = "sweep-control";

/// A planted word and where it may stand all the same.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Planted {
    /// As it was typed.
    word: String,
    /// An address or a name that its owner asked to be written to by: it may stand in mail.
    mail_may_hold: bool,
}

/// One place where a word stands in the clear.
#[derive(Debug, PartialEq, Eq)]
struct Leak {
    file: PathBuf,
    word: String,
    form: Form,
}

/// Runs the search alone.
///
/// # Errors
/// [`Failure::Refused`] when a planted word was found, or nothing could be searched.
pub(crate) fn sweep(place: &Place, words: &[String]) -> Result<(), Failure> {
    only(words, &[])?;
    look(place)
}

/// Runs the search as one test among others.
pub(crate) fn count(place: &Place) -> Count {
    match look(place) {
        Ok(()) => Count {
            passed: 1,
            failed: 0,
        },
        Err(Failure::Refused(why) | Failure::WrongUse(why)) => {
            println!("sweep: {why}");
            Count {
                passed: 0,
                failed: 1,
            }
        }
    }
}

fn look(place: &Place) -> Result<(), Failure> {
    let planted = planted(&place.planted())?;
    let mut files = 0;
    let mut leaks = Vec::new();
    let runs = folders(&place.runs());
    for run in &runs {
        files += sweep_run(run, &planted, &mut leaks)?;
    }
    if runs.is_empty() {
        return Err(Failure::Refused("no data folder was searched".into()));
    }
    for leak in &leaks {
        println!(
            "{:?} stands in {} as {}",
            leak.word,
            leak.file.display(),
            leak.form.name()
        );
    }
    println!(
        "{} words, {} runs, {files} files searched",
        planted.len(),
        runs.len()
    );
    match leaks.len() {
        0 => Ok(()),
        number => Err(Failure::Refused(format!(
            "{number} planted words stand in the clear"
        ))),
    }
}

/// Searches one run's folder; returns how many files it held.
fn sweep_run(
    run: &Path,
    planted: &BTreeSet<Planted>,
    leaks: &mut Vec<Leak>,
) -> Result<usize, Failure> {
    let name = run.display();
    if !has_database(run) {
        return Err(Failure::Refused(format!(
            "{name} holds no database: nothing to search"
        )));
    }
    let control = BTreeSet::from([Planted {
        word: CONTROL.into(),
        mail_may_hold: false,
    }]);
    let hidden = run.join(CONTROL_FILE);
    fs::write(&hidden, forms::sample(CONTROL))?;
    let everything: BTreeSet<Planted> = planted.union(&control).cloned().collect();
    let mut found = Vec::new();
    let files = scan::folder(run, &everything, &mut found);
    fs::remove_file(&hidden)?;
    let (of_control, real): (Vec<Leak>, Vec<Leak>) = found
        .into_iter()
        .partition(|leak| leak.word == CONTROL && leak.file == hidden);
    let seen: BTreeSet<Form> = of_control.iter().map(|leak| leak.form).collect();
    if seen.len() != forms::ALL.len() {
        return Err(Failure::Refused(format!(
            "the control was not found in {name}: {seen:?}"
        )));
    }
    leaks.extend(real);
    Ok(files?)
}

/// An embedded database, or a database server's folder.
fn has_database(run: &Path) -> bool {
    let marks = |file: &PathBuf| {
        matches!(
            file.file_name().and_then(|name| name.to_str()),
            Some("alcove.db" | "PG_VERSION")
        )
    };
    scan::files(run).is_ok_and(|files| files.iter().any(marks))
}

/// The words that journeys wrote down, one a line: `sealed` or `address`, a tab, the word.
fn planted(folder: &Path) -> Result<BTreeSet<Planted>, Failure> {
    let mut words = BTreeSet::new();
    for file in scan::files(folder).unwrap_or_default() {
        for line in fs::read_to_string(file)?.lines() {
            let Some((kind, word)) = line.split_once('\t') else {
                return Err(Failure::Refused(format!("not a planted word: {line:?}")));
            };
            if word.len() < 8 {
                return Err(Failure::Refused(format!(
                    "{word:?} is too short to search for"
                )));
            }
            words.insert(Planted {
                word: word.to_owned(),
                mail_may_hold: kind == "address",
            });
        }
    }
    if words.is_empty() {
        return Err(Failure::Refused("no journey planted a word".into()));
    }
    Ok(words)
}

fn folders(parent: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(parent).into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> = entries
        .map(|entry| entry.path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    folders
}

#[cfg(test)]
mod tests;
