//! Parts in cases, joint sides that froze and the standing of consents against the receipts of their writing.

use store::{StoreError, Tx};

use super::super::decided::{MARKS, PARTS, mark_digest, part_digest, part_revision};
use super::Examination;
use super::rows::Place;
use crate::{cases, consent};

impl Examination {
    /// Every part and every consent as its newest receipt says it stands.
    pub(super) fn decided(&mut self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        let practice = self.practice;
        cases::records::each_part(tx, practice, |part| {
            let (id, revision) = (part.id.0, i64::from(part_revision(part)));
            self.compare(PARTS, id, revision, part_digest(part), Place::Newest);
            self.written.remove(&(PARTS.into(), id));
        })?;
        cases::each_frozen(tx, practice, |side, case, at| {
            let found = cases::frozen_digest(case, at);
            self.compare(cases::FROZEN, side.0, 1, found, Place::Newest);
            self.written.remove(&(cases::FROZEN.into(), side.0));
        })?;
        consent::records::each_mark(tx, practice, |of, revision, mark| {
            let found = mark_digest(of.0, of.1, mark);
            self.compare(MARKS, of.0.0, revision, found, Place::Newest);
            self.written.remove(&(MARKS.into(), of.0.0));
        })
    }
}
