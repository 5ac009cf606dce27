//! Signed heads of the log leave the machine: to a second folder and by mail to the owner, so that nobody can write the log
//! anew unnoticed (ADR 20).
//!
//! Here: which head leaves, when the next letter is due, and how it went. Not here: files, which the binary writes.

use store::{StoreError, Tx};
use vault::{Checkpoint, Vault};

use super::records;
use crate::access::{JobAccess, Role};
use crate::clock::micros;
use crate::core::Practice;
use crate::error::AccessError;
use crate::keys;
use crate::post::{self, Letter, Posted};
use crate::receipts::Action;

/// A letter leaves each day; a little less, so that it does not wander through the day.
const DAILY: i64 = 24 * HOUR - HOUR / 4;
/// After unlocking, one leaves if the last is at least so old.
const AFTER_UNLOCKING: i64 = HOUR;
const HOUR: i64 = 60 * 60_000_000;

/// By which way a head leaves.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum HeadWay {
    /// Into a folder elsewhere.
    Folder,
    /// By mail to the owner.
    Mail,
}

impl HeadWay {
    /// The stored word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Folder => "folder",
            Self::Mail => "mail",
        }
    }

    pub(super) fn of_word(word: &str) -> Option<Self> {
        [Self::Folder, Self::Mail]
            .into_iter()
            .find(|way| way.word() == word)
    }
}

/// How it stands with heads that leave by one way.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HeadLeft {
    /// By which way.
    pub way: HeadWay,
    /// The folder; nothing for mail.
    pub place: String,
    /// Receipts under the newest head that left; nought before the first.
    pub size: i64,
    /// When that was, microseconds UTC.
    pub left_at: Option<i64>,
    /// When it was last tried, microseconds UTC.
    pub tried_at: i64,
    /// Why the newest try failed; empty when it did not.
    pub fault: String,
}

/// What calls for a letter.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Occasion {
    /// Time went by.
    Clock,
    /// The records were unlocked.
    Unlocking,
}

/// No owner can be written to.
pub const NO_OWNER_BY_MAIL: &str = "no owner has an email address that is called safe";

impl Practice {
    /// Waits until the records are unlocked; tells of one that nobody waited for at once.
    pub async fn was_unlocked(&self) {
        self.core().log.unlocked().await;
    }

    /// Takes what waits into the log and gives its newest signed head; `None` before the first.
    ///
    /// # Errors
    /// [`AccessError::Locked`], or a fault of one of the databases.
    pub async fn head_to_leave(&self) -> Result<Option<Checkpoint>, AccessError> {
        self.sequence().await?;
        let vault = self.vault()?;
        let row =
            keys::records::row(&self.core().keyring, Vault::checkpoint_name().to_owned()).await?;
        Ok(vault.checkpoint(row.as_slice())?)
    }

    /// Notes how a head left for a folder: its size, or why it did not.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn head_left_for_folder(
        &self,
        place: String,
        outcome: Result<u64, String>,
    ) -> Result<(), StoreError> {
        let (practice, at) = (self.id(), micros(self.now()));
        let (size, fault) = match outcome {
            Ok(size) => (i64::try_from(size).ok(), String::new()),
            Err(fault) => (None, fault),
        };
        let write = move |tx: &mut Tx<'_>| {
            let tried = (HeadWay::Folder, place.as_str());
            records::head_left(tx, practice, tried, size, (at, &fault))
        };
        self.core().store.write(write).await
    }

    /// Writes the newest head to the owners, if a letter is due: each day, and after unlocking when the last is over an hour
    /// old. Tells whether one was written.
    ///
    /// # Errors
    /// [`AccessError::Locked`], or a fault of one of the databases.
    pub async fn mail_head(
        &self,
        head: &Checkpoint,
        occasion: Occasion,
    ) -> Result<bool, AccessError> {
        let (practice, now) = (self.id(), micros(self.now()));
        let pause = match occasion {
            Occasion::Clock => DAILY,
            Occasion::Unlocking => AFTER_UNLOCKING,
        };
        let before = self.heads_left().await?;
        let before = before.into_iter().find(|left| left.way == HeadWay::Mail);
        let left_at = before.and_then(|left| left.left_at);
        if left_at.is_some_and(|at| at.saturating_add(pause) > now) {
            return Ok(false);
        }
        let letter = Letter::with_block(head.block());
        let size = i64::try_from(head.size()).unwrap_or(i64::MAX);
        self.write(
            &JobAccess::post(),
            Action::Post,
            move |work| {
                let owners = work.authority(|known| known.holders(Role::Owner, now));
                let mut letters: Vec<Posted> = Vec::new();
                for owner in owners {
                    letters.extend(post::prepare(work, owner.person, &letter)?);
                }
                Ok(letters)
            },
            move |tx, letters| {
                for letter in letters {
                    post::put(tx, practice, Some(letter))?;
                }
                let (size, fault) = if letters.is_empty() {
                    (None, NO_OWNER_BY_MAIL)
                } else {
                    (Some(size), "")
                };
                records::head_left(tx, practice, (HeadWay::Mail, ""), size, (now, fault))?;
                Ok::<_, AccessError>(!letters.is_empty())
            },
        )
        .await
    }

    /// How it stands with the heads that leave; structure, also known while locked.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn heads_left(&self) -> Result<Vec<HeadLeft>, StoreError> {
        let practice = self.id();
        self.published(move |tx| records::heads_left(tx, practice))
            .await
    }

    /// When the oldest head over more than `size` receipts was signed: since then a place that has no larger one is behind.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn behind_since(&self, size: u64) -> Result<Option<i64>, StoreError> {
        let (practice, size) = (self.id(), i64::try_from(size).unwrap_or(i64::MAX));
        self.published(move |tx| records::oldest_head_over(tx, practice, size))
            .await
    }
}
