//! The archive of a person's own copy: the pages to read, the data to carry, what was filed and signed as it was, and a checksum of
//! each file.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use practice::copies::{Gathered, sentence};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::DocumentError;
use crate::pages::plain;

/// The archive.
pub(crate) fn archive(of: &Gathered, pdf: &[u8]) -> Result<Vec<u8>, DocumentError> {
    let mut files: Vec<(String, Vec<u8>)> = vec![("record.pdf".to_owned(), pdf.to_vec())];
    for (at, one) in (1..).zip(&of.people) {
        if one.identity.is_some() {
            let bundle = exchange::bundle(of, one.participant).map_err(|_| DocumentError::Data)?;
            let name = if at == 1 {
                "record.json".to_owned()
            } else {
                format!("record-{at}.json")
            };
            files.push((name, bundle));
        }
    }
    for (at, (copy, _)) in (1..).zip(&of.messages) {
        let text = format!(
            "{}\n{}\n\n{}\n",
            copy.author.reveal(),
            copy.sent_at,
            copy.text.reveal()
        );
        files.push((format!("originals/message-{at:04}.txt"), text.into_bytes()));
    }
    for (at, (_, one)) in (1..).zip(&of.agreements) {
        let text = format!(
            "{}\n\n{}{}\n\n{}\n{}\nSHA-256 {}\n",
            one.text.title,
            plain(&one.text.body),
            one.text.statement,
            one.signed.name.reveal(),
            one.signed.at,
            one.signed.digest
        );
        files.push((
            format!("originals/agreement-{at:04}.txt"),
            text.into_bytes(),
        ));
    }
    let read_me = format!("{}\n", sentence::closing(of.language));
    files.push(("about.txt".to_owned(), read_me.into_bytes()));
    let sums = checksums(&files);
    files.push(("SHA256SUMS".to_owned(), sums.into_bytes()));
    packed(&files)
}

/// A line for each file, as `sha256sum --check` reads it.
fn checksums(files: &[(String, Vec<u8>)]) -> String {
    let mut out = String::new();
    for (name, bytes) in files {
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes);
        for byte in digest.as_ref() {
            // Writing to a text cannot fail.
            let _written = write!(out, "{byte:02x}");
        }
        out.push_str("  ");
        out.push_str(name);
        out.push('\n');
    }
    out
}

fn packed(files: &[(String, Vec<u8>)]) -> Result<Vec<u8>, DocumentError> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    // No time of a file: when it was made stands in the pages.
    let options = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, bytes) in files {
        let begun = zip.start_file(name.as_str(), options);
        begun.map_err(|_| DocumentError::Archive)?;
        zip.write_all(bytes).map_err(|_| DocumentError::Archive)?;
    }
    let whole = zip.finish().map_err(|_| DocumentError::Archive)?;
    Ok(whole.into_inner())
}
