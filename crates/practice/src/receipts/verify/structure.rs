//! What of the structure in the clear decides who reads what: it is compared with what the grants say, which have a MAC.
//!
//! Not here: structure that moves nothing confidential, such as times and states; the security document says so.

use store::{Row, StoreError, Tx};
use vault::log::Frontier;
use vault::{CompartmentId, Kind, Vault};

use super::super::records;
use super::Examination;
use crate::access::{Authority, Holder, Purpose};
use crate::ids::PersonId;

impl Examination {
    /// Where the sequencer goes on from.
    pub(super) fn standing(&mut self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        let (size, frontier) = match records::log_state(tx, self.practice)? {
            Some((size, bytes)) => (size, Frontier::decode(&bytes).ok()),
            None => (0, Some(Frontier::default())),
        };
        if u64::try_from(size) != Ok(self.frontier.size())
            || frontier.as_ref() != Some(&self.frontier)
        {
            self.find(
                "receipt_log",
                None,
                "is not the log of these receipts: it was changed, or some of them were",
            );
        }
        Ok(())
    }

    /// Whose own side is whose, which side is joint, and who cares for whom.
    pub(super) fn cases(
        &mut self,
        tx: &mut Tx<'_>,
        vault: &Vault,
        authority: &Authority,
    ) -> Result<(), StoreError> {
        let practice = self.practice;
        tx.each(
            "SELECT p.id, p.person_id, p.own_id, c.id, COALESCE(p.joint_id, c.joint_id), c.clinician_id, c.kind FROM participants p \
             JOIN cases c ON c.practice_id = p.practice_id AND c.id = p.case_id WHERE p.practice_id = $1",
            &[practice.into()],
            |row| self.part(&row, vault, authority),
        )
    }

    fn part(&mut self, row: &Row, vault: &Vault, authority: &Authority) -> Result<(), StoreError> {
        let person = PersonId(row.uuid(1)?);
        let own = CompartmentId(row.uuid(2)?);
        let joint = row.opt_uuid(4)?.map(CompartmentId);
        let granted = |side: CompartmentId, to: PersonId, purpose: Purpose| {
            let grants = authority.grants_on(side);
            grants
                .iter()
                .any(|(_, grant)| grant.holder == Holder::Person(to) && grant.purpose == purpose)
        };
        let theirs = |side: CompartmentId, kind: Kind| {
            vault.kind(side) == Some(kind) && granted(side, person, Purpose::OwnRecord)
        };
        // What was destroyed has no key any more; whose it was, the grants still say (R16).
        let gone = |side: CompartmentId| self.ended.contains(&side) && !vault.has(side);
        let (own_gone, joint_gone) = (gone(own), joint.is_some_and(gone));
        let holds = |side: CompartmentId, is_gone: bool, kind: Kind| {
            theirs(side, kind) || is_gone && granted(side, person, Purpose::OwnRecord)
        };
        let own_holds = holds(own, own_gone, Kind::Own);
        let joint_holds = joint.is_none_or(|side| holds(side, joint_gone, Kind::Joint));
        if !own_holds {
            let what = "names another person, or another side of the case, than the grants do: it was changed from outside";
            self.find("participants", Some(row.uuid(0)?), what);
        }
        let is_relational = row.text(6)? == "relational";
        if joint.is_some() != is_relational || !joint_holds {
            let what = "names another joint side than the grants do: it was changed from outside";
            self.find("cases", Some(row.uuid(3)?), what);
        }
        if !granted(own, PersonId(row.uuid(5)?), Purpose::Care) {
            let what = "names another clinician than the grants do: it was changed from outside";
            self.find("cases", Some(row.uuid(3)?), what);
        }
        Ok(())
    }
}
