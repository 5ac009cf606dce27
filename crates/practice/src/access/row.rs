//! A row of authority: what it says, in which table it stands, and the MAC under which it counts.

use serde::{Serialize, de::DeserializeOwned};
use uuid::Uuid;
use vault::Vault;

use crate::error::AccessError;
use crate::ids::PracticeId;

/// Which table an authority row stands in.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum AuthorityKind {
    Account,
    Role,
    Grant,
    Credential,
    Invitation,
    Passkey,
    PublishedKeys,
    RecoveryCodes,
    SuccessionRecipient,
    SuccessionDecision,
}

impl AuthorityKind {
    pub(crate) const ALL: [Self; 10] = [
        Self::Account,
        Self::Role,
        Self::Grant,
        Self::Credential,
        Self::Invitation,
        Self::Passkey,
        Self::PublishedKeys,
        Self::RecoveryCodes,
        Self::SuccessionRecipient,
        Self::SuccessionDecision,
    ];

    pub(crate) const fn table(self) -> &'static str {
        match self {
            Self::Account => "accounts",
            Self::Role => "roles",
            Self::Grant => "access_grants",
            Self::Credential => "credentials",
            Self::Invitation => "invitations",
            Self::Passkey => "passkeys",
            Self::PublishedKeys => "published_keys",
            Self::RecoveryCodes => "recovery_codes",
            Self::SuccessionRecipient => "succession_recipients",
            Self::SuccessionDecision => "succession_decisions",
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
