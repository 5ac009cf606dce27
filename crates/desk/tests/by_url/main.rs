//! The desk by URL, through the real doorway, with the fictional practice.
#![expect(clippy::panic, clippy::unwrap_used, reason = "tests")]

mod accounts;
mod articles;
mod asking;
mod booking;
mod brake;
mod cases;
mod common;
mod elsewhere;
mod emergencies;
mod homework;
mod inbox;
mod messages;
mod notes;
mod own_words;
mod pages;
mod passkeys;
mod people;
mod proving;
mod receipts;
mod recovery_codes;
mod releases;
mod retention;
mod routing;
mod succession;
mod unlocking;
