//! Authority: accounts, roles, grants, credentials and invitations, each row under a MAC, all of them in memory.
//!
//! The whole set is read and verified when the server is unlocked and kept up to date by the writes themselves, so
//! that a row put in by SQL counts for nothing; its digest stands in the keyring, so that an old row put back, or
//! one taken away, keeps the server from unlocking until `audit verify` has named it.

use std::collections::HashMap;

use serde::{Serialize, de::DeserializeOwned};
use uuid::Uuid;
use vault::{CompartmentId, Kind, SetDigest, Vault};

use super::bodies::{
    AccountBody, AccountState, CredentialBody, GrantBody, Holder, InvitationBody, RoleBody, Scope,
};
use super::{Job, Purpose, Role, Who};
use crate::error::AccessError;
use crate::ids::{PersonId, PracticeId};

/// Which table an authority row stands in.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum AuthorityKind {
    Account,
    Role,
    Grant,
    Credential,
    Invitation,
}

impl AuthorityKind {
    pub(crate) const ALL: [Self; 5] = [
        Self::Account,
        Self::Role,
        Self::Grant,
        Self::Credential,
        Self::Invitation,
    ];

    pub(crate) const fn table(self) -> &'static str {
        match self {
            Self::Account => "accounts",
            Self::Role => "roles",
            Self::Grant => "access_grants",
            Self::Credential => "credentials",
            Self::Invitation => "invitations",
        }
    }
}

/// A row of authority as it is stored.
#[derive(Clone, Debug)]
pub(crate) struct AuthorityRow {
    pub(crate) kind: AuthorityKind,
    pub(crate) id: Uuid,
    pub(crate) revision: u32,
    pub(crate) body: String,
    pub(crate) unique_key: Option<[u8; 32]>,
    pub(crate) mac: [u8; 32],
}

impl AuthorityRow {
    /// Writes `body` down under a MAC.
    pub(crate) fn new<T: Serialize>(
        vault: &Vault,
        practice: PracticeId,
        place: (AuthorityKind, Uuid, u32),
        body: &T,
        unique_key: Option<[u8; 32]>,
    ) -> Result<Self, AccessError> {
        let body = serde_json::to_string(body)
            .map_err(|_| AccessError::Fault("authority cannot be written".to_owned()))?;
        let (kind, id, revision) = place;
        let mut row = Self {
            kind,
            id,
            revision,
            body,
            unique_key,
            mac: [0; 32],
        };
        row.mac = vault.mac("authority", &row.bytes(practice));
        Ok(row)
    }

    /// What the MAC covers, each part length-prefixed.
    fn bytes(&self, practice: PracticeId) -> Vec<u8> {
        let revision = self.revision.to_be_bytes();
        let key = self.unique_key.map(|key| key.to_vec()).unwrap_or_default();
        let parts: [&[u8]; 6] = [
            practice.0.as_bytes(),
            self.kind.table().as_bytes(),
            self.id.as_bytes(),
            &revision,
            &key,
            self.body.as_bytes(),
        ];
        let mut out = Vec::new();
        for part in parts {
            out.extend_from_slice(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            out.extend_from_slice(part);
        }
        out
    }

    /// Whether the MAC is of this very row.
    pub(crate) fn is_authentic(&self, vault: &Vault, practice: PracticeId) -> bool {
        vault.mac_matches("authority", &self.bytes(practice), &self.mac)
    }

    pub(crate) fn read<T: DeserializeOwned>(&self) -> Result<T, AccessError> {
        serde_json::from_str(&self.body).map_err(|_| {
            AccessError::Fault(format!(
                "{} {} has another shape",
                self.kind.table(),
                self.id
            ))
        })
    }
}

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
            Subject::Account(body, key) => {
                self.by_person.entry(body.person).or_default().push(id);
                if let Some(key) = key {
                    self.by_key.insert(*key, id);
                }
            }
            Subject::Role(body) => self.by_person.entry(body.person).or_default().push(id),
            Subject::Credential(body) => self.by_person.entry(body.person).or_default().push(id),
            Subject::Invitation(body, key) => {
                self.by_person.entry(body.person).or_default().push(id);
                if let Some(key) = key {
                    self.by_key.insert(*key, id);
                }
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
        let person = match &subject {
            Subject::Account(body, key) => {
                key.map(|key| self.by_key.remove(&key));
                Some(body.person)
            }
            Subject::Invitation(body, key) => {
                key.map(|key| self.by_key.remove(&key));
                Some(body.person)
            }
            Subject::Role(body) => Some(body.person),
            Subject::Credential(body) => Some(body.person),
            Subject::Grant(body) => {
                if let Scope::Compartment(compartment) = body.scope
                    && let Some(ids) = self.by_compartment.get_mut(&compartment)
                {
                    ids.retain(|known| *known != id);
                }
                self.wide.retain(|known| *known != id);
                None
            }
        };
        if let Some(ids) = person.and_then(|person| self.by_person.get_mut(&person)) {
            ids.retain(|known| *known != id);
        }
    }

    /// Whether `who` may open `compartment` for `purpose` at `now` (R1).
    pub(crate) fn allows(
        &self,
        who: &Who,
        compartment: (CompartmentId, Kind),
        purpose: Purpose,
        now: i64,
    ) -> bool {
        let (id, kind) = compartment;
        if let Some(job) = who.job {
            return job_may(job, kind, purpose);
        }
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
            | Subject::Invitation(..) => None,
        }
    }

    /// The unique key under which an account or an invitation is found.
    pub(crate) fn key_of(&self, id: Uuid) -> Option<[u8; 32]> {
        match self.subjects.get(&id)? {
            Subject::Account(_, key) | Subject::Invitation(_, key) => *key,
            Subject::Role(_) | Subject::Grant(_) | Subject::Credential(_) => None,
        }
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
            | Subject::Credential(_) => None,
        }
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
    let fits = purpose != Purpose::Care || who.roles.iter().any(|role| role.is_clinical());
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
        (Job::SetUp, Kind::Identity | Kind::Office) => matches!(purpose, Purpose::Keeping),
        _ => false,
    }
}
