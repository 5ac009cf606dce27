//! What kind of file it is, told by its first bytes.

use crate::ExchangeError;
use crate::text::decoded;

/// The kinds of files that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// FHIR R4 as JSON: a bundle, a resource, or one resource a line.
    Records,
    /// iCalendar.
    Calendar,
    /// vCard.
    Contacts,
    /// A table as text, with a line of headers.
    Table,
}

/// Tells the kind of a file by its first bytes.
///
/// # Errors
/// [`ExchangeError::Unrecognised`] with what it seems to be instead.
pub fn of(head: &[u8]) -> Result<Kind, ExchangeError> {
    let known = [
        (
            &b"PK\x03\x04"[..],
            "a workbook or archive; save the table as CSV first",
        ),
        (
            b"\xD0\xCF\x11\xE0",
            "an old workbook; save the table as CSV first",
        ),
        (b"%PDF", "a PDF"),
        (b"\x1F\x8B", "compressed; unpack it first"),
        (b"SQLite format 3\0", "a database"),
    ];
    if let Some((_, what)) = known.iter().find(|(begins, _)| head.starts_with(begins)) {
        return Err(ExchangeError::Unrecognised(what));
    }
    let text = decoded(head);
    if text.chars().any(|letter| letter == '\0') {
        return Err(ExchangeError::Unrecognised("not text"));
    }
    let text = text.trim_start();
    let begins = |word: &str| {
        text.get(..word.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(word))
    };
    match text.chars().next() {
        None => Err(ExchangeError::Empty),
        Some('{') => Ok(Kind::Records),
        Some('[') => Err(ExchangeError::Unrecognised(
            "a list in JSON; a FHIR bundle begins with {",
        )),
        Some('<') => Err(ExchangeError::Unrecognised("XML; FHIR is read as JSON")),
        Some(_) if begins("BEGIN:VCALENDAR") => Ok(Kind::Calendar),
        Some(_) if begins("BEGIN:VCARD") => Ok(Kind::Contacts),
        Some(_) if begins("BEGIN:V") => Err(ExchangeError::Unrecognised(
            "a part of a calendar; a whole one begins with BEGIN:VCALENDAR",
        )),
        Some(_) => Ok(Kind::Table),
    }
}

#[cfg(test)]
mod tests {
    use super::{Kind, of};

    #[test]
    fn by_content() {
        assert_eq!(of(b" \n{\"resourceType\"").unwrap(), Kind::Records);
        assert_eq!(
            of(b"\xEF\xBB\xBFbegin:vcalendar\r\n").unwrap(),
            Kind::Calendar
        );
        assert_eq!(of(b"BEGIN:VCARD\r\n").unwrap(), Kind::Contacts);
        assert_eq!(of(b"First Name,Last Name\n").unwrap(), Kind::Table);
        for other in [
            &b"PK\x03\x04"[..],
            b"%PDF-1.7",
            b"<Bundle/>",
            b"[]",
            b"\0\0\0",
            b"BEGIN:VEVENT\r\n",
        ] {
            assert!(of(other).is_err());
        }
        assert!(of("BEGIN:VCALENDAÖ".as_bytes()).is_err());
    }
}
