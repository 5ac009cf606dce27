//! Lists of cases by name: a clinician's own, or, for who books for everybody, all of them by names alone.
//!
//! Names are searched in memory, within one opening that names every compartment it read; nothing about a search is
//! kept. Not here: what stands in the cases.

use vault::CompartmentId;

use super::records::{self, Listed};
use super::{Case, CaseKind};
use crate::access::{DeskAccess, Purpose, Role, Work};
use crate::clock::micros;
use crate::core::Practice;
use crate::error::AccessError;
use crate::people::{Identity, Named};
use crate::receipts::Action;
use crate::sealed::Cell;

/// The most cases that a list shows; a search looks at all of them.
const MOST: usize = 100;

/// Which cases a list is of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Which {
    /// Those that go on.
    Open,
    /// Those that were closed or parted as well: what is left of them hangs there.
    ClosedToo,
}

/// What a list shows of a case.
#[derive(Clone, Debug)]
pub struct ListedCase {
    /// The case.
    pub case: Case,
    /// Those who take part by name, or did until it was closed, in the case's order.
    pub people: Vec<Named>,
    /// Those who left before, by name; only where closed cases are listed, because their part is closed.
    pub once: Vec<Named>,
    /// When the next session begins, microseconds UTC.
    pub next: Option<i64>,
    /// When the last one was held, microseconds UTC.
    pub last: Option<i64>,
}

/// A list of cases.
#[derive(Clone, Debug)]
pub struct Caseload {
    /// The cases: those with the nearest session first, then those seen last, and closed ones after all others.
    pub cases: Vec<ListedCase>,
    /// Whether there are more than are shown.
    pub more: bool,
}

impl Practice {
    /// The cases of the clinician or supervisor who asks, by name; `search` keeps those in which a name holds it.
    ///
    /// # Errors
    /// [`AccessError::NotThere`] for anybody who cares for nobody.
    pub async fn caseload(
        &self,
        access: &DeskAccess,
        which: Which,
        search: String,
    ) -> Result<Caseload, AccessError> {
        self.read(access, move |work| {
            if !work.cares() {
                return Err(AccessError::NotThere);
            }
            list(work, (Purpose::Care, which), &search)
        })
        .await
    }

    /// The cases for which who asks may book, by name: their own, or every one for front desk and owner.
    ///
    /// # Errors
    /// [`AccessError::NotThere`] for anybody who books for nobody.
    pub async fn bookable_cases(
        &self,
        access: &DeskAccess,
        search: String,
    ) -> Result<Caseload, AccessError> {
        self.read(access, move |work| {
            if !work.cares() && !work.reaches_everybody() {
                return Err(AccessError::NotThere);
            }
            list(work, (Purpose::Contact, Which::Open), &search)
        })
        .await
    }
}

impl Work<'_, '_> {
    /// Whether who asks has clients: a clinician, an associate, a supervisor.
    pub(crate) fn cares(&self) -> bool {
        self.who().roles.iter().any(|role| role.is_clinical())
    }

    /// Whether who asks keeps everybody's calendar: front desk, owner.
    pub(crate) fn reaches_everybody(&self) -> bool {
        let wide = [Role::FrontDesk, Role::Owner];
        self.who().roles.iter().any(|role| wide.contains(role))
    }
}

fn list(
    work: &mut Work<'_, '_>,
    (purpose, which): (Purpose, Which),
    search: &str,
) -> Result<Caseload, AccessError> {
    let (practice, now) = (work.practice(), micros(work.now()));
    let staff = if purpose == Purpose::Contact && work.reaches_everybody() {
        None
    } else {
        Some(work.person()?)
    };
    let mut listed = records::listed(work.tx, practice, (staff, which), now)?;
    listed.retain(|one| {
        let known = |cell: &Cell| work.may_open(cell.compartment, purpose);
        !one.case.is_gone() && one.cells.iter().any(known)
    });
    listed.sort_by_key(|one| {
        let seen = one.last.map(|last| -last);
        (!one.case.open, one.next.is_none(), one.next, seen)
    });
    let needle = search.trim().to_lowercase();
    let mut more = listed.len() > MOST;
    if needle.is_empty() {
        listed.truncate(MOST);
    }
    let mut cases = named(work, purpose, listed)?;
    if which == Which::Open {
        for one in &mut cases {
            one.once.clear();
        }
    }
    if !needle.is_empty() {
        cases.retain(|one| one.is_called(&needle));
        more = cases.len() > MOST;
        cases.truncate(MOST);
    }
    Ok(Caseload { cases, more })
}

fn named(
    work: &mut Work<'_, '_>,
    purpose: Purpose,
    listed: Vec<Listed>,
) -> Result<Vec<ListedCase>, AccessError> {
    let cells = listed.iter().flat_map(|one| &one.cells);
    let mut wanted: Vec<CompartmentId> = cells.map(|cell| cell.compartment).collect();
    // Of somebody whose record was destroyed there may be no name any more (R16).
    wanted.retain(|identity| work.may_open(*identity, purpose));
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let opened = work.open(Action::Names, purpose, &wanted)?;
    let mut cases = Vec::with_capacity(listed.len());
    for one in listed {
        let (mut people, mut once) = (Vec::with_capacity(one.cells.len()), Vec::new());
        for (part, cell) in one.case.participants.iter().zip(&one.cells) {
            let to = if part.left.is_none() {
                &mut people
            } else {
                &mut once
            };
            to.push(if opened.get(cell.compartment).is_some() {
                let identity: Identity = work.unseal(&opened, "people", cell)?;
                identity.into_named(part.person)
            } else {
                Named::unknown(part.person)
            });
        }
        cases.push(ListedCase {
            case: one.case,
            people,
            once,
            next: one.next,
            last: one.last,
        });
    }
    Ok(cases)
}

impl ListedCase {
    fn is_called(&self, needle: &str) -> bool {
        self.people
            .iter()
            .chain(&self.once)
            .any(|named| named.name.reveal().to_lowercase().contains(needle))
    }

    /// Whether it is of several people.
    #[must_use]
    pub fn is_relational(&self) -> bool {
        self.case.kind == CaseKind::Relational
    }
}
