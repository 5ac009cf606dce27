//! The columns of other systems' tables by their headers, whatever their case, spaces and marks.
//!
//! Sources: help pages of `SimplePractice` (client import template, client details), `PracticeRunner` ("Contact Import and
//! Export Formats"), link2MD (patient list) and `BestNotes` (appointment import).

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    GivenName,
    MiddleName,
    FamilyName,
    WholeName,
    NameToUse,
    Pronouns,
    Gender,
    Born,
    Kind,
    Status,
    IsActive,
    Clinician,
    FirstSeen,
    ReferredBy,
    Language,
    Email,
    EmailAllowed,
    Phone,
    Mobile,
    PhoneType,
    PhoneAllowed,
    TextAllowed,
    VoicemailAllowed,
    TextAndVoicemailAllowed,
    Street,
    City,
    State,
    PostalCode,
    Country,
    Notes,
    ClientNumber,
    OtherNumber,
    Start,
    End,
    Minutes,
    AppointmentType,
    Subject,
    Clinical,
    Unknown,
}

/// Headers without case, spaces and marks. The first of a line is the best where two stand in one table.
const KNOWN: [(Column, &[&str]); 37] = [
    (
        Column::GivenName,
        &["legalfirstname", "firstname", "givenname", "first"],
    ),
    (
        Column::MiddleName,
        &["legalmiddlename", "middlename", "middleinitial"],
    ),
    (
        Column::FamilyName,
        &["legallastname", "lastname", "surname", "familyname", "last"],
    ),
    (
        Column::WholeName,
        &[
            "clientname",
            "fullname",
            "name",
            "client",
            "patientname",
            "patient",
        ],
    ),
    (
        Column::NameToUse,
        &[
            "whatnamedotheygoby",
            "preferredname",
            "goesby",
            "nickname",
            "nametouse",
        ],
    ),
    (Column::Pronouns, &["pronouns", "pronoun"]),
    (Column::Gender, &["genderidentity", "gender", "sex"]),
    (
        Column::Born,
        &["dateofbirth", "dob", "birthdate", "birthday"],
    ),
    (Column::Kind, &["clienttype", "profiletype"]),
    (Column::Status, &["clientstatus", "status"]),
    (Column::IsActive, &["active", "isactive"]),
    (
        Column::Clinician,
        &["primaryclinician", "clinician", "provider", "therapist"],
    ),
    (
        Column::FirstSeen,
        &[
            "datefirstseen",
            "firstseen",
            "dateadded",
            "firstappointment",
        ],
    ),
    (Column::ReferredBy, &["referredby", "referralsource"]),
    (Column::Language, &["language", "preferredlanguage"]),
    (
        Column::Email,
        &["email", "emailaddress", "email1", "email2"],
    ),
    (
        Column::EmailAllowed,
        &["emailok", "emailpermission", "canemail"],
    ),
    (
        Column::Phone,
        &[
            "phone",
            "phonenumber",
            "telephone",
            "homephone",
            "workphone",
            "phone1",
            "phone2",
        ],
    ),
    (
        Column::Mobile,
        &["cell", "cellphone", "mobile", "mobilephone"],
    ),
    (Column::PhoneType, &["phonetype", "type"]),
    (Column::PhoneAllowed, &["phonepermission"]),
    (
        Column::TextAllowed,
        &["textok", "textpermission", "cantext"],
    ),
    (
        Column::VoicemailAllowed,
        &["voicemailok", "voicemailpermission"],
    ),
    (Column::TextAndVoicemailAllowed, &["textvoicemailok"]),
    (
        Column::Street,
        &["address", "street", "address1", "address2", "streetaddress"],
    ),
    (Column::City, &["city", "town"]),
    (Column::State, &["state", "province", "region"]),
    (
        Column::PostalCode,
        &["zip", "zipcode", "postal", "postalcode", "postcode"],
    ),
    (Column::Country, &["country"]),
    (
        Column::Notes,
        &["clientnotes", "notes", "clientnotesnonclinical", "comments"],
    ),
    (
        Column::ClientNumber,
        &["clientidentifier", "clientid", "cid", "patientid", "mrn"],
    ),
    (Column::OtherNumber, &["altid", "portaluserid", "username"]),
    (Column::Start, &["apptstart"]),
    (Column::End, &["apptend"]),
    (Column::Minutes, &["duration"]),
    (Column::AppointmentType, &["appttype"]),
    (Column::Subject, &["subject"]),
];

/// Words in a header that make its cells clinical: they are kept sealed and closed (R9), never as a note that the
/// front desk reads.
const CLINICAL: [&str; 16] = [
    "diagnos",
    "dx",
    "icd",
    "clinicalnote",
    "progressnote",
    "treatment",
    "medication",
    "symptom",
    "presenting",
    "concern",
    "reasonfor",
    "medicalhistory",
    "sexual",
    "problem",
    "allerg",
    "assessment",
];

/// The columns of one table.
pub(super) struct Columns {
    headers: Vec<String>,
    kinds: Vec<(Column, usize)>,
    has_double: bool,
}

impl Columns {
    pub(super) fn of(headers: &[String]) -> Self {
        let plain: Vec<String> = headers.iter().map(|header| plain(header)).collect();
        let kinds: Vec<(Column, usize)> = plain.iter().map(|header| kind(header)).collect();
        let is_double = |at: usize, header: &String| {
            let is_known = kinds
                .get(at)
                .is_some_and(|(column, _)| !column.may_stand_twice());
            is_known && plain.iter().skip(at + 1).any(|other| other == header)
        };
        let has_double = plain
            .iter()
            .enumerate()
            .any(|(at, header)| is_double(at, header));
        Self {
            headers: headers.to_vec(),
            kinds,
            has_double,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.headers.len()
    }

    pub(super) fn has(&self, column: Column) -> bool {
        self.kinds.iter().any(|(kind, _)| *kind == column)
    }

    /// Whether a column that counts once stands twice under one header.
    pub(super) fn has_double(&self) -> bool {
        self.has_double
    }

    /// The places of a column, the best header first.
    pub(super) fn places(&self, column: Column) -> Vec<usize> {
        let named = self
            .kinds
            .iter()
            .enumerate()
            .filter(|(_, (kind, _))| *kind == column);
        let mut places: Vec<(usize, usize)> = named.map(|(at, (_, rank))| (*rank, at)).collect();
        places.sort_unstable();
        places.into_iter().map(|(_, at)| at).collect()
    }

    /// The header of a place, as it is written.
    pub(super) fn header(&self, at: usize) -> &str {
        self.headers.get(at).map(String::as_str).unwrap_or_default()
    }

    /// The header of a place without case, spaces and marks.
    pub(super) fn plain(&self, at: usize) -> String {
        plain(self.header(at))
    }
}

impl Column {
    fn may_stand_twice(self) -> bool {
        matches!(
            self,
            Self::Email
                | Self::Phone
                | Self::Mobile
                | Self::Street
                | Self::Notes
                | Self::Clinical
                | Self::Unknown
        )
    }
}

fn plain(header: &str) -> String {
    header
        .chars()
        .filter(|letter| letter.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// The column of a header, and how good a name for it the header is.
fn kind(header: &str) -> (Column, usize) {
    let rank = |names: &[&str]| names.iter().position(|name| *name == header);
    let known = KNOWN
        .iter()
        .find_map(|(column, names)| rank(names).map(|rank| (*column, rank)));
    let is_clinical = || CLINICAL.iter().any(|word| header.contains(word));
    known.unwrap_or_else(|| {
        (
            if is_clinical() {
                Column::Clinical
            } else {
                Column::Unknown
            },
            0,
        )
    })
}
