//! What authority knows of own words: public keys, and who succeeds to process notes.

use uuid::Uuid;

use super::{Authority, PublicKeys, Subject, SuccessionDecisionBody, SuccessionRecipientBody};
use crate::ids::PersonId;
use crate::succession::Giver;

impl Authority {
    /// The public keys of a person, with their row; none before their browser made some.
    pub(crate) fn published_keys(&self, person: PersonId) -> Option<(Uuid, PublicKeys)> {
        self.of(person).find_map(|id| {
            let Subject::PublishedKeys(body) = self.subjects.get(&id)? else {
                return None;
            };
            Some((id, body.keys.clone()))
        })
    }

    /// Who succeeds to process notes, as the practice registered it, with the row.
    pub(crate) fn successor(&self) -> Option<(Uuid, SuccessionRecipientBody)> {
        let id = self.successor?;
        let Subject::SuccessionRecipient(body) = self.subjects.get(&id)? else {
            return None;
        };
        Some((id, SuccessionRecipientBody::clone(body)))
    }

    /// What a clinician decided about their process notes, with the row and its revision.
    pub(crate) fn succession_decision(
        &self,
        person: PersonId,
    ) -> Option<(Uuid, u32, SuccessionDecisionBody)> {
        self.of(person).find_map(|id| {
            let Subject::SuccessionDecision(body) = self.subjects.get(&id)? else {
                return None;
            };
            Some((id, self.revision(id)?, SuccessionDecisionBody::clone(body)))
        })
    }

    /// Every clinician who lets the executor open their notes.
    pub(crate) fn givers(&self) -> Vec<Giver> {
        let registered = self.successor().map(|(_, body)| body.recipient);
        let mut found: Vec<Giver> = self
            .subjects
            .values()
            .filter_map(|subject| {
                let Subject::SuccessionDecision(body) = subject else {
                    return None;
                };
                body.to.as_ref().map(|to| Giver {
                    person: body.person,
                    since: body.at,
                    is_current: Some(to) == registered.as_ref(),
                })
            })
            .collect();
        found.sort_by_key(|giver| (giver.since, giver.person));
        found
    }
}
