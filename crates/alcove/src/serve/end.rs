//! How the server is told to end: to stop (SIGTERM from a service manager, Ctrl-C from a terminal), or to lock (the owner's page,
//! or SIGUSR1 from `alcove lock`), which is to begin anew.

use practice::access::JobAccess;
use practice::{AccessError, Practice};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;

use crate::failure::Failure;

/// What the server was told.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Told {
    Nothing,
    Stop,
    Lock,
}

/// The end, to wait for.
pub(super) struct End(watch::Receiver<Told>);

impl End {
    /// Begins to listen for what it is told.
    ///
    /// # Errors
    /// When the system hands over no signals.
    pub(super) fn listen(practice: &Practice) -> Result<Self, Failure> {
        let stopping = (
            signal(SignalKind::terminate())?,
            signal(SignalKind::interrupt())?,
        );
        let locking = signal(SignalKind::user_defined1())?;
        let (tell, told) = watch::channel(Told::Nothing);
        let practice = practice.clone();
        tokio::spawn(async move {
            tell.send_replace(next(&practice, stopping, locking).await);
            // Kept, so that nobody who waits finds the channel closed instead of told.
            std::future::pending::<()>().await;
            drop(tell);
        });
        Ok(Self(told))
    }

    /// A hold for somebody else who waits.
    pub(super) fn also(&self) -> watch::Receiver<Told> {
        self.0.clone()
    }

    /// Waits for the end, and says which.
    pub(super) async fn told(&self) -> Told {
        let mut told = self.0.clone();
        let told = told.wait_for(|told| *told != Told::Nothing).await;
        // An error means that the sender is gone: as good as told.
        told.map_or(Told::Stop, |told| *told)
    }
}

async fn next(
    practice: &Practice,
    (mut terminate, mut interrupt): (Signal, Signal),
    mut lock: Signal,
) -> Told {
    tokio::select! {
        _ = terminate.recv() => Told::Stop,
        _ = interrupt.recv() => Told::Stop,
        () = practice.asked_to_lock() => Told::Lock,
        _ = lock.recv() => {
            // Locked it will be, also when the log cannot say so.
            match practice.ask_to_lock(&JobAccess::set_up()).await {
                Ok(()) | Err(AccessError::Locked) => {}
                Err(error) => tracing::warn!(%error, "the lock has no receipt"),
            }
            Told::Lock
        }
    }
}
