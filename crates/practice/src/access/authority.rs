//! Authority: accounts, roles, grants, credentials, invitations, passkeys, public keys, recovery codes, and who succeeds to
//! process notes; each row under a
//! MAC, all of them in memory.
//!
//! The whole set is read and verified when the server is unlocked and kept up to date by the writes themselves, so
//! that a row put in by SQL counts for nothing; its digest stands in the keyring, so that an old row put back, or
//! one taken away, keeps the server from unlocking until `audit verify` has named it.

mod own_words;

use std::collections::HashMap;

use uuid::Uuid;
use vault::{CompartmentId, Kind, SetDigest, Vault};

use super::bodies::{
    AccountBody, AccountState, CredentialBody, GrantBody, Holder, InvitationBody, PasskeyBody,
    PublishedKeysBody, RecoveryCodesBody, RoleBody, Scope, SuccessionDecisionBody,
    SuccessionRecipientBody,
};
use super::row::{AuthorityKind, AuthorityRow};
use super::{Job, Purpose, Role, Who};
use crate::error::AccessError;
use crate::ids::PersonId;
use crate::own_words::PublicKeys;

#[derive(Clone, Copy, Debug)]
struct Known {
    revision: u32,
    mac: [u8; 32],
}

#[derive(Clone, Debug)]
enum Subject {
    Account(AccountBody, Option<[u8; 32]>),
    Role(RoleBody),
    Grant(GrantBody),
    // There is one grant after the other and few of these, which are several times as long.
    Credential(Box<CredentialBody>),
    Invitation(InvitationBody, Option<[u8; 32]>),
    Passkey(Box<PasskeyBody>, Option<[u8; 32]>),
    PublishedKeys(Box<PublishedKeysBody>),
    RecoveryCodes(Box<RecoveryCodesBody>),
    SuccessionRecipient(Box<SuccessionRecipientBody>),
    SuccessionDecision(Box<SuccessionDecisionBody>),
}

impl Subject {
    /// The unique key under which it is found.
    const fn key(&self) -> Option<[u8; 32]> {
        match self {
            Self::Account(_, key) | Self::Invitation(_, key) | Self::Passkey(_, key) => *key,
            Self::Role(_)
            | Self::Grant(_)
            | Self::Credential(_)
            | Self::PublishedKeys(_)
            | Self::RecoveryCodes(_)
            | Self::SuccessionRecipient(_)
            | Self::SuccessionDecision(_) => None,
        }
    }

    /// Whose it is.
    fn person(&self) -> Option<PersonId> {
        match self {
            Self::Account(body, _) => Some(body.person),
            Self::Role(body) => Some(body.person),
            Self::Credential(body) => Some(body.person),
            Self::Invitation(body, _) => Some(body.person),
            Self::Passkey(body, _) => Some(body.person),
            Self::PublishedKeys(body) => Some(body.person),
            Self::RecoveryCodes(body) => Some(body.person),
            Self::SuccessionDecision(body) => Some(body.person),
            Self::Grant(_) | Self::SuccessionRecipient(_) => None,
        }
    }
}

/// The verified set, in memory.
#[derive(Debug)]
pub(crate) struct Authority {
    known: HashMap<Uuid, Known>,
    subjects: HashMap<Uuid, Subject>,
    by_key: HashMap<[u8; 32], Uuid>,
    by_person: HashMap<PersonId, Vec<Uuid>>,
    by_compartment: HashMap<Uuid, Vec<Uuid>>,
    wide: Vec<Uuid>,
    successor: Option<Uuid>,
    digest: SetDigest,
}

impl Default for Authority {
    fn default() -> Self {
        Self {
            known: HashMap::new(),
            subjects: HashMap::new(),
            by_key: HashMap::new(),
            by_person: HashMap::new(),
            by_compartment: HashMap::new(),
            wide: Vec::new(),
            successor: None,
            digest: SetDigest::EMPTY,
        }
    }
}

impl Authority {
    pub(crate) const fn digest(&self) -> SetDigest {
        self.digest
    }

    pub(crate) fn revision(&self, id: Uuid) -> Option<u32> {
        self.known.get(&id).map(|known| known.revision)
    }

    /// The digest as it will be once `rows` are stored.
    pub(crate) fn digest_with(&self, vault: &Vault, rows: &[AuthorityRow]) -> SetDigest {
        rows.iter().fold(self.digest, |digest, row| {
            let without = match self.known.get(&row.id) {
                Some(known) => digest.combine(vault.set_element(row.id, &known.mac)),
                None => digest,
            };
            without.combine(vault.set_element(row.id, &row.mac))
        })
    }

    /// Takes a verified row in, in the place of its earlier revision.
    pub(crate) fn take(&mut self, vault: &Vault, row: &AuthorityRow) -> Result<(), AccessError> {
        let subject = match row.kind {
            AuthorityKind::Account => Subject::Account(row.read()?, row.unique_key),
            AuthorityKind::Role => Subject::Role(row.read()?),
            AuthorityKind::Grant => Subject::Grant(row.read()?),
            AuthorityKind::Credential => Subject::Credential(Box::new(row.read()?)),
            AuthorityKind::Invitation => Subject::Invitation(row.read()?, row.unique_key),
            AuthorityKind::Passkey => Subject::Passkey(Box::new(row.read()?), row.unique_key),
            AuthorityKind::PublishedKeys => Subject::PublishedKeys(Box::new(row.read()?)),
            AuthorityKind::RecoveryCodes => Subject::RecoveryCodes(Box::new(row.read()?)),
            AuthorityKind::SuccessionRecipient => {
                Subject::SuccessionRecipient(Box::new(row.read()?))
            }
            AuthorityKind::SuccessionDecision => Subject::SuccessionDecision(Box::new(row.read()?)),
        };
        self.digest = self.digest_with(vault, std::slice::from_ref(row));
        self.forget(row.id);
        self.index(row.id, &subject);
        self.subjects.insert(row.id, subject);
        self.known.insert(
            row.id,
            Known {
                revision: row.revision,
                mac: row.mac,
            },
        );
        Ok(())
    }

    fn index(&mut self, id: Uuid, subject: &Subject) {
        match subject {
            Subject::Account(..) | Subject::Invitation(..) | Subject::Passkey(..) => {
                if let Some(person) = subject.person() {
                    self.by_person.entry(person).or_default().push(id);
                }
                if let Some(key) = subject.key() {
                    self.by_key.insert(key, id);
                }
            }
            Subject::Role(body) => self.by_person.entry(body.person).or_default().push(id),
            Subject::SuccessionDecision(body) => {
                self.by_person.entry(body.person).or_default().push(id);
            }
            Subject::SuccessionRecipient(_) => self.successor = Some(id),
            Subject::Credential(body) => self.by_person.entry(body.person).or_default().push(id),
            Subject::PublishedKeys(body) => {
                self.by_person.entry(body.person).or_default().push(id);
            }
            Subject::RecoveryCodes(body) => {
                self.by_person.entry(body.person).or_default().push(id);
            }
            Subject::Grant(body) => match body.scope {
                Scope::Compartment(compartment) => {
                    self.by_compartment.entry(compartment).or_default().push(id);
                }
                Scope::EveryIdentity | Scope::Office => self.wide.push(id),
            },
        }
    }

    fn forget(&mut self, id: Uuid) {
        let Some(subject) = self.subjects.remove(&id) else {
            return;
        };
        if let Some(key) = subject.key() {
            self.by_key.remove(&key);
        }
        if let Subject::Grant(body) = &subject {
            if let Scope::Compartment(compartment) = body.scope
                && let Some(ids) = self.by_compartment.get_mut(&compartment)
            {
                ids.retain(|known| *known != id);
            }
            self.wide.retain(|known| *known != id);
        }
        let person = subject.person();
        if let Some(ids) = person.and_then(|person| self.by_person.get_mut(&person)) {
            ids.retain(|known| *known != id);
        }
    }

    /// For what `who` may open `compartment` at `now` when they ask for `purpose`: for that, or for an emergency that stands
    /// in for it; for nothing without a grant (R1).
    pub(crate) fn opens_as(
        &self,
        who: &Who,
        compartment: (CompartmentId, Kind),
        purpose: Purpose,
        now: i64,
    ) -> Option<Purpose> {
        let (_, kind) = compartment;
        if let Some(job) = who.job {
            return job_may(job, kind, purpose).then_some(purpose);
        }
        let stands_in = matches!(purpose, Purpose::Care | Purpose::Contact);
        let emergency = stands_in.then_some(Purpose::Emergency);
        std::iter::once(purpose)
            .chain(emergency)
            .find(|granted| self.covers(who, compartment, *granted, now))
    }

    fn covers(
        &self,
        who: &Who,
        compartment: (CompartmentId, Kind),
        purpose: Purpose,
        now: i64,
    ) -> bool {
        let (id, kind) = compartment;
        let own = self
            .by_compartment
            .get(&id.0)
            .map(Vec::as_slice)
            .unwrap_or_default();
        own.iter().chain(&self.wide).any(|grant| {
            matches!(self.subjects.get(grant), Some(Subject::Grant(grant)) if covers(grant, who, (id, kind), purpose, now))
        })
    }

    pub(crate) fn account_by_key(&self, key: &[u8; 32]) -> Option<(Uuid, AccountBody)> {
        let id = self.by_key.get(key)?;
        self.account(*id).map(|body| (*id, body))
    }

    pub(crate) fn account(&self, id: Uuid) -> Option<AccountBody> {
        match self.subjects.get(&id)? {
            Subject::Account(body, _) => Some(body.clone()),
            Subject::Role(_)
            | Subject::Grant(_)
            | Subject::Credential(_)
            | Subject::Passkey(..)
            | Subject::PublishedKeys(_)
            | Subject::RecoveryCodes(_)
            | Subject::SuccessionRecipient(_)
            | Subject::SuccessionDecision(_)
            | Subject::Invitation(..) => None,
        }
    }

    /// The unique key under which an account or an invitation is found.
    pub(crate) fn key_of(&self, id: Uuid) -> Option<[u8; 32]> {
        self.subjects.get(&id)?.key()
    }

    /// The account with which a person signs in, or else one that has ended.
    pub(crate) fn account_of(&self, person: PersonId) -> Option<(Uuid, AccountBody)> {
        let mut accounts: Vec<_> = self.accounts_of(person).collect();
        accounts.sort_by_key(|(_, body)| body.state == AccountState::Ended);
        accounts.into_iter().next()
    }

    /// Every account that a person has or had.
    pub(crate) fn accounts_of(
        &self,
        person: PersonId,
    ) -> impl Iterator<Item = (Uuid, AccountBody)> + '_ {
        self.of(person)
            .filter_map(|id| self.account(id).map(|body| (id, body)))
    }

    /// The invitations of a person that were not used.
    pub(crate) fn unused_invitations(&self, person: PersonId) -> Vec<(Uuid, InvitationBody)> {
        self.of(person)
            .filter_map(|id| {
                let Subject::Invitation(body, _) = self.subjects.get(&id)? else {
                    return None;
                };
                (!body.used).then(|| (id, body.clone()))
            })
            .collect()
    }

    pub(crate) fn invitation_by_key(&self, key: &[u8; 32]) -> Option<(Uuid, InvitationBody)> {
        let id = self.by_key.get(key)?;
        match self.subjects.get(id)? {
            Subject::Invitation(body, _) => Some((*id, body.clone())),
            Subject::Account(..)
            | Subject::Role(_)
            | Subject::Grant(_)
            | Subject::Passkey(..)
            | Subject::PublishedKeys(_)
            | Subject::RecoveryCodes(_)
            | Subject::SuccessionRecipient(_)
            | Subject::SuccessionDecision(_)
            | Subject::Credential(_) => None,
        }
    }

    /// The passkey of a credential, with its row and the row's revision.
    pub(crate) fn passkey_by_key(&self, key: &[u8; 32]) -> Option<(Uuid, u32, PasskeyBody)> {
        let id = *self.by_key.get(key)?;
        let Subject::Passkey(body, _) = self.subjects.get(&id)? else {
            return None;
        };
        Some((id, self.revision(id)?, PasskeyBody::clone(body)))
    }

    /// The passkeys with which an account signs in, the oldest first.
    pub(crate) fn passkeys_of(&self, account: Uuid) -> Vec<(Uuid, PasskeyBody)> {
        let Some(person) = self.account(account).map(|body| body.person) else {
            return Vec::new();
        };
        let mut found: Vec<_> = self
            .of(person)
            .filter_map(|id| {
                let Subject::Passkey(body, _) = self.subjects.get(&id)? else {
                    return None;
                };
                let signs_in = body.account == account && body.passkey.is_some();
                signs_in.then(|| (id, PasskeyBody::clone(body)))
            })
            .collect();
        found.sort_by_key(|(id, body)| (body.added, *id));
        found
    }

    /// The recovery codes of an account, with their row and its revision; also those that ended.
    pub(crate) fn recovery_codes_of(
        &self,
        account: Uuid,
    ) -> Option<(Uuid, u32, RecoveryCodesBody)> {
        let person = self.account(account)?.person;
        self.of(person).find_map(|id| {
            let Subject::RecoveryCodes(body) = self.subjects.get(&id)? else {
                return None;
            };
            let found = (id, self.revision(id)?, RecoveryCodesBody::clone(body));
            (body.account == account).then_some(found)
        })
    }

    /// The roles in force at `now`.
    pub(crate) fn roles(&self, person: PersonId, now: i64) -> Vec<(Uuid, RoleBody)> {
        self.of(person)
            .filter_map(|id| {
                let Subject::Role(body) = self.subjects.get(&id)? else {
                    return None;
                };
                in_force(body.from, body.until, now).then(|| (id, body.clone()))
            })
            .collect()
    }

    /// Everybody who holds `role` at `now`.
    pub(crate) fn holders(&self, role: Role, now: i64) -> Vec<RoleBody> {
        let mut found: Vec<RoleBody> = self
            .subjects
            .values()
            .filter_map(|subject| {
                let Subject::Role(body) = subject else {
                    return None;
                };
                let held = body.role == role && in_force(body.from, body.until, now);
                held.then(|| body.clone())
            })
            .collect();
        found.sort_by_key(|body| body.person);
        found
    }

    pub(crate) fn credentials(&self, person: PersonId) -> Vec<CredentialBody> {
        self.of(person)
            .filter_map(|id| {
                let Subject::Credential(body) = self.subjects.get(&id)? else {
                    return None;
                };
                Some(CredentialBody::clone(body))
            })
            .collect()
    }

    /// The grants on one compartment, with their ids.
    pub(crate) fn grants_on(&self, compartment: CompartmentId) -> Vec<(Uuid, GrantBody)> {
        let ids = self
            .by_compartment
            .get(&compartment.0)
            .map(Vec::as_slice)
            .unwrap_or_default();
        ids.iter()
            .filter_map(|id| {
                let Subject::Grant(body) = self.subjects.get(id)? else {
                    return None;
                };
                Some((*id, body.clone()))
            })
            .collect()
    }

    fn of(&self, person: PersonId) -> impl Iterator<Item = Uuid> + '_ {
        self.by_person.get(&person).into_iter().flatten().copied()
    }
}

fn in_force(from: i64, until: Option<i64>, now: i64) -> bool {
    from <= now && until.is_none_or(|until| now < until)
}

fn covers(
    grant: &GrantBody,
    who: &Who,
    compartment: (CompartmentId, Kind),
    purpose: Purpose,
    now: i64,
) -> bool {
    let (id, kind) = compartment;
    let held = match grant.holder {
        Holder::Person(person) => who.person == Some(person),
        Holder::Role(role) => who.roles.contains(&role),
    };
    let reached = match grant.scope {
        Scope::Compartment(granted) => granted == id.0,
        Scope::EveryIdentity => kind == Kind::Identity,
        Scope::Office => kind == Kind::Office,
    };
    // A grant for care ends with the clinical role, also for who stays in another one.
    let fits = match purpose {
        Purpose::Care => who.roles.iter().any(|role| role.is_clinical()),
        Purpose::Emergency => who.roles.iter().any(|role| role.may_break_glass()),
        Purpose::Contact
        | Purpose::Billing
        | Purpose::OwnRecord
        | Purpose::SignIn
        | Purpose::Import
        | Purpose::Keeping => true,
    };
    held && reached && fits && grant.purpose == purpose && in_force(grant.from, grant.until, now)
}

/// The closed list of what the program's own work may open.
const fn job_may(job: Job, kind: Kind, purpose: Purpose) -> bool {
    match (job, kind) {
        (Job::SignIn, Kind::Identity) => matches!(purpose, Purpose::SignIn),
        (Job::Post, Kind::Identity) => matches!(purpose, Purpose::Contact),
        (Job::Import, Kind::Identity | Kind::Office | Kind::Own) => {
            matches!(purpose, Purpose::Import)
        }
        (Job::SetUp, Kind::Identity | Kind::Office)
        | (Job::Emergency, Kind::Identity)
        | (Job::Succession, Kind::Own | Kind::Joint) => matches!(purpose, Purpose::Keeping),
        // For who asked, who opened all of it then and opens it again before anything is handed out.
        (Job::Copies, Kind::Own | Kind::Joint | Kind::Identity) => {
            matches!(
                purpose,
                Purpose::OwnRecord | Purpose::Care | Purpose::Keeping
            )
        }
        _ => false,
    }
}
