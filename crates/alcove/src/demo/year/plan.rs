//! What happens when: everything of the year as a list, before any of it is written.
//!
//! A case's [`Story`] says which sessions it had and will have, who came, what was noted, given and told; [`timeline`]
//! puts the acts of all cases in order. Nothing in it depends on a practice, so that the rules can be tested on it.

use jiff::Timestamp;
use practice::calendar::SessionState;
use practice::notes::NoteText;

use super::super::people::{
    Demo, DemoCase, DemoEnquiry, DemoGoal, DemoHomework, DemoMeasure, DemoReflection, DemoStage,
};
use super::days::{Days, clock, minutes};
use super::sessions;
use super::told;

/// Everything that happens in one case.
#[derive(Debug)]
pub(super) struct Story<'a> {
    pub(super) case: &'a DemoCase,
    /// When one of its people asked for a first talk; nobody did in a case that was there before the program.
    pub(super) asks: Option<Timestamp>,
    /// When its people are entered, or accepted, and invited.
    pub(super) opens: Timestamp,
    /// In order, those to come last.
    pub(super) sessions: Vec<Session<'a>>,
    /// In the order in which it was given.
    pub(super) homework: Vec<Homework<'a>>,
    pub(super) goals: Vec<Goal<'a>>,
    pub(super) measures: Vec<(Timestamp, &'a DemoMeasure)>,
    /// What was added to the note of one of the sessions.
    pub(super) amendment: Option<Amendment>,
    pub(super) closes: Option<Timestamp>,
}

/// A session of a case.
#[derive(Debug)]
pub(super) struct Session<'a> {
    pub(super) starts: Timestamp,
    pub(super) booked: Timestamp,
    /// Who of the participants comes; everybody when empty.
    pub(super) alone: Option<&'a str>,
    pub(super) state: SessionState,
    pub(super) note: Option<Note>,
}

/// The note of a session.
#[derive(Debug)]
pub(super) struct Note {
    pub(super) text: NoteText,
    pub(super) fate: Fate,
}

/// How far a note came.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Fate {
    /// It is a draft.
    Begun,
    /// Its author signed; an associate's waits for the supervisor.
    Signed,
    /// The supervisor co-signed, too.
    Cosigned,
}

/// Homework with what comes back.
#[derive(Debug)]
pub(super) struct Homework<'a> {
    pub(super) what: &'a DemoHomework,
    pub(super) given: Timestamp,
    /// The session in which it was agreed.
    pub(super) session: Option<usize>,
    pub(super) reflections: Vec<Reflection<'a>>,
    pub(super) ends: Option<Timestamp>,
}

/// What somebody tells about homework.
#[derive(Debug)]
pub(super) struct Reflection<'a> {
    pub(super) at: Timestamp,
    pub(super) told: &'a DemoReflection,
    /// What is for the clinician alone is still being written.
    pub(super) unfinished: bool,
}

/// A goal, and when it was reached.
#[derive(Debug)]
pub(super) struct Goal<'a> {
    pub(super) set: Timestamp,
    pub(super) said: &'a DemoGoal,
    pub(super) reached: Option<Timestamp>,
}

/// An amendment to the note of a session.
#[derive(Debug)]
pub(super) struct Amendment {
    pub(super) at: Timestamp,
    pub(super) session: usize,
    pub(super) reason: &'static str,
    pub(super) text: &'static str,
}

/// One thing that happens in a case; numbers count in its story.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Act {
    /// One of the people asks for a first talk.
    Ask,
    /// They are accepted after it, and invited.
    Accept,
    /// The people are entered with their case, and invited.
    Enter,
    /// Everybody accepts the invitation.
    Join,
    /// A participant signs every document.
    Sign(usize),
    /// A participant fills the intake, alone.
    Intake(usize),
    /// The clinician settles the screening of everybody (R11).
    Screen,
    /// A session is booked.
    Book(usize),
    /// A session was held, called off, or nobody came.
    Settle(usize),
    /// The note of a session is begun.
    Write(usize),
    /// It is signed.
    SignNote(usize),
    /// The supervisor co-signs it.
    Cosign(usize),
    /// Something is added to a signed note.
    Amend,
    /// Homework is given.
    Give(usize),
    /// Somebody tells about it: which homework, which reflection.
    Reflect(usize, usize),
    /// Homework is ended.
    End(usize),
    /// A goal is set.
    SetGoal(usize),
    /// A goal is reached.
    ReachGoal(usize),
    /// The check-in is answered.
    Measure(usize),
    /// The case is closed.
    Close,
}

/// One thing that happens.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Event {
    /// In the case with this number.
    Case(usize, Act),
    /// A visitor asks for a first talk.
    Enquiry(usize),
}

/// What was added to notes later: in which case, to which session before the newest with a note, why, what.
const AMENDMENTS: [(&str, usize, &str, &str); 3] = [
    (
        "noor-sam",
        1,
        "Left out",
        "Both asked for a sheet with the steps. They took it along.",
    ),
    (
        "renata",
        2,
        "A wrong word",
        "\"Avoided\" should read \"postponed\". The word was mine, not hers.",
    ),
    (
        "mei",
        3,
        "Asked for by my supervisor",
        "The prescriber's name is on the release that was signed at intake.",
    ),
];

/// Cases that are no older came by asking for a first talk.
const NEW_WEEKS: u8 = 3;
/// So many days before the case was opened.
const ASKED_DAYS: i64 = 8;

impl<'a> Story<'a> {
    /// The story of a case; `index` varies which sessions did not take place.
    pub(super) fn of(demo: &'a Demo, case: &'a DemoCase, index: usize, days: &Days) -> Self {
        let opening = Days::working(Days::shift(days.weeks_ago(case.opened_weeks_ago), -3));
        let minute = i8::try_from(index * 7 % 60).unwrap_or(0);
        let opens = days.at(opening, clock(10, minute));
        let sessions = sessions::of(demo, case, (index, opens), days);
        let homework = told::homework(case, &sessions, days);
        let last = sessions.iter().rposition(|session| session.note.is_some());
        let ended = matches!(case.stage, DemoStage::Ending | DemoStage::Closed);
        let reached = last
            .filter(|_| ended)
            .and_then(|last| sessions.get(last))
            .map(|session| days.at(days.day_of(session.starts), clock(20, 40)));
        let amendment = AMENDMENTS
            .iter()
            .find(|(slug, ..)| *slug == case.slug)
            .and_then(|(_, back, reason, text)| {
                let session = last?.checked_sub(*back)?;
                let held = sessions.get(session)?;
                held.note.as_ref().filter(|note| note.fate != Fate::Begun)?;
                let day = Days::shift(days.day_of(held.starts), 2);
                Some(Amendment {
                    at: days.at(day, clock(9, 15)),
                    session,
                    reason,
                    text,
                })
            });
        let asks = minutes(opens, -ASKED_DAYS * 24 * 60);
        Self {
            case,
            asks: (case.opened_weeks_ago <= NEW_WEEKS).then_some(asks),
            opens,
            homework,
            goals: told::goals(case, reached, days),
            measures: told::measures(case, days),
            amendment,
            closes: case
                .closed_weeks_ago
                .map(|weeks| days.at(days.weeks_ago(weeks), clock(17, 30))),
            sessions,
        }
    }

    /// Everything that happens in this case up to now.
    fn acts(&self, days: &Days) -> Vec<(Timestamp, Act)> {
        let evening = |minute| days.at(days.day_of(self.opens), clock(18, minute));
        let mut acts = vec![(evening(20), Act::Join)];
        match self.asks {
            Some(asks) => acts.extend([(asks, Act::Ask), (self.opens, Act::Accept)]),
            None => acts.push((self.opens, Act::Enter)),
        }
        for (person, minute) in (0..self.case.participants.len()).zip([30, 40, 50]) {
            acts.push((evening(minute), Act::Sign(person)));
            acts.push((minutes(evening(minute), 60), Act::Intake(person)));
        }
        let screened = self
            .case
            .screening_settled
            .then(|| minutes(evening(20), 125));
        acts.extend(screened.map(|at| (at, Act::Screen)));
        for (number, session) in self.sessions.iter().enumerate() {
            // Joint sessions wait for the screening; those of one alone do not.
            let waits = screened.filter(|_| session.alone.is_none());
            acts.extend(session.acts(number, waits, days));
        }
        for (number, homework) in self.homework.iter().enumerate() {
            acts.push((homework.given, Act::Give(number)));
            acts.extend(homework.ends.map(|at| (at, Act::End(number))));
            for (told, reflection) in homework.reflections.iter().enumerate() {
                acts.push((reflection.at, Act::Reflect(number, told)));
            }
        }
        for (number, goal) in self.goals.iter().enumerate() {
            acts.push((goal.set, Act::SetGoal(number)));
            acts.extend(goal.reached.map(|at| (at, Act::ReachGoal(number))));
        }
        for (number, (at, _)) in self.measures.iter().enumerate() {
            acts.push((*at, Act::Measure(number)));
        }
        let amended = self.amendment.as_ref().map(|added| (added.at, Act::Amend));
        acts.extend(amended);
        acts.extend(self.closes.map(|at| (at, Act::Close)));
        acts.retain(|(at, _)| *at <= days.now);
        acts
    }
}

impl Session<'_> {
    fn acts(&self, number: usize, waits: Option<Timestamp>, days: &Days) -> Vec<(Timestamp, Act)> {
        let later = |after| minutes(self.starts, after);
        let booked = self.booked.max(waits.unwrap_or(self.booked));
        let mut acts = vec![(booked, Act::Book(number))];
        match self.state {
            SessionState::Booked => {}
            SessionState::Held => acts.push((later(58), Act::Settle(number))),
            SessionState::NotHeld => acts.push((later(25), Act::Settle(number))),
            SessionState::Cancelled => acts.push((later(-20 * 60), Act::Settle(number))),
        }
        let Some(note) = &self.note else { return acts };
        acts.push((later(61), Act::Write(number)));
        if note.fate != Fate::Begun {
            acts.push((later(67), Act::SignNote(number)));
        }
        if note.fate == Fate::Cosigned {
            acts.push((days.next_morning(self.starts), Act::Cosign(number)));
        }
        acts
    }
}

/// When an enquiry came.
pub(super) fn asked(enquiry: &DemoEnquiry, days: &Days) -> Timestamp {
    minutes(days.now, -60 * i64::from(enquiry.hours_ago))
}

/// Everything that happened up to now, in order; what happens at one moment stands together.
pub(super) fn timeline(demo: &Demo, stories: &[Story<'_>], days: &Days) -> Vec<(Timestamp, Event)> {
    let mut events: Vec<(Timestamp, Event)> = Vec::new();
    for (number, story) in stories.iter().enumerate() {
        let acts = story.acts(days).into_iter();
        events.extend(acts.map(|(at, act)| (at, Event::Case(number, act))));
    }
    for (number, enquiry) in demo.enquiries.iter().enumerate() {
        events.push((asked(enquiry, days), Event::Enquiry(number)));
    }
    // What was pushed first happens first at the same moment: a session is settled before the next is booked.
    events.sort_by_key(|(at, _)| *at);
    events
}
