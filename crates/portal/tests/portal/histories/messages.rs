//! Messages, which only browsers read, the copies of them that the clinician files, and letters.

use practice::cases::Side;
use practice::ids::{MessageId, ThreadId};
use practice::messages::{Copied, MessageError, Sent, With};
use practice::post::Mailer;
use practice::private::Private;
use practice::routing::Thing;
use practice::testing::age::for_keys;
use uuid::Uuid;

use super::model::Place;
use super::story::{Story, Written};

/// An id as a browser gives it, for a message or its thread.
fn id(number: usize, what: u128) -> Uuid {
    let number = u128::try_from(number).unwrap();
    Uuid::from_u128(0x0199_0000_0000_7000_8000_0000_0000_0000 + 16 * number + what)
}

fn message(number: usize, readers: usize) -> Sent {
    Sent {
        id: MessageId(id(number, 1)),
        file: for_keys(readers),
        attachments: Vec::new(),
    }
}

const fn place(of: Option<usize>) -> Place {
    match of {
        Some(who) => Place::Own(who),
        None => Place::Joint,
    }
}

impl Story {
    fn readers(&self, on: Place) -> usize {
        match on {
            Place::Own(_) => 2,
            Place::Joint => self.here.len() + 1,
        }
    }

    fn wrote(&mut self, number: usize, on: Place, (thread, answers): (ThreadId, bool)) {
        self.messages.push(Written {
            id: MessageId(id(number, 1)),
            thread,
            on,
            number,
            day: self.day(),
            answers,
            filed: false,
            here: self.here.clone(),
        });
    }

    /// Somebody begins a thread.
    pub(super) async fn writes(&mut self, number: usize, who: usize, side: Side) {
        if !self.is_here(who) {
            return;
        }
        let access = self.house.portal(self.person(who)).await;
        let (on, with) = match side {
            Side::Own => {
                let part = self.house.part(&self.case, self.person(who));
                (Place::Own(who), With::One(part))
            }
            Side::Joint => (Place::Joint, With::All(self.case.id)),
        };
        let (thread, readers) = (ThreadId(id(number, 0)), self.readers(on));
        let practice = &self.house.practice;
        let first = message(number, readers);
        let begun = practice.begin_thread(&access, (thread, with), for_keys(readers), first);
        begun.await.unwrap();
        self.wrote(number, on, (thread, false));
    }

    /// The clinician answers the newest message there, as long as everybody who reads the thread is there.
    pub(super) async fn replies(&mut self, number: usize, with: Option<usize>) {
        let on = place(with);
        let newest = self.messages.iter().rev().find(|one| one.on == on);
        let Some((thread, here)) = newest.map(|one| (one.thread, one.here.clone())) else {
            return;
        };
        let desk = self.house.desk(self.house.clinician).await;
        let practice = &self.house.practice;
        let sent = practice.send_message(&desk, thread, message(number, self.readers(on)));
        let sent = sent.await;
        let goes_on = with.map_or(here == self.here, |who| self.is_here(who));
        if goes_on {
            sent.unwrap();
            self.wrote(number, on, (thread, true));
        } else {
            assert!(matches!(sent, Err(MessageError::Closed)), "{sent:?}");
        }
    }

    /// The clinician files the newest message of a client there that is not filed.
    pub(super) async fn files(&mut self, number: usize, of: Option<usize>, word: &str) {
        let (on, here) = (place(of), self.here.clone());
        if self.nobody_is_here(of) {
            return;
        }
        let mut newest = self.messages.iter_mut().rev();
        let is_meant = |one: &&mut Written| {
            one.on == on && !one.answers && !one.filed && (of.is_some() || one.here == here)
        };
        let Some(found) = newest.find(is_meant) else {
            return;
        };
        found.filed = true;
        let (thread, id) = (found.thread, found.id);
        let (on, by) = ((on, found.day), vec![found.number, number]);
        let desk = self.house.desk(self.house.clinician).await;
        let copied = Copied {
            text: Private::from(word),
        };
        let practice = &self.house.practice;
        let filed = practice.file_message(&desk, thread, id, copied).await;
        filed.unwrap();
        self.puts(Thing::Message(id), on, (word, by));
    }

    /// Every letter that left or waits for one of them, as they would read it, in an order of its own.
    pub(super) async fn letters_to(&self, who: usize) -> String {
        let practice = &self.house.practice;
        let kept = Mailer::kept("https://alcove.test");
        while practice.send_post(&kept).await.unwrap().kept > 0 {}
        let all = practice.outbox(&kept).await.unwrap().into_iter();
        let mine = all.filter(|letter| letter.person == self.person(who));
        let mut mine: Vec<String> = mine
            .map(|one| format!("{}\n{}\n{}", one.at, one.subject, one.text.reveal()))
            .collect();
        mine.sort_unstable();
        mine.join("\n")
    }
}
