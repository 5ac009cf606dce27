//! Who is at the door: the only maker of access values, and the only caller of the vault's opening (R1).
//!
//! A door gets an access from a sign-in; a job or the command line has its own. It is a value that is passed
//! to every operation, never ambient. Not here: how a person signs in (`accounts`).

pub(crate) mod authority;
mod bodies;
mod brake;
mod doing;
mod fresh;
mod records;
pub(crate) mod row;
mod work;

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

pub(crate) use authority::Authority;
pub use bodies::{
    AccountBody, AccountState, CredentialBody, CredentialKind, GrantBody, Holder, InvitationBody,
    PasskeyBody, PublishedKeysBody, RecoveryCodesBody, RoleBody, Scope, SuccessionDecisionBody,
    SuccessionRecipientBody,
};
pub(crate) use brake::Brake;
pub use brake::RECORDS_AN_HOUR;
pub(crate) use fresh::Proof;
pub use fresh::{Fresh, FreshAccess, FreshPortalAccess, ProvesAgain};
pub(crate) use records::{each, is_stored, put};
pub(crate) use row::AuthorityRow;
pub use work::{Made, Work};

use crate::core::Practice;
use crate::error::AccessError;
use crate::ids::{PersonId, SignInId};
use crate::receipts::Action;

/// What a person does in the practice.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Owns the practice: credentials, policies, the access log, keys.
    Owner,
    /// A licensed clinician.
    Clinician,
    /// A clinician in training, whose notes a supervisor co-signs.
    Associate,
    /// Supervises associates.
    Supervisor,
    /// Calendar, contact and forms; never clinical content.
    FrontDesk,
    /// Charges and documents; never notes (R14).
    Biller,
    /// A person in care.
    Client,
}

impl Role {
    /// The stored word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Clinician => "clinician",
            Self::Associate => "associate",
            Self::Supervisor => "supervisor",
            Self::FrontDesk => "front_desk",
            Self::Biller => "biller",
            Self::Client => "client",
        }
    }

    /// The role of a stored word; the program's own work has none.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        let all = [
            Self::Owner,
            Self::Clinician,
            Self::Associate,
            Self::Supervisor,
            Self::FrontDesk,
            Self::Biller,
            Self::Client,
        ];
        all.into_iter().find(|role| role.word() == word)
    }

    /// What people read for it.
    #[must_use]
    pub const fn plain(self) -> &'static str {
        match self {
            Self::Owner => "Owner of the practice",
            Self::Clinician => "Clinician",
            Self::Associate => "Associate clinician",
            Self::Supervisor => "Supervisor",
            Self::FrontDesk => "Front desk",
            Self::Biller => "Billing",
            Self::Client => "Client",
        }
    }

    /// Whether this role has clients.
    #[must_use]
    pub const fn is_clinical(self) -> bool {
        matches!(self, Self::Clinician | Self::Associate | Self::Supervisor)
    }

    /// Whether this role may open a record in an emergency: who is licensed to judge that there is one.
    #[must_use]
    pub const fn may_break_glass(self) -> bool {
        matches!(self, Self::Clinician | Self::Supervisor)
    }
}

/// What an opening is for; a grant names one.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// Treatment.
    Care,
    /// Care in an emergency, outside of the usual grants and for a short time (`emergencies`).
    Emergency,
    /// Reaching somebody, booking.
    Contact,
    /// Charges and documents for payers.
    Billing,
    /// The client reads or writes what is theirs.
    OwnRecord,
    /// Signing somebody in.
    SignIn,
    /// Taking in what another system gave.
    Import,
    /// Keeping the practice's own affairs.
    Keeping,
}

impl Purpose {
    /// The stored word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Care => "care",
            Self::Emergency => "emergency",
            Self::Contact => "contact",
            Self::Billing => "billing",
            Self::OwnRecord => "own_record",
            Self::SignIn => "sign_in",
            Self::Import => "import",
            Self::Keeping => "keeping",
        }
    }

    /// What a client reads for a stored word.
    #[must_use]
    pub fn plain(word: &str) -> &'static str {
        match word {
            "care" => "your care",
            "emergency" => "an emergency",
            "contact" => "reaching you, or booking",
            "billing" => "charges and documents",
            "own_record" => "your own pages",
            "sign_in" => "signing you in",
            "import" => "bringing in earlier records",
            _ => "the practice’s own affairs",
        }
    }
}

/// Work that the program does by itself; what each may open is a closed list in the code.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Job {
    /// Checks a password or an invitation before anybody is signed in.
    SignIn,
    /// Sends mail.
    Post,
    /// Takes in files at the command line.
    Import,
    /// Sets a practice up: its first people and roles.
    SetUp,
    /// Finds who is meant when somebody opens a record in an emergency.
    Emergency,
    /// Takes out process notes for the executor, which it cannot read.
    Succession,
    /// Makes copies of a record that somebody may have, for who asked for them.
    Copies,
}

impl Job {
    /// The stored word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::Post => "post",
            Self::Import => "import",
            Self::SetUp => "set_up",
            Self::Emergency => "emergency",
            Self::Succession => "succession",
            Self::Copies => "copies",
        }
    }
}

/// Who asks: only this module makes one.
#[derive(Clone, Debug)]
pub struct Who {
    pub(crate) person: Option<PersonId>,
    pub(crate) sign_in: Option<SignInId>,
    pub(crate) roles: Vec<Role>,
    pub(crate) job: Option<Job>,
}

impl Who {
    const fn nobody() -> Self {
        Self {
            person: None,
            sign_in: None,
            roles: Vec::new(),
            job: None,
        }
    }

    /// Whether this is somebody in care, on their own pages.
    pub(crate) fn is_client(&self) -> bool {
        self.roles.first() == Some(&Role::Client)
    }

    /// The word a receipt keeps for the role in which this was done.
    #[must_use]
    pub fn role_word(&self) -> &'static str {
        match (self.job, self.roles.first()) {
            // A client's own copy is the client's own doing: no partner reads of it (R2).
            (Some(Job::Copies), Some(Role::Client)) => Role::Client.word(),
            (Some(job), _) => job.word(),
            (None, Some(role)) => role.word(),
            (None, None) => "visitor",
        }
    }
}

mod closed {
    pub trait Access {}
}

/// An access of any door.
pub trait Access: closed::Access + Sync {
    /// Who asks.
    fn who(&self) -> &Who;

    /// The person who asks.
    ///
    /// # Errors
    /// [`AccessError::NotSignedIn`] for a visitor or a job.
    fn who_asks(&self) -> Result<PersonId, AccessError> {
        self.who().person.ok_or(AccessError::NotSignedIn)
    }

    /// Whether who asks may change how the practice is set up: the owner, or the command line on the machine itself.
    ///
    /// # Errors
    /// [`AccessError::NotThere`] for anybody else.
    fn may_set_up(&self) -> Result<(), AccessError> {
        let who = self.who();
        match who.job {
            Some(Job::SetUp) => Ok(()),
            None if who.roles.contains(&Role::Owner) => Ok(()),
            Some(_) | None => Err(AccessError::NotThere),
        }
    }
}

macro_rules! accesses {
    ($($(#[$meta:meta])* $name:ident),*) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug)]
        pub struct $name(Who);
        impl closed::Access for $name {}
        impl Access for $name {
            fn who(&self) -> &Who { &self.0 }
        }
    )*};
}

accesses! {
    /// Anybody at the public door.
    VisitorAccess,
    /// A client at the portal.
    PortalAccess,
    /// Staff at the desk.
    DeskAccess,
    /// Another system.
    ApiAccess,
    /// The program itself.
    JobAccess
}

impl VisitorAccess {
    /// A visitor: nobody is signed in, and nothing is opened for them.
    #[must_use]
    pub const fn new() -> Self {
        Self(Who::nobody())
    }
}

impl Practice {
    /// That who asks may change how the practice is set up; a refusal leaves its receipt.
    ///
    /// # Errors
    /// [`AccessError::NotThere`] for anybody but the owner and the command line.
    pub(crate) async fn sets_up(&self, access: &impl Access) -> Result<(), AccessError> {
        if access.may_set_up().is_ok() {
            return Ok(());
        }
        let refuse =
            |work: &mut Work<'_, '_>| Err(work.refused(Action::AuthorityChange, Purpose::Keeping));
        self.read(access, refuse).await
    }
}

impl Default for VisitorAccess {
    fn default() -> Self {
        Self::new()
    }
}

impl JobAccess {
    pub(crate) const fn new(job: Job) -> Self {
        Self(Who {
            person: None,
            sign_in: None,
            roles: Vec::new(),
            job: Some(job),
        })
    }

    /// What this job opens compartments for.
    pub(crate) const fn purpose(&self) -> Purpose {
        match self.0.job {
            Some(Job::SignIn) => Purpose::SignIn,
            Some(Job::Post) => Purpose::Contact,
            Some(Job::Import) => Purpose::Import,
            Some(Job::SetUp | Job::Emergency | Job::Succession | Job::Copies) | None => {
                Purpose::Keeping
            }
        }
    }

    /// The access of work that the program does for `person`, who is not signed in yet.
    pub(crate) fn of(job: Job, person: PersonId) -> Self {
        let Self(mut who) = Self::new(job);
        who.person = Some(person);
        Self(who)
    }

    // These two are public because the command line is another crate, and so a door's code could write them as well: it
    // holds the same `Practice`. A value that only unlocking gives would have to be handed through set-up, demo and bench,
    // and would end in the same hands. So `cargo xtask tidy` keeps the word out of the doors instead.

    /// The access of the command line's import.
    #[must_use]
    pub const fn import() -> Self {
        Self::new(Job::Import)
    }

    /// The access of the command line that sets a practice up.
    #[must_use]
    pub const fn set_up() -> Self {
        Self::new(Job::SetUp)
    }

    /// The access of what finds who is meant in an emergency.
    pub(crate) const fn emergency() -> Self {
        Self::new(Job::Emergency)
    }

    /// The access of what takes out process notes for the executor, for who asked for it.
    pub(crate) fn succession(person: Option<PersonId>) -> Self {
        let Self(mut who) = Self::new(Job::Succession);
        who.person = person;
        Self(who)
    }

    /// The access of what forgets copies of a record whose time is over.
    pub(crate) const fn keeping_copies() -> Self {
        Self::new(Job::Copies)
    }

    /// The access of what makes a copy of a record, for who of the practice asked for it.
    pub(crate) fn copies(person: PersonId) -> Self {
        Self::of(Job::Copies, person)
    }

    /// The access of what makes a client's own copy.
    pub(crate) fn own_copies(person: PersonId) -> Self {
        let Self(mut who) = Self::of(Job::Copies, person);
        who.roles = vec![Role::Client];
        Self(who)
    }

    /// The access of what sends the post.
    #[must_use]
    pub(crate) const fn post() -> Self {
        Self::new(Job::Post)
    }
}

impl PortalAccess {
    /// The client.
    #[must_use]
    pub fn person(&self) -> Option<PersonId> {
        self.0.person
    }
}

impl DeskAccess {
    /// The member of staff.
    #[must_use]
    pub fn person(&self) -> Option<PersonId> {
        self.0.person
    }

    /// Whether the signed-in person has `role`.
    #[must_use]
    pub fn has(&self, role: Role) -> bool {
        self.0.roles.contains(&role)
    }

    /// The roles, the widest first.
    #[must_use]
    pub fn roles(&self) -> &[Role] {
        &self.0.roles
    }
}

/// Who is signed in, and at which door they may stand.
#[derive(Clone, Debug)]
pub enum SignedIn {
    /// A client.
    Portal(PortalAccess),
    /// Staff.
    Desk(DeskAccess),
}

impl SignedIn {
    /// The access of an account's person: the roles decide the door. Only sign-in calls this.
    pub(crate) fn new(
        person: PersonId,
        sign_in: Option<SignInId>,
        mut roles: Vec<Role>,
    ) -> Option<Self> {
        roles.sort_unstable();
        let who = Who {
            person: Some(person),
            sign_in,
            roles,
            job: None,
        };
        match who.roles.first() {
            Some(Role::Client) => Some(Self::Portal(PortalAccess(who))),
            Some(
                Role::Owner
                | Role::Clinician
                | Role::Associate
                | Role::Supervisor
                | Role::FrontDesk
                | Role::Biller,
            ) => Some(Self::Desk(DeskAccess(who))),
            None => None,
        }
    }
}
