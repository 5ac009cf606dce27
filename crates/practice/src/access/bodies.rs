//! What a row of authority says: a grant, an account, a role, a credential, an invitation, a passkey, public keys, recovery
//! codes, a succession recipient, a decision about it.
//!
//! These bodies stand in the database in plain: ids, times and words of closed lists, and of credentials what is
//! published. What makes a row count is its MAC (`authority`).

use serde::{Deserialize, Serialize};
use uuid::Uuid;
use webauthn_rs::prelude::Passkey;

use super::{Purpose, Role};
use crate::ids::{CaseId, PersonId};
use crate::own_words::PublicKeys;
use crate::succession::Recipient;

/// Who holds a grant.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Holder {
    /// One person.
    Person(PersonId),
    /// Everybody in a role.
    Role(Role),
}

/// What a grant opens.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// One compartment.
    Compartment(Uuid),
    /// Every person's identity (front desk, biller).
    EveryIdentity,
    /// The practice's office.
    Office,
}

/// This person or role, this compartment, for this purpose, from, until, given by.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct GrantBody {
    /// Who may open.
    pub holder: Holder,
    /// What.
    pub scope: Scope,
    /// What for.
    pub purpose: Purpose,
    /// From, microseconds UTC.
    pub from: i64,
    /// Until, microseconds UTC.
    pub until: Option<i64>,
    /// Who gave it; nobody where the program's own rules did.
    pub given_by: Option<PersonId>,
}

/// Whether an account can sign in.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountState {
    /// It can.
    Active,
    /// It cannot any more.
    Ended,
}

/// An account: whose, and which revision of its secrets is the one in force.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AccountBody {
    /// Whose.
    pub person: PersonId,
    /// Whether it can sign in.
    pub state: AccountState,
    /// The revision of `sign_in_secrets` that counts; an older one put back does not open anything.
    pub secrets: u32,
    /// Which sign-ins count: those that carry this number. The next one ends them all at once.
    #[serde(default)]
    pub generation: u32,
    /// Whether the person said that somebody else may see their devices (R12).
    #[serde(default)]
    pub guarded: bool,
}

impl AccountBody {
    /// The same account with every sign-in ended.
    #[must_use]
    pub const fn signed_out(self) -> Self {
        Self {
            generation: self.generation.saturating_add(1),
            ..self
        }
    }
}

/// A role of a person.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct RoleBody {
    /// Whose.
    pub person: PersonId,
    /// Which.
    pub role: Role,
    /// From, microseconds UTC.
    pub from: i64,
    /// Until, microseconds UTC.
    pub until: Option<i64>,
    /// An associate's supervisor.
    pub supervisor: Option<PersonId>,
}

/// What a credential is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CredentialKind {
    /// A licence to practise.
    Licence,
    /// A certification, for example of a professional body.
    Certification,
    /// A completed training.
    Training,
}

/// A clinician's credential (R6); published.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CredentialBody {
    /// Whose.
    pub person: PersonId,
    /// What it is.
    pub kind: CredentialKind,
    /// Its name, for example "Licensed psychologist".
    pub name: String,
    /// Who issued it.
    pub issuer: String,
    /// Its number.
    pub number: String,
    /// Where it is valid, for example "US-NY".
    pub jurisdiction: String,
    /// First day, ISO.
    pub from: String,
    /// Last day, ISO.
    pub until: String,
    /// How it was verified.
    pub verified_how: String,
    /// The day it was last verified, ISO.
    pub verified_on: String,
}

/// A passkey: which account it signs in.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PasskeyBody {
    /// The account.
    pub account: Uuid,
    /// Whose account it is.
    pub person: PersonId,
    /// When it was added, microseconds UTC.
    pub added: i64,
    /// Its public key and counter; none once it was taken away.
    pub passkey: Option<Passkey>,
}

/// The public keys with which others encrypt for somebody and check what they signed (`own_words`).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PublishedKeysBody {
    /// Whose.
    pub person: PersonId,
    /// Which.
    pub keys: PublicKeys,
}

/// The recovery codes of an account: what is left of the ten that were shown once.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct RecoveryCodesBody {
    /// The account.
    pub account: Uuid,
    /// Whose account it is.
    pub person: PersonId,
    /// When they were made, microseconds UTC.
    pub made: i64,
    /// When one was last used, microseconds UTC.
    pub used: Option<i64>,
    /// A keyed hash of each that is left, in base 64; none once all of them ended.
    pub left: Option<Vec<String>>,
}

/// Whose cards open process notes that clinicians leave behind.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SuccessionRecipientBody {
    /// The public half.
    pub recipient: Recipient,
    /// Since when, microseconds UTC.
    pub since: i64,
}

/// What a clinician decided about their process notes.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SuccessionDecisionBody {
    /// Whose notes.
    pub person: PersonId,
    /// Who can open them, too; nobody when it was taken back.
    pub to: Option<Recipient>,
    /// The author's signature over it, hexadecimal; empty where the program took it back.
    pub signature: String,
    /// When, microseconds UTC.
    pub at: i64,
}

/// An invitation to make an account.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct InvitationBody {
    /// For whom.
    pub person: PersonId,
    /// Into which case.
    pub case: Option<CaseId>,
    /// Until, microseconds UTC.
    pub until: i64,
    /// Whether an account was made with it, or a newer one took its place.
    pub used: bool,
    /// The account in whose place the person signs in anew, and the revision of its secrets for which this holds.
    #[serde(default)]
    pub replaces: Option<(Uuid, u32)>,
}
