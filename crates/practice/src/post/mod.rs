//! Post: everything that leaves by itself, through one safe-contact gate (R12).
//!
//! A letter is written only to somebody who called mail safe, and the gate is asked again when it leaves, because a
//! way can stop being safe while a letter waits. A way that is safe between two times of day is used only then, by the
//! practice's clock: the letter waits for them. Subject, sender and text are neutral and carry no content, only a
//! link to where it can be read. A waiting letter is sealed in its recipient's identity compartment.
//!
//! Not here: what a link opens, letters that a person writes, who may be reached by hand (`people`).
//!
//! To add another kind of letter: a variant of [`LetterKind`] with its words; the tests look for words of the field.

mod mailer;
mod records;
mod sending;

#[cfg(test)]
mod tests;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::{StoreError, Tx};
use vault::Open;

pub use mailer::{MailFault, MailSecurity, Mailer, Smtp};
pub use sending::{Outgoing, Round};

use crate::access::{JobAccess, Purpose, Work};
use crate::clock::micros;
use crate::core::Practice;
use crate::error::AccessError;
use crate::ids::{PersonId, PostId, PracticeId};
use crate::people::{self, Channel, Cover, Identity, Way};
use crate::private::Private;
use crate::receipts::Action;
use crate::sealed::SealedRow;
use crate::settings;

/// Begins of words that name the field to whoever reads over a shoulder.
const FIELD: [&str; 12] = [
    "sex",
    "therap",
    "counsel",
    "psych",
    "couple",
    "intima",
    "marriage",
    "marital",
    "relationship",
    "clinic",
    "libido",
    "alcove",
];

/// Whether words that somebody chose for a sender, an address or a title name the field (R12).
#[must_use]
pub fn names_the_field(words: &str) -> bool {
    let words = words.to_lowercase();
    FIELD.iter().any(|word| words.contains(word))
}

/// Whether words say one of those that somebody asked us to avoid, given as a list with commas. One of less than three letters is
/// no word to look for.
fn says_any(words: &str, avoid: &str) -> bool {
    let words = words.to_lowercase();
    avoid
        .split([',', ';', '\n'])
        .map(|part| part.trim().to_lowercase())
        .any(|part| part.chars().count() > 2 && words.contains(&part))
}

/// The subjects of the letters to clients that words to avoid would keep from being sent, whoever sends them.
#[must_use]
pub fn kept_back(avoid: &str) -> Vec<&'static str> {
    let mut kept: Vec<&'static str> = Vec::new();
    for kind in LetterKind::ALL
        .into_iter()
        .filter(|kind| *kind != LetterKind::Keep)
    {
        let said = format!("{}\n{}", kind.subject(), Letter::plain(kind).text(""));
        if says_any(&said, avoid) && !kept.contains(&kind.subject()) {
            kept.push(kind.subject());
        }
    }
    kept
}

/// Why somebody gets a letter; the words follow from it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LetterKind {
    /// An invitation to make an account.
    Invitation,
    /// A link to choose a new password.
    WayBack,
    /// A request came in.
    Arrived,
    /// A request was answered.
    Answered,
    /// A time was booked, moved or called off.
    Time,
    /// Something changed for them: who takes part, or that something ended.
    Changed,
    /// There is something to read or to fill in.
    News,
    /// A signed head of the log, for the owner to keep.
    Keep,
}

impl LetterKind {
    /// Every kind.
    pub const ALL: [Self; 8] = [
        Self::Invitation,
        Self::WayBack,
        Self::Arrived,
        Self::Answered,
        Self::Time,
        Self::Changed,
        Self::News,
        Self::Keep,
    ];

    /// The subject: it names neither the field nor the practice (R12).
    #[must_use]
    pub const fn subject(self) -> &'static str {
        match self {
            Self::Invitation | Self::WayBack => "Your link",
            Self::Arrived => "We have your request",
            Self::Answered => "About your request",
            Self::Time => "About your time",
            // One subject for both: whoever sees it in a list learns nothing of a change.
            Self::Changed | Self::News => "Something for you",
            Self::Keep => "For your files",
        }
    }

    const fn opening(self) -> &'static str {
        match self {
            Self::Invitation => {
                "here is the link to set up your access.\nIt works once, in the next 14 days."
            }
            Self::WayBack => {
                "here is the link that you asked for.\nIt works once, in the next hour."
            }
            Self::Arrived => "your request has arrived. You will hear from us.",
            Self::Answered => "your request has been answered.",
            Self::Time => "something changed about your time with us.",
            Self::Changed => "something changed. Sign in to read it.",
            Self::News => "there is something for you to look at.",
            Self::Keep => "please keep this message. The lines below are the seal of the day.",
        }
    }
}

/// A letter to be sent: why, and where it leads.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Letter {
    /// Why it is written.
    pub kind: LetterKind,
    /// Where it leads: a path of ours, such as `/my`. The mailer knows the address before it.
    pub link: Option<Private<String>>,
    /// Lines to keep, as they are.
    #[serde(default)]
    pub block: Option<String>,
}

impl Letter {
    /// A letter that leads to `path`.
    #[must_use]
    pub fn to(kind: LetterKind, path: impl Into<String>) -> Self {
        Self {
            kind,
            link: Some(Private::new(path.into())),
            block: None,
        }
    }

    /// A letter that leads nowhere.
    #[must_use]
    pub const fn plain(kind: LetterKind) -> Self {
        Self {
            kind,
            link: None,
            block: None,
        }
    }

    /// A letter with lines to keep.
    #[must_use]
    pub const fn with_block(block: String) -> Self {
        Self {
            kind: LetterKind::Keep,
            link: None,
            block: Some(block),
        }
    }

    /// The subject: the recipient's own words for it, or ours.
    #[must_use]
    pub fn subject<'c>(&self, cover: &'c Cover) -> &'c str {
        match cover.words.reveal().as_str() {
            "" => self.kind.subject(),
            words => words,
        }
    }

    /// The text, in plain words; `address` stands before the link.
    #[must_use]
    pub fn text(&self, address: &str) -> String {
        let mut text = format!("Hello,\n\n{}\n", self.kind.opening());
        if let Some(path) = &self.link {
            let address = address.trim_end_matches('/');
            for part in ["\n", address, path.reveal(), "\n"] {
                text.push_str(part);
            }
        }
        if let Some(block) = &self.block {
            text.push('\n');
            text.push_str(block);
        }
        text.push_str(
            "\nNobody reads answers to this message.\nIf you did not expect it, you can leave it unread.\n",
        );
        text
    }
}

/// When a letter leaves.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Leaves {
    /// At once.
    Now,
    /// When the times begin between which mail is safe for its recipient (R12).
    At(Timestamp),
}

impl Leaves {
    /// By a way that somebody called safe.
    pub(crate) fn by(work: &mut Work<'_, '_>, way: &Way) -> Result<Self, AccessError> {
        let Some(times) = way.times else {
            return Ok(Self::Now);
        };
        let zone = settings::described(work)?.clock_zone();
        let (now, at) = (work.now(), times.next(work.now(), &zone));
        Ok(if at == now { Self::Now } else { Self::At(at) })
    }

    /// The instant, where it is `now`.
    pub(crate) const fn instant(self, now: Timestamp) -> Timestamp {
        match self {
            Self::Now => now,
            Self::At(at) => at,
        }
    }
}

/// A letter that passed the gate and waits to be stored.
#[derive(Clone, Debug)]
pub struct Posted {
    row: SealedRow,
    person: PersonId,
    due_at: i64,
    leaves: Leaves,
}

impl Posted {
    /// The same letter, not before an instant in microseconds UTC.
    #[must_use]
    pub(crate) fn not_before(mut self, at: i64) -> Self {
        self.due_at = self.due_at.max(at);
        self
    }

    /// When it leaves.
    #[must_use]
    pub const fn leaves(&self) -> Leaves {
        self.leaves
    }
}

/// Writes a letter to `person` within an operation, if mail is a way that they called safe (R12); otherwise nothing is
/// written and the caller learns it by `None`.
///
/// # Errors
/// [`AccessError::NotThere`] when who asks may not reach this person.
pub fn prepare(
    work: &mut Work<'_, '_>,
    person: PersonId,
    letter: &Letter,
) -> Result<Option<Posted>, AccessError> {
    prepare_when(work, person, |_, _| Ok(letter.clone()))
}

/// The same for a letter that says something of when it leaves.
///
/// # Errors
/// As [`prepare`], and what writing it refuses.
pub(crate) fn prepare_when(
    work: &mut Work<'_, '_>,
    person: PersonId,
    write: impl FnOnce(&mut Work<'_, '_>, Timestamp) -> Result<Letter, AccessError>,
) -> Result<Option<Posted>, AccessError> {
    let practice = work.practice();
    let cell = people::records::cell(work.tx, practice, person)?.ok_or(AccessError::NotThere)?;
    let opened = work.open(Action::Post, Purpose::Contact, &[cell.compartment])?;
    let identity: Identity = work.unseal(&opened, "people", &cell)?;
    let open = opened.get(cell.compartment).ok_or(AccessError::NotThere)?;
    prepare_for_when(work, open, (person, &identity), write)
}

/// The same for somebody whose identity the operation has open already, or makes.
///
/// # Errors
/// [`AccessError::Fault`] when it cannot be written down.
pub fn prepare_for(
    work: &mut Work<'_, '_>,
    open: &Open,
    to: (PersonId, &Identity),
    letter: &Letter,
) -> Result<Option<Posted>, AccessError> {
    prepare_for_when(work, open, to, |_, _| Ok(letter.clone()))
}

/// The same for a letter that says something of when it leaves. It is written only if it can leave at all.
///
/// # Errors
/// As [`prepare_for`], and what writing it refuses.
pub(crate) fn prepare_for_when(
    work: &mut Work<'_, '_>,
    open: &Open,
    to: (PersonId, &Identity),
    write: impl FnOnce(&mut Work<'_, '_>, Timestamp) -> Result<Letter, AccessError>,
) -> Result<Option<Posted>, AccessError> {
    let (person, identity) = to;
    let Some(way) = identity.safe(Channel::Mail) else {
        return Ok(None);
    };
    let leaves = Leaves::by(work, way)?;
    let at = leaves.instant(work.now());
    let letter = write(work, at)?;
    let id = PostId(work.new_id());
    Ok(Some(Posted {
        row: work.seal(open, ("post", id.0, 1), &letter)?,
        person,
        due_at: micros(at),
        leaves,
    }))
}

/// A letter to be written to somebody, not before an instant in microseconds UTC.
pub(crate) type Notice = (PersonId, &'static str, i64);

impl Practice {
    /// Tells people that there is something to look at, each at a path of ours: whoever called mail safe (R12).
    ///
    /// # Errors
    /// [`AccessError::Locked`], or a fault of the database.
    pub(crate) async fn tell(&self, notices: Vec<Notice>) -> Result<(), AccessError> {
        let practice = self.id();
        self.write(
            &JobAccess::post(),
            Action::Post,
            move |work| {
                let mut letters: Vec<Posted> = Vec::new();
                for (person, path, at) in notices {
                    let letter = Letter::to(LetterKind::News, path);
                    let posted = prepare(work, person, &letter)?;
                    letters.extend(posted.map(|posted| posted.not_before(at)));
                }
                Ok(letters)
            },
            move |tx, letters| {
                for letter in letters {
                    put(tx, practice, Some(letter))?;
                }
                Ok::<_, AccessError>(())
            },
        )
        .await
    }
}

/// The letters to a person, each with its revision, for who forgets them.
///
/// # Errors
/// A fault of the database.
pub(crate) fn letters_to(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    person: PersonId,
) -> Result<Vec<(PostId, u32)>, StoreError> {
    records::to_person(tx, practice, person)
}

/// Stores what [`prepare`] made, in the transaction of its operation.
///
/// # Errors
/// A fault of the database.
pub fn put(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    posted: Option<&Posted>,
) -> Result<(), StoreError> {
    match posted {
        Some(posted) => records::insert(tx, practice, posted),
        None => Ok(()),
    }
}
