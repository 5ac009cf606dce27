//! Entering people and their case without an enquiry: for what comes from another system, and at set-up.

use vault::Kind;

use super::{Case, prepare, prepare_with};
use crate::access::{JobAccess, Made};
use crate::clock::micros;
use crate::core::Practice;
use crate::error::AccessError;
use crate::ids::PersonId;
use crate::people::{self, Identity};
use crate::receipts::Action;

impl Practice {
    /// Enters people who are new to the practice, with an open case of theirs: individual for one, relational for more.
    ///
    /// # Errors
    /// [`AccessError::Locked`], or a fault of one of the databases.
    pub async fn enter_case(
        &self,
        access: &JobAccess,
        staff: (PersonId, Option<PersonId>),
        identities: Vec<Identity>,
    ) -> Result<Case, AccessError> {
        let keys = self.make(&vec![Kind::Identity; identities.len()]).await?;
        let (now, purpose) = (self.now(), access.purpose());
        let mut people: Vec<PersonId> = keys
            .iter()
            .map(|_| PersonId::new(now, self.core().randomness.as_ref()))
            .collect();
        // Lists name people in the order of their ids: that in which they were entered.
        people.sort_unstable();
        let new = self.new_case(staff.0, staff.1, people.clone()).await?;
        let new = people
            .iter()
            .zip(&identities)
            .fold(new, |new, (person, identity)| {
                new.named(*person, identity.name.clone())
            });
        let practice = self.id();
        self.write(
            access,
            Action::SetUp,
            move |work| {
                let opened = work.open_made(Action::SetUp, purpose, &keys)?;
                let mut rows = Vec::new();
                for ((person, key), identity) in people.iter().zip(&keys).zip(&identities) {
                    let open = opened.get(key.id()).ok_or(AccessError::NotThere)?;
                    rows.push(work.seal(open, ("people", person.0, 1), identity)?);
                }
                let known = |person| people.iter().position(|id| *id == person);
                let case = prepare_with(work, &new, |person| {
                    known(person).and_then(|at| keys.get(at)).map(Made::id)
                })?;
                Ok((micros(work.now()), rows, case))
            },
            move |tx, (at, rows, case)| {
                for row in rows {
                    people::insert(tx, practice, *at, row)?;
                }
                super::insert(tx, practice, case)?;
                Ok(case.clone())
            },
        )
        .await
    }

    /// Opens one more case for people whom the practice knows: individual for one, relational for more.
    ///
    /// # Errors
    /// [`AccessError::NotThere`] when one of them does not exist, [`AccessError::Locked`], or a fault of one of the
    /// databases.
    pub async fn enter_another_case(
        &self,
        access: &JobAccess,
        staff: (PersonId, Option<PersonId>),
        people: Vec<PersonId>,
    ) -> Result<Case, AccessError> {
        let new = self.new_case(staff.0, staff.1, people).await?;
        let practice = self.id();
        self.write(
            access,
            Action::SetUp,
            move |work| prepare(work, &new),
            move |tx, case| {
                super::insert(tx, practice, case)?;
                Ok(case.clone())
            },
        )
        .await
    }
}
