//! One case of ten years: five participants of whom two leave on the way, a session each week with its note, and what they
//! told about their homework.

use std::sync::Arc;

use jiff::SignedDuration;
use practice::Practice;
use practice::access::{JobAccess, PortalAccess, SignedIn};
use practice::accounts::NewAccount;
use practice::cases::Case;
use practice::clock::SetClock;
use practice::homework::{For, Happened, NewAssignment, Told, What};
use practice::ids::{AssignmentId, PersonId};
use practice::private::Private;

use crate::Anything;
use crate::load::{self, Clinician};

/// Who takes part in the beginning.
const PEOPLE: usize = 5;
/// Who stays.
const STAY: usize = 3;
/// Sessions with everybody, and the homework that was given in them.
const TOGETHER: (u64, u64) = (300, 240);
/// Sessions with those who stay, and their homework: with those before, ten years of weeks and 2,000 reflections and more.
const AFTER: (u64, u64) = (220, 267);

/// Writes the case and returns its id, and that of a client who was there from the beginning, as addresses spell them.
///
/// # Errors
/// What the practice refuses.
pub(crate) async fn write(
    practice: &Practice,
    clinician: &Clinician,
    clock: &Arc<SetClock>,
) -> Result<(String, String), Anything> {
    println!("  a case of ten years");
    let case = load::enter(practice, clinician, "decade", PEOPLE).await?;
    let mut people = Vec::new();
    for participant in &case.participants {
        join(practice, participant.person, &case).await?;
        people.push(participant.person);
    }
    years(practice, clinician, (&case, &people), TOGETHER).await?;
    let later = SignedDuration::from_hours(i64::try_from(TOGETHER.0)?);
    clock.set(practice.now().checked_add(later)?);
    for participant in case.participants.iter().skip(STAY) {
        let part = (case.id, participant.id);
        let reason = Private::from("They go on elsewhere.");
        practice.end_part(&clinician.access, part, reason).await?;
    }
    people.truncate(STAY);
    years(practice, clinician, (&case, &people), AFTER).await?;
    let client = people.first().ok_or("nobody takes part")?;
    Ok((case.id.to_string(), client.to_string()))
}

/// A client makes their account.
async fn join(practice: &Practice, person: PersonId, case: &Case) -> Result<(), Anything> {
    let set_up = JobAccess::set_up();
    let invited = practice.invite(&set_up, person, Some(case.id));
    let (name, password) = load::account(&person.to_string());
    let account = NewAccount { name, password };
    let invitation = invited.await?;
    practice
        .accept_invitation(invitation.text(), account)
        .await?;
    Ok(())
}

/// So many sessions with their notes, and so much homework about which everybody tells.
async fn years(
    practice: &Practice,
    clinician: &Clinician,
    who: (&Case, &[PersonId]),
    counts: (u64, u64),
) -> Result<(), Anything> {
    let (case, people) = who;
    let (sessions, homework) = counts;
    for week in 0..sessions {
        load::noted(practice, clinician, case, (0, week)).await?;
    }
    let mut portals = Vec::new();
    for person in people {
        let token = practice.enter_demo(*person).await?;
        if let SignedIn::Portal(access) = practice.signed_in(token.text()).await? {
            portals.push(access);
        }
    }
    for week in 0..homework {
        let new = NewAssignment {
            case: case.id,
            session: None,
            what: What::OwnText {
                title: Private::new(format!("Ten slow minutes, week {week}")),
                text: "Sit together for ten minutes. Notice what you feel, and say one thing."
                    .into(),
            },
            remark: Private::default(),
            whom: For::Everybody,
        };
        let given = practice.give_homework(&clinician.access, new).await?;
        for portal in &portals {
            tell(practice, portal, given).await?;
        }
    }
    Ok(())
}

async fn tell(
    practice: &Practice,
    portal: &PortalAccess,
    homework: AssignmentId,
) -> Result<(), Anything> {
    let told = Told {
        happened: Some(Happened::Some),
        words: Private::new("I noticed that I was calm, and then that I was not. ".repeat(6)),
        ..Told::default()
    };
    practice.give_reflection(portal, homework, told, 0).await?;
    Ok(())
}
