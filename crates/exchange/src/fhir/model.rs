//! The resources of FHIR R4 (4.0.1) that have a place in the practice, as far as they are used.
//!
//! Everything is optional here, so that what is missing is refused in words and not by a parser; what has
//! another type than R4 says does not come this far. Element names are FHIR's.

use serde::Deserialize;

/// <https://hl7.org/fhir/R4/datatypes.html#Identifier>
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Identifier {
    pub(super) r#use: Option<String>,
    pub(super) r#type: Option<CodeableConcept>,
    pub(super) system: Option<String>,
    pub(super) value: Option<String>,
}

/// <https://hl7.org/fhir/R4/datatypes.html#Coding>
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Coding {
    pub(super) system: Option<String>,
    pub(super) code: Option<String>,
    pub(super) display: Option<String>,
}

/// <https://hl7.org/fhir/R4/datatypes.html#CodeableConcept>
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct CodeableConcept {
    pub(super) coding: Vec<Coding>,
    pub(super) text: Option<String>,
}

impl CodeableConcept {
    /// The codes, whatever their system.
    pub(super) fn codes(&self) -> impl Iterator<Item = &str> {
        self.coding
            .iter()
            .filter_map(|coding| coding.code.as_deref())
    }

    /// What it is called: its text, a display, a code.
    pub(super) fn words(&self) -> Option<&str> {
        let display = || {
            self.coding
                .iter()
                .find_map(|coding| coding.display.as_deref())
        };
        self.text
            .as_deref()
            .or_else(display)
            .or_else(|| self.codes().next())
    }
}

/// <https://hl7.org/fhir/R4/references.html#Reference>
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Reference {
    #[serde(rename = "reference")]
    pub(super) to: Option<String>,
    pub(super) r#type: Option<String>,
    #[serde(rename = "identifier")]
    pub(super) logical: Option<Identifier>,
    pub(super) display: Option<String>,
}

/// <https://hl7.org/fhir/R4/datatypes.html#Period>
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Period {
    pub(super) start: Option<String>,
    pub(super) end: Option<String>,
}

/// <https://hl7.org/fhir/R4/datatypes.html#HumanName>
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct HumanName {
    pub(super) r#use: Option<String>,
    pub(super) text: Option<String>,
    pub(super) family: Option<String>,
    pub(super) given: Vec<Option<String>>,
}

/// <https://hl7.org/fhir/R4/datatypes.html#ContactPoint>
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct ContactPoint {
    pub(super) system: Option<String>,
    pub(super) value: Option<String>,
    pub(super) r#use: Option<String>,
}

/// <https://hl7.org/fhir/R4/datatypes.html#Address>
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Address {
    pub(super) r#use: Option<String>,
    pub(super) text: Option<String>,
    pub(super) line: Vec<Option<String>>,
    pub(super) city: Option<String>,
    pub(super) state: Option<String>,
    pub(super) postal_code: Option<String>,
    pub(super) country: Option<String>,
}

/// <https://hl7.org/fhir/R4/extensibility.html#Extension>, with the one value that is read.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Extension {
    pub(super) url: Option<String>,
    #[serde(rename = "extension")]
    pub(super) inner: Vec<Extension>,
    pub(super) value_codeable_concept: Option<CodeableConcept>,
}

/// <https://hl7.org/fhir/R4/patient.html>
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Patient {
    pub(super) id: Option<String>,
    pub(super) extension: Vec<Extension>,
    pub(super) identifier: Vec<Identifier>,
    pub(super) active: Option<bool>,
    pub(super) name: Vec<HumanName>,
    pub(super) telecom: Vec<ContactPoint>,
    pub(super) gender: Option<String>,
    pub(super) birth_date: Option<String>,
    pub(super) deceased_boolean: Option<bool>,
    pub(super) deceased_date_time: Option<String>,
    pub(super) address: Vec<Address>,
    pub(super) communication: Vec<Communication>,
    pub(super) contact: Vec<serde::de::IgnoredAny>,
    pub(super) link: Vec<Link>,
}

/// `Patient.communication`
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Communication {
    pub(super) language: CodeableConcept,
    pub(super) preferred: Option<bool>,
}

/// `Patient.link`
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Link {
    pub(super) other: Reference,
    pub(super) r#type: Option<String>,
}

/// <https://hl7.org/fhir/R4/relatedperson.html>
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct RelatedPerson {
    pub(super) id: Option<String>,
    pub(super) identifier: Vec<Identifier>,
    pub(super) active: Option<bool>,
    pub(super) patient: Option<Reference>,
    pub(super) relationship: Vec<CodeableConcept>,
    pub(super) name: Vec<HumanName>,
    pub(super) telecom: Vec<ContactPoint>,
    pub(super) gender: Option<String>,
    pub(super) birth_date: Option<String>,
    pub(super) address: Vec<Address>,
}

/// <https://hl7.org/fhir/R4/practitioner.html>
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Practitioner {
    pub(super) id: Option<String>,
    pub(super) identifier: Vec<Identifier>,
    pub(super) active: Option<bool>,
    pub(super) name: Vec<HumanName>,
    pub(super) telecom: Vec<ContactPoint>,
    pub(super) qualification: Vec<Qualification>,
}

/// `Practitioner.qualification`
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Qualification {
    pub(super) code: CodeableConcept,
    pub(super) issuer: Option<Reference>,
}

/// <https://hl7.org/fhir/R4/appointment.html>
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Appointment {
    pub(super) id: Option<String>,
    pub(super) identifier: Vec<Identifier>,
    pub(super) status: Option<String>,
    pub(super) service_type: Vec<CodeableConcept>,
    pub(super) description: Option<String>,
    pub(super) start: Option<String>,
    pub(super) end: Option<String>,
    pub(super) minutes_duration: Option<u32>,
    pub(super) comment: Option<String>,
    pub(super) patient_instruction: Option<String>,
    pub(super) participant: Vec<AppointmentParticipant>,
}

/// `Appointment.participant`
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct AppointmentParticipant {
    pub(super) actor: Option<Reference>,
}

/// <https://hl7.org/fhir/R4/encounter.html>
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Encounter {
    pub(super) id: Option<String>,
    pub(super) identifier: Vec<Identifier>,
    pub(super) status: Option<String>,
    pub(super) class: Option<Coding>,
    pub(super) r#type: Vec<CodeableConcept>,
    pub(super) subject: Option<Reference>,
    pub(super) participant: Vec<EncounterParticipant>,
    pub(super) appointment: Vec<Reference>,
    pub(super) period: Option<Period>,
    pub(super) reason_code: Vec<CodeableConcept>,
}

/// `Encounter.participant`
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct EncounterParticipant {
    pub(super) individual: Option<Reference>,
}

/// <https://hl7.org/fhir/R4/condition.html>
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Condition {
    pub(super) id: Option<String>,
    pub(super) identifier: Vec<Identifier>,
    pub(super) clinical_status: Option<CodeableConcept>,
    pub(super) verification_status: Option<CodeableConcept>,
    pub(super) code: Option<CodeableConcept>,
    pub(super) subject: Option<Reference>,
    pub(super) encounter: Option<Reference>,
    pub(super) onset_date_time: Option<String>,
    pub(super) onset_period: Option<Period>,
    pub(super) onset_string: Option<String>,
    pub(super) abatement_date_time: Option<String>,
    pub(super) abatement_period: Option<Period>,
    pub(super) abatement_string: Option<String>,
    pub(super) recorded_date: Option<String>,
    pub(super) note: Vec<Annotation>,
}

/// <https://hl7.org/fhir/R4/datatypes.html#Annotation>
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Annotation {
    pub(super) text: Option<String>,
}
