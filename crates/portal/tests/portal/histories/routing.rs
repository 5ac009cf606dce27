//! What stands on one's own side is moved to the joint one, or back (R2).

use practice::AccessError;
use practice::cases::Side;
use practice::ids::SessionId;
use practice::notes::Route;
use practice::routing::{Asked, RoutingError, Thing};

use super::model::{Met, Place};
use super::step::{Kind, Way};
use super::story::{Put, Story};

const fn kind(of: Thing) -> Option<Kind> {
    match of {
        Thing::Goal(_) => Some(Kind::Goal),
        Thing::Assignment(_) => Some(Kind::Homework),
        Thing::Message(_) => Some(Kind::Message),
        Thing::Block(..) => Some(Kind::Block),
        Thing::Measure(_) => None,
    }
}

impl Story {
    /// The newest thing of a kind, or else of any, that can go this way; or the very one that was moved when this happened before.
    fn to_move(&self, number: usize, is: Kind, way: Way) -> Option<Put> {
        if let Some(record) = &self.again {
            let by = record.moved.get(&number)?;
            let mut all = self.put.iter();
            return all.find(|put| put.by.last() == Some(by)).cloned();
        }
        let stands = |put: &&Put| match put.on {
            Place::Own(whose) => way == Way::Wider && self.is_here(whose),
            Place::Joint => way == Way::Narrower,
        };
        let can_go: Vec<&Put> = self.put.iter().rev().filter(stands).collect();
        let mut of_kind = can_go.iter().filter(|put| kind(put.thing) == Some(is));
        of_kind.next().or(can_go.first()).copied().cloned()
    }

    /// The clinician moves something, with the yes of who is asked for it.
    pub(super) async fn moves(&mut self, number: usize, is: Kind, who: usize, way: Way) {
        let Some(put) = self.to_move(number, is, way) else {
            return;
        };
        // What moves wider leaves its own person's side, whoever is named.
        let (who, to) = match put.on {
            Place::Own(whose) => (whose, Place::Joint),
            Place::Joint => (who, Place::Own(who)),
        };
        if !self.is_here(who) {
            return;
        }
        let (part, desk) = (
            self.house.part(&self.case, self.person(who)),
            self.house.desk(self.house.clinician).await,
        );
        let route = match to {
            Place::Joint => Route::Chart,
            Place::Own(_) => Route::Own(part),
        };
        let practice = self.house.practice.clone();
        let seen = practice.routing(&desk, self.case.id, put.thing, route);
        let seen = match seen.await {
            Ok(seen) => seen,
            Err(error) => {
                let told = self.is_refused(&put, (who, way), &error);
                assert!(told, "{error:?} of {put:?} to {to:?}");
                self.happened.insert("refused to move".to_owned());
                return;
            }
        };
        assert!(
            seen.exact
                .iter()
                .any(|(_, words)| words.reveal() == &put.word)
        );
        let asked = Asked {
            digest: seen.digest,
            agreed: !seen.agreeing.is_empty(),
        };
        let moved = practice.route(&desk, self.case.id, put.thing, route, asked);
        moved.await.unwrap();
        let is = kind(put.thing).unwrap();
        self.happened.insert(format!("{is:?} {way:?}"));
        self.record.moved.insert(number, *put.by.last().unwrap());
        if matches!(is, Kind::Block | Kind::Message) {
            self.record.needed.extend(&put.by);
        }
        self.has_moved(&put, to).await;
    }

    /// Whether a move is refused for a reason that the history knows.
    fn is_refused(&self, put: &Put, (who, way): (usize, Way), error: &RoutingError) -> bool {
        let given = |id| self.given.iter().find(|given| given.id == id);
        match (put.thing, error) {
            (Thing::Assignment(id), RoutingError::Answered) => {
                let mut told = given(id).into_iter().flat_map(|given| &given.told);
                way == Way::Narrower && told.any(|(one, side)| *one != who || *side == Side::Joint)
            }
            // Who was not there yet has no side in that session.
            (Thing::Block(session, ..), RoutingError::Access(AccessError::NotThere)) => {
                way == Way::Narrower && !self.was_there(session, who)
            }
            _ => false,
        }
    }

    fn was_there(&self, session: SessionId, who: usize) -> bool {
        self.sessions.get(&session).unwrap().contains(&who)
    }

    async fn has_moved(&mut self, put: &Put, to: Place) {
        let readers = match to {
            Place::Own(who) => vec![who],
            Place::Joint => self.here.clone(),
        };
        match put.thing {
            // It stays where it was, too, because it was signed (R5).
            Thing::Block(session, ..) => return self.block_has_moved(put, session, to).await,
            Thing::Message(_) => self.copy_has_moved(put, (to, &readers)),
            Thing::Assignment(id) => {
                let on = (to, self.begins_on(put, to));
                self.model.moved(&put.word, on, &readers);
                let given = self.given.iter_mut().find(|given| given.id == id).unwrap();
                given.to.clone_from(&readers);
                given.is_joint = to == Place::Joint;
            }
            Thing::Goal(_) | Thing::Measure(_) => {
                let on = (to, self.begins_on(put, to));
                self.model.moved(&put.word, on, &readers);
            }
        }
        let moved = self.put.iter_mut().find(|one| one.word == put.word);
        moved.unwrap().on = to;
    }

    /// Those find it who took part at the time of the session, also who left since.
    async fn block_has_moved(&mut self, put: &Put, session: SessionId, to: Place) {
        let route = match to {
            Place::Own(who) => Route::Own(self.house.part(&self.case, self.person(who))),
            Place::Joint => Route::Chart,
        };
        self.signs_note(session, route).await;
        let day = self.model.day_of(&put.word, put.on).unwrap();
        let readers = match to {
            Place::Own(who) => vec![who],
            Place::Joint => self.sessions.get(&session).unwrap().clone(),
        };
        self.model
            .put(&put.word, (to, day), &readers, Met::InTheRecord);
    }

    /// Wider it begins with the day of the move; narrower it stays of its day.
    fn begins_on(&self, put: &Put, to: Place) -> i32 {
        match to {
            Place::Joint => self.day(),
            Place::Own(_) => self.model.day_of(&put.word, put.on).unwrap(),
        }
    }

    /// A copy of a message stays of the day on which the message came, and those who came later have no copy of that time.
    fn copy_has_moved(&mut self, put: &Put, (to, readers): (Place, &[usize])) {
        let day = self.model.day_of(&put.word, put.on).unwrap();
        self.model.moved(&put.word, (to, day), readers);
        if to == Place::Joint {
            let sent = *put.by.first().unwrap();
            let late = self.came.filter(|(_, came)| *came > sent);
            self.model
                .not_copied(&put.word, |who| late.is_some_and(|(one, _)| one == who));
        }
    }
}
