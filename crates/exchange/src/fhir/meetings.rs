//! Appointment and Encounter become appointments and sessions.

use super::dates::{optional_time, span};
use super::model::{Appointment, CodeableConcept, Encounter, Reference};
use super::references::{Directory, Found, Kind};
use super::{Located, Refusal};
use crate::Options;
use crate::text::{private_line, private_paragraph};
use practice::imports::{ExternalKey, Mention, OfferedAppointment, OfferedState, Place, Span};
use practice::private::Private;

/// What becomes of a resource that is no refusal.
pub(super) enum Taken {
    /// An appointment, past or coming.
    Appointment(OfferedAppointment),
    /// A session that was held.
    Session(OfferedAppointment),
    /// Not for the practice, under this name.
    PassedOver(&'static str),
}

/// <https://hl7.org/fhir/R4/appointment.html>
pub(super) fn appointment(
    located: &Located<Appointment>,
    key: ExternalKey,
    directory: &Directory<'_>,
) -> Result<Taken, Refusal> {
    let appointment = &located.is;
    let state = match appointment.status.as_deref() {
        Some("proposed" | "pending") => OfferedState::Requested,
        Some("booked" | "arrived" | "checked-in") => OfferedState::Booked,
        Some("fulfilled") => OfferedState::Held,
        Some("cancelled") => OfferedState::Cancelled,
        Some("noshow") => OfferedState::Missed,
        Some("entered-in-error") => return Ok(Taken::PassedOver("Appointment entered in error")),
        Some("waitlist") => return Ok(Taken::PassedOver("Appointment on a waiting list")),
        _ => return Err(Refusal::because("has no status that R4 knows")),
    };
    let start = optional_time(appointment.start.as_deref(), "start")?;
    let end = optional_time(appointment.end.as_deref(), "end")?;
    let start = start.ok_or_else(|| Refusal::because("has no start"))?;
    let actors = appointment
        .participant
        .iter()
        .filter_map(|participant| participant.actor.as_ref());
    let Some(present) = Present::of(actors, directory, located.url.as_deref()) else {
        return Ok(Taken::PassedOver("Appointment of a person who was refused"));
    };
    let said = [
        &appointment.description,
        &appointment.comment,
        &appointment.patient_instruction,
    ];
    let mut words: Vec<_> = said
        .into_iter()
        .flatten()
        .filter_map(|text| private_paragraph(text))
        .collect();
    words.extend(concepts(&appointment.service_type));
    Ok(Taken::Appointment(OfferedAppointment {
        line: located.line,
        key,
        part_of: None,
        span: span(start, end, appointment.minutes_duration)?,
        state,
        place: Place::Unsaid,
        busy: !matches!(state, OfferedState::Cancelled | OfferedState::Requested),
        persons: present.persons,
        clinicians: present.clinicians,
        title: None,
        words,
    }))
}

/// <https://hl7.org/fhir/R4/encounter.html>
pub(super) fn encounter(
    located: &Located<Encounter>,
    key: ExternalKey,
    directory: &Directory<'_>,
    options: &Options,
) -> Result<Taken, Refusal> {
    let encounter = &located.is;
    let state = match encounter.status.as_deref() {
        Some("planned" | "arrived" | "triaged") => OfferedState::Booked,
        Some("in-progress" | "onleave" | "finished") => OfferedState::Held,
        Some("cancelled") => OfferedState::Cancelled,
        Some("unknown") => OfferedState::Unsaid,
        Some("entered-in-error") => return Ok(Taken::PassedOver("Encounter entered in error")),
        _ => return Err(Refusal::because("has no status that R4 knows")),
    };
    let period = encounter.period.as_ref();
    let start = optional_time(
        period.and_then(|period| period.start.as_deref()),
        "period.start",
    )?;
    let end = optional_time(
        period.and_then(|period| period.end.as_deref()),
        "period.end",
    )?;
    let start = start.ok_or_else(|| Refusal::because("has no start"))?;
    let span = span(start, end, None)?;
    if state == OfferedState::Held && is_ahead(&span, options) {
        return Err(Refusal::because(
            "is said to have taken place in the future",
        ));
    }
    let individuals = encounter
        .participant
        .iter()
        .filter_map(|one| one.individual.as_ref());
    let all = encounter.subject.iter().chain(individuals);
    let Some(present) = Present::of(all, directory, located.url.as_deref()) else {
        return Ok(Taken::PassedOver("Encounter of a person who was refused"));
    };
    if present.persons.is_empty() {
        return Err(Refusal::because("does not say whose it is"));
    }
    let part_of = comes_from(encounter, directory, located.url.as_deref());
    let taken = OfferedAppointment {
        line: located.line,
        key,
        part_of,
        span,
        state,
        place: place(encounter),
        busy: state != OfferedState::Cancelled,
        persons: present.persons,
        clinicians: present.clinicians,
        title: None,
        words: concepts(&encounter.r#type)
            .chain(concepts(&encounter.reason_code))
            .collect(),
    };
    Ok(match state {
        OfferedState::Booked | OfferedState::Cancelled => Taken::Appointment(taken),
        OfferedState::Held
        | OfferedState::Unsaid
        | OfferedState::Missed
        | OfferedState::Requested => Taken::Session(taken),
    })
}

/// `Encounter.appointment`: what the session was booked as.
fn comes_from(
    encounter: &Encounter,
    directory: &Directory<'_>,
    url: Option<&str>,
) -> Option<ExternalKey> {
    let found = encounter
        .appointment
        .iter()
        .map(|reference| directory.find(reference, url));
    found.into_iter().find_map(|found| match found {
        Found::Known(Kind::Appointment, key) => Some(key),
        Found::Known(..) | Found::Refused(_) | Found::Nothing => None,
    })
}

/// `Encounter.class` (<http://terminology.hl7.org/CodeSystem/v3-ActCode>).
fn place(encounter: &Encounter) -> Place {
    match encounter
        .class
        .as_ref()
        .and_then(|class| class.code.as_deref())
    {
        Some("AMB") => Place::Premises,
        Some("VR") => Place::Video,
        Some(_) => Place::Elsewhere,
        None => Place::Unsaid,
    }
}

fn is_ahead(span: &Span, options: &Options) -> bool {
    match span {
        Span::Time { start, .. } => start.to_zoned(options.zone.clone()).date() > options.today,
        Span::Days { first, .. } => *first > options.today,
    }
}

fn concepts(concepts: &[CodeableConcept]) -> impl Iterator<Item = Private<String>> {
    concepts
        .iter()
        .filter_map(|concept| concept.words().and_then(private_line))
}

/// Who takes part.
struct Present {
    persons: Vec<Mention>,
    clinicians: Vec<Mention>,
}

impl Present {
    /// `None` when one of them was refused, so that nothing of a minor is kept (R8).
    fn of<'a>(
        references: impl Iterator<Item = &'a Reference>,
        directory: &Directory<'_>,
        url: Option<&str>,
    ) -> Option<Self> {
        let mut present = Self {
            persons: Vec::new(),
            clinicians: Vec::new(),
        };
        for reference in references {
            let name = reference.display.as_deref().and_then(private_line);
            match directory.find(reference, url) {
                Found::Refused(Kind::Patient | Kind::RelatedPerson) => return None,
                Found::Known(Kind::Practitioner, key) => {
                    add(
                        &mut present.clinicians,
                        Mention {
                            key: Some(key),
                            name,
                            email: None,
                        },
                    );
                }
                Found::Known(Kind::Patient | Kind::RelatedPerson, key) => {
                    add(
                        &mut present.persons,
                        Mention {
                            key: Some(key),
                            name,
                            email: None,
                        },
                    );
                }
                Found::Known(..) | Found::Refused(_) | Found::Nothing => {}
            }
        }
        Some(present)
    }
}

fn add(mentions: &mut Vec<Mention>, mention: Mention) {
    if !mentions.iter().any(|known| known.key == mention.key) {
        mentions.push(mention);
    }
}
