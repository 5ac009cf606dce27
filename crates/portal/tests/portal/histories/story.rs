//! A history as it goes on: everything happens through the practice's own acts, five hours apart, and what happened is told to
//! the model. What a step does stands with what it is about.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::date;
use jiff::tz::TimeZone;
use practice::cases::{Case, Side};
use practice::ids::{AssignmentId, MessageId, PersonId, SessionId, ThreadId};
use practice::receipts::{Opened, Whose};
use practice::routing::Thing;
use practice::testing::{BEGINS, Fictional};
use web::testing::Browser;

use super::cases::Goes;
use super::model::{Model, Place};
use super::releases::Asked;
use super::step::{Answer, Step};
use super::walk::{self, Page};

/// How every planted word begins.
pub(super) const WORD: &str = "zq7w";

const NAMES: [&str; 4] = ["Noor", "Sam", "Kai", "Ilse"];

/// Something with words that can be moved.
#[derive(Clone, Debug)]
pub(super) struct Put {
    pub(super) thing: Thing,
    pub(super) word: String,
    pub(super) on: Place,
    /// The steps by which it came to be, the last of which gave it its word.
    pub(super) by: Vec<usize>,
}

/// Homework that was given.
pub(super) struct Given {
    pub(super) id: AssignmentId,
    pub(super) number: usize,
    pub(super) to: Vec<usize>,
    pub(super) is_joint: bool,
    /// Who told about it: on their own side, on the joint one.
    pub(super) told: Vec<(usize, Side)>,
}

/// A message, and where it was written.
pub(super) struct Written {
    pub(super) id: MessageId,
    pub(super) thread: ThreadId,
    pub(super) on: Place,
    pub(super) number: usize,
    pub(super) day: i32,
    /// Whether the clinician wrote it.
    pub(super) answers: bool,
    pub(super) filed: bool,
    /// Who read the thread when it began.
    pub(super) here: Vec<usize>,
}

/// What has to be known of a history to tell it once more as one of its people could notice it.
#[derive(Clone, Default)]
pub(super) struct Record {
    /// What each move moved, by the step that gave it its word.
    pub(super) moved: BTreeMap<usize, usize>,
    /// The steps without which something could not be moved, where they cannot be made up for later.
    pub(super) needed: BTreeSet<usize>,
    /// For each document, of which release, and whose signatures for the joint part were in force.
    pub(super) documents: BTreeMap<usize, (usize, BTreeSet<usize>)>,
}

/// A history as it goes on.
pub(super) struct Story {
    pub(super) house: Fictional,
    pub(super) case: Case,
    pub(super) people: Vec<PersonId>,
    /// Those who take part, in the order in which they came.
    pub(super) here: Vec<usize>,
    pub(super) joins: Option<usize>,
    pub(super) given: Vec<Given>,
    pub(super) put: Vec<Put>,
    pub(super) messages: Vec<Written>,
    pub(super) releases: Vec<Asked>,
    /// Who lets their goals be shown together.
    pub(super) lets: BTreeSet<usize>,
    /// Who took part in the case at the time of each session of which there is a note.
    pub(super) sessions: BTreeMap<SessionId, Vec<usize>>,
    /// Who joined, and by which step.
    pub(super) came: Option<(usize, usize)>,
    pub(super) model: Model,
    pub(super) record: Record,
    /// What really happened, of what may not be possible.
    pub(super) happened: BTreeSet<String>,
    /// The record of the history that is told once more.
    pub(super) again: Option<Record>,
    zone: TimeZone,
}

impl Story {
    pub(super) async fn begins(house: Fictional, people: usize) -> Self {
        let mut persons = Vec::new();
        for name in NAMES.into_iter().take(people) {
            persons.push(house.client(name).await);
        }
        for person in persons.iter().chain([&house.clinician]) {
            house.has_keys(*person).await;
        }
        // Of three and more the last one joins later.
        let first = people.min(2).max(people - 1);
        let case = house.case_of(persons.get(..first).unwrap()).await;
        house.everybody_signs(&case).await;
        let mut model = Model::of(people);
        let joins = (first..people).next();
        if let Some(who) = joins {
            model.comes(who, i32::MAX);
        }
        Self {
            case,
            people: persons,
            here: (0..first).collect(),
            joins,
            given: Vec::new(),
            put: Vec::new(),
            messages: Vec::new(),
            releases: Vec::new(),
            lets: BTreeSet::new(),
            sessions: BTreeMap::new(),
            came: None,
            model,
            record: Record::default(),
            happened: BTreeSet::new(),
            again: None,
            zone: house.practice.description().await.unwrap().clock_zone(),
            house,
        }
    }

    /// A whole history.
    pub(super) async fn whole(house: Fictional, people: usize, steps: &[Step]) -> Self {
        let mut story = Self::begins(house, people).await;
        for (number, step) in steps.iter().enumerate() {
            story.it_is(number);
            story.happens(number, step).await;
        }
        story.it_is(steps.len());
        story
    }

    /// The same history without what others than `me` kept to themselves. What came to be seen later begins when it does.
    pub(super) async fn once_more(
        house: Fictional,
        (people, me): (usize, usize),
        steps: &[Step],
        record: &Record,
    ) -> Self {
        let mut story = Self::begins(house, people).await;
        story.again = Some(record.clone());
        for (number, step) in steps.iter().enumerate() {
            story.it_is(number);
            if let Some(source) = record.moved.get(&number).filter(|one| !story.knows(**one)) {
                story.happens(*source, steps.get(*source).unwrap()).await;
            }
            if record.needed.contains(&number) {
                story.happens(number, step).await;
            } else if let Some(seen) = step.as_seen_by(me) {
                story.happens(number, &seen).await;
            }
        }
        story.it_is(steps.len());
        story
    }

    /// It is so many times five hours and a minute later than in the beginning, whatever took place: never midnight.
    pub(super) fn it_is(&self, number: usize) {
        let times = i64::try_from(number).unwrap() + 1;
        let begins: jiff::Timestamp = BEGINS.parse().unwrap();
        let now = begins + jiff::SignedDuration::from_mins(301 * times);
        self.house.clock.set(now);
    }

    /// The day that it is, counted from the first one.
    pub(super) fn day(&self) -> i32 {
        let today = self.house.practice.now().to_zoned(self.zone.clone()).date();
        (today - date(2026, 11, 19)).get_days()
    }

    /// One more thing happens; what cannot happen any more does not.
    pub(super) async fn happens(&mut self, number: usize, step: &Step) {
        let word = format!("{WORD}{number}x");
        match step {
            Step::OwnGoal(who) => self.goal(number, *who, Side::Own, &word).await,
            Step::JointGoal(who) => self.goal(number, *who, Side::Joint, &word).await,
            Step::Measure(who) => self.measure(*who).await,
            Step::HomeworkFor(who) => self.homework(number, Some(*who), &word).await,
            Step::JointHomework => self.homework(number, None, &word).await,
            Step::Tells(who) => self.tells(*who, Side::Own, &word).await,
            Step::Drafts(who) => self.drafts(*who, &word).await,
            Step::Shares(who) => self.tells(*who, Side::Joint, &word).await,
            Step::SessionWith(who) => self.session_to_come(number, *who).await,
            Step::JointSession => self.session(number, None, &word).await,
            Step::NoteOf(who) => self.session(number, Some(*who), &word).await,
            Step::Writes(who, side) => self.writes(number, *who, *side).await,
            Step::Replies(with) => self.replies(number, *with).await,
            Step::Files(of) => self.files(number, *of, &word).await,
            Step::Moves(kind, who, way) => self.moves(number, *kind, *who, *way).await,
            Step::ShowsTogether(who, shown) => self.shows_together(*who, *shown).await,
            Step::AsksRelease(leaving) => self.asks_release(number, *leaving, &word).await,
            Step::Answers(who, answer) => self.answers(*who, *answer).await,
            Step::EverybodySigns => {
                for who in 0..self.people.len() {
                    self.answers(who, Answer::Signs).await;
                }
            }
            Step::Document(revokes) => self.document(number, *revokes).await,
            Step::CaseOfOne(who) => self.case_of_one(*who, &word).await,
            Step::Joins => self.joins(number).await,
            Step::Leaves(who) => self.leaves(*who, &word).await,
            Step::Separation => self.parts(Goes::Here, &word).await,
        }
    }

    /// Whether something was put there by a step.
    fn knows(&self, number: usize) -> bool {
        self.put.iter().any(|put| put.by.last() == Some(&number))
    }

    pub(super) fn person(&self, who: usize) -> PersonId {
        *self.people.get(who).unwrap()
    }

    pub(super) fn is_here(&self, who: usize) -> bool {
        self.here.contains(&who)
    }

    /// Whether the one that is meant is not there, or nobody where everybody is meant.
    pub(super) fn nobody_is_here(&self, who: Option<usize>) -> bool {
        who.map_or(self.here.is_empty(), |who| !self.is_here(who))
    }

    /// Everything that one of them can reach now.
    pub(super) async fn pages_of(&self, who: usize) -> Vec<Page> {
        let mut browser = self.browser(who).await;
        let time_passes = || self.house.clock.pass_minutes(2);
        let asked = || self.house.store.statements();
        walk::everything(&mut browser, time_passes, asked).await
    }

    /// A browser in which one of them is signed in.
    async fn browser(&self, who: usize) -> Browser {
        let token = self.house.token(self.person(who)).await;
        Browser::of(&self.house.practice, portal::router()).signed_in(token.text())
    }

    /// Who opened the record of one of them, as they read it, in an order of its own.
    pub(super) async fn receipts_of(&self, who: usize) -> String {
        let access = self.house.portal(self.person(who)).await;
        let practice = &self.house.practice;
        let read = practice.who_opened_my_record(&access, Whose::Others, None);
        let read = read.await.unwrap().openings.into_iter();
        let mut lines: Vec<String> = read
            .map(|one| {
                let Opened {
                    at,
                    by,
                    what,
                    purpose,
                    wrote,
                    refused,
                    id: _,
                } = one;
                format!("{at} {by:?} {what} {purpose} {wrote} {refused}")
            })
            .collect();
        lines.sort_unstable();
        lines.join("\n")
    }
}
