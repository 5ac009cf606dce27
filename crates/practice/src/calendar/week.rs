//! A week of the calendar: sessions by clinician, with names where who asks may read them and "busy" otherwise (R7).

use std::collections::HashMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::{Session, records};
use crate::access::{DeskAccess, Work};
use crate::accounts::{self, Colleague};
use crate::booking::openings::{self, Opening, UseFor};
use crate::booking::{self, SESSION};
use crate::clock::{from_micros, micros};
use crate::core::Practice;
use crate::error::AccessError;
use crate::ids::{PersonId, RoomId};
use crate::people::{self, Named};
use crate::sessions;

/// Whose sessions a week shows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Whose {
    /// One clinician's.
    One(PersonId),
    /// Everybody's.
    Everybody,
}

/// A week.
#[derive(Clone, Debug)]
pub struct Week {
    /// Its first day.
    pub monday: Date,
    /// Those who have a calendar, by name.
    pub clinicians: Vec<Colleague>,
    /// The sessions, in order.
    pub sessions: Vec<WeekSession>,
    /// One clinician's times that can still be booked; empty for everybody's week.
    pub openings: Vec<Opening>,
    /// Whether who asks books for these calendars.
    pub books: bool,
}

/// A session in a week.
#[derive(Clone, Debug)]
pub struct WeekSession {
    /// The session.
    pub session: Session,
    /// Who is expected, by name; `None` when who asks may read not every one of them: busy.
    pub people: Option<Vec<Named>>,
    /// The room's name.
    pub room: Option<String>,
    /// Whether who asks holds it, and so has its workspace.
    pub mine: bool,
}

impl Practice {
    /// A week from `monday` on in `zone`.
    ///
    /// # Errors
    /// [`AccessError::Locked`], or a fault.
    pub async fn week(
        &self,
        access: &DeskAccess,
        monday: Date,
        zone: TimeZone,
        whose: Whose,
    ) -> Result<Week, AccessError> {
        self.read(access, move |work| week(work, monday, &zone, whose))
            .await
    }
}

fn week(
    work: &mut Work<'_, '_>,
    monday: Date,
    zone: &TimeZone,
    whose: Whose,
) -> Result<Week, AccessError> {
    let (practice, me) = (work.practice(), work.person()?);
    let now = micros(work.now());
    let span = sessions::span(monday, 7, zone);
    let clinicians: Vec<Colleague> = accounts::colleagues(work.tx, practice)?
        .into_iter()
        .filter(|one| work.authority(|known| holds_sessions(known, one.id, [span.0, span.1, now])))
        .collect();
    let mut found = Vec::new();
    for clinician in &clinicians {
        if matches!(whose, Whose::One(id) if id != clinician.id) {
            continue;
        }
        found.extend(records::of_clinician(
            work.tx,
            practice,
            clinician.id,
            span,
        )?);
    }
    found.sort_by_key(|session| session.starts_at);
    let who: Vec<PersonId> = found
        .iter()
        .flat_map(|session| session.people.iter().copied())
        .collect();
    let names = people::names(work, sessions::naming(work), &who)?;
    let rooms: HashMap<RoomId, String> = booking::records::rooms(work.tx, practice)?
        .into_iter()
        .collect();
    let wide = work.reaches_everybody();
    let books = wide || matches!(whose, Whose::One(id) if id == me);
    let sessions = found
        .into_iter()
        .map(|session| WeekSession {
            people: session
                .people
                .iter()
                .map(|person| names.get(person).cloned())
                .collect::<Option<Vec<Named>>>()
                .filter(|people| !people.is_empty() || wide || session.clinician == me),
            room: session.room.and_then(|room| rooms.get(&room).cloned()),
            mine: session.clinician == me,
            session,
        })
        .collect();
    Ok(Week {
        monday,
        clinicians,
        sessions,
        openings: match whose {
            Whose::One(clinician) if books => open(work, clinician, span)?,
            Whose::One(_) | Whose::Everybody => Vec::new(),
        },
        books,
    })
}

/// Whether somebody has a role in which sessions are held, or had one in this week. A week before they came here may
/// hold what they brought along.
fn holds_sessions(known: &crate::access::Authority, id: PersonId, at: [i64; 3]) -> bool {
    use crate::access::Role::{Associate, Clinician};
    at.iter().any(|at| {
        known
            .roles(id, *at)
            .iter()
            .any(|(_, body)| matches!(body.role, Clinician | Associate))
    })
}

/// Openings of a week that do not overlap each other.
fn open(
    work: &mut Work<'_, '_>,
    clinician: PersonId,
    span: (i64, i64),
) -> Result<Vec<Opening>, AccessError> {
    let (practice, now) = (work.practice(), work.now());
    let asked = openings::Asked {
        clinician,
        use_for: UseFor::Sessions,
        length: SESSION,
        from: from_micros(span.0),
        days: 6,
        at_most: usize::MAX,
    };
    let mut apart: Vec<Opening> = Vec::new();
    for opening in openings::find(work.tx, practice, asked, now)? {
        let ends = |last: &Opening| crate::clock::after(last.starts, SESSION);
        if apart.last().is_none_or(|last| ends(last) <= opening.starts) {
            apart.push(opening);
        }
    }
    Ok(apart)
}
