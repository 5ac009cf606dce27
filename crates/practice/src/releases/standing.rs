//! How a release stands: which part has every signature at this moment, as the signatures themselves say on each signer's own
//! side (R3).

use std::collections::BTreeSet;

use vault::{CompartmentId, Opened};

use super::records::{self, Stored, StoredSignature};
use super::signers::{self, Answer};
use super::text::{Frame, Part};
use super::{ReleaseContent, ReleaseError, ReleaseState, SignatureContent};
use crate::access::{Purpose, Work};
use crate::cases::Case;
use crate::error::AccessError;
use crate::ids::{ParticipantId, ReleaseSignatureId};
use crate::receipts::Action;
use crate::settings;

/// How it stands with a part of a release, for who cares.
#[derive(Clone, Debug)]
pub struct Standing {
    /// Of which side.
    pub part: Part,
    /// Whose signature it needs, and what each answered; nothing for who was never asked, because they came after the asking.
    pub needed: Vec<(ParticipantId, Option<Answer>)>,
    /// Whether all of them are in force (R3).
    pub complete: bool,
}

/// A release and what stands of it at this moment.
pub(crate) struct Stands {
    /// What it allows.
    pub(crate) frame: Frame,
    /// Each part.
    pub(crate) parts: Vec<Stood>,
}

/// How it stands with a part, and on what.
pub(crate) struct Stood {
    pub(crate) standing: Standing,
    /// The signatures that it stands on, each with the revision that was looked at.
    pub(crate) on: Vec<(ReleaseSignatureId, u32)>,
    /// Whose signature is not in force.
    pub(crate) missing: Vec<ParticipantId>,
}

impl Stands {
    /// Whether a part may leave.
    pub(crate) fn complete(&self, part: Part) -> bool {
        let mut parts = self.parts.iter();
        parts.any(|one| one.standing.part == part && one.standing.complete)
    }
}

/// Whose answers are opened to see how a release stands. Who did not sign, or took it back, is not to read in their receipts that
/// something leaves without them: so it is of another's own (R2).
#[derive(Clone, Copy)]
pub(crate) enum Look<'l> {
    /// Everybody's who is asked: for the page that shows them.
    Everybody,
    /// Those of each part that is said to have every signature.
    Signed,
    /// These, on which a document stands.
    Stood(&'l [(ReleaseSignatureId, u32)]),
}

impl Look<'_> {
    fn opens(self, one: &StoredSignature, all: &[StoredSignature]) -> bool {
        match self {
            Self::Everybody => true,
            Self::Signed => {
                let mut part = all.iter().filter(|other| other.part == one.part);
                part.all(StoredSignature::is_in_force)
            }
            Self::Stood(on) => on.iter().any(|(id, _)| *id == one.id),
        }
    }
}

/// How a release stands now, as the signatures themselves say on each signer's own side (R3).
///
/// # Errors
/// [`AccessError::NotThere`] when who asks may not open them.
pub(crate) fn stands(
    work: &mut Work<'_, '_>,
    of: (&Case, &Stored),
    purpose: Purpose,
    look: Look<'_>,
) -> Result<Stands, ReleaseError> {
    let (case, stored) = of;
    let practice = work.practice();
    let signed = records::of_release(work.tx, practice, stored.id)?;
    // Only the sides of those who are asked, so that whoever is not asked learns nothing (R2).
    let looked = signed.iter().filter(|one| look.opens(one, &signed));
    let mut sides: Vec<CompartmentId> = looked.map(|one| one.cell.compartment).collect();
    sides.retain(|side| work.may_open(*side, purpose));
    sides.push(stored.cell.compartment);
    let opened = work.open(Action::Release, purpose, &sides)?;
    let content: ReleaseContent = work.unseal(&opened, "releases", &stored.cell)?;
    let zone = settings::described(work)?.clock_zone();
    let today = settings::described(work)?.today(work);
    let allows = stored.state == ReleaseState::Open && content.frame.lasts(today);
    let answers = answers(work, &opened, signed)?;
    let own = stored
        .own
        .map(|id| (Part::Own, std::iter::once(id).collect()));
    let joint = stored.joint.then(|| {
        (
            Part::Joint,
            signers::signers(case, content.frame.days.span(&zone)),
        )
    });
    let parts = own.into_iter().chain(joint);
    Ok(Stands {
        parts: parts
            .map(|(part, needed)| stood(part, &needed, (&answers, allows)))
            .collect(),
        frame: content.frame,
    })
}

fn stood(
    part: Part,
    needed: &BTreeSet<ParticipantId>,
    (answers, allows): (&[(StoredSignature, Option<Answer>)], bool),
) -> Stood {
    let of = |id: ParticipantId| {
        let mut all = answers.iter();
        all.find(|(one, _)| one.part == part && one.participant == id)
    };
    let answer = |id| of(id).and_then(|(_, answer)| answer.clone());
    let in_force = |id| answer(id).is_some_and(|answer| answer.is_in_force());
    let on = needed.iter().filter_map(|id| of(*id));
    // Of who was not looked at, the state tells whether they signed.
    let said = |id| match of(id) {
        Some((_, Some(answer))) => answer.is_in_force(),
        Some((one, None)) => one.is_in_force(),
        None => false,
    };
    let all = needed.iter();
    Stood {
        standing: Standing {
            part,
            complete: allows && signers::is_complete(needed, in_force),
            needed: all
                .map(|id| (*id, of(*id).map(|_| answer(*id).unwrap_or_default())))
                .collect(),
        },
        on: on.map(|(one, _)| (one.id, one.cell.revision)).collect(),
        missing: signers::missing(needed, said),
    }
}

/// What each was asked and answered; nothing where their side is not opened.
fn answers(
    work: &Work<'_, '_>,
    opened: &Opened,
    signed: Vec<StoredSignature>,
) -> Result<Vec<(StoredSignature, Option<Answer>)>, AccessError> {
    let mut answers = Vec::new();
    for one in signed {
        let answer = match opened.get(one.cell.compartment) {
            Some(_) => {
                let said: SignatureContent =
                    work.unseal(opened, "release_signatures", &one.cell)?;
                // Whichever of the two is the narrower counts.
                let holds = one.is_in_force() || !said.answer.is_in_force();
                Some(if holds { said.answer } else { Answer::Waiting })
            }
            None => None,
        };
        answers.push((one, answer));
    }
    Ok(answers)
}
