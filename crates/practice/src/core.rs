//! The practice as the program holds it: its databases, its keys while unlocked, its verified authority.

use std::sync::{Arc, OnceLock, PoisonError, RwLock, RwLockReadGuard};

use store::{Store, StoreError, Tx};
use tokio::sync::{Mutex, watch};
use vault::{CompartmentId, Kind, NewCompartment, Randomness, Vault};

use crate::access::{Authority, Brake, Made};
use crate::accounts::{Proofs, Questions, Relying};
use crate::clock::Clock;
use crate::error::AccessError;
use crate::ids::{PracticeId, uuid_v7};
use crate::own_words::TabKeys;
use crate::receipts::LogKeeper;

/// What a practice is opened with.
pub struct Opening {
    /// The data.
    pub store: Store,
    /// The keyring, apart from the data.
    pub keyring: Store,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Makes what must be unguessable.
    pub randomness: Arc<dyn Randomness>,
}

pub(crate) struct Core {
    pub(crate) id: PracticeId,
    pub(crate) office: CompartmentId,
    pub(crate) store: Store,
    pub(crate) keyring: Store,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) randomness: Arc<dyn Randomness>,
    pub(crate) log: LogKeeper,
    pub(crate) brake: Brake,
    /// How many days copies of the keyring are kept.
    pub(crate) copies_days: std::sync::atomic::AtomicU32,
    pub(crate) tab_keys: TabKeys,
    pub(crate) authority_turn: Mutex<()>,
    /// Whether somebody asked for the lock.
    pub(crate) locking: watch::Sender<bool>,
    /// Tries to unlock that opened nothing, which the log does not know yet.
    pub(crate) failed_unlocks: std::sync::atomic::AtomicU32,
    pub(crate) proofs: Proofs,
    pub(crate) questions: Questions,
    pub(crate) relying: OnceLock<Relying>,
    pub(crate) passwords: tokio::sync::Semaphore,
    pub(crate) passwords_waiting: tokio::sync::Semaphore,
    /// The work of all passwords so far, KiB times passes.
    #[cfg(test)]
    pub(crate) hashed: std::sync::atomic::AtomicU64,
    /// How many signatures of passkeys were verified so far.
    #[cfg(test)]
    pub(crate) verified: std::sync::atomic::AtomicU64,
    state: RwLock<State>,
}

#[derive(Default)]
struct State {
    vault: Option<Arc<Vault>>,
    authority: Authority,
}

impl Core {
    /// How much work passwords were, so that tests can compare names.
    #[cfg(test)]
    pub(crate) fn hashed(&self) -> u64 {
        self.hashed.load(std::sync::atomic::Ordering::SeqCst)
    }

    /// The verified authority, to look into.
    pub(crate) fn authority(&self) -> impl std::ops::Deref<Target = Authority> + '_ {
        Look(self.state.read().unwrap_or_else(PoisonError::into_inner))
    }
}

struct Look<'a>(RwLockReadGuard<'a, State>);

impl std::ops::Deref for Look<'_> {
    type Target = Authority;
    fn deref(&self) -> &Authority {
        &self.0.authority
    }
}

/// The practice; a cheap handle.
#[derive(Clone)]
pub struct Practice(Arc<Core>);

/// How many passwords are checked at once: each takes 19 MiB (OWASP's minimum for Argon2id).
const PASSWORDS_AT_ONCE: usize = 2;
/// How many may wait for their turn, about two seconds' worth; who comes then is asked to come again.
const PASSWORDS_WAITING: usize = 64;

/// How many days copies of the keyring are kept, unless the practice chose otherwise (R16).
const COPIES_DAYS: u32 = 35;

/// How often a new key is wrapped again because another program ended its epoch meanwhile.
const EPOCHS: u32 = 5;

impl Practice {
    pub(crate) fn new(opening: Opening, id: PracticeId, office: CompartmentId) -> Self {
        Self(Arc::new(Core {
            id,
            office,
            store: opening.store,
            keyring: opening.keyring,
            clock: opening.clock,
            randomness: opening.randomness,
            log: LogKeeper::default(),
            brake: Brake::default(),
            copies_days: COPIES_DAYS.into(),
            tab_keys: TabKeys::default(),
            authority_turn: Mutex::new(()),
            locking: watch::Sender::new(false),
            failed_unlocks: std::sync::atomic::AtomicU32::new(0),
            proofs: Proofs::default(),
            questions: Questions::default(),
            relying: OnceLock::new(),
            passwords: tokio::sync::Semaphore::new(PASSWORDS_AT_ONCE),
            passwords_waiting: tokio::sync::Semaphore::new(PASSWORDS_WAITING),
            #[cfg(test)]
            hashed: std::sync::atomic::AtomicU64::new(0),
            #[cfg(test)]
            verified: std::sync::atomic::AtomicU64::new(0),
            state: RwLock::new(State::default()),
        }))
    }

    pub(crate) const fn core(&self) -> &Arc<Core> {
        &self.0
    }

    /// The practice's id.
    #[must_use]
    pub fn id(&self) -> PracticeId {
        self.0.id
    }

    /// The instant now, by the practice's clock.
    #[must_use]
    pub fn now(&self) -> jiff::Timestamp {
        self.0.clock.now()
    }

    /// Whether the server holds no keys.
    #[must_use]
    pub fn is_locked(&self) -> bool {
        self.0
            .state
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .vault
            .is_none()
    }

    /// Whether the server holds its keys at this moment, for a door that would ask in vain.
    ///
    /// # Errors
    /// [`AccessError::Locked`].
    pub fn unlocked_now(&self) -> Result<(), AccessError> {
        self.vault().map(|_| ())
    }

    pub(crate) fn vault(&self) -> Result<Arc<Vault>, AccessError> {
        let state = self.0.state.read().unwrap_or_else(PoisonError::into_inner);
        state.vault.clone().ok_or(AccessError::Locked)
    }

    /// Changes the verified authority; `None` when the server was locked meanwhile.
    pub(crate) fn change_authority<T>(
        &self,
        change: impl FnOnce(&mut Authority) -> T,
    ) -> Option<T> {
        let mut state = self.0.state.write().unwrap_or_else(PoisonError::into_inner);
        state.vault.is_some().then(|| change(&mut state.authority))
    }

    pub(crate) fn unlocked(&self, vault: Arc<Vault>, authority: Authority) {
        let mut state = self.0.state.write().unwrap_or_else(PoisonError::into_inner);
        state.authority = authority;
        state.vault = Some(vault);
        self.0.log.unlocked_now();
    }

    /// Sets how many records somebody who works here opens in an hour before they prove themselves again; twice as many are
    /// the end for that hour.
    pub fn brake_at(&self, records_an_hour: usize) {
        self.0.brake.set(records_an_hour);
    }

    /// Says for how many days copies of the keyring are kept: a certificate of destruction tells when the last one expires.
    pub fn keep_copies_for(&self, days: u32) {
        let kept = &self.0.copies_days;
        kept.store(days, std::sync::atomic::Ordering::Relaxed);
    }

    /// For how many days they are kept.
    pub(crate) fn copies_kept(&self) -> u32 {
        self.0
            .copies_days
            .load(std::sync::atomic::Ordering::Relaxed)
    }

    /// Forgets the keys. What is at work ends with its handles; nothing new can be opened.
    pub fn lock(&self) {
        self.0.proofs.forget();
        self.0.questions.forget();
        let mut state = self.0.state.write().unwrap_or_else(PoisonError::into_inner);
        *state = State::default();
        self.0.tab_keys.forget_all();
    }

    /// Reads what is published or mere structure: no receipt, also while locked.
    ///
    /// # Errors
    /// What `look` refuses, or a fault of the database.
    pub async fn published<T, E, F>(&self, look: F) -> Result<T, E>
    where
        F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.0.store.read(look).await
    }

    /// Makes compartments: their keys are durable before this returns, before their first row.
    ///
    /// # Errors
    /// [`AccessError::Locked`], or a fault of the keyring's database.
    pub async fn make(&self, kinds: &[Kind]) -> Result<Vec<Made>, AccessError> {
        let vault = self.vault()?;
        let now = self.now();
        for _ in 0..EPOCHS {
            let new: Vec<_> = kinds
                .iter()
                .map(|kind| {
                    let id = CompartmentId(uuid_v7(now, self.0.randomness.as_ref()));
                    vault.new_compartment(id, *kind, self.0.randomness.as_ref())
                })
                .collect();
            let Some(epoch) = new.first().map(NewCompartment::epoch_name) else {
                return Ok(Vec::new());
            };
            let rows = new.iter().map(NewCompartment::row).collect();
            // A rotation may begin between two keys; what stands under the older epoch is wrapped again by it.
            if crate::keys::records::add_under(&self.0.keyring, epoch, rows).await? {
                let made = new.into_iter().map(|key| {
                    let id = key.id();
                    vault.adopt(key);
                    Made::new(id)
                });
                return Ok(made.collect());
            }
            drop(new);
            self.learn_keys(&vault).await?;
        }
        Err(AccessError::Busy)
    }
}
