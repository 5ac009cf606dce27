//! People: every human the practice knows, each with an identity compartment (names, contact, safe contact).
//!
//! The name a person uses stands everywhere; legal names only where a document must carry them. An address is never
//! an identity: two people may share one. Not here: how they sign in (`accounts`), what they come for (`cases`).

mod reaching;
pub mod records;
mod times;

#[cfg(test)]
mod shared_tests;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use store::{StoreError, Tx};
use vault::CompartmentId;

use crate::access::{DeskAccess, Purpose, Work};
use crate::core::Practice;
use crate::error::AccessError;
use crate::ids::{PersonId, PracticeId};
use crate::private::Private;
use crate::receipts::Action;
use crate::sealed::Cell;

pub use reaching::{MyWays, Reach, WayTimes};
pub use records::compartments_of;
pub use times::SafeTimes;

/// A person's names and ways of contact: the content of `people.sealed`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Identity {
    /// The name to use.
    pub name: Private<String>,
    /// Pronouns, as the person says them.
    #[serde(default)]
    pub pronouns: Private<String>,
    /// The legal name, only where a document must carry it.
    #[serde(default)]
    pub legal_name: Option<Private<String>>,
    /// Date of birth, ISO.
    #[serde(default)]
    pub born: Option<Private<String>>,
    /// The ways in which the person may be reached, and those in which not (R12).
    #[serde(default)]
    pub ways: Vec<Way>,
    /// Words not to use with this person (R12).
    #[serde(default)]
    pub avoid: Private<String>,
    /// Non-clinical remarks of the practice.
    #[serde(default)]
    pub remarks: Option<Private<String>>,
}

/// A channel.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// Electronic mail.
    Mail,
    /// A call.
    Phone,
    /// A text message.
    Text,
    /// A letter.
    Letter,
}

impl Channel {
    /// What people read for it.
    #[must_use]
    pub const fn plain(self) -> &'static str {
        match self {
            Self::Mail => "Email",
            Self::Phone => "Call",
            Self::Text => "Text message",
            Self::Letter => "Letter",
        }
    }
}

/// One way to reach somebody.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Way {
    /// By which channel.
    pub channel: Channel,
    /// The address or number.
    pub address: Private<String>,
    /// Whether the person called it safe; only then is it used (R12).
    pub safe: bool,
    /// Anything to mind, for example "not after six".
    #[serde(default)]
    pub mind: Private<String>,
    /// Between which times of day it is safe; nothing for at any time. The program keeps to them (R12).
    #[serde(default)]
    pub times: Option<SafeTimes>,
    /// Whether a message may be left where somebody else may hear it; nothing where nobody said.
    #[serde(default)]
    pub voicemail: Option<bool>,
    /// What stands in the place of ours on what is sent, or said, by this way.
    #[serde(default)]
    pub cover: Cover,
}

/// Words of the person's own for whoever looks over their shoulder (R12).
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Cover {
    /// Who it is from; empty for ours.
    pub name: Private<String>,
    /// What it is about; empty for ours.
    pub words: Private<String>,
}

impl Way {
    /// A way at any time, with nothing to mind.
    #[must_use]
    pub fn new(channel: Channel, address: Private<String>, safe: bool) -> Self {
        Self {
            channel,
            address,
            safe,
            mind: Private::default(),
            times: None,
            voicemail: None,
            cover: Cover::default(),
        }
    }
}

impl Identity {
    /// The safe way of a channel, if there is one (R12).
    #[must_use]
    pub fn safe(&self, channel: Channel) -> Option<&Way> {
        self.ways
            .iter()
            .find(|way| way.safe && way.channel == channel)
    }

    /// What a list shows of it.
    #[must_use]
    pub fn into_named(self, id: PersonId) -> Named {
        Named {
            id,
            name: self.name,
            pronouns: self.pronouns,
        }
    }
}

/// What a list shows of a person.
#[derive(Clone, Debug)]
pub struct Named {
    /// Who.
    pub id: PersonId,
    /// The name to use.
    pub name: Private<String>,
    /// Pronouns.
    pub pronouns: Private<String>,
}

impl Named {
    /// Somebody whose name who asks may not read.
    #[must_use]
    pub fn unknown(id: PersonId) -> Self {
        Self {
            id,
            name: Private::default(),
            pronouns: Private::default(),
        }
    }
}

/// Opens the identities of `people` at once: one receipt names them all. People who may not be opened are left out.
///
/// # Errors
/// A fault of the database or of sealed bytes.
pub(crate) fn identities(
    work: &mut Work<'_, '_>,
    action: Action,
    purpose: Purpose,
    people: &[PersonId],
) -> Result<HashMap<PersonId, Identity>, AccessError> {
    let practice = work.practice();
    let mut cells: Vec<(PersonId, Cell)> = Vec::new();
    for person in people {
        if let Some(cell) = records::cell(work.tx, practice, *person)?
            && work.may_open(cell.compartment, purpose)
        {
            cells.push((*person, cell));
        }
    }
    if cells.is_empty() {
        return Ok(HashMap::new());
    }
    let wanted: Vec<CompartmentId> = cells.iter().map(|(_, cell)| cell.compartment).collect();
    let opened = work.open(action, purpose, &wanted)?;
    cells
        .iter()
        .map(|(person, cell)| Ok((*person, work.unseal(&opened, "people", cell)?)))
        .collect()
}

/// The names of `people`, for lists and calendars.
///
/// # Errors
/// As [`identities`].
pub(crate) fn names(
    work: &mut Work<'_, '_>,
    purpose: Purpose,
    people: &[PersonId],
) -> Result<HashMap<PersonId, Named>, AccessError> {
    Ok(identities(work, Action::Names, purpose, people)?
        .into_iter()
        .map(|(id, identity)| (id, identity.into_named(id)))
        .collect())
}

/// Stores a new person's sealed identity.
///
/// # Errors
/// A fault of the database.
pub(crate) fn insert(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    at: i64,
    row: &crate::sealed::SealedRow,
) -> Result<(), StoreError> {
    records::insert(tx, practice, at, row)
}

impl Practice {
    /// A person's names and contact, for those at the desk who may reach them.
    ///
    /// # Errors
    /// [`AccessError::NotThere`] when there is no such person for who asks.
    pub async fn identity(
        &self,
        access: &DeskAccess,
        person: PersonId,
    ) -> Result<Identity, AccessError> {
        self.read(access, move |work| {
            let practice = work.practice();
            let Some(cell) = records::cell(work.tx, practice, person)? else {
                return Err(work.refused(Action::Contact, Purpose::Contact));
            };
            let opened = work.open(Action::Contact, Purpose::Contact, &[cell.compartment])?;
            work.unseal(&opened, "people", &cell)
        })
        .await
    }

    /// Whether who asks may write down how somebody is reached, and does not only read it in an emergency.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn may_write_down_ways(
        &self,
        access: &DeskAccess,
        person: PersonId,
    ) -> Result<bool, AccessError> {
        self.read(access, move |work| {
            let practice = work.practice();
            let cell = records::cell(work.tx, practice, person)?;
            Ok(cell.is_some_and(|cell| work.may_write(cell.compartment, Purpose::Contact)))
        })
        .await
    }
}
