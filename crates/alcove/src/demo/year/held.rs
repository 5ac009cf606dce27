//! Sessions: booked, held or called off, noted, signed, co-signed, added to; and the end of a case.

use practice::booking::{NewSession, SESSION};
use practice::calendar::{Place, SessionState};
use practice::ids::PersonId;
use practice::notes::Route;
use practice::private::Private;
use practice::sessions::{Attendance, Present};

use super::Interrupted;
use super::book::Book;
use super::house::{House, happened, there};
use super::plan::Session;

impl<'a> Book<'a> {
    fn session(&self, number: usize) -> Result<&'a Session<'a>, Interrupted> {
        there("a session", self.story.sessions.get(number))
    }

    /// Books a session.
    pub(super) async fn book(
        &mut self,
        house: &House<'_>,
        number: usize,
    ) -> Result<(), Interrupted> {
        let session = self.session(number)?;
        let people = match session.alone {
            Some(slug) => vec![self.part(slug)?.person],
            None => Vec::new(),
        };
        let place = match self.story.case.slot.room {
            Some(_) => Place::Premises,
            None => Place::Video,
        };
        let new = NewSession {
            case: self.entered()?.id,
            people,
            starts: session.starts,
            length: SESSION,
            place,
        };
        let booked = house
            .practice
            .book_session(self.clinician(house)?, new)
            .await;
        self.sessions.insert(number, happened("booking", booked)?);
        Ok(())
    }

    /// Says what became of a session; the front desk calls it off, its clinician says the rest.
    pub(super) async fn settle(
        &mut self,
        house: &House<'_>,
        number: usize,
    ) -> Result<(), Interrupted> {
        let state = self.session(number)?.state;
        let access = match state {
            SessionState::Cancelled => house.front_desk()?,
            SessionState::Booked | SessionState::Held | SessionState::NotHeld => {
                self.clinician(house)?
            }
        };
        let session = there("a booked session", self.sessions.get(&number).copied())?;
        let settled = house.practice.settle_session(access, session, state).await;
        happened("settling a session", settled)
    }

    /// Begins the note of a session.
    pub(super) async fn write(
        &mut self,
        house: &House<'_>,
        number: usize,
    ) -> Result<(), Interrupted> {
        let planned = self.session(number)?;
        let text = planned.note.as_ref().map(|note| note.text.clone());
        let route = match planned.alone {
            Some(slug) => Route::Own(self.part(slug)?.id),
            None => Route::Chart,
        };
        let session = there("a held session", self.sessions.get(&number).copied())?;
        let (access, text) = (self.clinician(house)?, there("a note's text", text)?);
        let written = house
            .practice
            .write_note(access, session, route, text, None);
        let note = happened("writing a note", written.await)?;
        self.notes.insert(number, note);
        self.attend(house, number).await
    }

    /// Writes down who was in the room, where there are several who can have been.
    async fn attend(&self, house: &House<'_>, number: usize) -> Result<(), Interrupted> {
        let (planned, case) = (self.session(number)?, self.entered()?);
        if case.joint.is_none() {
            return Ok(());
        }
        let alone = planned.alone.map(|slug| self.part(slug)).transpose()?;
        let there_was = |person: PersonId| alone.is_none_or(|only| only.person == person);
        let parts = case.participants.iter().map(|who| who.person);
        let present = parts
            .filter(|person| there_was(*person))
            .map(|person| Present {
                person,
                from: None,
                until: None,
            });
        let room = Attendance {
            present: present.collect(),
            others: Private::default(),
        };
        let session = there("a held session", self.sessions.get(&number).copied())?;
        let written = house
            .practice
            .record_attendance(self.clinician(house)?, session, room, None);
        happened("writing down who was there", written.await)
    }

    /// Signs it.
    pub(super) async fn sign_note(
        &mut self,
        house: &House<'_>,
        number: usize,
    ) -> Result<(), Interrupted> {
        let (note, revision) = there("a draft", self.notes.get(&number).copied())?;
        let signed = house
            .practice
            .sign_note_as_it_is(self.clinician(house)?, note, revision);
        happened("signing a note", signed.await)?;
        self.notes
            .insert(number, (note, revision.saturating_add(1)));
        Ok(())
    }

    /// Co-signs it, as the supervisor.
    pub(super) async fn cosign(
        &mut self,
        house: &House<'_>,
        number: usize,
    ) -> Result<(), Interrupted> {
        let (note, revision) = there("a signed note", self.notes.get(&number).copied())?;
        let supervisor = there("a supervisor", house.supervisor(self.story.case))?;
        let signed = house
            .practice
            .cosign_note(house.desk(supervisor)?, note, revision);
        happened("co-signing a note", signed.await)?;
        self.notes
            .insert(number, (note, revision.saturating_add(1)));
        Ok(())
    }

    /// Adds to a signed note.
    pub(super) async fn amend(&mut self, house: &House<'_>) -> Result<(), Interrupted> {
        let added = there("an amendment", self.story.amendment.as_ref())?;
        let (note, _) = there("a signed note", self.notes.get(&added.session).copied())?;
        let (reason, text) = (Private::from(added.reason), Private::from(added.text));
        let amended =
            house
                .practice
                .amend_note_as_it_is(self.clinician(house)?, note, reason, text);
        happened("amending a note", amended.await)?;
        Ok(())
    }

    /// Closes the case.
    pub(super) async fn close(&mut self, house: &House<'_>) -> Result<(), Interrupted> {
        let case = self.entered()?.id;
        let closed = house
            .practice
            .close_case(self.clinician(house)?, case)
            .await;
        happened("closing a case", closed)
    }
}
