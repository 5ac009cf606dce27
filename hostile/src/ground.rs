//! Where each trial takes place: a copy of the demo's practice, which is made once a run, below the build folder. The copies
//! are left there, and the sweep for planted words searches them when the run is over.

use std::ffi::OsStr;
use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use outside::server::{self, Server, With};
use outside::{Anything, target};

use crate::postgres::Base;
use crate::records::data::Data;

/// The proxy that is believed when it says from where a request comes: the trials themselves, so that the limits of one
/// place are not in their way.
pub(crate) const PROXY: (&str, &str) = ("ALCOVE_TRUSTED_PROXIES", "127.0.0.1");

/// The folder of one trial.
pub(crate) struct Ground {
    /// As the trial is called.
    pub(crate) name: String,
    /// Its data folder; the key file and the log lie beside it.
    pub(crate) data: PathBuf,
    /// Where its rows are, when they are on a server.
    served: Option<Base>,
}

/// How much of a trial takes place.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    /// All of it.
    All,
    /// One of each kind, on the database beside the first.
    Some,
}

/// What a trial that forges puts back: the files as they were, or nothing where a server keeps its own copy.
pub(crate) struct Sound(Vec<(PathBuf, Vec<u8>)>);

/// What a command of the program said.
#[derive(Debug)]
pub(crate) struct Said {
    /// Its exit code; -1 when a signal ended it.
    pub(crate) code: i32,
    /// Everything that it printed.
    pub(crate) text: String,
}

impl Said {
    fn by(command: &mut Command) -> Result<Self, Anything> {
        let output = command.output()?;
        let said = [output.stdout, output.stderr].concat();
        Ok(Self {
            code: output.status.code().unwrap_or(-1),
            text: String::from_utf8_lossy(&said).into_owned(),
        })
    }

    /// An error with what was said, unless it is 0.
    pub(crate) fn must_hold(&self, what: &str) -> Result<(), Anything> {
        if self.code == 0 {
            Ok(())
        } else {
            Err(format!("{what} ended with {}:\n{}", self.code, self.text).into())
        }
    }
}

/// The practice of which every trial takes a copy.
pub(crate) fn seed() -> PathBuf {
    target().join("tmp/hostile-seed/practice")
}

/// Makes the practice of which every trial takes a copy, and forgets what earlier runs left.
pub(crate) fn prepare() -> Result<(), Anything> {
    server::fresh_folder("hostile-seed")?;
    server::demo_folder(&seed())?;
    let planted = planted();
    if planted.exists() {
        fs::remove_file(planted)?;
    }
    Ok(())
}

fn planted() -> PathBuf {
    target().join("tmp/planted/hostile.txt")
}

/// Writes down for the sweep that these words were typed into sealed fields.
pub(crate) fn plant(words: &[&str]) -> Result<(), Anything> {
    let file = planted();
    fs::create_dir_all(file.parent().ok_or("no folder")?)?;
    let mut file = fs::File::options().create(true).append(true).open(file)?;
    for word in words {
        file.write_all(format!("sealed\t{word}\n").as_bytes())?;
    }
    Ok(())
}

impl Ground {
    /// A copy of the practice for the trial called `name`.
    pub(crate) fn of(name: &str) -> Result<Self, Anything> {
        let folder = server::fresh_folder(&format!("runs/hostile-{name}"))?;
        let data = folder.join("data");
        fs::create_dir(&data)?;
        fs::set_permissions(&data, fs::Permissions::from_mode(0o700))?;
        for entry in fs::read_dir(seed())? {
            let entry = entry?;
            fs::copy(entry.path(), data.join(entry.file_name()))?;
        }
        fs::copy(seed().with_extension("key"), data.with_extension("key"))?;
        let name = name.to_owned();
        let served = None;
        Ok(Self { name, data, served })
    }

    /// A folder in `folder` for a practice whose rows are on a server: nothing is in them yet.
    pub(crate) fn on(base: Base, folder: &Path, name: &str) -> Result<Self, Anything> {
        let folder = folder.join(name);
        fs::create_dir_all(&folder)?;
        let data = folder.join("data");
        fs::copy(seed().with_extension("key"), data.with_extension("key"))?;
        Ok(Self {
            name: name.to_owned(),
            data,
            served: Some(base),
        })
    }

    /// The file by which the program knows a folder of the demo's, and the trials know who is who.
    pub(crate) fn mark(&self) -> Result<(), Anything> {
        fs::create_dir_all(&self.data)?;
        fs::set_permissions(&self.data, fs::Permissions::from_mode(0o700))?;
        fs::copy(seed().join("demo.json"), self.data.join("demo.json"))?;
        Ok(())
    }

    /// The database.
    pub(crate) fn database(&self) -> Result<Data, Anything> {
        match &self.served {
            Some(base) => Data::served(&base.url, "public"),
            None => Data::embedded(&self.data.join("alcove.db")),
        }
    }

    /// The keyring.
    pub(crate) fn keyring(&self) -> Result<Data, Anything> {
        match &self.served {
            Some(base) => Data::served(&base.url, "keyring"),
            None => Data::embedded(&self.data.join("keys.db")),
        }
    }

    /// What is there now, to be put back.
    pub(crate) fn sound(&self) -> Result<Sound, Anything> {
        if let Some(base) = &self.served {
            base.keep()?;
            return Ok(Sound(Vec::new()));
        }
        let files = ["alcove.db", "keys.db"].map(|file| self.data.join(file));
        let files = files
            .into_iter()
            .map(|file| Ok((file.clone(), fs::read(file)?)));
        Ok(Sound(files.collect::<Result<_, Anything>>()?))
    }

    /// Puts everything back as it was.
    pub(crate) fn put_right(&self, sound: &Sound) -> Result<(), Anything> {
        if let Some(base) = &self.served {
            return base.put_back();
        }
        for (file, bytes) in &sound.0 {
            for end in ["db-wal", "db-shm"] {
                let beside = file.with_extension(end);
                if beside.exists() {
                    fs::remove_file(beside)?;
                }
            }
            fs::write(file, bytes)?;
        }
        Ok(())
    }

    /// Serves it.
    pub(crate) fn serve(&self, with: With<'_>) -> Result<Server, Anything> {
        Server::start("serve", &self.data, &self.with(with))
    }

    /// Starts a server on it, which may stay locked.
    pub(crate) fn serve_locked(&self) -> Result<Server, Anything> {
        Server::start_locked(&self.data, &self.with(&[]))
    }

    fn with<'a>(&'a self, with: With<'a>) -> Vec<(&'a str, &'a OsStr)> {
        let served = self.served.as_ref();
        let database = served.map(|base| ("ALCOVE_DATABASE", OsStr::new(&base.url)));
        let proxy = (PROXY.0, OsStr::new(PROXY.1));
        let ours = std::iter::once(proxy).chain(database);
        ours.chain(with.iter().copied()).collect()
    }

    /// A command of the program on it.
    pub(crate) fn command(&self, words: &[String]) -> Command {
        let mut command = Command::new(outside::program());
        command.args(words).arg("--data").arg(&self.data);
        command.envs(self.with(&[]));
        command
    }

    /// Runs a command of the program on it.
    pub(crate) fn run(&self, words: &[&str]) -> Result<Said, Anything> {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        Said::by(&mut self.command(&words))
    }

    /// Runs a command of the program that has nothing to do with a data folder.
    pub(crate) fn said(words: &[&str]) -> Result<Said, Anything> {
        Said::by(Command::new(outside::program()).args(words))
    }

    /// The names of the ways to unlock it.
    pub(crate) fn ways_in(&self) -> Result<Vec<String>, Anything> {
        let said = self.run(&["keys", "slots", "--json"])?;
        said.must_hold("keys slots")?;
        let line = said.text.lines().find(|line| line.starts_with('['));
        let list: Vec<serde_json::Value> = serde_json::from_str(line.ok_or("no list of slots")?)?;
        let name = |one: &serde_json::Value| Some(one.get("name")?.as_str()?.to_owned());
        Ok(list.iter().filter_map(name).collect())
    }

    /// That the log and every row hold, and that nothing else is wrong.
    pub(crate) fn must_hold(&self) -> Result<(), Anything> {
        self.run(&["audit", "verify"])?.must_hold("audit verify")?;
        self.run(&["doctor"])?.must_hold("doctor")
    }
}
