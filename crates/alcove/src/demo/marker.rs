//! The file that says that a data folder was made by the demo, and who of its people is which.
//!
//! It holds numbers and ids, never a name: names are in the program, and sealed in the practice.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;

use practice::ids::{CaseId, PersonId};
use serde::{Deserialize, Serialize};

use super::people::{Demo, DemoRole};
use crate::failure::Failure;
use crate::init::private_file;

const FILE: &str = "demo.json";

/// Who of the demo's people is which person of the practice.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Marker {
    /// Whether the folder was made to its end.
    pub(super) finished: bool,
    /// That it was the demo who made it ([`practice::Practice::demo_proof`]): a file put into another practice's folder opens
    /// no door.
    #[serde(default)]
    pub(super) proof: String,
    /// Staff, in the order of the content.
    pub(super) staff: Vec<PersonId>,
    /// Clients, in the order of the content.
    pub(super) clients: Vec<Client>,
}

/// A client of the demo.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Client {
    pub(super) person: PersonId,
    pub(super) case: Option<CaseId>,
}

/// Somebody whom a visitor of the demo can be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Someone {
    pub(super) slug: String,
    pub(super) name: String,
    pub(super) role: &'static str,
    pub(super) door: &'static str,
    pub(super) case: Option<CaseId>,
    #[serde(skip)]
    pub(super) line: String,
    #[serde(skip)]
    pub(super) person: PersonId,
}

/// Whether the demo made this folder to its end.
pub(super) fn is_finished(data: &Path) -> bool {
    read(data).is_some_and(|marker| marker.finished)
}

/// Whether the demo began to make this folder, and did not come to an end.
pub(super) fn is_unfinished(data: &Path) -> bool {
    read(data).is_some_and(|marker| !marker.finished)
}

fn read(data: &Path) -> Option<Marker> {
    let text = fs::read_to_string(data.join(FILE)).ok()?;
    serde_json::from_str(&text).ok()
}

impl Marker {
    /// The marker of a folder that is served at `bound`: only of a finished one, only on loopback.
    pub(crate) fn in_folder(data: &Path, bound: SocketAddr) -> Option<Self> {
        read(data).filter(|marker| marker.finished && bound.ip().is_loopback())
    }

    /// Writes it down.
    ///
    /// # Errors
    /// [`Failure::Refused`] when the file cannot be written.
    pub(super) fn write(&self, data: &Path) -> Result<(), Failure> {
        let new = data.join("demo.json.new");
        drop(fs::remove_file(&new));
        private_file(&new, serde_json::to_string(self)?.as_bytes())?;
        Ok(fs::rename(new, data.join(FILE))?)
    }

    /// Everybody with what is known of them from the content.
    pub(super) fn everybody(&self, demo: &Demo) -> Vec<Someone> {
        let staff = self
            .staff
            .iter()
            .zip(&demo.staff)
            .map(|(person, member)| Someone {
                slug: member.slug.clone(),
                name: member.name.clone(),
                role: role_word(&member.roles),
                door: "desk",
                case: None,
                line: member.suffix.clone(),
                person: *person,
            });
        let clients = self
            .clients
            .iter()
            .zip(&demo.people)
            .map(|(client, one)| Someone {
                slug: one.slug.clone(),
                name: one.full_name.clone(),
                role: "client",
                door: "my",
                case: client.case,
                line: with_whom(demo, &one.slug),
                person: client.person,
            });
        staff.chain(clients).collect()
    }
}

/// "with Sam", and with whom they work.
fn with_whom(demo: &Demo, slug: &str) -> String {
    let case = demo
        .cases
        .iter()
        .find(|case| case.participants.iter().any(|one| one == slug));
    let Some(case) = case else {
        return String::new();
    };
    let others: Vec<&str> = demo
        .people
        .iter()
        .filter(|one| one.slug != slug && case.participants.contains(&one.slug))
        .map(|one| one.name.as_str())
        .collect();
    let clinician = demo
        .staff
        .iter()
        .find(|member| member.slug == case.clinician)
        .map_or("", |member| member.name.as_str());
    if others.is_empty() {
        format!("alone, with {clinician}")
    } else {
        format!("together with {}, with {clinician}", web::listed(&others))
    }
}

/// The word for what somebody mostly does: clinical work first, because that is what is looked for.
fn role_word(roles: &[DemoRole]) -> &'static str {
    let order = [
        (DemoRole::Owner, "owner"),
        (DemoRole::Supervisor, "supervisor"),
        (DemoRole::Clinician, "clinician"),
        (DemoRole::Associate, "associate"),
        (DemoRole::FrontDesk, "front_desk"),
        (DemoRole::Biller, "biller"),
    ];
    order
        .iter()
        .find(|(role, _)| roles.contains(role))
        .map_or("clinician", |(_, word)| word)
}
