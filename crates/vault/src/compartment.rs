//! A compartment: the smallest thing that somebody can be allowed to read, with a key of its own.
//!
//! Whose it is and who may open it is not here; the vault knows only its id and its kind.

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The id of a compartment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CompartmentId(pub Uuid);

impl fmt::Display for CompartmentId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

/// What a compartment holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A person's names, contact and safe contact.
    Identity,
    /// What is one participant's alone in one case.
    Own,
    /// What the participants of one case share.
    Joint,
    /// What belongs to the practice.
    Office,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Identity, Self::Own, Self::Joint, Self::Office];

    pub(crate) const fn to_byte(self) -> u8 {
        match self {
            Self::Identity => 1,
            Self::Own => 2,
            Self::Joint => 3,
            Self::Office => 4,
        }
    }

    pub(crate) fn from_byte(byte: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.to_byte() == byte)
    }
}
