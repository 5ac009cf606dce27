//! For tests: the words of a document and the files of an archive, as whoever gets them could read them.

#![expect(clippy::unwrap_used, reason = "a test cannot go on without it")]

use std::collections::BTreeMap;
use std::io::{Cursor, Read as _};

/// The words of the pages, in their order.
///
/// # Panics
/// As [`lines`].
#[must_use]
pub fn words(pdf: &[u8]) -> String {
    lines(pdf).join(" ")
}

/// The lines of the pages, in their order: they stand as literal or as hexadecimal strings.
///
/// # Panics
/// When a line is neither.
#[must_use]
pub fn lines(pdf: &[u8]) -> Vec<String> {
    let text: String = pdf.iter().map(|byte| char::from(*byte)).collect();
    let mut lines = Vec::new();
    for line in text.lines().filter_map(|line| line.strip_suffix(" Tj")) {
        if let Some(hex) = line.strip_prefix('<').and_then(|hex| hex.strip_suffix('>')) {
            let digits: Vec<char> = hex.chars().collect();
            let bytes = digits.chunks(2).map(|pair| {
                let pair: String = pair.iter().collect();
                char::from(u8::from_str_radix(&pair, 16).unwrap())
            });
            lines.push(bytes.collect::<String>());
        } else {
            let plain = line.trim_start_matches('(').trim_end_matches(')');
            lines.push(plain.replace("\\(", "(").replace("\\)", ")"));
        }
    }
    let plain = lines.iter().map(|line| line.replace('\u{92}', "’"));
    plain.collect()
}

/// The files of an archive by their names.
///
/// # Panics
/// When it is none.
#[must_use]
pub fn archive(bytes: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let names: Vec<String> = zip
        .file_names()
        .map(|name| name.unwrap().into_owned())
        .collect();
    names
        .into_iter()
        .map(|name| {
            let mut bytes = Vec::new();
            zip.by_name(&name).unwrap().read_to_end(&mut bytes).unwrap();
            (name, bytes)
        })
        .collect()
}
