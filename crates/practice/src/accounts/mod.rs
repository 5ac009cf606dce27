//! Accounts: signing in with password and one-time code, sign-ins and their ends, invitations.
//!
//! A sign-in is a row of its own whose token is stored only as a hash; it ends when idle, after its longest time, and at
//! once when the account or the role ends. Known and unknown names take the same way and the same time. Not here:
//! cookies (`web`), what a signed-in person may open (`access`).

mod colleagues;
mod enrolling;
mod entering;
mod invitations;
mod passwords;
mod records;
mod setting_up;
mod sign_ins;

#[cfg(test)]
mod tests;

pub use colleagues::Colleague;
pub(crate) use colleagues::{colleague, colleagues};
pub use enrolling::{Enrolment, code_at};
pub use entering::{HalfWay, NextStep};
pub use invitations::{Invitation, NewAccount};
pub use passwords::{PasswordRule, check_rule};
pub use setting_up::{NewStaff, StaffPage, staff_pages};
pub use sign_ins::{SignInToken, Times};

use serde::{Deserialize, Serialize};

use passwords::PasswordHash;

use crate::error::AccessError;
use crate::private::Private;

/// What signs an account in: the content of `sign_in_secrets.sealed`.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Secrets {
    /// The password's hash.
    pub(crate) password: PasswordHash,
    /// The secret of the one-time codes, base32; staff always have one.
    pub(crate) one_time: Option<Private<String>>,
}

/// Why somebody was not signed in, or an account not made.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// Name, password or code is wrong: one answer for all three.
    #[error("this name, password and code do not go together")]
    Wrong,
    /// The first step of signing in is too long ago, or was another one: begin again.
    #[error("this took too long: begin again")]
    Expired,
    /// The invitation was used, has ended, or never was.
    #[error("this invitation cannot be used any more")]
    Invitation,
    /// The sign-in name is taken.
    #[error("this sign-in name cannot be used")]
    NameTaken,
    /// The password is too short or too common.
    #[error("the password is too short or too common")]
    Password,
    /// The sign-in name is empty or too long.
    #[error("a sign-in name has 3 to 120 characters")]
    Name,
    /// Something below.
    #[error(transparent)]
    Access(#[from] AccessError),
}

crate::carries_access_error!(AccountError);

/// A sign-in name as it is compared: trimmed, lower case.
pub(crate) fn normal(name: &str) -> String {
    name.trim().to_lowercase()
}
