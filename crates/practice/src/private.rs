//! Text about a person, which shows itself to nobody by accident.
//!
//! `Debug` prints `[sealed]`, there is no `Display`, and `Serialize` happens only where a field asks for it
//! with `#[serde(with = "practice::private::sealed")]`, which is right only in what is sealed at once.
//! Sealing itself is the vault's work and not here.

use std::fmt;

/// A value about a person. To read it is a word in the code: [`Private::reveal`].
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
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

/// Serde for a [`Private`] field of content that is sealed as a whole: `#[serde(with = "practice::private::sealed")]`.
pub mod sealed {
    use super::Private;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    /// Writes the value into the content that is about to be sealed.
    ///
    /// # Errors
    /// The serializer's own.
    pub fn serialize<T: Serialize, S: Serializer>(
        value: &Private<T>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        value.reveal().serialize(serializer)
    }

    /// Reads the value from content that was just opened.
    ///
    /// # Errors
    /// The deserializer's own.
    pub fn deserialize<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Private<T>, D::Error> {
        T::deserialize(deserializer).map(Private::new)
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
