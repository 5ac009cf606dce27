//! Sessions: an Appointment each, and an Encounter for each that took place.

use practice::calendar::{Place, Session, SessionState};
use practice::clock::from_micros;
use serde_json::{Value, json};

use super::people::identifier;
use super::{Writing, id_of, instant, reference};

impl Writing<'_> {
    pub(super) fn meetings(&mut self) {
        let of = self.of;
        let mut ids = Vec::new();
        let mine = of.sessions.iter().filter(|(_, on)| self.is_in(*on));
        let mine: Vec<_> = mine.cloned().collect();
        for (session, on) in &mine {
            let id = id_of("appointment", &session.id.to_string());
            let identifier = identifier(&session.id.to_string(), *on);
            let appointment = self.appointment(session, &identifier);
            self.put(&id, appointment);
            ids.push(id.clone());
            if session.state == SessionState::Held {
                let encounter_id = encounter_id(session);
                let encounter = self.encounter(session, (&id, &identifier));
                self.put(&encounter_id, encounter);
                ids.push(encounter_id);
            }
        }
        self.section("Sessions", &ids);
    }

    fn appointment(&self, session: &Session, identifier: &Value) -> Value {
        let (status, came) = match session.state {
            SessionState::Booked => ("booked", "accepted"),
            SessionState::Held => ("fulfilled", "accepted"),
            SessionState::Cancelled => ("cancelled", "declined"),
            SessionState::NotHeld => ("noshow", "accepted"),
        };
        json!({
            "resourceType": "Appointment",
            "identifier": identifier,
            "status": status,
            "start": instant(from_micros(session.starts_at)),
            "end": instant(from_micros(session.ends_at)),
            "participant": [
                { "actor": reference(&self.patient()), "status": came },
                { "actor": self.staff(session.clinician), "status": came },
            ],
        })
    }

    fn encounter(&self, session: &Session, of: (&str, &Value)) -> Value {
        let (appointment, identifier) = of;
        let class = match session.place {
            Place::Premises => "AMB",
            Place::Video => "VR",
        };
        json!({
            "resourceType": "Encounter",
            "identifier": identifier,
            "status": "finished",
            "class": {
                "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode",
                "code": class,
            },
            "type": [super::own_code("session", "Session")],
            "subject": reference(&self.patient()),
            "appointment": [reference(appointment)],
            "participant": [{ "individual": self.staff(session.clinician) }],
            "period": {
                "start": instant(from_micros(session.starts_at)),
                "end": instant(from_micros(session.ends_at)),
            },
        })
    }

    /// The Encounter of a session, when it is in the bundle.
    pub(super) fn encounter_of(&self, session: &Session) -> Option<Value> {
        let mut there = self.of.sessions.iter();
        let is_there = there.any(|(one, on)| {
            one.id == session.id && one.state == SessionState::Held && self.is_in(*on)
        });
        is_there.then(|| reference(&encounter_id(session)))
    }
}

fn encounter_id(session: &Session) -> String {
    id_of("encounter", &session.id.to_string())
}
