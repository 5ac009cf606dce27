//! The log: the sequencer numbers committed receipts, the tree takes them in, the keyring keeps its newest head.

use std::sync::Arc;
use std::time::Duration;

use store::StoreError;
use tokio::sync::{Mutex, Notify};
use uuid::Uuid;
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

/// How many steps in a row may come second.
const PATIENCE: u32 = 100;

/// Keeps the sequencer to one step at a time, and wakes it.
#[derive(Debug, Default)]
pub(crate) struct LogKeeper {
    turn: Mutex<()>,
    came: Notify,
    unlocked: Notify,
}

impl LogKeeper {
    /// Receipts were committed.
    pub(crate) fn receipts_came(&self) {
        self.came.notify_one();
    }

    /// The records were unlocked.
    pub(crate) fn unlocked_now(&self) {
        self.unlocked.notify_one();
    }

    /// Waits until they are.
    pub(crate) async fn unlocked(&self) {
        self.unlocked.notified().await;
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
        let mut lost = 0;
        loop {
            let step = match self.sequence_some(&vault).await {
                // Another node was first, or a step of this one whose task was dropped while its commit went on.
                Err(AccessError::Stale) if lost < PATIENCE => {
                    lost += 1;
                    continue;
                }
                step => step?,
            };
            lost = 0;
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
        let at = micros(self.now());
        // The keyring first: what it keeps was in the data before.
        let kept =
            keys::records::row(&self.core().keyring, Vault::checkpoint_name().to_owned()).await?;
        let kept = vault.checkpoint(kept.as_slice())?;
        let (state, head, waiting) = self
            .core()
            .store
            .read(move |tx| {
                let state = records::log_state(tx, id)?;
                let size = state.as_ref().map_or(0, |(size, _)| *size);
                Ok::<_, StoreError>((
                    state,
                    records::checkpoint(tx, id, size)?,
                    records::waiting(tx, id, AT_ONCE)?,
                ))
            })
            .await?;
        let (mut frontier, head) = signed(vault, state, head.as_deref(), kept.as_ref())?;
        let before = i64::try_from(frontier.size()).unwrap_or(i64::MAX);
        let last = i64::try_from(waiting.len()).unwrap_or(i64::MAX) < AT_ONCE;
        let waiting = authentic(vault, &waiting);
        if waiting.is_empty() {
            // Whoever signed the newest head may have been stopped before the keyring had it.
            let is_behind =
                |head: &Checkpoint| kept.as_ref().is_none_or(|kept| kept.size() < head.size());
            return Ok(Step {
                size: frontier.size(),
                checkpoint: head.filter(is_behind),
                last: true,
            });
        }
        for (_, leaf) in &waiting {
            frontier.push(*leaf);
        }
        let checkpoint = vault.sign_checkpoint(frontier.size(), frontier.root());
        let size = frontier.size();
        let after = i64::try_from(size).unwrap_or(i64::MAX);
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

/// The stored frontier and its signed head, if it has one that is not older than the keyring's: the log never goes on
/// from a history that somebody else wrote.
fn signed(
    vault: &Vault,
    state: Option<(i64, Vec<u8>)>,
    head: Option<&str>,
    kept: Option<&Checkpoint>,
) -> Result<(Frontier, Option<Checkpoint>), AccessError> {
    let other = || {
        AccessError::Fault(
            "the receipt log is not the one that was signed: run `alcove audit verify`".to_owned(),
        )
    };
    let Some((size, bytes)) = state else {
        return match kept {
            None => Ok((Frontier::default(), None)),
            Some(_) => Err(other()),
        };
    };
    let frontier = Frontier::decode(&bytes).map_err(|_| other())?;
    let head = head.and_then(|text| Checkpoint::parse(text).ok());
    let is_signed = head.as_ref().is_some_and(|head| {
        head.verify(&vault.audit_key()).is_ok()
            && (head.size(), head.root()) == (frontier.size(), frontier.root())
    });
    let is_newest = kept.is_none_or(|kept| kept.size() <= frontier.size());
    let is_whole = i64::try_from(frontier.size()) == Ok(size);
    if is_signed && is_newest && is_whole {
        Ok((frontier, head))
    } else {
        Err(other())
    }
}

/// Those that the program wrote; one that was put in from outside is left for `audit verify` to name.
fn authentic(vault: &Vault, waiting: &[records::Waiting]) -> Vec<(Uuid, [u8; 32])> {
    let mut found = Vec::with_capacity(waiting.len());
    for one in waiting {
        match one.leaf.as_slice().try_into() {
            Ok(leaf) if vault.mac_matches(super::MAC, &one.leaf, &one.mac) => {
                found.push((one.id, leaf));
            }
            _ => tracing::error!(receipt = %one.id, "a receipt was put in or changed from outside"),
        }
    }
    found
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
