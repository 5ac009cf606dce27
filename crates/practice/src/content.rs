//! Reads the content that is part of the binary.
//!
//! What is not here: content that a practice adds or changes itself; that is kept in its database.

use serde::de::DeserializeOwned;

/// Shipped content that does not read or contradicts itself.
#[derive(Debug, thiserror::Error)]
#[error("{file}: {problem}")]
pub(crate) struct ContentError {
    /// Name of the file below `content/`.
    pub(crate) file: &'static str,
    /// What is wrong with it, for whoever edits it.
    pub(crate) problem: String,
}

impl ContentError {
    /// A contradiction found in `file`.
    pub(crate) fn new(file: &'static str, problem: impl Into<String>) -> Self {
        Self {
            file,
            problem: problem.into(),
        }
    }
}

/// Reads one shipped file.
///
/// # Errors
/// [`ContentError`] when `text` is not what `T` expects.
pub(crate) fn read<T: DeserializeOwned>(file: &'static str, text: &str) -> Result<T, ContentError> {
    serde_json::from_str(text).map_err(|cause| ContentError::new(file, cause.to_string()))
}
