//! The offer of one file, and what of it was refused.

use super::{
    OfferedAppointment, OfferedClinician, OfferedCondition, OfferedPerson, OfferedRelation,
    OfferedRelational,
};
use crate::private::Private;
use std::collections::BTreeMap;
use std::fmt;

/// What kind of file an offer comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SourceKind {
    /// Records of another practice system, as JSON by the standard for health records.
    Records,
    /// A table of clients.
    ClientList,
    /// A table of appointments.
    AppointmentList,
    /// A calendar.
    Calendar,
    /// An address book.
    Contacts,
}

impl fmt::Display for SourceKind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Records => "health records",
            Self::ClientList => "client list",
            Self::AppointmentList => "appointment list",
            Self::Calendar => "calendar",
            Self::Contacts => "address book",
        })
    }
}

/// What an item is called where it comes from: the same each time, so that the same file twice changes nothing.
///
/// The value may identify a person (a record number, a social security number), so whoever stores it keeps a
/// keyed digest of [`ExternalKey::text`] and never the value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExternalKey {
    namespace: String,
    value: Private<String>,
}

impl ExternalKey {
    /// The key of `value` in `namespace`, the system that gave it out.
    pub fn new(namespace: impl Into<String>, value: impl Into<String>) -> Self {
        Self {
            namespace: namespace.into(),
            value: Private::new(value.into()),
        }
    }

    /// The system that gave the value out.
    #[must_use]
    pub fn namespace(&self) -> &str {
        &self.namespace
    }

    /// The value within the namespace.
    #[must_use]
    pub const fn value(&self) -> &Private<String> {
        &self.value
    }

    /// Namespace and value as one text that no other pair has.
    #[must_use]
    pub fn text(&self) -> Private<String> {
        let (length, namespace) = (self.namespace.len(), &self.namespace);
        Private::new(format!("{length}:{namespace}|{}", self.value.reveal()))
    }
}

/// What a refusal means for the rest of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Gravity {
    /// This item is not taken; the others are.
    Item,
    /// The file is damaged or cannot be understood safely: nothing of it is taken.
    File,
}

/// Something that is not taken, with the reason. It names a place in the file, never a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The line on which it begins, counted from 1, where the format has lines.
    pub line: Option<u64>,
    /// What it is: a resource, a row, an event.
    pub what: String,
    /// Why, in words for the person who imports.
    pub reason: String,
    /// What it means for the rest.
    pub gravity: Gravity,
}

/// Something that is taken and yet worth a look. It names a place in the file, never a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The line on which it begins, counted from 1, where the format has lines.
    pub line: Option<u64>,
    /// What it is: a resource, a row, an event.
    pub what: String,
    /// What is to be known of it.
    pub said: String,
}

/// All that one file offers.
///
/// Items refer to each other by [`ExternalKey`]; a key that no item of this file has may belong to one that was
/// imported before.
#[derive(Clone, Debug)]
pub struct Offer {
    /// What kind of file it was.
    pub source: SourceKind,
    /// The file's name, which often is a client's.
    pub name: Private<String>,
    /// SHA-256 of the whole file.
    pub digest: [u8; 32],
    /// Length of the file.
    pub bytes: u64,
    /// Clients, and those near them who are not clients.
    pub persons: Vec<OfferedPerson>,
    /// Couples and other relationships that are in care together.
    pub relational: Vec<OfferedRelational>,
    /// Who is what to whom.
    pub relations: Vec<OfferedRelation>,
    /// Clinicians.
    pub clinicians: Vec<OfferedClinician>,
    /// Appointments, past and coming.
    pub appointments: Vec<OfferedAppointment>,
    /// Sessions and visits that took place.
    pub sessions: Vec<OfferedAppointment>,
    /// Clinical entries: kept sealed and closed until a consent is recorded (R9).
    pub conditions: Vec<OfferedCondition>,
    /// Items that said the same person or thing again and were put together.
    pub merged: u64,
    /// How many of what was not taken because it has no place here, by kind.
    pub not_taken: BTreeMap<String, u64>,
    /// What was refused, and why.
    pub refusals: Vec<Refused>,
    /// What is taken and worth a look.
    pub notices: Vec<Notice>,
}

impl Offer {
    /// An offer of nothing, to be filled.
    #[must_use]
    pub fn empty(source: SourceKind, name: Private<String>) -> Self {
        Self {
            source,
            name,
            digest: [0; 32],
            bytes: 0,
            persons: Vec::new(),
            relational: Vec::new(),
            relations: Vec::new(),
            clinicians: Vec::new(),
            appointments: Vec::new(),
            sessions: Vec::new(),
            conditions: Vec::new(),
            merged: 0,
            not_taken: BTreeMap::new(),
            refusals: Vec::new(),
            notices: Vec::new(),
        }
    }

    /// Whether the file as a whole is refused, so that nothing of it may be taken.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        self.refusals
            .iter()
            .any(|refused| refused.gravity == Gravity::File)
    }

    /// How many items are offered.
    #[must_use]
    pub fn count(&self) -> usize {
        self.persons.len()
            + self.relational.len()
            + self.relations.len()
            + self.clinicians.len()
            + self.appointments.len()
            + self.sessions.len()
            + self.conditions.len()
    }

    /// Takes every item out, so that nothing of a refused file can be taken by mistake.
    pub fn withdraw(&mut self) {
        self.persons.clear();
        self.relational.clear();
        self.relations.clear();
        self.clinicians.clear();
        self.appointments.clear();
        self.sessions.clear();
        self.conditions.clear();
        self.merged = 0;
    }

    /// Counts one that has no place here.
    pub fn pass_over(&mut self, kind: impl Into<String>) {
        *self.not_taken.entry(kind.into()).or_default() += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::ExternalKey;

    #[test]
    fn no_two_keys_have_one_text() {
        let one = ExternalKey::new("a|b", "c");
        let other = ExternalKey::new("a", "b|c");
        assert_ne!(one.text(), other.text());
        assert!(!format!("{:?}", ExternalKey::new("mr", "999-22-1962")).contains("999"));
    }
}
