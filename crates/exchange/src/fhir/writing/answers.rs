//! What the person answered: a `QuestionnaireResponse` for each part of the intake, each check-in and each reflection, and an
//! Observation for each number.

use jiff::Timestamp;
use practice::copies::Of;
use practice::homework::Reflection;
use practice::intake::Answers;
use practice::intake::questions::Section;
use practice::measures::check_in;
use serde_json::{Value, json};

use super::{OWN, Writing, coded, id_of, instant, own_code, reference};

impl Writing<'_> {
    pub(super) fn intake(&mut self) {
        let (of, whose) = (self.of, self.whose);
        let mut ids = Vec::new();
        for answered in of.intake.iter().filter(|one| one.whose == whose) {
            for part in &answered.parts {
                let now = part.answers.iter().map(|answers| (part.sent_at, answers));
                let before = part.earlier.iter();
                let before = before.map(|(at, answers)| (Some(*at), answers));
                for (number, (at, answers)) in now.chain(before).enumerate() {
                    let of = format!("{}:{}", answered.whose, part.section.id);
                    let id = if number == 0 {
                        id_of("intake", &of)
                    } else {
                        id_of("intake", &format!("{of}:{at:?}"))
                    };
                    self.answers(&id, part.section, (at, answers));
                    ids.push(id);
                }
            }
        }
        self.section("Before therapy began", &ids);
    }

    /// One part of the intake, as it was sent once.
    fn answers(&mut self, id: &str, section: &Section, sent: (Option<Timestamp>, &Answers)) {
        let (at, answers) = sent;
        let asked = section.questions.iter();
        let items: Vec<Value> = asked
            .filter_map(|question| {
                let said = question.in_words(answers.get(&question.id)?);
                let said: Vec<Value> = said
                    .into_iter()
                    .map(|line| json!({ "valueString": line }))
                    .collect();
                (!said.is_empty()).then(|| {
                    json!({
                        "linkId": question.id.as_ref(),
                        "text": question.text,
                        "answer": said,
                    })
                })
            })
            .collect();
        let mut response = json!({
            "resourceType": "QuestionnaireResponse",
            "questionnaire": format!("{OWN}:intake:{}", section.id),
            "status": "completed",
            "subject": reference(&self.patient()),
            "source": reference(&self.patient()),
            "item": items,
        });
        authored(&mut response, at);
        let labels: &[&str] = if section.alone {
            &["R", "V", "SDV"]
        } else {
            &["R"]
        };
        self.put_labelled(id, response, labels);
    }

    pub(super) fn measures(&mut self) {
        let (of, whose) = (self.of, self.whose);
        let mut ids = Vec::new();
        let mine = of
            .measures
            .iter()
            .filter(|one| self.is_in(Of::measure(one)));
        let mine: Vec<_> = mine.collect();
        for one in mine {
            let id = id_of("measure", &one.id.to_string());
            let mut items = Vec::new();
            let mut observed = Vec::new();
            for item in &check_in().items {
                let Some(at) = one.answers.get(&item.id) else {
                    continue;
                };
                items.push(json!({
                    "linkId": item.id,
                    "text": item.text,
                    "answer": [{ "valueInteger": at }],
                }));
                // An Observation is of the person whose bundle it is.
                if one.participant != whose {
                    continue;
                }
                observed.push((
                    id_of("observation", &format!("{}:{}", one.id, item.id)),
                    json!({
                        "resourceType": "Observation",
                        "status": "final",
                        "category": [coded(
                            "http://terminology.hl7.org/CodeSystem/observation-category", "survey"
                        )],
                        "code": own_code(&item.id, &item.text),
                        "subject": reference(&self.patient()),
                        "effectiveDateTime": instant(one.taken_at),
                        "valueInteger": at,
                        "derivedFrom": [reference(&id)],
                    }),
                ));
            }
            let response = json!({
                "resourceType": "QuestionnaireResponse",
                "questionnaire": format!("{OWN}:{}", one.instrument),
                "status": "completed",
                "subject": self.somebody(one.participant),
                "source": self.somebody(one.participant),
                "authored": instant(one.taken_at),
                "item": items,
            });
            self.put(&id, response);
            ids.push(id);
            for (id, observation) in observed {
                self.put(&id, observation);
                ids.push(id);
            }
        }
        self.section("Check-ins", &ids);
    }

    /// What came back from homework: theirs, and what others shared.
    pub(super) fn reflection(&mut self, told: &Reflection, prompts: &[String]) -> Option<String> {
        if !self.is_in(Of::reflection(told)) {
            return None;
        }
        let id = id_of("reflection", &told.id.to_string());
        let mut items = Vec::new();
        for (at, answer) in told.told.answers.iter().enumerate() {
            if !answer.reveal().trim().is_empty() {
                items.push(json!({
                    "linkId": format!("prompt-{}", at + 1),
                    "text": prompts.get(at).map_or("", String::as_str),
                    "answer": [{ "valueString": answer.reveal() }],
                }));
            }
        }
        if !told.told.words.reveal().trim().is_empty() {
            items.push(json!({
                "linkId": "words",
                "answer": [{ "valueString": told.told.words.reveal() }],
            }));
        }
        if let Some(happened) = told.told.happened {
            items.push(json!({
                "linkId": "happened",
                "answer": [{ "valueString": happened.word() }],
            }));
        }
        if let Some(tense) = told.told.tense {
            items.push(json!({ "linkId": "tense", "answer": [{ "valueInteger": tense }] }));
        }
        // An item without a text has none: an empty one is not FHIR's.
        for item in &mut items {
            if let Some(fields) = item.as_object_mut()
                && fields.get("text").and_then(Value::as_str) == Some("")
            {
                fields.remove("text");
            }
        }
        let response = json!({
            "resourceType": "QuestionnaireResponse",
            "questionnaire": format!("{OWN}:reflection"),
            "identifier": { "system": OWN, "value": told.id.to_string() },
            "status": "completed",
            "subject": self.somebody(told.participant),
            "source": self.somebody(told.participant),
            "authored": instant(told.given_at),
            "item": items,
        });
        self.put(&id, response);
        Some(id)
    }
}

fn authored(response: &mut Value, at: Option<jiff::Timestamp>) {
    if let (Some(fields), Some(at)) = (response.as_object_mut(), at) {
        fields.insert("authored".to_owned(), json!(instant(at)));
    }
}
