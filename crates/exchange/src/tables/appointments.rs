//! An appointment list, with the columns of `BestNotes`' import: who, with whom, from when until when.

use super::clients::numbers;
use super::columns::Column;
use super::dates::Order;
use super::refuse;
use super::row::Row;
use crate::Options;
use crate::text::{private_line, private_paragraph};
use jiff::{SignedDuration, Timestamp};
use practice::imports::{
    ExternalKey, Gravity, Mention, Offer, OfferedAppointment, OfferedState, Place, Span,
};
use practice::recurrence;
use std::collections::HashSet;

/// How `BestNotes` writes the end of a line in a note.
const LINE_END: &str = "#BNCR#";

/// The longest appointment, in minutes: a day.
const LONGEST: i64 = 24 * 60;

/// Reads the rows.
pub(super) fn read(rows: &[Row<'_>], offer: &mut Offer, options: &Options) {
    let cells: Vec<(u64, String)> = rows
        .iter()
        .filter_map(|row| Some((row.line, row.get(Column::Start)?)))
        .collect();
    let order = Order::of(
        cells.iter().map(|(line, text)| (*line, text.as_str())),
        options.slash_dates,
    );
    if let Order::Mixed(line) | Order::Open(line) = order {
        let reason =
            "has a date of which the file does not tell whether the month or the day stands first";
        refuse(offer, line, "row", reason, Gravity::File);
        return;
    }
    let mut seen = HashSet::new();
    for row in rows {
        match appointment(row, order, options) {
            Ok(appointment) if seen.insert(appointment.key.clone()) => {
                offer.appointments.push(appointment);
            }
            Ok(_) => offer.merged += 1,
            Err(reason) => refuse(offer, row.line, "row", reason, Gravity::Item),
        }
    }
}

fn appointment(
    row: &Row<'_>,
    order: Order,
    options: &Options,
) -> Result<OfferedAppointment, &'static str> {
    let numbers = numbers(row, options);
    let number = numbers.first().ok_or("does not say whose it is")?;
    let text = row.get(Column::Start).ok_or("has no start")?;
    let civil = order.time(&text).ok_or("has a start that is no time")?;
    if !(1900..=2200).contains(&civil.year()) {
        return Err("is in a year that cannot be meant");
    }
    let start = recurrence::instant(&options.zone, civil).ok_or("has a start that is no time")?;
    let end = end(row, order, start, options)?;
    let provider = row.get(Column::Clinician);
    let with = provider.clone().unwrap_or_default().to_lowercase();
    let value = format!("{}|{start}|{with}", number.text().reveal());
    let notes = row.labelled(Column::Notes).into_iter();
    let notes = notes.filter_map(|text| private_paragraph(&text.reveal().replace(LINE_END, "\n")));
    let kind = row
        .get(Column::AppointmentType)
        .as_deref()
        .and_then(private_line);
    let zone = options.zone.iana_name().map(ToOwned::to_owned);
    Ok(OfferedAppointment {
        line: Some(row.line),
        key: ExternalKey::new("table-appointment", value),
        part_of: None,
        span: Span::Time {
            start,
            end,
            civil: Some(civil),
            zone,
        },
        state: OfferedState::Booked,
        place: Place::Unsaid,
        busy: true,
        persons: vec![Mention::by_key(number.clone())],
        clinicians: provider.map(Mention::by_name).into_iter().collect(),
        title: row.private(Column::Subject),
        words: kind
            .into_iter()
            .chain(notes)
            .chain(row.labelled(Column::Unknown))
            .collect(),
    })
}

/// The end as written, or after some minutes.
fn end(
    row: &Row<'_>,
    order: Order,
    start: Timestamp,
    options: &Options,
) -> Result<Timestamp, &'static str> {
    let end = match (row.get(Column::End), row.get(Column::Minutes)) {
        (Some(text), _) => {
            let end = order.time(&text).ok_or("has an end that is no time")?;
            recurrence::instant(&options.zone, end).ok_or("has an end that is no time")?
        }
        (None, Some(text)) => {
            let minutes = text
                .parse()
                .ok()
                .filter(|minutes| (0..=LONGEST).contains(minutes));
            let length = SignedDuration::from_mins(
                minutes.ok_or("has a length that is no number of minutes")?,
            );
            start
                .checked_add(length)
                .map_err(|_| "has a start that is no time")?
        }
        (None, None) => return Err("has neither an end nor a length"),
    };
    if end < start || end.duration_since(start) > SignedDuration::from_mins(LONGEST) {
        return Err("ends before it begins, or lasts more than a day");
    }
    Ok(end)
}
