//! Who refers to whom: FHIR's references, resolved within one file, or kept as keys of what was imported before.
//!
//! The rules are those of <https://hl7.org/fhir/R4/bundle.html#references>: `fullUrl` first, a relative reference
//! against the `fullUrl` of the entry in which it stands, a conditional one by identifier.

use super::Located;
use super::model::{
    Appointment, Condition, Encounter, Identifier, Patient, Practitioner, Reference, RelatedPerson,
};
use practice::imports::ExternalKey;
use std::collections::HashMap;

/// What a reference can lead to that has a place in the practice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Patient,
    RelatedPerson,
    Practitioner,
    Appointment,
    Encounter,
    Condition,
}

impl Kind {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Patient => "Patient",
            Self::RelatedPerson => "RelatedPerson",
            Self::Practitioner => "Practitioner",
            Self::Appointment => "Appointment",
            Self::Encounter => "Encounter",
            Self::Condition => "Condition",
        }
    }

    fn of(name: &str) -> Option<Self> {
        const ALL: [Kind; 6] = [
            Kind::Patient,
            Kind::RelatedPerson,
            Kind::Practitioner,
            Kind::Appointment,
            Kind::Encounter,
            Kind::Condition,
        ];
        ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The kind in `…/Patient/23`.
    fn in_reference(text: &str) -> Option<Self> {
        let mut parts = text.rsplit('/');
        parts.next();
        parts.next().and_then(Self::of)
    }
}

/// A resource that can be referred to.
pub(super) trait Resource {
    /// Its kind.
    const KIND: Kind;

    /// Its logical id.
    fn id(&self) -> Option<&str>;

    /// Its business identifiers.
    fn identifiers(&self) -> &[Identifier];
}

impl Resource for Patient {
    const KIND: Kind = Kind::Patient;

    fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    fn identifiers(&self) -> &[Identifier] {
        &self.identifier
    }
}

impl Resource for RelatedPerson {
    const KIND: Kind = Kind::RelatedPerson;

    fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    fn identifiers(&self) -> &[Identifier] {
        &self.identifier
    }
}

impl Resource for Practitioner {
    const KIND: Kind = Kind::Practitioner;

    fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    fn identifiers(&self) -> &[Identifier] {
        &self.identifier
    }
}

impl Resource for Appointment {
    const KIND: Kind = Kind::Appointment;

    fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    fn identifiers(&self) -> &[Identifier] {
        &self.identifier
    }
}

impl Resource for Encounter {
    const KIND: Kind = Kind::Encounter;

    fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    fn identifiers(&self) -> &[Identifier] {
        &self.identifier
    }
}

impl Resource for Condition {
    const KIND: Kind = Kind::Condition;

    fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    fn identifiers(&self) -> &[Identifier] {
        &self.identifier
    }
}

/// A resource as the file calls it.
pub(super) struct Names<'a> {
    pub(super) kind: Kind,
    pub(super) url: Option<&'a str>,
    pub(super) id: Option<&'a str>,
    pub(super) identifiers: &'a [Identifier],
}

impl<'a> Names<'a> {
    /// The names of a resource of the file.
    pub(super) fn of<T: Resource>(located: &'a Located<T>) -> Self {
        Self {
            kind: T::KIND,
            url: located.url.as_deref(),
            id: located.is.id(),
            identifiers: located.is.identifiers(),
        }
    }

    /// What other resources of the file may call it.
    pub(super) fn all(&self) -> Vec<String> {
        let kind = self.kind.name();
        let by_identifier = |identifier: &Identifier| {
            let system = identifier.system.as_deref().unwrap_or_default();
            identifier
                .value
                .as_deref()
                .map(|value| format!("{kind}?identifier={system}|{value}"))
        };
        let mut names: Vec<String> = self.identifiers.iter().filter_map(by_identifier).collect();
        names.extend(self.id.map(|id| format!("{kind}/{id}")));
        names.extend(self.url.map(|url| without_version(url).to_owned()));
        names
    }

    /// The keys under which it is known from one import to the next, the best first.
    pub(super) fn keys(&self, origin: &str) -> Vec<ExternalKey> {
        let mut identifiers: Vec<&Identifier> = self
            .identifiers
            .iter()
            .filter(|identifier| is_of_one(identifier))
            .collect();
        identifiers.sort_by_key(|identifier| !is_preferred(identifier));
        let by_identifier = |identifier: &&Identifier| {
            let (system, value) = (identifier.system.as_deref()?, identifier.value.as_deref()?);
            Some(ExternalKey::new(system, value))
        };
        let mut keys: Vec<ExternalKey> = identifiers.iter().filter_map(by_identifier).collect();
        keys.extend(self.url.map(|url| by_url(without_version(url))));
        keys.extend(
            self.id
                .map(|id| by_id(origin, &format!("{}/{id}", self.kind.name()))),
        );
        let mut seen = Vec::with_capacity(keys.len());
        for key in keys {
            if !seen.contains(&key) {
                seen.push(key);
            }
        }
        seen
    }
}

/// Whether an identifier is one person's alone. Members of a family share insurance numbers
/// (`MB` member, `SN` subscriber; <http://terminology.hl7.org/CodeSystem/v2-0203>).
fn is_of_one(identifier: &Identifier) -> bool {
    let codes = identifier
        .r#type
        .as_ref()
        .map_or(Vec::new(), |kind| kind.codes().collect());
    let is_said =
        |text: &Option<String>| text.as_deref().is_some_and(|text| !text.trim().is_empty());
    let is_passing = matches!(identifier.r#use.as_deref(), Some("temp" | "old"));
    is_said(&identifier.system)
        && is_said(&identifier.value)
        && !is_passing
        && !codes
            .iter()
            .any(|code| ["MB", "SN", "MA", "MC", "HC", "FI"].contains(code))
}

/// A record number or a National Provider Identifier before others.
fn is_preferred(identifier: &Identifier) -> bool {
    let is_record = identifier
        .r#type
        .as_ref()
        .is_some_and(|kind| kind.codes().any(|code| code == "MR"));
    is_record || identifier.system.as_deref() == Some("http://hl7.org/fhir/sid/us-npi")
}

fn by_url(url: &str) -> ExternalKey {
    ExternalKey::new("url", url)
}

fn by_id(origin: &str, text: &str) -> ExternalKey {
    ExternalKey::new(format!("fhir:{origin}"), text)
}

fn without_version(text: &str) -> &str {
    text.split_once("/_history/")
        .map_or(text, |(before, _)| before)
}

fn is_absolute(text: &str) -> bool {
    ["http://", "https://", "urn:"]
        .iter()
        .any(|scheme| text.starts_with(scheme))
}

/// What a reference leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// Something that is offered, or that may have been imported before.
    Known(Kind, ExternalKey),
    /// Something that was refused.
    Refused(Kind),
    /// Nothing that has a place in the practice.
    Nothing,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    found: Found,
    /// Without a `fullUrl`, so that `Patient/23` says no server.
    is_bare: bool,
}

/// Everything of the file that can be referred to.
pub(super) struct Directory<'o> {
    origin: &'o str,
    entries: HashMap<String, Entry>,
}

impl<'o> Directory<'o> {
    pub(super) fn new(origin: &'o str) -> Self {
        Self {
            origin,
            entries: HashMap::new(),
        }
    }

    /// Puts a resource in. A name that two different ones have leads to neither.
    pub(super) fn put(&mut self, names: &Names<'_>, found: &Found) {
        let is_bare = names.url.is_none();
        for name in names.all() {
            let entry = Entry {
                found: found.clone(),
                is_bare,
            };
            let known = self.entries.entry(name).or_insert_with(|| entry.clone());
            if known.found != entry.found {
                known.found = Found::Nothing;
            }
        }
    }

    /// What `reference` leads to, which stands in an entry with this `fullUrl`.
    pub(super) fn find(&self, reference: &Reference, url: Option<&str>) -> Found {
        let by_text = reference.to.as_deref().map(|text| self.by_text(text, url));
        match by_text {
            Some(found) if found != Found::Nothing => found,
            _ => self.by_identifier(reference),
        }
    }

    fn by_text(&self, text: &str, url: Option<&str>) -> Found {
        let text = without_version(text.trim());
        if let Some((kind, query)) = text.split_once("?identifier=") {
            return self.conditional(kind, query);
        }
        if let Some(entry) = candidates(text, url).find_map(|name| self.entries.get(&name)) {
            return entry.found.clone();
        }
        let tail = tail(text);
        if is_absolute(text) {
            let bare = tail
                .and_then(|tail| self.entries.get(tail))
                .filter(|entry| entry.is_bare);
            if let Some(entry) = bare {
                return entry.found.clone();
            }
        }
        match Kind::in_reference(text) {
            Some(kind) if is_absolute(text) => Found::Known(kind, by_url(text)),
            Some(kind) => Found::Known(kind, by_id(self.origin, text)),
            None => Found::Nothing,
        }
    }

    fn conditional(&self, kind: &str, query: &str) -> Found {
        let query = query.split('&').next().unwrap_or_default();
        let query = query.replace("%7C", "|").replace("%7c", "|");
        let name = format!("{kind}?identifier={query}");
        if let Some(entry) = self.entries.get(&name) {
            return entry.found.clone();
        }
        match (Kind::of(kind), query.split_once('|')) {
            (Some(kind), Some((system, value))) if !system.is_empty() && !value.is_empty() => {
                Found::Known(kind, ExternalKey::new(system, value))
            }
            _ => Found::Nothing,
        }
    }

    /// `Reference.identifier`, a reference that is only logical.
    fn by_identifier(&self, reference: &Reference) -> Found {
        let said = reference.r#type.as_deref().and_then(Kind::of);
        let kind = said.or_else(|| reference.to.as_deref().and_then(Kind::in_reference));
        let (Some(kind), Some(identifier)) = (kind, reference.logical.as_ref()) else {
            return Found::Nothing;
        };
        match (identifier.system.as_deref(), identifier.value.as_deref()) {
            (Some(system), Some(value)) => {
                self.conditional(kind.name(), &format!("{system}|{value}"))
            }
            _ => Found::Nothing,
        }
    }
}

/// All names that `reference` can mean, for who looks from the other side.
pub(super) fn names_meant(reference: &Reference, url: Option<&str>) -> Vec<String> {
    let text = reference
        .to
        .as_deref()
        .map(|text| without_version(text.trim()));
    text.map_or_else(Vec::new, |text| candidates(text, url).collect())
}

/// The names that a reference can mean, the likeliest first.
fn candidates(text: &str, url: Option<&str>) -> impl Iterator<Item = String> + use<> {
    [in_server_of(url, text), Some(text.to_owned())]
        .into_iter()
        .flatten()
}

/// `Patient/23` in the server of the entry in which it stands.
fn in_server_of(url: Option<&str>, text: &str) -> Option<String> {
    let url = url.filter(|url| url.starts_with("http"))?;
    if is_absolute(text) {
        return None;
    }
    let own = tail(without_version(url))?;
    url.strip_suffix(own)
        .map(|server| format!("{server}{text}"))
}

/// `Patient/23` of `http://server/Patient/23`.
fn tail(text: &str) -> Option<&str> {
    let (before, id) = text.rsplit_once('/')?;
    let kind = before.rsplit('/').next()?;
    text.get(text.len().checked_sub(kind.len() + 1 + id.len())?..)
}

#[cfg(test)]
mod tests {
    use super::{Directory, Found, Kind, Names};
    use crate::fhir::model::{Identifier, Reference};
    use practice::imports::ExternalKey;

    fn to(text: &str) -> Reference {
        Reference {
            to: Some(text.to_owned()),
            ..Reference::default()
        }
    }

    fn known(key: &str) -> Found {
        Found::Known(Kind::Patient, ExternalKey::new("test", key))
    }

    fn patient<'a>(url: Option<&'a str>, id: &'a str, identifiers: &'a [Identifier]) -> Names<'a> {
        Names {
            kind: Kind::Patient,
            url,
            id: Some(id),
            identifiers,
        }
    }

    #[test]
    fn each_way_of_referring() {
        let mut directory = Directory::new("");
        let number = [Identifier {
            system: Some("urn:oid:1".to_owned()),
            value: Some("7".to_owned()),
            ..Identifier::default()
        }];
        directory.put(&patient(Some("urn:uuid:aa"), "1", &number), &known("one"));
        directory.put(
            &patient(Some("http://a.test/fhir/Patient/2"), "2", &[]),
            &known("two"),
        );
        let found = |text: &str, url: Option<&str>| directory.find(&to(text), url);
        assert_eq!(found("urn:uuid:aa", None), known("one"));
        assert_eq!(found("Patient/1", None), known("one"));
        assert_eq!(
            found("Patient?identifier=urn:oid:1%7C7", None),
            known("one")
        );
        assert_eq!(
            found("Patient/2", Some("http://a.test/fhir/Encounter/5")),
            known("two")
        );
        assert_eq!(
            found("http://a.test/fhir/Patient/2/_history/3", None),
            known("two")
        );
        assert_eq!(found("#contained", None), Found::Nothing);
        assert_eq!(found("Location/1", None), Found::Nothing);
        let logical = Reference {
            r#type: Some("Patient".to_owned()),
            logical: number.into_iter().next(),
            ..Reference::default()
        };
        assert_eq!(directory.find(&logical, None), known("one"));
    }

    #[test]
    fn r2_the_same_number_on_another_server_is_another_person() {
        let mut directory = Directory::new("");
        directory.put(
            &patient(Some("http://a.test/fhir/Patient/2"), "2", &[]),
            &known("two"),
        );
        let elsewhere = directory.find(&to("http://b.test/fhir/Patient/2"), None);
        assert_eq!(
            elsewhere,
            Found::Known(
                Kind::Patient,
                ExternalKey::new("url", "http://b.test/fhir/Patient/2")
            )
        );
        directory.put(
            &patient(Some("http://b.test/fhir/Patient/2"), "2", &[]),
            &known("three"),
        );
        assert_eq!(directory.find(&to("Patient/2"), None), Found::Nothing);
    }
}
