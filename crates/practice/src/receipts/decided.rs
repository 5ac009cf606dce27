//! Structure in the clear that decides something, and is no grant: whose part in a case lasts how long, which consent is in force.
//!
//! It carries no MAC. What makes a change from outside show is that the receipt of each of its writings names its digest, as
//! it does for sealed rows, so that `alcove audit verify` compares what stands there with what was written last (decision 30).
//! Not here: grants, which count by their MAC alone (`access`), and the comparison (`verify`).

use crate::access::Work;
use crate::cases::Participant;
use crate::consent::records::Mark;
use crate::digest::sha256;
use crate::ids::{ConsentId, ParticipantId};

/// What a receipt calls a part in a case; the row is the participant.
pub(crate) const PARTS: &str = "participants";
/// What a receipt calls how it stands with a consent, beside its sealed text; the row is the consent.
pub(crate) const MARKS: &str = "consent_marks";

/// The revision of a part: it begins, it ends, and what is in it is destroyed.
pub(crate) const fn part_revision(part: &Participant) -> u32 {
    match (part.until, part.destroyed) {
        (_, Some(_)) => 3,
        (Some(_), None) => 2,
        (None, None) => 1,
    }
}

/// The digest of a part: in which case, who, which side is theirs, from and until when, which joint side ended with it, when
/// what is in it was destroyed, and which joint side ended when it began.
pub(crate) fn part_digest(part: &Participant) -> [u8; 32] {
    let mut said = vec![
        part.id.to_string(),
        part.case.to_string(),
        part.person.to_string(),
        part.own.0.to_string(),
        part.from.to_string(),
        part.until.map_or(String::new(), |at| at.to_string()),
        part.left.map_or(String::new(), |side| side.0.to_string()),
        part.destroyed.map_or(String::new(), |at| at.to_string()),
    ];
    // Only where there is one: parts from before there could be are named as they were.
    said.extend(part.before.map(|side| side.0.to_string()));
    of(&said)
}

/// The digest of how it stands with a consent: whose, of which document and version, given and withdrawn when.
pub(crate) fn mark_digest(id: ConsentId, participant: ParticipantId, mark: &Mark) -> [u8; 32] {
    of(&[
        id.to_string(),
        participant.to_string(),
        mark.document.clone(),
        mark.version.to_string(),
        mark.in_force.to_string(),
        mark.given_at.to_string(),
        mark.withdrawn_at.map_or(String::new(), |at| at.to_string()),
    ])
}

fn of(parts: &[String]) -> [u8; 32] {
    let lines: String = parts
        .iter()
        .map(|part| format!("{}:{part}\n", part.len()))
        .collect();
    sha256(lines.as_bytes())
}

impl Work<'_, '_> {
    /// Says in the receipt of this write how a part stands after it.
    pub(crate) fn names_part(&mut self, part: &Participant) {
        self.names(PARTS, part.id.0, part_revision(part), part_digest(part));
    }

    /// Says in the receipt of this write how it stands with a consent after it; `revision` is that of its sealed row.
    pub(crate) fn names_mark(
        &mut self,
        of: (ConsentId, ParticipantId),
        revision: u32,
        mark: &Mark,
    ) {
        self.names(MARKS, of.0.0, revision, mark_digest(of.0, of.1, mark));
    }
}
