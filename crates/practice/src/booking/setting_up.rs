//! Rooms and working hours: the owner enters them, openings follow from them.

use crate::access::Access;
use crate::booking::records::{self, Hours};
use crate::core::Practice;
use crate::error::AccessError;
use crate::ids::RoomId;
use crate::receipts::Action;

impl Practice {
    /// The rooms by name, and everybody's working hours; also while locked.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn rooms_and_hours(
        &self,
    ) -> Result<(Vec<(RoomId, String)>, Vec<Hours>), AccessError> {
        let practice = self.id();
        let staff = self.published_staff().await?;
        self.published(move |tx| {
            let mut hours = Vec::new();
            for member in &staff {
                hours.extend(records::hours(tx, practice, member.person)?);
            }
            Ok((records::rooms(tx, practice)?, hours))
        })
        .await
    }

    /// Enters a room.
    ///
    /// # Errors
    /// [`AccessError::NotThere`] for anybody but the owner and the command line.
    pub async fn add_room(
        &self,
        access: &impl Access,
        name: String,
    ) -> Result<RoomId, AccessError> {
        self.sets_up(access).await?;
        let practice = self.id();
        self.write(
            access,
            Action::SetUp,
            |work| Ok::<_, AccessError>(RoomId(work.new_id())),
            move |tx, room| {
                records::insert_room(tx, practice, *room, &name)?;
                Ok(*room)
            },
        )
        .await
    }

    /// Enters a stretch of a clinician's week.
    ///
    /// # Errors
    /// [`AccessError::NotThere`] for anybody but the owner and the command line.
    pub async fn add_hours(&self, access: &impl Access, hours: Hours) -> Result<(), AccessError> {
        self.sets_up(access).await?;
        let practice = self.id();
        self.write(
            access,
            Action::SetUp,
            |work| Ok::<_, AccessError>(work.new_id()),
            move |tx, id| Ok(records::insert_hours(tx, practice, *id, &hours)?),
        )
        .await
    }

    /// Takes a stretch of a clinician's week away; what is booked stays booked.
    ///
    /// # Errors
    /// [`AccessError::NotThere`] for anybody but the owner and the command line.
    pub async fn remove_hours(
        &self,
        access: &impl Access,
        hours: Hours,
    ) -> Result<(), AccessError> {
        self.sets_up(access).await?;
        let practice = self.id();
        self.write(
            access,
            Action::SetUp,
            |_| Ok::<_, AccessError>(()),
            move |tx, ()| Ok(records::remove_hours(tx, practice, &hours)?),
        )
        .await
    }
}
