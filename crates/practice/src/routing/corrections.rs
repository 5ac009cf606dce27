//! What was corrected: entries on the side that something left, for whoever reads that side. The clinician reads with it
//! what stood there; a participant that there was a correction, when, and by whom. To where it went is not told.

use jiff::Timestamp;
use serde_json::Value;
use vault::{CompartmentId, Opened};

use super::moving::MoveContent;
use super::{Exact, Kind, kinds, records};
use crate::access::{PortalAccess, Purpose, Work};
use crate::accounts::{self, StaffPage};
use crate::cases::{self, Case, Sides};
use crate::clock::from_micros;
use crate::core::Practice;
use crate::error::AccessError;
use crate::notes::{NoteBlock, NoteContent};
use crate::receipts::Action;

/// Something that left a side.
#[derive(Clone, Debug)]
pub struct Correction {
    /// What it was.
    pub kind: Kind,
    /// Of a note, which block.
    pub block: Option<NoteBlock>,
    /// The side that it left.
    pub side: CompartmentId,
    /// When.
    pub at: Timestamp,
    /// By whom: "Dr. Okafor".
    pub by: String,
    /// What stood there; for the clinician.
    pub stood: Exact,
}

/// What was corrected on the joint side of one of the signed-in client's cases.
#[derive(Clone, Debug)]
pub struct MyCorrections {
    /// For whom the sides of the case are.
    pub sides: Sides,
    /// The newest first, without what stood there.
    pub joint: Vec<Correction>,
}

impl Practice {
    /// What was corrected on the joint sides of the signed-in client's cases.
    ///
    /// # Errors
    /// [`AccessError::Locked`], or a fault.
    pub async fn my_corrections(
        &self,
        access: &PortalAccess,
    ) -> Result<Vec<MyCorrections>, AccessError> {
        self.read(access, |work| {
            let mut found = Vec::new();
            for part in cases::parts_of_mine(work)? {
                let joints = part.case.joints_of(&part.who);
                if joints.is_empty() {
                    continue;
                }
                let all = part.compartments();
                let opened = work.open(Action::OwnPages, Purpose::OwnRecord, &all)?;
                let mut joint = of_case(work, &opened, &part.case)?;
                joint.retain(|one| joints.contains(&one.side));
                for one in &mut joint {
                    one.stood.clear();
                }
                found.push(MyCorrections {
                    sides: cases::sides(work, &opened, &part)?,
                    joint,
                });
            }
            Ok(found)
        })
        .await
    }
}

/// What left the sides of a case that were opened, to somewhere narrower, the newest first, with what stood there.
///
/// # Errors
/// A fault of the database or of sealed bytes.
pub(crate) fn of_case(
    work: &mut Work<'_, '_>,
    opened: &Opened,
    case: &Case,
) -> Result<Vec<Correction>, AccessError> {
    let practice = work.practice();
    let mut found = Vec::new();
    for (cell, at) in records::of_case(work.tx, practice, case.id)? {
        if opened.get(cell.compartment).is_none() {
            continue;
        }
        let content: MoveContent = work.unseal(opened, "moves", &cell)?;
        if content.wider {
            continue;
        }
        let by = accounts::staff_pages(work, &[content.by])?;
        found.push(Correction {
            kind: content.kind,
            block: content.block,
            side: cell.compartment,
            at: from_micros(at),
            by: by.first().map(StaffPage::spoken).unwrap_or_default(),
            stood: stood(work, opened, &content)?,
        });
    }
    Ok(found)
}

/// The words that a side had until something left it, in the revision that stays there. Of a signed note they stand in it.
fn stood(
    work: &mut Work<'_, '_>,
    opened: &Opened,
    left: &MoveContent,
) -> Result<Exact, AccessError> {
    let practice = work.practice();
    let of = (left.kind.table(), left.row, left.revision);
    let Some(cell) = records::earlier(work.tx, practice, of)? else {
        return Ok(Exact::new());
    };
    if opened.get(cell.compartment).is_none() {
        return Ok(Exact::new());
    }
    if let Some(block) = left.block {
        let note: NoteContent = work.unseal(opened, left.kind.table(), &cell)?;
        let words = note.text.block(block).clone();
        return Ok(vec![(block.plain().to_owned(), words)]);
    }
    let content: Value = work.unseal(opened, left.kind.table(), &cell)?;
    kinds::exact(left.kind, &content)
}
