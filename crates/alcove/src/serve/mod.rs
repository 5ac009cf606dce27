//! `alcove serve`: answers first, unlocks then, and stops in order.
//!
//! The listeners answer before the keys are tried, because verifying a large practice takes longer than anybody waits
//! for a page; until then the server is locked, and serves what is published.

mod app;
mod house;
mod listen;
mod unlock;
mod work;

use std::net::SocketAddr;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use practice::Practice;
use practice::post::{Mailer, Smtp};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio::task::JoinSet;
use web::Web;

use crate::cli::Serve;
use crate::demo;
use crate::failure::Failure;
use crate::open::{self, Opened};
use crate::settings::{self, Settings};
use crate::{log, settings::secret_of};

/// How long the first line waits for the keys, so that who reads it finds the practice unlocked.
const PATIENCE: Duration = Duration::from_millis(700);

/// Serves a practice until it is told to stop.
pub(crate) async fn serve(words: Serve) -> Result<ExitCode, Failure> {
    let data = settings::data_folder(&words.data)?;
    let settings = Settings::read(&data, &words.flags)?;
    log::begin(&settings)?;
    run(settings).await
}

/// Serves with these settings until it is told to stop.
pub(crate) async fn run(settings: Settings) -> Result<ExitCode, Failure> {
    let stop = Stop::listen()?;
    let counters = settings.metrics.map(|_| log::count()).transpose()?;
    let opened = Opened::locked(&settings).await?;
    let practice = opened.practice.clone();
    let ground = Ground::take(&settings).await?;
    let bound = ground.doors.local_addr()?;
    let demo = demo::Marker::in_folder(&settings.data, bound);
    let mailer = mailer(&settings, bound, demo.is_some())?.map(Arc::new);
    let web = house::web(&settings, &practice, demo.is_some()).await?;

    let mut tasks = JoinSet::new();
    let is_demo = demo.is_some();
    let demo = demo.zip(mailer.clone());
    ground.serve(&mut tasks, (&practice, &web), demo, counters, &stop);
    let unlocking = tokio::spawn(unlock_by_key_file(practice.clone(), settings.clone()));
    let said = tokio::time::timeout(PATIENCE, unlocking).await;
    println!("Alcove listens on http://{bound}");
    if is_demo {
        println!("Look around as anybody: http://{bound}/demo");
    }
    say_in_time(said, &settings);
    warn(&settings, bound);

    let mut work = JoinSet::new();
    work.spawn(practice.clone().run_sequencer());
    work.spawn(practice.clone().run_catching_up());
    work.spawn(work::answer_ways_back(practice.clone()));
    work.spawn(work::send_post(practice.clone(), mailer));
    work.spawn(work::keep_house(practice.clone()));
    stop.told().await;
    tracing::info!("stopping");
    while tasks.join_next().await.is_some() {}
    work.shutdown().await;
    if !practice.is_locked() {
        practice.sequence().await?;
    }
    opened.close().await;
    tracing::info!("stopped");
    Ok(ExitCode::SUCCESS)
}

/// The addresses that were taken.
struct Ground {
    doors: TcpListener,
    desk: Option<TcpListener>,
    metrics: Option<TcpListener>,
}

impl Ground {
    async fn take(settings: &Settings) -> Result<Self, Failure> {
        Ok(Self {
            doors: bind(settings.listen).await?,
            desk: bind_some(settings.desk_listen).await?,
            metrics: bind_some(settings.metrics).await?,
        })
    }

    /// Begins to answer at each of them.
    fn serve(
        self,
        tasks: &mut JoinSet<()>,
        heart: (&Practice, &Web),
        demo: Option<(demo::Marker, Arc<Mailer>)>,
        counters: Option<metrics_exporter_prometheus::PrometheusHandle>,
        stop: &Stop,
    ) {
        let (practice, web) = heart;
        let which = if self.desk.is_some() {
            app::Doors::WithoutDesk
        } else {
            app::Doors::All
        };
        let mut answer = |listener, app: Router| {
            tasks.spawn(listen::listen(listener, app, stop.0.clone()));
        };
        answer(self.doors, app::app(practice, web, which, demo));
        if let Some(desk) = self.desk {
            let app = app::app(practice, web, app::Doors::DeskOnly, None);
            answer(desk, app);
        }
        if let (Some(metrics), Some(handle)) = (self.metrics, counters) {
            answer(metrics, log::metrics_page(handle.clone()));
            let mut stop = stop.0.clone();
            tasks.spawn(async move {
                tokio::select! {
                    () = log::upkeep(handle) => {}
                    _ = stop.changed() => {}
                }
            });
        }
    }
}

async fn bind_some(address: Option<SocketAddr>) -> Result<Option<TcpListener>, Failure> {
    match address {
        Some(address) => bind(address).await.map(Some),
        None => Ok(None),
    }
}

async fn bind(address: SocketAddr) -> Result<TcpListener, Failure> {
    TcpListener::bind(address)
        .await
        .map_err(|error| Failure::refused(format!("cannot listen on {address}: {error}")))
}

/// Whether somebody told the program to stop: SIGTERM from a service manager, Ctrl-C from a terminal.
struct Stop(watch::Receiver<bool>);

impl Stop {
    fn listen() -> Result<Self, Failure> {
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        let (tell, told) = watch::channel(false);
        tokio::spawn(async move {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            tell.send_replace(true);
            // Kept, so that nobody who waits finds the channel closed instead of told.
            std::future::pending::<()>().await;
            drop(tell);
        });
        Ok(Self(told))
    }

    async fn told(&self) {
        // An error means that the sender is gone: as good as told.
        drop(self.0.clone().wait_for(|told| *told).await);
    }
}

/// How unlocking by the key file ended.
enum Unlocked {
    ByKeyFile,
    NoKeyFile,
    Refused(String),
}

async fn unlock_by_key_file(practice: Practice, settings: Settings) -> Unlocked {
    let secret = match open::key_file(&settings.key_file) {
        Ok(Some(secret)) => secret,
        Ok(None) => {
            tracing::info!("locked: there is no key file");
            return Unlocked::NoKeyFile;
        }
        Err(failure) => return Unlocked::Refused(failure.to_string()),
    };
    match practice.unlock(&secret).await {
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
                "The records are locked: there is no key file {key}. Unlock them at /unlock, with a passphrase or two cards."
            );
        }
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
fn warn(settings: &Settings, bound: SocketAddr) {
    let is_https = settings
        .address
        .as_ref()
        .is_some_and(|address| address.is_https);
    if !bound.ip().is_loopback() && !is_https {
        tracing::warn!(
            "this address can be reached from elsewhere without https: put a proxy with TLS before it and set `address`"
        );
    }
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
