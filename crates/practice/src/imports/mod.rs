//! What other systems' files bring, in the practice's words.
//!
//! `exchange` reads a file and makes an [`Offer`]: persons, relational cases, appointments, sessions that were held,
//! and clinical entries, each under a key that stays the same when the same file is read again. Nothing here
//! knows a file format, and nothing here stores anything.

mod appointment;
mod birth;
mod offer;
mod person;

pub use appointment::{
    Certainty, ConditionCourse, Mention, OfferedAppointment, OfferedCondition, OfferedState, Place,
    Span,
};
pub use birth::{Adulthood, PartialDate};
pub use offer::{ExternalKey, Gravity, Notice, Offer, Refused, SourceKind};
pub use person::{
    Bond, OfferedClinician, OfferedNames, OfferedPerson, OfferedRelation, OfferedRelational,
    OfferedStatus, OfferedWay, Permission, PersonKind, WayKind,
};
