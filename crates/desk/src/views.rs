//! Strings that are ready to be read: people by name, times on the practice's wall, badges, sides of a case.

use jiff::civil::Date;
use jiff::{Timestamp, Zoned};
use practice::Practice;
use practice::accounts::Colleague;
use practice::calendar::{Place, Session, SessionKind};
use practice::cases::{Case, CaseKind};
use practice::clock::from_micros;
use practice::ids::{ParticipantId, PersonId};
use practice::intake::questions::Raises;
use practice::notes::{NoteState, Route};
use practice::people::Named;
use web::{Audience, Locale, Page, Seen, Visit};

/// What stands for a name that is closed to who looks.
const CLOSED: &str = "Name not open to you";

/// Somebody by the name to use.
#[derive(Clone, Debug)]
pub(crate) struct Called {
    pub(crate) name: String,
    pub(crate) pronouns: String,
}

impl Called {
    pub(crate) fn of(named: &Named) -> Self {
        let name = named.name.reveal();
        Self {
            name: if name.is_empty() {
                CLOSED.to_owned()
            } else {
                name.clone()
            },
            pronouns: named.pronouns.reveal().clone(),
        }
    }
}

/// Several people, to be shown by the macro `names`. Where only some names are open, as in an emergency, the others are told
/// as what they are to these, so that sentences stay sentences.
pub(crate) fn called<'a>(people: impl IntoIterator<Item = &'a Named>) -> Vec<Called> {
    let mut all: Vec<Called> = people.into_iter().map(Called::of).collect();
    if all.iter().any(|one| one.name != CLOSED) {
        let words = std::iter::once("A partner").chain(std::iter::repeat("a partner"));
        for (one, partner) in all.iter_mut().zip(words) {
            if one.name == CLOSED {
                partner.clone_into(&mut one.name);
            }
        }
    }
    all
}

/// Who is expected at a session; what came from another calendar and is with nobody known keeps its clinician busy.
pub(crate) fn expected<'a>(
    session: &Session,
    people: impl IntoIterator<Item = &'a Named>,
) -> Vec<Called> {
    let mut all = called(people);
    if all.is_empty() && session.case.is_none() && session.kind == SessionKind::Individual {
        all.push(Called {
            name: "Busy".to_owned(),
            pronouns: String::new(),
        });
    }
    all
}

/// "she/her, he/him"; those who gave none are left out.
pub(crate) fn pronouns(people: &[Called]) -> String {
    let given: Vec<&str> = people
        .iter()
        .map(|person| person.pronouns.as_str())
        .filter(|pronouns| !pronouns.is_empty())
        .collect();
    given.join(", ")
}

/// "Noor and Sam" as this screen may show them, for labels and attributes.
pub(crate) fn listed(page: &Page, people: &[Called]) -> String {
    let names: Vec<String> = people
        .iter()
        .map(|person| page.name(&person.name))
        .collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    web::listed(&names)
}

/// The name of somebody who works here, or did.
pub(crate) fn staff_name(staff: &[Colleague], person: PersonId) -> String {
    let found = staff.iter().find(|colleague| colleague.id == person);
    found.map_or("Somebody who left".to_owned(), |found| {
        found.page.name.clone()
    })
}

/// The name of one participant of a case; `people` are its participants in its order.
pub(crate) fn own_name(case: &Case, people: &[Called], id: ParticipantId) -> String {
    let mut parts = case.participants.iter().zip(people);
    let own = parts.find(|(part, _)| part.id == id);
    own.map_or(String::new(), |(_, called)| called.name.clone())
}

/// Times on the practice's wall.
pub(crate) struct Wall<'v> {
    pub(crate) locale: &'v Locale,
    pub(crate) now: Timestamp,
}

impl<'v> Wall<'v> {
    pub(crate) fn of(visit: &'v Visit, practice: &Practice) -> Self {
        Self {
            locale: &visit.web().house().locale,
            now: practice.now(),
        }
    }

    pub(crate) fn today(&self) -> Date {
        self.locale.here(self.now).date()
    }

    pub(crate) fn here(&self, micros: i64) -> Zoned {
        self.locale.here(from_micros(micros))
    }

    /// "9:00".
    pub(crate) fn clock(&self, micros: i64) -> String {
        self.locale.clock(self.here(micros).time())
    }

    /// "10:00 to 11:00".
    pub(crate) fn span(&self, session: &Session) -> String {
        self.locale.span(
            self.here(session.starts_at).time(),
            self.here(session.ends_at).time(),
        )
    }

    /// "Thursday 19 November".
    pub(crate) fn day(&self, micros: i64) -> String {
        self.locale.day(self.here(micros).date(), self.today())
    }

    /// "Today", or "Thu 19 Nov".
    pub(crate) fn short_day(&self, micros: i64) -> String {
        let date = self.here(micros).date();
        if date == self.today() {
            "Today".to_owned()
        } else if date.year() == self.today().year() {
            self.locale.short_day(date)
        } else {
            self.locale.date(date)
        }
    }

    /// "Thursday 19 November, 10:00".
    pub(crate) fn moment(&self, micros: i64) -> String {
        self.locale.moment(&self.here(micros), self.today())
    }
}

/// A small label with a state.
#[derive(Clone, Debug)]
pub(crate) struct Badge {
    pub(crate) words: String,
    pub(crate) class: &'static str,
    pub(crate) icon: &'static str,
}

impl Badge {
    pub(crate) fn new(words: impl Into<String>, class: &'static str, icon: &'static str) -> Self {
        Self {
            words: words.into(),
            class,
            icon,
        }
    }

    /// How urgent answers are, in the same words wherever it stands (R10, R11).
    pub(crate) fn raised(raises: Raises) -> Self {
        match raises {
            Raises::SafetyNow => Self::new("Reach out today", "badge--danger", "alert"),
            Raises::Safety => Self::new("Speak about it alone", "badge--danger", "alert"),
            Raises::PhysicianNow | Raises::Physician => {
                Self::new("Physician", "badge--attn", "info")
            }
        }
    }

    /// How it stands with a note.
    pub(crate) fn of_note(state: NoteState) -> Self {
        match state {
            NoteState::Draft => Self::new("Draft", "badge--attn", "pen"),
            NoteState::Awaiting => Self::new("Waits for co-signature", "", "wait"),
            NoteState::Signed => Self::new("Signed", "badge--ok", "check"),
        }
    }

    /// Whether something came back from one person.
    pub(crate) fn back(is_in: bool) -> Self {
        if is_in {
            Self::new("In", "badge--ok", "check")
        } else {
            Self::new("Not yet", "", "wait")
        }
    }

    /// Whether homework is in; never how much of it (R13).
    pub(crate) fn homework(from: &str, is_in: bool) -> Self {
        let from = if from.is_empty() {
            String::new()
        } else {
            format!(" from {from}")
        };
        if is_in {
            Self::new(format!("Homework in{from}"), "badge--ok", "check")
        } else {
            Self::new(format!("Homework not yet in{from}"), "", "wait")
        }
    }
}

/// "Individual", "Couple", "Three people".
pub(crate) fn of_whom(kind: SessionKind, people: usize) -> &'static str {
    match (kind, people) {
        (SessionKind::Consultation, _) => "First talk",
        (SessionKind::Individual, _) | (SessionKind::Relational, 0 | 1) => "Individual",
        (SessionKind::Relational, 2) => "Couple",
        (SessionKind::Relational, 3) => "Three people",
        (SessionKind::Relational, _) => "Several people",
    }
}

/// "Individual" or "Couple", of a case: of those who take part, or who did when it was closed.
pub(crate) fn case_words(case: &Case) -> &'static str {
    let many = if case.open {
        case.staying().count()
    } else {
        let stayed = case.participants.iter();
        stayed.filter(|who| who.left.is_none()).count()
    };
    match (case.kind, many) {
        (CaseKind::Individual, _) => "Individual",
        (CaseKind::Relational, 0 | 1) => "One of several",
        (CaseKind::Relational, many) => of_whom(SessionKind::Relational, many),
    }
}

/// The icon and the words of a place: "Office, room 2", "Video".
pub(crate) fn place(place: Place, room: Option<&String>) -> (&'static str, String) {
    match (place, room) {
        (Place::Video, _) => ("video", "Video".to_owned()),
        (Place::Premises, Some(room)) => ("pin", room.clone()),
        (Place::Premises, None) => ("pin", "Office".to_owned()),
    }
}

/// Whether somebody left or joined the case while it goes on: what is shared is then for those who were there.
fn has_changed(case: &Case) -> bool {
    let mut parts = case.participants.iter();
    parts.any(|who| who.left.is_some() || who.before.is_some())
}

/// Who reads what stands on a side of a case, as the desk says it.
pub(crate) fn side_label(page: &Page, case: &Case, people: &[Called], route: Route) -> Audience {
    let name = |called: &Called| page.name(&called.name);
    match (route, case.kind) {
        (Route::Own(id), CaseKind::Relational) => {
            let parts = case.participants.iter().zip(people);
            let (own, others): (Vec<_>, Vec<_>) = parts.partition(|(part, _)| part.id == id);
            let own = own
                .first()
                .map_or(String::new(), |(_, called)| name(called));
            let others: Vec<String> = others.iter().map(|(_, called)| name(called)).collect();
            let others: Vec<&str> = others.iter().map(String::as_str).collect();
            Audience::one_of(&own, &others)
        }
        (Route::Chart | Route::Own(_), CaseKind::Individual) => {
            let own = people.first().map_or(String::new(), name);
            Audience::new(Seen::Team, format!("Care team. {own} may ask to read this"))
        }
        (Route::Chart, CaseKind::Relational) if has_changed(case) => Audience::new(
            Seen::Team,
            "Shared record. Everybody who was in it then may ask to read this",
        ),
        (Route::Chart, CaseKind::Relational) if people.len() == 2 => Audience::new(
            Seen::Team,
            "Couple record. Both of them may ask to read this",
        ),
        (Route::Chart, CaseKind::Relational) => Audience::new(
            Seen::Team,
            "Shared record. Everybody in it may ask to read this",
        ),
    }
}

/// The same in a list, where the words of the whole label would be in the way: "Couple record", "Sam only. Not for Noor".
pub(crate) fn short_label(page: &Page, case: &Case, people: &[Called], route: Route) -> Audience {
    let label = side_label(page, case, people, route);
    match (label.seen, label.who.split_once('.')) {
        (Seen::Team, Some((who, _))) => Audience::new(Seen::Team, who),
        _ => label,
    }
}

/// Who sees what clients set or share on a side of a case: goals, homework, what comes back.
pub(crate) fn shared_label(page: &Page, case: &Case, people: &[Called], route: Route) -> Audience {
    match (route, case.kind, people) {
        (Route::Chart, CaseKind::Relational, _) if has_changed(case) => {
            Audience::new(Seen::Shared, "Everybody who was in it then sees this")
        }
        (Route::Chart, CaseKind::Relational, [_, _]) => {
            Audience::new(Seen::Shared, "Both of them see this")
        }
        (Route::Chart, CaseKind::Relational, _) => {
            Audience::new(Seen::Shared, "Everybody in it sees this")
        }
        (_, CaseKind::Individual, [only, ..]) => Audience::new(
            Seen::Team,
            format!("{} and the care team", page.name(&only.name)),
        ),
        _ => side_label(page, case, people, route),
    }
}

/// The word of a side in a form or an address.
pub(crate) fn side_word(route: Route) -> String {
    match route {
        Route::Chart => "chart".to_owned(),
        Route::Own(id) => id.to_string(),
    }
}

/// The side of such a word.
pub(crate) fn side_of(word: &str) -> Option<Route> {
    match word {
        "chart" => Some(Route::Chart),
        id => id.parse::<ParticipantId>().ok().map(Route::Own),
    }
}

/// "No sessions", "One session", "Five sessions", "23 sessions".
pub(crate) fn counted(count: usize, one: &str, many: &str) -> String {
    let words = [
        "No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten",
        "Eleven", "Twelve",
    ];
    let number = words
        .get(count)
        .map_or_else(|| count.to_string(), |word| (*word).to_owned());
    format!("{number} {}", if count == 1 { one } else { many })
}
