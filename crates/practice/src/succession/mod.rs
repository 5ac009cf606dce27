//! Succession: if a clinician dies or cannot work any more, the practice's professional executor can open their process notes,
//! when the clinician wanted it so.
//!
//! The executor's identity stands on three cards, any two of which give it back, and nowhere else (`alcove succession make`). The
//! owner registers its public half. Each clinician decides for themselves, signed by the keys of their own words, and their
//! browser encrypts for both from then on. Not here: notes (`process_notes`). The journal of a client is never part of it.

mod exporting;
mod recipient;
mod records;

#[cfg(test)]
mod tests;

pub use exporting::{Exported, ExportedNote, Taken};
pub use recipient::{NotARecipient, Recipient};

use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};

use crate::access::row::AuthorityKind;
use crate::access::{
    Access, DeskAccess, Fresh, SuccessionDecisionBody, SuccessionRecipientBody, Work,
};
use crate::clock::micros;
use crate::core::Practice;
use crate::error::AccessError;
use crate::ids::{PersonId, PracticeId};
use crate::own_words;
use crate::receipts::{Action, SUCCESSION};

/// With what a decision's text begins, so that a signature of something else is none.
const FIRST: &str = "alcove-succession-1";
/// What stands in it for nobody.
const NOBODY: &str = "-";

/// The recipient that the practice registered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Registered {
    /// The public half.
    pub recipient: Recipient,
    /// Since when, microseconds UTC.
    pub since: i64,
}

/// What a clinician decided, as their browser signed it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Decision {
    /// Who can open the notes beside their author; nobody when it is taken back.
    pub to: Option<Recipient>,
    /// The signature by the author's key, 128 hexadecimal digits.
    pub signature: String,
}

/// How it stands with one clinician.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Standing {
    /// Whom the practice registered.
    pub registered: Option<Registered>,
    /// What the clinician decided, when they did, and when.
    pub decided: Option<(Decision, i64)>,
    /// How often they decided; the next decision says the next number.
    pub revision: u32,
}

/// A clinician who lets the executor open their notes, for the owner.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Giver {
    /// Who.
    pub person: PersonId,
    /// Since when, microseconds UTC.
    pub since: i64,
    /// Whether they decided about the recipient of today, or about an earlier one.
    pub is_current: bool,
}

/// Why something about the succession did not happen.
#[derive(Debug, thiserror::Error)]
pub enum SuccessionError {
    /// No recipient is registered, or the decision is about another one.
    #[error("this is not the recipient that the practice registered")]
    OtherRecipient,
    /// The clinician has no keys for own words yet.
    #[error("there are no keys for own words yet")]
    NoKeys,
    /// The decision is not signed by the clinician's own keys.
    #[error("the decision is not signed by who it is about")]
    NotSigned,
    /// An export needs a reason.
    #[error("an export needs a reason")]
    ReasonMissing,
    /// The clinician did not let the executor open their notes.
    #[error("this clinician did not let the executor open their process notes")]
    NotGiven,
    /// Something below; [`AccessError::Stale`] when another decision is newer.
    #[error(transparent)]
    Access(#[from] AccessError),
}

crate::carries_access_error!(SuccessionError);

impl Standing {
    /// Who can open new notes of this clinician beside them: the one whom they said yes to, while that is the registered one.
    #[must_use]
    pub fn reader(&self) -> Option<&Recipient> {
        let registered = &self.registered.as_ref()?.recipient;
        let (decision, _) = self.decided.as_ref()?;
        decision.to.as_ref().filter(|to| *to == registered)
    }

    fn of(work: &Work<'_, '_>, person: PersonId) -> Self {
        let (registered, decision) =
            work.authority(|known| (known.successor(), known.succession_decision(person)));
        let registered = registered.map(|(_, body)| Registered {
            recipient: body.recipient,
            since: body.since,
        });
        let revision = decision.as_ref().map_or(0, |(_, revision, _)| *revision);
        let decided = decision.map(|(_, _, body)| {
            let (to, signature) = (body.to, body.signature);
            (Decision { to, signature }, body.at)
        });
        Self {
            registered,
            decided,
            revision,
        }
    }
}

/// How it stands with somebody's process notes.
pub(crate) fn standing(work: &Work<'_, '_>, person: PersonId) -> Standing {
    Standing::of(work, person)
}

/// What is signed: for which practice, by whom, which of their decisions, and for whom.
pub(crate) fn statement(
    practice: PracticeId,
    person: PersonId,
    revision: u32,
    to: Option<&Recipient>,
) -> String {
    let to = to.map_or(NOBODY, Recipient::as_str);
    format!("{FIRST}\n{practice}\n{person}\n{revision}\n{to}\n")
}

/// Takes a yes back where its author's keys are others from now on: nobody could sign for them.
pub(crate) fn forget(work: &mut Work<'_, '_>, person: PersonId) -> Result<(), AccessError> {
    let decision = work.authority(|known| known.succession_decision(person));
    let Some((id, revision, body)) = decision.filter(|(_, _, body)| body.to.is_some()) else {
        return Ok(());
    };
    let body = SuccessionDecisionBody {
        to: None,
        signature: String::new(),
        at: micros(work.now()),
        ..body
    };
    work.names(SUCCESSION, id, revision.saturating_add(1), [0; 32]);
    work.put_authority(AuthorityKind::SuccessionDecision, id, &body, None)
}

impl Practice {
    /// The recipient that is registered.
    ///
    /// # Errors
    /// [`AccessError::NotThere`] for anybody but the owner and the command line, [`AccessError::Locked`].
    pub async fn succession_recipient(
        &self,
        access: &impl Access,
    ) -> Result<Option<Registered>, AccessError> {
        self.sets_up(access).await?;
        let read = |work: &mut Work<'_, '_>| {
            let found = work.authority(crate::access::Authority::successor);
            Ok(found.map(|(_, body)| Registered {
                recipient: body.recipient,
                since: body.since,
            }))
        };
        self.read(access, read).await
    }

    /// Registers a recipient, or another one in its place. What is encrypted for the earlier one stays so until its author's
    /// browser encrypts it anew, and no clinician's yes goes over to the new one. The log names its digest.
    ///
    /// # Errors
    /// [`AccessError::NotThere`] for anybody but the owner and the command line.
    pub async fn register_succession(
        &self,
        access: &impl Fresh,
        recipient: Recipient,
    ) -> Result<(), AccessError> {
        self.sets_up(access).await?;
        self.write(
            access,
            Action::SuccessionNamed,
            move |work| {
                let known = work.authority(crate::access::Authority::successor);
                let (id, is_same) = known.map_or_else(
                    || (work.new_id(), false),
                    |(id, body)| (id, body.recipient == recipient),
                );
                if is_same {
                    return Ok(());
                }
                let revision = work.authority(|known| known.revision(id)).unwrap_or(0);
                let digest = recipient.digest();
                work.names(SUCCESSION, id, revision.saturating_add(1), digest);
                let since = micros(work.now());
                let body = SuccessionRecipientBody { recipient, since };
                work.put_authority(AuthorityKind::SuccessionRecipient, id, &body, None)
            },
            |_, ()| Ok::<_, AccessError>(()),
        )
        .await
    }

    /// Who lets the executor open their notes, for the owner.
    ///
    /// # Errors
    /// [`AccessError::NotThere`] for anybody but the owner.
    pub async fn succession_givers(&self, access: &impl Access) -> Result<Vec<Giver>, AccessError> {
        self.sets_up(access).await?;
        self.read(access, |work| {
            Ok(work.authority(crate::access::Authority::givers))
        })
        .await
    }

    /// How it stands with the process notes of who asks.
    ///
    /// # Errors
    /// [`AccessError::NotSignedIn`], or [`AccessError::Locked`].
    pub async fn my_succession(&self, access: &DeskAccess) -> Result<Standing, AccessError> {
        self.read(access, |work| Ok(Standing::of(work, work.person()?)))
            .await
    }

    /// Keeps what who asks decided about their process notes. `revision` is how often they had decided when they did.
    ///
    /// # Errors
    /// [`SuccessionError::OtherRecipient`], [`SuccessionError::NoKeys`], [`SuccessionError::NotSigned`], [`AccessError::Stale`]
    /// when another decision is newer.
    pub async fn decide_succession(
        &self,
        access: &DeskAccess,
        decision: Decision,
        revision: u32,
    ) -> Result<u32, SuccessionError> {
        self.write(
            access,
            Action::SuccessionDecided,
            move |work| decide(work, decision, revision),
            |_, revision| Ok(*revision),
        )
        .await
    }
}

fn decide(
    work: &mut Work<'_, '_>,
    decision: Decision,
    revision: u32,
) -> Result<u32, SuccessionError> {
    let (practice, person) = (work.practice(), work.person()?);
    let standing = Standing::of(work, person);
    if standing.revision != revision {
        return Err(AccessError::Stale.into());
    }
    let registered = standing.registered.map(|found| found.recipient);
    if decision.to.is_some() && decision.to != registered {
        return Err(SuccessionError::OtherRecipient);
    }
    let author = own_words::author(work)?.ok_or(SuccessionError::NoKeys)?;
    let next = revision.saturating_add(1);
    let text = statement(practice, person, next, decision.to.as_ref());
    if !is_signed(&text, &decision.signature, &author) {
        return Err(SuccessionError::NotSigned);
    }
    let known = work.authority(|known| known.succession_decision(person));
    let id = known.map_or_else(|| work.new_id(), |(id, ..)| id);
    let digest = decision.to.as_ref().map_or([0; 32], Recipient::digest);
    work.names(SUCCESSION, id, next, digest);
    let body = SuccessionDecisionBody {
        person,
        to: decision.to,
        signature: decision.signature,
        at: micros(work.now()),
    };
    work.put_authority(AuthorityKind::SuccessionDecision, id, &body, None)?;
    Ok(next)
}

/// Both the signature and the key in hexadecimal digits.
fn is_signed(text: &str, signature: &str, author: &str) -> bool {
    let (Some(signature), Some(author)) = (bytes(signature), bytes(author)) else {
        return false;
    };
    let key = UnparsedPublicKey::new(&ED25519, author);
    key.verify(text.as_bytes(), &signature).is_ok()
}

fn bytes(hex: &str) -> Option<Vec<u8>> {
    let digits = hex
        .bytes()
        .map(|digit| {
            char::from(digit)
                .to_digit(16)
                .and_then(|n| u8::try_from(n).ok())
        })
        .collect::<Option<Vec<u8>>>()?;
    let pairs = digits.chunks(2).map(|pair| match pair {
        [high, low] => Some(high << 4 | low),
        _ => None,
    });
    pairs.collect()
}
