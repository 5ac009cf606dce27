//! Whose a client is: the clinicians of the practice, found by the names under which a file speaks of them.
//!
//! Who is not named by the file goes to the clinician whom the command line names, and without one to the clinician
//! who has been here longest; where nobody is a clinician yet, to the owner. A clinician of a file who is not one of
//! the practice gets neither account nor page.

use store::StoreError;

use super::taking::{ImportError, Placing};
use crate::access::{Role, RoleBody, Work};
use crate::accounts;
use crate::clock::micros;
use crate::ids::PersonId;

/// Words before and after a name that are no part of it.
const TITLES: [&str; 15] = [
    "dr",
    "prof",
    "professor",
    "mr",
    "mrs",
    "ms",
    "mx",
    "phd",
    "psyd",
    "md",
    "lmft",
    "lcsw",
    "lpc",
    "lmhc",
    "cst",
];

struct Member {
    id: PersonId,
    supervisor: Option<PersonId>,
    name: String,
    words: Vec<String>,
}

/// Those to whom a client can come.
pub(super) struct Staff {
    members: Vec<Member>,
    usual: PersonId,
    has_clinicians: bool,
}

impl Staff {
    /// The clinicians and associates of the practice.
    ///
    /// # Errors
    /// [`ImportError::Nobody`] when nobody works here; [`ImportError::NoClinician`] when `placing` names somebody else.
    pub(super) fn of(work: &mut Work<'_, '_>, placing: &Placing) -> Result<Self, ImportError> {
        let now = micros(work.now());
        let holders = |role| {
            let mut holders = work.authority(|known| known.holders(role, now));
            holders.sort_by_key(|body| (body.from, body.person));
            holders
        };
        let mut roles = holders(Role::Clinician);
        roles.extend(holders(Role::Associate));
        let has_clinicians = !roles.is_empty();
        if !has_clinicians {
            roles = holders(Role::Owner);
        }
        let practice = work.practice();
        let mut members: Vec<Member> = Vec::new();
        for RoleBody {
            person,
            role,
            supervisor,
            ..
        } in roles
        {
            if members.iter().any(|known| known.id == person) {
                continue;
            }
            let page = accounts::colleague(work.tx, practice, person)?;
            let name = page
                .map(|colleague| colleague.page.name)
                .unwrap_or_default();
            members.push(Member {
                id: person,
                supervisor: supervisor.filter(|_| role == Role::Associate),
                words: words(&name),
                name,
            });
        }
        let usual = match placing.clinician {
            Some(named) if members.iter().any(|member| member.id == named) => named,
            Some(_) => return Err(ImportError::NoClinician),
            None => members.first().ok_or(ImportError::Nobody)?.id,
        };
        Ok(Self {
            members,
            usual,
            has_clinicians,
        })
    }

    /// To whom goes what the file gives to nobody.
    pub(super) const fn usual(&self) -> PersonId {
        self.usual
    }

    /// Whether anybody is a clinician yet.
    pub(super) const fn has_clinicians(&self) -> bool {
        self.has_clinicians
    }

    /// Whether there is a choice.
    pub(super) const fn is_several(&self) -> bool {
        self.members.len() > 1
    }

    /// The published name of one of them.
    pub(super) fn name(&self, id: PersonId) -> &str {
        let member = self.members.iter().find(|member| member.id == id);
        member.map_or("", |member| member.name.as_str())
    }

    /// An associate's supervisor.
    pub(super) fn supervisor(&self, id: PersonId) -> Option<PersonId> {
        let member = self.members.iter().find(|member| member.id == id);
        member.and_then(|member| member.supervisor)
    }

    /// The one whom `name` means: the same words in any order, or all the words of one with others between.
    pub(super) fn named(&self, name: &str) -> Option<PersonId> {
        let said = words(name);
        let one = |fits: &dyn Fn(&Member) -> bool| {
            let mut found = self.members.iter().filter(|member| fits(member));
            match (found.next(), found.next()) {
                (Some(only), None) => Some(only.id),
                _ => None,
            }
        };
        let within = |few: &[String], many: &[String]| few.iter().all(|word| many.contains(word));
        let same = |member: &Member| {
            !said.is_empty() && within(&said, &member.words) && within(&member.words, &said)
        };
        let longer = |member: &Member| member.words.len() > 1 && within(&member.words, &said);
        one(&same).or_else(|| one(&longer))
    }
}

fn words(name: &str) -> Vec<String> {
    name.split(|letter: char| !letter.is_alphanumeric())
        .map(str::to_lowercase)
        .filter(|word| word.chars().count() > 1 && !TITLES.contains(&word.as_str()))
        .collect()
}

impl From<StoreError> for ImportError {
    fn from(error: StoreError) -> Self {
        Self::Access(error.into())
    }
}

#[cfg(test)]
mod tests {
    use super::{Member, Staff, words};
    use crate::ids::PersonId;
    use uuid::Uuid;

    fn staff(names: &[&str]) -> Staff {
        let members = names.iter().zip(1..).map(|(name, id)| Member {
            id: PersonId(Uuid::from_u128(id)),
            supervisor: None,
            name: (*name).to_owned(),
            words: words(name),
        });
        Staff {
            members: members.collect(),
            usual: PersonId(Uuid::from_u128(1)),
            has_clinicians: true,
        }
    }

    #[test]
    fn a_clinician_is_found_by_name_and_never_by_a_part_of_it() {
        let staff = staff(&["Dr. Adaeze Okafor", "Ren Castellano", "Ren Okafor"]);
        let found = |name: &str| staff.named(name).map(|id| id.0.as_u128());
        assert_eq!(found("Adaeze Okafor"), Some(1));
        assert_eq!(found("Okafor, Adaeze N., PhD, LMFT"), Some(1));
        assert_eq!(found("castellano ren"), Some(2));
        assert_eq!(found("Okafor"), None);
        assert_eq!(found("Mariam Gleason"), None);
        assert_eq!(found(""), None);
    }
}
