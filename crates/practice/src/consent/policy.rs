//! The policy on secrets: what the practice does with what one participant of a relational case tells alone. It is data: one
//! of two that ship, or the practice's own words, with versions. Each participant signs it alone, as any other consent; what
//! counts for somebody is what they signed, and a line of it stands wherever they type something private. Nothing in the
//! program moves a private thing because of it.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use vault::Opened;

use super::texts::{self, Block, ConsentText, Signers};
use super::{ConsentContent, records};
use crate::access::{Access, Work};
use crate::cases::CaseKind;
use crate::core::Practice;
use crate::error::AccessError;
use crate::ids::{ConsentId, ParticipantId};
use crate::settings::{self, Description};

/// The document of the practice's own policy.
pub(super) const OWN: &str = "secrets-own";
/// What the documents of all policies begin with.
const ANY: &str = "secrets-";
/// The longest line, and the longest text of the practice's own policy, in characters.
const LINE: usize = 200;
const TEXT: usize = 20_000;

/// What the practice does with what one participant of a relational case tells alone.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Secrets {
    /// It stays with the one who told it.
    #[default]
    Limited,
    /// What matters for the work together is to be shared.
    None,
    /// What the practice's own text says.
    Own,
}

impl Secrets {
    /// All of them, in the order of a page.
    pub const ALL: [Self; 3] = [Self::Limited, Self::None, Self::Own];

    /// The document that says so.
    #[must_use]
    pub const fn document(self) -> &'static str {
        match self {
            Self::Limited => "secrets-limited",
            Self::None => "secrets-none",
            Self::Own => OWN,
        }
    }

    /// The word of a form.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Limited => "limited",
            Self::None => "none",
            Self::Own => "own",
        }
    }

    /// The policy of a form's word.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.word() == word)
    }
}

/// The practice's own policy, in its words.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct OwnPolicy {
    /// Its version: every change of the words is a higher one, and asks everybody again.
    pub version: u32,
    /// What stands where somebody types something private.
    pub line: String,
    /// What it says; a blank line begins a new paragraph.
    pub text: String,
}

/// Why a policy was not put in use.
#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
    /// The practice's own needs a line and a text.
    #[error("the practice's own policy needs a line and a text")]
    Empty,
    /// One of them is too long.
    #[error("the line or the text is too long")]
    Long,
    /// Something below.
    #[error(transparent)]
    Access(#[from] AccessError),
}

crate::carries_access_error!(PolicyError);

impl OwnPolicy {
    /// The document that participants sign.
    pub(super) fn document(&self) -> Arc<ConsentText> {
        let paragraphs = self.text.replace("\r\n", "\n");
        let paragraphs = paragraphs.split("\n\n").map(str::trim);
        let body = paragraphs.filter(|one| !one.is_empty());
        Arc::new(ConsentText {
            id: OWN.to_owned(),
            version: self.version,
            language: "en".to_owned(),
            title: "How we handle private information".to_owned(),
            signers: Signers::EveryParticipant,
            summary: "For couples and other relationships. What happens with what you tell the clinician alone."
                .to_owned(),
            line: self.line.clone(),
            body: body.map(|one| Block::Paragraph(one.to_owned())).collect(),
            statement: "I have read how this practice handles what each of us tells alone, and I agree to it.".to_owned(),
        })
    }
}

impl Description {
    /// The document of the policy in use.
    #[must_use]
    pub fn policy(&self) -> Option<Arc<ConsentText>> {
        match self.secrets {
            Secrets::Own => Some(self.own_policy.document()),
            Secrets::Limited | Secrets::None => texts::shared(self.secrets.document()),
        }
    }
}

/// A policy as somebody signed it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SignedPolicy {
    /// Its title.
    pub title: String,
    /// Its version.
    pub version: u32,
    /// Whether it came with the program, and is not in the practice's own words.
    pub ships: bool,
}

/// The policy as it counts for one participant.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Policy {
    /// Whose.
    pub participant: ParticipantId,
    /// The line of what they signed; the line of the one in use before they signed any.
    pub line: String,
    /// What they signed; nothing before they did.
    pub signed: Option<ConsentId>,
    /// The text of that.
    pub text: Option<SignedPolicy>,
    /// The document in use, to be read, and signed where this is not yet.
    pub document: String,
}

/// The policy as it counts for a participant whose own side was opened; nothing in an individual case.
///
/// # Errors
/// A fault of the database or of sealed bytes.
pub(crate) fn policy_of(
    work: &mut Work<'_, '_>,
    opened: &Opened,
    kind: CaseKind,
    participant: ParticipantId,
) -> Result<Option<Policy>, AccessError> {
    if kind == CaseKind::Individual {
        return Ok(None);
    }
    let practice = work.practice();
    let in_use = settings::described(work)?.policy();
    let in_use = in_use.ok_or_else(|| AccessError::Fault("no policy on secrets".to_owned()))?;
    let mut policy = Policy {
        participant,
        line: in_use.in_one_line().to_owned(),
        signed: None,
        text: None,
        document: in_use.id.clone(),
    };
    let all = records::of_participant(work.tx, practice, participant)?;
    let counts = |one: &&records::Stored| {
        one.mark.in_force
            && one.mark.document.starts_with(ANY)
            && opened.get(one.cell.compartment).is_some()
    };
    // The one in use as it was signed last, in whichever version; before that, whatever was signed last.
    let of_it = all.iter().filter(counts);
    let of_it = of_it.filter(|one| one.mark.document == in_use.id);
    let of_it = of_it.max_by_key(|one| one.mark.version);
    let signed = of_it.or_else(|| all.iter().find(counts));
    if let Some(signed) = signed {
        let content: ConsentContent = work.unseal(opened, "consents", &signed.cell)?;
        content.text.in_one_line().clone_into(&mut policy.line);
        policy.signed = Some(signed.id);
        policy.text = Some(SignedPolicy {
            title: content.text.title.clone(),
            version: content.text.version,
            ships: content.text.id != OWN,
        });
    }
    Ok(Some(policy))
}

impl Practice {
    /// Puts a policy on secrets in use; for the practice's own, in these words. Other words than before are a new version,
    /// which asks everybody again.
    ///
    /// # Errors
    /// [`PolicyError::Empty`], [`PolicyError::Long`], [`AccessError::NotThere`] for anybody but the owner.
    pub async fn set_policy(
        &self,
        access: &impl Access,
        secrets: Secrets,
        line: &str,
        text: &str,
    ) -> Result<(), PolicyError> {
        let (line, text) = (line.trim(), text.replace("\r\n", "\n"));
        let text = text.trim();
        if secrets == Secrets::Own && (line.is_empty() || text.is_empty()) {
            return Err(PolicyError::Empty);
        }
        if line.chars().count() > LINE || text.chars().count() > TEXT {
            return Err(PolicyError::Long);
        }
        let mut described = self.description().await?;
        described.secrets = secrets;
        let own = &mut described.own_policy;
        if secrets == Secrets::Own && (own.line != line || own.text != text) {
            own.version = own.version.saturating_add(1);
            line.clone_into(&mut own.line);
            text.clone_into(&mut own.text);
        }
        Ok(self.describe(access, &described).await?)
    }
}
