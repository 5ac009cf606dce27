//! Accounts: signing in with password and one-time code or with a passkey, proving oneself again, sign-ins and their ends, invitations.
//!
//! A sign-in is a row of its own whose token is stored only as a hash; it ends when idle, after its longest time, and at
//! once when the account or the role ends, or what signs it in changes. Known and unknown names take the same way and the
//! same time. Not here: cookies (`web`), what a signed-in person may open (`access`).

mod changing;
mod colleagues;
mod devices;
mod elsewhere;
mod ending;
mod enrolling;
mod entering;
mod guarding;
mod invitations;
mod inviting;
mod newcomers;
mod passkeys;
mod passwords;
mod proving_again;
mod records;
mod recovery_codes;
mod resetting;
mod secrets;
mod setting_up;
mod sign_ins;
mod slips;
mod supervising;
mod ways_back;

#[cfg(test)]
mod tests;

pub use changing::{Codes, MyAccount};
pub use colleagues::Colleague;
pub(crate) use colleagues::{colleague, colleagues};
pub use elsewhere::MySignIn;
pub(crate) use ending::{end, sign_out};
pub use enrolling::{Enrolment, code_at};
pub use entering::{HalfWay, NextStep};
pub use invitations::{Invitation, NewAccount};
pub use inviting::{Handing, Invited, Inviting};
pub(crate) use newcomers::{Arrived, Arriving, Lacks, changed, enter, invite, let_in};
pub use newcomers::{LetIn, Newcomer};
pub use passkeys::{Entered, MyPasskey, carries_passkeys, tells_secret};
pub(crate) use passkeys::{Questions, Relying};
pub use passwords::{PasswordRule, SHORTEST_PASSPHRASE, check_passphrase, check_rule};
pub(crate) use proving_again::Proofs;
pub use recovery_codes::{MyRecoveryCodes, RecoveryUse};
pub use setting_up::{NewStaff, StaffPage, staff_pages};
pub use sign_ins::{SignInToken, Times};
pub use ways_back::WayBack;

use entering::Candidate;

use crate::error::AccessError;

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
    /// Mail is no safe way to this person (R12), so that no link can go to them by itself.
    #[error("mail is not a safe way to this person")]
    NoSafeWay,
    /// Who works here cannot do without one-time codes.
    #[error("one-time codes are required for everybody who works here")]
    Required,
    /// Codes stay on while somebody else may see the person's devices (R12).
    #[error("one-time codes stay on while somebody else may see a device (R12)")]
    Guarded,
    /// An account has ten passkeys at most.
    #[error("there are ten passkeys already")]
    Enough,
    /// R5: who supervises is a clinician or a supervisor, and not the associate.
    #[error("who supervises is a clinician or a supervisor, and not the associate (R5)")]
    Supervisor,
    /// Something below.
    #[error(transparent)]
    Access(#[from] AccessError),
}

crate::carries_access_error!(AccountError);

/// A sign-in name as it is compared: trimmed, lower case.
pub(crate) fn normal(name: &str) -> String {
    name.trim().to_lowercase()
}
