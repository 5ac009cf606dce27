//! Where somebody is signed in, and the end of one of these sign-ins, asked for from another.
//!
//! Only times are kept of a sign-in: neither an address nor the make of a browser, which would tell where a person was. Not
//! here: ending all of them, which goes with every change of what signs in (`changing`).

use jiff::Timestamp;

use super::records;
use crate::access::{Access, AccountBody, Work};
use crate::clock::{from_micros, micros};
use crate::core::Practice;
use crate::error::AccessError;
use crate::ids::{AccountId, SignInId};
use crate::receipts::Action;

/// A sign-in that holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct MySignIn {
    /// Which.
    pub id: SignInId,
    /// When it began.
    pub begun: Timestamp,
    /// When it was last used, to the minute.
    pub seen: Timestamp,
    /// Whether it is the one that asks.
    pub is_this: bool,
}

impl Practice {
    /// The sign-ins of who is signed in that hold, the one that was used last first.
    ///
    /// # Errors
    /// [`AccessError::NotSignedIn`], or a fault.
    pub async fn my_sign_ins(&self, access: &impl Access) -> Result<Vec<MySignIn>, AccessError> {
        let this = access.who().sign_in;
        self.read(access, move |work| {
            let (account, body) = account(work)?;
            let (practice, now) = (work.practice(), micros(work.now()));
            let whose = (account, body.generation);
            let found = records::holding(work.tx, practice, whose, now)?;
            let one = |(id, begun, seen)| MySignIn {
                id,
                begun: from_micros(begun),
                seen: from_micros(seen),
                is_this: this == Some(id),
            };
            Ok(found.into_iter().map(one).collect())
        })
        .await
    }

    /// Ends one of one's own sign-ins at once.
    ///
    /// # Errors
    /// [`AccessError::NotThere`] when it is somebody else's, or has ended.
    pub async fn end_my_sign_in(
        &self,
        access: &impl Access,
        id: SignInId,
    ) -> Result<(), AccessError> {
        let practice = self.id();
        self.write(
            access,
            Action::SignInEnd,
            |work: &mut Work<'_, '_>| Ok((account(work)?.0, micros(work.now()))),
            move |tx, (account, now)| {
                if records::end_one(tx, practice, (id, *account), *now)? {
                    Ok(())
                } else {
                    Err(AccessError::NotThere)
                }
            },
        )
        .await
    }
}

fn account(work: &mut Work<'_, '_>) -> Result<(AccountId, AccountBody), AccessError> {
    let person = work.person()?;
    let found = work.authority(|known| known.account_of(person));
    let (id, body) = found.ok_or(AccessError::NotSignedIn)?;
    Ok((AccountId(id), body))
}
