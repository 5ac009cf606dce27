//! Who sits at the desk, for the frame of each page: structure and what is published, so no receipt.

use crate::access::{DeskAccess, Role};
use crate::accounts::{self, StaffPage};
use crate::core::Practice;
use crate::enquiry;
use crate::error::AccessError;

/// What the frame of a page at the desk shows.
#[derive(Clone, Debug)]
pub struct AtDesk {
    /// Who is signed in, by what is published of them.
    pub me: StaffPage,
    /// How many enquiries wait for an answer of theirs.
    pub enquiries: u32,
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
        let practice = self.id();
        self.published(move |tx| {
            let me = accounts::colleague(tx, practice, person)?;
            let enquiries = match whose {
                Some(clinician) => enquiry::waiting_for(tx, practice, clinician)?,
                None => 0,
            };
            Ok(AtDesk {
                me: me.map(|colleague| colleague.page).unwrap_or_default(),
                enquiries,
            })
        })
        .await
    }
}
