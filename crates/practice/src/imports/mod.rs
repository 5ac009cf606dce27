//! What other systems' files bring, in the practice's words.
//!
//! `exchange` reads a file and makes an [`Offer`]: persons, relational cases, appointments, sessions that were held,
//! and clinical entries, each under a key that stays the same when the same file is read again. Nothing here
//! knows a file format.
//!
//! [`Practice::take_offer`](crate::Practice::take_offer) takes an offer in: persons become people with a case, known ones
//! are added to and never overwritten, appointments become sessions, clinical entries stay closed until a consent (R9).
//! All of a file is taken or nothing; the same file again changes nothing. Whom a name or an address alone would make
//! one with somebody who is here stays apart: only a key that the other system gave does that.

mod appointment;
mod birth;
mod callers;
mod cases;
mod diary;
mod entries;
mod identity;
mod keys;
mod meetings;
mod offer;
mod person;
mod persons;
mod plan;
pub(crate) mod records;
mod report;
mod sealing;
mod staff;
mod taking;

#[cfg(test)]
mod tests;

pub use appointment::{
    Certainty, ConditionCourse, Mention, OfferedAppointment, OfferedCondition, OfferedState, Place,
    Span,
};
pub use birth::{Adulthood, PartialDate};
pub use entries::{Entries, EntryKind, ImportedEntry, ImportedPage, Origin, ReadEntry};
pub(crate) use entries::{counts, entries_of};
pub use offer::{ExternalKey, Gravity, Notice, Offer, Refused, SourceKind};
pub use person::{
    Bond, OfferedClinician, OfferedNames, OfferedPerson, OfferedRelation, OfferedRelational,
    OfferedStatus, OfferedWay, Permission, PersonKind, WayKind,
};
pub use plan::Unplaced;
pub use report::{Counts, Line, Outcome, Report};
pub use taking::{Advance, Commit, Import, ImportError, Imports, Placing, Step, Watch};
