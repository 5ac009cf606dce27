//! What goes with the destruction of one part: whose keys die, which rows are removed, whether the account ends.
//!
//! The own side always goes. The joint sides of a case, and the files of releases of them, go with its last part, so that
//! nobody loses what another may still have to keep; the identity and the account with the last part of the person. What
//! stays is said: structure without a name (that there was a case, and when sessions were), the receipts, and the file of
//! holds and destructions.

pub(super) mod records;

use serde::{Deserialize, Serialize};
use vault::CompartmentId;

use self::records::Rows;
use crate::access::{AccountState, Role, Work};
use crate::accounts;
use crate::cases::{self, Case, Participant};
use crate::clock::micros;
use crate::error::AccessError;
use crate::{asking, people, releases};

/// Which kinds of content go.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Kinds {
    /// The own side of the part: always.
    pub own: bool,
    /// The joint sides of the case: this is its last part.
    pub joint: bool,
    /// Names, contact and account: this is the person's last part.
    pub identity: bool,
}

/// Everything that goes.
pub(super) struct Going {
    pub(super) kinds: Kinds,
    /// The compartments whose keys die.
    pub(super) keys: Vec<CompartmentId>,
    pub(super) rows: Rows,
    /// How many writes there were through them.
    pub(super) writes: i64,
    /// The accounts that end.
    pub(super) accounts: Vec<uuid::Uuid>,
}

/// Which kinds go with a part, as things stand.
pub(super) fn kinds(
    work: &mut Work<'_, '_>,
    case: &Case,
    who: &Participant,
) -> Result<Kinds, AccessError> {
    let practice = work.practice();
    let there = |one: &Participant| one.id != who.id && one.destroyed.is_none();
    let theirs = cases::records::of_person(work.tx, practice, who.person)?;
    let elsewhere = theirs.iter().any(|other| {
        let mut parts = other.participants.iter();
        parts.any(|one| one.person == who.person && there(one))
    });
    let now = micros(work.now());
    let roles = work.authority(|known| known.roles(who.person, now));
    let works_here = roles.iter().any(|(_, held)| held.role != Role::Client);
    let asks = records::waiting_enquiries(work.tx, practice, who.person)? > 0;
    Ok(Kinds {
        own: true,
        joint: case.joint.is_some() && !case.participants.iter().any(there),
        identity: !elsewhere && !works_here && !asks,
    })
}

/// Everything that goes with a part, as it stands, and what of authority ends with it.
pub(super) fn all(
    work: &mut Work<'_, '_>,
    case: &Case,
    who: &Participant,
) -> Result<Going, AccessError> {
    let kinds = kinds(work, case, who)?;
    let keys = keys_of(work, case, who, kinds)?;
    going(work, who, (kinds, keys))
}

/// What is left of a part whose own key is dead already: as much as has no key any more.
pub(super) fn dead(
    work: &mut Work<'_, '_>,
    case: &Case,
    who: &Participant,
) -> Result<Going, AccessError> {
    let every = Kinds {
        own: true,
        joint: case.joint.is_some(),
        identity: true,
    };
    let mut keys = keys_of(work, case, who, every)?;
    keys.retain(|key| !work.vault().has(*key));
    let practice = work.practice();
    let identity = people::records::cell(work.tx, practice, who.person)?;
    let kinds = Kinds {
        joint: case.joint.is_some_and(|joint| keys.contains(&joint)),
        identity: identity.is_some_and(|cell| keys.contains(&cell.compartment)),
        ..every
    };
    going(work, who, (kinds, keys))
}

fn keys_of(
    work: &mut Work<'_, '_>,
    case: &Case,
    who: &Participant,
    kinds: Kinds,
) -> Result<Vec<CompartmentId>, AccessError> {
    let practice = work.practice();
    let mut keys = vec![who.own];
    let whose = (who.person, case.id);
    keys.extend(records::of_emergencies(work.tx, practice, whose)?);
    if kinds.joint {
        keys.extend(case.every_joint());
        keys.extend(releases::records::files(work.tx, practice, case.id)?);
    }
    if kinds.identity {
        let identity = people::records::cell(work.tx, practice, who.person)?;
        keys.push(identity.ok_or(AccessError::NotThere)?.compartment);
        keys.extend(asking::compartments_of(work.tx, practice, who.person)?);
    }
    keys.sort_unstable();
    keys.dedup();
    Ok(keys)
}

fn going(
    work: &mut Work<'_, '_>,
    who: &Participant,
    what: (Kinds, Vec<CompartmentId>),
) -> Result<Going, AccessError> {
    let (practice, (kinds, keys)) = (work.practice(), what);
    Ok(Going {
        accounts: if kinds.identity {
            accounts_of(work, who)?
        } else {
            Vec::new()
        },
        rows: records::rows_of(work.tx, practice, &keys)?,
        writes: records::writes(work.tx, practice, &keys)?,
        kinds,
        keys,
    })
}

/// Ends the accounts of a client, with what signs them in.
fn accounts_of(work: &mut Work<'_, '_>, who: &Participant) -> Result<Vec<uuid::Uuid>, AccessError> {
    let all: Vec<_> = work.authority(|known| known.accounts_of(who.person).collect());
    let mut ended = Vec::new();
    for (id, body) in all {
        if body.state == AccountState::Active {
            accounts::end(work, id, body)?;
            ended.push(id);
        }
    }
    Ok(ended)
}
