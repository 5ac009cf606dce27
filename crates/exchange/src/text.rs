//! Text as it comes in: its encoding, and words made fit to be kept.

use practice::private::Private;

/// The text of a file: UTF-8 or UTF-16 where it says so or can be, else Windows-1252, which never fails.
pub(crate) fn decoded(bytes: &[u8]) -> String {
    match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => utf8_or_windows(rest),
        [0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes),
        bytes => utf8_or_windows(bytes),
    }
}

fn utf8_or_windows(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|byte| windows_1252(*byte)).collect(),
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let (pairs, _) = bytes.as_chunks::<2>();
    let units = pairs.iter().map(|pair| unit(*pair));
    char::decode_utf16(units)
        .map(|letter| letter.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect()
}

/// The letters of 0x80 to 0x9F in Windows-1252 (the WHATWG Encoding Standard's index); the others are Latin-1.
const HIGH: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
    '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

fn windows_1252(byte: u8) -> char {
    let high = byte
        .checked_sub(0x80)
        .and_then(|at| HIGH.get(usize::from(at)));
    high.copied().unwrap_or(char::from(byte))
}

/// One line of text: what is invisible becomes a space, spaces come one at a time; none when nothing is left.
pub(crate) fn line(text: &str) -> Option<String> {
    let mut clean = String::with_capacity(text.len());
    for word in text.split(|letter: char| letter.is_whitespace() || is_invisible(letter)) {
        if !word.is_empty() {
            if !clean.is_empty() {
                clean.push(' ');
            }
            clean.push_str(word);
        }
    }
    if clean.is_empty() { None } else { Some(clean) }
}

/// Text of several lines: its lines stay, what is invisible in them goes; none when nothing is left.
pub(crate) fn paragraph(text: &str) -> Option<String> {
    let lines: Vec<String> = text
        .lines()
        .map(|text| line(text).unwrap_or_default())
        .collect();
    let clean = lines.join("\n");
    let clean = clean.trim_matches('\n');
    if clean.is_empty() {
        None
    } else {
        Some(clean.to_owned())
    }
}

/// [`line()`] as text about a person.
pub(crate) fn private_line(text: &str) -> Option<Private<String>> {
    line(text).map(Private::new)
}

/// [`paragraph()`] as text about a person.
pub(crate) fn private_paragraph(text: &str) -> Option<Private<String>> {
    paragraph(text).map(Private::new)
}

/// Bytes as hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] = [
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f',
    ];
    let digit = |at: u8| DIGITS.get(usize::from(at)).copied().unwrap_or_default();
    bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)])
        .collect()
}

/// Control characters, and those that turn the direction of a line so that it reads as another.
fn is_invisible(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::{decoded, line, paragraph};

    #[test]
    fn encodings() {
        assert_eq!(decoded(b"\xEF\xBB\xBFZo\xC3\xAB"), "Zoë");
        assert_eq!(decoded(b"Zo\xEB \x80"), "Zoë €");
        assert_eq!(decoded(b"\xFF\xFEZ\0o\0\xEB\0"), "Zoë");
        assert_eq!(decoded(b"\xFE\xFF\0Z\0o\0\xEB"), "Zoë");
        assert_eq!(decoded(b"\xFF\xFE\0\xD8x"), "\u{fffd}");
    }

    #[test]
    fn what_is_invisible_goes() {
        assert_eq!(
            line("  Noor\t\u{202e}Sam \r\n").as_deref(),
            Some("Noor Sam")
        );
        assert_eq!(line(" \u{200b} "), None);
        assert_eq!(
            paragraph("\n one \n\n two\u{0}\n").as_deref(),
            Some("one\n\ntwo")
        );
    }
}
