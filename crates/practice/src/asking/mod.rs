//! Asking about a receipt: a client asks who opened their record and why, and reads the answer on the same page (R15).
//!
//! A question has a compartment of its own, which the client opens, the owner, and whoever cares for them; not the one who is
//! asked about, unless that is the owner. The client is told so by name before they send it. Mail says only that there is
//! something to look at (R12). Not here: receipts themselves (`receipts`).

mod records;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use store::{StoreError, Tx};
use vault::{CompartmentId, Kind};

use crate::access::{DeskAccess, Holder, Made, PortalAccess, Purpose, Role, Work};
use crate::accounts::{self, StaffPage};
use crate::clock::micros;
use crate::core::Practice;
use crate::error::AccessError;
use crate::ids::{PersonId, PracticeId, QuestionId, ReceiptId};
use crate::private::Private;
use crate::receipts::{self, Action, Opened, OpenedBy, Openings};
use crate::sealed::{Cell, SealedRow};

/// How many questions of one client wait at the most.
const WAITING: usize = 10;
/// The longest question or answer, in characters.
pub const LONGEST: usize = 4_000;
/// How many a list shows.
const LISTED: i64 = 200;

/// Why a question or an answer was not kept.
#[derive(Debug, thiserror::Error)]
pub enum AskingError {
    /// There are no words, or more than [`LONGEST`].
    #[error("a question or an answer has 1 to 4000 characters")]
    Words,
    /// So many questions wait already that another one helps nobody.
    #[error("ten questions wait for an answer")]
    Many,
    /// It was answered meanwhile.
    #[error("it was answered")]
    Answered,
    /// Something below.
    #[error(transparent)]
    Access(#[from] AccessError),
}

crate::carries_access_error!(AskingError);

/// The content of `receipt_questions.sealed`.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Content {
    /// The name that the client uses.
    name: Private<String>,
    question: Private<String>,
    #[serde(default)]
    answer: Option<Private<String>>,
}

/// What is known of a question without opening it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Question {
    /// Which.
    pub id: QuestionId,
    /// Who asks.
    pub person: PersonId,
    /// About which receipt.
    pub receipt: ReceiptId,
    /// When, microseconds UTC.
    pub asked_at: i64,
    /// When it was answered and by whom.
    pub answered: Option<(i64, PersonId)>,
}

/// A question and its answer, opened.
#[derive(Clone, Debug)]
pub struct Listed {
    /// What is known of it.
    pub question: Question,
    /// The receipt in plain words, if it is still there.
    pub about: Option<Opened>,
    /// Who asks, by the name that they use.
    pub name: Private<String>,
    /// The question.
    pub words: Private<String>,
    /// The answer.
    pub answer: Option<Private<String>>,
}

/// The page on which a client asks.
#[derive(Clone, Debug)]
pub struct AskingPage {
    /// The line that is asked about.
    pub about: Opened,
    /// The client, who cares for them, and what is published of who stands in the line.
    pub who: Openings,
    /// Who will read it: names.
    pub readers: Vec<String>,
    /// Whether the one who is asked about is among them: an owner.
    pub asked_about_reads: bool,
}

/// Who reads a question: the owners, and whoever cares for the client, but not the one who is asked about.
struct Readers {
    owners: Vec<PersonId>,
    care: Vec<PersonId>,
}

impl Readers {
    fn of(work: &Work<'_, '_>, about: &Opened, page: &Openings) -> Self {
        let now = micros(work.now());
        let asked_about = match &about.by {
            OpenedBy::Staff { person, .. } => Some(*person),
            OpenedBy::You | OpenedBy::Program(_) => None,
        };
        let owners = work.authority(|known| known.holders(Role::Owner, now));
        let owners: Vec<PersonId> = owners.into_iter().map(|owner| owner.person).collect();
        let mut care = page.care.clone();
        care.retain(|person| Some(*person) != asked_about && !owners.contains(person));
        care.sort_unstable();
        care.dedup();
        Self { owners, care }
    }

    fn all(&self) -> Vec<PersonId> {
        self.owners.iter().chain(&self.care).copied().collect()
    }
}

impl Practice {
    /// The page for asking about one line of the signed-in client's receipts.
    ///
    /// # Errors
    /// [`AccessError::NotThere`] when it is no line of theirs.
    pub async fn asking_page(
        &self,
        access: &PortalAccess,
        receipt: ReceiptId,
    ) -> Result<AskingPage, AccessError> {
        self.read(access, move |work| {
            let (about, who) = receipts::one_of_mine(work, receipt)?;
            let readers = Readers::of(work, &about, &who);
            let pages = accounts::staff_pages(work, &readers.all())?;
            let asked_about_reads = match &about.by {
                OpenedBy::Staff { person, .. } => readers.owners.contains(person),
                OpenedBy::You | OpenedBy::Program(_) => false,
            };
            Ok(AskingPage {
                readers: pages.iter().map(StaffPage::spoken).collect(),
                asked_about_reads,
                about,
                who,
            })
        })
        .await
    }

    /// Asks about one line of the signed-in client's receipts.
    ///
    /// # Errors
    /// [`AskingError::Words`], [`AskingError::Many`], [`AccessError::NotThere`] when it is no line of theirs.
    pub async fn ask(
        &self,
        access: &PortalAccess,
        receipt: ReceiptId,
        words: Private<String>,
    ) -> Result<QuestionId, AskingError> {
        let words = trimmed(&words)?;
        let made = self.make(&[Kind::Own]).await?;
        let practice = self.id();
        let (question, readers) = self
            .write(
                access,
                Action::Ask,
                move |work| asked(work, receipt, words, &made),
                move |tx, (question, row, readers)| {
                    records::insert(tx, practice, question, row)?;
                    Ok::<_, AskingError>((*question, readers.all()))
                },
            )
            .await?;
        let notices = readers
            .into_iter()
            .map(|person| (person, "/desk/questions", question.asked_at));
        self.notify(question.id, notices.collect()).await;
        Ok(question.id)
    }

    /// Answers a question; the client reads it on their page.
    ///
    /// # Errors
    /// [`AskingError::Words`], [`AskingError::Answered`], [`AccessError::NotThere`] for who may not read it.
    pub async fn answer(
        &self,
        access: &DeskAccess,
        id: QuestionId,
        words: Private<String>,
    ) -> Result<(), AskingError> {
        let words = trimmed(&words)?;
        let practice = self.id();
        let (person, at) = self
            .write(
                access,
                Action::AskedAnswer,
                move |work| answered(work, id, words),
                move |tx, (question, row)| {
                    records::answer(tx, practice, question, row)?;
                    let at = question.answered.map_or(0, |(at, _)| at);
                    Ok::<_, AskingError>((question.person, at))
                },
            )
            .await?;
        self.notify(id, vec![(person, "/my/receipts", at)]).await;
        Ok(())
    }

    /// What stands on the pages does not depend on these letters.
    async fn notify(&self, question: QuestionId, notices: Vec<crate::post::Notice>) {
        if let Err(error) = self.tell(notices).await {
            tracing::error!(%error, %question, "nobody was written to about a question");
        }
    }

    /// The signed-in client's questions with their answers, the newest first.
    ///
    /// # Errors
    /// A fault of the database or of sealed bytes.
    pub async fn my_questions(
        &self,
        access: &PortalAccess,
    ) -> Result<(Vec<Listed>, BTreeMap<PersonId, StaffPage>), AccessError> {
        self.read(access, |work| {
            let me = work.person()?;
            let found = records::of_person(work.tx, work.practice(), me, LISTED)?;
            let listed = listed(work, found, &[Purpose::OwnRecord])?;
            let mut staff: Vec<PersonId> = listed
                .iter()
                .filter_map(|one| one.question.answered.map(|(_, by)| by))
                .collect();
            staff.sort_unstable();
            staff.dedup();
            let mut pages = BTreeMap::new();
            for person in staff {
                let page = accounts::staff_pages(work, &[person])?.pop();
                pages.extend(page.map(|page| (person, page)));
            }
            Ok((listed, pages))
        })
        .await
    }

    /// How many questions wait for an answer of who asks; it opens none.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn questions_waiting(&self, access: &DeskAccess) -> Result<usize, AccessError> {
        self.read(access, |work| {
            let mut waiting = records::waiting(work.tx, work.practice(), LISTED)?;
            waiting.retain(|(_, cell)| {
                [Purpose::Keeping, Purpose::Care]
                    .into_iter()
                    .any(|purpose| work.may_open(cell.compartment, purpose))
            });
            Ok(waiting.len())
        })
        .await
    }

    /// The questions that who asks may read, those that wait first.
    ///
    /// # Errors
    /// A fault of the database or of sealed bytes.
    pub async fn questions(
        &self,
        access: &DeskAccess,
    ) -> Result<(Vec<Listed>, Vec<accounts::Colleague>), AccessError> {
        self.read(access, |work| {
            let practice = work.practice();
            let found = records::all(work.tx, practice, LISTED)?;
            let purposes = [Purpose::Keeping, Purpose::Care];
            let listed = listed(work, found, &purposes)?;
            Ok((listed, accounts::colleagues(work.tx, practice)?))
        })
        .await
    }
}

/// The compartments of a client's questions, for the page of who opened them.
///
/// # Errors
/// A fault of the database.
pub(crate) fn compartments_of(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    person: PersonId,
) -> Result<Vec<CompartmentId>, StoreError> {
    let found = records::of_person(tx, practice, person, LISTED)?;
    Ok(found
        .into_iter()
        .map(|(_, cell)| cell.compartment)
        .collect())
}

fn trimmed(words: &Private<String>) -> Result<Private<String>, AskingError> {
    let words = words.reveal().trim();
    if words.is_empty() || words.chars().count() > LONGEST {
        return Err(AskingError::Words);
    }
    Ok(Private::from(words))
}

fn asked(
    work: &mut Work<'_, '_>,
    receipt: ReceiptId,
    words: Private<String>,
    made: &[Made],
) -> Result<(Question, SealedRow, Readers), AskingError> {
    let (practice, me) = (work.practice(), work.person()?);
    let (about, page) = receipts::one_of_mine(work, receipt)?;
    let waiting = records::of_person(work.tx, practice, me, LISTED)?;
    let waiting = waiting.iter().filter(|(one, _)| one.answered.is_none());
    if waiting.count() >= WAITING {
        return Err(AskingError::Many);
    }
    let readers = Readers::of(work, &about, &page);
    let key = made.first().ok_or(AccessError::NotThere)?.id();
    let opened = work.open_made(Action::Ask, Purpose::OwnRecord, made)?;
    let open = opened.get(key).ok_or(AccessError::NotThere)?;
    work.grant(Holder::Person(me), key, Purpose::OwnRecord)?;
    work.grant(Holder::Role(Role::Owner), key, Purpose::Keeping)?;
    for person in &readers.care {
        work.grant(Holder::Person(*person), key, Purpose::Care)?;
    }
    let question = Question {
        id: QuestionId(work.new_id()),
        person: me,
        receipt,
        asked_at: micros(work.now()),
        answered: None,
    };
    let content = Content {
        name: page.name,
        question: words,
        answer: None,
    };
    let place = ("receipt_questions", question.id.0, 1);
    Ok((question, work.seal(open, place, &content)?, readers))
}

fn answered(
    work: &mut Work<'_, '_>,
    id: QuestionId,
    words: Private<String>,
) -> Result<(Question, SealedRow), AskingError> {
    let (practice, me) = (work.practice(), work.person()?);
    let found = records::one(work.tx, practice, id)?;
    let (mut question, cell) = found.ok_or(AccessError::NotThere)?;
    let purpose = if work.may_open(cell.compartment, Purpose::Keeping) {
        Purpose::Keeping
    } else {
        Purpose::Care
    };
    let opened = work.open(Action::AskedRead, purpose, &[cell.compartment])?;
    if question.answered.is_some() {
        return Err(AskingError::Answered);
    }
    let mut content: Content = work.unseal(&opened, "receipt_questions", &cell)?;
    content.answer = Some(words);
    let open = opened.get(cell.compartment).ok_or(AccessError::NotThere)?;
    let row = work.reseal(open, "receipt_questions", &cell, &content)?;
    question.answered = Some((micros(work.now()), me));
    Ok((question, row))
}

fn listed(
    work: &mut Work<'_, '_>,
    mut found: Vec<(Question, Cell)>,
    purposes: &[Purpose],
) -> Result<Vec<Listed>, AccessError> {
    let purpose = purposes.iter().copied().find(|purpose| {
        let mut all = found.iter();
        all.any(|(_, cell)| work.may_open(cell.compartment, *purpose))
    });
    let Some(purpose) = purpose else {
        return Ok(Vec::new());
    };
    found.retain(|(_, cell)| work.may_open(cell.compartment, purpose));
    let wanted: Vec<CompartmentId> = found.iter().map(|(_, cell)| cell.compartment).collect();
    let opened = work.open(Action::AskedRead, purpose, &wanted)?;
    let mut all = Vec::with_capacity(found.len());
    for (question, cell) in found {
        let content: Content = work.unseal(&opened, "receipt_questions", &cell)?;
        all.push(Listed {
            about: receipts::told(work, question.receipt, question.person)?,
            question,
            name: content.name,
            words: content.question,
            answer: content.answer,
        });
    }
    Ok(all)
}
