//! What can happen in a case, and how it happens: through the practice's own acts, an hour apart.

use practice::access::Purpose;
use practice::booking::{NewSession, SESSION};
use practice::calendar::Place;
use practice::cases::{After, Beginning, Case, Joiner, Onward, Parting, Separation, Side};
use practice::goals::GoalWords;
use practice::homework::{For, NewAssignment, Told, What};
use practice::ids::{AssignmentId, CaseId, PersonId};
use practice::measures::check_in;
use practice::notes::{NoteText, Route};
use practice::private::Private;
use practice::receipts::{Opened, Whose};
use practice::testing::{BEGINS, Fictional};
use proptest::prelude::{Just, Strategy, prop_oneof};
use web::testing::Browser;

use super::model::Model;
use super::walk::{self, Page};

/// How every planted word begins.
pub(super) const WORD: &str = "zq7w";

/// Something that happens. Numbers are of people, and of homework as it was given; those that are not there do nothing.
#[derive(Clone, Debug)]
pub(super) enum Step {
    /// A goal of one's own.
    OwnGoal(usize),
    /// A goal that is everybody's.
    JointGoal(usize),
    /// Somebody answers the check-in.
    Measure(usize),
    /// Homework for one.
    HomeworkFor(usize),
    /// Homework for everybody.
    JointHomework,
    /// Somebody tells the clinician alone about the newest homework of theirs.
    Tells(usize),
    /// Somebody keeps a draft of it.
    Drafts(usize),
    /// Somebody shares words about the newest joint homework.
    Shares(usize),
    /// A session with one.
    SessionWith(usize),
    /// A session with everybody, and a note on the joint side.
    JointSession,
    /// A note on one participant's side.
    NoteOf(usize),
    /// Another case is begun, of one of them alone, with a goal in it.
    CaseOfOne(usize),
    /// The one who was not there from the beginning joins.
    Joins,
    /// Somebody's part ends.
    Leaves(usize),
    /// The work together ends; care goes on alone for all but the first.
    Separation,
}

/// Where others go after a separation.
#[derive(Clone, Copy, Debug)]
pub(super) enum Goes {
    Here,
    Elsewhere,
    Nowhere,
}

/// Any step of a case of so many people.
pub(super) fn step(people: usize) -> impl Strategy<Value = Step> {
    let who = 0..people;
    prop_oneof![
        2 => who.clone().prop_map(Step::OwnGoal),
        2 => who.clone().prop_map(Step::JointGoal),
        1 => who.clone().prop_map(Step::Measure),
        2 => who.clone().prop_map(Step::HomeworkFor),
        2 => Just(Step::JointHomework),
        3 => who.clone().prop_map(Step::Tells),
        1 => who.clone().prop_map(Step::Drafts),
        2 => who.clone().prop_map(Step::Shares),
        1 => who.clone().prop_map(Step::SessionWith),
        1 => Just(Step::JointSession),
        1 => who.clone().prop_map(Step::NoteOf),
        1 => who.prop_map(Step::CaseOfOne),
        1 => Just(Step::Joins),
        1 => (1..people).prop_map(Step::Leaves),
        1 => Just(Step::Separation),
    ]
}

impl Step {
    /// Whether somebody may notice that it happens: it is theirs, or everybody's.
    pub(super) fn is_seen_by(&self, me: usize) -> bool {
        match self {
            Self::OwnGoal(who)
            | Self::Measure(who)
            | Self::HomeworkFor(who)
            | Self::Tells(who)
            | Self::Drafts(who)
            | Self::SessionWith(who)
            | Self::NoteOf(who)
            | Self::CaseOfOne(who) => *who == me,
            Self::JointGoal(_)
            | Self::JointHomework
            | Self::Shares(_)
            | Self::JointSession
            | Self::Joins
            | Self::Leaves(_)
            | Self::Separation => true,
        }
    }
}

/// Homework that was given.
struct Given {
    id: AssignmentId,
    to: Vec<usize>,
    is_joint: bool,
    /// Who told about it: on their own side, on the joint one.
    told: Vec<(usize, Side, u32)>,
}

/// A history as it goes on.
pub(super) struct Story {
    house: Fictional,
    case: Case,
    people: Vec<PersonId>,
    here: Vec<usize>,
    joins: Option<usize>,
    given: Vec<Given>,
    model: Model,
}

const NAMES: [&str; 4] = ["Noor", "Sam", "Kai", "Ilse"];

impl Story {
    pub(super) async fn begins(house: Fictional, people: usize) -> Self {
        let mut persons = Vec::new();
        for name in NAMES.into_iter().take(people) {
            persons.push(house.client(name).await);
        }
        // Of three and more the last one joins later.
        let first = people.min(2).max(people - 1);
        let case = house.case_of(persons.get(..first).unwrap()).await;
        house.everybody_signs(&case).await;
        Self {
            case,
            people: persons,
            here: (0..first).collect(),
            joins: (first..people).next(),
            given: Vec::new(),
            model: Model::of(people),
            house,
        }
    }

    fn person(&self, who: usize) -> PersonId {
        *self.people.get(who).unwrap()
    }

    pub(super) const fn model(&self) -> &Model {
        &self.model
    }

    /// It is so many hours later than in the beginning, whatever took place.
    pub(super) fn it_is(&self, number: usize) {
        let hours = i64::try_from(number).unwrap() + 1;
        let begins: jiff::Timestamp = BEGINS.parse().unwrap();
        let now = begins + jiff::SignedDuration::from_hours(hours);
        self.house.clock.set(now);
    }

    /// Everything that one of them can reach now.
    pub(super) async fn pages_of(&self, who: usize) -> Vec<Page> {
        let mut browser = self.browser(who).await;
        walk::everything(&mut browser, || self.house.clock.pass_minutes(1)).await
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

    /// How many letters wait for one of them, or were sent.
    pub(super) async fn sent_to(&self, who: usize) -> String {
        let person = self.person(who);
        let sql = "SELECT count(*) FROM post WHERE person_id = $1";
        let row = self
            .house
            .store
            .read(move |tx| tx.one(sql, &[person.into()]));
        row.await.unwrap().unwrap().int(0).unwrap().to_string()
    }

    /// One more thing happens; what cannot happen any more does not.
    pub(super) async fn goes_on(&mut self, number: usize, step: &Step) {
        self.it_is(number);
        let word = format!("{WORD}{number}x");
        match step {
            Step::OwnGoal(who) => self.goal(*who, Side::Own, &word).await,
            Step::JointGoal(who) => self.goal(*who, Side::Joint, &word).await,
            Step::Measure(who) => self.measure(*who).await,
            Step::HomeworkFor(who) => self.homework(Some(*who), &word).await,
            Step::JointHomework => self.homework(None, &word).await,
            Step::Tells(who) => self.tells(*who, Side::Own, &word).await,
            Step::Drafts(who) => self.drafts(*who, &word).await,
            Step::Shares(who) => self.tells(*who, Side::Joint, &word).await,
            Step::SessionWith(who) => self.session(number, Some(*who), None).await,
            Step::JointSession => self.session(number, None, Some(Route::Chart)).await,
            Step::NoteOf(who) if self.is_here(*who) => {
                let route = Route::Own(self.house.part(&self.case, self.person(*who)));
                self.session(number, Some(*who), Some(route)).await;
            }
            Step::NoteOf(_) => {}
            Step::CaseOfOne(who) => self.case_of_one(*who, &word).await,
            Step::Joins => self.joins().await,
            Step::Leaves(who) => self.leaves(*who).await,
            Step::Separation => self.parts(Goes::Here).await,
        }
    }

    fn is_here(&self, who: usize) -> bool {
        self.here.contains(&who)
    }

    /// Whether the one that is meant is not there, or nobody where everybody is meant.
    fn nobody_is_here(&self, who: Option<usize>) -> bool {
        who.map_or(self.here.is_empty(), |who| !self.is_here(who))
    }

    async fn goal(&mut self, who: usize, side: Side, word: &str) {
        if !self.is_here(who) {
            return;
        }
        let access = self.house.portal(self.person(who)).await;
        let part = self.house.part(&self.case, self.person(who));
        let words = GoalWords {
            words: Private::from(word),
            value: Private::from("calm"),
        };
        let set = self.house.practice.set_goal(&access, part, side, words);
        set.await.unwrap();
        match side {
            Side::Own => self.model.own(who, word),
            Side::Joint => self.model.joint(&self.here, word),
        }
    }

    async fn measure(&mut self, who: usize) {
        if !self.is_here(who) {
            return;
        }
        let access = self.house.portal(self.person(who)).await;
        let part = self.house.part(&self.case, self.person(who));
        let items = check_in().items.iter();
        let answers = items.map(|item| (item.id.clone(), 1)).collect();
        let taken = self.house.practice.take_measure(&access, part, answers);
        taken.await.unwrap();
    }

    async fn homework(&mut self, whom: Option<usize>, word: &str) {
        if self.nobody_is_here(whom) {
            return;
        }
        let desk = self.house.desk(self.house.clinician).await;
        let part = whom.map(|who| self.house.part(&self.case, self.person(who)));
        let new = NewAssignment {
            case: self.case.id,
            session: None,
            what: What::OwnText {
                title: Private::from(word),
                text: "Sit down for ten minutes.".into(),
            },
            remark: Private::default(),
            whom: part.map_or(For::Everybody, For::One),
        };
        let id = self.house.practice.give_homework(&desk, new).await.unwrap();
        let to = whom.map_or_else(|| self.here.clone(), |who| vec![who]);
        self.model.joint(&to, word);
        self.given.push(Given {
            id,
            to,
            is_joint: whom.is_none(),
            told: Vec::new(),
        });
    }

    /// The newest homework of somebody, and how often they told about it on that side.
    fn newest(&mut self, who: usize, side: Side) -> Option<&mut Given> {
        let mut given = self.given.iter_mut().rev();
        given.find(|given| given.to.contains(&who) && (side == Side::Own || given.is_joint))
    }

    async fn tells(&mut self, who: usize, side: Side, word: &str) {
        if !self.is_here(who) {
            return;
        }
        let access = self.house.portal(self.person(who)).await;
        let practice = self.house.practice.clone();
        let Some(given) = self.newest(who, side) else {
            return;
        };
        let place = (who, side);
        let before = given.told.iter().find(|(one, on, _)| (*one, *on) == place);
        if before.is_some() {
            return;
        }
        let revision = match side {
            Side::Own => {
                let told = Told {
                    words: Private::from(word),
                    ..Told::default()
                };
                practice.give_reflection(&access, given.id, told, 0).await
            }
            Side::Joint => {
                let words = Private::from(word);
                practice.share_reflection(&access, given.id, words, 0).await
            }
        };
        given.told.push((who, side, revision.unwrap()));
        match side {
            Side::Own => self.model.own(who, word),
            Side::Joint => self.model.joint(&self.here, word),
        }
    }

    async fn drafts(&mut self, who: usize, word: &str) {
        if !self.is_here(who) {
            return;
        }
        let access = self.house.portal(self.person(who)).await;
        let practice = self.house.practice.clone();
        let Some(given) = self.newest(who, Side::Own) else {
            return;
        };
        if given
            .told
            .iter()
            .any(|(one, on, _)| (*one, *on) == (who, Side::Own))
        {
            return;
        }
        let told = Told {
            words: Private::from(word),
            ..Told::default()
        };
        let kept = practice.draft_reflection(&access, given.id, told, 0).await;
        given.told.push((who, Side::Own, kept.unwrap()));
        self.model.own(who, word);
    }

    async fn session(&mut self, number: usize, with: Option<usize>, note: Option<Route>) {
        if self.nobody_is_here(with) {
            return;
        }
        let desk = self.house.desk(self.house.clinician).await;
        let days = i64::try_from(number).unwrap() + 2;
        let starts = self.house.practice.now() + jiff::SignedDuration::from_hours(24 * days);
        let new = NewSession {
            case: self.case.id,
            people: with.map(|who| self.person(who)).into_iter().collect(),
            starts,
            length: SESSION,
            place: Place::Video,
        };
        let practice = &self.house.practice;
        let session = practice.book_session(&desk, new).await.unwrap();
        if let Some(route) = note {
            let text = NoteText {
                brought: "Words of the clinician.".into(),
                ..NoteText::default()
            };
            let written = practice.write_note(&desk, session, route, text, None);
            let (note, revision) = written.await.unwrap();
            practice.sign_note(&desk, note, revision).await.unwrap();
        }
    }

    /// The case is parted: the first goes nowhere, and the others go on as it is said.
    pub(super) async fn parts(&mut self, others: Goes) {
        if self.here.len() < 2 {
            return;
        }
        let practice = &self.house.practice;
        let parting = |who: &usize| Parting {
            participant: self.house.part(&self.case, self.person(*who)),
            onward: match others {
                _ if *who == 0 => Onward::Nowhere,
                Goes::Here => Onward::Here,
                Goes::Elsewhere => Onward::With(self.house.associate),
                Goes::Nowhere => Onward::Nowhere,
            },
            remark: "Said so.".into(),
        };
        let separation = Separation {
            day: practice.description().await.unwrap().day_of(practice.now()),
            people: self.here.iter().map(parting).collect(),
        };
        let desk = self.house.desk(self.house.clinician).await;
        let parted = practice.separate(&desk, self.case.id, separation);
        parted.await.unwrap();
        for who in std::mem::take(&mut self.here) {
            self.model.ends(who);
        }
    }

    async fn leaves(&mut self, who: usize) {
        if !self.is_here(who) || self.here.len() < 2 {
            return;
        }
        let desk = self.house.desk(self.house.clinician).await;
        let part = (self.case.id, self.house.part(&self.case, self.person(who)));
        let ended = self.house.practice.end_part(&desk, part, "Said so.".into());
        ended.await.unwrap();
        self.here.retain(|one| *one != who);
        self.model.ends(who);
    }

    async fn case_of_one(&mut self, who: usize, word: &str) {
        if !self.is_here(who) {
            return;
        }
        let desk = self.house.desk(self.house.clinician).await;
        let beginning = Beginning {
            from: self.case.id,
            people: vec![self.person(who)],
            new: Vec::new(),
            after: After::Stays,
        };
        let practice = &self.house.practice;
        let begun = practice.begin_case(&desk, beginning).await.unwrap();
        let case = self.case_as_it_is(begun.case).await;
        self.house.everybody_signs(&case).await;
        let access = self.house.portal(self.person(who)).await;
        let words = GoalWords {
            words: Private::from(word),
            value: Private::from("calm"),
        };
        let part = self.house.part(&case, self.person(who));
        let set = practice.set_goal(&access, part, Side::Own, words).await;
        set.unwrap();
        self.model.own(who, word);
    }

    async fn case_as_it_is(&self, case: CaseId) -> Case {
        let desk = self.house.desk(self.house.clinician).await;
        let found = self.house.practice.case(&desk, case, Purpose::Care);
        found.await.unwrap()
    }

    async fn joins(&mut self) {
        let Some(who) = self.joins.filter(|_| !self.here.is_empty()) else {
            return;
        };
        // Dr. Okafor knows them from a case of theirs alone.
        self.house.case_of(&[self.person(who)]).await;
        let desk = self.house.desk(self.house.clinician).await;
        let joiner = Joiner::Known(self.person(who));
        let joined = self.house.practice.join_case(&desk, self.case.id, joiner);
        joined.await.unwrap();
        self.joins = None;
        self.here.push(who);
        self.case = self.case_as_it_is(self.case.id).await;
        let access = self.house.portal(self.person(who)).await;
        let part = self.house.part(&self.case, self.person(who));
        let mine = self.house.practice.my_consents(&access).await.unwrap();
        let mine = mine.into_iter().filter(|mine| mine.sides.me == part);
        for document in mine.flat_map(|mine| mine.documents) {
            let id = document.text.id.as_str();
            let signed = self.house.signs(&self.case, self.person(who), id);
            signed.await.unwrap();
        }
        self.house.settles(&self.case).await;
    }
}
