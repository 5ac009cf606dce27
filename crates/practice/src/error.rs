//! What keeps somebody from something; the text never carries a client's words or name.

use store::StoreError;
use vault::VaultError;

/// Why an operation on confidential content did not happen.
#[derive(Debug, thiserror::Error)]
pub enum AccessError {
    /// It does not exist, or it is not for who asked: one answer for both.
    #[error("there is nothing here for you")]
    NotThere,
    /// Nobody is signed in, or the sign-in has ended.
    #[error("not signed in")]
    NotSignedIn,
    /// The server holds no keys at the moment.
    #[error("the server is locked")]
    Locked,
    /// Somebody else was first, or the revision is not the newest.
    #[error("somebody else changed this first")]
    Stale,
    /// Too many at once; try again soon.
    #[error("busy")]
    Busy,
    /// A fault of the machine or of stored bytes.
    #[error("fault: {0}")]
    Fault(String),
}

impl From<StoreError> for AccessError {
    fn from(error: StoreError) -> Self {
        match &error {
            StoreError::Unique(_) | StoreError::Exclusion | StoreError::Conflict => Self::Stale,
            StoreError::Unavailable(why) => Self::Fault(format!("database unavailable: {why}")),
            StoreError::ForeignKey(_)
            | StoreError::Check(_)
            | StoreError::NoRow
            | StoreError::Column(_)
            | StoreError::Newer { .. }
            | StoreError::Broken(_) => Self::Fault(error.to_string()),
        }
    }
}

impl From<VaultError> for AccessError {
    fn from(error: VaultError) -> Self {
        Self::Fault(error.to_string())
    }
}

/// Lets a capability's error carry [`AccessError`] and what becomes one.
#[macro_export]
macro_rules! carries_access_error {
    ($error:ty) => {
        impl From<store::StoreError> for $error {
            fn from(error: store::StoreError) -> Self {
                Self::Access(error.into())
            }
        }
        impl From<vault::VaultError> for $error {
            fn from(error: vault::VaultError) -> Self {
                Self::Access(error.into())
            }
        }
    };
}
