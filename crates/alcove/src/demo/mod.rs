//! The demonstration: a fictional practice with invented people.

pub(crate) mod people;
#[cfg(test)]
mod people_tests;
