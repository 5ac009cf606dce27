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
    /// The joint side of a case that was parted: it is read, and changes no more.
    #[error("this joint side does not change any more")]
    Frozen,
    /// Too many at once; try again soon.
    #[error("busy")]
    Busy,
    /// Far more records were opened in an hour than is usual: who asks has to prove again who they are.
    #[error("far more records than usual: prove again who you are")]
    ProveAgain,
    /// The same, after proving it: nothing more in this hour.
    #[error("far more records than usual: nothing more for {seconds} seconds")]
    Braked {
        /// Until when.
        seconds: u32,
    },
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

/// An error that may say that something is not there for who asked, so that the refusal leaves its receipt.
pub trait Denies {
    /// Whether it says so.
    fn denied(&self) -> bool;
}

impl Denies for AccessError {
    fn denied(&self) -> bool {
        matches!(self, Self::NotThere)
    }
}

impl Denies for StoreError {
    fn denied(&self) -> bool {
        false
    }
}

/// Lets a capability's error with a variant `Access` say so.
#[macro_export]
macro_rules! denies {
    ($error:ty) => {
        impl $crate::error::Denies for $error {
            fn denied(&self) -> bool {
                matches!(self, Self::Access($crate::error::AccessError::NotThere))
            }
        }
    };
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
        $crate::denies!($error);
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
