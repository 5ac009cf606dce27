//! The practice as the program holds it: its databases, its keys while unlocked, its verified authority.

use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

use store::{Store, StoreError, Tx};
use tokio::sync::Mutex;
use vault::{CompartmentId, Kind, Randomness, Vault};

use crate::access::{Authority, Made};
use crate::clock::Clock;
use crate::error::AccessError;
use crate::ids::{PracticeId, uuid_v7};
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
    pub(crate) authority_turn: Mutex<()>,
    pub(crate) passwords: tokio::sync::Semaphore,
    pub(crate) passwords_waiting: tokio::sync::Semaphore,
    /// The work of all passwords so far, KiB times passes.
    #[cfg(test)]
    pub(crate) hashed: std::sync::atomic::AtomicU64,
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
            authority_turn: Mutex::new(()),
            passwords: tokio::sync::Semaphore::new(PASSWORDS_AT_ONCE),
            passwords_waiting: tokio::sync::Semaphore::new(PASSWORDS_WAITING),
            #[cfg(test)]
            hashed: std::sync::atomic::AtomicU64::new(0),
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
    }

    /// Forgets the keys. What is at work ends with its handles; nothing new can be opened.
    pub fn lock(&self) {
        let mut state = self.0.state.write().unwrap_or_else(PoisonError::into_inner);
        *state = State::default();
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
        let new: Vec<_> = kinds
            .iter()
            .map(|kind| {
                let id = CompartmentId(uuid_v7(now, self.0.randomness.as_ref()));
                (
                    id,
                    vault.new_compartment(id, *kind, self.0.randomness.as_ref()),
                )
            })
            .collect();
        let rows = new.iter().map(|(_, key)| key.row()).collect();
        crate::keys::records::add(&self.0.keyring, rows).await?;
        Ok(new
            .into_iter()
            .map(|(id, key)| {
                vault.adopt(key);
                Made::new(id)
            })
            .collect())
    }
}
