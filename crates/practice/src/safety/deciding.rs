//! What the clinician decides for each participant, and whether joint work may take place after it (R11).

use vault::Opened;

use super::{Decision, DecisionContent, Outcome, Safety, SafetyError, Screened, records};
use crate::access::{DeskAccess, Purpose, Work};
use crate::calendar::{self, SessionKind, SessionState};
use crate::cases::{self, Participant};
use crate::clock::{from_micros, micros};
use crate::core::Practice;
use crate::error::AccessError;
use crate::homework;
use crate::ids::{CaseId, ParticipantId};
use crate::intake;
use crate::private::Private;
use crate::receipts::Action;
use crate::sealed::SealedRow;

/// How many of the newest assignments are looked through for joint ones that go on.
const GIVEN: i64 = 100;
/// How many sessions of a case are looked through for joint ones to come.
const SESSIONS: i64 = 500;

/// A decision for one participant.
#[derive(Clone, Debug)]
pub struct NewDecision {
    /// For whom.
    pub participant: ParticipantId,
    /// What.
    pub outcome: Outcome,
    /// Words beside it; may be empty.
    pub remark: Private<String>,
}

/// What deciding writes, ready to be stored.
struct Decided {
    at: i64,
    rows: Vec<(ParticipantId, SealedRow)>,
    joint_from: Option<i64>,
}

impl Practice {
    /// How it stands with the safety of everybody in a case, for who cares for all of them.
    ///
    /// # Errors
    /// [`AccessError::NotThere`] when there is no such case for who asks.
    pub async fn safety(&self, access: &DeskAccess, case: CaseId) -> Result<Safety, AccessError> {
        self.read(access, move |work| {
            let practice = work.practice();
            let found = cases::opening::find(work, Action::Intake, case)?;
            let opened = found.open(work, Action::Intake)?;
            let names = found.names(&opened)?;
            let case = found.case;
            let mut people = Vec::new();
            for (who, named) in case.participants.iter().zip(names) {
                if opened.get(who.own).is_none() {
                    continue;
                }
                let standing = records::standing(work.tx, practice, who.id)?;
                people.push(Screened {
                    who: *who,
                    named,
                    asked_at: standing.asked.map(from_micros),
                    answered: intake::answered_alone(work, &opened, who.id)?,
                    decided: decisions(work, &opened, who.id)?,
                });
            }
            let now = micros(work.now());
            let mut joint = calendar::records::of_case(work.tx, practice, case.id, SESSIONS)?;
            joint.retain(|session| {
                session.kind == SessionKind::Relational
                    && session.state == SessionState::Booked
                    && session.starts_at > now
            });
            joint.sort_by_key(|session| (session.starts_at, session.id));
            let given = homework::newest(work, &opened, &case, GIVEN)?.into_iter();
            let given = given.filter(|one| one.open && one.joint);
            Ok(Safety {
                homework: given.map(|one| one.title).collect(),
                case,
                people,
                joint,
            })
        })
        .await
    }

    /// Decides for everybody who takes part, each on their own side. Joint work takes place from now on when what is decided
    /// lets it for all of them, and waits otherwise (R11). Always for everybody, so that no row tells whose it is about.
    ///
    /// # Errors
    /// [`SafetyError::NotEverybody`] when somebody who takes part is left out, [`SafetyError::ConsentMissing`] (R9),
    /// [`AccessError::NotThere`] for anybody but the case's clinician, [`AccessError::Stale`] when somebody left or the case
    /// was closed meanwhile.
    pub async fn settle_safety(
        &self,
        access: &DeskAccess,
        case: CaseId,
        new: Vec<NewDecision>,
    ) -> Result<(), SafetyError> {
        let practice = self.id();
        self.write(
            access,
            Action::Intake,
            move |work| decide(work, case, &new),
            move |tx, decided| {
                let count = i64::try_from(decided.rows.len()).unwrap_or(i64::MAX);
                let open = records::set_joint_from(tx, practice, case, decided.joint_from)?;
                if !open || records::staying(tx, practice, case)? != count {
                    return Err(AccessError::Stale.into());
                }
                for (participant, row) in &decided.rows {
                    records::insert(tx, practice, (*participant, decided.at), row)?;
                }
                Ok(())
            },
        )
        .await
    }
}

fn decide(
    work: &mut Work<'_, '_>,
    case: CaseId,
    new: &[NewDecision],
) -> Result<Decided, SafetyError> {
    let case = cases::of_mine(work, case, Purpose::Care)?;
    let (by, at) = (work.person()?, micros(work.now()));
    if case.clinician != by || !case.open {
        return Err(work.refused(Action::Intake, Purpose::Care).into());
    }
    let staying: Vec<Participant> = case.staying().copied().collect();
    let sides: Vec<_> = staying.iter().map(|who| who.own).collect();
    let opened = work.open(Action::Intake, Purpose::Care, &sides)?;
    work.stands_on_consent(&staying)?;
    let mut lets = case.joint.is_some();
    let mut rows = Vec::new();
    for who in &staying {
        let one = new.iter().find(|one| one.participant == who.id);
        let one = one.ok_or(SafetyError::NotEverybody)?;
        let content = DecisionContent {
            outcome: one.outcome,
            remark: one.remark.clone(),
            by,
        };
        let open = opened.get(who.own).ok_or(AccessError::NotThere)?;
        let row = work.seal(open, ("safety_decisions", work.new_id(), 1), &content)?;
        rows.push((who.id, row));
        lets &= one.outcome.lets_joint_work();
    }
    Ok(Decided {
        at,
        rows,
        joint_from: lets.then(|| case.joint_from.unwrap_or(at)),
    })
}

fn decisions(
    work: &mut Work<'_, '_>,
    opened: &Opened,
    participant: ParticipantId,
) -> Result<Vec<Decision>, AccessError> {
    let practice = work.practice();
    let mut found = Vec::new();
    for (at, cell) in records::decided(work.tx, practice, participant)? {
        let content: DecisionContent = work.unseal(opened, "safety_decisions", &cell)?;
        found.push(Decision {
            outcome: content.outcome,
            remark: content.remark,
            by: content.by,
            at: from_micros(at),
        });
    }
    Ok(found)
}
