//! The beginning of a case: its people are entered and invited, make their accounts, sign, and fill the intake, each
//! alone.

use practice::access::JobAccess;
use practice::accounts::NewAccount;
use practice::clock::micros;
use practice::consent::Signing;
use practice::ids::{PersonId, uuid_v7};
use practice::intake::questions::questions;
use practice::intake::{Answer, Answers, Ranked};
use practice::library::ConcernId;
use practice::people::{Channel, Identity, Way};
use practice::private::Private;
use practice::safety::{NewDecision, Outcome};
use practice::together::Shown;
use vault::SystemRandomness;

use super::super::people::{DemoAnswer, DemoClient, DemoContact, DemoWay};
use super::Interrupted;
use super::book::Book;
use super::house::{House, happened, there};

impl Book<'_> {
    /// Enters the people who are new with their case, or a case more for people who are known.
    pub(super) async fn enter(&mut self, house: &House<'_>) -> Result<(), Interrupted> {
        let (practice, story) = (house.practice, self.story);
        let clinician = house.member(&story.case.clinician)?;
        let supervisor = match house.supervisor(story.case) {
            Some(slug) => Some(house.member(slug)?),
            None => None,
        };
        let (staff, set_up) = ((clinician, supervisor), JobAccess::set_up());
        let slugs = &story.case.participants;
        let known: Vec<PersonId> = slugs.iter().filter_map(|slug| house.client(slug)).collect();
        if known.len() == slugs.len() {
            let case = practice.enter_another_case(&set_up, staff, known).await;
            self.begin(happened("entering another case", case)?);
            return Ok(());
        }
        let identities = slugs
            .iter()
            .map(|slug| Ok(identity(client(house, slug)?)))
            .collect::<Result<_, Interrupted>>()?;
        let case = practice.enter_case(&set_up, staff, identities).await;
        let case = happened("entering a case", case)?;
        for (slug, participant) in slugs.iter().zip(&case.participants) {
            house.entered(slug, participant.person);
            let invited = practice.invite(&set_up, participant.person, Some(case.id));
            let invitation = happened("inviting", invited.await)?;
            self.invitations.insert(slug, invitation);
        }
        self.begin(case);
        Ok(())
    }

    /// Everybody who is invited makes their account.
    pub(super) async fn join(&mut self, house: &House<'_>) -> Result<(), Interrupted> {
        for (slug, invitation) in std::mem::take(&mut self.invitations) {
            // Nobody learns the password: the demonstration's people are entered by a click.
            let password = uuid_v7(house.practice.now(), &SystemRandomness).to_string();
            let account = NewAccount {
                name: slug.to_owned(),
                password,
            };
            let accepted = house.practice.accept_invitation(invitation.text(), account);
            let token = happened("accepting an invitation", accepted.await)?;
            house.joined(slug, &token).await?;
        }
        Ok(())
    }

    /// A participant reads and signs every document, alone.
    pub(super) async fn sign(
        &mut self,
        house: &House<'_>,
        number: usize,
    ) -> Result<(), Interrupted> {
        let practice = house.practice;
        let slug = self.slug(number)?;
        let (portal, part) = (house.portal(slug)?, self.part(slug)?.id);
        let mine = happened(
            "reading what is to be signed",
            practice.my_consents(&portal).await,
        )?;
        let documents = mine
            .into_iter()
            .filter(|mine| mine.sides.me == part)
            .flat_map(|mine| mine.documents);
        for document in documents.filter(|document| !document.standing.is_in_force()) {
            let id = document.text.id.clone();
            let page = practice.consent_page(&portal, part, id.clone(), None).await;
            let signing = Signing {
                digest: happened("reading a consent", page)?.digest,
                name: Private::from(client(house, slug)?.full_name.as_str()),
                language: None,
            };
            let signed = practice.sign_consent(&portal, part, id, signing).await;
            happened("signing a consent", signed)?;
        }
        if self.entered()?.joint.is_some() {
            // The first of them lets everything be shown on the page that all look at together, the others their goals.
            let shown = Shown {
                goals: true,
                measures: number == 0,
            };
            let chosen = practice.show_together(&portal, part, shown, 0).await;
            happened("choosing what is shown together", chosen)?;
        }
        Ok(())
    }

    /// The clinician has read what everybody answered, and settles the screening (R11).
    pub(super) async fn screen(&mut self, house: &House<'_>) -> Result<(), Interrupted> {
        let (practice, access) = (house.practice, self.clinician(house)?);
        let case = self.entered()?;
        let mut decisions = Vec::new();
        for participant in &case.participants {
            let seen = micros(practice.now());
            let read = practice.read_answers(access, (case.id, participant.id), seen);
            happened("reading answers", read.await)?;
            decisions.push(NewDecision {
                participant: participant.id,
                outcome: Outcome::GoesOn,
                remark: Private::from("Asked alone, by telephone."),
            });
        }
        let settled = practice.settle_safety(access, case.id, decisions);
        happened("settling the screening", settled.await)
    }

    /// A participant fills the intake, alone, part by part.
    pub(super) async fn intake(
        &mut self,
        house: &House<'_>,
        number: usize,
    ) -> Result<(), Interrupted> {
        let practice = house.practice;
        let slug = self.slug(number)?;
        let (portal, part) = (house.portal(slug)?, self.part(slug)?.id);
        let who = client(house, slug)?;
        let begun = practice.begin_intake(&portal, part, who.born).await;
        happened("beginning an intake", begun)?;
        for section in &questions().sections {
            let mut answers = Answers::new();
            for question in &section.questions {
                let answer = who.intake.get(question.id.as_ref()).and_then(answer);
                answers.extend(answer.map(|answer| (question.id.clone(), answer)));
            }
            let page = practice.intake_page(&portal, part, &section.id).await;
            let revision = happened("opening an intake", page)?.revision;
            let sent = practice.send_intake(&portal, part, &section.id, answers, revision);
            happened("sending an intake", sent.await)?;
        }
        Ok(())
    }
}

/// A client of the content.
pub(super) fn client<'h>(house: &House<'h>, slug: &str) -> Result<&'h DemoClient, Interrupted> {
    let found = house.demo.people.iter().find(|one| one.slug == slug);
    there("a client of the content", found)
}

fn identity(client: &DemoClient) -> Identity {
    let remarks = [client.city.as_str(), &client.language]
        .into_iter()
        .chain(client.needs.as_deref());
    let remarks = remarks.collect::<Vec<_>>().join(". ");
    Identity {
        name: Private::from(client.name.as_str()),
        pronouns: Private::from(client.pronouns.as_str()),
        legal_name: Some(Private::from(client.full_name.as_str())),
        born: Some(Private::new(client.born.to_string())),
        ways: ways(&client.contact),
        avoid: Private::from(client.contact.avoid.as_deref().unwrap_or_default()),
        remarks: Some(Private::new(remarks)),
    }
}

fn ways(contact: &DemoContact) -> Vec<Way> {
    let address = Private::from(contact.address.as_str());
    vec![Way {
        mind: Private::from(contact.times.as_str()),
        voicemail: (contact.way == DemoWay::Phone).then_some(contact.voicemail),
        ..Way::new(channel(contact.way), address, true)
    }]
}

/// The channel of a way.
pub(super) const fn channel(way: DemoWay) -> Channel {
    match way {
        DemoWay::Email => Channel::Mail,
        DemoWay::Text => Channel::Text,
        DemoWay::Phone => Channel::Phone,
    }
}

/// An answer as the intake takes it; what was skipped is no answer.
fn answer(answer: &DemoAnswer) -> Option<Answer> {
    Some(match answer {
        DemoAnswer::Text { text } => Answer::Text(Private::from(text.as_str())),
        DemoAnswer::Chosen { chosen, words } => Answer::Chosen {
            values: chosen.clone(),
            words: Private::from(words.as_deref().unwrap_or_default()),
        },
        DemoAnswer::Scale { scale } => Answer::Scale(*scale),
        DemoAnswer::Ranked { ranked } => Answer::Ranked(
            ranked
                .iter()
                .map(|one| Ranked {
                    concern: Some(ConcernId::new(one.concern.as_str())),
                    words: Private::from(one.words.as_str()),
                })
                .collect(),
        ),
        DemoAnswer::InPerson { .. } => Answer::InTheRoom,
        DemoAnswer::Skipped { .. } => return None,
    })
}
