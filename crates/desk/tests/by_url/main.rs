//! The desk by URL, through the real doorway, with the fictional practice.
#![expect(clippy::unwrap_used, reason = "tests")]

mod accounts;
mod booking;
mod cases;
mod common;
mod elsewhere;
mod homework;
mod inbox;
mod notes;
mod pages;
mod people;
mod receipts;
