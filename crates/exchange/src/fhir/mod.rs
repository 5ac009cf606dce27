//! FHIR R4 as JSON: bundles, single resources, and one resource a line (Bulk Data's NDJSON).
//!
//! Read are Patient, `RelatedPerson`, Practitioner, Appointment, Encounter and Condition; every other resource is
//! counted and left. Written is one person's record, as a document ([`writing`]). FHIR's words live in this module only.

mod assemble;
mod conditions;
mod dates;
mod meetings;
mod model;
mod people;
mod references;
mod stream;
mod writing;

#[cfg(test)]
mod tests;

pub(crate) use writing::bundle;

use crate::source::Input;
use crate::{ExchangeError, Options};
use model::{Appointment, Condition, Encounter, Patient, Practitioner, RelatedPerson};
use practice::imports::{Gravity, Offer, Refused, SourceKind};
use practice::private::Private;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::error::Category;
use std::io::{self, Read};
use stream::Document;

/// Why one resource is not taken, without a word of what is in it.
#[derive(Debug)]
struct Refusal(String);

impl Refusal {
    fn because(reason: impl Into<String>) -> Self {
        Self(reason.into())
    }
}

/// A resource and where it stands.
struct Located<T> {
    line: Option<u64>,
    url: Option<String>,
    is: T,
}

/// The resources of a file that have a place in the practice.
#[derive(Default)]
struct Collected {
    patients: Vec<Located<Patient>>,
    related: Vec<Located<RelatedPerson>>,
    practitioners: Vec<Located<Practitioner>>,
    appointments: Vec<Located<Appointment>>,
    encounters: Vec<Located<Encounter>>,
    conditions: Vec<Located<Condition>>,
}

struct Intake {
    offer: Offer,
    collected: Collected,
    resources: u64,
}

/// Reads a file of FHIR's JSON, of any length.
///
/// # Errors
/// [`ExchangeError::Unrecognised`] when there is no resource in it; [`ExchangeError::Io`],
/// [`ExchangeError::TooLong`] while reading.
pub(crate) fn read<R: Read>(
    input: &mut Input<'_, R>,
    name: Private<String>,
    options: &Options,
) -> Result<Offer, ExchangeError> {
    let mut intake = Intake {
        offer: Offer::empty(SourceKind::Records, name),
        collected: Collected::default(),
        resources: 0,
    };
    let head = input.head()?;
    let is_by_line = is_by_line(head);
    let mark = if head.starts_with(b"\xEF\xBB\xBF") {
        3
    } else {
        0
    };
    input.skip(mark);
    if is_by_line {
        intake.lines(input)?;
    } else {
        intake.documents(input)?;
    }
    if intake.resources == 0 && !intake.offer.is_refused() {
        return Err(ExchangeError::Unrecognised("JSON without a FHIR resource"));
    }
    Ok(assemble::offer(intake.offer, &intake.collected, options))
}

/// Whether each line is a whole value, told by the first two lines that say something.
fn is_by_line(head: &[u8]) -> bool {
    let head = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
    let mut lines = head
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.trim_ascii().is_empty());
    let first = lines.next().unwrap_or_default();
    let is_whole = serde_json::from_slice::<serde::de::IgnoredAny>(first).is_ok();
    is_whole
        && lines
            .next()
            .is_some_and(|line| line.trim_ascii().starts_with(b"{"))
}

impl Intake {
    /// One resource a line (<https://hl7.org/fhir/R4/nd-json.html>): a broken line does not hide the next.
    fn lines<R: Read>(&mut self, input: &mut Input<'_, R>) -> Result<(), ExchangeError> {
        let mut bytes = Vec::new();
        let mut number = 0;
        while input.line(&mut bytes)? {
            number += 1;
            let line = bytes.trim_ascii();
            if line.is_empty() {
                continue;
            }
            match serde_json::from_slice::<Value>(line) {
                Ok(value) => self.document(number, value),
                Err(_) => self.refuse(Some(number), "line", "is not valid JSON", Gravity::File),
            }
        }
        Ok(())
    }

    /// One document after the other, of any layout; one that breaks off ends the file.
    fn documents<R: Read>(&mut self, input: &mut Input<'_, R>) -> Result<(), ExchangeError> {
        let (bytes, lines) = input.bytes();
        let mut json = serde_json::Deserializer::from_reader(bytes);
        let broken = loop {
            match json.end() {
                Ok(()) => return Ok(()),
                Err(error) if error.is_io() => break error,
                Err(_) => {}
            }
            let line = lines.get().saturating_add(1);
            let mut take = |line, entry| self.entry(line, entry);
            match stream::document(&mut json, lines, &mut take) {
                Ok(Document::Bundle(kind)) => self.bundle(line, kind.as_deref()),
                Ok(Document::Other(value)) => self.resource(line, None, value),
                Err(error) => break error,
            }
        };
        let line = u64::try_from(broken.line()).ok();
        drop(json);
        match broken.classify() {
            Category::Io => input.checked(Err(io::Error::from(broken))),
            Category::Eof => {
                self.refuse(line, "file", "ends in the middle", Gravity::File);
                Ok(())
            }
            Category::Syntax | Category::Data => {
                self.refuse(
                    line,
                    "file",
                    "is not valid JSON, or not a resource",
                    Gravity::File,
                );
                Ok(())
            }
        }
    }

    /// A value that stands by itself: a bundle or a resource.
    fn document(&mut self, line: u64, mut value: Value) {
        if value
            .get("resourceType")
            .is_none_or(|kind| kind != "Bundle")
        {
            return self.resource(line, None, value);
        }
        let kind = value
            .get("type")
            .and_then(Value::as_str)
            .map(ToOwned::to_owned);
        if let Some(Value::Array(entries)) = value.get_mut("entry").map(Value::take) {
            for entry in entries {
                self.entry(line, entry);
            }
        }
        self.bundle(line, kind.as_deref());
    }

    /// `Bundle.type`: a history holds what was, a message or an answer is no export.
    fn bundle(&mut self, line: u64, kind: Option<&str>) {
        self.resources += 1;
        let known = [
            "transaction",
            "batch",
            "collection",
            "searchset",
            "document",
        ];
        if !kind.is_some_and(|kind| known.contains(&kind)) {
            let reason = "is of a type that is not imported; transaction, batch, collection, searchset and \
                          document are";
            self.refuse(Some(line), "Bundle", reason, Gravity::File);
        }
    }

    /// `Bundle.entry`
    fn entry(&mut self, line: u64, mut entry: Value) {
        let at = |pointer: &str| entry.pointer(pointer).and_then(Value::as_str);
        if at("/request/method").is_some_and(|method| method.eq_ignore_ascii_case("DELETE")) {
            return self.offer.pass_over("deletion");
        }
        if at("/search/mode") == Some("outcome") {
            return self.offer.pass_over("search outcome");
        }
        let url = at("/fullUrl")
            .filter(|url| !url.is_empty())
            .map(ToOwned::to_owned);
        match entry.get_mut("resource").map(Value::take) {
            Some(resource) => self.resource(line, url, resource),
            None => self.offer.pass_over("entry without a resource"),
        }
    }

    fn resource(&mut self, line: u64, url: Option<String>, value: Value) {
        let Some(kind) = value
            .get("resourceType")
            .and_then(Value::as_str)
            .map(ToOwned::to_owned)
        else {
            return self.refuse(Some(line), "entry", "has no resourceType", Gravity::Item);
        };
        self.resources += 1;
        let all = &mut self.collected;
        let refused = match kind.as_str() {
            "Patient" => put(&mut all.patients, line, url, value),
            "RelatedPerson" => put(&mut all.related, line, url, value),
            "Practitioner" => put(&mut all.practitioners, line, url, value),
            "Appointment" => put(&mut all.appointments, line, url, value),
            "Encounter" => put(&mut all.encounters, line, url, value),
            "Condition" => put(&mut all.conditions, line, url, value),
            name => {
                let is_name =
                    name.len() <= 40 && name.bytes().all(|byte| byte.is_ascii_alphabetic());
                return self.offer.pass_over(if is_name { name } else { "unknown" });
            }
        };
        if let Err(Refusal(reason)) = refused {
            self.refuse(Some(line), &kind, &reason, Gravity::Item);
        }
    }

    fn refuse(&mut self, line: Option<u64>, what: &str, reason: &str, gravity: Gravity) {
        self.offer.refusals.push(Refused {
            line,
            what: what.to_owned(),
            reason: reason.to_owned(),
            gravity,
        });
    }
}

/// Reads a resource with R4's types; the path of what has another type is named, never its content.
fn put<T: DeserializeOwned>(
    to: &mut Vec<Located<T>>,
    line: u64,
    url: Option<String>,
    value: Value,
) -> Result<(), Refusal> {
    let is = serde_path_to_error::deserialize(value).map_err(|error| {
        let path = error.path().to_string();
        Refusal::because(format!("`{path}` has not the type that R4 gives it"))
    })?;
    to.push(Located {
        line: Some(line),
        url,
        is,
    });
    Ok(())
}
