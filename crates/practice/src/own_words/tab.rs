//! The server's half of an unlocked tab: a key for one sign-in, in memory only, forgotten after ten idle minutes.
//!
//! The browser keeps its identity as ciphertext under this key; neither side alone has it. Nothing of it is stored, and a
//! locked server has none.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use zeroize::Zeroizing;

use crate::access::Access;
use crate::clock::micros;
use crate::core::Practice;
use crate::error::AccessError;
use crate::ids::SignInId;

/// How long a key is kept that nobody asks for, in microseconds.
const IDLE: i64 = 10 * 60 * 1_000_000;

/// A tab's key.
pub type TabKey = Zeroizing<[u8; 32]>;

/// What a tab asks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Wanted {
    /// The key under which something is kept already.
    Kept,
    /// The same, or a new one: something was just unlocked.
    KeptOrNew,
    /// That it be forgotten.
    Nothing,
}

/// The keys of all tabs.
#[derive(Default)]
pub(crate) struct TabKeys(Mutex<HashMap<SignInId, (TabKey, i64)>>);

impl TabKeys {
    fn ask(
        &self,
        who: SignInId,
        wanted: Wanted,
        now: i64,
        new: impl FnOnce() -> TabKey,
    ) -> Option<TabKey> {
        let mut keys = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        keys.retain(|_, (_, used)| now < used.saturating_add(IDLE));
        match wanted {
            Wanted::Nothing => {
                keys.remove(&who);
                return None;
            }
            Wanted::Kept => {}
            Wanted::KeptOrNew => {
                keys.entry(who).or_insert_with(|| (new(), now));
            }
        }
        let (key, used) = keys.get_mut(&who)?;
        *used = now;
        Some(key.clone())
    }

    pub(crate) fn forget_all(&self) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }
}

impl Practice {
    /// The key under which the tabs of this sign-in keep what was unlocked; to ask is to use it. Nothing when there is none,
    /// or nobody asked for ten minutes.
    ///
    /// # Errors
    /// [`AccessError::NotSignedIn`], or [`AccessError::Locked`].
    pub fn tab_key(
        &self,
        access: &impl Access,
        wanted: Wanted,
    ) -> Result<Option<TabKey>, AccessError> {
        self.unlocked_now()?;
        let who = access.who().sign_in.ok_or(AccessError::NotSignedIn)?;
        let core = self.core();
        Ok(core.tab_keys.ask(who, wanted, micros(self.now()), || {
            let mut key = Zeroizing::new([0; 32]);
            core.randomness.fill(key.as_mut_slice());
            key
        }))
    }
}
