//! What a joint note repeats of what its participants told alone, asked before it is signed.
//!
//! Compared is what the clinician has open for them anyway: what came back of homework for the clinician alone, their own
//! goals, the notes and the copies of messages on their own sides. What is added to a joint note is compared like it. It is an opening like any other, with its receipt, and it is the same for every
//! joint note, whatever stands there.

use vault::Opened;

use super::reading::of_case;
use super::{Note, NoteBlock, NoteContent, echo, records};
use crate::access::{DeskAccess, Purpose, Work};
use crate::cases::{Case, opening};
use crate::core::Practice;
use crate::error::AccessError;
use crate::ids::{NoteId, ParticipantId};
use crate::messages::filing;
use crate::notes::Route;
use crate::private::Private;
use crate::receipts::Action;
use crate::{cases, goals, homework};

/// How many of the newest notes are compared.
const NOTES: i64 = 60;

/// What an echo repeats.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Told {
    /// Something that came back of homework, for the clinician alone.
    Reflection,
    /// A goal of their own.
    Goal,
    /// A note on their own side.
    Note,
    /// A copy of a message, filed on their own side.
    Message,
}

/// Words of a joint note that somebody told alone.
#[derive(Clone, Debug)]
pub struct Echo {
    /// In which block of the note; in none where it is in what is added to it.
    pub block: Option<NoteBlock>,
    /// The words, as the note has them.
    pub words: Private<String>,
    /// From whose own side they are.
    pub whose: ParticipantId,
    /// What it is there.
    pub told: Told,
    /// The words, as they stand there.
    pub there: Private<String>,
}

impl Practice {
    /// What a joint draft repeats of what somebody told alone; nothing for a note of one side.
    ///
    /// # Errors
    /// [`AccessError::NotThere`] when there is no such note for who asks.
    pub async fn note_echoes(
        &self,
        access: &DeskAccess,
        note: NoteId,
    ) -> Result<Vec<Echo>, AccessError> {
        self.read(access, move |work| echoes(work, note, None))
            .await
    }

    /// What words that are to be added to a joint note repeat of what somebody told alone, as [`Practice::note_echoes`].
    ///
    /// # Errors
    /// [`AccessError::NotThere`] when there is no such note for who asks.
    pub async fn addition_echoes(
        &self,
        access: &DeskAccess,
        note: NoteId,
        added: [Private<String>; 2],
    ) -> Result<Vec<Echo>, AccessError> {
        self.read(access, move |work| echoes(work, note, Some(added)))
            .await
    }
}

fn echoes(
    work: &mut Work<'_, '_>,
    note: NoteId,
    added: Option<[Private<String>; 2]>,
) -> Result<Vec<Echo>, AccessError> {
    let practice = work.practice();
    let stored = records::note(work.tx, practice, note)?.ok_or(AccessError::NotThere)?;
    let case = cases::of_mine(work, stored.case, Purpose::Care)?;
    if !case.is_joint(stored.cell.compartment) {
        return Ok(Vec::new());
    }
    let found = opening::find(work, Action::NoteCompare, stored.case)?;
    let opened = found.open(work, Action::NoteCompare)?;
    let here: Vec<(Option<NoteBlock>, Private<String>)> = if let Some(added) = added {
        added.into_iter().map(|words| (None, words)).collect()
    } else {
        let note: NoteContent = work.unseal(&opened, "notes", &stored.cell)?;
        let blocks = NoteBlock::ALL.into_iter();
        let said = blocks.map(|block| (Some(block), note.text.block(block).clone()));
        said.collect()
    };
    let mut echoes: Vec<Echo> = Vec::new();
    for (whose, told, there) in told_alone(work, &opened, &case)? {
        for (block, here) in &here {
            let here = here.reveal();
            for run in echo::runs(here, there.reveal()) {
                let (Some(words), Some(there)) =
                    (here.get(run.here), there.reveal().get(run.there))
                else {
                    continue;
                };
                echoes.push(Echo {
                    block: *block,
                    words: words.into(),
                    whose,
                    told,
                    there: there.into(),
                });
            }
        }
    }
    Ok(echoes)
}

/// What the participants told alone, as far as it was opened.
fn told_alone(
    work: &mut Work<'_, '_>,
    opened: &Opened,
    case: &Case,
) -> Result<Vec<(ParticipantId, Told, Private<String>)>, AccessError> {
    let mut all = Vec::new();
    for given in homework::of_case(work, opened, case, i64::MAX)? {
        for one in given.reflections.into_iter().filter(|one| !one.shared) {
            let said = one.told.answers.into_iter().chain([one.told.words]);
            all.extend(said.map(|words| (one.participant, Told::Reflection, words)));
        }
    }
    for goal in goals::of_case(work, opened, case)? {
        if let Some(whose) = goal.whose {
            all.push((whose, Told::Goal, goal.said.words));
            all.push((whose, Told::Goal, goal.said.value));
        }
    }
    for note in of_case(work, opened, case, NOTES)? {
        let Note {
            compartment, text, ..
        } = note;
        if let Route::Own(whose) = case.route(compartment) {
            let blocks = NoteBlock::ALL.map(|block| text.block(block).clone());
            all.extend(blocks.map(|words| (whose, Told::Note, words)));
        }
    }
    for copy in filing::every_filed(work, opened, case)? {
        if let Route::Own(whose) = copy.route {
            all.push((whose, Told::Message, copy.text));
        }
    }
    all.retain(|(_, _, words)| !words.reveal().trim().is_empty());
    Ok(all)
}
