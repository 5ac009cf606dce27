//! Slips: what the program says of an account under a MAC and lets somebody carry, so that it need not be kept.
//!
//! A slip names the account, the revision of its secrets and its end. Whatever changes the secrets makes every slip of
//! before worthless, so that one which changes them is used once. Not here: what a slip is good for (`entering`,
//! `ways_back`).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use uuid::Uuid;

use super::AccountError;
use crate::access::AccountBody;
use crate::clock::micros;
use crate::core::Practice;
use crate::error::AccessError;
use crate::ids::AccountId;

const MINUTE: i64 = 60_000_000;

/// What a slip is good for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Slip {
    /// The password was right; the code is still asked for.
    HalfWay,
    /// A new password may be chosen.
    WayBack,
}

impl Slip {
    /// The name of its MAC.
    const fn mac(self) -> &'static str {
        match self {
            Self::HalfWay => "half way",
            Self::WayBack => "way back",
        }
    }

    /// How many minutes it holds.
    pub(super) const fn minutes(self) -> i64 {
        match self {
            Self::HalfWay => 10,
            Self::WayBack => 60,
        }
    }
}

impl Practice {
    /// Makes a slip of an account as it is now; its time runs from `from`.
    pub(super) fn slip(
        &self,
        slip: Slip,
        account: (AccountId, &AccountBody),
        from: Timestamp,
    ) -> Result<String, AccessError> {
        let (id, body) = account;
        let until = micros(from).saturating_add(slip.minutes() * MINUTE);
        let mut bytes = id.0.as_bytes().to_vec();
        bytes.extend_from_slice(&body.secrets.to_be_bytes());
        bytes.extend_from_slice(&until.to_be_bytes());
        let mac = self.vault()?.mac(slip.mac(), &bytes);
        bytes.extend_from_slice(&mac);
        Ok(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// The account of a slip, and the revision of its secrets for which it holds.
    pub(super) fn read_slip(&self, slip: Slip, text: &str) -> Result<(Uuid, u32), AccountError> {
        let vault = self.vault()?;
        let now = micros(self.now());
        let read = || {
            let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
            let (said, mac) = bytes.split_last_chunk::<32>()?;
            let (account, rest) = said.split_first_chunk::<16>()?;
            let (secrets, until) = rest.split_first_chunk::<4>()?;
            let until = i64::from_be_bytes(until.try_into().ok()?);
            let holds = vault.mac_matches(slip.mac(), said, mac) && now < until;
            holds.then(|| (Uuid::from_bytes(*account), u32::from_be_bytes(*secrets)))
        };
        read().ok_or(AccountError::Expired)
    }
}
