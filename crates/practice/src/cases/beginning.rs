//! Beginning another case for people whom the clinician knows already, together or alone: from an individual case into a
//! relational one and back, and once more after a case was closed.
//!
//! Each case has keys of its own, and nothing goes over by itself: not a word, and not that there is another one (R2). What
//! a client wants to take along goes by their release. Not here: joining a case that goes on (`joining`).

use store::Tx;

use super::{Case, CaseKind, JoiningError, NewCase, joining, of_mine, prepare_with};
use crate::access::{DeskAccess, Purpose, Work};
use crate::accounts::{self, Arrived, Arriving, LetIn, Newcomer};
use crate::clock::micros;
use crate::core::Practice;
use crate::ids::{CaseId, PersonId, PracticeId};
use crate::people;
use crate::post::{self, Posted};
use crate::receipts::Action;

/// A case to begin.
#[derive(Clone, Debug)]
pub struct Beginning {
    /// The case from whose page it is begun.
    pub from: CaseId,
    /// Those who take part and are clients of who asks.
    pub people: Vec<PersonId>,
    /// Those who are new to the practice.
    pub new: Vec<Newcomer>,
    /// Whether the case from which it is begun is closed with it.
    pub after: After,
}

/// What becomes of the case from which another one is begun.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum After {
    /// It goes on as it is, or stays closed.
    Stays,
    /// It is closed.
    Closes,
}

/// What was begun.
#[derive(Clone)]
pub struct Begun {
    /// The case.
    pub case: CaseId,
    /// How each of them is let in.
    pub people: Vec<(PersonId, LetIn)>,
}

/// What beginning writes, ready to be stored.
struct Prepared {
    at: i64,
    entered: Vec<Arrived>,
    case: Case,
    letters: Vec<Posted>,
    people: Vec<(PersonId, LetIn)>,
}

impl Practice {
    /// Begins another case with the clinician who asks: individual for one, relational for more.
    ///
    /// # Errors
    /// [`JoiningError::Nobody`], [`JoiningError::NameMissing`] and [`JoiningError::WayMissing`] for who is new,
    /// [`JoiningError::Ended`] when the case is to be closed and is, [`JoiningError::Several`] when it is to be closed and is
    /// relational, [`JoiningError::Access`] for anybody but the clinician of the case from which it is begun, and for people
    /// who are no clients of theirs, and when it was begun and the other one changed while it was closed.
    pub async fn begin_case(
        &self,
        access: &DeskAccess,
        beginning: Beginning,
    ) -> Result<Begun, JoiningError> {
        let practice = self.id();
        let Beginning {
            from,
            mut people,
            new,
            after,
        } = beginning;
        people.sort_unstable();
        people.dedup();
        if let Some(lacks) = new.iter().find_map(Newcomer::lacks) {
            return Err(lacks.into());
        }
        if people.is_empty() && new.is_empty() {
            return Err(JoiningError::Nobody);
        }
        let known = people.clone();
        let clinician = self
            .read(access, move |work| origin(work, (from, after), &known))
            .await?;
        let arriving = self.arriving(new).await?;
        people.extend(arriving.iter().map(|one| one.person));
        let supervisor = self.supervisor_of(clinician);
        let new = self.new_case(clinician, supervisor, people).await?;
        let new = arriving.iter().fold(new, |new, one| {
            new.named(one.person, one.identity.name.clone())
        });
        let begun = self
            .write(
                access,
                Action::CaseBegin,
                move |work| prepare(work, (from, after), &new, &arriving),
                move |tx, prepared| put(tx, practice, prepared),
            )
            .await?;
        // A write of its own: whose case is closed reads of that, and not that another one was begun (R2).
        if after == After::Closes {
            self.close_case(access, from).await?;
        }
        Ok(begun)
    }
}

/// That the case is one of who asks, that it can be closed if it is to be, and that the people are clients of theirs.
fn origin(
    work: &mut Work<'_, '_>,
    (from, after): (CaseId, After),
    people: &[PersonId],
) -> Result<PersonId, JoiningError> {
    let case = of_mine(work, from, Purpose::Care)?;
    let me = work.person()?;
    if case.clinician != me {
        return Err(work.refused(Action::CaseBegin, Purpose::Care).into());
    }
    match (after, case.kind, case.open) {
        (After::Closes, CaseKind::Relational, true) => return Err(JoiningError::Several),
        (After::Closes, _, false) => return Err(JoiningError::Ended),
        (After::Closes, CaseKind::Individual, true) | (After::Stays, _, _) => {}
    }
    for person in people {
        joining::acquainted(work, *person)?;
    }
    Ok(me)
}

fn prepare(
    work: &mut Work<'_, '_>,
    from: (CaseId, After),
    new: &NewCase,
    arriving: &[Arriving],
) -> Result<Prepared, JoiningError> {
    let is_new = |person: PersonId| arriving.iter().find(|one| one.person == person);
    let mut known = new.people.clone();
    known.retain(|one| is_new(*one).is_none());
    origin(work, from, &known)?;
    let entered: Vec<Arrived> = arriving
        .iter()
        .map(|one| accounts::enter(work, Action::CaseBegin, one))
        .collect::<Result<_, _>>()?;
    let case = prepare_with(work, new, |person| is_new(person).map(|one| one.key.id()))?;
    let (mut letters, mut people) = (Vec::new(), Vec::new());
    for person in &new.people {
        let mut all = arriving.iter().zip(&entered);
        let one = all.find(|(one, _)| one.person == *person);
        let (posted, let_in) = accounts::let_in(work, (*person, one), &case)?;
        letters.extend(posted);
        people.push((*person, let_in));
    }
    work.concerns(Purpose::Care, &[]);
    Ok(Prepared {
        at: micros(work.now()),
        entered,
        case,
        letters,
        people,
    })
}

fn put(tx: &mut Tx<'_>, practice: PracticeId, prepared: &Prepared) -> Result<Begun, JoiningError> {
    for one in &prepared.entered {
        people::insert(tx, practice, prepared.at, &one.row)?;
    }
    super::insert(tx, practice, &prepared.case)?;
    for letter in &prepared.letters {
        post::put(tx, practice, Some(letter))?;
    }
    Ok(Begun {
        case: prepared.case.id,
        people: prepared.people.clone(),
    })
}
