//! Persons as a file offers them. What is not said stays unsaid: a way of contact without a permission is
//! not a safe way (R12), and a person without a date of birth is asked for it at intake (R8).

use super::{ExternalKey, Mention, PartialDate};
use crate::private::Private;
use jiff::civil::Date;

/// What an offered person is to the practice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PersonKind {
    /// In care, or was, or asks to be.
    Client,
    /// Known only because of a client: a partner who is not in care, a relative.
    Related,
}

/// Where a client stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OfferedStatus {
    /// In care.
    Active,
    /// Not in care now.
    Inactive,
    /// Asked, and is not in care yet.
    Prospective,
    /// Care has ended.
    Archived,
    /// The file does not say.
    Unsaid,
}

/// A person's names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfferedNames {
    /// The name to use, as the person gave it.
    pub to_use: Private<String>,
    /// Legal given names.
    pub given: Option<Private<String>>,
    /// Legal family name.
    pub family: Option<Private<String>>,
    /// Other names, for finding and for telling apart: earlier ones, nicknames, the whole as written.
    pub others: Vec<Private<String>>,
}

/// How a person can be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WayKind {
    /// Email.
    Email,
    /// A telephone; nothing is said of text messages.
    Phone,
    /// A mobile telephone.
    Mobile,
    /// Something else that is written to or called: fax, pager, page.
    Other,
}

/// Whether the person allowed something.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Permission {
    /// Allowed.
    Yes,
    /// Not allowed.
    No,
    /// Not said, which is not allowed until the person is asked (R12).
    #[default]
    Unsaid,
}

/// One way of reaching a person, with what the person allowed (R12).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfferedWay {
    /// What it is.
    pub kind: WayKind,
    /// The address or number.
    pub address: Private<String>,
    /// Where it rings or arrives, as the file says it: home, work.
    pub place: Option<String>,
    /// Messages may be written to it: email to an email address, text messages to a telephone.
    pub messages: Permission,
    /// A voice may be left on it.
    pub voicemail: Permission,
}

/// A client, or somebody near one.
#[derive(Clone, Debug)]
pub struct OfferedPerson {
    /// The line on which it begins.
    pub line: Option<u64>,
    /// The key under which it is known.
    pub key: ExternalKey,
    /// Other keys of the same person.
    pub also: Vec<ExternalKey>,
    /// What the person is to the practice.
    pub kind: PersonKind,
    /// Names.
    pub names: OfferedNames,
    /// Pronouns, where the person gave them.
    pub pronouns: Option<Private<String>>,
    /// Gender in the file's word.
    pub gender: Option<Private<String>>,
    /// Date of birth; without one, intake asks for it (R8).
    pub born: Option<PartialDate>,
    /// Ways of contact.
    pub ways: Vec<OfferedWay>,
    /// Postal address, one line each.
    pub address: Option<Private<String>>,
    /// Language, as a BCP 47 tag or the file's word.
    pub language: Option<String>,
    /// Where the client stands.
    pub status: OfferedStatus,
    /// The clinician who has the client.
    pub clinician: Option<Mention>,
    /// The day of the first session.
    pub first_seen: Option<Date>,
    /// Who sent the client.
    pub referred_by: Option<Private<String>>,
    /// Notes, columns that have no other place, cells that are not what their column holds. Nothing says that they are
    /// not clinical, so they are kept sealed and closed like clinical entries (R9).
    pub notes: Vec<Private<String>>,
}

impl OfferedPerson {
    /// A person of whom only key, kind and names are known.
    #[must_use]
    pub fn new(key: ExternalKey, kind: PersonKind, names: OfferedNames) -> Self {
        Self {
            line: None,
            key,
            also: Vec::new(),
            kind,
            names,
            pronouns: None,
            gender: None,
            born: None,
            ways: Vec::new(),
            address: None,
            language: None,
            status: OfferedStatus::Unsaid,
            clinician: None,
            first_seen: None,
            referred_by: None,
            notes: Vec::new(),
        }
    }

    /// Every key under which the person is known.
    pub fn keys(&self) -> impl Iterator<Item = &ExternalKey> {
        std::iter::once(&self.key).chain(&self.also)
    }

    /// Whether both cannot be one person: the dates of birth differ, or no given name is shared.
    ///
    /// To put two persons together opens the one's record to the other, so a shared number is not enough.
    #[must_use]
    pub fn contradicts(&self, other: &Self) -> bool {
        let born_apart =
            matches!((self.born, other.born), (Some(one), Some(two)) if !one.agrees_with(two));
        born_apart || !self.names.agree_with(&other.names)
    }

    /// Takes over what another offer of the same person adds; what is known already stays.
    pub fn absorb(&mut self, other: Self) {
        let keys = std::iter::once(other.key).chain(other.also);
        for key in keys {
            if !self.keys().any(|known| *known == key) {
                self.also.push(key);
            }
        }
        let names = other.names;
        for name in std::iter::once(names.to_use).chain(names.others) {
            if !self.names.all().any(|known| *known == name) {
                self.names.others.push(name);
            }
        }
        for way in other.ways {
            if !self.ways.iter().any(|known| known.address == way.address) {
                self.ways.push(way);
            }
        }
        if other.kind == PersonKind::Client {
            self.kind = PersonKind::Client;
        }
        if self.status == OfferedStatus::Unsaid {
            self.status = other.status;
        }
        self.names.given = self.names.given.take().or(names.given);
        self.names.family = self.names.family.take().or(names.family);
        self.pronouns = self.pronouns.take().or(other.pronouns);
        self.gender = self.gender.take().or(other.gender);
        self.born = self.born.or(other.born);
        self.address = self.address.take().or(other.address);
        self.language = self.language.take().or(other.language);
        self.clinician = self.clinician.take().or(other.clinician);
        self.first_seen = self.first_seen.or(other.first_seen);
        self.referred_by = self.referred_by.take().or(other.referred_by);
        let more = other
            .notes
            .into_iter()
            .filter(|note| !self.notes.contains(note));
        let more: Vec<_> = more.collect();
        self.notes.extend(more);
    }
}

impl OfferedNames {
    /// Every name, in the order of use.
    pub fn all(&self) -> impl Iterator<Item = &Private<String>> {
        let legal = self.given.iter().chain(&self.family);
        std::iter::once(&self.to_use)
            .chain(legal)
            .chain(&self.others)
    }

    /// Whether they can be one person's: a given name in common, or, where one has none, any name.
    fn agree_with(&self, other: &Self) -> bool {
        if self.given.is_some() && other.given.is_some() {
            let before = |names: &Self| words(names.given.iter().chain([&names.to_use]));
            let family: Vec<String> = words(self.family.iter().chain(&other.family));
            let others = before(other);
            return before(self)
                .iter()
                .any(|word| others.contains(word) && !family.contains(word));
        }
        let others = words(other.all());
        words(self.all()).iter().any(|word| others.contains(word))
    }
}

fn words<'a>(names: impl Iterator<Item = &'a Private<String>>) -> Vec<String> {
    names
        .flat_map(|name| {
            name.reveal()
                .split(|letter: char| !letter.is_alphanumeric())
        })
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

/// A couple or another relationship that is in care together: an offer of a relational case.
#[derive(Clone, Debug)]
pub struct OfferedRelational {
    /// The line on which it begins.
    pub line: Option<u64>,
    /// The key under which it is known.
    pub key: ExternalKey,
    /// The persons, two or more.
    pub members: Vec<ExternalKey>,
    /// Ways of contact of which the file does not say whose they are. Nothing is sent to them before that is
    /// known (R12).
    pub ways: Vec<OfferedWay>,
    /// Where the case stands.
    pub status: OfferedStatus,
    /// The clinician who has the case.
    pub clinician: Option<Mention>,
    /// The day of the first session.
    pub first_seen: Option<Date>,
    /// Notes, and columns that have no other place. The file does not say whose they are, so they are not taken.
    pub notes: Vec<Private<String>>,
}

/// What somebody is to somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bond {
    /// Partner or spouse, of now.
    Partner,
    /// Partner or spouse, of before.
    FormerPartner,
    /// Family by blood or law.
    Family,
    /// Somebody to be called in an emergency.
    Emergency,
    /// Something else, or not said.
    Other,
}

/// That a person is something to another person.
#[derive(Clone, Debug)]
pub struct OfferedRelation {
    /// The line on which it begins.
    pub line: Option<u64>,
    /// The key under which it is known.
    pub key: ExternalKey,
    /// The client.
    pub of: ExternalKey,
    /// Who is something to the client.
    pub who: ExternalKey,
    /// What.
    pub bond: Bond,
}

/// A clinician as a file offers one. It gives no account and no published page.
#[derive(Clone, Debug)]
pub struct OfferedClinician {
    /// The line on which it begins.
    pub line: Option<u64>,
    /// The key under which it is known: the National Provider Identifier where there is one.
    pub key: ExternalKey,
    /// Other keys of the same clinician.
    pub also: Vec<ExternalKey>,
    /// The name as it is shown.
    pub name: Private<String>,
    /// Professional ways of contact.
    pub ways: Vec<OfferedWay>,
    /// Degrees and licences as the file says them; none is verified.
    pub qualifications: Vec<String>,
    /// Whether the clinician still works there.
    pub active: bool,
}

#[cfg(test)]
mod tests {
    use super::{ExternalKey, OfferedNames, OfferedPerson, PersonKind};

    fn person(given: &str, family: &str) -> OfferedPerson {
        let names = OfferedNames {
            to_use: format!("{given} {family}").into(),
            given: Some(given.into()),
            family: Some(family.into()),
            others: Vec::new(),
        };
        OfferedPerson::new(ExternalKey::new("test", given), PersonKind::Client, names)
    }

    #[test]
    fn r2_partners_with_one_family_name_and_one_number_stay_two_persons() {
        let (noor, sam) = (person("Noor", "Jansen"), person("Sam", "Jansen"));
        assert!(noor.contradicts(&sam));
        assert!(!noor.contradicts(&person("Noor Maria", "de Vries")));
    }
}
