//! Whose signatures something needs, and whether they are in force (R3): rules, without a database.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::cases::{Case, Participant};
use crate::copies::what::Span;
use crate::ids::ParticipantId;
use crate::private::Private;

/// The time in which somebody took part. Who was there from the beginning stands for what is older, such as what came from
/// elsewhere; with whom it ended, by a closing or a separation, stands for what was written after that.
#[must_use]
pub const fn time_of(who: &Participant) -> Span {
    let from = match who.before {
        Some(_) => who.from,
        None => i64::MIN,
    };
    let until = match (who.left, who.until) {
        (Some(_), Some(until)) => until,
        (_, None) | (None, Some(_)) => i64::MAX,
    };
    Span::new(from, until)
}

/// Everybody whose signature a release of joint content of this time needs (R3): whoever took part at any instant of it, also
/// when they left since. All of them are adults (R8).
#[must_use]
pub fn signers(case: &Case, of: Span) -> BTreeSet<ParticipantId> {
    let all = case.participants.iter();
    all.filter(|who| time_of(who).meets(of))
        .map(|who| who.id)
        .collect()
}

/// What somebody answered who was asked to sign.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// Nothing yet.
    #[default]
    Waiting,
    /// They signed.
    Signed(Signature),
    /// They said no. Others learn only that not everybody has signed.
    Refused {
        /// When, microseconds UTC.
        at: i64,
    },
    /// They signed, and took it back.
    Revoked {
        /// What they had signed.
        signed: Signature,
        /// When they took it back, microseconds UTC.
        at: i64,
    },
}

/// A signature: the name as typed, the time, the digest of the exact text.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Signature {
    /// The name as typed.
    pub name: Private<String>,
    /// When, microseconds UTC.
    pub at: i64,
    /// SHA-256 of exactly what was read, in hexadecimal.
    pub digest: String,
}

/// Why an answer does not follow on the one before.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum OutOfOrder {
    /// It is signed already.
    #[error("it is signed already")]
    Signed,
    /// It is not signed, so that nothing can be taken back.
    #[error("it is not signed")]
    NotSigned,
}

impl Answer {
    /// Signs. Who refused or revoked may sign after all.
    ///
    /// # Errors
    /// [`OutOfOrder::Signed`].
    pub fn sign(self, signature: Signature) -> Result<Self, OutOfOrder> {
        match self {
            Self::Signed(_) => Err(OutOfOrder::Signed),
            Self::Waiting | Self::Refused { .. } | Self::Revoked { .. } => {
                Ok(Self::Signed(signature))
            }
        }
    }

    /// Says no.
    ///
    /// # Errors
    /// [`OutOfOrder::Signed`]: what is signed is revoked.
    pub fn refuse(self, at: i64) -> Result<Self, OutOfOrder> {
        match self {
            Self::Signed(_) => Err(OutOfOrder::Signed),
            Self::Waiting | Self::Refused { .. } => Ok(Self::Refused { at }),
            // That it was signed once stays written down.
            Self::Revoked { signed, at } => Ok(Self::Revoked { signed, at }),
        }
    }

    /// Takes a signature back.
    ///
    /// # Errors
    /// [`OutOfOrder::NotSigned`].
    pub fn revoke(self, at: i64) -> Result<Self, OutOfOrder> {
        match self {
            Self::Signed(signed) => Ok(Self::Revoked { signed, at }),
            Self::Waiting | Self::Refused { .. } | Self::Revoked { .. } => {
                Err(OutOfOrder::NotSigned)
            }
        }
    }

    /// Whether the signature holds.
    #[must_use]
    pub const fn is_in_force(&self) -> bool {
        matches!(self, Self::Signed(_))
    }

    /// The stored word. A refusal is stored as what waits, so that it is read by nobody but with its own key.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Waiting | Self::Refused { .. } => "open",
            Self::Signed(_) => "in_force",
            Self::Revoked { .. } => "ended",
        }
    }
}

/// Who of `needed` has no signature in force. Nobody is needed for nothing: what concerns nobody is complete by nobody.
#[must_use]
pub fn missing(
    needed: &BTreeSet<ParticipantId>,
    in_force: impl Fn(ParticipantId) -> bool,
) -> Vec<ParticipantId> {
    needed.iter().copied().filter(|id| !in_force(*id)).collect()
}

/// Whether something may leave: somebody is needed, and everybody who is has signed (R3).
#[must_use]
pub fn is_complete(
    needed: &BTreeSet<ParticipantId>,
    in_force: impl Fn(ParticipantId) -> bool,
) -> bool {
    !needed.is_empty() && missing(needed, in_force).is_empty()
}
