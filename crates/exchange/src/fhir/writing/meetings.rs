//! Sessions: an Appointment each, and an Encounter for each that took place with the person in the room.

use practice::calendar::{Place, Session, SessionState};
use practice::clock::from_micros;
use practice::ids::PersonId;
use practice::sessions::Attendance;
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
            if self.took_place(session) {
                let encounter_id = encounter_id(session);
                let encounter = self.encounter(session, (&id, &identifier));
                self.put(&encounter_id, encounter);
                ids.push(encounter_id);
            }
        }
        self.section("Sessions", &ids);
    }

    fn appointment(&self, session: &Session, identifier: &Value) -> Value {
        let status = match session.state {
            SessionState::Booked => "booked",
            SessionState::Held if self.is_absent(session) => "noshow",
            SessionState::Held => "fulfilled",
            SessionState::Cancelled => "cancelled",
            SessionState::NotHeld => "noshow",
        };
        // Everybody who is expected agreed to the time. That it was called off is of the session, and no no of anybody's: at whose
        // wish is not written down.
        let agreed = "accepted";
        let mut participants = Vec::new();
        // Whoever was not expected accepted nothing.
        if self.is_expected(session) {
            participants.push(json!({ "actor": reference(&self.patient()), "status": agreed }));
        }
        participants.push(json!({ "actor": self.staff(session.clinician), "status": agreed }));
        let mut appointment = json!({
            "resourceType": "Appointment",
            "identifier": identifier,
            "status": status,
            "start": instant(from_micros(session.starts_at)),
            "end": instant(from_micros(session.ends_at)),
            "participant": participants,
        });
        let there = self.of.present.get(&session.id);
        let others = there.map(|there| there.others.reveal().trim());
        if let (Some(fields), Some(others)) = (
            appointment.as_object_mut(),
            others.filter(|others| !others.is_empty()),
        ) {
            let words = format!("Also in the room: {others}");
            fields.insert("comment".to_owned(), json!(words));
        }
        appointment
    }

    fn person(&self) -> Option<PersonId> {
        let mut people = self.of.people.iter();
        let person = people.find(|one| one.participant == self.whose);
        person.map(|one| one.person)
    }

    fn is_expected(&self, session: &Session) -> bool {
        let me = self.person();
        me.is_some_and(|me| session.people.contains(&me))
    }

    /// Whether it is written down who was in the room, and the person was not.
    fn is_absent(&self, session: &Session) -> bool {
        let there = self.of.present.get(&session.id);
        let me = self.person();
        there.is_some_and(|there| me.is_none_or(|me| !there.people().contains(&me)))
    }

    /// Whether a session took place with the person in it.
    fn took_place(&self, session: &Session) -> bool {
        session.state == SessionState::Held && !self.is_absent(session)
    }

    /// Who was in the room besides the person, as far as they are named.
    fn beside(&self, session: &Session) -> Vec<Value> {
        let there = self.of.present.get(&session.id);
        let there = there.map(Attendance::people).unwrap_or_default();
        let known = there.into_iter().filter_map(|id| self.of.person(id));
        let others =
            known.filter(|one| one.participant != self.whose && !one.name.reveal().is_empty());
        others
            .map(|one| json!({ "individual": self.somebody(one.participant) }))
            .collect()
    }

    fn encounter(&self, session: &Session, of: (&str, &Value)) -> Value {
        let (appointment, identifier) = of;
        let class = match session.place {
            Place::Premises => "AMB",
            Place::Video => "VR",
        };
        let mut participants = vec![json!({ "individual": self.staff(session.clinician) })];
        participants.append(&mut self.beside(session));
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
            "participant": participants,
            "period": {
                "start": instant(from_micros(session.starts_at)),
                "end": instant(from_micros(session.ends_at)),
            },
        })
    }

    /// The Encounter of a session, when it is in the bundle.
    pub(super) fn encounter_of(&self, session: &Session) -> Option<Value> {
        let mut there = self.of.sessions.iter();
        let is_there =
            there.any(|(one, on)| one.id == session.id && self.took_place(one) && self.is_in(*on));
        is_there.then(|| reference(&encounter_id(session)))
    }
}

fn encounter_id(session: &Session) -> String {
    id_of("encounter", &session.id.to_string())
}
