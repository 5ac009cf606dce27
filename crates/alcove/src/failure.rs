//! Why a command did not do what was asked, and with which exit code it ends.

use std::fmt;
use std::process::ExitCode;

use practice::AccessError;
use practice::accounts::AccountError;
use practice::articles::ArticleError;
use practice::backup::BackupError;
use practice::imports::ImportError;
use practice::keys::KeysError;
use practice::post::MailFault;
use practice::succession::SuccessionError;
use store::StoreError;
use vault::VaultError;

use crate::demo::Interrupted;

/// Why a command ended without doing it. The text is for the person at the machine, never with a client's words.
#[derive(Debug)]
pub(crate) enum Failure {
    /// It was understood and not done: exit code 1.
    Refused(String),
    /// It was not understood: exit code 2.
    WrongUse(String),
}

impl Failure {
    pub(crate) fn refused(why: impl Into<String>) -> Self {
        Self::Refused(why.into())
    }

    /// The exit code.
    pub(crate) fn code(&self) -> ExitCode {
        match self {
            Self::Refused(_) => ExitCode::from(1),
            Self::WrongUse(_) => ExitCode::from(2),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(why) | Self::WrongUse(why) => f.write_str(why),
        }
    }
}

macro_rules! refusals {
    ($($error:ty),*) => {$(
        impl From<$error> for Failure {
            fn from(error: $error) -> Self {
                Self::Refused(error.to_string())
            }
        }
    )*};
}

refusals!(
    AccessError,
    AccountError,
    ArticleError,
    BackupError,
    ImportError,
    KeysError,
    MailFault,
    Interrupted,
    StoreError,
    SuccessionError,
    VaultError,
    std::io::Error,
    serde_json::Error
);
