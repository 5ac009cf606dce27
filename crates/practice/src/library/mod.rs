//! The starting library: what clients may come with, and what they may try at home.
//!
//! Concerns in the client's words and the clinician's, assignments with their reflection prompts, the choices of
//! the public page, and myths with facts. It is read once from `content/` and never changes while the program
//! runs. What a practice adds itself is not here.

mod assignments;
mod concerns;
mod public;
#[cfg(test)]
mod tests;

use std::sync::LazyLock;

pub use assignments::{
    AssignmentId, AssignmentKind, Contraindication, LibraryAssignment, Participation, PlissitLevel,
};
pub use concerns::{Concern, ConcernGroup, ConcernId, PhysicianFirst, ResponsePhase};
pub use public::{Myth, Myths, PickerChoice, PickerGroup};

use crate::content::{self, ContentError};

/// Everything that the shipped library holds.
#[derive(Debug)]
pub struct Library {
    concerns: Vec<Concern>,
    groups: Vec<ConcernGroup>,
    codes: concerns::CodeTitles,
    assignments: assignments::Assignments,
    picker: public::Picker,
    myths: Myths,
}

/// The shipped library, read on first use.
#[expect(
    clippy::expect_used,
    reason = "the text is part of the binary, and a test reads it"
)]
pub fn library() -> &'static Library {
    static LIBRARY: LazyLock<Library> =
        LazyLock::new(|| Library::shipped().expect("the shipped library reads"));
    &LIBRARY
}

impl Library {
    fn shipped() -> Result<Self, ContentError> {
        let concerns: Vec<Concern> =
            content::read("concerns.json", include_str!("../../content/concerns.json"))?;
        let library = Self {
            groups: concerns::groups(&concerns),
            concerns,
            codes: content::read(
                "codes_used.json",
                include_str!("../../content/codes_used.json"),
            )?,
            assignments: content::read(
                "homework.json",
                include_str!("../../content/homework.json"),
            )?,
            picker: content::read("picker.json", include_str!("../../content/picker.json"))?,
            myths: content::read("myths.json", include_str!("../../content/myths.json"))?,
        };
        library.check()?;
        Ok(library)
    }

    fn check(&self) -> Result<(), ContentError> {
        for assignment in self.assignments() {
            self.known("homework.json", &assignment.concerns)?;
            for before in &assignment.after {
                if self.assignment(before).is_none() {
                    let problem = format!("{} comes after an unknown one", assignment.id);
                    return Err(ContentError::new("homework.json", problem));
                }
            }
        }
        for choice in self.picker().iter().flat_map(|group| &group.choices) {
            self.known("picker.json", &choice.concerns)?;
        }
        for myth in &self.myths.items {
            self.known("myths.json", &myth.concerns)?;
        }
        Ok(())
    }

    fn known(&self, file: &'static str, ids: &[ConcernId]) -> Result<(), ContentError> {
        match ids.iter().find(|id| self.concern(id).is_none()) {
            Some(id) => Err(ContentError::new(file, format!("unknown concern {id}"))),
            None => Ok(()),
        }
    }

    /// Every concern, in the order of the taxonomy.
    pub fn concerns(&self) -> &[Concern] {
        &self.concerns
    }

    /// The groups of concerns, in the order in which a picker shows them.
    pub fn groups(&self) -> &[ConcernGroup] {
        &self.groups
    }

    /// The concern with this id, such as `D1`.
    pub fn concern(&self, id: impl AsRef<str>) -> Option<&Concern> {
        self.concerns
            .iter()
            .find(|concern| concern.id.as_ref() == id.as_ref())
    }

    /// The official title of an ICD-10-CM or ICD-11 code that a concern names.
    pub fn code_title(&self, code: &str) -> Option<&str> {
        self.codes.title(code)
    }

    /// Every assignment, in the order of the library.
    pub fn assignments(&self) -> &[LibraryAssignment] {
        &self.assignments.items
    }

    /// The assignment with this id, such as `HW21`.
    pub fn assignment(&self, id: impl AsRef<str>) -> Option<&LibraryAssignment> {
        self.assignments()
            .iter()
            .find(|assignment| assignment.id.as_ref() == id.as_ref())
    }

    /// Assignments made for one of these concerns, before those that suit any concern.
    pub fn assignments_for<'a>(
        &'a self,
        concerns: &[ConcernId],
    ) -> impl Iterator<Item = &'a LibraryAssignment> {
        let made: Vec<&str> = concerns.iter().map(AsRef::as_ref).collect();
        let (fitting, rest): (Vec<_>, Vec<_>) = self.assignments().iter().partition(|assignment| {
            assignment
                .concerns
                .iter()
                .any(|concern| made.contains(&concern.as_ref()))
        });
        fitting
            .into_iter()
            .chain(rest.into_iter().filter(|assignment| assignment.any_concern))
    }

    /// What a contraindication means, in the clinician's words.
    pub fn contraindication(&self, contraindication: Contraindication) -> Option<&str> {
        self.assignments
            .contraindications
            .get(&contraindication)
            .map(String::as_str)
    }

    /// The choices of the public page.
    pub fn picker(&self) -> &[PickerGroup] {
        &self.picker.groups
    }

    /// The choice of the public page with this id, such as `pain`.
    pub fn choice(&self, id: &str) -> Option<&PickerChoice> {
        self.picker()
            .iter()
            .flat_map(|group| &group.choices)
            .find(|choice| choice.id == id)
    }

    /// Myths and facts, with the day when they were last read.
    pub fn myths(&self) -> &Myths {
        &self.myths
    }
}
