//! Who acts: the staff and the clients as they are signed in, each once, and the practice that they act in.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::sync::{Mutex, PoisonError};

use practice::Practice;
use practice::access::{DeskAccess, PortalAccess, SignedIn};
use practice::accounts::SignInToken;
use practice::ids::PersonId;
use store::Store;

use super::super::make::Making;
use super::super::marker::Client;
use super::super::people::{Demo, DemoCase, DemoRole};
use super::Interrupted;
use super::book::Book;
use super::days::Days;

/// The practice at work.
pub(super) struct House<'a> {
    pub(super) practice: &'a Practice,
    pub(super) store: &'a Store,
    pub(super) demo: &'a Demo,
    pub(super) days: &'a Days,
    staff: BTreeMap<&'a str, (PersonId, DeskAccess)>,
    clients: Mutex<BTreeMap<String, Known>>,
}

/// A client by slug.
#[derive(Clone)]
struct Known {
    person: PersonId,
    portal: Option<PortalAccess>,
}

/// What an operation gave, or why the year stops here.
pub(super) fn happened<T, E: Display>(
    act: &'static str,
    result: Result<T, E>,
) -> Result<T, Interrupted> {
    result.map_err(|error| Interrupted {
        act,
        why: error.to_string(),
    })
}

/// What has to be there by now.
pub(super) fn there<T>(act: &'static str, value: Option<T>) -> Result<T, Interrupted> {
    happened(act, value.ok_or("something before it is missing"))
}

impl<'a> House<'a> {
    /// Signs all staff in; `people` stand in the order of the content.
    pub(super) async fn of(
        making: &'a Making,
        people: &[PersonId],
        days: &'a Days,
    ) -> Result<Self, Interrupted> {
        let mut staff = BTreeMap::new();
        for (member, person) in making.demo.staff.iter().zip(people) {
            let entered = making.practice.enter_demo(*person).await;
            let token = happened("staff come", entered)?;
            if let SignedIn::Desk(desk) = signed_in(&making.practice, &token).await? {
                staff.insert(member.slug.as_str(), (*person, desk));
            }
        }
        Ok(Self {
            practice: &making.practice,
            store: &making.store,
            demo: &making.demo,
            days,
            staff,
            clients: Mutex::default(),
        })
    }

    /// A member of staff.
    pub(super) fn member(&self, slug: &str) -> Result<PersonId, Interrupted> {
        let found = self.staff.get(slug).map(|(person, _)| *person);
        there("a member of staff", found)
    }

    /// A member of staff at the desk.
    pub(super) fn desk(&self, slug: &str) -> Result<&DeskAccess, Interrupted> {
        let found = self.staff.get(slug).map(|(_, desk)| desk);
        there("a member of staff at the desk", found)
    }

    /// Who keeps the calendar.
    pub(super) fn front_desk(&self) -> Result<&DeskAccess, Interrupted> {
        let mut staff = self.demo.staff.iter();
        let keeper = staff.find(|member| member.roles.contains(&DemoRole::FrontDesk));
        self.desk(there("the front desk", keeper)?.slug.as_str())
    }

    /// The slug of who supervises a case.
    pub(super) fn supervisor(&self, case: &DemoCase) -> Option<&'a str> {
        let mut staff = self.demo.staff.iter();
        let clinician = staff.find(|member| member.slug == case.clinician)?;
        clinician.supervisor.as_deref()
    }

    /// A client, once they are entered.
    pub(super) fn client(&self, slug: &str) -> Option<PersonId> {
        let clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        clients.get(slug).map(|known| known.person)
    }

    /// A client at the portal, who has an account by now.
    pub(super) fn portal(&self, slug: &str) -> Result<PortalAccess, Interrupted> {
        let clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        let portal = clients.get(slug).and_then(|known| known.portal.clone());
        there("a client at the portal", portal)
    }

    /// A client was entered.
    pub(super) fn entered(&self, slug: &str, person: PersonId) {
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        let portal = None;
        clients.insert(slug.to_owned(), Known { person, portal });
    }

    /// A client has an account and is signed in with it.
    pub(super) async fn joined(&self, slug: &str, token: &SignInToken) -> Result<(), Interrupted> {
        let signed_in = signed_in(self.practice, token).await?;
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        if let (Some(known), SignedIn::Portal(portal)) = (clients.get_mut(slug), signed_in) {
            known.portal = Some(portal);
        }
        Ok(())
    }

    /// Every client of the content who was entered, with the first case of theirs.
    pub(super) fn clients(&self, books: &[Book<'_>]) -> Vec<Client> {
        let people = self.demo.people.iter();
        people
            .filter_map(|one| {
                let person = self.client(&one.slug)?;
                let mut cases = books.iter().filter_map(Book::case);
                let case = cases.find(|case| case.participant(person).is_some());
                let case = case.map(|case| case.id);
                Some(Client { person, case })
            })
            .collect()
    }
}

async fn signed_in(practice: &Practice, token: &SignInToken) -> Result<SignedIn, Interrupted> {
    happened("signing in", practice.signed_in(token.text()).await)
}
