//! Goals, check-ins and homework, and what comes back.

use std::collections::BTreeSet;

use practice::cases::Side;
use practice::goals::GoalWords;
use practice::homework::{For, NewAssignment, Told, What};
use practice::measures::check_in;
use practice::private::Private;
use practice::routing::Thing;
use practice::together::Shown;

use super::model::{Met, Place};
use super::step::Step;
use super::story::{Given, Put, Story};

pub(super) fn goal_of(word: &str) -> GoalWords {
    GoalWords {
        words: Private::from(word),
        value: Private::from("calm"),
    }
}

impl Story {
    pub(super) async fn goal(&mut self, number: usize, who: usize, side: Side, word: &str) {
        if !self.is_here(who) {
            return;
        }
        let access = self.house.portal(self.person(who)).await;
        let part = self.house.part(&self.case, self.person(who));
        let practice = &self.house.practice;
        let set = practice.set_goal(&access, part, side, goal_of(word)).await;
        let on = match side {
            Side::Own => Place::Own(who),
            Side::Joint => Place::Joint,
        };
        let on = (on, self.day());
        self.puts(Thing::Goal(set.unwrap()), on, (word, vec![number]));
    }

    /// Words that can be moved stand on a side, of a day, for whom it is.
    pub(super) fn puts(
        &mut self,
        thing: Thing,
        (on, day): (Place, i32),
        (word, by): (&str, Vec<usize>),
    ) {
        let met = match thing {
            Thing::Block(..) => Met::InTheRecord,
            Thing::Goal(_) | Thing::Assignment(_) | Thing::Measure(_) | Thing::Message(_) => {
                Met::Everywhere
            }
        };
        match on {
            Place::Own(who) => self.model.own(who, word, day, met),
            Place::Joint => self.model.put(word, (on, day), &self.here, met),
        }
        let word = word.to_owned();
        self.put.push(Put {
            thing,
            word,
            on,
            by,
        });
        // What is told once more may come to be later than it was.
        self.put.sort_by_key(|put| put.by.last().copied());
    }

    pub(super) async fn measure(&mut self, who: usize) {
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

    pub(super) async fn homework(&mut self, number: usize, whom: Option<usize>, word: &str) {
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
        let on = whom.map_or(Place::Joint, Place::Own);
        let on = (on, self.day());
        self.puts(Thing::Assignment(id), on, (word, vec![number]));
        self.given.push(Given {
            id,
            number,
            to: whom.map_or_else(|| self.here.clone(), |who| vec![who]),
            is_joint: whom.is_none(),
            told: Vec::new(),
        });
        self.given.sort_by_key(|given| given.number);
    }

    /// The newest homework of somebody about which they told nothing on that side.
    fn untold(&mut self, who: usize, side: Side) -> Option<&mut Given> {
        let mut given = self.given.iter_mut().rev();
        let newest =
            given.find(|given| given.to.contains(&who) && (side == Side::Own || given.is_joint));
        newest.filter(|given| !given.told.contains(&(who, side)))
    }

    pub(super) async fn tells(&mut self, who: usize, side: Side, word: &str) {
        if !self.is_here(who) {
            return;
        }
        let access = self.house.portal(self.person(who)).await;
        let practice = self.house.practice.clone();
        let Some(given) = self.untold(who, side) else {
            return;
        };
        let told = match side {
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
        told.unwrap();
        given.told.push((who, side));
        let day = self.day();
        match side {
            Side::Own => self.model.own(who, word, day, Met::Everywhere),
            Side::Joint => {
                let on = (Place::Joint, day);
                self.model.put(word, on, &self.here, Met::Everywhere);
            }
        }
    }

    pub(super) async fn drafts(&mut self, who: usize, word: &str) {
        if !self.is_here(who) {
            return;
        }
        let access = self.house.portal(self.person(who)).await;
        let practice = self.house.practice.clone();
        let Some(given) = self.untold(who, Side::Own) else {
            return;
        };
        let told = Told {
            words: Private::from(word),
            ..Told::default()
        };
        let kept = practice.draft_reflection(&access, given.id, told, 0).await;
        kept.unwrap();
        given.told.push((who, Side::Own));
        let day = self.day();
        self.model.own(who, word, day, Met::OnPages);
    }

    pub(super) async fn shows_together(&mut self, who: usize, goals: bool) {
        if !self.is_here(who) {
            return;
        }
        let access = self.house.portal(self.person(who)).await;
        let part = self.house.part(&self.case, self.person(who));
        let practice = &self.house.practice;
        let mine = practice.my_shown(&access).await.unwrap();
        let known = mine.iter().find(|mine| mine.sides.me == part).unwrap();
        let choice = Shown {
            goals,
            measures: false,
        };
        let chosen = practice.show_together(&access, part, choice, known.revision);
        chosen.await.unwrap();
        if goals {
            self.lets.insert(who);
        } else {
            self.lets.remove(&who);
        }
    }

    /// What all look at together holds what they all read, and of the goals of each what that one lets be shown.
    pub(super) async fn together_is_what_all_share(&self, steps: &[Step]) {
        if self.here.len() < 2 {
            return;
        }
        let desk = self.house.desk(self.house.clinician).await;
        let practice = &self.house.practice;
        let page = practice.together(&desk, self.case.id).await.unwrap();
        let goals = page
            .goals
            .iter()
            .chain(page.each.iter().flat_map(|one| &one.goals));
        let goals = goals.map(|goal| goal.said.words.reveal().clone());
        let homework = page.homework.iter().flat_map(|one| {
            let told = one.reflections.iter().map(|told| &told.told.words);
            let words = told.chain([&one.assignment.task.title]);
            words.map(|words| words.reveal().clone())
        });
        let shown: BTreeSet<String> = goals.chain(homework).collect();
        let mut may = self.model.read_by_all(&self.here);
        let mut must = BTreeSet::new();
        for put in self
            .put
            .iter()
            .filter(|put| matches!(put.thing, Thing::Goal(_)))
        {
            match put.on {
                Place::Own(who) if self.lets.contains(&who) && self.is_here(who) => {
                    may.insert(put.word.clone());
                    must.insert(put.word.clone());
                }
                Place::Own(_) | Place::Joint => {}
            }
        }
        let foreign: Vec<_> = shown.difference(&may).collect();
        assert!(foreign.is_empty(), "{foreign:?} together after {steps:?}");
        let missing: Vec<_> = must.difference(&shown).collect();
        assert!(
            missing.is_empty(),
            "{missing:?} not together after {steps:?}"
        );
    }
}
