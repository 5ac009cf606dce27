//! Sessions, who was in the room, and notes of them.

use practice::booking::{NewSession, SESSION};
use practice::calendar::Place as Where;
use practice::ids::SessionId;
use practice::notes::{NoteBlock, NoteText, Route};
use practice::private::Private;
use practice::routing::Thing;
use practice::sessions::{Attendance, Present};

use super::model::{Met, Place};
use super::story::Story;

impl Story {
    /// A session with one in some days.
    pub(super) async fn session_to_come(&mut self, number: usize, who: usize) {
        if self.is_here(who) {
            let days = i64::try_from(number).unwrap() + 2;
            let wait = jiff::SignedDuration::from_hours(24 * days);
            self.books(Some(who), wait).await;
        }
    }

    async fn books(&self, with: Option<usize>, wait: jiff::SignedDuration) -> SessionId {
        let desk = self.house.desk(self.house.clinician).await;
        let new = NewSession {
            case: self.case.id,
            people: with.map(|who| self.person(who)).into_iter().collect(),
            starts: self.house.practice.now() + wait,
            length: SESSION,
            place: Where::Video,
        };
        let booked = self.house.practice.book_session(&desk, new);
        booked.await.unwrap()
    }

    /// A session with one or with everybody that begins at once, who was in the room, and a signed note of it.
    pub(super) async fn session(&mut self, number: usize, with: Option<usize>, word: &str) {
        if self.nobody_is_here(with) {
            return;
        }
        let wait = jiff::SignedDuration::from_mins(10);
        let session = self.books(with, wait).await;
        let (on, route) = match with {
            Some(who) => {
                let part = self.house.part(&self.case, self.person(who));
                (Place::Own(who), Route::Own(part))
            }
            None => (Place::Joint, Route::Chart),
        };
        let there = with.map_or_else(|| self.here.clone(), |who| vec![who]);
        let desk = self.house.desk(self.house.clinician).await;
        let practice = &self.house.practice;
        let text = NoteText {
            brought: Private::from(word),
            ..NoteText::default()
        };
        let written = practice.write_note(&desk, session, route, text, None);
        let (note, revision) = written.await.unwrap();
        practice.sign_note(&desk, note, revision).await.unwrap();
        let others = format!("{word}room");
        let present = there.iter().map(|who| Present {
            person: self.person(*who),
            from: None,
            until: None,
        });
        let attendance = Attendance {
            present: present.collect(),
            others: Private::from(others.clone()),
        };
        let recorded = practice.record_attendance(&desk, session, attendance, None);
        recorded.await.unwrap();
        self.sessions.insert(session, self.here.clone());
        let block = Thing::Block(session, route, NoteBlock::Brought);
        self.puts(block, (on, self.day()), (word, vec![number]));
        let on = (on, self.day());
        self.model.put(&others, on, &there, Met::InCopies);
    }

    /// The clinician signs what a move of a block left unsigned on a side.
    pub(super) async fn signs_note(&self, session: SessionId, route: Route) {
        let desk = self.house.desk(self.house.clinician).await;
        let practice = &self.house.practice;
        let seen = practice
            .session_workspace(&desk, session, Some(route))
            .await;
        let seen = seen.unwrap();
        let note = seen.side(route).unwrap().note.clone().unwrap();
        if note.signed.is_none() {
            let signed = practice.sign_note(&desk, note.id, note.revision).await;
            signed.unwrap();
        }
    }
}
