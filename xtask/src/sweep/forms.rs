//! The forms in which a word can stand in a file without being sealed.

use std::fmt::Write as _;

/// One way to write a word down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Form {
    /// Its bytes, in either case.
    Plain,
    /// As addresses and forms carry it: spaces as `+` or `%20`.
    Address,
    /// UTF-16, low byte first.
    Utf16Le,
    /// UTF-16, high byte first.
    Utf16Be,
    /// Base64, the word beginning at the first byte of a group of three.
    Base64At0,
    /// Base64, the word beginning at the second.
    Base64At1,
    /// Base64, the word beginning at the third.
    Base64At2,
    /// Hexadecimal digits of its bytes.
    Hex,
}

/// Every form, each searched for and each in the control.
pub(super) const ALL: [Form; 8] = [
    Form::Plain,
    Form::Address,
    Form::Utf16Le,
    Form::Utf16Be,
    Form::Base64At0,
    Form::Base64At1,
    Form::Base64At2,
    Form::Hex,
];

impl Form {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain bytes",
            Self::Address => "part of an address",
            Self::Utf16Le | Self::Utf16Be => "UTF-16",
            Self::Base64At0 | Self::Base64At1 | Self::Base64At2 => "base64",
            Self::Hex => "hexadecimal",
        }
    }

    /// Whether upper and lower case are the same in this form.
    pub(super) const fn folds(self) -> bool {
        !matches!(self, Self::Base64At0 | Self::Base64At1 | Self::Base64At2)
    }

    /// The byte strings to search for; lower case where case does not matter.
    pub(super) fn needles(self, word: &str) -> Vec<Vec<u8>> {
        let folded = word.to_lowercase();
        match self {
            Self::Plain => vec![folded.into_bytes()],
            Self::Address => vec![folded.replace(' ', "+").into_bytes(), escaped(&folded)],
            Self::Utf16Le => vec![folded.encode_utf16().flat_map(u16::to_le_bytes).collect()],
            Self::Utf16Be => vec![folded.encode_utf16().flat_map(u16::to_be_bytes).collect()],
            Self::Base64At0 => cased(word).iter().map(|word| base64_at(word, 0)).collect(),
            Self::Base64At1 => cased(word).iter().map(|word| base64_at(word, 1)).collect(),
            Self::Base64At2 => cased(word).iter().map(|word| base64_at(word, 2)).collect(),
            Self::Hex => vec![hex(folded.as_bytes()), hex(word.as_bytes())],
        }
    }
}

/// A control: the word once in every form, with other bytes between.
pub(super) fn sample(word: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    for form in ALL {
        bytes.extend_from_slice(b"..\x00\x07..");
        match form {
            Form::Base64At0 => bytes.extend(base64(format!("{word}; and more").as_bytes())),
            Form::Base64At1 => bytes.extend(base64(format!("x{word}; and more").as_bytes())),
            Form::Base64At2 => bytes.extend(base64(format!("xx{word}; and more").as_bytes())),
            Form::Plain => bytes.extend(word.to_uppercase().into_bytes()),
            Form::Address | Form::Utf16Le | Form::Utf16Be | Form::Hex => {
                bytes.extend(form.needles(word).concat());
            }
        }
    }
    bytes
}

/// As typed, in lower case, in capitals: the cases in which base64 is searched for.
fn cased(word: &str) -> Vec<String> {
    let mut cases = vec![word.to_owned(), word.to_lowercase(), word.to_uppercase()];
    let mut letters = word.chars();
    if let Some(first) = letters.next() {
        cases.push(first.to_uppercase().chain(letters).collect());
    }
    cases.sort();
    cases.dedup();
    cases
}

/// What of a word's base64 is the same whatever stands before and after it, when `before` bytes of the first group of three
/// belong to something else.
fn base64_at(word: &str, before: usize) -> Vec<u8> {
    let mut bytes = vec![0_u8; before];
    bytes.extend_from_slice(word.as_bytes());
    let whole = bytes.len() - bytes.len() % 3;
    let all = base64(bytes.get(..whole).unwrap_or_default());
    // A digit that also carries bits of what stands before the word is left out: one group of four holds it.
    let skip = if before == 0 { 0 } else { 4 };
    all.get(skip..).unwrap_or_default().to_vec()
}

fn base64(bytes: &[u8]) -> Vec<u8> {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = Vec::new();
    for group in bytes.chunks(3) {
        let byte = |at: usize| u32::from(group.get(at).copied().unwrap_or(0));
        let bits = (byte(0) << 16) | (byte(1) << 8) | byte(2);
        for digit in 0..=group.len() {
            let index = (bits >> (18 - 6 * digit)) & 63;
            text.extend(DIGITS.get(index as usize));
        }
    }
    text
}

fn hex(bytes: &[u8]) -> Vec<u8> {
    let mut text = String::new();
    for byte in bytes {
        // Writing to a String does not fail.
        let _written = write!(text, "{byte:02x}");
    }
    text.into_bytes()
}

fn escaped(word: &str) -> Vec<u8> {
    let mut text = String::new();
    for byte in word.bytes() {
        if byte.is_ascii_alphanumeric() {
            text.push(char::from(byte));
        } else {
            let _written = write!(text, "%{byte:02x}");
        }
    }
    text.into_bytes()
}
