//! An emergency begins: who is meant, what is opened, who is told.

use vault::Kind;

use super::{Content, Emergency, EmergencyError, LASTS, records};
use crate::access::{FreshAccess, Holder, JobAccess, Made, Purpose, Role, Work};
use crate::cases::{self, Case, Participant};
use crate::clock::micros;
use crate::core::Practice;
use crate::error::AccessError;
use crate::ids::{EmergencyId, PersonId};
use crate::people::{self, Identity};
use crate::private::Private;
use crate::receipts::Action;
use crate::sealed::SealedRow;

/// Whose record is to be opened, and why.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Who cares for them.
    pub clinician: PersonId,
    /// The name that they use, or their legal one: whole, in any case of letters. There is no list to choose from, because
    /// who a colleague's clients are is confidential.
    pub name: Private<String>,
    /// Why it cannot wait.
    pub reason: Private<String>,
}

/// What an operation made of it.
struct Begun {
    emergency: Emergency,
    row: SealedRow,
}

impl Practice {
    /// Opens somebody's record in an emergency, to read, for an hour.
    ///
    /// # Errors
    /// [`EmergencyError::ReasonMissing`]; [`EmergencyError::NobodyCalled`] and [`EmergencyError::SeveralCalled`] when it is
    /// not clear who is meant; [`EmergencyError::Yours`] for a record that is open to who asks; [`AccessError::NotThere`]
    /// for who is neither clinician nor supervisor.
    pub async fn begin_emergency(
        &self,
        access: &FreshAccess,
        asked: Asked,
    ) -> Result<Emergency, EmergencyError> {
        if asked.reason.reveal().trim().is_empty() {
            return Err(EmergencyError::ReasonMissing);
        }
        if !access
            .desk()
            .roles()
            .iter()
            .any(|role| role.may_break_glass())
        {
            self.refuse_emergency(access).await?;
            return Err(AccessError::NotThere.into());
        }
        let meant = match self.who_is_meant(asked.clone()).await {
            Ok(meant) => meant,
            Err(error) => {
                self.refuse_emergency(access).await?;
                return Err(error);
            }
        };
        let made = self.make(&[Kind::Own]).await?;
        let practice = self.id();
        let (case, part) = meant.clone();
        let emergency = self
            .write(
                access,
                Action::EmergencyBegin,
                move |work| begin(work, &meant, &made, asked.reason),
                move |tx, begun: &Begun| {
                    records::insert(tx, practice, &begun.emergency, &begun.row)?;
                    Ok::<_, EmergencyError>(begun.emergency)
                },
            )
            .await?;
        self.told_of(&case, &part, &emergency).await;
        Ok(emergency)
    }

    /// Leaves the receipt of an emergency that did not begin.
    async fn refuse_emergency(&self, access: &FreshAccess) -> Result<(), AccessError> {
        self.read(access, |work| {
            work.refused(Action::EmergencyBegin, Purpose::Emergency);
            Ok(())
        })
        .await
    }

    /// The client of this name among the open cases of a clinician. The program looks, so that nobody reads the names.
    async fn who_is_meant(&self, asked: Asked) -> Result<(Case, Participant), EmergencyError> {
        self.read(&JobAccess::emergency(), move |work| {
            let practice = work.practice();
            let mut cases = cases::records::of_staff(work.tx, practice, asked.clinician)?;
            cases.retain(|case| case.open && case.clinician == asked.clinician);
            let people: Vec<PersonId> = cases
                .iter()
                .flat_map(|case| case.staying().map(|part| part.person))
                .collect();
            let known = people::identities(work, Action::Names, Purpose::Keeping, &people)?;
            let mut meant = Vec::new();
            for case in cases {
                for part in case.staying() {
                    let identity = known.get(&part.person);
                    if identity.is_some_and(|one| is_called(one, asked.name.reveal())) {
                        meant.push((case.clone(), *part));
                    }
                }
            }
            let mut people: Vec<PersonId> = meant.iter().map(|(_, part)| part.person).collect();
            people.dedup();
            if people.len() > 1 {
                return Err(EmergencyError::SeveralCalled);
            }
            // Of several cases of one person the newest comes first.
            meant.into_iter().next().ok_or(EmergencyError::NobodyCalled)
        })
        .await
    }

    /// Tells whoever cares for the client and the owners at once, and the client when it has ended. What stands on their
    /// pages does not depend on these letters.
    async fn told_of(&self, case: &Case, part: &Participant, emergency: &Emergency) {
        let owners = {
            let authority = self.core().authority();
            authority.holders(Role::Owner, emergency.begun_at)
        };
        let mut staff: Vec<PersonId> = std::iter::once(case.clinician)
            .chain(case.supervisor)
            .chain(owners.into_iter().map(|owner| owner.person))
            .filter(|person| *person != emergency.by)
            .collect();
        staff.sort_unstable();
        staff.dedup();
        let mut notices: Vec<_> = staff
            .into_iter()
            .map(|person| (person, "/desk/emergencies", emergency.begun_at))
            .collect();
        notices.push((part.person, "/my/receipts", emergency.ends_at));
        if let Err(error) = self.tell(notices).await {
            tracing::error!(%error, emergency = %emergency.id, "nobody was written to about an emergency");
        }
    }
}

fn is_called(identity: &Identity, name: &str) -> bool {
    let plain = |name: &str| {
        let words: Vec<String> = name.split_whitespace().map(str::to_lowercase).collect();
        words.join(" ")
    };
    let wanted = plain(name);
    let legal = identity.legal_name.as_ref();
    let names = std::iter::once(&identity.name).chain(legal);
    !wanted.is_empty() && names.into_iter().any(|one| plain(one.reveal()) == wanted)
}

fn begin(
    work: &mut Work<'_, '_>,
    meant: &(Case, Participant),
    made: &[Made],
    reason: Private<String>,
) -> Result<Begun, EmergencyError> {
    let (case, part) = meant;
    let (practice, me, now) = (work.practice(), work.person()?, micros(work.now()));
    if work.may_open(part.own, Purpose::Care) {
        return Err(EmergencyError::Yours);
    }
    let identity = people::records::cell(work.tx, practice, part.person)?
        .ok_or(AccessError::NotThere)?
        .compartment;
    let ends_at = now.saturating_add(LASTS);
    let theirs = [identity, part.own];
    for compartment in theirs.into_iter().chain(case.joints_of(part)) {
        let holder = Holder::Person(me);
        work.grant_until(holder, compartment, Purpose::Emergency, Some(ends_at))?;
    }
    let key = made.first().ok_or(AccessError::NotThere)?.id();
    let opened = work.open_made(Action::EmergencyBegin, Purpose::Emergency, made)?;
    let open = opened.get(key).ok_or(AccessError::NotThere)?;
    work.grant(Holder::Role(Role::Owner), key, Purpose::Keeping)?;
    for staff in std::iter::once(case.clinician)
        .chain(case.supervisor)
        .chain([me])
    {
        work.grant(Holder::Person(staff), key, Purpose::Care)?;
    }
    // The joint side is granted and not named: a partner would read there that the other has an emergency (R2).
    work.concerns(Purpose::Emergency, &theirs);
    let id = EmergencyId(work.new_id());
    Ok(Begun {
        row: work.seal(open, ("emergencies", id.0, 1), &Content { reason })?,
        emergency: Emergency {
            id,
            by: me,
            person: part.person,
            case: case.id,
            begun_at: now,
            ends_at,
            reviewed: None,
        },
    })
}
