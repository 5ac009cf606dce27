//! The questions that wait for a passkey's answer: in memory, one of each kind for a browser, each answered once.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;

use super::{DiscoverableAuthentication, PasskeyRegistration};
use crate::clock::micros;
use crate::digest::sha256;
use crate::error::AccessError;
use crate::ids::AccountId;

/// How long an answer may take, microseconds: as long as browsers are told to wait for the device.
const HOLDS: i64 = 5 * 60_000_000;
/// Questions kept at a time, a few kilobytes each; who asks then is asked to come again.
const MOST: usize = 4_096;

/// What a question is for. An answer to one never counts for another.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum Act {
    SignIn,
    Prove,
    Add,
}

/// What the server remembers of a question.
pub(super) enum Question {
    /// Of somebody whose passkey is known.
    Known(Box<DiscoverableAuthentication>),
    /// For a new passkey of this account.
    New(AccountId, Box<PasskeyRegistration>),
}

struct Waiting {
    until: i64,
    question: Question,
}

/// The digest of what a browser carries, so that memory holds no token.
type Browser = [u8; 32];

/// Those that wait.
#[derive(Default)]
pub(crate) struct Questions(Mutex<HashMap<(Act, Browser), Waiting>>);

fn digest(browser: &str) -> Browser {
    sha256(browser.as_bytes())
}

impl Questions {
    /// Keeps a question for a browser, in the place of an earlier one.
    pub(super) fn keep(
        &self,
        at: (Act, &str),
        question: Question,
        now: Timestamp,
    ) -> Result<(), AccessError> {
        let now = micros(now);
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MOST {
            kept.retain(|_, waiting| now < waiting.until);
        }
        let place = (at.0, digest(at.1));
        if kept.len() >= MOST && !kept.contains_key(&place) {
            return Err(AccessError::Busy);
        }
        let until = now.saturating_add(HOLDS);
        kept.insert(place, Waiting { until, question });
        Ok(())
    }

    /// Takes the question that this browser was asked, if it still holds; whatever becomes of the answer, it is gone.
    pub(super) fn take(&self, at: (Act, &str), now: Timestamp) -> Option<Question> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let waiting = kept.remove(&(at.0, digest(at.1)))?;
        (micros(now) < waiting.until).then_some(waiting.question)
    }

    /// Forgets all of them.
    pub(crate) fn forget(&self) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.clear();
    }
}
