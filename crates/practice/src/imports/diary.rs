//! R7 while a file is planned: what is taken already, and what the file takes as it goes along, so that a clash is
//! refused with its line. The database guards the same again when the file is taken.

use std::collections::HashMap;

use store::StoreError;
use uuid::Uuid;

use crate::access::Work;
use crate::booking;
use crate::ids::RoomId;

/// What is taken from now on.
pub(super) struct Diary {
    now: i64,
    rooms: Vec<RoomId>,
    taken: HashMap<Uuid, Vec<(i64, i64)>>,
}

impl Diary {
    /// A diary of what comes after `now`.
    ///
    /// # Errors
    /// A fault of the database.
    pub(super) fn of(work: &mut Work<'_, '_>, now: i64) -> Result<Self, StoreError> {
        let practice = work.practice();
        let rooms = booking::records::rooms(work.tx, practice)?;
        Ok(Self {
            now,
            rooms: rooms.into_iter().map(|(room, _)| room).collect(),
            taken: HashMap::new(),
        })
    }

    fn is_free(
        &mut self,
        work: &mut Work<'_, '_>,
        who: Uuid,
        span: (i64, i64),
    ) -> Result<bool, StoreError> {
        if !self.taken.contains_key(&who) {
            let ahead = (self.now, i64::MAX);
            let practice = work.practice();
            let taken = booking::records::taken(work.tx, practice, who, ahead)?;
            self.taken.insert(who, taken);
        }
        let mut taken = self.taken.get(&who).into_iter().flatten();
        Ok(!taken.any(|(begins, ends)| *begins < span.1 && span.0 < *ends))
    }

    /// Takes all of `whom` for `span`, or none of them when one is taken.
    ///
    /// # Errors
    /// A fault of the database.
    pub(super) fn take(
        &mut self,
        work: &mut Work<'_, '_>,
        whom: &[Uuid],
        span: (i64, i64),
    ) -> Result<bool, StoreError> {
        for who in whom {
            if !self.is_free(work, *who, span)? {
                return Ok(false);
            }
        }
        for who in whom {
            self.taken.entry(*who).or_default().push(span);
        }
        Ok(true)
    }

    /// Takes the first room that is free for `span`; without one a session has no room until somebody gives it one.
    ///
    /// # Errors
    /// A fault of the database.
    pub(super) fn take_room(
        &mut self,
        work: &mut Work<'_, '_>,
        span: (i64, i64),
    ) -> Result<Option<RoomId>, StoreError> {
        for room in self.rooms.clone() {
            if self.take(work, &[room.0], span)? {
                return Ok(Some(room));
            }
        }
        Ok(None)
    }
}
