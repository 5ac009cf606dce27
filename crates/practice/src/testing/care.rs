//! What tests of care begin with: participants who have signed, and homework that was given.

use super::Fictional;
use crate::cases::Case;
use crate::consent::{ConsentError, Signing};
use crate::homework::{For, HomeworkError, NewAssignment, What};
use crate::ids::{AssignmentId, ConsentId, ParticipantId, PersonId};
use crate::library;
use crate::private::Private;
use crate::safety::{NewDecision, Outcome};

#[expect(clippy::expect_used, reason = "a test cannot go on without it")]
impl Fictional {
    /// The part that `person` takes in `case`.
    ///
    /// # Panics
    /// When they take none.
    #[must_use]
    pub fn part(&self, case: &Case, person: PersonId) -> ParticipantId {
        case.participant(person).expect("they take part").id
    }

    /// Signs one document as `person` reads it.
    ///
    /// # Errors
    /// What signing refuses.
    ///
    /// # Panics
    /// When there is no such document for them.
    pub async fn signs(
        &self,
        case: &Case,
        person: PersonId,
        document: &str,
    ) -> Result<ConsentId, ConsentError> {
        let access = self.portal(person).await;
        let part = self.part(case, person);
        let page = self
            .practice
            .consent_page(&access, part, document.to_owned(), None)
            .await
            .expect("the document is theirs to read");
        let signing = Signing {
            digest: page.digest,
            name: Private::from("As I am called"),
            language: None,
        };
        self.practice
            .sign_consent(&access, part, document.to_owned(), signing)
            .await
    }

    /// Everybody in the case signs everything they are asked to sign.
    ///
    /// # Panics
    /// When something cannot be signed.
    pub async fn everybody_signs(&self, case: &Case) {
        for participant in &case.participants {
            let access = self.portal(participant.person).await;
            let mine = self.practice.my_consents(&access).await.expect("a list");
            let of_case = mine
                .iter()
                .find(|mine| mine.sides.me == participant.id)
                .expect("the case is in it");
            for document in &of_case.documents {
                self.signs(case, participant.person, &document.text.id)
                    .await
                    .expect("it is signed");
            }
        }
    }

    /// The clinician of a case whose participants have signed lets joint work take place.
    ///
    /// # Panics
    /// When it cannot be decided.
    pub async fn settles(&self, case: &Case) {
        let decisions = case.staying().map(|who| NewDecision {
            participant: who.id,
            outcome: Outcome::GoesOn,
            remark: Private::default(),
        });
        let desk = self.desk(case.clinician).await;
        let settled = self
            .practice
            .settle_safety(&desk, case.id, decisions.collect());
        settled.await.expect("it is settled");
    }

    /// Dr. Okafor gives "Twenty quiet minutes" from the library.
    ///
    /// # Errors
    /// What giving refuses.
    pub async fn gives(&self, case: &Case, whom: For) -> Result<AssignmentId, HomeworkError> {
        let desk = self.desk(self.clinician).await;
        let new = NewAssignment {
            case: case.id,
            session: None,
            what: What::Library(library::AssignmentId::new("HW34")),
            remark: Private::from("Twice, if you both like."),
            whom,
        };
        self.practice.give_homework(&desk, new).await
    }
}
