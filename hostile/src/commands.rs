//! Commands of the program that are killed in the middle of their work: ways to unlock, rotation, backups. Each at a moment of
//! its own, while the server is killed at another.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::{Duration, Instant};

use outside::Anything;

use crate::ground::{Ground, Said};
use crate::killed::{Field, Kept};

/// Where the backups of a trial go, and who can read them. They are left for the sweep, and the identity is not among them.
pub(crate) struct Shelves {
    backups: PathBuf,
    keys: PathBuf,
    identity: PathBuf,
    recipient: String,
}

impl Shelves {
    /// Beside the data folder of a trial.
    pub(crate) fn beside(ground: &Ground) -> Result<Self, Anything> {
        let identity = ground.data.with_file_name("owner.age");
        let out = identity.to_string_lossy().into_owned();
        let said = Ground::said(&["backup", "recipient", "--out", &out])?;
        said.must_hold("backup recipient")?;
        let line = said.text.lines().find(|line| line.starts_with("age1"));
        Ok(Self {
            backups: ground.data.with_file_name("backups"),
            keys: ground.data.with_file_name("copies-of-keys"),
            recipient: line.ok_or("no recipient was made")?.to_owned(),
            identity,
        })
    }

    /// An act of `alcove backup` or `alcove restore` with these shelves.
    fn words(&self, act: &[&str], more: &[&str]) -> Vec<String> {
        let (backups, keys) = (self.backups.to_string_lossy(), self.keys.to_string_lossy());
        let shelves = ["--backups", &backups, "--keys", &keys];
        let all = act.iter().chain(&shelves).chain(more);
        all.map(|word| (*word).to_owned()).collect()
    }

    fn making(&self) -> Vec<String> {
        self.words(&["backup"], &["--recipient", &self.recipient, "--json"])
    }

    fn run(&self, ground: &Ground, act: &[&str], more: &[&str]) -> Result<Said, Anything> {
        let words = self.words(act, more);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        ground.run(&words)
    }

    /// Makes a backup to its end; its name.
    pub(crate) fn back_up(&self, ground: &Ground) -> Result<String, Anything> {
        let more = ["--recipient", &self.recipient, "--json"];
        let said = self.run(ground, &["backup"], &more)?;
        said.must_hold("backup")?;
        name_in(&said.text).ok_or_else(|| format!("no name of a backup: {}", said.text).into())
    }

    /// The names of the whole backups, the oldest first.
    fn names(&self, ground: &Ground) -> Result<Vec<String>, Anything> {
        let said = self.run(ground, &["backup", "list"], &["--json"])?;
        said.must_hold("backup list")?;
        let line = said.text.lines().find(|line| line.starts_with('{'));
        let list: serde_json::Value = serde_json::from_str(line.ok_or("no list of backups")?)?;
        let names = list.get("backups").and_then(|names| names.as_array());
        let names = names.ok_or("no list of backups")?.iter();
        let mut names: Vec<String> = names
            .filter_map(|name| Some(name.as_str()?.to_owned()))
            .collect();
        names.sort();
        Ok(names)
    }

    /// This backup is there, or a later one of the same day that took its place.
    pub(crate) fn holds(&self, ground: &Ground, name: &str) -> Result<(), Anything> {
        let names = self.names(ground)?;
        if names.iter().any(|one| one.as_str() >= name) {
            Ok(())
        } else {
            Err(format!("the backup {name} was acknowledged, and here are {names:?}").into())
        }
    }

    /// Each backup that is taken for a whole one restores and verifies.
    pub(crate) fn restore(&self, ground: &Ground) -> Result<usize, Anything> {
        let names = self.names(ground)?;
        let identity = self.identity.to_string_lossy();
        for name in &names {
            let more = ["--identity", &*identity, "--backup", name];
            let said = self.run(ground, &["backup", "verify"], &more)?;
            said.must_hold(&format!("verifying the backup {name}"))?;
        }
        Ok(names.len())
    }

    /// Puts the newest backup into a folder, or a database, where nothing is.
    pub(crate) fn restore_into(&self, ground: &Ground) -> Result<(), Anything> {
        let identity = self.identity.to_string_lossy();
        let said = self.run(ground, &["restore"], &["--identity", &identity])?;
        said.must_hold("restore")
    }
}

fn name_in(said: &str) -> Option<String> {
    let line = said.lines().find(|line| line.starts_with('{'))?;
    let made: serde_json::Value = serde_json::from_str(line).ok()?;
    Some(made.get("backup")?.as_str()?.to_owned())
}

/// Adds a way to unlock and takes it away again, by the command line, which is killed as the server is.
pub(crate) fn ways(field: &Field<'_>) -> Result<Vec<Kept>, Anything> {
    let ways = || field.ground.ways_in();
    let first = ways()?;
    let mut least = first.len();
    let mut number = 0;
    while field.goes_on.load(Ordering::Relaxed) {
        number += 1;
        let file = field
            .ground
            .data
            .with_file_name(format!("machine-{}-{number}.key", field.round));
        let add = ["keys", "add", "machine", "--file", &file.to_string_lossy()];
        let made = until_killed(field, &add.map(str::to_owned), None)?.is_some();
        least += usize::from(made);
        let Some(new) = ways()?.into_iter().find(|way| made && !first.contains(way)) else {
            continue;
        };
        if field.goes_on.load(Ordering::Relaxed) {
            // Whether it is acknowledged or not, it may be gone from now on.
            least -= 1;
            until_killed(field, &["keys", "remove", &new].map(str::to_owned), None)?;
        }
    }
    Ok(vec![Kept::Slots(least)])
}

/// Wraps every key anew; a rotation that was cut off is gone on with by the next.
pub(crate) fn rotation(field: &Field<'_>) -> Result<Vec<Kept>, Anything> {
    let words = ["keys", "rotate", "--json"].map(str::to_owned);
    let mut kept = Vec::new();
    while field.goes_on.load(Ordering::Relaxed) {
        let done = until_killed(field, &words, Some(field.moment(1)))?;
        kept.extend(done.map(|_| Kept::Rotated));
    }
    Ok(kept)
}

/// Makes backups, each over what the one before left.
pub(crate) fn backups(field: &Field<'_>) -> Result<Vec<Kept>, Anything> {
    let mut kept = Vec::new();
    while field.goes_on.load(Ordering::Relaxed) {
        let said = until_killed(field, &field.shelves.making(), Some(field.moment(2)))?;
        let name = said.as_deref().and_then(name_in);
        kept.extend(name.map(Kept::Backup));
    }
    Ok(kept)
}

/// Runs a command; killed when the server is, or at a moment of its own, however long that is after the server. What it
/// printed, when it came to its end and acknowledged.
fn until_killed(
    field: &Field<'_>,
    words: &[String],
    moment: Option<Duration>,
) -> Result<Option<String>, Anything> {
    let name = words.iter().take(2).map(String::as_str);
    let name: Vec<&str> = name.filter(|word| !word.starts_with('-')).collect();
    let out = out_file(field.ground, &name.join("-"));
    let mut command = field.ground.command(words);
    let mut child = command
        .stdout(File::create(&out)?)
        .stderr(Stdio::null())
        .spawn()?;
    let begun = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            let said = status.success().then(|| fs::read_to_string(out));
            return Ok(said.transpose()?);
        }
        let is_over = match moment {
            Some(moment) => begun.elapsed() >= moment,
            None => !field.goes_on.load(Ordering::Relaxed),
        };
        if is_over {
            child.kill()?;
            child.wait()?;
            return Ok(None);
        }
        thread::sleep(Duration::from_millis(2));
    }
}

fn out_file(ground: &Ground, name: &str) -> PathBuf {
    let folder = ground.data.parent().unwrap_or(Path::new("."));
    folder.join(format!("said-{name}.txt"))
}
