//! What the words of the practice mean, the rules they obey, how they are kept.

pub mod private;
