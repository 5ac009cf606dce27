//! The heart of Alcove: what the words of a practice mean, the rules they obey, and how they are kept.
//!
//! Each capability is a folder: `mod.rs` holds meaning, rules and operations, `records.rs` its SQL and its
//! sealing, `tests.rs` the rules and then the story on both databases. Everything confidential goes through
//! [`Practice::read`] and [`Practice::write`]: they check the grant, queue the receipt, and give nothing back
//! before that receipt is durable (R1).
//!
//! Not here: HTTP (the doors), other systems' words (`exchange`), ciphers (`vault`), databases (`store`).
//!
//! To add another capability: 1. a folder with the domain's word; 2. its tables in a new migration, with the
//! sealed ones named in [`sealed::TABLES`]; 3. its operations, each one call of `read` or `write`; 4. its rules'
//! tests with their numbers; 5. a door's module of the same name.

pub mod access;
pub mod accounts;
pub mod articles;
pub mod asking;
pub mod backup;
pub mod booking;
pub mod calendar;
pub mod cases;
pub mod clock;
pub mod consent;
mod content;
pub mod copies;
mod core;
pub mod credentials;
pub mod demands;
mod digest;
pub mod emergencies;
pub mod enquiry;
pub mod error;
pub mod goals;
pub mod home;
pub mod homework;
pub mod ids;
pub mod imports;
pub mod intake;
pub mod journal;
pub mod keys;
pub mod language;
pub mod library;
pub mod measures;
pub mod messages;
pub mod money;
pub mod notes;
pub mod own_words;
pub mod people;
pub mod places;
pub mod post;
pub mod private;
pub mod process_notes;
pub mod receipts;
pub mod recurrence;
pub mod releases;
pub mod retention;
pub mod routing;
pub mod safety;
pub mod sealed;
pub mod sessions;
pub mod settings;
pub mod succession;
#[doc(hidden)]
pub mod testing;
pub mod together;

pub use crate::core::{Opening, Practice};
pub use error::AccessError;
