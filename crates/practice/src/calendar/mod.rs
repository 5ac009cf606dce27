//! The calendar: sessions and consultations as appointments, structure only, and what is open to be booked.
//!
//! Not here: taking an opening (`booking`), what was said in a session (`notes`).

pub mod records;
mod week;

pub use week::{Week, WeekSession, Whose};

use crate::ids::{CaseId, PersonId, RoomId, SessionId};

/// What an appointment is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum SessionKind {
    /// The free first talk.
    Consultation,
    /// With one client.
    Individual,
    /// With several.
    Relational,
}

/// Where it takes place.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Place {
    /// In a room of the practice.
    Premises,
    /// By video.
    Video,
}

/// How it stands with it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum SessionState {
    /// To come.
    Booked,
    /// It took place.
    Held,
    /// It was called off.
    Cancelled,
    /// Nobody came.
    NotHeld,
}

macro_rules! words {
    ($kind:ident { $($variant:ident => $word:literal),* }) => {
        impl $kind {
            /// The stored word.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }

            /// The kind of a stored word.
            #[must_use]
            pub fn of_word(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)* _ => None }
            }
        }
    };
}

words!(SessionKind { Consultation => "consultation", Individual => "individual", Relational => "relational" });
words!(Place { Premises => "premises", Video => "video" });
words!(SessionState { Booked => "booked", Held => "held", Cancelled => "cancelled", NotHeld => "not_held" });

/// An appointment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Session {
    /// Which.
    pub id: SessionId,
    /// What.
    pub kind: SessionKind,
    /// With whom.
    pub clinician: PersonId,
    /// In which case; a consultation has none.
    pub case: Option<CaseId>,
    /// In which room.
    pub room: Option<RoomId>,
    /// Where.
    pub place: Place,
    /// From, microseconds UTC.
    pub starts_at: i64,
    /// Until, microseconds UTC.
    pub ends_at: i64,
    /// How it stands.
    pub state: SessionState,
    /// The newest revision.
    pub revision: u32,
    /// Who is expected.
    pub people: Vec<PersonId>,
}
