//! Notes, goals and homework, filed messages, what came from elsewhere, and what was signed.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use practice::calendar::Session;
use practice::consent::Given;
use practice::copies::Of;
use practice::goals::GoalState;
use practice::homework::Assignment;
use practice::imports::EntryKind;
use practice::notes::Note;
use serde_json::{Value, json};

use super::people::identifier;
use super::{OWN, Writing, coded, id_of, instant, own_code, reference};

/// Words as an attachment.
fn attached(text: &str, title: &str) -> Value {
    json!({ "contentType": "text/plain; charset=utf-8", "title": title, "data": STANDARD.encode(text) })
}

impl Writing<'_> {
    pub(super) fn notes(&mut self) {
        let of = self.of;
        let mut ids = Vec::new();
        let mine: Vec<_> = of.notes.iter().filter(|(.., on)| self.is_in(*on)).collect();
        for (note, session, on) in mine {
            let id = id_of("note", &note.id.to_string());
            let resource = self.note((note, session), *on);
            self.put(&id, resource);
            ids.push(id);
        }
        self.section("Progress notes", &ids);
    }

    fn note(&self, of: (&Note, &Session), on: Of) -> Value {
        let (note, session) = of;
        let parts = [
            ("Brought", &note.text.brought),
            ("Done", &note.text.did),
            ("Landed", &note.text.landed),
            ("Agreed", &note.text.agreed),
        ];
        let mut text = String::new();
        for (label, words) in parts {
            if !words.reveal().trim().is_empty() {
                text.push_str(label);
                text.push_str(": ");
                text.push_str(words.reveal());
                text.push('\n');
            }
        }
        for added in &note.amendments {
            let (reason, words) = (added.reason.reveal(), added.text.reveal());
            let at = instant(added.at);
            let added = ["Added ", &at, " (", reason, "): ", words, "\n"];
            text.extend(added);
        }
        let mut context = json!({});
        if let (Some(encounter), Some(fields)) =
            (self.encounter_of(session), context.as_object_mut())
        {
            fields.insert("encounter".to_owned(), json!([encounter]));
        }
        let mut resource = json!({
            "resourceType": "DocumentReference",
            "identifier": identifier(&note.id.to_string(), on),
            "status": "current",
            "docStatus": if note.amendments.is_empty() { "final" } else { "amended" },
            "type": coded("http://loinc.org", "11506-3"),
            "category": [coded(
                "http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category",
                "clinical-note",
            )],
            "subject": reference(&self.patient()),
            "date": instant(note.signed.map_or(note.written_at, |signed| {
                practice::clock::from_micros(signed.at)
            })),
            "author": [self.staff(note.author)],
            "content": [{ "attachment": attached(&text, "Progress note") }],
        });
        if context != json!({})
            && let Some(fields) = resource.as_object_mut()
        {
            fields.insert("context".to_owned(), context);
        }
        resource
    }

    pub(super) fn goals(&mut self) {
        let of = self.of;
        let mut ids = Vec::new();
        for goal in &of.goals {
            let on = Of::goal(goal);
            if !self.is_in(on) {
                continue;
            }
            let id = id_of("goal", &goal.id.to_string());
            let status = match goal.state {
                GoalState::Open => "active",
                GoalState::Reached => "completed",
                GoalState::LetGo => "cancelled",
            };
            let mut resource = json!({
                "resourceType": "Goal",
                "identifier": identifier(&goal.id.to_string(), on),
                "lifecycleStatus": status,
                "description": { "text": goal.said.words.reveal() },
                "subject": reference(&self.patient()),
                "startDate": of.practice.day_of(goal.set_at).to_string(),
                "statusDate": of.practice.day_of(goal.changed_at).to_string(),
            });
            let value = goal.said.value.reveal();
            let mut notes = Vec::new();
            if !value.trim().is_empty() {
                notes.push(json!({ "text": value }));
            }
            let earlier = of.earlier_goals.get(&goal.id).into_iter().flatten();
            notes.extend(earlier.map(|(said, at)| {
                let words = format!("Put before: {}", said.words.reveal());
                json!({ "time": instant(*at), "text": words })
            }));
            if let Some(fields) = resource.as_object_mut()
                && !notes.is_empty()
            {
                fields.insert("note".to_owned(), json!(notes));
            }
            self.put(&id, resource);
            ids.push(id);
        }
        self.section("Goals", &ids);
    }

    pub(super) fn homework(&mut self) {
        let of = self.of;
        let (mut ids, mut tasks) = (Vec::new(), Vec::new());
        for given in &of.homework {
            let assignment = given.assignment.as_ref().filter(|_| self.is_in(given.of));
            let prompts = assignment.map(|one| one.task.prompts.as_slice());
            let mut back = Vec::new();
            for told in &given.reflections {
                back.extend(self.reflection(told, prompts.unwrap_or_default()));
            }
            if let Some(one) = assignment {
                let id = id_of("task", &one.id.to_string());
                let task = self.task(one, given.of, &back);
                self.put(&id, task);
                tasks.push(id);
            }
            ids.append(&mut back);
        }
        if !tasks.is_empty() {
            let plan = id_of("plan", &format!("{}:{}", self.whose, of.case.id));
            let activity: Vec<Value> = tasks
                .iter()
                .map(|id| json!({ "reference": reference(id) }))
                .collect();
            let resource = json!({
                "resourceType": "CarePlan",
                "status": if of.case.open { "active" } else { "completed" },
                "intent": "plan",
                "category": [own_code("homework", "Homework")],
                "subject": reference(&self.patient()),
                "activity": activity,
            });
            self.put(&plan, resource);
            ids.insert(0, plan);
        }
        ids.append(&mut tasks);
        self.section("Homework", &ids);
    }

    fn task(&self, one: &Assignment, on: Of, back: &[String]) -> Value {
        let steps: Vec<&str> = one
            .task
            .steps
            .iter()
            .map(|step| step.reveal().as_str())
            .collect();
        let mut task = json!({
            "resourceType": "Task",
            "identifier": identifier(&one.id.to_string(), on),
            "status": if one.open { "in-progress" } else { "completed" },
            "intent": "proposal",
            "code": own_code("homework", "Homework"),
            "description": format!("{}\n{}", one.task.title.reveal(), steps.join("\n")),
            "for": reference(&self.patient()),
            "authoredOn": instant(one.given_at),
            "requester": self.staff(one.given_by),
            "owner": reference(&self.patient()),
        });
        let output: Vec<Value> = back
            .iter()
            .map(|id| {
                json!({ "type": own_code("reflection", "Reflection"), "valueReference": reference(id) })
            })
            .collect();
        if let Some(fields) = task.as_object_mut()
            && !output.is_empty()
        {
            fields.insert("output".to_owned(), json!(output));
        }
        task
    }

    pub(super) fn messages(&mut self) {
        let of = self.of;
        let mut ids = Vec::new();
        for (copy, on) in &of.messages {
            if !self.is_in(*on) {
                continue;
            }
            let id = id_of("message", &copy.message.to_string());
            let resource = json!({
                "resourceType": "Communication",
                "identifier": identifier(&copy.message.to_string(), *on),
                "status": "completed",
                "subject": reference(&self.patient()),
                "sent": instant(copy.sent_at),
                "note": [{ "text": format!("Written by {}", copy.author.reveal()) }],
                "payload": [{ "contentString": copy.text.reveal() }],
            });
            self.put(&id, resource);
            ids.push(id);
        }
        self.section("Filed messages", &ids);
    }

    pub(super) fn elsewhere(&mut self) {
        let of = self.of;
        let mut ids = Vec::new();
        let whose = self.whose;
        let mine = of.elsewhere.iter().filter(|(id, _)| *id == whose);
        for (at, (_, entry)) in mine.enumerate() {
            let id = id_of("elsewhere", &format!("{}:{at}", self.whose));
            let mut words = vec![entry.text.reveal().clone()];
            words.extend(entry.words.iter().map(|one| one.reveal().clone()));
            let resource = match entry.kind {
                EntryKind::Condition => json!({
                    "resourceType": "Condition",
                    "verificationStatus": coded(
                        "http://terminology.hl7.org/CodeSystem/condition-ver-status", "unconfirmed"
                    ),
                    "category": [coded(
                        "http://terminology.hl7.org/CodeSystem/condition-category", "problem-list-item"
                    )],
                    "code": {
                        "coding": entry.codes.iter().map(|(system, code)| {
                            json!({ "system": system, "code": code.reveal() })
                        }).collect::<Vec<_>>(),
                        "text": entry.text.reveal(),
                    },
                    "subject": reference(&self.patient()),
                }),
                EntryKind::Words | EntryKind::Note => json!({
                    "resourceType": "DocumentReference",
                    "status": "current",
                    "type": own_code("elsewhere", "From elsewhere"),
                    "category": [own_code("elsewhere", "From elsewhere")],
                    "subject": reference(&self.patient()),
                    "content": [{ "attachment": attached(&words.join("\n"), "From elsewhere") }],
                }),
            };
            self.put(&id, resource);
            ids.push(id);
        }
        self.section("From elsewhere", &ids);
    }

    pub(super) fn agreements(&mut self) {
        let (of, whose) = (self.of, self.whose);
        let mut ids = Vec::new();
        for (_, one) in of.agreements.iter().filter(|(id, _)| *id == whose) {
            let id = id_of("agreement", &one.signed.id.to_string());
            let privacy = matches!(one.text.id.as_str(), "secrets-limited" | "secrets-none");
            let scope = if privacy {
                "patient-privacy"
            } else {
                "treatment"
            };
            let given = match &one.signed.given {
                Given::Here => instant(one.signed.at),
                Given::Elsewhere { day, .. } => day.to_string(),
            };
            let text = format!("{}\n{}", one.text.title, one.text.statement);
            let resource = json!({
                "resourceType": "Consent",
                "identifier": [{ "system": OWN, "value": one.signed.id.to_string() }],
                "status": if one.signed.withdrawn.is_some() { "inactive" } else { "active" },
                "scope": coded("http://terminology.hl7.org/CodeSystem/consentscope", scope),
                "category": [coded("http://loinc.org", "59284-0")],
                "patient": reference(&self.patient()),
                "dateTime": given,
                "organization": [reference(&self.organization())],
                "policyRule": own_code(&one.text.id, &one.text.title),
                "sourceAttachment": attached(&text, &one.text.title),
            });
            self.put(&id, resource);
            ids.push(id);
        }
        self.section("What was signed", &ids);
    }
}
