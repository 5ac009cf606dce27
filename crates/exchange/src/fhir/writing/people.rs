//! The person, whoever else is named, the practice and its people.

use practice::copies::{InIt, Of};
use practice::ids::{ParticipantId, PersonId};
use practice::people::{Channel, Identity};
use serde_json::{Value, json};

use super::{OWN, Writing, coded, id_of, reference};

impl Writing<'_> {
    pub(super) fn people(&mut self) {
        let of = self.of;
        let organization = self.organization();
        let practice = json!({
            "resourceType": "Organization",
            "active": true,
            "name": of.practice.name,
        });
        self.put(&organization, practice);
        for (person, page) in &of.staff {
            let practitioner = json!({
                "resourceType": "Practitioner",
                "active": true,
                "name": [{ "text": page.name }],
            });
            self.put(&practitioner_id(*person), practitioner);
        }
        for one in &of.people {
            if one.participant == self.whose {
                let id = self.patient();
                let patient = self.patient_of(one);
                self.put(&id, patient);
            } else if !one.name.reveal().is_empty() {
                let patient = self.patient();
                let related = json!({
                    "resourceType": "RelatedPerson",
                    "active": true,
                    "patient": reference(&patient),
                    "relationship": [coded("http://terminology.hl7.org/CodeSystem/v3-RoleCode", "SIGOTHR")],
                    "name": [{ "use": "usual", "text": one.name.reveal() }],
                });
                self.put(&related_id(one.participant), related);
            }
        }
    }

    fn patient_of(&self, one: &InIt) -> Value {
        let known = one.identity.clone().unwrap_or_else(|| Identity {
            name: one.name.clone(),
            ..Identity::default()
        });
        let mut names = vec![json!({ "use": "usual", "text": known.name.reveal() })];
        if let Some(legal) = &known.legal_name {
            names.push(json!({ "use": "official", "text": legal.reveal() }));
        }
        let telecom: Vec<Value> = known
            .ways
            .iter()
            .filter(|way| way.channel != Channel::Letter)
            .map(|way| {
                let system = match way.channel {
                    Channel::Mail => "email",
                    Channel::Phone | Channel::Letter => "phone",
                    Channel::Text => "sms",
                };
                json!({ "system": system, "value": way.address.reveal() })
            })
            .collect();
        let mut patient = json!({
            "resourceType": "Patient",
            "active": true,
            "identifier": [{ "system": OWN, "value": one.participant.to_string() }],
            "name": names,
            "managingOrganization": reference(&self.organization()),
        });
        let born = self.of.intake.iter();
        let mut born = born.filter(|answered| answered.whose == self.whose);
        if let Some(fields) = patient.as_object_mut() {
            if !telecom.is_empty() {
                fields.insert("telecom".to_owned(), json!(telecom));
            }
            if let Some(day) = born.find_map(|answered| answered.born) {
                fields.insert("birthDate".to_owned(), json!(day.to_string()));
            }
        }
        patient
    }

    /// Who wrote or said something: the person, or somebody by name.
    pub(super) fn somebody(&self, id: ParticipantId) -> Value {
        if id == self.whose {
            return reference(&self.patient());
        }
        let known = self.of.people.iter();
        let mut known = known.filter(|one| !one.name.reveal().is_empty());
        if known.any(|one| one.participant == id) {
            reference(&related_id(id))
        } else {
            json!({ "display": "somebody else" })
        }
    }

    /// Somebody of the practice.
    pub(super) fn staff(&self, id: PersonId) -> Value {
        if self.of.staff.iter().any(|(one, _)| *one == id) {
            reference(&practitioner_id(id))
        } else {
            json!({ "display": "somebody of the practice" })
        }
    }

    /// Whether something is of this bundle: theirs, or shared.
    pub(super) fn is_in(&self, on: Of) -> bool {
        match on {
            Of::Joint => true,
            Of::Own(id) => id == self.whose,
        }
    }
}

fn practitioner_id(person: PersonId) -> String {
    id_of("practitioner", &person.to_string())
}

fn related_id(participant: ParticipantId) -> String {
    id_of("related", &participant.to_string())
}

/// The identifier of what is shared, the same in each participant's bundle; of one's own, one's own.
pub(super) fn identifier(id: &str, on: Of) -> Value {
    let use_ = match on {
        Of::Joint => "secondary",
        Of::Own(_) => "usual",
    };
    json!([{ "use": use_, "system": OWN, "value": id }])
}
