//! What is asked before something moves: its exact words, where it stands, where it goes, and who reads it from then on.

use super::blocks::Blocks;
use super::moving::may_write;
use super::{Asked, Direction, Exact, Kind, RoutingError, Thing, digest_of, direction, kinds};
use crate::access::{DeskAccess, Purpose, Work};
use crate::cases::{Case, opening};
use crate::core::Practice;
use crate::error::AccessError;
use crate::ids::{CaseId, ParticipantId};
use crate::notes::{self, Route};
use crate::people::Named;
use crate::receipts::Action;

/// A move as it is asked for once more.
#[derive(Clone, Debug)]
pub struct Routing {
    /// The kind of what moves.
    pub kind: Kind,
    /// The case.
    pub case: Case,
    /// Its participants by name, in its order.
    pub people: Vec<Named>,
    /// Exactly what moves, each part with what it is.
    pub exact: Exact,
    /// Where it stands.
    pub from: Route,
    /// Where it goes.
    pub to: Route,
    /// Which way that is.
    pub direction: Direction,
    /// Those who read it from then on, by the part that they take.
    pub readers: Vec<ParticipantId>,
    /// Those whose words they are, each of whom is asked for a yes; nobody where none is needed.
    pub agreeing: Vec<ParticipantId>,
    /// Whether it stays where it is, too, because it was signed (R5).
    pub stays: bool,
    /// The digest of exactly this; a move names it.
    pub digest: String,
}

impl Asked {
    /// Whether it was asked with exactly this, and the client's word is there where it is needed.
    pub(super) fn holds(&self, digest: &str, asks_agreement: bool) -> Result<(), RoutingError> {
        if self.digest != digest {
            return Err(RoutingError::OtherText);
        }
        if asks_agreement && !self.agreed {
            return Err(RoutingError::NotAgreed);
        }
        Ok(())
    }
}

impl Practice {
    /// What moving something to a side of its case would mean.
    ///
    /// # Errors
    /// [`RoutingError::NoSuchSide`], [`RoutingError::Empty`], [`AccessError::NotThere`] when it is not in a case of who
    /// asks, or not in this one.
    pub async fn routing(
        &self,
        access: &DeskAccess,
        case: CaseId,
        thing: Thing,
        to: Route,
    ) -> Result<Routing, RoutingError> {
        self.read(access, move |work| {
            let found = match thing {
                Thing::Block(session, from, block) => {
                    let blocks = Blocks::find(work, (session, from, block), to)?;
                    asked_of_block(work, &blocks)?
                }
                Thing::Goal(_) | Thing::Assignment(_) | Thing::Measure(_) | Thing::Message(_) => {
                    asked_of_item(work, thing, to)?
                }
            };
            if found.case.id != case {
                return Err(AccessError::NotThere.into());
            }
            if found.exact.is_empty() {
                return Err(RoutingError::Empty);
            }
            Ok(found)
        })
        .await
    }
}

fn asked_of_item(
    work: &mut Work<'_, '_>,
    thing: Thing,
    to: Route,
) -> Result<Routing, RoutingError> {
    let item = kinds::find(work, thing)?;
    let target = item.target(to)?;
    let practice = work.practice();
    item.allowed(work.tx, practice, to)?;
    let (from, side) = (item.from(), item.cell.compartment);
    may_write(work, &item.case, &[side, target])?;
    // Nothing is agreed yet, so nothing is opened where it would go: its receipts would tell of what stands elsewhere (R2).
    let opened = work.open(item.kind.action(), Purpose::Care, &[side])?;
    let (exact, _) = item.exact(work, &opened)?;
    Ok(Routing {
        kind: item.kind,
        people: people(work, &item.case, item.kind)?,
        digest: digest_of(&exact, item.cell.revision, (side, target)),
        agreeing: item.agreeing(to),
        readers: readers(&item.case, target),
        direction: direction(from, to),
        stays: false,
        case: item.case,
        exact,
        from,
        to,
    })
}

fn asked_of_block(work: &mut Work<'_, '_>, blocks: &Blocks) -> Result<Routing, RoutingError> {
    let exact = blocks.exact();
    Ok(Routing {
        kind: Kind::Block,
        people: people(work, &blocks.case, Kind::Block)?,
        digest: blocks.digest(),
        agreeing: Vec::new(),
        readers: readers(&blocks.case, blocks.target),
        direction: direction(blocks.from, blocks.to),
        stays: blocks.is_signed(),
        case: blocks.case.clone(),
        exact,
        from: blocks.from,
        to: blocks.to,
    })
}

/// Those whose side it is, or whose joint one.
fn readers(case: &Case, side: vault::CompartmentId) -> Vec<ParticipantId> {
    let concerned = notes::concerned(case, side);
    concerned.into_iter().map(|who| who.id).collect()
}

fn people(work: &mut Work<'_, '_>, case: &Case, kind: Kind) -> Result<Vec<Named>, AccessError> {
    let found = opening::find(work, kind.action(), case.id)?;
    let opened = found.open_names(work, Action::Names)?;
    found.names(&opened)
}
