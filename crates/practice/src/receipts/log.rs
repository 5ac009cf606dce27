//! The log: the sequencer numbers committed receipts, the tree takes them in, the keyring keeps its newest head.

use std::sync::Arc;
use std::time::Duration;

use store::StoreError;
use tokio::sync::{Mutex, Notify};
use vault::log::Frontier;
use vault::{Checkpoint, Vault};

use super::records;
use crate::clock::micros;
use crate::core::Practice;
use crate::error::AccessError;
use crate::keys::{self, KeysError};

/// How many receipts one step of the sequencer takes in: its commit stays short.
const AT_ONCE: i64 = 2_000;
/// How long a receipt waits at the most before the sequencer looks.
const PAUSE: Duration = Duration::from_millis(400);

/// Keeps the sequencer to one step at a time, and wakes it.
#[derive(Debug, Default)]
pub(crate) struct LogKeeper {
    turn: Mutex<()>,
    came: Notify,
}

impl LogKeeper {
    /// Receipts were committed.
    pub(crate) fn receipts_came(&self) {
        self.came.notify_one();
    }
}

impl Practice {
    /// Runs the sequencer until the task is dropped.
    pub async fn run_sequencer(self) {
        loop {
            self.core().log.came.notified().await;
            tokio::time::sleep(PAUSE).await;
            if let Err(error) = self.sequence().await {
                tracing::warn!(%error, "the sequencer could not take receipts in");
            }
        }
    }

    /// Takes every committed receipt into the log; returns the log's size.
    ///
    /// # Errors
    /// [`AccessError::Locked`], or a fault of one of the databases.
    pub async fn sequence(&self) -> Result<u64, AccessError> {
        let vault = self.vault()?;
        let _turn = self.core().log.turn.lock().await;
        loop {
            let step = self.sequence_some(&vault).await?;
            if let Some(checkpoint) = &step.checkpoint {
                let row = vault.checkpoint_row(checkpoint);
                keys::records::put(&self.core().keyring, vec![row]).await?;
            }
            if step.last {
                return Ok(step.size);
            }
        }
    }

    async fn sequence_some(&self, vault: &Arc<Vault>) -> Result<Step, AccessError> {
        let id = self.id();
        let vault = Arc::clone(vault);
        let at = micros(self.now());
        let (state, waiting) = self
            .core()
            .store
            .read(move |tx| {
                Ok::<_, StoreError>((
                    records::log_state(tx, id)?,
                    records::waiting(tx, id, AT_ONCE)?,
                ))
            })
            .await?;
        let (before, mut frontier) = match state {
            Some((size, bytes)) => (
                size,
                Frontier::decode(&bytes).map_err(|_| {
                    AccessError::Fault("the log's frontier cannot be read".to_owned())
                })?,
            ),
            None => (0, Frontier::default()),
        };
        if waiting.is_empty() {
            return Ok(Step {
                size: frontier.size(),
                checkpoint: None,
                last: true,
            });
        }
        for (_, leaf) in &waiting {
            let leaf = leaf.as_slice().try_into().map_err(|_| {
                AccessError::Fault("a receipt's leaf has another length".to_owned())
            })?;
            frontier.push(leaf);
        }
        let checkpoint = vault.sign_checkpoint(frontier.size(), frontier.root());
        let size = frontier.size();
        let after = i64::try_from(size).unwrap_or(i64::MAX);
        let last = i64::try_from(waiting.len()).unwrap_or(i64::MAX) < AT_ONCE;
        let (bytes, text) = (frontier.encode(), checkpoint.text());
        self.core()
            .store
            .write(move |tx| {
                for ((receipt, _), seq) in waiting.iter().zip(before..) {
                    records::number(tx, id, *receipt, seq)?;
                }
                records::advance(tx, id, (before, after), &bytes, (at, &text))
            })
            .await?;
        Ok(Step {
            size,
            checkpoint: Some(checkpoint),
            last,
        })
    }
}

/// How the log stands; structure, also known while locked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Standing {
    /// Receipts in the log.
    pub size: i64,
    /// Committed receipts that wait for the sequencer.
    pub waiting: i64,
    /// When the newest checkpoint was signed, microseconds UTC.
    pub newest_checkpoint_at: Option<i64>,
}

impl Practice {
    /// How the log stands.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn log_standing(&self) -> Result<Standing, StoreError> {
        let practice = self.id();
        self.published(move |tx| records::standing(tx, practice))
            .await
    }
}

struct Step {
    size: u64,
    checkpoint: Option<Checkpoint>,
    last: bool,
}

/// Whether the data hold the very checkpoint that the keyring keeps: an older database does not.
pub(crate) async fn matches_keyring(
    practice: &Practice,
    kept: Option<&Checkpoint>,
) -> Result<(), KeysError> {
    let Some(kept) = kept else { return Ok(()) };
    let id = practice.id();
    let size = i64::try_from(kept.size()).unwrap_or(i64::MAX);
    let stored = practice
        .core()
        .store
        .read(move |tx| records::checkpoint(tx, id, size))
        .await?;
    match stored {
        Some(text) if text == kept.text() => Ok(()),
        _ => Err(KeysError::OlderDatabase),
    }
}
