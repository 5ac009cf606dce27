//! The same attacks where the rows are on a PostgreSQL server: one of the run's own, in a temporary folder and on a socket
//! there; its folder then joins the run's, for the sweep.
//!
//! The practice comes there as it would in an emergency, out of a backup of the embedded one.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use outside::{Anything, server};

use crate::commands::Shelves;
use crate::ground::{Extent, Ground};
use crate::records::data::Data;
use crate::{forged, killed, rows};

/// How often it is killed here, and how long each round may work at most, in milliseconds.
const ROUNDS: (u64, u64) = (6, 700);

/// Settings of the server, besides its socket. It flushes as it should: `alcove doctor` would tell.
const SETTINGS: &str = "-c listen_addresses= -c max_connections=100";

/// Everything that is tried on this database, too.
pub(crate) fn postgres() -> Result<(), Anything> {
    let folder = server::fresh_folder("runs/hostile-postgres")?;
    let server = Arc::new(Postgres::start()?);
    let seed = Ground::on(Base::new(&server, "seed", None)?, &folder, "seed")?;
    fill(&seed)?;
    let ground = |name: &str| -> Result<Ground, Anything> {
        let base = Base::new(&server, name, Some("seed"))?;
        let ground = Ground::on(base, &folder, name)?;
        ground.mark()?;
        Ok(ground)
    };
    rows::attack(&ground("rows")?, Extent::Some)?;
    forged::attack(&ground("forged")?, &ground("signins")?, Extent::Some)?;
    killed::kill_on(&ground("killed")?, ROUNDS.0, ROUNDS.1)?;
    server.stop()?;
    keep(&server.folder, &folder.join("server"))
}

/// Puts a backup of the embedded practice there.
fn fill(seed: &Ground) -> Result<(), Anything> {
    let embedded = Ground::of("postgres-seed")?;
    let shelves = Shelves::beside(&embedded)?;
    shelves.back_up(&embedded)?;
    shelves.restore_into(seed)?;
    seed.mark()?;
    seed.must_hold()
}

/// Copies a folder, so that the sweep finds it.
fn keep(from: &Path, to: &Path) -> Result<(), Anything> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        let there = to.join(entry.file_name());
        if kind.is_dir() {
            keep(&entry.path(), &there)?;
        } else if kind.is_file() {
            fs::copy(entry.path(), there)?;
        }
    }
    Ok(())
}

/// One database on the server.
pub(crate) struct Base {
    server: Arc<Postgres>,
    name: String,
    /// Where the program finds it.
    pub(crate) url: String,
}

impl Base {
    /// A new database, empty or a copy of another one.
    fn new(server: &Arc<Postgres>, name: &str, from: Option<&str>) -> Result<Self, Anything> {
        let from = from.map_or(String::new(), |from| format!(" TEMPLATE {from}"));
        server.say(&format!("CREATE DATABASE {name}{from}"))?;
        Ok(Self {
            url: server.url(name),
            name: name.to_owned(),
            server: Arc::clone(server),
        })
    }

    /// Keeps a copy of what is there now.
    pub(crate) fn keep(&self) -> Result<(), Anything> {
        let name = &self.name;
        self.server
            .say(&format!("CREATE DATABASE {name}_sound TEMPLATE {name}"))
    }

    /// Puts the copy back.
    pub(crate) fn put_back(&self) -> Result<(), Anything> {
        let name = &self.name;
        self.server
            .say(&format!("DROP DATABASE {name} WITH (FORCE)"))?;
        self.server
            .say(&format!("CREATE DATABASE {name} TEMPLATE {name}_sound"))
    }
}

/// A server of this run's own.
pub(crate) struct Postgres {
    folder: PathBuf,
    programs: PathBuf,
    is_root: bool,
}

impl Postgres {
    fn start() -> Result<Self, Anything> {
        // A socket's path may have about a hundred letters, and the account of the server must get there.
        let folder = std::env::temp_dir().join(format!("alcove-hostile-{}", std::process::id()));
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir_all(&folder)?;
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o700))?;
        let this = Self {
            programs: programs()?,
            is_root: fs::metadata(&folder).is_ok_and(|meta| owner(&meta) == 0),
            folder,
        };
        if this.is_root {
            let done = Command::new("chown")
                .arg("postgres")
                .arg(&this.folder)
                .status()?;
            if !done.success() {
                return Err(
                    "root cannot run PostgreSQL, and there is no account `postgres`".into(),
                );
            }
        }
        let data = this.data();
        let data = data.to_string_lossy();
        let made = [
            "-D",
            &data,
            "-A",
            "trust",
            "-U",
            "alcove",
            "-E",
            "UTF8",
            "--locale=C",
            "--no-sync",
        ];
        this.act("initdb", &made)?;
        let socket = format!(
            "{SETTINGS} -c unix_socket_directories={}",
            this.folder.display()
        );
        let log = this.folder.join("log");
        let begin = [
            "-D",
            &data,
            "-w",
            "-o",
            &socket,
            "-l",
            &log.to_string_lossy(),
            "start",
        ];
        this.act("pg_ctl", &begin)?;
        Ok(this)
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    fn url(&self, database: &str) -> String {
        format!(
            "postgres:///{database}?host={}&user=alcove",
            self.folder.display()
        )
    }

    fn say(&self, sql: &str) -> Result<(), Anything> {
        Data::served(&self.url("postgres"), "public")?
            .change(sql, &[])
            .map(|_| ())
    }

    fn stop(&self) -> Result<(), Anything> {
        let data = self.data();
        self.act(
            "pg_ctl",
            &["-D", &data.to_string_lossy(), "-w", "-m", "fast", "stop"],
        )
    }

    fn act(&self, name: &str, words: &[&str]) -> Result<(), Anything> {
        let program = self.programs.join(name);
        let mut command = if self.is_root {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--"]).arg(program);
            command
        } else {
            Command::new(program)
        };
        command.args(words).current_dir(&self.folder);
        // It is no child of the terminal: an interrupt ends the trial, which then ends it.
        command.process_group(0);
        let done = command
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()?;
        if done.success() {
            Ok(())
        } else {
            Err(format!("{name} ended with {done}").into())
        }
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // It was stopped before, or the trial failed.
        let _ended = self.stop();
        let _gone = fs::remove_dir_all(&self.folder);
    }
}

fn owner(meta: &fs::Metadata) -> u32 {
    use std::os::unix::fs::MetadataExt as _;
    meta.uid()
}

/// The folder of the newest server's programs.
fn programs() -> Result<PathBuf, Anything> {
    let versions = fs::read_dir("/usr/lib/postgresql")?.flatten();
    let newest = versions
        .filter_map(|entry| {
            Some((
                entry.file_name().to_str()?.parse::<u32>().ok()?,
                entry.path(),
            ))
        })
        .max();
    let (_, home) = newest.ok_or("install PostgreSQL (Debian: apt install postgresql)")?;
    Ok(home.join("bin"))
}
