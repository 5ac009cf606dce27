//! Whom an appointment is with: by key, or, in a calendar, by an address or a name that only one client of that
//! calendar's clinician has. An address that two people share means both or nobody, never one of them (R2).

use std::collections::HashMap;

use super::cases::CaseRef;
use super::keys::{Domain, KeyRow};
use super::meetings::Whom;
use super::plan::Planner;
use super::{Mention, OfferedAppointment, SourceKind};
use crate::access::Purpose;
use crate::cases;
use crate::error::AccessError;
use crate::ids::PersonId;
use crate::people::{self, Channel, Identity};
use crate::private::Private;
use crate::receipts::Action;

/// The clients of the calendar's clinician, by address and by name.
#[derive(Default)]
pub(super) struct Callers {
    by_mail: HashMap<String, Vec<PersonId>>,
    by_name: HashMap<String, Vec<PersonId>>,
}

impl Callers {
    fn put(&mut self, id: PersonId, identity: &Identity) {
        let mails = identity.ways.iter();
        for way in mails.filter(|way| way.channel == Channel::Mail) {
            let mail = way.address.reveal().trim().to_lowercase();
            self.by_mail.entry(mail).or_default().push(id);
        }
        let names = std::iter::once(&identity.name).chain(&identity.legal_name);
        for name in names {
            let found = self.by_name.entry(plain(name)).or_default();
            if !found.contains(&id) {
                found.push(id);
            }
        }
    }

    /// Those whom a mention can mean: by address, and where several share it, by name as well.
    fn meant(&self, mention: &Mention) -> Vec<PersonId> {
        let named = mention
            .name
            .as_ref()
            .and_then(|name| self.by_name.get(&plain(name)));
        let named = named.cloned().unwrap_or_default();
        let mailed = mention.email.as_ref();
        let mailed = mailed.and_then(|mail| self.by_mail.get(&mail.reveal().trim().to_lowercase()));
        match mailed {
            None => named,
            Some(mailed) => {
                let both: Vec<PersonId> = mailed
                    .iter()
                    .copied()
                    .filter(|id| named.contains(id))
                    .collect();
                if both.is_empty() {
                    mailed.clone()
                } else {
                    both
                }
            }
        }
    }

    fn titled(&self, title: &Private<String>) -> Vec<PersonId> {
        self.by_name.get(&plain(title)).cloned().unwrap_or_default()
    }
}

/// A name for comparing: its words in small letters, in the alphabet's order, so that "Jansen, Noor" is "Noor Jansen".
fn plain(name: &Private<String>) -> String {
    let mut words: Vec<String> = name
        .reveal()
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    words.sort_unstable();
    words.join(" ")
}

const UNKNOWN: &str = "is with somebody who is not known here";
const NOT_IN_CARE: &str = "is with somebody who is in no case here";
const NO_COUPLE: &str = "is with several people who are in no case together";

impl Planner<'_, '_, '_> {
    /// With whom an appointment is.
    ///
    /// # Errors
    /// A fault of the database or of sealed bytes.
    pub(super) fn whom(&mut self, one: &OfferedAppointment) -> Result<Whom, AccessError> {
        let mut people = Vec::new();
        let mut is_unknown = false;
        for mention in &one.persons {
            let Some(key) = &mention.key else { continue };
            if let Some(KeyRow::Case(case)) = self.keys.find(self.work, Domain::Case, key)? {
                return self.whole_case(case);
            }
            match self.person_of(key)? {
                Some(person) if !people.contains(&person) => people.push(person),
                Some(_) => {}
                None => is_unknown = true,
            }
        }
        if people.is_empty() && is_unknown {
            return Ok(Whom::Refused(UNKNOWN));
        }
        if people.is_empty() {
            return self.by_address_or_name(one);
        }
        let mut clients = Vec::new();
        for person in people {
            if !self.cases_of(person)?.is_empty() {
                clients.push(person);
            }
        }
        if clients.is_empty() {
            return Ok(Whom::Refused(NOT_IN_CARE));
        }
        Ok(match self.case_for(&clients)? {
            Some(case) => Whom::Clients(case, clients),
            None => Whom::Refused(NO_COUPLE),
        })
    }

    /// With everybody of a case: the number of a couple.
    fn whole_case(&mut self, case: CaseRef) -> Result<Whom, AccessError> {
        if let CaseRef::Known(id) = case
            && self.book.shape(case).is_none()
            && let Some(known) = cases::records::case(self.work.tx, self.ground.practice, id)?
        {
            self.book.know(known);
        }
        Ok(match self.book.shape(case) {
            Some(shape) => Whom::Clients(case, shape.people),
            None => Whom::Refused(UNKNOWN),
        })
    }

    fn by_address_or_name(&mut self, one: &OfferedAppointment) -> Result<Whom, AccessError> {
        let is_calendar = self.offer.source == SourceKind::Calendar;
        if !is_calendar && one.persons.is_empty() {
            return Ok(Whom::Nobody);
        }
        if self.callers.is_none() {
            self.callers = Some(self.read_callers()?);
        }
        let Some(callers) = &self.callers else {
            return Ok(Whom::Nobody);
        };
        let meant: Vec<Vec<PersonId>> = one
            .persons
            .iter()
            .map(|mention| callers.meant(mention))
            .collect();
        let titled = one.title.as_ref().map(|title| callers.titled(title));
        let mut people: Vec<PersonId> = Vec::new();
        for meant in meant.iter().filter(|meant| meant.len() == 1) {
            people.extend(
                meant
                    .iter()
                    .filter(|person| !people.contains(person))
                    .copied()
                    .collect::<Vec<_>>(),
            );
        }
        let all = meant.into_iter().chain(titled);
        let several = all.filter(|meant| !meant.is_empty());
        for meant in std::iter::once(people).chain(several) {
            if let Some(case) = self.case_for(&meant)? {
                return Ok(Whom::Clients(case, meant));
            }
        }
        Ok(Whom::Nobody)
    }

    /// Opens the names of the clinician's own clients, all at once.
    fn read_callers(&mut self) -> Result<Callers, AccessError> {
        let practice = self.ground.practice;
        let mut clients = Vec::new();
        for case in cases::records::of_staff(self.work.tx, practice, self.staff.usual())? {
            if case.open {
                clients.extend(case.participants.iter().map(|one| one.person));
            }
        }
        clients.sort_unstable();
        clients.dedup();
        let opened = people::identities(self.work, Action::Import, Purpose::Import, &clients)?;
        let mut callers = Callers::default();
        for (id, identity) in &opened {
            callers.put(*id, identity);
        }
        for list in callers
            .by_mail
            .values_mut()
            .chain(callers.by_name.values_mut())
        {
            list.sort_unstable();
            list.dedup();
        }
        Ok(callers)
    }
}
