//! Appointment and Encounter become appointments and sessions; Condition becomes a clinical entry.

use super::dates::{When, optional_time, span};
use super::model::{Appointment, CodeableConcept, Condition, Encounter, Reference};
use super::references::{Directory, Found, Kind};
use super::{Located, Refusal};
use crate::Options;
use crate::text::{private_line, private_paragraph};
use practice::imports::{
    Certainty, ConditionCourse, ExternalKey, Mention, OfferedAppointment, OfferedCondition,
    OfferedState, PartialDate, Place, Span,
};
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
    let appointment = encounter.appointment.iter().find_map(|reference| {
        match directory.find(reference, located.url.as_deref()) {
            Found::Known(Kind::Appointment, key) => Some(key),
            Found::Known(..) | Found::Refused(_) | Found::Nothing => None,
        }
    });
    let taken = OfferedAppointment {
        line: located.line,
        key,
        part_of: appointment,
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

/// <https://hl7.org/fhir/R4/condition.html>; `None` with the reason when it is not for the practice.
pub(super) fn condition(
    located: &Located<Condition>,
    key: ExternalKey,
    directory: &Directory<'_>,
) -> Result<Result<OfferedCondition, &'static str>, Refusal> {
    let condition = &located.is;
    let verification = first_code(condition.verification_status.as_ref());
    let certainty = match verification {
        Some("confirmed") => Certainty::Confirmed,
        Some("unconfirmed" | "provisional" | "differential") => Certainty::Unconfirmed,
        Some("refuted") => Certainty::Refuted,
        Some("entered-in-error") => return Ok(Err("Condition entered in error")),
        Some(_) => {
            return Err(Refusal::because(
                "`verificationStatus` is none that R4 knows",
            ));
        }
        None => Certainty::Unsaid,
    };
    let course = match first_code(condition.clinical_status.as_ref()) {
        Some("active" | "recurrence" | "relapse") => ConditionCourse::Active,
        Some("inactive" | "remission" | "resolved") => ConditionCourse::Past,
        Some(_) => return Err(Refusal::because("`clinicalStatus` is none that R4 knows")),
        None => ConditionCourse::Unsaid,
    };
    let url = located.url.as_deref();
    let subject = condition
        .subject
        .as_ref()
        .map_or(Found::Nothing, |subject| directory.find(subject, url));
    let of = match subject {
        Found::Known(Kind::Patient, key) => key,
        Found::Refused(_) => return Ok(Err("Condition of a person who was refused")),
        Found::Known(..) | Found::Nothing => {
            return Err(Refusal::because("does not say whose it is"));
        }
    };
    let session =
        condition
            .encounter
            .as_ref()
            .and_then(|session| match directory.find(session, url) {
                Found::Known(Kind::Encounter, key) => Some(key),
                Found::Known(..) | Found::Refused(_) | Found::Nothing => None,
            });
    let code = condition.code.as_ref();
    let text = code.and_then(CodeableConcept::words).and_then(private_line);
    let mut words: Vec<_> = condition
        .note
        .iter()
        .filter_map(|note| note.text.as_deref())
        .chain(condition.onset_string.as_deref())
        .chain(condition.abatement_string.as_deref())
        .filter_map(private_paragraph)
        .collect();
    words.dedup();
    Ok(Ok(OfferedCondition {
        line: located.line,
        key,
        of,
        session,
        text: text.ok_or_else(|| Refusal::because("does not say what it is"))?,
        codes: code.map_or_else(Vec::new, codes),
        course,
        certainty,
        began: began(condition)?,
        ended: ended(condition)?,
        recorded: optional_time(condition.recorded_date.as_deref(), "recordedDate")?
            .map(When::date),
        words,
    }))
}

fn first_code(concept: Option<&CodeableConcept>) -> Option<&str> {
    concept.and_then(|concept| concept.codes().next())
}

fn codes(concept: &CodeableConcept) -> Vec<(String, Private<String>)> {
    let pair = |coding: &super::model::Coding| {
        let code = coding.code.as_deref().and_then(private_line)?;
        Some((coding.system.clone().unwrap_or_default(), code))
    };
    concept.coding.iter().filter_map(pair).collect()
}

fn began(condition: &Condition) -> Result<Option<PartialDate>, Refusal> {
    let period = condition
        .onset_period
        .as_ref()
        .and_then(|period| period.start.as_deref());
    let text = condition.onset_date_time.as_deref().or(period);
    Ok(optional_time(text, "onset")?.map(When::date))
}

fn ended(condition: &Condition) -> Result<Option<PartialDate>, Refusal> {
    let period = condition.abatement_period.as_ref();
    let period = period.and_then(|period| period.end.as_deref().or(period.start.as_deref()));
    let text = condition.abatement_date_time.as_deref().or(period);
    Ok(optional_time(text, "abatement")?.map(When::date))
}
