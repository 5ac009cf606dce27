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
    /// R9: the informed consent of somebody concerned is not in force.
    #[error("the informed consent of everybody concerned is not in force (R9)")]
    ConsentMissing,
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
                $crate::error::AccessError::from(error).into()
            }
        }
        impl From<vault::VaultError> for $error {
            fn from(error: vault::VaultError) -> Self {
                $crate::error::AccessError::from(error).into()
            }
        }
    };
}

/// The same for a capability that writes what needs consent: [`AccessError::ConsentMissing`] is its own variant, so that
/// a consent that is withdrawn between the question and the commit is told like one that never was (R9).
#[macro_export]
macro_rules! carries_consent_error {
    ($error:ty) => {
        $crate::carries_access_error!($error);
        impl From<$crate::error::AccessError> for $error {
            fn from(error: $crate::error::AccessError) -> Self {
                match error {
                    $crate::error::AccessError::ConsentMissing => Self::ConsentMissing,
                    other => Self::Access(other),
                }
            }
        }
    };
}
