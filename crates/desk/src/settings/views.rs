//! What the practice page shows, as ready strings.

use practice::access::{CredentialKind, DeskAccess, Role};
use practice::booking::records::Hours;
use practice::credentials::Published;
use practice::language::Language;
use practice::settings::{Description, OwnCopies};
use practice::{AccessError, Practice};
use web::{Form, Locale};

pub(super) const ROLES: [(&str, &str); 6] = [
    ("clinician", "Clinician"),
    ("associate", "Associate"),
    ("supervisor", "Supervisor"),
    ("front_desk", "Front desk"),
    ("biller", "Biller"),
    ("owner", "Owner"),
];
pub(super) const KINDS: [(&str, &str); 3] = [
    ("licence", "License"),
    ("certification", "Certification"),
    ("training", "Training"),
];
pub(super) const WEEKDAYS: [(&str, &str); 7] = [
    ("1", "Monday"),
    ("2", "Tuesday"),
    ("3", "Wednesday"),
    ("4", "Thursday"),
    ("5", "Friday"),
    ("6", "Saturday"),
    ("7", "Sunday"),
];
pub(super) const PLACES: [(&str, &str); 3] = [
    ("both", "In the office or by video"),
    ("premises", "In the office"),
    ("video", "By video"),
];
pub(super) const USES: [(&str, &str); 3] = [
    ("both", "First talks and sessions"),
    ("consultations", "First talks"),
    ("sessions", "Sessions"),
];

/// Somebody who works here.
pub(crate) struct Member {
    pub(super) slug: String,
    pub(super) name: String,
    pub(super) line: String,
    pub(super) may_end: bool,
}

/// Shown once: how somebody signs in for the first time, or again.
pub(crate) struct Once {
    pub(super) name: String,
    /// Empty for the one that they have.
    pub(super) sign_in: String,
    pub(super) password: String,
}

/// A stretch of working hours.
pub(crate) struct Stretch {
    pub(super) words: String,
    pub(super) more: String,
    pub(super) value: String,
}

/// Everything that the page reads: published or structure.
pub(super) struct Known {
    pub(super) description: Description,
    pub(super) staff: Vec<Published>,
    pub(super) rooms: Vec<String>,
    pub(super) hours: Vec<Hours>,
}

impl Known {
    pub(super) async fn read(practice: &Practice) -> Result<Self, AccessError> {
        let staff = practice.published_staff().await?;
        let (rooms, hours) = practice.rooms_and_hours().await?;
        Ok(Self {
            description: practice.description().await?,
            staff,
            rooms: rooms.into_iter().map(|(_, name)| name).collect(),
            hours,
        })
    }

    pub(super) fn about(&self) -> Form {
        let about = &self.description;
        let mut form = Form::filled([
            ("about_name", about.name.as_str()),
            ("lead", &about.lead),
            ("address", &about.address),
            ("phone", &about.phone),
            ("email", &about.email),
            ("place_code", &about.place),
            ("place_name", &about.place_name),
            ("zone", &about.zone),
            ("ethics_contact", &about.ethics_contact),
        ]);
        if about.languages.contains(&Language::German) {
            form.set("german", "yes");
        }
        if about.own_copies == OwnCopies::OwnSideOnly {
            form.set("own_side_only", "yes");
        }
        form
    }

    pub(super) fn members(&self, practice: &Practice, me: &DeskAccess) -> Vec<Member> {
        let lines = self.staff.iter().map(|member| {
            let roles = practice.roles_of(member.person);
            let words: Vec<&str> = roles.iter().map(|role| in_words(*role)).collect();
            let line = if words.is_empty() {
                "No access".to_owned()
            } else {
                words.join(", ")
            };
            Member {
                slug: member.slug.clone(),
                name: member.page.name.clone(),
                line,
                may_end: !roles.is_empty() && me.person() != Some(member.person),
            }
        });
        lines.collect()
    }

    /// Those who hold one of `roles`.
    pub(super) fn with_role(&self, practice: &Practice, roles: &[Role]) -> Vec<(String, String)> {
        let holds = |person| {
            practice
                .roles_of(person)
                .iter()
                .any(|one| roles.contains(one))
        };
        let found = self.staff.iter().filter(|member| holds(member.person));
        found
            .map(|member| (member.slug.clone(), member.page.name.clone()))
            .collect()
    }

    /// Those whom the owner can let in again: everybody else who has access.
    pub(super) fn others(&self, practice: &Practice, me: &DeskAccess) -> Vec<(String, String)> {
        self.members(practice, me)
            .into_iter()
            .filter(|member| member.may_end)
            .map(|member| (member.slug, member.name))
            .collect()
    }

    /// Whose and what, and a line of its issuer, number, place and days.
    pub(super) fn credential_lines(&self, locale: &Locale) -> Vec<(String, String)> {
        let written = |day: &str| match day.parse() {
            Ok(day) => locale.date(day),
            Err(_) => day.to_owned(),
        };
        let lines = self.staff.iter().flat_map(|member| {
            member.credentials.iter().map(|credential| {
                let kind = match credential.kind {
                    CredentialKind::Licence => "License",
                    CredentialKind::Certification => "Certification",
                    CredentialKind::Training => "Training",
                };
                let until = if credential.until.is_empty() {
                    "without an end".to_owned()
                } else {
                    format!("until {}", written(&credential.until))
                };
                let title = format!("{}: {}", member.page.name, credential.name);
                let parts = [
                    kind,
                    &credential.issuer,
                    &credential.number,
                    practice::places::name_of(&credential.jurisdiction),
                ];
                let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
                (
                    title,
                    format!(
                        "{}, from {} {until}",
                        parts.join(", "),
                        written(&credential.from)
                    ),
                )
            })
        });
        lines.collect()
    }

    /// When who can be booked, where and for what.
    pub(super) fn stretches(&self, locale: &Locale) -> Vec<Stretch> {
        let span = |hours: &Hours| match (hours.begins.parse(), hours.ends.parse()) {
            (Ok(begins), Ok(ends)) => locale.span(begins, ends),
            _ => format!("{} to {}", hours.begins, hours.ends),
        };
        let lines = self.hours.iter().map(|hours| {
            let name = self
                .staff
                .iter()
                .find(|member| member.person == hours.clinician);
            let name = name.map_or("", |member| &member.page.name);
            let day = word_of(&WEEKDAYS, &hours.weekday.to_string());
            let words = format!("{name}, {day} {}", span(hours));
            let more = format!(
                "{}. {}.",
                word_of(&PLACES, &hours.place),
                word_of(&USES, &hours.use_for)
            );
            let value = format!(
                "{} {} {} {}",
                hours.clinician, hours.weekday, hours.begins, hours.ends
            );
            Stretch { words, more, value }
        });
        lines.collect()
    }

    pub(super) fn choices(&self, nobody: Option<&str>) -> Vec<(String, String)> {
        let nobody = nobody.map(|words| (String::new(), words.to_owned()));
        let staff = self
            .staff
            .iter()
            .map(|member| (member.slug.clone(), member.page.name.clone()));
        nobody.into_iter().chain(staff).collect()
    }
}

fn word_of<'a>(words: &[(&str, &'a str)], value: &str) -> &'a str {
    words
        .iter()
        .find(|(known, _)| *known == value)
        .map_or("", |(_, words)| words)
}

/// The role of a form's value.
pub(super) fn role_of(word: &str) -> Option<Role> {
    let all = [
        Role::Clinician,
        Role::Associate,
        Role::Supervisor,
        Role::FrontDesk,
        Role::Biller,
        Role::Owner,
    ];
    all.into_iter().find(|role| role.word() == word)
}

fn in_words(role: Role) -> &'static str {
    word_of(&ROLES, role.word())
}
