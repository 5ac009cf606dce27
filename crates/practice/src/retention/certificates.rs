//! Certificates: what was destroyed, by which rule, who asked and confirmed, when the keys died, which receipts prove it, and
//! when the last copy of the keyring that could still open it expires (R16). They name nobody in care.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::going::Kinds;
use super::{Asked, Request, RetentionError, SHOWN, keeps_records, records};
use crate::access::{DeskAccess, Purpose, Work};
use crate::core::Practice;
use crate::error::AccessError;
use crate::ids::{DestructionId, PersonId};
use crate::receipts::{self, Action};
use crate::sealed::Cell;

/// Microseconds.
const DAY: i64 = 86_400_000_000;

/// What was carried out, as it is sealed with the confirmation.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct CarriedOut {
    pub(super) by: PersonId,
    pub(super) at: i64,
    pub(super) kinds: Kinds,
    pub(super) keys: Vec<Uuid>,
    pub(super) rows: usize,
    pub(super) rule: String,
    pub(super) last_contact: Date,
    pub(super) copies_days: u32,
}

/// A certificate in a list.
#[derive(Clone, Copy, Debug)]
pub struct Listed {
    /// What is known of it without opening anything.
    pub request: Request,
}

/// Copies of the keyring that could still open what was destroyed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Copies {
    /// When the program made the last one before the keys died, microseconds UTC; nothing when it never made one.
    pub last: Option<i64>,
    /// When the last that there can be expires: the days after the keys died.
    pub expire: i64,
    /// How many days copies are kept.
    pub days: u32,
}

/// A receipt by its number in the log; nothing while it waits for one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Numbered {
    /// The number.
    pub number: Option<i64>,
    /// The receipt's id.
    pub id: Uuid,
    /// What was done, as the log's word.
    pub action: String,
}

/// A certificate.
#[derive(Clone, Debug)]
pub struct Certificate {
    /// When, by whom, in which epoch.
    pub request: Request,
    /// Who confirmed.
    pub confirmed_by: PersonId,
    /// Which kinds of content went.
    pub kinds: Kinds,
    /// The compartments whose keys died.
    pub keys: Vec<Uuid>,
    /// How many sealed rows were removed.
    pub rows: usize,
    /// The rule, in words.
    pub rule: String,
    /// The day of the last contact.
    pub last_contact: Date,
    /// Copies of the keyring.
    pub copies: Option<Copies>,
    /// The receipts that tell of it, the first one first.
    pub receipts: Vec<Numbered>,
    /// The first signed head of the log under which all of them are.
    pub head: Option<String>,
}

impl Practice {
    /// The destructions that were carried out, the newest first: of all for the owner, else of those that who asks could open.
    ///
    /// # Errors
    /// [`AccessError::NotThere`] for who has nothing to do with keeping records.
    pub async fn certificates(&self, access: &DeskAccess) -> Result<Vec<Listed>, AccessError> {
        self.read(access, |work| {
            if !keeps_records(work) {
                return Err(work.refused(Action::RetentionRead, Purpose::Keeping));
            }
            let practice = work.practice();
            let mut all = records::requests(work.tx, practice, None, SHOWN)?;
            all.retain(|(_, cell)| work.may_open(cell.compartment, Purpose::Keeping));
            Ok(all
                .into_iter()
                .map(|(request, _)| Listed { request })
                .collect())
        })
        .await
    }

    /// One certificate.
    ///
    /// # Errors
    /// [`RetentionError::Ended`] for a request that was never carried out; [`AccessError::NotThere`] for who may not read it.
    pub async fn certificate(
        &self,
        access: &DeskAccess,
        id: DestructionId,
    ) -> Result<Certificate, RetentionError> {
        self.read(access, move |work| certificate(work, id)).await
    }
}

fn certificate(work: &mut Work<'_, '_>, id: DestructionId) -> Result<Certificate, RetentionError> {
    let practice = work.practice();
    let found: Option<(Request, Cell)> = records::one_request(work.tx, practice, id)?;
    let Some((request, cell)) = found else {
        return Err(work.refused(Action::RetentionRead, Purpose::Keeping).into());
    };
    let file = [cell.compartment];
    let opened = work.open(Action::RetentionRead, Purpose::Keeping, &file)?;
    let content: Asked = work.unseal(&opened, "destructions", &cell)?;
    let done = content.carried_out.ok_or(RetentionError::Ended)?;
    let copies = match request.died_at {
        Some(died) => Some(Copies {
            last: receipts::last_backup(work, died)?,
            expire: died.saturating_add(DAY.saturating_mul(i64::from(done.copies_days))),
            days: done.copies_days,
        }),
        None => None,
    };
    let (mut receipts, head) = receipts::proofs_of(work, cell.compartment)?;
    // Ids of one millisecond have no order.
    let steps = [
        Action::DestructionAsk,
        Action::DestructionConfirm,
        Action::KeysDied,
    ];
    receipts.sort_by_key(|(_, id, done)| {
        let step = steps.iter().position(|step| step.word() == done);
        (step, *id)
    });
    Ok(Certificate {
        confirmed_by: done.by,
        kinds: done.kinds,
        keys: done.keys,
        rows: done.rows,
        rule: done.rule,
        last_contact: done.last_contact,
        copies,
        receipts: receipts
            .into_iter()
            .map(|(number, id, action)| Numbered { number, id, action })
            .collect(),
        head,
        request,
    })
}
