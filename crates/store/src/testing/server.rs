//! One PostgreSQL server for all tests of this machine and user: under the system's temporary folder, on a
//! socket only, without durability.
//!
//! Test processes race for it: whoever holds the lock file starts it, the others find it running. It stops by
//! itself when nobody has asked for fifteen minutes.

use std::{
    fs::{self, File},
    io::{self, Write as _},
    os::unix::{
        fs::{MetadataExt as _, chown},
        net::UnixStream,
        process::CommandExt as _,
    },
    path::{Path, PathBuf},
    process::{self, Command, Stdio},
};

use tokio::runtime::Builder;
use tokio_postgres::{Client, NoTls};

use crate::DatabaseUrl;

use super::{Folder, next_number};

/// What went wrong, for the person who runs the tests.
type Why = String;

/// Settings of the server, besides its socket.
const SETTINGS: &str = "-c listen_addresses= -c fsync=off -c full_page_writes=off \
    -c max_connections=500 -c shared_buffers=64MB -c max_wal_size=256MB -c autovacuum_naptime=1h \
    -c jit=off -c max_prepared_transactions=0";

/// `$0 stop` when the lock file `$2` is old; ends when the data `$1` is gone.
const WATCH: &str = "while sleep 60; do
    [ -d \"$1\" ] || exit 0
    [ -z \"$(find \"$2\" -mmin +15)\" ] || exec \"$0\" stop -s -m fast -D \"$1\"
done";

/// Who the server runs as: PostgreSQL refuses root.
#[derive(Clone, Copy)]
struct Account {
    user: u32,
    group: u32,
}

/// The server's programs and files.
struct Server {
    programs: PathBuf,
    /// Holds the data and the socket.
    home: PathBuf,
    account: Option<Account>,
}

/// A new database on the running server.
pub(super) fn database() -> Result<DatabaseUrl, Why> {
    let server = Server::find()?;
    let mut lock = File::options()
        .create(true)
        .append(true)
        .open(server.lock_file())
        .map_err(|error| said("its lock file", &error))?;
    lock.lock().map_err(|error| said("its lock file", &error))?;
    if !server.answers() {
        server.start()?;
    }
    // The watching shell looks at the time of this.
    lock.set_len(0)
        .and_then(|()| lock.write_all(b"asked"))
        .map_err(|e| said("its lock file", &e))?;
    let name = format!("alcove_{}_{}", process::id(), next_number());
    let url = server.url(&name);
    create(server.url("postgres"), name)?;
    Ok(DatabaseUrl::Postgres(url))
}

/// The caller may be inside a runtime, so the server is spoken to on a thread of its own.
fn create(url: String, name: String) -> Result<(), Why> {
    let work = move || -> Result<(), Why> {
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|e| said("tokio", &e))?;
        let speak = async {
            let (client, connection) = tokio_postgres::connect(&url, NoTls).await?;
            tokio::spawn(connection);
            sweep(&client).await?;
            client
                .batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
                .await?;
            client
                .batch_execute(&format!("CREATE DATABASE {name}"))
                .await
        };
        runtime
            .block_on(speak)
            .map_err(|error: tokio_postgres::Error| {
                error
                    .as_db_error()
                    .map_or_else(|| error.to_string(), ToString::to_string)
            })
    };
    std::thread::spawn(work)
        .join()
        .map_err(|_| "the thread panicked".to_owned())?
}

/// Drops a few databases of processes that have ended.
async fn sweep(client: &Client) -> Result<(), tokio_postgres::Error> {
    let sql = "SELECT datname::text FROM pg_database WHERE datname LIKE 'alcove\\_%'";
    let mut dropped = 0;
    for row in client.query(sql, &[]).await? {
        let name: String = row.try_get(0)?;
        let owner = name
            .split('_')
            .nth(1)
            .and_then(|number| number.parse().ok());
        if owner.is_some_and(has_ended) && dropped < 4 {
            client
                .batch_execute(&format!("DROP DATABASE {name} WITH (FORCE)"))
                .await?;
            dropped += 1;
        }
    }
    Ok(())
}

fn has_ended(process: u32) -> bool {
    let process = process.to_string();
    if Path::new("/proc/self").exists() {
        return !Path::new("/proc").join(process).exists();
    }
    let mut asked = Command::new("ps");
    asked
        .args(["-p", &process])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| !status.success())
}

impl Server {
    fn find() -> Result<Self, Why> {
        let (version, programs) =
            programs().ok_or("install PostgreSQL (Debian: apt install postgresql)")?;
        let mine = fs::metadata(Folder::new().path())
            .map_err(|e| said("a folder", &e))?
            .uid();
        let account = if mine == 0 {
            Some(postgres_account()?)
        } else {
            None
        };
        // A socket's path may have about a hundred letters.
        let home = std::env::temp_dir().join(format!("alcove-pg{version}-{mine}"));
        Ok(Self {
            programs,
            home,
            account,
        })
    }

    fn data(&self) -> PathBuf {
        self.home.join("data")
    }

    fn lock_file(&self) -> PathBuf {
        self.home.with_extension("lock")
    }

    fn url(&self, database: &str) -> String {
        format!(
            "postgres:///{database}?host={}&user=postgres",
            self.home.display()
        )
    }

    fn answers(&self) -> bool {
        UnixStream::connect(self.home.join(".s.PGSQL.5432")).is_ok()
    }

    /// Starts the server; data that it cannot start from (the machine went down) is made anew.
    fn start(&self) -> Result<(), Why> {
        if self.data().join("PG_VERSION").exists() && self.launch().is_ok() {
            return Ok(());
        }
        drop(fs::remove_dir_all(&self.home));
        fs::create_dir_all(&self.home).map_err(|error| said("its folder", &error))?;
        if let Some(Account { user, group }) = self.account {
            chown(&self.home, Some(user), Some(group)).map_err(|e| said("its folder", &e))?;
        }
        let mut initdb = self.command(&self.programs.join("initdb"));
        initdb.args([
            "--no-sync",
            "--auth=trust",
            "--username=postgres",
            "--encoding=UTF8",
        ]);
        initdb.args(["--locale=C", "-D"]).arg(self.data());
        run(&mut initdb, &self.home.with_extension("initdb.log"))?;
        self.launch()
    }

    fn launch(&self) -> Result<(), Why> {
        let socket = self.home.display();
        let options = format!("{SETTINGS} -c port=5432 -c unix_socket_directories={socket}");
        let mut start = self.command(&self.programs.join("pg_ctl"));
        start.args(["start", "-w", "-s", "-t", "60", "-o", &options]);
        start
            .arg("-l")
            .arg(self.home.join("log"))
            .arg("-D")
            .arg(self.data());
        run(&mut start, &self.home.with_extension("start.log"))?;
        self.watch()
    }

    /// A shell stays behind, which stops the server when nobody has asked for it for a while.
    fn watch(&self) -> Result<(), Why> {
        let mut shell = self.command(Path::new("/bin/sh"));
        shell
            .arg("-c")
            .arg(WATCH)
            .arg(self.programs.join("pg_ctl"))
            .arg(self.data());
        shell
            .arg(self.lock_file())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        shell.process_group(0);
        shell
            .spawn()
            .map(drop)
            .map_err(|error| said("the watching shell", &error))
    }

    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command
            .stdin(Stdio::null())
            .current_dir("/")
            .env("LC_ALL", "C");
        if let Some(Account { user, group }) = self.account {
            command.uid(user).gid(group);
        }
        command
    }
}

/// The newest PostgreSQL of this machine: its version and the folder of its programs.
fn programs() -> Option<(u32, PathBuf)> {
    let debian = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten();
    let newest = debian
        .filter_map(|entry| {
            Some((
                entry.file_name().to_str()?.parse().ok()?,
                entry.path().join("bin"),
            ))
        })
        .filter(|(_, programs)| programs.join("initdb").exists())
        .max();
    newest.or_else(|| {
        let asked = Command::new("pg_config").arg("--bindir").output().ok()?;
        let programs = PathBuf::from(String::from_utf8(asked.stdout).ok()?.trim());
        programs.join("initdb").exists().then_some((0, programs))
    })
}

/// Debian's package makes the account that the server runs as when root runs the tests.
fn postgres_account() -> Result<Account, Why> {
    let accounts = fs::read_to_string("/etc/passwd").map_err(|e| said("/etc/passwd", &e))?;
    let number = |field: Option<&str>| field.and_then(|text| text.parse().ok());
    let found = accounts.lines().find_map(|line| {
        let mut fields = line.strip_prefix("postgres:")?.split(':').skip(1);
        Some(Account {
            user: number(fields.next())?,
            group: number(fields.next())?,
        })
    });
    found.ok_or_else(|| "root cannot run it and there is no account `postgres`".to_owned())
}

/// Runs a program to its end; its words go to a file, because the server would keep a pipe open.
fn run(command: &mut Command, words: &Path) -> Result<(), Why> {
    let file = File::create(words).map_err(|error| said("a log", &error))?;
    let second = file.try_clone().map_err(|error| said("a log", &error))?;
    let status = command.stdout(file).stderr(second).status();
    let status = status.map_err(|error| said("a program", &error))?;
    if status.success() {
        return Ok(());
    }
    let said = fs::read_to_string(words).unwrap_or_default();
    Err(format!(
        "{} failed: {said}",
        command.get_program().display()
    ))
}

fn said(what: &str, error: &io::Error) -> Why {
    format!("{what}: {error}")
}
