//! The demo's rooms and staff: roles, credentials, pages, hours and accounts.

use std::collections::BTreeMap;

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use practice::access::{CredentialBody, CredentialKind, JobAccess, Role};
use practice::accounts::{NewAccount, NewStaff, StaffPage};
use practice::booking::records::{Hours, insert_hours, insert_room};
use practice::ids::{PersonId, RoomId, uuid_v7};
use practice::people::{Channel, Identity, Way};
use practice::private::Private;
use uuid::Uuid;
use vault::SystemRandomness;

use super::make::Making;
use super::people::{
    DemoCredential, DemoCredentialKind, DemoHours, DemoModality, DemoRole, StaffMember, weekday,
};
use crate::failure::Failure;

/// Enters rooms and staff; the people in the order of the content.
///
/// # Errors
/// [`Failure::Refused`] when something cannot be written.
pub(super) async fn make(making: &Making) -> Result<Vec<PersonId>, Failure> {
    rooms(making).await?;
    let mut made: BTreeMap<&str, PersonId> = BTreeMap::new();
    // Who supervises comes before who is supervised.
    let mut order: Vec<&StaffMember> = making.demo.staff.iter().collect();
    order.sort_by_key(|member| member.supervisor.is_some());
    for member in order {
        making.bar.set_message(member.name.clone());
        let supervisor = member.supervisor.as_deref();
        let supervisor = supervisor.and_then(|slug| made.get(slug)).copied();
        let new = new_staff(making, member, supervisor);
        let person = making.practice.add_staff(&JobAccess::set_up(), new).await?;
        hours(making, member, person).await?;
        made.insert(&member.slug, person);
        making.bar.inc(1);
    }
    let in_order = making.demo.staff.iter();
    Ok(in_order
        .filter_map(|member| made.get(member.slug.as_str()).copied())
        .collect())
}

async fn rooms(making: &Making) -> Result<(), Failure> {
    let practice = making.practice.id();
    let now = making.practice.now();
    let rooms: Vec<(RoomId, String)> = making
        .demo
        .practice
        .rooms
        .iter()
        .map(|room| (RoomId::new(now, &SystemRandomness), room.name.clone()))
        .collect();
    let write = making.store.write(move |tx| {
        rooms
            .iter()
            .try_for_each(|(room, name)| insert_room(tx, practice, *room, name))
    });
    Ok(write.await?)
}

async fn hours(making: &Making, member: &StaffMember, person: PersonId) -> Result<(), Failure> {
    let practice = making.practice.id();
    let today = civil(making, making.today);
    let rows: Vec<(Uuid, Hours)> = member
        .hours
        .iter()
        .map(|hours| {
            let id = uuid_v7(making.practice.now(), &SystemRandomness);
            (id, row(making, member, (person, hours, today.weekday())))
        })
        .collect();
    let write = making.store.write(move |tx| {
        rows.iter()
            .try_for_each(|(id, hours)| insert_hours(tx, practice, *id, hours))
    });
    Ok(write.await?)
}

fn row(making: &Making, member: &StaffMember, stretch: (PersonId, &DemoHours, Weekday)) -> Hours {
    let (clinician, hours, today) = stretch;
    let has = |modality| member.modalities.contains(&modality);
    let place = match (&hours.room, has(DemoModality::Video)) {
        (None, _) => "video",
        (Some(_), true) => "both",
        (Some(_), false) => "premises",
    };
    let day = weekday(hours.day, today).to_monday_one_offset();
    Hours {
        clinician,
        weekday: i64::from(day),
        begins: hours.from.strftime("%H:%M").to_string(),
        ends: hours.to.strftime("%H:%M").to_string(),
        zone: making.demo.practice.zone.clone(),
        place: place.to_owned(),
        use_for: "both".to_owned(),
    }
}

/// The day at the practice.
pub(super) fn civil(making: &Making, at: Timestamp) -> Date {
    let zone = TimeZone::get(&making.demo.practice.zone).unwrap_or(TimeZone::UTC);
    at.to_zoned(zone).date()
}

fn new_staff(making: &Making, member: &StaffMember, supervisor: Option<PersonId>) -> NewStaff {
    let today = civil(making, making.today);
    let is_clinical = member
        .roles
        .iter()
        .any(|role| matches!(role, DemoRole::Clinician | DemoRole::Associate));
    let way = Way::new(
        Channel::Mail,
        Private::from(format!("{}@alder-house.example", member.slug)),
        true,
    );
    NewStaff {
        identity: Identity {
            name: Private::from(member.name.as_str()),
            pronouns: Private::from(member.pronouns.as_str()),
            ways: vec![way],
            ..Identity::default()
        },
        slug: member.slug.clone(),
        page: StaffPage {
            name: member.name.clone(),
            pronouns: member.pronouns.clone(),
            letters: member.suffix.clone(),
            public: is_clinical,
            lede: member.line.clone(),
            about: member.about.join("\n\n"),
            languages: member.languages.clone(),
            approaches: member.approaches.clone(),
            concerns: member.concerns.clone(),
        },
        roles: member
            .roles
            .iter()
            .map(|role| {
                let role = self::role(*role);
                (role, supervisor.filter(|_| role == Role::Associate))
            })
            .collect(),
        credentials: member
            .credentials
            .iter()
            .map(|credential| body(credential, today))
            .collect(),
        account: NewAccount {
            name: member.slug.clone(),
            password: making.practice.one_time_password(),
        },
    }
}

const fn role(role: DemoRole) -> Role {
    match role {
        DemoRole::Owner => Role::Owner,
        DemoRole::Clinician => Role::Clinician,
        DemoRole::Associate => Role::Associate,
        DemoRole::Supervisor => Role::Supervisor,
        DemoRole::FrontDesk => Role::FrontDesk,
        DemoRole::Biller => Role::Biller,
    }
}

/// A credential; whose it is is filled in by who takes it.
fn body(credential: &DemoCredential, today: Date) -> CredentialBody {
    let until = credential.valid_days.and_then(|days| {
        let until = today.checked_add(i64::from(days).days());
        until.ok().map(|day| day.to_string())
    });
    let verified = today
        .checked_sub(i64::from(credential.verified_days_ago).days())
        .unwrap_or(today);
    let how = match &credential.lookup {
        Some(site) => format!("Looked up at {site}"),
        None => "A copy was seen".to_owned(),
    };
    CredentialBody {
        person: PersonId(Uuid::nil()),
        kind: match credential.kind {
            DemoCredentialKind::Licence => CredentialKind::Licence,
            DemoCredentialKind::Certification => CredentialKind::Certification,
            DemoCredentialKind::Training => CredentialKind::Training,
        },
        name: credential.title.clone(),
        issuer: credential.issuer.clone(),
        number: credential.number.clone(),
        jurisdiction: credential.jurisdiction.clone().unwrap_or_default(),
        from: credential.valid_from.to_string(),
        until: until.unwrap_or_default(),
        verified_how: how,
        verified_on: verified.to_string(),
    }
}
