//! Sessions as those who hold them work: the day with what was agreed last time, and the workspace of one session.
//!
//! Everything here reads: one opening, one receipt, one answer for a page. Front desk, owner and biller see names and
//! times as their grants say and nothing clinical. Not here: booking (`booking`), writing notes (`notes`).

mod appointment;
pub(crate) mod attending;
mod desk;
mod records;
mod today;
mod workspace;

#[cfg(test)]
mod attending_tests;
#[cfg(test)]
mod tests;

pub use appointment::Appointment;
pub use attending::{Attendance, AttendanceError, Present};
pub use desk::AtDesk;
pub use today::{Awaiting, DayHour, Today, Unwritten, WeekTally};
pub(crate) use today::{naming, side};
pub use workspace::{Side, Workspace};

use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::clock::micros;

/// The instants at which `days` civil days from `first` begin and end in `zone`, microseconds UTC.
#[must_use]
pub(crate) fn span(first: Date, days: i64, zone: &TimeZone) -> (i64, i64) {
    let midnight = |date: Date| {
        zone.to_ambiguous_timestamp(date.at(0, 0, 0, 0))
            .compatible()
            .map_or(0, micros)
    };
    let end = first.checked_add(days.days()).unwrap_or(Date::MAX);
    (midnight(first), midnight(end))
}
