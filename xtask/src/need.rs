//! What tasks need beyond Rust: Debian's packages, npm's packages, and two cargo tools, each installed when it is absent.

use crate::place::Place;
use crate::run::{Failure, ask, program, run};
use std::env;
use std::fs;
use std::path::Path;
use std::process::Command;

/// The version of cargo-nextest that is installed when there is none.
const NEXTEST: &str = "0.9.143";
/// The version of cargo-deny that is installed when there is none.
const DENY: &str = "0.20.2";
/// The storage that speaks like S3, from Python's index of packages, that is installed when there is none.
const MOTO: &str = "moto[server]==5.2.5";
/// The oldest PostgreSQL that the store supports.
const POSTGRES_SINCE: u32 = 15;

/// Something that Debian packages.
#[derive(Clone, Copy)]
pub(crate) enum Need {
    /// The browser of the journeys.
    Chromium,
    /// A database server of which tests start their own.
    Postgres,
    /// A mail server that tests send to, and what makes it a certificate.
    Mail,
    /// What installs the storage that backups are sent to in tests, and asks it.
    Python,
    /// Runs the journeys and checks the browser's modules.
    Node,
    /// An age program of other makers, which opens what our browser modules encrypt.
    Age,
    /// The load generator of the benchmark.
    Wrk,
    /// An authority that certifies, of which tests start their own.
    Pebble,
    /// Judges the units of `dist`.
    Systemd,
    /// Compiles the benchmark's slow flush, and C inside crates.
    Gcc,
}

impl Need {
    const fn packages(self) -> &'static [&'static str] {
        match self {
            Self::Chromium => &["chromium"],
            Self::Postgres => &["postgresql"],
            Self::Mail => &["python3-aiosmtpd", "openssl"],
            Self::Python => &["python3-venv", "curl"],
            Self::Node => &["nodejs", "npm"],
            Self::Age => &["age"],
            Self::Wrk => &["wrk"],
            Self::Pebble => &["pebble"],
            Self::Systemd => &["systemd"],
            Self::Gcc => &["gcc", "libc6-dev"],
        }
    }

    fn is_met(self) -> bool {
        match self {
            Self::Chromium => on_path("chromium"),
            Self::Postgres => postgres_is_there(Path::new("/usr/lib/postgresql")),
            Self::Mail => {
                on_path("openssl")
                    && ask(Command::new("/usr/bin/python3").args(["-c", "import aiosmtpd"]))
                        .is_some()
            }
            Self::Python => {
                on_path("curl")
                    && ask(Command::new("python3").args(["-c", "import ensurepip"])).is_some()
            }
            Self::Node => on_path("node") && on_path("npm"),
            Self::Age => on_path("age"),
            Self::Wrk => on_path("wrk"),
            Self::Pebble => on_path("pebble") && on_path("pebble-challtestsrv"),
            Self::Systemd => on_path("systemd-analyze"),
            Self::Gcc => on_path("gcc"),
        }
    }
}

/// Installs what is absent among `needs` with `apt-get`.
///
/// # Errors
/// [`Failure::Refused`] naming the packages, when this machine has no `apt-get` or this account may not use it.
pub(crate) fn debian(place: &Place, needs: &[Need]) -> Result<(), Failure> {
    let absent: Vec<&str> = needs
        .iter()
        .filter(|need| !need.is_met())
        .flat_map(|need| need.packages())
        .copied()
        .collect();
    if absent.is_empty() {
        return Ok(());
    }
    let Some(prefix) = may_install() else {
        return Err(Failure::Refused(format!(
            "please install: {} (on Debian: apt-get install {})",
            absent.join(", "),
            absent.join(" ")
        )));
    };
    let apt = |words: &[&str]| {
        let mut line: Vec<&str> = prefix.to_vec();
        line.extend([
            "env",
            "DEBIAN_FRONTEND=noninteractive",
            "apt-get",
            "--quiet",
            "--yes",
        ]);
        line.extend(words);
        let (first, rest) = line.split_first().unwrap_or((&"env", &[]));
        run(&mut program(place, first, rest))
    };
    apt(&["update"])?;
    apt(&[&["install", "--no-install-recommends"], absent.as_slice()].concat())
}

/// The words to put before `apt-get`: none for root, `sudo -n` where that works without a password.
fn may_install() -> Option<&'static [&'static str]> {
    if !on_path("apt-get") {
        return None;
    }
    if ask(Command::new("id").arg("-u")).is_some_and(|id| id == "0") {
        return Some(&[]);
    }
    ask(Command::new("sudo").args(["-n", "true"])).map(|_| ["sudo", "-n"].as_slice())
}

/// Installs the journeys' packages exactly as the lock file says, without running any of their scripts, unless that
/// was done for this very lock file.
///
/// # Errors
/// [`Failure::Refused`] when npm fails.
pub(crate) fn npm(place: &Place) -> Result<(), Failure> {
    debian(place, &[Need::Node])?;
    let folder = place.journeys();
    let lock = fs::read_to_string(folder.join("package-lock.json"))?;
    let stamp = folder.join("node_modules/.installed-lock");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    let words = [
        "ci",
        "--ignore-scripts",
        "--no-fund",
        "--no-audit",
        "--loglevel=error",
    ];
    run(program(place, "npm", &words).current_dir(&folder))?;
    fs::write(stamp, lock)?;
    Ok(())
}

/// Makes sure that there is storage that speaks like S3, in a Python environment of its own below the build folder.
///
/// # Errors
/// [`Failure::Refused`] when it is absent and cannot be installed.
pub(crate) fn moto(place: &Place) -> Result<(), Failure> {
    let folder = place.target.join("moto");
    if folder.join("bin/moto_server").is_file() {
        return Ok(());
    }
    debian(place, &[Need::Python])?;
    let name = folder.to_string_lossy();
    run(&mut program(place, "python3", &["-m", "venv", &name]))?;
    let words = ["install", "--quiet", "--disable-pip-version-check", MOTO];
    run(&mut program(place, folder.join("bin/pip"), &words))
}

/// Makes sure that `cargo nextest` works.
///
/// # Errors
/// [`Failure::Refused`] when it is absent and cannot be built.
pub(crate) fn nextest(place: &Place) -> Result<(), Failure> {
    cargo_tool(place, "nextest", NEXTEST)
}

/// Makes sure that `cargo deny` works.
///
/// # Errors
/// [`Failure::Refused`] when it is absent and cannot be built.
pub(crate) fn deny(place: &Place) -> Result<(), Failure> {
    cargo_tool(place, "deny", DENY)
}

fn cargo_tool(place: &Place, name: &str, version: &str) -> Result<(), Failure> {
    if ask(&mut program(place, "cargo", &[name, "--version"])).is_some() {
        return Ok(());
    }
    let tools = place.tools();
    fs::create_dir_all(&tools)?;
    let package = format!("cargo-{name}@{version}");
    let words = [
        "install",
        "--locked",
        "--root",
        &tools.to_string_lossy(),
        &package,
    ];
    // Without a build folder of its own it would fill the workspace's with a release build.
    run(program(place, "cargo", &words).env_remove("CARGO_TARGET_DIR"))
}

fn on_path(name: &str) -> bool {
    env::var_os("PATH")
        .is_some_and(|path| env::split_paths(&path).any(|folder| folder.join(name).is_file()))
}

fn postgres_is_there(folder: &Path) -> bool {
    fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .any(|version| {
            let number = version.file_name().to_string_lossy().parse::<u32>();
            number.is_ok_and(|number| number >= POSTGRES_SINCE)
                && version.path().join("bin/initdb").is_file()
        })
}
