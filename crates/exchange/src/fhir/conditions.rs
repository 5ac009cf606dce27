//! Condition becomes a clinical entry, kept sealed and closed until a consent is recorded (R9).

use super::dates::{When, optional_time};
use super::model::{CodeableConcept, Coding, Condition};
use super::references::{Directory, Found, Kind};
use super::{Located, Refusal};
use crate::text::{private_line, private_paragraph};
use practice::imports::{Certainty, ConditionCourse, ExternalKey, OfferedCondition, PartialDate};
use practice::private::Private;

/// A clinical entry of <https://hl7.org/fhir/R4/condition.html>; inside, why it is not for the practice.
pub(super) fn condition(
    located: &Located<Condition>,
    key: ExternalKey,
    directory: &Directory<'_>,
) -> Result<Result<OfferedCondition, &'static str>, Refusal> {
    let condition = &located.is;
    let Some(certainty) = certainty(condition)? else {
        return Ok(Err("Condition entered in error"));
    };
    let url = located.url.as_deref();
    let subject = condition.subject.as_ref();
    let of = match subject.map_or(Found::Nothing, |subject| directory.find(subject, url)) {
        Found::Known(Kind::Patient, key) => key,
        Found::Refused(_) => return Ok(Err("Condition of a person who was refused")),
        Found::Known(..) | Found::Nothing => {
            return Err(Refusal::because("does not say whose it is"));
        }
    };
    let session = condition
        .encounter
        .as_ref()
        .map(|session| directory.find(session, url));
    let session = match session {
        Some(Found::Known(Kind::Encounter, key)) => Some(key),
        Some(Found::Known(..) | Found::Refused(_) | Found::Nothing) | None => None,
    };
    let code = condition.code.as_ref();
    let text = code.and_then(CodeableConcept::words).and_then(private_line);
    Ok(Ok(OfferedCondition {
        line: located.line,
        key,
        of,
        session,
        text: text.ok_or_else(|| Refusal::because("does not say what it is"))?,
        codes: code.map_or_else(Vec::new, codes),
        course: course(condition)?,
        certainty,
        began: began(condition)?,
        ended: ended(condition)?,
        recorded: optional_time(condition.recorded_date.as_deref(), "recordedDate")?
            .map(When::date),
        words: words(condition),
    }))
}

/// `Condition.verificationStatus`; none when it was entered in error.
fn certainty(condition: &Condition) -> Result<Option<Certainty>, Refusal> {
    match first_code(condition.verification_status.as_ref()) {
        Some("confirmed") => Ok(Some(Certainty::Confirmed)),
        Some("unconfirmed" | "provisional" | "differential") => Ok(Some(Certainty::Unconfirmed)),
        Some("refuted") => Ok(Some(Certainty::Refuted)),
        Some("entered-in-error") => Ok(None),
        Some(_) => Err(Refusal::because(
            "`verificationStatus` is none that R4 knows",
        )),
        None => Ok(Some(Certainty::Unsaid)),
    }
}

/// `Condition.clinicalStatus`
fn course(condition: &Condition) -> Result<ConditionCourse, Refusal> {
    match first_code(condition.clinical_status.as_ref()) {
        Some("active" | "recurrence" | "relapse") => Ok(ConditionCourse::Active),
        Some("inactive" | "remission" | "resolved") => Ok(ConditionCourse::Past),
        Some(_) => Err(Refusal::because("`clinicalStatus` is none that R4 knows")),
        None => Ok(ConditionCourse::Unsaid),
    }
}

fn words(condition: &Condition) -> Vec<Private<String>> {
    let notes = condition
        .note
        .iter()
        .filter_map(|note| note.text.as_deref());
    notes
        .chain(condition.onset_string.as_deref())
        .chain(condition.abatement_string.as_deref())
        .filter_map(private_paragraph)
        .collect()
}

fn first_code(concept: Option<&CodeableConcept>) -> Option<&str> {
    concept.and_then(|concept| concept.codes().next())
}

fn codes(concept: &CodeableConcept) -> Vec<(String, Private<String>)> {
    let pair = |coding: &Coding| {
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
