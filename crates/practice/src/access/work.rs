//! Doing confidential work: [`Practice::read`] and [`Practice::write`], the only ways to sealed content.
//!
//! Both check grants and queue receipts before a handle exists, and give their result back only after those
//! receipts are durable. A write stores its rows, its authority and its own receipt in one transaction.

use std::sync::Arc;

use jiff::Timestamp;
use serde::{Serialize, de::DeserializeOwned};
use store::{Pending, StoreError, Tx};
use uuid::Uuid;
use vault::{CompartmentId, Entry, Kind, Open, Opened, RowDigest, Vault};

use super::authority::{AuthorityKind, AuthorityRow};
use super::bodies::{GrantBody, Holder, Scope};
use super::{Access, Authority, Purpose, Who};
use crate::cases::Participant;
use crate::clock::micros;
use crate::consent;
use crate::core::{Core, Practice};
use crate::error::AccessError;
use crate::ids::{ParticipantId, PersonId, PracticeId, uuid_v7};
use crate::receipts::{Action, Outcome, Queue, Receipt, SLOTS};
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
    core: Arc<Core>,
    vault: Arc<Vault>,
    who: Who,
    now: Timestamp,
    done: Done,
}

#[derive(Default)]
struct Done {
    tickets: Vec<Pending<(), StoreError>>,
    compartments: Vec<CompartmentId>,
    purpose: Option<Purpose>,
    rows: Vec<RowDigest>,
    authority: Vec<AuthorityRow>,
    informed: Vec<ParticipantId>,
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
        self.vault.kind(compartment).is_some_and(|kind| {
            self.core
                .authority()
                .allows(&self.who, (compartment, kind), purpose, micros(self.now))
        })
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
        if wanted.iter().all(|id| self.may_open(*id, purpose)) {
            return self.opened(action, purpose, wanted);
        }
        let entry = self.entry(action, purpose, Outcome::Refused, wanted);
        let ticket = self.queue().refusal(&entry);
        self.done.tickets.push(ticket);
        Err(AccessError::NotThere)
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
        let entry = self.entry(action, purpose, Outcome::Refused, Vec::new());
        let ticket = self.queue().refusal(&entry);
        self.done.tickets.push(ticket);
        AccessError::NotThere
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
            role: self.who.role_word().to_owned(),
            action: action.word().to_owned(),
            purpose: purpose.word().to_owned(),
            outcome: outcome.word().to_owned(),
            compartments,
            rows: Vec::new(),
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
    /// [`AccessError::Fault`] when the content cannot be written down.
    pub fn seal<T: Serialize>(
        &mut self,
        open: &Open,
        place: (&'static str, Uuid, u32),
        content: &T,
    ) -> Result<SealedRow, AccessError> {
        let (row, digest) = sealed::seal(open, place, content, self.core.randomness.as_ref())?;
        self.done.rows.push(RowDigest {
            table: place.0.to_owned(),
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
            table: table.to_owned(),
            row: id,
            revision,
            digest: [0; 32],
        });
    }

    /// Says in the receipt of this write which slot of the keyring it is about. The digest is that of the slot's row, or
    /// nought for one that goes.
    pub(crate) fn names_slot(&mut self, slot: Uuid, digest: [u8; 32]) {
        self.done.rows.push(RowDigest {
            table: SLOTS.to_owned(),
            row: slot,
            revision: 1,
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
        let scope = match self.vault.kind(compartment) {
            Some(Kind::Office) => Scope::Office,
            _ => Scope::Compartment(compartment.0),
        };
        let body = GrantBody {
            holder,
            scope,
            purpose,
            from: micros(self.now),
            until: None,
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
            table: kind.table().to_owned(),
            row: id,
            revision,
            digest: row.mac,
        });
        self.done.authority.push(row);
        Ok(())
    }
}

impl Practice {
    /// Reads confidential content: `look` opens what it needs, and what it returns comes back after the receipts are
    /// durable (R1).
    ///
    /// # Errors
    /// What `look` refuses, [`AccessError::Locked`], or a fault of the database.
    pub async fn read<T, E, F>(&self, access: &impl Access, look: F) -> Result<T, E>
    where
        F: FnOnce(&mut Work<'_, '_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<AccessError> + Send + 'static,
    {
        let (result, done) = self.work(access, look).await?;
        self.settle::<E>(done.tickets).await?;
        result
    }

    /// Changes confidential content: `prepare` opens, checks the rules and seals; `commit` stores what was prepared,
    /// in one transaction with the receipt of `action`. `commit` may run again and does nothing slow.
    ///
    /// # Errors
    /// What either refuses, [`AccessError::Locked`], [`AccessError::Stale`] for a lost race, or a fault.
    pub async fn write<P, T, E, F, C>(
        &self,
        access: &impl Access,
        action: Action,
        prepare: F,
        commit: C,
    ) -> Result<T, E>
    where
        F: FnOnce(&mut Work<'_, '_>) -> Result<P, E> + Send + 'static,
        C: FnMut(&mut Tx<'_>, &P) -> Result<T, E> + Send + 'static,
        P: Send + 'static,
        T: Send + 'static,
        E: From<AccessError> + From<StoreError> + Send + 'static,
    {
        let (prepared, mut done) = self.work(access, prepare).await?;
        done.compartments.sort_unstable();
        done.compartments.dedup();
        let prepared = match prepared {
            Ok(prepared) => prepared,
            Err(refused) => {
                self.settle::<E>(done.tickets).await?;
                return Err(refused);
            }
        };
        let tickets = std::mem::take(&mut done.tickets);
        let result = self
            .commit(access.who(), action, done, prepared, commit)
            .await;
        self.settle::<E>(tickets).await?;
        result
    }

    async fn work<T, E, F>(&self, access: &impl Access, look: F) -> Result<(Result<T, E>, Done), E>
    where
        F: FnOnce(&mut Work<'_, '_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<AccessError> + Send + 'static,
    {
        let core = Arc::clone(self.core());
        let vault = self.vault()?;
        let who = access.who().clone();
        let now = core.clock.now();
        let outcome = self.core().store.read(move |tx| {
            let mut work = Work {
                tx,
                core,
                vault,
                who,
                now,
                done: Done::default(),
            };
            let result = look(&mut work);
            Ok::<_, StoreError>((result, work.done))
        });
        outcome
            .await
            .map_err(|error| E::from(AccessError::from(error)))
    }

    async fn settle<E: From<AccessError>>(
        &self,
        tickets: Vec<Pending<(), StoreError>>,
    ) -> Result<(), E> {
        for ticket in tickets {
            ticket
                .await
                .map_err(|error| E::from(AccessError::from(error)))?;
        }
        self.core().log.receipts_came();
        Ok(())
    }

    async fn commit<P, T, E, C>(
        &self,
        who: &Who,
        action: Action,
        done: Done,
        prepared: P,
        mut commit: C,
    ) -> Result<T, E>
    where
        C: FnMut(&mut Tx<'_>, &P) -> Result<T, E> + Send + 'static,
        P: Send + 'static,
        T: Send + 'static,
        E: From<AccessError> + From<StoreError> + Send + 'static,
    {
        let (core, vault) = (Arc::clone(self.core()), self.vault()?);
        let entry = Entry {
            id: uuid_v7(core.clock.now(), core.randomness.as_ref()),
            at: micros(core.clock.now()),
            actor: who.person.map(|id| id.0),
            sign_in: who.sign_in.map(|id| id.0),
            role: who.role_word().to_owned(),
            action: action.word().to_owned(),
            purpose: done.purpose.unwrap_or(Purpose::Keeping).word().to_owned(),
            outcome: Outcome::Written.word().to_owned(),
            compartments: done.compartments,
            rows: done.rows,
        };
        let receipt = Receipt::of(core.id, &entry, vault.as_ref());
        let (id, authority, informed) = (core.id, done.authority, done.informed);
        let rows = authority.clone();
        let write = move |tx: &mut Tx<'_>| {
            consent::informed_now(tx, id, &informed)?;
            for row in &rows {
                super::put(tx, id, row)?;
            }
            let result = commit(tx, &prepared)?;
            receipt.insert(tx)?;
            Ok::<T, E>(result)
        };
        if authority.is_empty() {
            return core.store.write(write).await;
        }
        // In a task of its own: whoever asked may go away, and a change that was announced must be settled all the same.
        let practice = self.clone();
        let task = tokio::spawn(async move {
            let _turn = core.authority_turn.lock().await;
            practice.announce_authority(&authority).await?;
            let result = core.store.write(write).await;
            practice.take_authority(&authority, result.is_ok()).await?;
            result
        });
        let ended = |_| Err(AccessError::Fault("a change of authority ended".to_owned()).into());
        task.await.unwrap_or_else(ended)
    }
}
