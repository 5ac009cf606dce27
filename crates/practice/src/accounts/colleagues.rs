//! The people of the practice by what is published of them: for signatures, calendars and frames of pages.

use store::Tx;

use super::records;
use super::setting_up::StaffPage;
use crate::clock::micros;
use crate::core::Practice;
use crate::error::AccessError;
use crate::ids::{PersonId, PracticeId};

/// A member of staff by what is published.
#[derive(Clone, Debug)]
pub struct Colleague {
    /// Who.
    pub id: PersonId,
    /// What is published.
    pub page: StaffPage,
}

impl Practice {
    /// Everybody who works here or did, by name.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn colleagues(&self) -> Result<Vec<Colleague>, AccessError> {
        let practice = self.id();
        self.published(move |tx| colleagues(tx, practice)).await
    }

    /// Those of them who have clients, by name.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn clinicians(&self) -> Result<Vec<Colleague>, AccessError> {
        let now = micros(self.now());
        let mut found = self.colleagues().await?;
        let authority = self.core().authority();
        found.retain(|one| {
            let roles = authority.roles(one.id, now);
            roles.iter().any(|(_, held)| held.role.is_clinical())
        });
        Ok(found)
    }
}

/// Everybody who works here, by name.
pub(crate) fn colleagues(
    tx: &mut Tx<'_>,
    practice: PracticeId,
) -> Result<Vec<Colleague>, AccessError> {
    let mut found = Vec::new();
    for (id, text) in records::staff(tx, practice)? {
        found.push(Colleague {
            id,
            page: page(&text)?,
        });
    }
    found.sort_by(|a, b| a.page.name.cmp(&b.page.name));
    Ok(found)
}

/// One of them.
pub(crate) fn colleague(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    id: PersonId,
) -> Result<Option<Colleague>, AccessError> {
    match records::staff_page(tx, practice, id)? {
        Some(text) => Ok(Some(Colleague {
            id,
            page: page(&text)?,
        })),
        None => Ok(None),
    }
}

fn page(text: &str) -> Result<StaffPage, AccessError> {
    serde_json::from_str(text)
        .map_err(|_| AccessError::Fault("a page of staff has another shape".to_owned()))
}
