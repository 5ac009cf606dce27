//! The newest cases came as anybody does: somebody asked for a first talk, and was accepted after it.

use practice::access::{JobAccess, Purpose, VisitorAccess};
use practice::accounts::Newcomer;
use practice::booking::CONSULTATION;
use practice::booking::openings::{Asked, UseFor};
use practice::calendar::SessionState;
use practice::enquiry::Ask;
use practice::private::Private;

use super::super::people::DemoClient;
use super::Interrupted;
use super::book::Book;
use super::entering::{channel, client};
use super::house::{House, happened, there};

/// Every clinician has an opening within so many days, and the case is opened after it.
const WITHIN_DAYS: u16 = 6;

impl Book<'_> {
    /// The first of the case's people books a first talk, into the first opening.
    pub(super) async fn ask(&mut self, house: &House<'_>) -> Result<(), Interrupted> {
        let practice = house.practice;
        let who = client(house, self.slug(0)?)?;
        let clinician = house.member(&self.story.case.clinician)?;
        let wanted = Asked {
            clinician,
            use_for: UseFor::Consultations,
            length: CONSULTATION,
            from: practice.now(),
            days: WITHIN_DAYS,
            at_most: 1,
        };
        let found = happened("looking for an opening", practice.openings(wanted).await)?;
        let opening = there("an opening", found.first())?;
        let several = self.story.case.participants.len() > 1;
        let ask = Ask {
            name: Private::from(who.name.as_str()),
            pronouns: Private::from(who.pronouns.as_str()),
            channel: channel(who.contact.way),
            address: Private::from(who.contact.address.as_str()),
            mind: Private::from(who.contact.times.as_str()),
            voicemail: false,
            times: None,
            avoid: Private::from(who.contact.avoid.as_deref().unwrap_or_default()),
            coming: Private::from(if several { "two" } else { "alone" }),
            told: Private::default(),
            adult: true,
            clinician,
            starts: opening.starts,
            place: *there("a place", opening.places.first())?,
        };
        let visitor = VisitorAccess::new();
        let asked = practice.ask_for_consultation(&visitor, ask).await;
        self.asked = Some(happened("asking for a first talk", asked)?);
        Ok(())
    }

    /// After the talk the clinician accepts them, with who comes along.
    pub(super) async fn accept(&mut self, house: &House<'_>) -> Result<(), Interrupted> {
        let (practice, desk) = (house.practice, self.clinician(house)?);
        let asked = there("a first talk", self.asked.take())?;
        let held = SessionState::Held;
        let talked = practice.settle_session(desk, asked.session.id, held).await;
        happened("settling a first talk", talked)?;
        let slugs = &self.story.case.participants;
        let others = slugs.iter().skip(1);
        let others = others
            .map(|slug| client(house, slug).map(newcomer))
            .collect::<Result<_, Interrupted>>()?;
        let accepted = practice.accept_enquiry(desk, asked.enquiry, others).await;
        let accepted = happened("accepting an enquiry", accepted)?;
        let case = practice.case(desk, accepted.case, Purpose::Care).await;
        let mut case = happened("reading a case", case)?;
        let order: Vec<_> = accepted.invitations.iter().map(|(who, _)| *who).collect();
        case.participants
            .sort_by_key(|who| order.iter().position(|person| *person == who.person));
        for (slug, (person, _)) in slugs.iter().zip(accepted.invitations) {
            house.entered(slug, person);
            // What went by mail is for them alone; the demo's people get a link of their own.
            let set_up = JobAccess::set_up();
            let invited = practice.invite(&set_up, person, Some(accepted.case)).await;
            let invitation = happened("inviting", invited)?;
            self.invitations.insert(slug, invitation);
        }
        self.begin(case);
        Ok(())
    }
}

fn newcomer(client: &DemoClient) -> Newcomer {
    Newcomer {
        name: Private::from(client.name.as_str()),
        pronouns: Private::from(client.pronouns.as_str()),
        channel: channel(client.contact.way),
        address: Private::from(client.contact.address.as_str()),
    }
}
