//! Forgetting an enquiry: 30 days after it was declined, or after nothing was heard of it any more.
//!
//! Who was never answered is not kept either. The 30 days run from the asking, or from the end of a first talk that was
//! booked for later. What goes: the request, the talk with what it took, the letters, and the person, with every earlier
//! revision; then the key of their names dies (R16). What stays are receipts and the grant of a key that is no more; neither
//! holds a word. Somebody who takes part in a case is a client, and stays one.

use store::Tx;

use super::records::{self, Stored};
use crate::access::{JobAccess, Work};
use crate::booking;
use crate::calendar;
use crate::cases;
use crate::clock::{from_micros, micros};
use crate::core::Practice;
use crate::error::AccessError;
use crate::ids::{EnquiryId, PracticeId};
use crate::people;
use crate::post;
use crate::receipts::{Action, KEYS};
use crate::sealed;

/// How long an enquiry is kept that was declined or fell silent (domain: "enquiry").
const AFTER: i64 = 30 * 86_400_000_000;

/// How far back receipts are looked at for keys that a crash let live.
const LATELY: i64 = 7 * 86_400_000_000;

/// What goes of one enquiry: the request, and the sealed rows.
struct Gone {
    enquiry: Stored,
    before: i64,
    rows: Vec<(&'static str, uuid::Uuid, u32)>,
}

impl Practice {
    /// Forgets the enquiries that were declined, or fell silent, more than 30 days ago. Returns how many.
    ///
    /// # Errors
    /// [`AccessError::Locked`], or a fault of the database.
    pub async fn forget_enquiries(&self) -> Result<usize, AccessError> {
        self.unlocked_now()?;
        let (practice, before) = (self.id(), micros(self.now()).saturating_sub(AFTER));
        let old = self
            .published(move |tx| records::over_before(tx, practice, before))
            .await?;
        let mut forgotten = 0;
        for enquiry in old {
            match self.forget_enquiry(enquiry, before).await {
                Ok(()) => forgotten += 1,
                // It was answered in this very moment, or another program was first.
                Err(AccessError::Stale) => {}
                Err(error) => return Err(error),
            }
        }
        let lately = from_micros(micros(self.now()).saturating_sub(LATELY));
        self.destroy_ended_keys(&JobAccess::set_up(), lately, |_, _| ())
            .await?;
        Ok(forgotten)
    }

    async fn forget_enquiry(&self, id: EnquiryId, before: i64) -> Result<(), AccessError> {
        let practice = self.id();
        self.write(
            &JobAccess::set_up(),
            Action::EnquiryForget,
            move |work| gone(work, id, before),
            move |tx, gone| put(tx, practice, gone),
        )
        .await
    }
}

fn gone(work: &mut Work<'_, '_>, id: EnquiryId, before: i64) -> Result<Gone, AccessError> {
    let practice = work.practice();
    let enquiry = records::enquiry(work.tx, practice, id)?.ok_or(AccessError::Stale)?;
    let mut rows = vec![("enquiries", enquiry.id.0, enquiry.cell.revision)];
    if cases::records::of_person(work.tx, practice, enquiry.person)?.is_empty() {
        for (letter, revision) in post::letters_to(work.tx, practice, enquiry.person)? {
            rows.push(("post", letter.0, revision));
        }
        if let Some(person) = people::records::cell(work.tx, practice, enquiry.person)? {
            rows.push(("people", person.id, person.revision));
            work.names(KEYS, person.compartment.0, 1, [0; 32]);
        }
    }
    for (table, row, revision) in &rows {
        work.removes(table, *row, *revision);
    }
    Ok(Gone {
        enquiry,
        before,
        rows,
    })
}

fn put(tx: &mut Tx<'_>, practice: PracticeId, gone: &Gone) -> Result<(), AccessError> {
    if !records::is_over(tx, practice, gone.enquiry.id, gone.before)? {
        return Err(AccessError::Stale);
    }
    for (table, row, revision) in &gone.rows {
        sealed::remove(tx, practice, table, *row, *revision)?;
    }
    booking::records::release(tx, practice, gone.enquiry.session)?;
    calendar::records::remove(tx, practice, gone.enquiry.session)?;
    Ok(())
}
