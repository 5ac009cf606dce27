//! Recording a demand: with it a hold is placed on every part of the case, in the same transaction.

use jiff::civil::Date;
use vault::Kind;

use super::records::{self, Stored};
use super::{DemandContent, DemandError, DemandKind};
use crate::access::{DeskAccess, Holder, Made, Purpose, Role, Work};
use crate::cases;
use crate::clock::micros;
use crate::core::Practice;
use crate::error::AccessError;
use crate::ids::{CaseId, DemandId};
use crate::private::Private;
use crate::receipts::Action;
use crate::retention::{self, Placed};
use crate::sealed::{Cell, SCHEMA, SealedRow};

/// A demand to be recorded.
#[derive(Clone, Debug)]
pub struct NewDemand {
    /// Of which case.
    pub case: CaseId,
    /// What it is.
    pub kind: DemandKind,
    /// Who asks.
    pub from: Private<String>,
    /// Under which number; may be empty.
    pub reference: Private<String>,
    /// For what.
    pub asks: Private<String>,
    /// Until when.
    pub due: Option<Date>,
}

struct Ready {
    demand: Stored,
    row: SealedRow,
    holds: Vec<Placed>,
}

impl Practice {
    /// Records a demand, and puts every part of its case on hold, so that nothing is destroyed meanwhile.
    ///
    /// # Errors
    /// [`DemandError::Unnamed`]; [`AccessError::NotThere`] for anybody but the case's clinician and supervisor.
    pub async fn record_demand(
        &self,
        access: &DeskAccess,
        new: NewDemand,
    ) -> Result<DemandId, DemandError> {
        let silent = |text: &Private<String>| text.reveal().trim().is_empty();
        if silent(&new.from) || silent(&new.asks) {
            return Err(DemandError::Unnamed);
        }
        let practice = self.id();
        let case = self.case(access, new.case, Purpose::Care).await?;
        let parts = case.participants.iter();
        let parts = parts.filter(|who| who.destroyed.is_none()).count();
        // A file of the demand, and one for each hold.
        let made = self.make(&vec![Kind::Own; parts.saturating_add(1)]).await?;
        self.write(
            access,
            // So that the log knows the holds that were placed with it.
            Action::HoldPlace,
            move |work| prepare(work, new, &made),
            move |tx, ready| {
                for hold in &ready.holds {
                    retention::put_hold(tx, practice, hold)?;
                }
                records::insert(tx, practice, &ready.demand, &ready.row)?;
                Ok(ready.demand.id)
            },
        )
        .await
    }
}

fn prepare(work: &mut Work<'_, '_>, new: NewDemand, made: &[Made]) -> Result<Ready, DemandError> {
    let purpose = Purpose::Keeping;
    let case = cases::of_mine(work, new.case, Purpose::Care)?;
    let by = work.person()?;
    if case.clinician != by && case.supervisor != Some(by) {
        return Err(work.refused(Action::HoldPlace, purpose).into());
    }
    let (file, of_holds) = made.split_first().ok_or(AccessError::NotThere)?;
    let opened = work.open_made(Action::HoldPlace, purpose, [file])?;
    let open = opened.get(file.id()).ok_or(AccessError::NotThere)?;
    work.grant(Holder::Role(Role::Owner), file.id(), purpose)?;
    for staff in std::iter::once(case.clinician).chain(case.supervisor) {
        work.grant(Holder::Person(staff), file.id(), purpose)?;
    }
    let parts = case.participants.iter();
    let parts = parts.filter(|who| who.destroyed.is_none());
    let mut holds = Vec::new();
    for (who, key) in parts.zip(of_holds) {
        let reason = Private::from(format!("{}. {}", new.kind.plain(), new.from.reveal()));
        holds.push(retention::prepare_hold(work, who.id, reason, key)?);
    }
    let id = DemandId(work.new_id());
    let content = DemandContent {
        from: new.from,
        reference: new.reference,
        asks: new.asks,
        due: new.due,
        log: Vec::new(),
    };
    let row = work.seal(open, ("demands", id.0, 1), &content)?;
    let demand = Stored {
        id,
        cell: Cell {
            id: id.0,
            compartment: file.id(),
            revision: 1,
            schema: SCHEMA,
            bytes: Vec::new(),
        },
        case: case.id,
        kind: new.kind,
        open: true,
        recorded: (micros(work.now()), by),
    };
    Ok(Ready { demand, row, holds })
}
