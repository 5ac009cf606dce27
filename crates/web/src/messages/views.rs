//! Threads in words: who reads, what stands there as files, why nothing can be written.

use jiff::Timestamp;
use practice::consent::Policy;
use practice::ids::{CaseId, PersonId};
use practice::messages::{Filed, NewThread, Reader, ThreadGlance, ThreadPage, With, Writes};
use serde_json::json;

use crate::audience::{Audience, Seen, listed};
use crate::local::Hours;
use crate::page::{Door, Page};
use crate::visit::Visit;

/// A thread, or the page on which one begins.
#[derive(Debug, Clone)]
pub struct ThreadView {
    /// Where threads are listed: `/my/messages`.
    pub home: &'static str,
    /// Where the keys are: `/my/own-words`.
    pub keys: &'static str,
    /// Nothing before it has begun.
    pub id: String,
    /// Where messages are sent.
    pub address: String,
    /// The practice's zone, and how hours are written, for times that the browser says.
    pub zone: String,
    /// "12" or "24".
    pub hours: &'static str,
    /// Who reads it, as a label.
    pub audience: Audience,
    /// Who reads it, in a sentence: "You, Sam and Dr. Okafor can read this, and nobody else."
    pub who: String,
    /// Who reads a copy in the record: "Noor, you and whoever else may open this side of it".
    pub who_sees: String,
    /// The readers with their keys, as the modules take them.
    pub readers: String,
    /// Those with whom six words can be compared: id and name.
    pub others: Vec<(String, String)>,
    /// What it is about, as a file, and who wrote that.
    pub about: (String, String),
    /// The messages, oldest first.
    pub messages: Vec<MessageView>,
    /// Where earlier ones are; nothing when there are none.
    pub earlier: String,
    /// Why nothing can be written; nothing when it can.
    pub why: String,
    /// Whether who reads may file copies to the record.
    pub files: bool,
    /// What happens with what is told alone here: a line of what was signed, and the document's place for who signed it.
    pub policy: Option<(String, String)>,
}

/// A message as its readers' browsers find it.
#[derive(Debug, Clone)]
pub struct MessageView {
    /// Which.
    pub id: String,
    /// Whose, as browsers know the readers.
    pub author: String,
    /// Whose, in words; "You" for one's own.
    pub name: String,
    /// Whether it is one's own.
    pub mine: bool,
    /// When it came.
    pub when: String,
    /// The same for `datetime`.
    pub machine: String,
    /// The file.
    pub file: String,
    /// "In the record since 27 November, filed by Dr. Okafor", or nothing.
    pub filed: String,
}

impl ThreadView {
    /// A thread that goes on.
    #[must_use]
    pub fn of(visit: &Visit, page: &Page, found: &ThreadPage) -> Self {
        let talk = Talk::of(page, found.me, &found.readers);
        let (home, keys) = talk.places();
        let address = format!("{home}/{}", found.id);
        let messages = found.messages.iter().map(|one| {
            let (when, machine) = moment(visit, one.sent_at);
            let filed = found.filed.iter().find(|copy| copy.message == one.id);
            MessageView {
                id: one.id.to_string(),
                author: talk.id(one.author),
                name: talk.name(one.author),
                mine: one.author == found.me,
                when,
                machine,
                file: one.file.to_base64(),
                filed: filed.map_or(String::new(), |copy| {
                    let (when, _) = moment(visit, copy.filed_at);
                    format!("In the record since {when}, filed by {}", copy.filed_by)
                }),
            }
        });
        Self {
            id: found.id.to_string(),
            audience: talk.audience(found.with),
            who: talk.who(),
            who_sees: talk.who_sees(),
            readers: talk.readers(),
            others: talk.others(),
            about: (found.about.to_base64(), talk.id(found.begun_by)),
            messages: messages.collect(),
            earlier: found
                .earlier
                .map_or(String::new(), |at| format!("{address}?before={at}")),
            why: talk.why(&found.writes),
            files: page.door == Door::Desk,
            zone: zone(visit),
            hours: hours(visit),
            policy: policy_of(page, found.case, found.policy.as_ref()),
            home,
            keys,
            address,
        }
    }

    /// The page on which one begins; `address` is where it is sent.
    #[must_use]
    pub fn new(visit: &Visit, page: &Page, found: &NewThread, address: String) -> Self {
        let talk = Talk::of(page, found.me, &found.readers);
        let (home, keys) = talk.places();
        Self {
            id: String::new(),
            audience: talk.audience(found.with),
            who: talk.who(),
            who_sees: String::new(),
            readers: talk.readers(),
            others: talk.others(),
            about: (String::new(), String::new()),
            messages: Vec::new(),
            earlier: String::new(),
            why: talk.why(&found.writes),
            files: false,
            zone: zone(visit),
            hours: hours(visit),
            policy: policy_of(page, found.case, found.policy.as_ref()),
            home,
            keys,
            address,
        }
    }
}

/// The line of the policy on secrets that a participant signed, and where who reads finds the whole of it.
fn policy_of(page: &Page, case: CaseId, policy: Option<&Policy>) -> Option<(String, String)> {
    policy.map(|policy| {
        let href = match (page.door, policy.signed) {
            (Door::Desk, _) => format!("/desk/cases/{case}/intake/{}", policy.participant),
            (Door::Portal | Door::Public, Some(signed)) => format!("/my/consents/signed/{signed}"),
            (Door::Portal | Door::Public, None) => {
                format!("/my/consents/{}/{}", policy.participant, policy.document)
            }
        };
        (policy.line.clone(), href)
    })
}

/// Who talks, for one of them.
struct Talk<'a> {
    page: &'a Page,
    me: PersonId,
    all: &'a [Reader],
}

impl<'a> Talk<'a> {
    const fn of(page: &'a Page, me: PersonId, all: &'a [Reader]) -> Self {
        Self { page, me, all }
    }

    fn places(&self) -> (&'static str, &'static str) {
        if self.page.door == Door::Desk {
            ("/desk/messages", "/desk/own-words")
        } else {
            ("/my/messages", "/my/own-words")
        }
    }

    fn shown(&self, reader: &Reader) -> String {
        let name = reader.name.reveal();
        if name.is_empty() {
            return "Somebody".to_owned();
        }
        self.page.name(name)
    }

    /// A reader as browsers know them; nothing for anybody else.
    fn id(&self, person: PersonId) -> String {
        let found = self.all.iter().find(|one| one.person == person);
        found.map_or(String::new(), |one| one.id.to_string())
    }

    fn name(&self, person: PersonId) -> String {
        if person == self.me {
            return "You".to_owned();
        }
        let found = self.all.iter().find(|one| one.person == person);
        found.map_or("Somebody".to_owned(), |one| self.shown(one))
    }

    /// "You", and then the others.
    fn names(&self) -> Vec<String> {
        let others = self.all.iter().filter(|one| one.person != self.me);
        let others = others.map(|one| self.shown(one));
        std::iter::once("You".to_owned()).chain(others).collect()
    }

    fn listed(&self) -> String {
        let names = self.names();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        listed(&names)
    }

    fn who(&self) -> String {
        format!("{} can read this, and nobody else.", self.listed())
    }

    fn who_sees(&self) -> String {
        let others: Vec<String> = self.names().into_iter().skip(1).collect();
        let others = others.join(", ");
        format!("{others}, you and whoever else may open this side of it")
    }

    fn audience(&self, with: With) -> Audience {
        let sealed =
            "Encrypted in your browser, for each of you. The practice’s server cannot read it";
        match with {
            With::All(_) => {
                Audience::new(Seen::Shared, self.listed()).because(format!("{sealed}."))
            }
            With::One(_) => {
                let others: Vec<String> = self.names().into_iter().skip(1).collect();
                let others: Vec<&str> = others.iter().map(String::as_str).collect();
                Audience::only_you_and(&listed(&others)).because(format!(
                    "{sealed}, and nobody else is told that it is here."
                ))
            }
        }
    }

    /// The readers in the form that `known.js` takes.
    fn readers(&self) -> String {
        let all = self.all.iter().map(|one| {
            let keys = one.keys.as_ref();
            json!({
                "person": one.id.to_string(),
                "name": self.shown(one),
                "keys": keys.map(|keys| json!({ "recipient": keys.recipient, "author": keys.author })),
            })
        });
        all.collect::<serde_json::Value>().to_string()
    }

    fn others(&self) -> Vec<(String, String)> {
        let others = self.all.iter().filter(|one| one.person != self.me);
        others
            .map(|one| (one.id.to_string(), self.shown(one)))
            .collect()
    }

    fn why(&self, writes: &Writes) -> String {
        match writes {
            Writes::Yes => String::new(),
            Writes::Closed => "Nothing new can be written here: the work together has ended, or somebody who reads this is not \
                in it any more. What was written stays for those who could read it then."
                .to_owned(),
            Writes::ConsentMissing if self.page.door == Door::Desk => {
                "Consent first. Not everybody whom it concerns has signed the informed consent that is in use."
                    .to_owned()
            }
            Writes::ConsentMissing => {
                "Nothing new can be written here at the moment. Look at your documents first."
                    .to_owned()
            }
            Writes::KeysMissing(who) => {
                let others: Vec<String> = who
                    .iter()
                    .filter(|person| **person != self.me)
                    .map(|person| self.name(*person))
                    .collect();
                if others.is_empty() {
                    return "You have no keys yet. Make them first: then others can write to you.".to_owned();
                }
                let names: Vec<&str> = others.iter().map(String::as_str).collect();
                let have = if others.len() == 1 { "has" } else { "have" };
                format!(
                    "{} {have} no keys yet, so that nothing can be encrypted for them. Nothing can be sent here until they have \
                     made theirs, on their own page “Your own words”.",
                    listed(&names)
                )
            }
        }
    }
}

/// A thread in a list.
#[derive(Debug, Clone)]
pub struct RowView {
    /// Which.
    pub id: String,
    /// Its page.
    pub href: String,
    /// "Messages with Sam and Dr. Okafor", until the browser has read what it is about.
    pub with: String,
    /// What it is about, as a file, and who wrote that.
    pub about: (String, String),
    /// The readers with their keys, as the modules take them.
    pub readers: String,
    /// Who reads it, as a label.
    pub audience: Audience,
    /// When the newest message came.
    pub when: String,
    /// Whether there is one that was not read.
    pub unread: bool,
}

impl RowView {
    /// A thread in a list.
    #[must_use]
    pub fn of(visit: &Visit, page: &Page, me: PersonId, one: &ThreadGlance) -> Self {
        let talk = Talk::of(page, me, &one.readers);
        let (home, _) = talk.places();
        let others: Vec<String> = talk.names().into_iter().skip(1).collect();
        let others: Vec<&str> = others.iter().map(String::as_str).collect();
        Self {
            id: one.id.to_string(),
            href: format!("{home}/{}", one.id),
            with: format!("With {}", listed(&others)),
            about: (one.about.to_base64(), talk.id(one.begun_by)),
            readers: talk.readers(),
            audience: talk.audience(one.with),
            when: moment(visit, one.newest).0,
            unread: one.unread,
        }
    }
}

/// A copy of a message in the record.
#[derive(Debug, Clone)]
pub struct FiledView {
    /// "Noor, 27 November, 10:40".
    pub line: String,
    /// "Filed by Dr. Okafor, 27 November, 11:00".
    pub filed: String,
    /// Who reads the side of the record on which it stands.
    pub label: Audience,
    /// The text.
    pub text: String,
}

impl FiledView {
    /// A copy, for whoever may read the side on which it stands.
    #[must_use]
    pub fn of(visit: &Visit, page: &Page, one: &Filed, label: Audience) -> Self {
        let name = page.name(one.author.reveal());
        Self {
            line: format!("{name}, {}", moment(visit, one.sent_at).0),
            filed: format!(
                "Filed by {}, {}",
                one.filed_by,
                moment(visit, one.filed_at).0
            ),
            label,
            text: one.text.reveal().clone(),
        }
    }
}

/// The practice's zone by its name in the tz database.
fn zone(visit: &Visit) -> String {
    let zone = &visit.web().house().locale.zone;
    zone.iana_name().unwrap_or_default().to_owned()
}

fn hours(visit: &Visit) -> &'static str {
    match visit.web().house().locale.hours {
        Hours::Twelve => "12",
        Hours::TwentyFour => "24",
    }
}

/// "27 November, 10:40", and the same for machines.
#[must_use]
pub fn moment(visit: &Visit, at: Timestamp) -> (String, String) {
    let locale = &visit.web().house().locale;
    let here = locale.here(at);
    let today = locale.here(visit.web().now()).date();
    (locale.moment(&here, today), crate::machine(&here))
}
