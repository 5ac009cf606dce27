//! Patient, `RelatedPerson` and Practitioner become persons and clinicians.

use super::Refusal;
use super::dates::optional_date;
use super::model::{
    Address, CodeableConcept, ContactPoint, HumanName, Patient, Practitioner, RelatedPerson,
};
use crate::Options;
use crate::text::{line, private_line};
use practice::imports::{
    Bond, ExternalKey, OfferedClinician, OfferedNames, OfferedPerson, OfferedStatus, OfferedWay,
    PartialDate, Permission, PersonKind, WayKind,
};
use practice::private::Private;

/// Longer names are no names.
const LONGEST_NAME: usize = 300;

const ANIMAL: &str = "http://hl7.org/fhir/StructureDefinition/patient-animal";
const PRONOUNS: &str = "http://hl7.org/fhir/StructureDefinition/individual-pronouns";

/// A client of <https://hl7.org/fhir/R4/patient.html>, or why not.
pub(super) fn client(
    patient: &Patient,
    keys: Vec<ExternalKey>,
    options: &Options,
) -> Result<OfferedPerson, Refusal> {
    if patient
        .extension
        .iter()
        .any(|extension| extension.url.as_deref() == Some(ANIMAL))
    {
        return Err(Refusal::because("is an animal"));
    }
    if patient.deceased_boolean == Some(true) || patient.deceased_date_time.is_some() {
        return Err(Refusal::because(
            "has died; keep the record where it is for as long as the law says",
        ));
    }
    let born = optional_date(patient.birth_date.as_deref(), "birthDate")?;
    r8_is_adult(born, options)?;
    let mut person = person(keys, PersonKind::Client, names(&patient.name)?)?;
    person.born = born;
    person.gender = patient.gender.as_deref().and_then(private_line);
    person.pronouns = pronouns(patient);
    person.ways = ways(&patient.telecom);
    person.address = address(&patient.address);
    let preferred = patient
        .communication
        .iter()
        .find(|one| one.preferred == Some(true));
    let language = preferred.or_else(|| patient.communication.first());
    person.language = language
        .and_then(|one| one.language.codes().next())
        .and_then(line);
    person.status = match patient.active {
        Some(true) => OfferedStatus::Active,
        Some(false) => OfferedStatus::Inactive,
        None => OfferedStatus::Unsaid,
    };
    Ok(person)
}

/// Somebody near a client (<https://hl7.org/fhir/R4/relatedperson.html>), or why not.
pub(super) fn related(
    related: &RelatedPerson,
    keys: Vec<ExternalKey>,
    options: &Options,
) -> Result<OfferedPerson, Refusal> {
    let born = optional_date(related.birth_date.as_deref(), "birthDate")?;
    r8_is_adult(born, options)?;
    let mut person = person(keys, PersonKind::Related, names(&related.name)?)?;
    person.born = born;
    person.gender = related.gender.as_deref().and_then(private_line);
    person.ways = ways(&related.telecom);
    person.address = address(&related.address);
    Ok(person)
}

/// A clinician (<https://hl7.org/fhir/R4/practitioner.html>), or why not.
pub(super) fn clinician(
    practitioner: &Practitioner,
    keys: Vec<ExternalKey>,
) -> Result<OfferedClinician, Refusal> {
    let (key, also) = first_and_rest(keys)?;
    let qualification = |one: &super::model::Qualification| {
        let what = one.code.words().and_then(line)?;
        let issuer = one
            .issuer
            .as_ref()
            .and_then(|issuer| issuer.display.as_deref())
            .and_then(line);
        Some(issuer.map_or(what.clone(), |issuer| format!("{what} ({issuer})")))
    };
    Ok(OfferedClinician {
        line: None,
        key,
        also,
        name: names(&practitioner.name)?.to_use,
        ways: ways(&practitioner.telecom),
        qualifications: practitioner
            .qualification
            .iter()
            .filter_map(qualification)
            .collect(),
        active: practitioner.active.unwrap_or(true),
    })
}

/// What `RelatedPerson.relationship` says (<http://terminology.hl7.org/CodeSystem/v3-RoleCode>, v2-0131).
pub(super) fn bond(relationship: &[CodeableConcept]) -> Bond {
    let codes: Vec<&str> = relationship
        .iter()
        .flat_map(CodeableConcept::codes)
        .collect();
    let has = |known: &[&str]| codes.iter().any(|code| known.contains(code));
    if has(&["SPS", "HUSB", "WIFE", "DOMPART", "SIGOTHR"]) {
        Bond::Partner
    } else if has(&["FMRSPS"]) {
        Bond::FormerPartner
    } else if has(&["C", "ECON"]) {
        Bond::Emergency
    } else if has(&[
        "FAMMEMB", "PRN", "MTH", "FTH", "NMTH", "NFTH", "SIB", "BRO", "SIS", "EXT", "N", "NOK",
    ]) || has(&[
        "CHILD", "SON", "DAU", "SONC", "DAUC", "NCHILD", "COUSN", "AUNT", "UNCLE", "GRPRN", "INLAW",
    ]) {
        Bond::Family
    } else {
        Bond::Other
    }
}

/// R8: clients are adults, and nothing of a minor is kept.
fn r8_is_adult(born: Option<PartialDate>, options: &Options) -> Result<(), Refusal> {
    crate::people::of_age(born, options).map_err(Refusal::because)
}

fn person(
    keys: Vec<ExternalKey>,
    kind: PersonKind,
    names: OfferedNames,
) -> Result<OfferedPerson, Refusal> {
    let (key, also) = first_and_rest(keys)?;
    Ok(OfferedPerson {
        also,
        ..OfferedPerson::new(key, kind, names)
    })
}

fn first_and_rest(keys: Vec<ExternalKey>) -> Result<(ExternalKey, Vec<ExternalKey>), Refusal> {
    let mut keys = keys.into_iter();
    let first = keys.next();
    let first =
        first.ok_or_else(|| Refusal::because("has no id, identifier or fullUrl to be known by"))?;
    Ok((first, keys.collect()))
}

/// Names by their use (<https://hl7.org/fhir/R4/valueset-name-use.html>): the usual one is the name to use, the
/// official one the legal name. Titles are left out: they say a gender that the person may not have said.
fn names(names: &[HumanName]) -> Result<OfferedNames, Refusal> {
    let mut read: Vec<(u8, Whole)> = Vec::new();
    for name in names {
        if let Some(whole) = whole(name)? {
            read.push((rank(name.r#use.as_deref()), whole));
        }
    }
    read.sort_by_key(|(rank, _)| *rank);
    let legal = read
        .iter()
        .find(|(rank, _)| matches!(rank, 1 | 2))
        .or_else(|| read.first());
    let (given, family) = legal.map_or((None, None), |(_, whole)| {
        (whole.given.clone(), whole.family.clone())
    });
    let mut names = read.into_iter().map(|(_, whole)| whole.text);
    let to_use = names
        .next()
        .ok_or_else(|| Refusal::because("has no name"))?;
    let others = names
        .filter(|name| *name != to_use)
        .map(Private::new)
        .collect();
    Ok(OfferedNames {
        to_use: Private::new(to_use),
        given,
        family,
        others,
    })
}

struct Whole {
    text: String,
    given: Option<Private<String>>,
    family: Option<Private<String>>,
}

fn whole(name: &HumanName) -> Result<Option<Whole>, Refusal> {
    let given: Vec<&str> = name.given.iter().flatten().map(String::as_str).collect();
    let given = line(&given.join(" "));
    let family = name.family.as_deref().and_then(line);
    let parts: Vec<&str> = [&given, &family]
        .into_iter()
        .flatten()
        .map(String::as_str)
        .collect();
    let text = if parts.is_empty() {
        name.text.as_deref().and_then(line)
    } else {
        line(&parts.join(" "))
    };
    let Some(text) = text else { return Ok(None) };
    if text.chars().count() > LONGEST_NAME {
        return Err(Refusal::because(format!(
            "has a name of more than {LONGEST_NAME} letters"
        )));
    }
    Ok(Some(Whole {
        text,
        given: given.map(Private::new),
        family: family.map(Private::new),
    }))
}

fn rank(name_use: Option<&str>) -> u8 {
    match name_use {
        Some("usual") => 0,
        Some("official") => 1,
        Some("nickname") => 3,
        Some("anonymous" | "temp") => 4,
        Some("old" | "maiden") => 5,
        None | Some(_) => 2,
    }
}

/// <https://hl7.org/fhir/R4/datatypes.html#ContactPoint>. FHIR says of none that it is safe (R12).
fn ways(telecom: &[ContactPoint]) -> Vec<OfferedWay> {
    let mut ways: Vec<OfferedWay> = Vec::new();
    for point in telecom
        .iter()
        .filter(|point| point.r#use.as_deref() != Some("old"))
    {
        let Some(address) = point.value.as_deref().and_then(private_line) else {
            continue;
        };
        let kind = match (point.system.as_deref(), point.r#use.as_deref()) {
            (Some("email"), _) => WayKind::Email,
            (Some("sms"), _) | (Some("phone"), Some("mobile")) => WayKind::Mobile,
            (Some("phone"), _) => WayKind::Phone,
            _ => WayKind::Other,
        };
        let place = point
            .r#use
            .as_deref()
            .filter(|place| matches!(*place, "home" | "work"));
        if !ways.iter().any(|way| way.address == address) {
            ways.push(OfferedWay {
                kind,
                address,
                place: place.map(ToOwned::to_owned),
                messages: Permission::Unsaid,
                voicemail: Permission::Unsaid,
            });
        }
    }
    ways
}

fn address(addresses: &[Address]) -> Option<Private<String>> {
    let current = |address: &&Address| !matches!(address.r#use.as_deref(), Some("old" | "billing"));
    let home = addresses
        .iter()
        .find(|address| address.r#use.as_deref() == Some("home"));
    let address = home.or_else(|| addresses.iter().find(current))?;
    let place = [&address.postal_code, &address.city, &address.state];
    let place: Vec<&str> = place.into_iter().flatten().map(String::as_str).collect();
    let mut lines: Vec<String> = address
        .line
        .iter()
        .flatten()
        .filter_map(|text| line(text))
        .collect();
    lines.extend(line(&place.join(" ")));
    lines.extend(address.country.as_deref().and_then(line));
    if lines.is_empty() {
        return address
            .text
            .as_deref()
            .and_then(crate::text::private_paragraph);
    }
    Some(Private::new(lines.join("\n")))
}

/// <http://hl7.org/fhir/StructureDefinition/individual-pronouns>
fn pronouns(patient: &Patient) -> Option<Private<String>> {
    let said = patient
        .extension
        .iter()
        .filter(|extension| extension.url.as_deref() == Some(PRONOUNS));
    let inner = said.flat_map(|extension| std::iter::once(extension).chain(&extension.inner));
    inner
        .filter_map(|extension| extension.value_codeable_concept.as_ref())
        .find_map(|concept| concept.words().and_then(private_line))
}
