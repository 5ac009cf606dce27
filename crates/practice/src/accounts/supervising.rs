//! Naming an associate's supervisor: who co-signs their notes from now on (R5), and so opens their cases for care.
//!
//! Cases that have a supervisor who works here keep them: whoever knows a record is not exchanged by a form. Not here: the
//! co-signature itself (`notes`).

use super::AccountError;
use crate::access::row::AuthorityKind;
use crate::access::{Fresh, Role, RoleBody, Work};
use crate::cases::{self, Case};
use crate::clock::micros;
use crate::core::Practice;
use crate::ids::{CaseId, PersonId};
use crate::receipts::Action;

impl Practice {
    /// Names who supervises an associate, and lets them into the associate's open cases that have no supervisor, or one
    /// who has no clients here any more.
    ///
    /// # Errors
    /// [`AccountError::Supervisor`] for somebody who cannot be one, [`AccountError::Wrong`] when the person is no
    /// associate, [`crate::AccessError::NotThere`] for anybody but the owner and the command line.
    pub async fn set_supervisor(
        &self,
        access: &impl Fresh,
        associate: PersonId,
        supervisor: PersonId,
    ) -> Result<(), AccountError> {
        self.sets_up(access).await?;
        let practice = self.id();
        self.write(
            access,
            Action::AuthorityChange,
            move |work| name(work, associate, supervisor),
            move |tx, cases| {
                for case in cases {
                    cases::records::set_supervisor(tx, practice, *case, supervisor)?;
                }
                Ok(())
            },
        )
        .await
    }
}

fn name(
    work: &mut Work<'_, '_>,
    associate: PersonId,
    supervisor: PersonId,
) -> Result<Vec<CaseId>, AccountError> {
    let now = micros(work.now());
    let may = |role| matches!(role, Role::Clinician | Role::Supervisor);
    let held = work.authority(|known| known.roles(supervisor, now));
    if associate == supervisor || !held.iter().any(|(_, body)| may(body.role)) {
        return Err(AccountError::Supervisor);
    }
    let held = work.authority(|known| known.roles(associate, now));
    let role = held
        .into_iter()
        .find(|(_, body)| body.role == Role::Associate);
    let (id, body) = role.ok_or(AccountError::Wrong)?;
    let body = RoleBody {
        supervisor: Some(supervisor),
        ..body
    };
    work.put_authority(AuthorityKind::Role, id, &body, None)?;
    let practice = work.practice();
    let mut cases = cases::records::of_staff(work.tx, practice, associate)?;
    cases.retain(|case| case.open && case.clinician == associate && lacks(work, case, now));
    for case in &cases {
        cases::supervise(work, case, supervisor)?;
    }
    Ok(cases.into_iter().map(|case| case.id).collect())
}

/// Whether nobody who has clients here supervises a case.
fn lacks(work: &Work<'_, '_>, case: &Case, now: i64) -> bool {
    case.supervisor.is_none_or(|person| {
        let held = work.authority(|known| known.roles(person, now));
        held.iter().all(|(_, body)| !body.role.is_clinical())
    })
}
