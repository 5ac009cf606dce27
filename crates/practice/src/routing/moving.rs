//! The move itself: sealed anew where it goes, with the receipt of both sides, and an entry on the side that it left.

use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vault::{CompartmentId, Opened};

use super::blocks::{self, Blocks};
use super::kinds::{self, Item};
use super::{Asked, Kind, RoutingError, Thing, digest_of, records};
use crate::access::{DeskAccess, Purpose, Work};
use crate::cases::Case;
use crate::clock::micros;
use crate::core::Practice;
use crate::error::AccessError;
use crate::ids::{CaseId, PersonId};
use crate::notes::{self, NoteBlock, Route};
use crate::sealed::{self, SealedRow};

/// The content of `moves.sealed`, on the side that was left. To where it went does not stand in it: those who read the
/// joint side do not learn on whose own one something is (R2).
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct MoveContent {
    pub(super) kind: Kind,
    /// The row that moved.
    pub(super) row: Uuid,
    /// The revision of it that stays here.
    pub(super) revision: u32,
    /// Of a note, which block.
    #[serde(default)]
    pub(super) block: Option<NoteBlock>,
    pub(super) by: PersonId,
    /// Whether the client whose words they are said yes; asked only where it moves wider.
    #[serde(default)]
    pub(super) agreed: bool,
    /// Whether it went to somebody who could not read it before.
    #[serde(default)]
    pub(super) wider: bool,
}

/// Seals the entry that something left a side.
pub(super) fn entry(
    work: &mut Work<'_, '_>,
    opened: &Opened,
    side: CompartmentId,
    content: &MoveContent,
) -> Result<SealedRow, AccessError> {
    let open = opened.get(side).ok_or(AccessError::NotThere)?;
    work.seal(open, ("moves", work.new_id(), 1), content)
}

impl Practice {
    /// Moves something to another side of its case.
    ///
    /// # Errors
    /// [`RoutingError::OtherText`] when it is not what was shown, [`RoutingError::NotAgreed`] for a client's own without
    /// their word, [`RoutingError::ConsentMissing`] (R9), [`RoutingError::JointWaits`] (R11), [`RoutingError::Answered`],
    /// [`RoutingError::NoSuchSide`], [`RoutingError::NotYours`], [`AccessError::Stale`], [`AccessError::NotThere`].
    pub async fn route(
        &self,
        access: &DeskAccess,
        case: CaseId,
        thing: Thing,
        to: Route,
        asked: Asked,
    ) -> Result<(), RoutingError> {
        if let Thing::Block(session, from, block) = thing {
            return self
                .route_block(access, case, (session, from, block), to, asked)
                .await;
        }
        let practice = self.id();
        self.write(
            access,
            kinds_action(thing),
            move |work| prepare(work, case, (thing, to), &asked),
            move |tx, (item, row, left, at)| {
                item.allowed(tx, practice, to)?;
                sealed::revise(tx, practice, row)?;
                item.beside(tx, practice, (to, *at))?;
                records::insert(tx, practice, (item.case.id, *at), left)?;
                Ok(())
            },
        )
        .await
    }

    async fn route_block(
        &self,
        access: &DeskAccess,
        case: CaseId,
        place: (crate::ids::SessionId, Route, NoteBlock),
        to: Route,
        asked: Asked,
    ) -> Result<(), RoutingError> {
        let practice = self.id();
        self.write(
            access,
            Kind::Block.action(),
            move |work| {
                let blocks = Blocks::find(work, place, to)?;
                if blocks.case.id != case {
                    return Err(AccessError::NotThere.into());
                }
                if blocks.exact().is_empty() {
                    return Err(RoutingError::Empty);
                }
                asked.holds(&blocks.digest(), false)?;
                blocks.moved(work)
            },
            move |tx, moved| Ok(blocks::put(tx, practice, moved)?),
        )
        .await
    }
}

const fn kinds_action(thing: Thing) -> crate::receipts::Action {
    match thing {
        Thing::Goal(_) => Kind::Goal.action(),
        Thing::Assignment(_) => Kind::Assignment.action(),
        Thing::Measure(_) => Kind::Measure.action(),
        Thing::Message(_) => Kind::Message.action(),
        Thing::Block(..) => Kind::Block.action(),
    }
}

/// What a move writes: what is moved, its next revision, the entry on the side that it left, and when.
type Prepared = (Item, SealedRow, SealedRow, i64);

fn prepare(
    work: &mut Work<'_, '_>,
    case: CaseId,
    (thing, to): (Thing, Route),
    asked: &Asked,
) -> Result<Prepared, RoutingError> {
    let item = kinds::find(work, thing)?;
    if item.case.id != case {
        return Err(AccessError::NotThere.into());
    }
    let target = item.target(to)?;
    let side = item.cell.compartment;
    may_write(work, &item.case, &[side, target])?;
    let opened = work.open(item.kind.action(), Purpose::Care, &[side])?;
    let (exact, content) = item.exact(work, &opened)?;
    let asks_agreement = !item.agreeing(to).is_empty();
    let digest = digest_of(&exact, item.cell.revision, (side, target));
    asked.holds(&digest, asks_agreement)?;
    work.stands_on_consent(&notes::concerned(&item.case, target))?;
    item.allowed(work.tx, work.practice(), to)?;
    // Only what is agreed is read of where it goes (R2).
    let there = work.open(item.kind.action(), Purpose::Care, &[target])?;
    let open = there.get(target).ok_or(AccessError::NotThere)?;
    let at = micros(work.now());
    let content = item.anew(content, (to, at));
    let row = work.reseal(open, item.kind.table(), &item.cell, &content)?;
    let left = MoveContent {
        kind: item.kind,
        row: item.cell.id,
        revision: item.cell.revision,
        block: None,
        by: work.person()?,
        agreed: asks_agreement && asked.agreed,
        wider: super::direction(item.from(), to) == super::Direction::Wider,
    };
    let left = entry(work, &opened, side, &left)?;
    Ok((item, row, left, at))
}

/// That both sides are for who moves to write for care: in an emergency nothing is.
pub(super) fn may_write(
    work: &Work<'_, '_>,
    case: &Case,
    sides: &[CompartmentId],
) -> Result<(), AccessError> {
    let all = sides
        .iter()
        .all(|side| work.may_write(*side, Purpose::Care));
    if all && case.open {
        Ok(())
    } else {
        Err(AccessError::NotThere)
    }
}
