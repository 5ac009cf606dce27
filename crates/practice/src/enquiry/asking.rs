//! A visitor asks for the free first talk.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::Tx;
use vault::Kind;

use super::{EnquiryError, records};
use crate::access::{Holder, Made, Purpose, VisitorAccess};
use crate::booking::openings::{self, UseFor};
use crate::booking::{self, BookingError, CONSULTATION};
use crate::calendar::{Place, Session, SessionKind, SessionState};
use crate::clock::{after, micros};
use crate::core::Practice;
use crate::error::AccessError;
use crate::ids::{EnquiryId, PersonId, PracticeId, SessionId};
use crate::people::{self, Channel, Identity, SafeTimes, Way};
use crate::post::{self, Letter, LetterKind};
use crate::private::Private;
use crate::receipts::Action;

/// What a visitor gives: a name to use, one safe way, and that they are an adult.
#[derive(Clone, Debug)]
pub struct Ask {
    /// The name to use.
    pub name: Private<String>,
    /// Pronouns, when given.
    pub pronouns: Private<String>,
    /// By which way to reach them; it is the one that is safe.
    pub channel: Channel,
    /// The address or number.
    pub address: Private<String>,
    /// Anything to mind about that way.
    pub mind: Private<String>,
    /// Whether a message may be left where somebody else may hear it.
    pub voicemail: bool,
    /// Between which times of day that way is safe; nothing for at any time.
    pub times: Option<SafeTimes>,
    /// Words not to use with them (R12).
    pub avoid: Private<String>,
    /// Who is coming, in a word: `alone`, `two`, `more`.
    pub coming: Private<String>,
    /// What they want us to know; empty for nothing.
    pub told: Private<String>,
    /// "I am 18 or older" (the age is locale data).
    pub adult: bool,
    /// With whom.
    pub clinician: PersonId,
    /// When.
    pub starts: Timestamp,
    /// Where.
    pub place: Place,
}

/// What was booked.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The enquiry.
    pub enquiry: EnquiryId,
    /// The first talk.
    pub session: Session,
}

/// The content of `enquiries.sealed`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct EnquiryContent {
    /// That the person said so when asking (R8).
    pub(crate) adult: bool,
    /// Who is coming.
    #[serde(default)]
    pub(crate) coming: Private<String>,
    /// What the person wanted us to know.
    #[serde(default)]
    pub(crate) told: Private<String>,
}

impl Ask {
    fn check(&self) -> Result<(), EnquiryError> {
        if !self.adult {
            return Err(EnquiryError::NotAdult);
        }
        if self.name.reveal().trim().is_empty() {
            return Err(EnquiryError::NameMissing);
        }
        if self.address.reveal().trim().is_empty() {
            return Err(EnquiryError::WayMissing);
        }
        Ok(())
    }

    fn identity(&self) -> Identity {
        Identity {
            name: self.name.clone().map(|name| name.trim().to_owned()),
            pronouns: self.pronouns.clone(),
            ways: vec![Way {
                mind: self.mind.clone(),
                times: self.times,
                voicemail: (self.channel == Channel::Phone).then_some(self.voicemail),
                ..Way::new(self.channel, self.address.clone(), true)
            }],
            avoid: self.avoid.clone(),
            ..Identity::default()
        }
    }

    /// The first talk that is asked for; its room is chosen by the writer.
    fn session(&self, id: SessionId, person: PersonId) -> Session {
        Session {
            id,
            kind: SessionKind::Consultation,
            clinician: self.clinician,
            case: None,
            room: None,
            place: self.place,
            starts_at: micros(self.starts),
            ends_at: micros(after(self.starts, CONSULTATION)),
            state: SessionState::Booked,
            revision: 1,
            people: vec![person],
        }
    }

    fn content(&self) -> EnquiryContent {
        EnquiryContent {
            adult: self.adult,
            coming: self.coming.clone(),
            told: self.told.clone(),
        }
    }
}

impl Practice {
    /// Books the free first talk into a real opening and makes an enquiry of it (R7, R8).
    ///
    /// # Errors
    /// [`EnquiryError::NotAdult`] (nothing is stored), [`EnquiryError::NameMissing`], [`EnquiryError::WayMissing`],
    /// [`BookingError::NotAvailable`] when the opening is gone or never was one.
    pub async fn ask_for_consultation(
        &self,
        access: &VisitorAccess,
        ask: Ask,
    ) -> Result<Asked, EnquiryError> {
        ask.check()?;
        let (practice, asked, now) = (self.id(), ask.clone(), self.now());
        // Before a key is made: who asks for what is no opening leaves nothing behind.
        self.published(move |tx| offered(tx, practice, &asked, now))
            .await?;
        let made = self.make(&[Kind::Identity]).await?;
        self.write(
            access,
            Action::Enquiry,
            move |work| {
                let now = work.now();
                offered(work.tx, practice, &ask, now)?;
                let identity = made.first().map(Made::id).ok_or(AccessError::NotThere)?;
                let opened = work.open_made(Action::Enquiry, Purpose::Contact, &made)?;
                let open = opened.get(identity).ok_or(AccessError::NotThere)?;
                let (person, now) = (PersonId(work.new_id()), micros(work.now()));
                let known = ask.identity();
                let row = work.seal(open, ("people", person.0, 1), &known)?;
                let enquiry = EnquiryId(work.new_id());
                let content = work.seal(open, ("enquiries", enquiry.0, 1), &ask.content())?;
                work.grant(Holder::Person(ask.clinician), identity, Purpose::Contact)?;
                let letter = post::prepare_for(
                    work,
                    open,
                    (person, &known),
                    &Letter::plain(LetterKind::Arrived),
                )?;
                let session = ask.session(SessionId(work.new_id()), person);
                Ok((session, (person, now), row, enquiry, content, letter))
            },
            move |tx, (session, (person, now), row, enquiry, content, letter)| {
                people::insert(tx, practice, *now, row)?;
                let session = booking::take_with_room(tx, practice, session)?;
                records::insert(
                    tx,
                    practice,
                    (*person, session.id, session.clinician, *now),
                    content,
                )?;
                post::put(tx, practice, letter.as_ref())?;
                Ok(Asked {
                    enquiry: *enquiry,
                    session,
                })
            },
        )
        .await
    }
}

/// Whether the asked time is an opening.
fn offered(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    ask: &Ask,
    now: Timestamp,
) -> Result<(), EnquiryError> {
    let asked = openings::Asked {
        clinician: ask.clinician,
        use_for: UseFor::Consultations,
        length: CONSULTATION,
        from: ask.starts,
        days: 0,
        at_most: usize::MAX,
    };
    let found = openings::find(tx, practice, asked, now)?;
    let is_open = found
        .iter()
        .any(|opening| opening.starts == ask.starts && opening.places.contains(&ask.place));
    if is_open {
        Ok(())
    } else {
        Err(BookingError::NotAvailable.into())
    }
}
