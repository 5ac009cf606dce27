//! What the words of the practice mean, the rules they obey, how they are kept.

pub mod consent;
mod content;
pub mod intake;
pub mod library;
pub mod places;
pub mod private;
pub mod recurrence;
