//! R2, R3 against a simple model: whatever happens to a case, somebody reads what was shared while they were in it, and
//! nothing else.

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::super::{Onward, Side};
use super::joining::{goals_in, join};
use super::leaving::{end, now, words};
use super::separating::part;
use super::*;

/// Who there is; the first two begin the case.
const CAST: [&str; 4] = ["Noor", "Sam", "Kit", "Bea"];

/// Something that happens to the case; whom it is about, by their place in the cast.
#[derive(Clone, Copy, Debug)]
enum Happens {
    Joins(usize),
    Leaves(usize),
    Shares(usize),
    Parts,
}

fn histories() -> impl Strategy<Value = Vec<Happens>> {
    let who = || 0..CAST.len();
    let one = prop_oneof![
        3 => who().prop_map(Happens::Joins),
        2 => who().prop_map(Happens::Leaves),
        5 => who().prop_map(Happens::Shares),
        1 => Just(Happens::Parts),
    ];
    proptest::collection::vec(one, 4..14)
}

/// What the model knows: who is in it, who ever was, and who reads each thing that was shared.
struct Model {
    inside: BTreeSet<usize>,
    were: BTreeSet<usize>,
    open: bool,
    shared: Vec<(String, BTreeSet<usize>)>,
}

impl Model {
    /// Whether it can happen; if so, it has.
    fn takes(&mut self, happens: Happens, at: usize) -> bool {
        let may = self.open
            && match happens {
                Happens::Joins(who) => !self.were.contains(&who),
                Happens::Leaves(who) => self.inside.contains(&who) && self.inside.len() > 1,
                Happens::Shares(who) => self.inside.contains(&who),
                Happens::Parts => true,
            };
        if !may {
            return false;
        }
        match happens {
            Happens::Joins(who) => {
                self.inside.insert(who);
                self.were.insert(who);
            }
            Happens::Leaves(who) => {
                self.inside.remove(&who);
            }
            Happens::Shares(_) => self.shared.push((format!("{at}"), self.inside.clone())),
            Happens::Parts => self.open = false,
        }
        true
    }
}

async fn does(
    house: &Fictional,
    case: &Case,
    people: &[PersonId],
    happens: (Happens, usize),
) -> bool {
    let (happens, at) = happens;
    let current = now(house, case).await;
    match happens {
        Happens::Joins(who) => {
            let Ok(joined) = join(house, case, people[who]).await else {
                return false;
            };
            house
                .signs(&joined, people[who], "informed-consent")
                .await
                .unwrap();
            true
        }
        Happens::Leaves(who) => {
            current.participant(people[who]).is_some()
                && end(house, &current, people[who]).await.is_ok()
        }
        Happens::Shares(who) => {
            let Some(part) = current.participant(people[who]) else {
                return false;
            };
            let portal = house.portal(people[who]).await;
            let set =
                house
                    .practice
                    .set_goal(&portal, part.id, Side::Joint, words(&format!("{at}")));
            set.await.is_ok()
        }
        Happens::Parts => {
            let staying = current.staying().map(|who| (who.person, Onward::Nowhere));
            let staying: Vec<_> = staying.collect();
            part(house, &current, &staying).await.is_ok()
        }
    }
}

async fn agrees(history: &[Happens]) {
    let folder = store::testing::Folder::new();
    let house = crate::testing::fictional(&folder.sqlite()).await;
    let mut people = Vec::new();
    for name in CAST {
        let person = house.client(name).await;
        house.case_of(&[person]).await;
        people.push(person);
    }
    let case = house.case_of(&people[..2]).await;
    for who in &people[..2] {
        house.signs(&case, *who, "informed-consent").await.unwrap();
    }
    let mut model = Model {
        inside: BTreeSet::from([0, 1]),
        were: BTreeSet::from([0, 1]),
        open: true,
        shared: Vec::new(),
    };
    for (at, happens) in history.iter().enumerate() {
        let may = model.takes(*happens, at);
        let did = does(&house, &case, &people, (*happens, at)).await;
        assert_eq!(may, did, "{happens:?} as number {at}");
        let case = now(&house, &case).await;
        for (who, person) in people.iter().enumerate() {
            if case.participant(*person).is_none() {
                assert!(!model.were.contains(&who));
                continue;
            }
            let read: BTreeSet<String> =
                goals_in(&house, *person, &case).await.into_iter().collect();
            let shared = model
                .shared
                .iter()
                .filter(|(_, whose)| whose.contains(&who));
            let meant: BTreeSet<String> = shared.map(|(words, _)| words.clone()).collect();
            assert_eq!(
                read, meant,
                "{} after {happens:?} as number {at}",
                CAST[who]
            );
        }
    }
    verified(&house).await;
}

#[test]
fn r2_r3_whoever_was_there_reads_what_was_shared_then_and_nothing_else() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    let runtime = runtime.unwrap();
    let config = Config {
        cases: 16,
        max_shrink_iters: 32,
        failure_persistence: None,
        ..Config::default()
    };
    let told = TestRunner::new(config).run(&histories(), |history| {
        runtime.block_on(agrees(&history));
        Ok(())
    });
    told.unwrap();
}
