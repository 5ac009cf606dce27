//! Browsers that signed in to an account before, so that a stranger's wrong tries do not bar them.
//!
//! Such a browser carries a random number under a MAC that names the account's sign-in name. It signs nobody in and tells
//! nobody whose it is; whoever has it is only counted apart from strangers. Decided in `docs/decisions`.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::core::Practice;
use crate::error::AccessError;

const MAC: &str = "device";
/// How many accounts one browser is known to.
const MOST: usize = 4;

impl Practice {
    /// The number of the browser that carries `shown`, when it signed in before with the name whose allowance is `name`.
    ///
    /// # Errors
    /// [`AccessError::Locked`].
    pub fn known_device(&self, name: &[u8; 32], shown: &str) -> Result<Option<u128>, AccessError> {
        let vault = self.vault()?;
        let known = shown.split('.').take(MOST).find_map(|one| {
            let bytes = URL_SAFE_NO_PAD.decode(one).ok()?;
            let (number, mac) = bytes.split_first_chunk::<16>()?;
            let said = [number.as_slice(), name].concat();
            let fits = vault.mac_matches(MAC, &said, mac);
            fits.then(|| u128::from_be_bytes(*number))
        });
        Ok(known)
    }

    /// What a browser carries from now on that showed `shown` and proved itself for `name`.
    ///
    /// # Errors
    /// [`AccessError::Locked`].
    pub fn remember_device(&self, name: &[u8; 32], shown: &str) -> Result<String, AccessError> {
        if self.known_device(name, shown)?.is_some() {
            return Ok(shown.to_owned());
        }
        let mut number = [0; 16];
        self.core().randomness.fill(&mut number);
        let said = [number.as_slice(), name].concat();
        let mac = self.vault()?.mac(MAC, &said);
        let new = URL_SAFE_NO_PAD.encode([number.as_slice(), &mac].concat());
        let kept = shown
            .split('.')
            .filter(|one| !one.is_empty())
            .take(MOST - 1);
        Ok(std::iter::once(new.as_str())
            .chain(kept)
            .collect::<Vec<_>>()
            .join("."))
    }
}
