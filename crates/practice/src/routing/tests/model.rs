//! R2 against a simple model: random histories of goals that are set, changed and moved between three people's sides. After
//! each step everybody finds on their pages exactly what the model says, and every revision lies sealed on the side on which
//! it was written, whatever happened later.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use proptest::test_runner::Config;
use uuid::Uuid;

use super::super::{Asked, RoutingError, Thing};
use super::moved;
use crate::cases::{Case, Side};
use crate::goals::{GoalState, GoalWords};
use crate::ids::{GoalId, PersonId};
use crate::notes::Route;
use crate::private::Private;
use crate::testing::{Fictional, once};

#[derive(Clone, Debug)]
enum Step {
    /// Somebody sets a goal on their own side or on the joint one.
    Set(usize, bool),
    /// Somebody puts one of the goals that they find in other words.
    Change(usize, usize),
    /// The clinician moves a goal: to the joint side, or to one person's.
    Move(usize, Option<usize>),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        (0..3_usize, any::<bool>()).prop_map(|(who, own)| Step::Set(who, own)),
        (0..3_usize, any::<usize>()).prop_map(|(who, which)| Step::Change(who, which)),
        (any::<usize>(), prop::option::of(0..3_usize))
            .prop_map(|(which, to)| Step::Move(which, to)),
        (any::<usize>(), prop::option::of(0..3_usize))
            .prop_map(|(which, to)| Step::Move(which, to)),
    ];
    prop::collection::vec(step, 4..14)
}

/// A goal of the model: whose, where its newest revision stands, its words, and where each revision lies.
#[derive(Clone, Debug)]
struct Known {
    own: Option<usize>,
    words: String,
    lies: Vec<Option<usize>>,
}

struct Story<'h> {
    house: &'h Fictional,
    case: Case,
    people: [PersonId; 3],
    known: BTreeMap<GoalId, Known>,
    written: usize,
}

impl Story<'_> {
    async fn begin(house: &Fictional) -> Story<'_> {
        let people = [
            house.client("Noor").await,
            house.client("Sam").await,
            house.client("Kit").await,
        ];
        let case = house.case_of(&people).await;
        house.everybody_signs(&case).await;
        Story {
            house,
            case,
            people,
            known: BTreeMap::new(),
            written: 0,
        }
    }

    fn said(&mut self) -> GoalWords {
        self.written += 1;
        GoalWords {
            words: Private::from(format!("Wish number {}", self.written)),
            value: Private::default(),
        }
    }

    async fn step(&mut self, step: &Step) {
        match *step {
            Step::Set(who, own) => {
                let said = self.said();
                let access = self.house.portal(self.people[who]).await;
                let part = self.house.part(&self.case, self.people[who]);
                let side = if own { Side::Own } else { Side::Joint };
                let set = self
                    .house
                    .practice
                    .set_goal(&access, part, side, said.clone());
                let own = own.then_some(who);
                let known = Known {
                    own,
                    words: said.words.into_revealed(),
                    lies: vec![own],
                };
                self.known.insert(set.await.unwrap(), known);
            }
            Step::Change(who, which) => self.changes(who, which).await,
            Step::Move(which, to) => self.moves(which, to).await,
        }
    }

    async fn changes(&mut self, who: usize, which: usize) {
        let access = self.house.portal(self.people[who]).await;
        let mine = self.house.practice.my_goals(&access).await.unwrap();
        let all: Vec<_> = mine[0].own.iter().chain(&mine[0].joint).collect();
        if all.is_empty() {
            return;
        }
        let goal = all[which % all.len()];
        let said = self.said();
        let words = said.words.reveal().clone();
        let changing =
            self.house
                .practice
                .change_goal(&access, goal.id, goal.revision, said, GoalState::Open);
        changing.await.unwrap();
        let known = self.known.get_mut(&goal.id).unwrap();
        known.lies.push(known.own);
        known.words = words;
    }

    async fn moves(&mut self, which: usize, to: Option<usize>) {
        let Some(id) = self
            .known
            .keys()
            .nth(which % self.known.len().max(1))
            .copied()
        else {
            return;
        };
        let part = |who: usize| self.case.participant(self.people[who]).unwrap().id;
        let route = to.map_or(Route::Chart, |who| Route::Own(part(who)));
        let asked = moved(self.house, &self.case, Thing::Goal(id), route).await;
        let known = self.known.get_mut(&id).unwrap();
        let may = match (known.own, to) {
            (Some(_), None) | (None, Some(_)) => true,
            (None, None) | (Some(_), Some(_)) => false,
        };
        if may {
            asked.unwrap();
            known.own = to;
            known.lies.push(to);
        } else {
            assert!(matches!(asked, Err(RoutingError::NoSuchSide)), "{asked:?}");
        }
    }

    /// Everybody finds exactly what the model says, with no number that tells of more.
    async fn pages(&self) {
        for (who, person) in self.people.iter().enumerate() {
            let access = self.house.portal(*person).await;
            let mine = self.house.practice.my_goals(&access).await.unwrap();
            let found: BTreeSet<(GoalId, String, bool)> = mine[0]
                .own
                .iter()
                .chain(&mine[0].joint)
                .map(|one| (one.id, one.said.words.reveal().clone(), one.whose.is_some()))
                .collect();
            let model = self
                .known
                .iter()
                .filter(|(_, one)| one.own.is_none_or(|own| own == who));
            let model = model.map(|(id, one)| (*id, one.words.clone(), one.own.is_some()));
            assert_eq!(found, model.collect());
            for (id, one) in &self.known {
                let page = self.house.practice.my_goal(&access, *id).await;
                if one.own.is_some_and(|own| own != who) {
                    assert!(page.is_err());
                    continue;
                }
                let page = page.unwrap();
                let theirs = |lies: &&Option<usize>| lies.is_none_or(|own| own == who);
                let readable = one.lies.iter().filter(theirs).count();
                assert_eq!(page.earlier.len() + 1, readable);
                assert_eq!(usize::try_from(page.goal.revision).unwrap(), readable);
            }
        }
    }

    /// Every revision lies sealed where it was written.
    async fn rows(&self) {
        let sides: BTreeMap<Uuid, Option<usize>> = self
            .case
            .participants
            .iter()
            .map(|who| {
                let at = self.people.iter().position(|person| *person == who.person);
                (who.own.0, at)
            })
            .chain(self.case.joint.map(|joint| (joint.0, None)))
            .collect();
        let read = self.house.store.read(|tx| {
            let all = "SELECT row_id, revision, compartment_id FROM revisions WHERE tbl = 'goals' \
                       UNION ALL SELECT id, revision, compartment_id FROM goals ORDER BY 1, 2";
            tx.query(all, &[])?
                .iter()
                .map(|row| Ok((GoalId(row.uuid(0)?), row.uuid(2)?)))
                .collect::<Result<Vec<_>, store::StoreError>>()
        });
        let mut lies: BTreeMap<GoalId, Vec<Option<usize>>> = BTreeMap::new();
        for (id, side) in read.await.unwrap() {
            lies.entry(id).or_default().push(sides[&side]);
        }
        let model = self.known.iter().map(|(id, one)| (*id, one.lies.clone()));
        assert_eq!(lies, model.collect());
    }
}

proptest! {
    #![proptest_config(Config { cases: 10, max_shrink_iters: 40, ..Config::default() })]

    #[test]
    fn r2_everybody_reads_what_stands_on_their_sides_and_nothing_tells_of_the_rest(steps in steps()) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        runtime.block_on(once(async |house: Fictional| {
            let mut story = Story::begin(&house).await;
            for step in &steps {
                story.step(step).await;
            }
            story.pages().await;
            story.rows().await;
        }));
    }
}

#[tokio::test]
async fn a_move_that_was_asked_for_an_older_text_does_nothing() {
    once(async |house: Fictional| {
        let mut story = Story::begin(&house).await;
        story.step(&Step::Set(0, true)).await;
        let id = *story.known.keys().next().unwrap();
        let desk = house.desk(house.clinician).await;
        let (case, thing) = (story.case.id, Thing::Goal(id));
        let seen = house
            .practice
            .routing(&desk, case, thing, Route::Chart)
            .await
            .unwrap();
        story.step(&Step::Change(0, 0)).await;
        let asked = Asked {
            digest: seen.digest,
            agreed: true,
        };
        let late = house
            .practice
            .route(&desk, case, thing, Route::Chart, asked)
            .await;
        assert!(matches!(late, Err(RoutingError::OtherText)));
        story.pages().await;
    })
    .await;
}
