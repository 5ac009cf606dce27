//! Text about a person, which shows itself to nobody by accident.
//!
//! `Debug` prints `[sealed]` and there is no `Display`. It is serialised as part of content that is sealed at once
//! ([`crate::sealed`]); doors and logs never serialise a domain type. Sealing itself is the vault's work and not here.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A value about a person. To read it is a word in the code: [`Private::reveal`].
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Private<T>(T);

impl<T> Private<T> {
    /// Takes the value in.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// The value, for whoever may see it.
    pub const fn reveal(&self) -> &T {
        &self.0
    }

    /// The value itself, out of its wrapper.
    pub fn into_revealed(self) -> T {
        self.0
    }

    /// The same wrapper around what `change` makes of the value.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Private<U> {
        Private(change(self.0))
    }
}

impl<T> fmt::Debug for Private<T> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("[sealed]")
    }
}

impl From<String> for Private<String> {
    fn from(value: String) -> Self {
        Self(value)
    }
}

impl From<&str> for Private<String> {
    fn from(value: &str) -> Self {
        Self(value.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::Private;

    #[test]
    fn debug_shows_nothing() {
        let name = Private::<String>::from("Noor");
        assert_eq!(
            format!("{name:?} {:?}", Some(&name)),
            "[sealed] Some([sealed])"
        );
        assert_eq!(name.reveal(), "Noor");
    }
}
