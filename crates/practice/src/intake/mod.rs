//! Intake: each person alone, before therapy begins.

pub mod questions;
#[cfg(test)]
mod questions_tests;
