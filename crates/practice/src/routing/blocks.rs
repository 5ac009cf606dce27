//! Moving one block of a session's note from one side to another. A draft loses the block and the draft on the other side
//! gains it. What is signed is not altered (R5): beside it something is added, and on the other side it is written anew.

use store::{StoreError, Tx};
use vault::{CompartmentId, Opened};

use super::moving::{MoveContent, entry};
use super::{Direction, Exact, Kind, RoutingError, digest_of, direction, records};
use crate::access::{DeskAccess, Purpose, Work};
use crate::calendar::Session;
use crate::cases::Case;
use crate::clock::micros;
use crate::core::Practice;
use crate::error::AccessError;
use crate::ids::{AmendmentId, CaseId, NoteId, PersonId, PracticeId, SessionId};
use crate::notes::records::{self as note_records, Stored};
use crate::notes::{self, AmendmentContent, NoteBlock, NoteContent, NoteState, NoteText, Route};
use crate::private::Private;
use crate::sealed::{self, SealedRow};

/// What is added to a signed note whose block does not belong on its side.
const CORRECTED: &str = "Corrected: where it stands";
/// What is added where a block of another side is to be read, too. It does not say of which (R2).
const WRITTEN: &str = "Written to this side of the record";

/// One block between two sides, opened.
pub(super) struct Blocks {
    pub(super) case: Case,
    pub(super) from: Route,
    pub(super) to: Route,
    /// Where it goes.
    pub(super) target: CompartmentId,
    source: (CompartmentId, Option<OnSide>),
    session: Session,
    block: NoteBlock,
    text: Private<String>,
    opened: Opened,
}

/// The note of the session on one side.
struct OnSide {
    stored: Stored,
    content: NoteContent,
}

/// What a move of a block writes.
pub(super) struct Moved {
    case: CaseId,
    at: i64,
    rows: Vec<Written>,
}

enum Written {
    Note((SessionId, CaseId, PersonId, i64), SealedRow),
    Revised(SealedRow),
    Added((NoteId, PersonId, i64), SealedRow),
    Entry(SealedRow),
}

/// Stores what a move of a block writes.
pub(super) fn put(tx: &mut Tx<'_>, practice: PracticeId, moved: &Moved) -> Result<(), StoreError> {
    for written in &moved.rows {
        match written {
            Written::Note(place, row) => note_records::insert(tx, practice, *place, row)?,
            Written::Revised(row) => sealed::revise(tx, practice, row)?,
            Written::Added(place, row) => {
                note_records::insert_amendment(tx, practice, *place, row)?;
            }
            Written::Entry(row) => records::insert(tx, practice, (moved.case, moved.at), row)?,
        }
    }
    Ok(())
}

impl Practice {
    /// Keeps a block of a draft, as it was typed on one side, on a narrower one instead: what stood there of it is taken out.
    ///
    /// # Errors
    /// [`RoutingError::NoSuchSide`] when it would be wider, otherwise as [`Practice::route`].
    pub async fn keep_narrower(
        &self,
        access: &DeskAccess,
        place: (SessionId, Route, NoteBlock),
        to: Route,
        text: Private<String>,
    ) -> Result<(), RoutingError> {
        let practice = self.id();
        self.write(
            access,
            Kind::Block.action(),
            move |work| {
                if direction(place.1, to) == Direction::Wider {
                    return Err(RoutingError::NoSuchSide);
                }
                let mut blocks = Blocks::find(work, place, to)?;
                if text.reveal().trim().is_empty() {
                    return Err(RoutingError::Empty);
                }
                if blocks.is_signed() {
                    return Err(RoutingError::NotYours);
                }
                blocks.text = text;
                blocks.moved(work)
            },
            move |tx, moved| Ok(put(tx, practice, moved)?),
        )
        .await
    }

    /// Takes a block out of a draft, because its author keeps it in their process note, which only their browser reads.
    ///
    /// # Errors
    /// As [`Practice::route`].
    pub async fn take_out(
        &self,
        access: &DeskAccess,
        place: (SessionId, Route, NoteBlock),
    ) -> Result<(), RoutingError> {
        let practice = self.id();
        self.write(
            access,
            Kind::Block.action(),
            move |work| {
                let (session, from, block) = place;
                let (session, case) = notes::session_of_mine(work, session)?;
                let side = from.compartment(&case, session.starts_at)?;
                let opened = work.open(Kind::Block.action(), Purpose::Care, &[side])?;
                let found = on_side(work, &opened, (session.id, side))?;
                let mut moved = Moved {
                    case: case.id,
                    at: micros(work.now()),
                    rows: Vec::new(),
                };
                match found {
                    Some(found) if found.content.state() == NoteState::Draft => {
                        emptied(work, &opened, &found, block, &mut moved.rows)?;
                    }
                    Some(_) => return Err(RoutingError::NotYours),
                    None => {}
                }
                Ok(moved)
            },
            move |tx, moved| Ok(put(tx, practice, moved)?),
        )
        .await
    }
}

/// The note of a session on one side.
fn on_side(
    work: &mut Work<'_, '_>,
    opened: &Opened,
    (session, side): (SessionId, CompartmentId),
) -> Result<Option<OnSide>, AccessError> {
    let practice = work.practice();
    let Some(stored) = note_records::of_session(work.tx, practice, session, side)? else {
        return Ok(None);
    };
    let content = work.unseal(opened, "notes", &stored.cell)?;
    Ok(Some(OnSide { stored, content }))
}

/// Takes a block out of a draft, where something stands in it; only the draft's author does. Nobody else could read it, so that
/// nobody is told of a correction; what stood there is in the draft's revisions.
fn emptied(
    work: &mut Work<'_, '_>,
    opened: &Opened,
    found: &OnSide,
    block: NoteBlock,
    rows: &mut Vec<Written>,
) -> Result<(), RoutingError> {
    if found.stored.author != work.person()? {
        return Err(RoutingError::NotYours);
    }
    if found.content.text.block(block).reveal().trim().is_empty() {
        return Ok(());
    }
    let cell = &found.stored.cell;
    let open = opened.get(cell.compartment).ok_or(AccessError::NotThere)?;
    let mut content = found.content.clone();
    *content.text.block_mut(block) = Private::default();
    rows.push(Written::Revised(
        work.reseal(open, "notes", cell, &content)?,
    ));
    Ok(())
}

/// The entry that a block left a side.
fn left(
    work: &mut Work<'_, '_>,
    opened: &Opened,
    found: &OnSide,
    block: NoteBlock,
    way: Direction,
) -> Result<Written, AccessError> {
    let cell = &found.stored.cell;
    let content = MoveContent {
        kind: Kind::Block,
        row: cell.id,
        revision: cell.revision,
        block: Some(block),
        by: work.person()?,
        agreed: false,
        wider: way == Direction::Wider,
    };
    entry(work, opened, cell.compartment, &content).map(Written::Entry)
}

impl Blocks {
    /// Finds a block, for who may write for care where it is and where it would go. Nothing is opened there before it moves: the
    /// receipts would tell of what stands elsewhere (R2).
    pub(super) fn find(
        work: &mut Work<'_, '_>,
        (session, from, block): (SessionId, Route, NoteBlock),
        to: Route,
    ) -> Result<Self, RoutingError> {
        let (session, case) = notes::session_of_mine(work, session)?;
        let side = from.compartment(&case, session.starts_at)?;
        let target = to.compartment(&case, session.starts_at)?;
        if side == target || !case.compartments().contains(&target) {
            return Err(RoutingError::NoSuchSide);
        }
        if !work.may_write(target, Purpose::Care) {
            return Err(AccessError::NotThere.into());
        }
        let opened = work.open(Kind::Block.action(), Purpose::Care, &[side])?;
        let source = on_side(work, &opened, (session.id, side))?;
        let text = source
            .as_ref()
            .map(|found| found.content.text.block(block).clone());
        Ok(Self {
            source: (side, source),
            target,
            text: text.unwrap_or_default(),
            case,
            session,
            from,
            to,
            block,
            opened,
        })
    }

    /// Its words, under what stands above it.
    pub(super) fn exact(&self) -> Exact {
        let said = (self.block.plain().to_owned(), self.text.clone());
        let said = Some(said).filter(|(_, words)| !words.reveal().trim().is_empty());
        said.into_iter().collect()
    }

    pub(super) fn digest(&self) -> String {
        let revision = self.source.1.as_ref();
        let revision = revision.map_or(0, |found| found.stored.cell.revision);
        digest_of(&self.exact(), revision, (self.source.0, self.target))
    }

    /// Whether it stands in a note that is not a draft any more.
    pub(super) fn is_signed(&self) -> bool {
        let source = self.source.1.as_ref();
        source.is_some_and(|found| found.content.state() != NoteState::Draft)
    }

    /// Prepares everything that a move writes.
    pub(super) fn moved(&self, work: &mut Work<'_, '_>) -> Result<Moved, RoutingError> {
        work.stands_on_consent(&notes::concerned(&self.case, self.target))?;
        let mut rows = Vec::new();
        if let Some(source) = &self.source.1 {
            self.leave(work, source, &mut rows)?;
        }
        let there = work.open(Kind::Block.action(), Purpose::Care, &[self.target])?;
        let found = on_side(work, &there, (self.session.id, self.target))?;
        rows.push(self.arrive(work, (&there, found.as_ref()))?);
        Ok(Moved {
            case: self.case.id,
            at: micros(work.now()),
            rows,
        })
    }

    fn leave(
        &self,
        work: &mut Work<'_, '_>,
        source: &OnSide,
        rows: &mut Vec<Written>,
    ) -> Result<(), RoutingError> {
        let way = direction(self.from, self.to);
        match source.content.state() {
            NoteState::Draft => emptied(work, &self.opened, source, self.block, rows),
            NoteState::Awaiting | NoteState::Signed => {
                if way == Direction::Narrower {
                    let words = format!(
                        "The part “{}” does not belong on this side of the record.",
                        self.block.plain()
                    );
                    rows.push(added(
                        work,
                        &self.opened,
                        source,
                        (CORRECTED, words.into()),
                    )?);
                }
                rows.push(left(work, &self.opened, source, self.block, way)?);
                Ok(())
            }
        }
    }

    fn arrive(
        &self,
        work: &mut Work<'_, '_>,
        (opened, found): (&Opened, Option<&OnSide>),
    ) -> Result<Written, RoutingError> {
        let open = opened.get(self.target).ok_or(AccessError::NotThere)?;
        let author = work.person()?;
        match found {
            None => {
                let mut text = NoteText::default();
                text.add(self.block, self.text.reveal());
                let content = NoteContent {
                    text,
                    signed: None,
                    cosigned: None,
                    needs_cosignature: false,
                };
                let row = work.seal(open, ("notes", work.new_id(), 1), &content)?;
                let place = (self.session.id, self.case.id, author, micros(work.now()));
                Ok(Written::Note(place, row))
            }
            Some(there) => match there.content.state() {
                NoteState::Draft if there.stored.author != author => Err(RoutingError::NotYours),
                NoteState::Draft => {
                    let mut content = there.content.clone();
                    content.text.add(self.block, self.text.reveal());
                    let row = work.reseal(open, "notes", &there.stored.cell, &content)?;
                    Ok(Written::Revised(row))
                }
                NoteState::Awaiting | NoteState::Signed => {
                    let words = format!("{}: {}", self.block.plain(), self.text.reveal().trim());
                    Ok(added(work, opened, there, (WRITTEN, words.into()))?)
                }
            },
        }
    }
}

/// Adds to a signed note; the note itself stays as it is (R5).
fn added(
    work: &mut Work<'_, '_>,
    opened: &Opened,
    to: &OnSide,
    (reason, text): (&str, Private<String>),
) -> Result<Written, AccessError> {
    let side = to.stored.cell.compartment;
    let open = opened.get(side).ok_or(AccessError::NotThere)?;
    let id = AmendmentId(work.new_id());
    let content = AmendmentContent {
        reason: Private::from(reason),
        text,
    };
    let row = work.seal(open, ("amendments", id.0, 1), &content)?;
    let place = (to.stored.id, work.person()?, micros(work.now()));
    Ok(Written::Added(place, row))
}
