//! Tables as text: client lists and appointment lists of other practice systems, told apart by their headers.
//!
//! No system publishes a sample, so columns are known by many names (`columns`), what is not known is kept as a
//! note, and what cannot be understood safely refuses the file: one column too many, and everybody after it would
//! get the neighbour's date of birth. Writing tables is not here, except for [`neutral`], which whoever writes one
//! needs.

mod appointments;
mod clients;
mod columns;
mod couples;
mod dates;
pub(crate) mod names;
mod row;

#[cfg(test)]
mod tests;

use crate::text::{decoded, line};
use crate::{ExchangeError, Options};
use columns::{Column, Columns};
use practice::imports::{Gravity, Notice, Offer, Refused, SourceKind};
use practice::private::Private;
use row::Row;
use std::borrow::Cow;

/// Reads a client list or an appointment list.
///
/// # Errors
/// [`ExchangeError::Unrecognised`] when the headers are of neither.
pub(crate) fn read(
    bytes: &[u8],
    name: Private<String>,
    options: &Options,
) -> Result<Offer, ExchangeError> {
    let text = decoded(bytes);
    let (text, skipped, delimiter) = layout(&text);
    let mut records = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .flexible(true)
        .has_headers(false)
        .from_reader(text.as_bytes())
        .into_records();
    let first = records.next().and_then(Result::ok).unwrap_or_default();
    let headers: Vec<String> = first
        .iter()
        .map(|cell| line(cell).unwrap_or_default())
        .collect();
    let columns = Columns::of(&headers);
    let kind = kind(&columns).ok_or(ExchangeError::Unrecognised(UNKNOWN))?;
    let mut offer = Offer::empty(kind, name);
    if let Some(line) = unclosed_quote(text, delimiter) {
        refuse(
            &mut offer,
            line + skipped,
            "table",
            "has a quote that is never closed",
            Gravity::File,
        );
        return Ok(offer);
    }
    if columns.has_double() {
        let reason = "says the same column twice, so that it is not clear which one counts";
        refuse(&mut offer, 1 + skipped, "header", reason, Gravity::File);
        return Ok(offer);
    }
    let rows = rows(records, text, skipped, &columns, &mut offer);
    if kind == SourceKind::AppointmentList {
        appointments::read(&rows, &mut offer, options);
    } else {
        clients::read(&rows, &mut offer, options);
    }
    Ok(offer)
}

const UNKNOWN: &str =
    "a table whose first line has neither the headers of a client list nor of an appointment list";

fn kind(columns: &Columns) -> Option<SourceKind> {
    let has = |column: &Column| columns.has(*column);
    let is_named = has(&Column::WholeName) || (has(&Column::GivenName) && has(&Column::FamilyName));
    // Reports about money name clients as well; a list of clients says something of them.
    let about = [
        Column::Email,
        Column::Phone,
        Column::Mobile,
        Column::Born,
        Column::Kind,
        Column::Status,
        Column::Street,
    ];
    if has(&Column::Start) && (has(&Column::ClientNumber) || has(&Column::OtherNumber)) {
        Some(SourceKind::AppointmentList)
    } else if is_named && about.iter().any(has) {
        Some(SourceKind::ClientList)
    } else {
        None
    }
}

/// The text without a line `sep=;`, how many lines that is, and what stands between cells: the character that
/// parts the header most.
fn layout(text: &str) -> (&str, u64, u8) {
    let blank = text.len() - text.trim_start_matches(['\r', '\n']).len();
    let skipped = text.get(..blank).unwrap_or_default().matches('\n').count() as u64;
    let text = text.get(blank..).unwrap_or_default();
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    if let Some(&[separator]) = first.trim().strip_prefix("sep=").map(str::as_bytes) {
        return (rest, skipped + 1, separator);
    }
    let outside: String = first.split('"').step_by(2).collect();
    let count = |separator: u8| outside.bytes().filter(|byte| *byte == separator).count();
    let best = [b',', b';', b'\t', b'|']
        .into_iter()
        .rev()
        .max_by_key(|separator| count(*separator));
    (text, skipped, best.unwrap_or(b','))
}

/// The line on which a quoted cell begins that does not end: the reader would take the rest of the file for it.
fn unclosed_quote(text: &str, delimiter: u8) -> Option<u64> {
    #[derive(Clone, Copy)]
    enum At {
        Start,
        Plain,
        Quoted(u64),
        Quote,
    }
    let (mut line, mut at) = (1, At::Start);
    for byte in text.bytes() {
        let is_end = byte == delimiter || matches!(byte, b'\r' | b'\n');
        at = match (at, byte) {
            (At::Quoted(_), b'"') => At::Quote,
            (At::Quoted(since), _) => At::Quoted(since),
            (At::Start | At::Quote, b'"') => At::Quoted(line),
            (At::Start | At::Plain | At::Quote, _) if is_end => At::Start,
            (At::Start | At::Plain | At::Quote, _) => At::Plain,
        };
        line += u64::from(byte == b'\n');
    }
    if let At::Quoted(since) = at {
        Some(since)
    } else {
        None
    }
}

/// The rows with as many cells as there are headers; another number refuses the file.
fn rows<'c>(
    records: csv::StringRecordsIntoIter<&[u8]>,
    text: &str,
    skipped: u64,
    columns: &'c Columns,
    offer: &mut Offer,
) -> Vec<Row<'c>> {
    let mut rows = Vec::new();
    for record in records {
        let Ok(record) = record else {
            refuse(
                offer,
                1,
                "table",
                "is not a table that can be read",
                Gravity::File,
            );
            break;
        };
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        let line = record
            .position()
            .map_or(1, |position| line_of(text, position))
            + skipped;
        let is_wide = record
            .iter()
            .skip(columns.len())
            .any(|cell| !cell.trim().is_empty());
        if record.len() < columns.len() || is_wide {
            let reason =
                "has another number of cells than the header, so that cells may be shifted";
            refuse(offer, line, "row", reason, Gravity::File);
            continue;
        }
        rows.push(Row::new(
            line,
            columns,
            record.iter().map(ToOwned::to_owned).collect(),
        ));
    }
    rows
}

/// The line on which a record begins, past the empty lines before it.
fn line_of(text: &str, position: &csv::Position) -> u64 {
    let begins = usize::try_from(position.byte())
        .ok()
        .and_then(|byte| text.get(byte..));
    let blank = begins
        .unwrap_or_default()
        .chars()
        .take_while(|letter| matches!(letter, '\r' | '\n'));
    position.line() + blank.filter(|letter| *letter == '\n').count() as u64
}

fn refuse(offer: &mut Offer, line: u64, what: &str, reason: &str, gravity: Gravity) {
    offer.refusals.push(Refused {
        line: Some(line),
        what: what.to_owned(),
        reason: reason.to_owned(),
        gravity,
    });
}

fn notice(offer: &mut Offer, line: u64, said: impl Into<String>) {
    offer.notices.push(Notice {
        line: Some(line),
        what: "row".to_owned(),
        said: said.into(),
    });
}

/// A cell as it may stand in a table that we write: one that a spreadsheet would run as a formula is made text by
/// an apostrophe before it (OWASP, "CSV Injection").
#[must_use]
pub fn neutral(cell: &str) -> Cow<'_, str> {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']) {
        Cow::Owned(format!("'{cell}"))
    } else {
        Cow::Borrowed(cell)
    }
}
