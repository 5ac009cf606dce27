//! The demonstration's people as data: who works here, who comes, what they bring, what was written.
//!
//! All of them are invented. Times are relative to the day when the demonstration is made, so that "today" always
//! has sessions. Writing them into a practice is not here.

use std::collections::BTreeMap;

use jiff::civil::{Date, Time, Weekday};
use serde::Deserialize;

/// Everybody and everything of the demonstration.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Demo {
    pub(crate) practice: DemoPractice,
    pub(crate) staff: Vec<StaffMember>,
    pub(crate) people: Vec<DemoClient>,
    pub(crate) cases: Vec<DemoCase>,
    /// Notes for the older sessions of any case of their kind.
    pub(crate) bank: Vec<BankNote>,
    pub(crate) enquiries: Vec<DemoEnquiry>,
    /// Whose care ended years ago.
    pub(crate) former: Vec<DemoFormer>,
}

/// A case that ended years ago, of which nothing is left but that it was.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DemoFormer {
    /// Slug of the clinician.
    pub(crate) clinician: String,
    pub(crate) people: Vec<DemoFormerClient>,
    pub(crate) ended_days_ago: i64,
    /// Why the record is on hold.
    pub(crate) held: Option<String>,
}

/// Somebody of it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DemoFormerClient {
    pub(crate) name: String,
    pub(crate) full_name: String,
    pub(crate) pronouns: String,
    pub(crate) born: Date,
}

/// Reads the invented people.
///
/// # Errors
/// When the file that is part of the binary does not read; a test reads it.
pub(crate) fn demo() -> Result<Demo, serde_json::Error> {
    serde_json::from_str(include_str!("../../content/demo.json"))
}

/// The fictional practice.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DemoPractice {
    pub(crate) name: String,
    /// What receipts and mail may call it: initials that name no field.
    pub(crate) short: String,
    pub(crate) lead: String,
    pub(crate) address: Vec<String>,
    pub(crate) phone: String,
    pub(crate) email: String,
    /// IANA zone.
    pub(crate) zone: String,
    /// ISO 3166-2 code of the place whose law holds.
    pub(crate) place: String,
    pub(crate) place_name: String,
    pub(crate) currency: String,
    pub(crate) rooms: Vec<DemoRoom>,
    pub(crate) session_minutes: u16,
    pub(crate) consultation_minutes: u16,
    pub(crate) cancellation_hours: u16,
    pub(crate) retention_years: u8,
    pub(crate) ethics_contact: String,
    pub(crate) fees: Vec<DemoFee>,
    pub(crate) sliding_cents: Vec<i64>,
}

/// A room of the premises.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DemoRoom {
    pub(crate) slug: String,
    pub(crate) name: String,
    pub(crate) note: String,
}

/// A line of the fees page.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DemoFee {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) cents: i64,
    pub(crate) note: String,
}

/// What somebody does in the practice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum DemoRole {
    Owner,
    Clinician,
    Associate,
    Supervisor,
    FrontDesk,
    Biller,
}

/// Where a session takes place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum DemoModality {
    Premises,
    Video,
}

/// Somebody who works here.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StaffMember {
    pub(crate) slug: String,
    pub(crate) name: String,
    /// Letters after the name.
    pub(crate) suffix: String,
    pub(crate) pronouns: String,
    pub(crate) roles: Vec<DemoRole>,
    /// Which of the portrait tones, 1 to 4.
    pub(crate) portrait: u8,
    pub(crate) languages: Vec<String>,
    pub(crate) modalities: Vec<DemoModality>,
    pub(crate) approaches: Vec<String>,
    /// Concerns that they work with every week.
    pub(crate) concerns: Vec<String>,
    pub(crate) line: String,
    pub(crate) about: Vec<String>,
    pub(crate) credentials: Vec<DemoCredential>,
    pub(crate) hours: Vec<DemoHours>,
    /// Slug of the supervisor of an associate.
    pub(crate) supervisor: Option<String>,
    pub(crate) npi: Option<String>,
}

/// What kind of paper a credential is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum DemoCredentialKind {
    Licence,
    Certification,
    Training,
}

/// Whether a licence stands on its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum DemoLicenceLevel {
    Independent,
    Associate,
}

/// A licence or a certification.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DemoCredential {
    pub(crate) kind: DemoCredentialKind,
    pub(crate) level: Option<DemoLicenceLevel>,
    pub(crate) title: String,
    pub(crate) issuer: String,
    pub(crate) number: String,
    /// ISO 3166-2 code; none for a certification.
    pub(crate) jurisdiction: Option<String>,
    pub(crate) valid_from: Date,
    /// Days from today on which it is still valid; none when it does not end.
    pub(crate) valid_days: Option<u16>,
    pub(crate) verified_days_ago: u16,
    /// Site where anybody can look the licence up.
    pub(crate) lookup: Option<String>,
}

/// Working hours on one working day.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DemoHours {
    /// See [`weekday`].
    pub(crate) day: u8,
    pub(crate) from: Time,
    pub(crate) to: Time,
    /// Slug of the room; none for video only.
    pub(crate) room: Option<String>,
}

/// How a client may be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum DemoWay {
    Email,
    Text,
    Phone,
}

/// The safe ways to a client.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DemoContact {
    pub(crate) way: DemoWay,
    pub(crate) address: String,
    pub(crate) times: String,
    pub(crate) voicemail: bool,
    pub(crate) post: bool,
    /// A word that nothing sent may carry.
    pub(crate) avoid: Option<String>,
}

/// A client.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DemoClient {
    pub(crate) slug: String,
    /// The name to use.
    pub(crate) name: String,
    pub(crate) full_name: String,
    pub(crate) pronouns: String,
    pub(crate) born: Date,
    pub(crate) contact: DemoContact,
    pub(crate) city: String,
    pub(crate) region: String,
    pub(crate) language: String,
    pub(crate) needs: Option<String>,
    /// Answers to the intake by question; what is not here was not answered.
    pub(crate) intake: BTreeMap<String, DemoAnswer>,
}

/// An answer to a question of the intake.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case", untagged, deny_unknown_fields)]
pub(crate) enum DemoAnswer {
    Text {
        text: String,
    },
    Chosen {
        chosen: Vec<String>,
        words: Option<String>,
    },
    Scale {
        scale: u8,
    },
    Ranked {
        ranked: Vec<DemoRanked>,
    },
    InPerson {
        in_person: bool,
    },
    Skipped {
        skipped: bool,
    },
}

/// A concern in the client's order and words.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DemoRanked {
    pub(crate) concern: String,
    pub(crate) words: String,
}

/// How far a case has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum DemoStage {
    Assessment,
    Active,
    Ending,
    Closed,
}

/// One client, or a relationship.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum DemoKind {
    Individual,
    Relational,
}

/// How the participants deal with what one of them tells alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum DemoSecrets {
    None,
    Limited,
}

/// A case.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DemoCase {
    pub(crate) slug: String,
    pub(crate) kind: DemoKind,
    /// Slug of the clinician.
    pub(crate) clinician: String,
    /// Slugs of the clients.
    pub(crate) participants: Vec<String>,
    pub(crate) stage: DemoStage,
    pub(crate) opened_weeks_ago: u8,
    pub(crate) closed_weeks_ago: Option<u8>,
    pub(crate) slot: DemoSlot,
    pub(crate) secrets: Option<DemoSecrets>,
    /// Whether the safety screening is settled (R11).
    pub(crate) screening_settled: bool,
    pub(crate) concerns: Vec<DemoConcern>,
    pub(crate) formulation: String,
    pub(crate) goals: Vec<DemoGoal>,
    /// The newest notes, oldest first; the last one belongs to the newest session.
    pub(crate) notes: Vec<DemoNote>,
    pub(crate) homework: Vec<DemoHomework>,
    pub(crate) measures: Vec<DemoMeasure>,
    pub(crate) care_team: Vec<DemoColleague>,
    /// The closing summary of a closed case.
    pub(crate) closing: Option<String>,
}

/// When a case usually meets.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DemoSlot {
    /// See [`weekday`].
    pub(crate) day: u8,
    pub(crate) time: Time,
    /// Slug of the room; none for video.
    pub(crate) room: Option<String>,
    /// 1 or 2. A case that meets every second week meets in this one.
    pub(crate) every_weeks: u8,
}

/// Who brought which concern.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DemoConcern {
    pub(crate) person: String,
    pub(crate) concern: String,
}

/// A goal in the client's words.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DemoGoal {
    pub(crate) words: String,
    pub(crate) value: String,
    pub(crate) whose: Vec<String>,
    pub(crate) set_weeks_ago: u8,
}

/// A way of working that a note names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum DemoApproach {
    Cbt,
    Mindfulness,
    Psychodynamic,
    Relationship,
    Education,
}

/// A progress note of one case.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DemoNote {
    /// `joint`, or the slug of the one who came alone.
    pub(crate) who: String,
    pub(crate) focus: String,
    pub(crate) happened: String,
    pub(crate) did: String,
    pub(crate) approaches: Vec<DemoApproach>,
    pub(crate) response: String,
    pub(crate) homework: Option<String>,
    pub(crate) plan: String,
    pub(crate) next: String,
    pub(crate) risk: String,
    pub(crate) phases: Vec<String>,
}

/// A progress note for any case of its kind.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct BankNote {
    pub(crate) kind: DemoKind,
    pub(crate) focus: String,
    pub(crate) happened: String,
    pub(crate) did: String,
    pub(crate) approaches: Vec<DemoApproach>,
    pub(crate) response: String,
    pub(crate) homework: Option<String>,
    pub(crate) plan: String,
    pub(crate) next: String,
    pub(crate) risk: String,
    pub(crate) phases: Vec<String>,
}

/// Homework that was given.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DemoHomework {
    pub(crate) assignment: String,
    pub(crate) weeks_ago: u8,
    /// Slugs of those it was given to.
    #[serde(rename = "for")]
    pub(crate) given_to: Vec<String>,
    pub(crate) reflections: Vec<DemoReflection>,
}

/// Whether homework happened, as the client says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum DemoDid {
    Yes,
    Some,
    NotThisWeek,
}

/// What came back.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DemoReflection {
    pub(crate) by: String,
    pub(crate) did: DemoDid,
    /// For the clinician alone.
    pub(crate) own: Option<String>,
    /// For the partners too.
    pub(crate) shared: Option<String>,
}

/// One scored answer set.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DemoMeasure {
    pub(crate) person: String,
    pub(crate) instrument: String,
    pub(crate) weeks_ago: u8,
    pub(crate) answers: Vec<u8>,
}

/// Another professional who is involved.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DemoColleague {
    pub(crate) person: String,
    pub(crate) name: String,
    pub(crate) role: String,
    /// None when no release was signed.
    pub(crate) release_ends_in_days: Option<u16>,
}

/// Somebody who booked a first talk and is not accepted yet.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DemoEnquiry {
    pub(crate) slug: String,
    pub(crate) name: String,
    pub(crate) pronouns: Option<String>,
    pub(crate) clinician: String,
    /// See [`weekday`].
    pub(crate) day: u8,
    pub(crate) time: Time,
    pub(crate) modality: DemoModality,
    pub(crate) way: DemoWay,
    pub(crate) address: String,
    pub(crate) avoid: Option<String>,
    /// Choices of the public page.
    pub(crate) on_mind: Vec<String>,
    pub(crate) message: Option<String>,
    pub(crate) together: bool,
    pub(crate) state: String,
    pub(crate) hours_ago: u16,
}

/// The weekday of working day `day`, 0 to 4: 0 is today's, even on a weekend, the others are the working days that
/// follow. No two are the same, so that weekly slots never meet.
pub(crate) fn weekday(day: u8, today: Weekday) -> Weekday {
    let mut weekday = today;
    for _ in 0..day {
        weekday = weekday.next();
        while matches!(weekday, Weekday::Saturday | Weekday::Sunday) {
            weekday = weekday.next();
        }
    }
    weekday
}
