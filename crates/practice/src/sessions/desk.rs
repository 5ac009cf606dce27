//! Who sits at the desk, for the frame of each page: structure and what is published, so no receipt.

use crate::access::{DeskAccess, Role};
use crate::accounts::{self, StaffPage};
use crate::clock::micros;
use crate::core::Practice;
use crate::emergencies::{self, Emergency};
use crate::enquiry;
use crate::error::AccessError;
use crate::releases;
use crate::safety;

/// What the frame of a page at the desk shows.
#[derive(Clone, Debug)]
pub struct AtDesk {
    /// Who is signed in, by what is published of them.
    pub me: StaffPage,
    /// How many enquiries wait for an answer of theirs.
    pub enquiries: u32,
    /// How many of their clients' answers they have not read (R11).
    pub answers: u32,
    /// How many releases wait for them.
    pub releases: u32,
    /// The emergency of theirs that still runs, the one that ends last.
    pub emergency: Option<Emergency>,
}

impl Practice {
    /// What the frame of a page shows to who is signed in.
    ///
    /// # Errors
    /// [`AccessError::NotSignedIn`], or a fault of the database.
    pub async fn at_desk(&self, access: &DeskAccess) -> Result<AtDesk, AccessError> {
        let person = access.person().ok_or(AccessError::NotSignedIn)?;
        let whose = match (
            access.has(Role::FrontDesk) || access.has(Role::Owner),
            access.has(Role::Biller) && access.roles().len() == 1,
        ) {
            (true, _) => Some(None),
            (false, true) => None,
            (false, false) => Some(Some(person)),
        };
        let (practice, now) = (self.id(), micros(self.now()));
        let may = access.roles().iter().any(|role| role.may_break_glass());
        self.published(move |tx| {
            let me = accounts::colleague(tx, practice, person)?;
            let enquiries = match whose {
                Some(clinician) => enquiry::waiting_for(tx, practice, clinician)?,
                None => 0,
            };
            let emergency = if may {
                emergencies::records::running(tx, practice, person, now)?
            } else {
                None
            };
            Ok(AtDesk {
                me: me.map(|colleague| colleague.page).unwrap_or_default(),
                enquiries,
                answers: safety::unread_for(tx, practice, person)?,
                releases: releases::waiting_for(tx, practice, person)?,
                emergency,
            })
        })
        .await
    }
}
