//! Doing confidential work: [`Practice::read`] and [`Practice::write`], the only ways to sealed content.
//!
//! Both check grants and queue receipts before a handle exists, and give their result back only after those
//! receipts are durable. A write stores its rows, its authority and its own receipt in one transaction.

use std::sync::Arc;

use store::{Pending, StoreError, Tx};
use vault::Entry;

use super::work::{Done, Mode};
use super::{Access, Purpose, Who, Work};
use crate::cases;
use crate::clock::micros;
use crate::consent;
use crate::core::Practice;
use crate::error::{AccessError, Denies};
use crate::ids::uuid_v7;
use crate::receipts::{Action, Outcome, Receipt};

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
        E: From<AccessError> + Denies + Send + 'static,
    {
        let (result, done) = self.work(access, (Mode::Reads, Action::Look), look).await?;
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
        E: From<AccessError> + From<StoreError> + Denies + Send + 'static,
    {
        let (prepared, mut done) = self.work(access, (Mode::Writes, action), prepare).await?;
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

    async fn work<T, E, F>(
        &self,
        access: &impl Access,
        how: (Mode, Action),
        look: F,
    ) -> Result<(Result<T, E>, Done), E>
    where
        F: FnOnce(&mut Work<'_, '_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<AccessError> + Denies + Send + 'static,
    {
        let core = Arc::clone(self.core());
        let (mode, action) = how;
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
                mode,
                done: Done::default(),
            };
            let result = look(&mut work);
            // What one may not see does not exist: either way somebody asked for what is not theirs, and that is kept.
            if result.as_ref().is_err_and(Denies::denied) {
                work.leaves_refusal(action);
            }
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
        E: From<AccessError> + From<StoreError> + Denies + Send + 'static,
    {
        let (core, vault) = (Arc::clone(self.core()), self.vault()?);
        let entry = Entry {
            id: uuid_v7(core.clock.now(), core.randomness.as_ref()),
            at: micros(core.clock.now()),
            actor: who.person.map(|id| id.0),
            sign_in: who.sign_in.map(|id| id.0),
            role: who.role_word().into(),
            action: action.word().into(),
            purpose: done.purpose.unwrap_or(Purpose::Keeping).word().into(),
            outcome: Outcome::Written.word().into(),
            compartments: done.compartments,
            rows: done.rows,
        };
        let receipt = Receipt::of(core.id, &entry, vault.as_ref());
        let (id, authority, informed, joints) =
            (core.id, done.authority, done.informed, done.joints);
        let rows = authority.clone();
        let write = move |tx: &mut Tx<'_>| {
            consent::informed_now(tx, id, &informed)?;
            cases::frozen_now(tx, id, &joints)?;
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
