//! Reading a demand, and writing down what was done about it: lines are added, and none is ever changed.

use super::records::{self, Stored};
use super::{Demand, DemandContent, DemandError, LogLine, Step};
use crate::access::{DeskAccess, Purpose, Work};
use crate::cases::{self, Case};
use crate::clock::{from_micros, micros};
use crate::copies::{self, CopyLine};
use crate::core::Practice;
use crate::error::AccessError;
use crate::ids::{CaseId, DemandId};
use crate::people::Named;
use crate::private::Private;
use crate::receipts::Action;
use crate::sealed;

/// The demands of a case, for who cares for it.
#[derive(Clone, Debug)]
pub struct DemandsOf {
    /// The case.
    pub case: Case,
    /// Its participants by name, in the case's order.
    pub people: Vec<Named>,
    /// The demands, the newest first.
    pub demands: Vec<Demand>,
}

/// One demand on its page.
#[derive(Clone, Debug)]
pub struct DemandPage {
    /// The case, for who cares for it; the owner reads the demand without it.
    pub case: Option<Case>,
    /// Its participants by name, in the case's order; nobody for the owner.
    pub people: Vec<Named>,
    /// The demand.
    pub demand: Demand,
    /// The documents that were made on its ground, the newest first.
    pub copies: Vec<CopyLine>,
}

impl Practice {
    /// The demands of a case, for who cares for it.
    ///
    /// # Errors
    /// [`AccessError::NotThere`] when there is no such case for who asks.
    pub async fn demands_of(
        &self,
        access: &DeskAccess,
        case: CaseId,
    ) -> Result<DemandsOf, AccessError> {
        self.read(access, move |work| {
            let mine = cases::of_mine(work, case, Purpose::Care);
            if mine.is_err() {
                return Err(work.refused(Action::Demand, Purpose::Care));
            }
            let found = cases::opening::find(work, Action::Demand, case)?;
            let opened = found.open_names(work, Action::Names)?;
            Ok(DemandsOf {
                people: found.names(&opened)?,
                demands: listed(work, Some(case))?,
                case: found.case,
            })
        })
        .await
    }

    /// Every demand that who asks may read: all of them for the owner.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn demands(&self, access: &DeskAccess) -> Result<Vec<Demand>, AccessError> {
        self.read(access, |work| listed(work, None)).await
    }

    /// One demand.
    ///
    /// # Errors
    /// [`AccessError::NotThere`] when it is not for who asks.
    pub async fn demand(
        &self,
        access: &DeskAccess,
        id: DemandId,
    ) -> Result<DemandPage, AccessError> {
        self.read(access, move |work| {
            let stored = found(work, id)?;
            let demand = read(work, &stored)?;
            let copies = copies::of_basis(work, id.0, Purpose::Keeping)?;
            let cares = cases::of_mine(work, stored.case, Purpose::Care).is_ok();
            if !cares {
                return Ok(DemandPage {
                    case: None,
                    people: Vec::new(),
                    demand,
                    copies,
                });
            }
            let found = cases::opening::find(work, Action::Demand, stored.case)?;
            let opened = found.open_names(work, Action::Names)?;
            Ok(DemandPage {
                people: found.names(&opened)?,
                case: Some(found.case),
                demand,
                copies,
            })
        })
        .await
    }

    /// Writes down what was done about a demand.
    ///
    /// # Errors
    /// [`DemandError::Empty`] without words, [`DemandError::Closed`]; [`AccessError::NotThere`] when it is not for who asks,
    /// [`AccessError::Stale`] when somebody wrote at the same moment.
    pub async fn write_on_demand(
        &self,
        access: &DeskAccess,
        id: DemandId,
        (step, words): (Step, Private<String>),
    ) -> Result<(), DemandError> {
        if words.reveal().trim().is_empty() {
            return Err(DemandError::Empty);
        }
        let practice = self.id();
        self.write(
            access,
            Action::Demand,
            move |work| written(work, id, (step, words)),
            move |tx, row| Ok(sealed::revise(tx, practice, row)?),
        )
        .await
    }

    /// Closes a demand, once it is written down that the client was told, or why not. Nothing is made on its ground any more.
    /// The holds stay until the owner lifts them.
    ///
    /// # Errors
    /// [`DemandError::NobodyTold`], [`DemandError::Empty`], [`DemandError::Closed`], [`AccessError::NotThere`].
    pub async fn close_demand(
        &self,
        access: &DeskAccess,
        id: DemandId,
        words: Private<String>,
    ) -> Result<(), DemandError> {
        if words.reveal().trim().is_empty() {
            return Err(DemandError::Empty);
        }
        let practice = self.id();
        self.write(
            access,
            Action::Demand,
            move |work| {
                let stored = found(work, id)?;
                if !read(work, &stored)?.is_told() {
                    return Err(DemandError::NobodyTold);
                }
                written(work, id, (Step::Closed, words))
            },
            move |tx, row| {
                sealed::revise(tx, practice, row)?;
                records::close(tx, practice, id)?;
                Ok(copies::records::stop(tx, practice, id.0)?)
            },
        )
        .await
    }
}

fn listed(work: &mut Work<'_, '_>, case: Option<CaseId>) -> Result<Vec<Demand>, AccessError> {
    let practice = work.practice();
    let mut all = records::all(work.tx, practice, case)?;
    all.retain(|one| work.may_open(one.cell.compartment, Purpose::Keeping));
    all.iter().map(|stored| read(work, stored)).collect()
}

/// A demand that who asks may open.
fn found(work: &mut Work<'_, '_>, id: DemandId) -> Result<Stored, AccessError> {
    let practice = work.practice();
    let stored = records::demand(work.tx, practice, id)?;
    stored.ok_or_else(|| work.refused(Action::Demand, Purpose::Keeping))
}

fn read(work: &mut Work<'_, '_>, stored: &Stored) -> Result<Demand, AccessError> {
    let file = [stored.cell.compartment];
    let opened = work.open(Action::Demand, Purpose::Keeping, &file)?;
    let content: DemandContent = work.unseal(&opened, "demands", &stored.cell)?;
    Ok(Demand {
        id: stored.id,
        case: stored.case,
        kind: stored.kind,
        open: stored.open,
        from: content.from,
        reference: content.reference,
        asks: content.asks,
        due: content.due,
        recorded_at: from_micros(stored.recorded.0),
        recorded_by: stored.recorded.1,
        log: content.log,
    })
}

fn written(
    work: &mut Work<'_, '_>,
    id: DemandId,
    line: (Step, Private<String>),
) -> Result<sealed::SealedRow, DemandError> {
    let stored = found(work, id)?;
    let file = stored.cell.compartment;
    let opened = work.open(Action::Demand, Purpose::Keeping, &[file])?;
    if !stored.open {
        return Err(DemandError::Closed);
    }
    let open = opened.get(file).ok_or(AccessError::NotThere)?;
    let mut content: DemandContent = work.unseal(&opened, "demands", &stored.cell)?;
    let (step, words) = line;
    content.log.push(LogLine {
        step,
        words,
        at: micros(work.now()),
        by: work.person()?,
    });
    Ok(work.reseal(open, "demands", &stored.cell, &content)?)
}
