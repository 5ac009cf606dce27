//! The demo's former clients: whose care ended years ago, so that their records are due for review, and one that is on hold.
//!
//! Nobody can be one of them, and nothing stands in their records but who they were. Not here: the year that everybody else
//! lived through (`year`).

use jiff::Timestamp;
use practice::access::{DeskAccess, JobAccess, SignedIn};
use practice::ids::{ParticipantId, PersonId};
use practice::people::Identity;
use practice::private::Private;

use super::make::{Making, earlier};
use super::people::{DemoFormer, DemoFormerClient, DemoRole};
use crate::failure::Failure;

/// How many days their care lasted.
const LASTED: i64 = 200;

/// A record that is to be held, and why.
pub(super) type ToHold = (ParticipantId, String);

/// The instant at which the first of them came: staff were there by then.
pub(super) fn begins(making: &Making) -> Timestamp {
    let former = making.demo.former.iter();
    let first = former.map(|case| case.ended_days_ago).max().unwrap_or(0);
    earlier(making.today, first + LASTED + 1)
}

/// Enters their cases and closes them, each when it was.
///
/// # Errors
/// [`Failure::Refused`] when an operation refuses.
pub(super) async fn live(making: &Making, staff: &[PersonId]) -> Result<Vec<ToHold>, Failure> {
    let mut all: Vec<&DemoFormer> = making.demo.former.iter().collect();
    all.sort_by_key(|case| -case.ended_days_ago);
    let mut held = Vec::new();
    for case in all {
        let clinician = member(making, staff, |one| one.slug == case.clinician)?;
        let began = earlier(making.today, case.ended_days_ago + LASTED);
        making.clock.set(began);
        let people = case.people.iter().map(identity).collect();
        let entered = making
            .practice
            .enter_case(&JobAccess::set_up(), (clinician, None), people)
            .await?;
        making.clock.set(earlier(making.today, case.ended_days_ago));
        let desk = desk(making, clinician).await?;
        making.practice.close_case(&desk, entered.id).await?;
        if let Some(why) = &case.held {
            let parts = entered.participants.iter();
            held.extend(parts.map(|part| (part.id, why.clone())));
        }
    }
    Ok(held)
}

/// The owner puts those on hold that are.
///
/// # Errors
/// [`Failure::Refused`] when an operation refuses.
pub(super) async fn hold(
    making: &Making,
    staff: &[PersonId],
    held: Vec<ToHold>,
) -> Result<(), Failure> {
    let owner = member(making, staff, |one| one.roles.contains(&DemoRole::Owner))?;
    let desk = desk(making, owner).await?;
    for (part, why) in held {
        let placed = making.practice.place_hold(&desk, part, Private::from(why));
        placed
            .await
            .map_err(|error| Failure::refused(error.to_string()))?;
    }
    making.practice.sequence().await?;
    Ok(())
}

fn member(
    making: &Making,
    staff: &[PersonId],
    is: impl Fn(&super::people::StaffMember) -> bool,
) -> Result<PersonId, Failure> {
    let mut all = making.demo.staff.iter().zip(staff);
    let found = all.find(|(one, _)| is(one)).map(|(_, person)| *person);
    found.ok_or_else(|| Failure::refused("somebody of the demo is missing"))
}

async fn desk(making: &Making, person: PersonId) -> Result<DeskAccess, Failure> {
    let refused = |error: practice::accounts::AccountError| Failure::refused(error.to_string());
    let token = making.practice.enter_demo(person).await.map_err(refused)?;
    let signed_in = making.practice.signed_in(token.text()).await;
    match signed_in.map_err(|error| Failure::refused(error.to_string()))? {
        SignedIn::Desk(desk) => Ok(desk),
        SignedIn::Portal(_) => Err(Failure::refused("staff of the demo are no clients")),
    }
}

fn identity(one: &DemoFormerClient) -> Identity {
    Identity {
        name: Private::from(one.name.as_str()),
        pronouns: Private::from(one.pronouns.as_str()),
        legal_name: Some(Private::from(one.full_name.as_str())),
        born: Some(Private::new(one.born.to_string())),
        ..Identity::default()
    }
}
