//! Writing FHIR R4 (4.0.1): what was gathered of one person's record, as a document Bundle whose Composition holds a section for each
//! kind of content and ends with the one sentence.
//!
//! The person is the only Patient of it. Somebody else who is named in what is shared is a `RelatedPerson` by that name and nothing
//! more, because their identity is theirs. What is shared stands in each participant's own bundle under the same identifier
//! (`clinical.md`, 4.2). Every resource carries the label R; what was answered alone about safety V and SDV besides.

mod answers;
mod care;
mod meetings;
mod people;

use aws_lc_rs::digest::{SHA256, digest};
use jiff::Timestamp;
use practice::copies::{Gathered, sentence};
use practice::ids::ParticipantId;
use serde_json::{Value, json};

/// The system of our own codes and identifiers.
pub(super) const OWN: &str = "urn:alcove";

/// What is being written.
pub(super) struct Writing<'a> {
    pub(super) of: &'a Gathered,
    /// Whose bundle it is.
    pub(super) whose: ParticipantId,
    entries: Vec<Value>,
    sections: Vec<Value>,
}

/// The bundle of one participant.
///
/// # Errors
/// When it cannot be written as JSON.
pub(crate) fn bundle(of: &Gathered, whose: ParticipantId) -> Result<Vec<u8>, serde_json::Error> {
    let mut writing = Writing {
        of,
        whose,
        entries: Vec::new(),
        sections: Vec::new(),
    };
    writing.people();
    writing.meetings();
    writing.notes();
    writing.intake();
    writing.measures();
    writing.goals();
    writing.homework();
    writing.messages();
    writing.elsewhere();
    writing.agreements();
    writing.ended();
    serde_json::to_vec_pretty(&writing.finish())
}

/// An id that follows from what it is of, so that the same thing has the same one in each bundle.
pub(super) fn id_of(kind: &str, of: &str) -> String {
    let found = digest(&SHA256, format!("{OWN}:{kind}:{of}").as_bytes());
    let mut bytes = found.as_ref().iter().copied();
    let mut hex = |count: usize, or: u8, and: u8| -> String {
        let some = bytes.by_ref().take(count).enumerate();
        some.map(|(at, byte)| {
            let byte = if at == 0 { byte & and | or } else { byte };
            format!("{byte:02x}")
        })
        .collect()
    };
    // Version 8 and the variant of RFC 9562.
    let parts = [
        hex(4, 0, 0xff),
        hex(2, 0, 0xff),
        hex(2, 0x80, 0x0f),
        hex(2, 0x80, 0x3f),
        hex(6, 0, 0xff),
    ];
    parts.join("-")
}

/// A reference to a resource of the same bundle.
pub(super) fn reference(id: &str) -> Value {
    json!({ "reference": format!("urn:uuid:{id}") })
}

/// A code of ours.
pub(super) fn own_code(code: &str, text: &str) -> Value {
    json!({ "coding": [{ "system": OWN, "code": code }], "text": text })
}

/// A code of a system.
pub(super) fn coded(system: &str, code: &str) -> Value {
    json!({ "coding": [{ "system": system, "code": code }] })
}

/// An instant.
pub(super) fn instant(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

impl Writing<'_> {
    /// Puts a resource into the bundle.
    pub(super) fn put(&mut self, id: &str, resource: Value) {
        self.put_labelled(id, resource, &["R"]);
    }

    /// Puts a resource with these security labels into the bundle.
    pub(super) fn put_labelled(&mut self, id: &str, mut resource: Value, labels: &[&str]) {
        let security: Vec<Value> = labels
            .iter()
            .map(|label| {
                let system = match *label {
                    "R" | "V" => "http://terminology.hl7.org/CodeSystem/v3-Confidentiality",
                    _ => "http://terminology.hl7.org/CodeSystem/v3-ActCode",
                };
                json!({ "system": system, "code": label })
            })
            .collect();
        if let Some(fields) = resource.as_object_mut() {
            fields.insert("id".to_owned(), json!(id));
            fields.insert("meta".to_owned(), json!({ "security": security }));
        }
        self.entries.push(json!({
            "fullUrl": format!("urn:uuid:{id}"),
            "resource": resource,
        }));
    }

    /// A section of the Composition that names resources.
    pub(super) fn section(&mut self, title: &str, ids: &[String]) {
        if !ids.is_empty() {
            let entries: Vec<Value> = ids.iter().map(|id| reference(id)).collect();
            self.sections
                .push(json!({ "title": title, "entry": entries }));
        }
    }

    /// When and why their part ended, in a section's words: FHIR has no resource that says no more than that.
    fn ended(&mut self) {
        let Some(one) = &self.of.ended else {
            return;
        };
        let day = self.of.practice.day_of(one.at);
        let words = format!("{day}\n{}", one.reason.reveal());
        self.sections.push(json!({
            "title": "How their part ended",
            "text": { "status": "generated", "div": narrative(&words) },
        }));
    }

    /// The id of the person whose bundle it is.
    pub(super) fn patient(&self) -> String {
        id_of("patient", &self.whose.to_string())
    }

    /// The practice.
    pub(super) fn organization(&self) -> String {
        id_of("organization", &self.of.practice.name)
    }

    fn finish(self) -> Value {
        let of = self.of;
        let id = id_of("composition", &format!("{}:{}", self.whose, of.made_at));
        let mut sections = self.sections;
        sections.push(json!({
            "title": "About this document",
            "text": { "status": "generated", "div": narrative(sentence::closing(of.language)) },
        }));
        let subject = id_of("patient", &self.whose.to_string());
        let author = id_of("organization", &of.practice.name);
        let composition = json!({
            "resourceType": "Composition",
            "id": id,
            "meta": { "security": [{
                "system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R",
            }] },
            "language": of.language.tag(),
            "status": "final",
            "type": coded("http://loinc.org", "11503-0"),
            "subject": reference(&subject),
            "date": instant(of.made_at),
            "author": [reference(&author)],
            "title": "Copy of a record",
            "section": sections,
        });
        let mut entries = vec![json!({
            "fullUrl": format!("urn:uuid:{id}"),
            "resource": composition,
        })];
        entries.extend(self.entries);
        json!({
            "resourceType": "Bundle",
            "type": "document",
            "identifier": { "system": OWN, "value": id },
            "timestamp": instant(of.made_at),
            "entry": entries,
        })
    }
}

/// Words as the XHTML of a narrative.
pub(super) fn narrative(words: &str) -> String {
    let mut out = String::from("<div xmlns=\"http://www.w3.org/1999/xhtml\">");
    for letter in words.chars() {
        match letter {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '\n' => out.push_str("<br/>"),
            other => out.push(other),
        }
    }
    out.push_str("</div>");
    out
}
