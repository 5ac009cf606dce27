//! One row: its cells by column, and what is to be known of contact and permission.

use super::columns::{Column, Columns};
use crate::text::{line, paragraph};
use practice::imports::{OfferedStatus, OfferedWay, Permission, WayKind};
use practice::private::Private;

/// A row of a table.
pub(super) struct Row<'c> {
    /// The line on which it begins.
    pub(super) line: u64,
    columns: &'c Columns,
    cells: Vec<String>,
}

impl<'c> Row<'c> {
    pub(super) fn new(line: u64, columns: &'c Columns, cells: Vec<String>) -> Self {
        Self {
            line,
            columns,
            cells,
        }
    }

    /// The columns of the table.
    pub(super) fn columns(&self) -> &'c Columns {
        self.columns
    }

    fn at(&self, place: usize) -> &str {
        self.cells
            .get(place)
            .map(String::as_str)
            .unwrap_or_default()
    }

    /// The cell of a place, as one line, if it says something.
    pub(super) fn cell(&self, place: usize) -> Option<String> {
        line(self.at(place))
    }

    /// The first cell of a column that says something, as one line.
    pub(super) fn get(&self, column: Column) -> Option<String> {
        self.columns
            .places(column)
            .into_iter()
            .find_map(|place| line(self.at(place)))
    }

    /// [`Row::get`] as text about a person.
    pub(super) fn private(&self, column: Column) -> Option<Private<String>> {
        self.get(column).map(Private::new)
    }

    /// All cells of a column that say something, each with its header.
    fn all(&self, column: Column) -> impl Iterator<Item = (usize, String)> {
        let mut places = self.columns.places(column);
        places.sort_unstable();
        places
            .into_iter()
            .filter_map(|place| paragraph(self.at(place)).map(|text| (place, text)))
    }

    /// Cells of a column, each after its header: `Location: Main Street`.
    pub(super) fn labelled(&self, column: Column) -> Vec<Private<String>> {
        let label = |(place, text): (usize, String)| {
            let header = self.columns.header(place);
            Private::new(if header.is_empty() {
                text
            } else {
                format!("{header}: {text}")
            })
        };
        self.all(column).map(label).collect()
    }

    /// Notes, and every cell that has no other place.
    pub(super) fn notes(&self) -> Vec<Private<String>> {
        let notes = self.all(Column::Notes).map(|(_, text)| Private::new(text));
        notes.chain(self.labelled(Column::Unknown)).collect()
    }

    /// Where the client stands, and a note where the word is not known.
    pub(super) fn status(&self) -> (OfferedStatus, Option<Private<String>>) {
        let Some(said) = self.get(Column::Status) else {
            let active = self.get(Column::IsActive).map(|said| permission(&said));
            let status = match active {
                Some(Permission::Yes) => OfferedStatus::Active,
                Some(Permission::No) => OfferedStatus::Inactive,
                Some(Permission::Unsaid) | None => OfferedStatus::Unsaid,
            };
            return (status, None);
        };
        match said.to_lowercase().as_str() {
            "active" | "current" => (OfferedStatus::Active, None),
            "inactive" | "on hold" => (OfferedStatus::Inactive, None),
            "prospective" | "prospect" | "lead" | "waitlist" | "waiting list" => {
                (OfferedStatus::Prospective, None)
            }
            "archived" | "discharged" | "closed" | "terminated" => (OfferedStatus::Archived, None),
            _ => (
                OfferedStatus::Unsaid,
                Some(Private::new(format!("Status: {said}"))),
            ),
        }
    }

    /// Ways of contact with the permissions beside them (R12), and cells that are none.
    pub(super) fn ways(&self) -> (Vec<OfferedWay>, Vec<Private<String>>) {
        let mut ways: Vec<OfferedWay> = Vec::new();
        let mut others = Vec::new();
        let email = self.allowed(Column::EmailAllowed);
        for (place, text) in self.all(Column::Email) {
            if is_email(&text) {
                ways.push(way(WayKind::Email, text, None, email, Permission::Unsaid));
            } else {
                others.push(Private::new(format!(
                    "{}: {text}",
                    self.columns.header(place)
                )));
            }
        }
        let (messages, voicemail) = self.phone_allowed();
        let kind = self
            .get(Column::PhoneType)
            .map(|kind| kind.to_lowercase())
            .unwrap_or_default();
        let phones = self
            .all(Column::Phone)
            .map(|(place, text)| (place, text, false));
        let mobiles = self
            .all(Column::Mobile)
            .map(|(place, text)| (place, text, true));
        for (place, text, is_mobile) in phones.chain(mobiles) {
            if !text.chars().any(|letter| letter.is_ascii_digit()) {
                others.push(Private::new(format!(
                    "{}: {text}",
                    self.columns.header(place)
                )));
                continue;
            }
            let header = self.columns.plain(place);
            let said = |word: &str| kind.contains(word) || header.contains(word);
            let place = ["home", "work"].into_iter().find(|place| said(place));
            let is_mobile = is_mobile || said("mobile") || said("cell");
            let kind = if said("fax") {
                WayKind::Other
            } else if is_mobile {
                WayKind::Mobile
            } else {
                WayKind::Phone
            };
            ways.push(way(kind, text, place, messages, voicemail));
        }
        let mut seen: Vec<Private<String>> = Vec::new();
        ways.retain(|way| {
            let is_new = !seen.contains(&way.address);
            seen.push(way.address.clone());
            is_new
        });
        (ways, others)
    }

    /// `Text/voicemail OK`, `Text OK`, `Voicemail OK`: as columns of their own or as the word of one.
    fn phone_allowed(&self) -> (Permission, Permission) {
        let both = self.allowed(Column::TextAndVoicemailAllowed);
        let said = self
            .get(Column::PhoneAllowed)
            .map(|said| said.to_lowercase())
            .unwrap_or_default();
        let by_word = |word: &str| {
            if said.contains(word) {
                permission(&said)
            } else {
                Permission::Unsaid
            }
        };
        let first = |one: Permission, two: Permission, three: Permission| {
            [one, two, three]
                .into_iter()
                .find(|one| *one != Permission::Unsaid)
                .unwrap_or_default()
        };
        let messages = first(self.allowed(Column::TextAllowed), both, by_word("text"));
        let voicemail = first(
            self.allowed(Column::VoicemailAllowed),
            both,
            by_word("voice"),
        );
        (messages, voicemail)
    }

    fn allowed(&self, column: Column) -> Permission {
        self.get(column)
            .map_or(Permission::Unsaid, |said| permission(&said))
    }

    /// The postal address, one line each.
    pub(super) fn address(&self) -> Option<Private<String>> {
        let mut lines: Vec<String> = self.all(Column::Street).map(|(_, text)| text).collect();
        let place = [Column::City, Column::State, Column::PostalCode];
        let place: Vec<String> = place
            .into_iter()
            .filter_map(|column| self.get(column))
            .collect();
        lines.extend(line(&place.join(" ")));
        lines.extend(self.get(Column::Country));
        if lines.is_empty() {
            None
        } else {
            Some(Private::new(lines.join("\n")))
        }
    }
}

fn way(
    kind: WayKind,
    address: String,
    place: Option<&str>,
    messages: Permission,
    voicemail: Permission,
) -> OfferedWay {
    let place = place.map(ToOwned::to_owned);
    OfferedWay {
        kind,
        address: Private::new(address),
        place,
        messages,
        voicemail,
    }
}

fn is_email(text: &str) -> bool {
    let parts = text.split_once('@');
    let has_both = parts
        .is_some_and(|(name, host)| !name.is_empty() && host.contains('.') && !host.contains('@'));
    has_both && !text.contains(char::is_whitespace)
}

/// `Email OK`, `yes`, `1`, `Do not text`: what is not clear is not said.
pub(super) fn permission(said: &str) -> Permission {
    let said = said.to_lowercase();
    let words: Vec<&str> = said
        .split(|letter: char| !letter.is_alphanumeric())
        .collect();
    let has = |known: &[&str]| words.iter().any(|word| known.contains(word));
    if has(&["no", "not", "n", "false", "0", "off", "never", "don"]) {
        Permission::No
    } else if has(&["yes", "y", "true", "1", "on", "ok", "okay", "x"]) {
        Permission::Yes
    } else {
        Permission::Unsaid
    }
}
