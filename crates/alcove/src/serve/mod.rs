//! `alcove serve`: answers first, unlocks then, and stops in order.
//!
//! The listeners answer before the keys are tried, because verifying a large practice takes longer than anybody waits
//! for a page; until then the server is locked, and serves what is published.
//!
//! Told to lock, it ends what is at work and begins anew as another process ([`again`]).

mod again;
mod app;
mod doors;
mod end;
mod ground;
mod house;
mod listen;
mod secret;
mod unlock;
mod ways;
mod work;

pub(crate) use app::every_address;

use std::net::SocketAddr;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use listenfd::ListenFd;
use practice::Practice;
use practice::clock::{Clock as _, SystemClock};
use practice::post::{Mailer, Smtp};
use tokio::task::JoinSet;

use crate::cli::Serve;
use crate::demo;
use crate::failure::Failure;
use crate::holding::Holding;
use crate::open::{self, Opened};
use crate::settings::{self, Settings};
use crate::{keys, log, settings::secret_of};

use end::{End, Told};
use ground::Ground;

/// How long the first line waits for the keys, so that who reads it finds the practice unlocked.
const PATIENCE: Duration = Duration::from_millis(700);

/// Serves a practice until it is told to stop.
pub(crate) async fn serve(words: Serve, handed: ListenFd) -> Result<ExitCode, Failure> {
    let data = settings::data_folder(&words.data)?;
    let settings = Settings::read(&data, &words.flags)?;
    log::begin(&settings)?;
    run(settings, Start::of(words.locked), handed).await
}

/// Whether the server may unlock by itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Start {
    /// With its key file, where there is one.
    AsSet,
    /// It was locked, and stays so until a person unlocks it.
    Locked,
}

impl Start {
    pub(crate) const fn of(locked: bool) -> Self {
        if locked { Self::Locked } else { Self::AsSet }
    }
}

/// Tells the practice what of the settings its rules need.
fn tell_settings(practice: &Practice, settings: &Settings) {
    practice.brake_at(settings.records_an_hour);
    practice.keep_copies_for(settings.backup.keys_days.into());
}

/// Serves with these settings until it is told to stop; told to lock, it begins anew and does not come back here.
pub(crate) async fn run(
    settings: Settings,
    start: Start,
    handed: ListenFd,
) -> Result<ExitCode, Failure> {
    refuse_exposed(&settings)?;
    let counters = settings.metrics.map(|_| log::count()).transpose()?;
    let opened = Opened::to_serve(&settings).await?;
    let practice = opened.practice.clone();
    let end = End::listen(&practice)?;
    let ground = Ground::take(&settings, handed)?;
    let held = ground.held()?;
    tell_settings(&practice, &settings);
    let bound = ground.doors.local_addr()?;
    let _holding = hold(&settings)?;
    let demo = demo::Marker::in_folder(&settings.data, bound);
    let mailer = mailer(&settings, bound, demo.is_some())?.map(Arc::new);
    if let Some(address) = &settings.address {
        practice.reached_at(&address.origin);
    }
    let web = house::web(&settings, &practice, demo.is_some()).await?;

    let mut tasks = JoinSet::new();
    let is_demo = demo.is_some();
    let demo = demo.zip(mailer.clone());
    let leave = work::HeadsLeave::of(&settings, mailer.is_some() && !is_demo);
    let doors = doors::Doors::new(&settings, (&practice, &web), demo)?;
    doors.open(ground, counters, &mut tasks, &end)?;
    let unlocking = tokio::spawn(unlock_at_start(practice.clone(), settings.clone(), start));
    let said = tokio::time::timeout(PATIENCE, unlocking).await;
    let scheme = if settings.tls.is_some() {
        "https"
    } else {
        "http"
    };
    println!("Alcove listens on {scheme}://{bound}");
    if is_demo {
        println!("Look around as anybody: {scheme}://{bound}/demo");
    }
    say_in_time(said, &settings);
    warn(&settings);

    let mut work = work::begin(&practice, mailer, &leave);
    let told = end.told().await;
    tracing::info!(?told, "ending what is at work");
    while tasks.join_next().await.is_some() {}
    work.shutdown().await;
    let sequenced = if practice.is_locked() {
        Ok(())
    } else {
        leave.at_the_end(&practice).await
    };
    opened.close().await;
    if told == Told::Lock {
        // Whatever happened to the log: it is told at the next start, and the keys go now.
        match again::begin(&held)? {}
    }
    sequenced?;
    tracing::info!("stopped");
    Ok(ExitCode::SUCCESS)
}

/// Holds the data folder, so that it is known who serves it.
fn hold(settings: &Settings) -> Result<Option<Holding>, Failure> {
    let since = SystemClock.now().as_microsecond().to_string();
    let holding = Holding::take(&settings.data, &since)?;
    if holding.is_none() {
        tracing::warn!(
            "another process serves this folder, too; `alcove lock` tells that one only"
        );
    }
    Ok(holding)
}

/// Passwords and records do not go over a network in the clear, not even once.
fn refuse_exposed(settings: &Settings) -> Result<(), Failure> {
    match settings.exposed().first() {
        None => Ok(()),
        Some(address) => Err(Failure::refused(format!(
            "others reach {address}, and nothing protects the way: set tls_certificate_file or acme_contact, or put a proxy with TLS \
             before it; then set address = \"https://...\""
        ))),
    }
}

/// How unlocking by the key file ended.
enum Unlocked {
    ByKeyFile,
    NoKeyFile,
    AskedNotTo,
    /// There is a key file, and no way to unlock is one: what is said of it.
    LeftOver(String),
    Refused(String),
}

async fn unlock_at_start(practice: Practice, settings: Settings, start: Start) -> Unlocked {
    if start == Start::Locked {
        tracing::info!("locked, as was asked");
        return Unlocked::AskedNotTo;
    }
    let secret = match open::key_file(&settings.key_file) {
        Ok(Some(secret)) => secret,
        Ok(None) => {
            tracing::info!("locked: there is no key file");
            return Unlocked::NoKeyFile;
        }
        Err(failure) => return Unlocked::Refused(failure.to_string()),
    };
    if let Some(said) = keys::left_over(&practice, &settings.key_file).await {
        tracing::warn!("locked: {said}");
        return Unlocked::LeftOver(said);
    }
    match practice.unlock_to_serve(&secret).await {
        Ok(()) => {
            tracing::info!("unlocked by the key file");
            if let Err(error) = practice.sequence().await {
                tracing::warn!(%error, "what waited since the last stop is not in the log yet");
            }
            Unlocked::ByKeyFile
        }
        Err(error) => {
            tracing::error!(%error, "the practice stays locked");
            Unlocked::Refused(error.to_string())
        }
    }
}

type Said = Result<Result<Unlocked, tokio::task::JoinError>, tokio::time::error::Elapsed>;

/// Says how it stands with the keys: on every start what a key file protects and what it does not.
fn say_in_time(said: Said, settings: &Settings) {
    let key = settings.key_file.display();
    match said {
        Ok(Ok(Unlocked::NoKeyFile)) => {
            println!(
                "The records are locked: there is no key file {key}. Unlock them at /unlock, with a passphrase, two cards or a passkey."
            );
        }
        Ok(Ok(Unlocked::AskedNotTo)) => println!(
            "The records are locked. Unlock them at /unlock, with a passphrase, two cards or a passkey; stopped and started, the server looks for its key file again."
        ),
        Ok(Ok(Unlocked::LeftOver(said))) => println!(
            "The records are locked: {said}. Unlock them at /unlock, with a passphrase, two cards or a passkey."
        ),
        Ok(Ok(Unlocked::Refused(why))) => println!("The records stay locked: {why}."),
        Ok(Ok(Unlocked::ByKeyFile)) | Err(_) => {
            println!(
                "The key file {key} unlocks the records by itself: that protects a stolen database, data folder or backup."
            );
            println!(
                "It does not protect a stolen machine, because the key lies on it; a passphrase and cards do (alcove keys)."
            );
        }
        Ok(Err(_)) => println!("The records are locked."),
    }
}

/// What is unwise, in the log.
fn warn(settings: &Settings) {
    if open_to_others(&settings.data) {
        tracing::warn!(
            "other accounts of this machine can enter the data folder; `alcove doctor` says what to do"
        );
    }
}

/// Whether other accounts of the machine can enter a folder or read a file.
pub(crate) fn open_to_others(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::metadata(path).is_ok_and(|found| found.permissions().mode() & 0o077 != 0)
}

/// What sends letters: the mail server of the settings; in the demo nothing leaves.
pub(crate) fn mailer(
    settings: &Settings,
    bound: SocketAddr,
    is_demo: bool,
) -> Result<Option<Mailer>, Failure> {
    let address = settings.public_address(bound);
    if is_demo {
        return Ok(Some(Mailer::kept(address)));
    }
    let Some(mail) = &settings.mail else {
        return Ok(None);
    };
    let password = mail.password_file.as_deref().map(secret_of).transpose()?;
    let certificate = mail
        .certificate_file
        .as_ref()
        .map(std::fs::read)
        .transpose()?;
    let smtp = Smtp {
        host: mail.host.clone(),
        port: mail.port,
        security: mail.security,
        account: mail.user.clone().zip(password),
        also_trust: certificate,
        from: mail.from.clone(),
        from_name: mail.from_name.clone(),
    };
    Ok(Some(Mailer::smtp(smtp, address)?))
}
