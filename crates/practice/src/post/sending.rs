//! The post's round: takes what is due, asks the gate again, lets it leave, notes how it ended.

use jiff::Timestamp;
use store::StoreError;
use vault::CompartmentId;

use super::records::{self, Claimed, End};
use super::{Leaves, Letter, MailFault, Mailer, says_any};
use crate::access::{JobAccess, Purpose};
use crate::clock::{from_micros, micros};
use crate::core::Practice;
use crate::error::AccessError;
use crate::ids::{PersonId, PostId};
use crate::people::{self, Channel, Cover, Identity};
use crate::private::Private;
use crate::receipts::Action;

/// How long whoever took a letter has it for itself; longer than the longest wait for a mail server.
const CLAIM: i64 = 10 * MINUTE;
/// The first waiting time after a failure; it doubles each time.
const FIRST_WAIT: i64 = MINUTE;
/// The longest waiting time.
const LONGEST_WAIT: i64 = 6 * 60 * MINUTE;
/// After so many tries, about two days, a letter has failed.
const TRIES: i64 = 14;
/// How many letters leave in one round.
const AT_ONCE: usize = 50;
const MINUTE: i64 = 60_000_000;

/// What a round of the post did.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Round {
    /// Letters that a mail server took.
    pub sent: u32,
    /// Letters that were kept (the demo).
    pub kept: u32,
    /// Letters that will be tried again, or wait for the times at which mail is safe (R12).
    pub waiting: u32,
    /// Letters that will not be sent: refused for good, tried too often, or no safe way any more (R12).
    pub failed: u32,
}

/// A letter as its recipient sees it, for the demo's outbox.
#[derive(Clone, Debug)]
pub struct Outgoing {
    /// Which.
    pub id: PostId,
    /// When it was written.
    pub at: Timestamp,
    /// For whom.
    pub person: PersonId,
    /// The address.
    pub to: Private<String>,
    /// The subject.
    pub subject: String,
    /// The text, with its link.
    pub text: Private<String>,
}

/// What the gate gives for a letter: where it may go, if it still may.
struct Cleared {
    to: Option<(Private<String>, Leaves, Cover)>,
    /// Words that its recipient asked us not to use.
    avoid: Private<String>,
    letter: Letter,
}

impl Practice {
    /// Sends what is due. Several programs may do so at once; a letter leaves once, or twice if a program ends between
    /// the mail server's yes and the note of it.
    ///
    /// # Errors
    /// [`AccessError::Locked`], or a fault of the database. A mail server that refuses is no error.
    pub async fn send_post(&self, mailer: &Mailer) -> Result<Round, AccessError> {
        let mut round = Round::default();
        if self.is_locked() {
            return Err(AccessError::Locked);
        }
        for _ in 0..AT_ONCE {
            let Some(claimed) = self.claim_letter().await? else {
                break;
            };
            let end = self.send_letter(mailer, &claimed).await?;
            match end {
                Some(End::Sent) => round.sent += 1,
                Some(End::Kept) => round.kept += 1,
                Some(End::Failed) => round.failed += 1,
                None => round.waiting += 1,
            }
        }
        Ok(round)
    }

    async fn claim_letter(&self) -> Result<Option<Claimed>, AccessError> {
        let (practice, now) = (self.id(), micros(self.now()));
        if !self
            .published(move |tx| records::is_due(tx, practice, now))
            .await?
        {
            return Ok(None);
        }
        let claimed = self
            .core()
            .store
            .write(move |tx| records::claim(tx, practice, now, now.saturating_add(CLAIM)))
            .await?;
        Ok(claimed)
    }

    async fn send_letter(
        &self,
        mailer: &Mailer,
        claimed: &Claimed,
    ) -> Result<Option<End>, AccessError> {
        let id = PostId(claimed.cell.id);
        let left = match self.clear(claimed.clone()).await {
            Ok(Cleared { to: None, .. }) => Err(MailFault::NoWay),
            Ok(Cleared {
                to: Some((to, leaves, cover)),
                avoid,
                letter,
            }) => {
                if says_any(&mailer.says(&letter, &cover), avoid.reveal()) {
                    Err(MailFault::Avoided)
                } else if let Leaves::At(at) = leaves {
                    return self.wait_for(claimed, at).await;
                } else {
                    let place = (id.0, self.now());
                    mailer.send(to.reveal(), (&letter, &cover), place).await
                }
            }
            Err(AccessError::NotThere | AccessError::Fault(_)) => Err(MailFault::Unreadable),
            Err(other) => return Err(other),
        };
        let end = match left {
            Ok(()) if mailer.keeps() => Some(End::Kept),
            Ok(()) => Some(End::Sent),
            Err(fault) if fault.may_pass() && claimed.tries < TRIES => {
                tracing::warn!(%fault, letter = %id, tries = claimed.tries, "a letter waits");
                None
            }
            Err(fault) => {
                tracing::warn!(%fault, letter = %id, "a letter is not sent");
                Some(End::Failed)
            }
        };
        let (practice, tries) = (self.id(), claimed.tries);
        let due_at = micros(self.now()).saturating_add(wait_after(tries));
        self.core()
            .store
            .write(move |tx| match end {
                Some(end) => records::end(tx, practice, (id, tries), end).map(|_| ()),
                None => records::again(tx, practice, (id, tries), (due_at, tries)),
            })
            .await?;
        Ok(end)
    }

    /// Lets a letter wait until mail is safe again for its recipient; that was no try.
    async fn wait_for(&self, claimed: &Claimed, at: Timestamp) -> Result<Option<End>, AccessError> {
        let (practice, tries) = (self.id(), claimed.tries);
        let (letter, again) = (PostId(claimed.cell.id), (micros(at), tries - 1));
        self.core()
            .store
            .write(move |tx| records::again(tx, practice, (letter, tries), again))
            .await?;
        Ok(None)
    }

    /// Opens a letter and asks whether mail is still a way that its recipient calls safe, and at this time of day.
    async fn clear(&self, claimed: Claimed) -> Result<Cleared, AccessError> {
        self.read(&JobAccess::post(), move |work| {
            let practice = work.practice();
            let person = people::records::cell(work.tx, practice, claimed.person)?
                .ok_or(AccessError::NotThere)?;
            let wanted = [person.compartment, claimed.cell.compartment];
            let opened = work.open(Action::Post, Purpose::Contact, &wanted)?;
            let identity: Identity = work.unseal(&opened, "people", &person)?;
            let to = match identity.safe(Channel::Mail) {
                Some(way) => Some((
                    way.address.clone(),
                    Leaves::by(work, way)?,
                    way.cover.clone(),
                )),
                None => None,
            };
            Ok(Cleared {
                to,
                avoid: identity.avoid,
                letter: work.unseal(&opened, "post", &claimed.cell)?,
            })
        })
        .await
    }

    /// The letters that were kept instead of sent, newest first, as their recipients would have read them. Only the
    /// demo keeps letters.
    ///
    /// # Errors
    /// [`AccessError::Locked`], or a fault of the database.
    pub async fn outbox(&self, mailer: &Mailer) -> Result<Vec<Outgoing>, AccessError> {
        let address = mailer.address().to_owned();
        self.read(&JobAccess::post(), move |work| {
            let practice = work.practice();
            let mut letters = Vec::new();
            for letter in records::kept(work.tx, practice, 500)? {
                if let Some(person) = people::records::cell(work.tx, practice, letter.person)? {
                    letters.push((letter, person));
                }
            }
            if letters.is_empty() {
                return Ok(Vec::new());
            }
            let wanted: Vec<CompartmentId> = letters
                .iter()
                .flat_map(|(letter, person)| [letter.cell.compartment, person.compartment])
                .collect();
            let opened = work.open(Action::Post, Purpose::Contact, &wanted)?;
            letters
                .iter()
                .map(|(letter, person)| {
                    let identity: Identity = work.unseal(&opened, "people", person)?;
                    let content: Letter = work.unseal(&opened, "post", &letter.cell)?;
                    let way = identity.safe(Channel::Mail).cloned();
                    let (to, cover) =
                        way.map_or_else(Default::default, |way| (way.address, way.cover));
                    Ok(Outgoing {
                        id: PostId(letter.cell.id),
                        at: written_at(letter.cell.id),
                        person: letter.person,
                        to,
                        subject: content.subject(&cover).to_owned(),
                        text: Private::new(content.text(&address)),
                    })
                })
                .collect()
        })
        .await
    }

    /// How many letters wait, were sent, failed, or were kept; also while locked.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn post_counts(&self) -> Result<Vec<(String, i64)>, StoreError> {
        let practice = self.id();
        self.published(move |tx| records::counts(tx, practice))
            .await
    }
}

/// The time in the letter's id.
fn written_at(id: uuid::Uuid) -> Timestamp {
    let millis = i64::try_from(id.as_u128() >> 80).unwrap_or(0);
    from_micros(millis.saturating_mul(1_000))
}

/// 1, 2, 4 minutes and so on, up to six hours.
fn wait_after(tries: i64) -> i64 {
    let doublings = u32::try_from(tries.saturating_sub(1).clamp(0, 20)).unwrap_or(0);
    (FIRST_WAIT << doublings).min(LONGEST_WAIT)
}
