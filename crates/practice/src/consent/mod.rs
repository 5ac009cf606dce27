//! Consent: what a person agreed to, in which words.

pub mod texts;
