//! Appointments and sessions of a file: past ones as they went, coming ones as bookings (R7).
//!
//! What is with a client goes into the client's case. What no client is known of only keeps its clinician busy, and
//! what stands on it is for that clinician alone.

use std::collections::{HashMap, HashSet};

use jiff::ToSpan;
use uuid::Uuid;

use super::cases::{CaseRef, Shape};
use super::entries::ImportedEntry;
use super::keys::{Domain, KeyRow};
use super::plan::{PlannedEntry, PlannedWords, Planner};
use super::report::Item;
use super::{ExternalKey, OfferedAppointment, OfferedState, Place, Span, records};
use crate::calendar::{self, Session, SessionKind, SessionState};
use crate::clock::micros;
use crate::error::AccessError;
use crate::ids::{PersonId, SessionId};

/// A session to be stored.
pub(super) struct Meeting {
    /// The session; its case is filled in when that is made.
    pub(super) session: Session,
    /// In which case.
    pub(super) case: Option<CaseRef>,
    /// Whether it takes the time of those who are in it.
    pub(super) takes: bool,
}

/// With whom an appointment is.
pub(super) enum Whom {
    /// With clients.
    Clients(CaseRef, Vec<PersonId>),
    /// With nobody whom the practice knows.
    Nobody,
    /// With somebody who cannot have sessions here.
    Refused(&'static str),
}

/// What the file brought so far, by moment.
#[derive(Default)]
pub(super) struct Brought {
    sessions: HashMap<(CaseRef, i64), SessionId>,
    busy: HashSet<(PersonId, (i64, i64))>,
}

/// Whether it was held, or is or was an appointment.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Session,
    Appointment,
}

const CLASH: &str =
    "is at a time at which its clinician or somebody else in it is taken already (R7)";
const A_DAY: i64 = 24 * 3_600_000_000;

impl Planner<'_, '_, '_> {
    /// The sessions that took place, then the appointments: one that became a session is not taken twice.
    ///
    /// # Errors
    /// A fault of the database.
    pub(super) fn meetings(&mut self) -> Result<(), AccessError> {
        let offer = self.offer;
        let mut brought = Brought::default();
        let parts = [
            (Part::Session, &offer.sessions),
            (Part::Appointment, &offer.appointments),
        ];
        for (part, offered) in parts {
            let mut all = Vec::with_capacity(offered.len());
            for one in offered {
                let whom = self.whom(one)?;
                all.push((rank(&whom, &one.span), one, whom));
            }
            // Who has a client comes first, a whole day last: it would keep the others out.
            all.sort_by_key(|(rank, one, _)| (*rank, begins(&one.span)));
            for (_, one, whom) in all {
                self.meeting((part, one), whom, &mut brought)?;
            }
        }
        Ok(())
    }

    fn meeting(
        &mut self,
        offered: (Part, &OfferedAppointment),
        whom: Whom,
        brought: &mut Brought,
    ) -> Result<(), AccessError> {
        let (_, one) = offered;
        if let Some(id) = self.keys.id(self.work, Domain::Session, &one.key)? {
            self.report.merges(Item::Session);
            return self.known_as_session(offered, SessionId(id));
        }
        if one.place == Place::Elsewhere {
            self.report
                .passes_over("sessions in a hospital or elsewhere");
            return Ok(());
        }
        if one.state == OfferedState::Requested {
            self.report
                .passes_over("appointments that were only asked for");
            return Ok(());
        }
        let placed = match whom {
            Whom::Refused(why) => Err(why),
            Whom::Clients(case, people) => self.session(one, (case, people), brought)?,
            Whom::Nobody => self.busy(one, brought)?,
        };
        match placed {
            Ok(Some(id)) => self.known_as_session(offered, id),
            Ok(None) => Ok(()),
            Err(why) => {
                self.report.refuses(one.line, "appointment", why);
                Ok(())
            }
        }
    }

    /// Makes the keys of an appointment known: its own, and that of what a session was booked as.
    fn known_as_session(
        &mut self,
        offered: (Part, &OfferedAppointment),
        id: SessionId,
    ) -> Result<(), AccessError> {
        let (part, one) = offered;
        let row = KeyRow::Id(id.0);
        self.keys.put(self.work, Domain::Session, &one.key, row)?;
        if let Some(booked_as) = one.part_of.as_ref().filter(|_| part == Part::Session) {
            self.keys.put(self.work, Domain::Session, booked_as, row)?;
        }
        Ok(())
    }

    /// A session of clients.
    fn session(
        &mut self,
        one: &OfferedAppointment,
        with: (CaseRef, Vec<PersonId>),
        brought: &mut Brought,
    ) -> Result<Result<Option<SessionId>, &'static str>, AccessError> {
        let (case, people) = with;
        let Some(shape) = self.book.shape(case) else {
            return Ok(Err("is of a case that is not known here"));
        };
        let (span, state) = match self.held(one) {
            Ok(held) => held,
            Err(why) => return Ok(Err(why)),
        };
        if let Some(id) = self.there(case, span.0, brought)? {
            self.report.merges(Item::Session);
            return Ok(Ok(Some(id)));
        }
        let mut session = self.new_session(shape.clinician, span, state);
        session.place = match one.place {
            Place::Video => calendar::Place::Video,
            Place::Premises | Place::Elsewhere | Place::Unsaid => calendar::Place::Premises,
        };
        session.people = people;
        if session.people.len() > 1 {
            session.kind = SessionKind::Relational;
        }
        let takes = state == SessionState::Booked;
        if takes && let Err(why) = self.takes(&mut session, &shape)? {
            return Ok(Err(why));
        }
        if matches!(one.span, Span::Days { .. }) {
            self.without_time += 1;
        }
        let id = session.id;
        brought.sessions.insert((case, span.0), id);
        self.report.takes(item(takes));
        self.words_of_session(one, case, &session);
        self.sessions.push(Meeting {
            session,
            case: Some(case),
            takes,
        });
        Ok(Ok(Some(id)))
    }

    fn new_session(&self, clinician: PersonId, span: (i64, i64), state: SessionState) -> Session {
        Session {
            id: SessionId(self.work.new_id()),
            kind: SessionKind::Individual,
            clinician,
            case: None,
            room: None,
            place: calendar::Place::Premises,
            starts_at: span.0,
            ends_at: span.1,
            state,
            revision: 1,
            people: Vec::new(),
        }
    }

    /// Takes the time of a coming session, and a room for it.
    fn takes(
        &mut self,
        session: &mut Session,
        shape: &Shape,
    ) -> Result<Result<(), &'static str>, AccessError> {
        let span = (session.starts_at, session.ends_at);
        if !shape.is_open {
            return Ok(Err("is to come, and its case is closed"));
        }
        if span.1 - span.0 > A_DAY {
            return Ok(Err("lasts more than a day"));
        }
        let whom: Vec<Uuid> = std::iter::once(session.clinician)
            .chain(session.people.iter().copied())
            .map(|person| person.0)
            .collect();
        if !self.diary.take(self.work, &whom, span)? {
            return Ok(Err(CLASH));
        }
        if session.place == calendar::Place::Premises {
            session.room = self.diary.take_room(self.work, span)?;
        }
        Ok(Ok(()))
    }

    /// When a session was or will be, and how it stands.
    fn held(&self, one: &OfferedAppointment) -> Result<((i64, i64), SessionState), &'static str> {
        let span = self
            .span(&one.span)
            .ok_or("is at no time that can be meant")?;
        let is_coming = span.1 > self.ground.now;
        let state = match (one.state, is_coming) {
            (OfferedState::Held | OfferedState::Missed, true) => {
                return Err("is said to have been, and is still to come");
            }
            (OfferedState::Cancelled, _) => SessionState::Cancelled,
            (OfferedState::Missed, false) => SessionState::NotHeld,
            (OfferedState::Held | OfferedState::Booked | OfferedState::Unsaid, false) => {
                SessionState::Held
            }
            (_, true) if matches!(one.span, Span::Days { .. }) => {
                return Err("is to come, and says no time of the day");
            }
            (OfferedState::Booked | OfferedState::Unsaid | OfferedState::Requested, _) => {
                SessionState::Booked
            }
        };
        Ok((span, state))
    }

    /// From when until when; what has no length has that of a session.
    fn span(&self, span: &Span) -> Option<(i64, i64)> {
        let usual = i64::from(self.ground.session_minutes) * 60_000_000;
        let (starts, ends) = match span {
            Span::Time { start, end, .. } => (micros(*start), micros(*end)),
            Span::Days { first, last } => {
                let start = first.to_zoned(self.ground.zone.clone()).ok()?;
                let starts = micros(start.timestamp());
                let is_one = first == last;
                (starts, if is_one { starts } else { self.end_of(*last)? })
            }
        };
        let ends = if ends > starts {
            ends
        } else {
            starts.checked_add(usual)?
        };
        Some((starts, ends))
    }

    fn end_of(&self, day: jiff::civil::Date) -> Option<i64> {
        let next = day.checked_add(1.day()).ok()?;
        let end = next.to_zoned(self.ground.zone.clone()).ok()?;
        Some(micros(end.timestamp()))
    }

    /// The session of a case that begins at this moment: the same one from another file.
    fn there(
        &mut self,
        case: CaseRef,
        starts: i64,
        brought: &Brought,
    ) -> Result<Option<SessionId>, AccessError> {
        if let Some(id) = brought.sessions.get(&(case, starts)) {
            return Ok(Some(*id));
        }
        let CaseRef::Known(id) = case else {
            return Ok(None);
        };
        let practice = self.ground.practice;
        Ok(records::session_there(self.work.tx, practice, id, starts)?)
    }

    /// What no client is known of: the clinician is busy.
    fn busy(
        &mut self,
        one: &OfferedAppointment,
        brought: &mut Brought,
    ) -> Result<Result<Option<SessionId>, &'static str>, AccessError> {
        if !one.busy || one.state == OfferedState::Cancelled {
            let kind = "calendar entries that take no time or were called off";
            self.report.passes_over(kind);
            return Ok(Ok(None));
        }
        let span = match &one.span {
            Span::Time { start, end, .. } => Some((micros(*start), micros(*end))),
            Span::Days { first, last } => {
                let start = first.to_zoned(self.ground.zone.clone()).ok();
                let start = start.map(|start| micros(start.timestamp()));
                start.zip(self.end_of(*last))
            }
        };
        let Some(span) = span.filter(|(starts, ends)| starts < ends) else {
            self.report.passes_over("calendar entries without a length");
            return Ok(Ok(None));
        };
        let mut clinician = self.staff.usual();
        for mention in &one.clinicians {
            clinician = self.clinician_of(mention)?.unwrap_or(clinician);
        }
        let practice = self.ground.practice;
        let there = records::busy_there(self.work.tx, practice, clinician, span)?;
        if there.is_some() || !brought.busy.insert((clinician, span)) {
            self.report.merges(Item::CalendarEntry);
            return Ok(Ok(there));
        }
        let takes = span.1 > self.ground.now;
        if takes && !self.diary.take(self.work, &[clinician.0], span)? {
            return Ok(Err(CLASH));
        }
        let state = if takes {
            SessionState::Booked
        } else {
            SessionState::Held
        };
        let session = self.new_session(clinician, span, state);
        let id = session.id;
        self.report.takes(Item::CalendarEntry);
        let content = ImportedEntry::words(one, id, self.origin());
        if content.says_something() {
            self.words.push(PlannedWords {
                session: id,
                clinician,
                content,
            });
        }
        self.sessions.push(Meeting {
            session,
            case: None,
            takes,
        });
        Ok(Ok(Some(id)))
    }

    /// What is written on a session with one client goes into that client's own side, closed (R9).
    fn words_of_session(&mut self, one: &OfferedAppointment, case: CaseRef, session: &Session) {
        let content = ImportedEntry::words(one, session.id, self.origin());
        if one.words.is_empty() || !content.says_something() {
            return;
        }
        match session.people.as_slice() {
            [only] => self.entries.push(PlannedEntry {
                id: self.work.new_id(),
                case,
                person: *only,
                content,
            }),
            _ => self
                .report
                .passes_over("words on appointments of several people"),
        }
    }
}

const fn item(takes: bool) -> Item {
    if takes {
        Item::ComingSession
    } else {
        Item::PastSession
    }
}

const fn rank(whom: &Whom, span: &Span) -> u8 {
    match (whom, span) {
        (Whom::Clients(..) | Whom::Refused(_), _) => 0,
        (Whom::Nobody, Span::Time { .. }) => 1,
        (Whom::Nobody, Span::Days { .. }) => 2,
    }
}

fn begins(span: &Span) -> (jiff::civil::Date, i64) {
    match span {
        Span::Time { start, .. } => (span.day(), micros(*start)),
        Span::Days { .. } => (span.day(), 0),
    }
}

/// The key of a session that an entry was written in.
pub(super) fn session_of(
    planner: &mut Planner<'_, '_, '_>,
    key: &ExternalKey,
) -> Result<Option<SessionId>, AccessError> {
    let id = planner.keys.id(planner.work, Domain::Session, key)?;
    Ok(id.map(SessionId))
}
