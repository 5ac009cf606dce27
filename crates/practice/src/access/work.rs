//! One operation at work on confidential content: it opens, seals and grants, and each opening queues its receipt before
//! there is a handle. Not here: that nothing leaves before receipts are durable (`doing`).

use std::sync::Arc;

use jiff::Timestamp;
use serde::{Serialize, de::DeserializeOwned};
use store::{Pending, StoreError, Tx};
use uuid::Uuid;
use vault::{CompartmentId, Entry, Kind, Open, Opened, RowDigest, Vault};

use super::bodies::{GrantBody, Holder, Scope};
use super::row::{AuthorityKind, AuthorityRow};
use super::{Authority, Purpose, Who};
use crate::cases::{self, Participant};
use crate::clock::micros;
use crate::consent;
use crate::core::Core;
use crate::error::AccessError;
use crate::ids::{ParticipantId, PersonId, PracticeId, uuid_v4, uuid_v7};
use crate::receipts::decided::MARKS;
use crate::receipts::{Action, Outcome, Queue};
use crate::sealed::{self, Cell, SealedRow};

/// A compartment made for this operation: its key is durable, nothing is in it, nobody holds a grant yet.
#[derive(Debug)]
pub struct Made(CompartmentId);

impl Made {
    pub(crate) const fn new(id: CompartmentId) -> Self {
        Self(id)
    }

    /// Its id.
    #[must_use]
    pub const fn id(&self) -> CompartmentId {
        self.0
    }
}

/// One operation at work: the transaction it reads in, who asks, and what it opened, sealed and granted.
pub struct Work<'w, 't> {
    /// Reads structure; sealed cells are read through it, too, and opened with a handle.
    pub tx: &'w mut Tx<'t>,
    pub(super) core: Arc<Core>,
    pub(super) vault: Arc<Vault>,
    pub(super) who: Who,
    pub(super) now: Timestamp,
    pub(super) mode: Mode,
    pub(super) done: Done,
}

/// Whether an operation writes. An emergency opens to read and to nothing else.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    Reads,
    Writes,
}

#[derive(Default)]
pub(super) struct Done {
    pub(super) tickets: Vec<Pending<(), StoreError>>,
    /// Whether a refusal left its receipt.
    pub(super) refused: bool,
    pub(super) compartments: Vec<CompartmentId>,
    pub(super) purpose: Option<Purpose>,
    pub(super) rows: Vec<RowDigest>,
    pub(super) authority: Vec<AuthorityRow>,
    pub(super) informed: Vec<ParticipantId>,
    /// The joint sides on which something was sealed.
    pub(super) joints: Vec<CompartmentId>,
}

impl Work<'_, '_> {
    /// The instant at which this operation happens.
    #[must_use]
    pub const fn now(&self) -> Timestamp {
        self.now
    }

    /// The practice.
    #[must_use]
    pub fn practice(&self) -> PracticeId {
        self.core.id
    }

    /// The person who asks.
    ///
    /// # Errors
    /// [`AccessError::NotSignedIn`] for a visitor or a job.
    pub fn person(&self) -> Result<PersonId, AccessError> {
        self.who.person.ok_or(AccessError::NotSignedIn)
    }

    /// Who asks.
    #[must_use]
    pub const fn who(&self) -> &Who {
        &self.who
    }

    /// A new id.
    #[must_use]
    pub fn new_id(&self) -> Uuid {
        uuid_v7(self.now, self.core.randomness.as_ref())
    }

    /// A new id that does not tell when it was made: for what moves to readers who are not to learn that (R2).
    #[must_use]
    pub(crate) fn new_undated_id(&self) -> Uuid {
        uuid_v4(self.core.randomness.as_ref())
    }

    /// Randomness, for what an operation must make unguessable.
    pub(crate) fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.core.randomness.fill(&mut bytes);
        bytes
    }

    pub(crate) fn vault(&self) -> &Vault {
        &self.vault
    }

    /// Looks into the verified authority.
    pub(crate) fn authority<T>(&self, look: impl FnOnce(&Authority) -> T) -> T {
        look(&self.core.authority())
    }

    /// Whether who asks could open `compartment`; it leaves no receipt and opens nothing.
    #[must_use]
    pub fn may_open(&self, compartment: CompartmentId, purpose: Purpose) -> bool {
        self.opens_as(compartment, purpose).is_some()
    }

    /// Whether who asks opens `compartment` for `purpose` by a grant for it, and not because an emergency stands in for one,
    /// which reads and writes nothing.
    #[must_use]
    pub fn may_write(&self, compartment: CompartmentId, purpose: Purpose) -> bool {
        self.opens_as(compartment, purpose) == Some(purpose)
    }

    fn opens_as(&self, compartment: CompartmentId, purpose: Purpose) -> Option<Purpose> {
        let kind = self.vault.kind(compartment)?;
        let now = micros(self.now);
        let authority = self.core.authority();
        let found = authority.opens_as(&self.who, (compartment, kind), purpose, now)?;
        let reads = self.mode == Mode::Reads || found != Purpose::Emergency;
        reads.then_some(found)
    }

    /// Opens `compartments` for `purpose`: every grant is checked, the receipt is queued, then there are handles.
    ///
    /// # Errors
    /// [`AccessError::NotThere`] when one of them does not exist or is not granted; the refusal leaves a receipt.
    pub fn open(
        &mut self,
        action: Action,
        purpose: Purpose,
        compartments: &[CompartmentId],
    ) -> Result<Opened, AccessError> {
        let mut wanted = compartments.to_vec();
        wanted.sort_unstable();
        wanted.dedup();
        let found: Option<Vec<Purpose>> = wanted
            .iter()
            .map(|id| self.opens_as(*id, purpose))
            .collect();
        let Some(found) = found else {
            self.refuse(action, purpose, wanted);
            return Err(AccessError::NotThere);
        };
        self.brake((action, purpose), &wanted)?;
        // One compartment in an emergency makes the opening one of the emergency.
        let emergency = found.into_iter().find(|one| *one == Purpose::Emergency);
        self.opened(action, emergency.unwrap_or(purpose), wanted)
    }

    /// Counts what somebody who works here opens, and stops them when that is far more than usual.
    fn brake(
        &mut self,
        how: (Action, Purpose),
        wanted: &[CompartmentId],
    ) -> Result<(), AccessError> {
        let (action, purpose) = how;
        let is_own = purpose == Purpose::OwnRecord;
        let is_list = matches!(action, Action::Names | Action::Enquiry);
        // Nothing is learned by it: these are files of one's own, and encrypted.
        let is_anew = action == Action::ProcessNoteAnew;
        if is_list || is_own || is_anew || self.who.job.is_some() {
            return Ok(());
        }
        let Some(person) = self.who.person.filter(|_| !self.who.is_client()) else {
            return Ok(());
        };
        let braked = self.core.brake.opens(person, wanted, self.now);
        if braked.is_err() {
            // It names no record: nobody tried to open what is not theirs.
            self.refuse(Action::Brake, Purpose::Keeping, Vec::new());
        }
        braked
    }

    /// Opens compartments that this operation made.
    ///
    /// # Errors
    /// [`AccessError::Fault`] when the vault does not know them.
    pub fn open_made<'m>(
        &mut self,
        action: Action,
        purpose: Purpose,
        made: impl IntoIterator<Item = &'m Made>,
    ) -> Result<Opened, AccessError> {
        let made = made.into_iter().map(Made::id).collect();
        self.opened(action, purpose, made)
    }

    fn opened(
        &mut self,
        action: Action,
        purpose: Purpose,
        wanted: Vec<CompartmentId>,
    ) -> Result<Opened, AccessError> {
        let entry = self.entry(action, purpose, Outcome::Opened, wanted.clone());
        let (opened, ticket) = self.vault.open(&self.queue(), entry)?;
        self.done.tickets.push(ticket);
        self.done.compartments.extend(wanted);
        self.done.purpose = Some(purpose);
        Ok(opened)
    }

    /// Leaves the receipt of a refusal that concerns no compartment, so that what does not exist takes as long as what
    /// one may not see, and gives the one answer for both.
    pub fn refused(&mut self, action: Action, purpose: Purpose) -> AccessError {
        self.refuse(action, purpose, Vec::new());
        AccessError::NotThere
    }

    /// Leaves one receipt of several tries that were refused while nothing could be written: it names `what` was tried,
    /// none of it in particular, and how often in the place of a revision.
    pub(crate) fn refused_tries(&mut self, action: Action, what: &'static str, tries: u32) {
        let mut entry = self.entry(action, Purpose::Keeping, Outcome::Refused, Vec::new());
        entry.rows.push(RowDigest {
            table: what.into(),
            row: Uuid::nil(),
            revision: tries,
            digest: [0; 32],
        });
        self.refuse_with(&entry);
    }

    fn refuse(&mut self, action: Action, purpose: Purpose, wanted: Vec<CompartmentId>) {
        let entry = self.entry(action, purpose, Outcome::Refused, wanted);
        self.refuse_with(&entry);
    }

    fn refuse_with(&mut self, entry: &Entry) {
        let ticket = self.queue().refusal(entry);
        self.done.tickets.push(ticket);
        self.done.refused = true;
    }

    fn queue(&self) -> Queue<'_> {
        Queue {
            store: &self.core.store,
            practice: self.core.id,
            vault: &self.vault,
        }
    }

    fn entry(
        &self,
        action: Action,
        purpose: Purpose,
        outcome: Outcome,
        compartments: Vec<CompartmentId>,
    ) -> Entry {
        Entry {
            id: self.new_id(),
            at: micros(self.now),
            actor: self.who.person.map(|id| id.0),
            sign_in: self.who.sign_in.map(|id| id.0),
            role: self.who.role_word().into(),
            action: action.word().into(),
            purpose: purpose.word().into(),
            outcome: outcome.word().into(),
            compartments,
            rows: Vec::new(),
        }
    }

    /// Says in the receipt of this write whom it concerns, though nothing of theirs is opened.
    pub(crate) fn concerns(&mut self, purpose: Purpose, compartments: &[CompartmentId]) {
        self.done.compartments.extend(compartments);
        self.done.purpose = Some(purpose);
    }

    /// Leaves the receipt of something that somebody asked for and that was not given, where nothing else did.
    pub(super) fn leaves_refusal(&mut self, action: Action) {
        let purpose = if self.who.is_client() {
            Purpose::OwnRecord
        } else {
            Purpose::Keeping
        };
        if !self.done.refused && self.who.person.is_some() && self.who.job.is_none() {
            self.refuse(action, purpose, Vec::new());
        }
    }

    /// Says that what this operation writes stands on the informed consent of `whose` (R9): it is asked here, and once
    /// more in the write itself, so that one that is withdrawn meanwhile keeps the write out.
    ///
    /// # Errors
    /// [`AccessError::ConsentMissing`] when somebody's is not in force, or a fault of the database.
    pub fn stands_on_consent(&mut self, whose: &[Participant]) -> Result<(), AccessError> {
        let whose: Vec<ParticipantId> = whose.iter().map(|who| who.id).collect();
        consent::informed_now(self.tx, self.core.id, &whose)?;
        self.done.informed.extend(whose);
        Ok(())
    }

    /// Seals `content` for the row `id` of `table` at `revision`; the receipt of this write names it.
    ///
    /// # Errors
    /// [`AccessError::Frozen`] on a joint side that does not change any more, [`AccessError::Fault`] when the content cannot
    /// be written down.
    pub fn seal<T: Serialize>(
        &mut self,
        open: &Open,
        place: (&'static str, Uuid, u32),
        content: &T,
    ) -> Result<SealedRow, AccessError> {
        let side = open.compartment();
        if self.vault.kind(side) == Some(Kind::Joint) {
            cases::frozen_now(self.tx, self.core.id, &[side])?;
            self.done.joints.push(side);
        }
        let (row, digest) = sealed::seal(open, place, content, self.core.randomness.as_ref())?;
        self.done.rows.push(RowDigest {
            table: place.0.into(),
            row: place.1,
            revision: place.2,
            digest,
        });
        Ok(row)
    }

    /// Seals the next revision of a row that was read.
    ///
    /// # Errors
    /// As [`Work::seal`].
    pub fn reseal<T: Serialize>(
        &mut self,
        open: &Open,
        table: &'static str,
        cell: &Cell,
        content: &T,
    ) -> Result<SealedRow, AccessError> {
        self.seal(
            open,
            (table, cell.id, cell.revision.saturating_add(1)),
            content,
        )
    }

    /// Says in the receipt of this write that a sealed row is removed.
    pub fn removes(&mut self, table: &'static str, id: Uuid, revision: u32) {
        self.done.rows.push(RowDigest {
            table: table.into(),
            row: id,
            revision,
            digest: [0; 32],
        });
        // How it stands with a consent is named beside its row, and goes with it.
        if table == "consents" {
            self.names(MARKS, id, revision, [0; 32]);
        }
    }

    /// Says in the receipt of this write what it is about that stands in no sealed row: a slot of the keyring, somebody's
    /// public keys. The digest is of what is there now, or nought for what goes.
    pub(crate) fn names(&mut self, what: &str, row: Uuid, revision: u32, digest: [u8; 32]) {
        self.done.rows.push(RowDigest {
            table: what.into(),
            row,
            revision,
            digest,
        });
    }

    /// Opens the content of a cell.
    ///
    /// # Errors
    /// [`AccessError::Fault`] when the bytes are not what was sealed for this place.
    pub fn unseal<T: DeserializeOwned>(
        &self,
        opened: &Opened,
        table: &str,
        cell: &Cell,
    ) -> Result<T, AccessError> {
        let open = opened.get(cell.compartment).ok_or(AccessError::NotThere)?;
        cell.unseal(table, open)
    }

    /// Grants `holder` the opening of `compartment` for `purpose`, from now on.
    ///
    /// # Errors
    /// [`AccessError::Fault`] when it cannot be written down.
    pub fn grant(
        &mut self,
        holder: Holder,
        compartment: CompartmentId,
        purpose: Purpose,
    ) -> Result<(), AccessError> {
        self.grant_until(holder, compartment, purpose, None)
    }

    /// The same, until an instant in microseconds UTC.
    ///
    /// # Errors
    /// As [`Work::grant`].
    pub(crate) fn grant_until(
        &mut self,
        holder: Holder,
        compartment: CompartmentId,
        purpose: Purpose,
        until: Option<i64>,
    ) -> Result<(), AccessError> {
        let scope = match self.vault.kind(compartment) {
            Some(Kind::Office) => Scope::Office,
            _ => Scope::Compartment(compartment.0),
        };
        let body = GrantBody {
            holder,
            scope,
            purpose,
            from: micros(self.now),
            until,
            given_by: self.who.person,
        };
        self.put_authority(AuthorityKind::Grant, self.new_id(), &body, None)
    }

    /// Writes a row of authority: a new one, or the next revision of one that is known.
    pub(crate) fn put_authority<T: Serialize>(
        &mut self,
        kind: AuthorityKind,
        id: Uuid,
        body: &T,
        unique_key: Option<[u8; 32]>,
    ) -> Result<(), AccessError> {
        let revision = self
            .authority(|known| known.revision(id))
            .unwrap_or(0)
            .saturating_add(1);
        let row = AuthorityRow::new(
            &self.vault,
            self.core.id,
            (kind, id, revision),
            body,
            unique_key,
        )?;
        self.done.rows.push(RowDigest {
            table: kind.table().into(),
            row: id,
            revision,
            digest: row.mac,
        });
        self.done.authority.push(row);
        Ok(())
    }
}
