//! What leaves as a file: a record that was gathered, as pages to read, as data to carry, and both in an archive with what was
//! filed and signed.
//!
//! Only the binary draws. Here nothing is opened, decided or kept: what is in a document was gathered and allowed by
//! `practice::copies`, and everything ends with its one sentence. Not here: other systems' words (`exchange`).
//!
//! To add another kind of content: 1. gather it in `practice::copies`; 2. its section in `pages`; 3. its arm in
//! `exchange::bundle`; 4. a line in the test that looks for each kind.

mod archive;
mod pages;
#[doc(hidden)]
pub mod testing;
mod words;

use practice::copies::{MadeFile, ToMake};

pub use pages::pages;

/// Why no files were made.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// The archive could not be written.
    #[error("the archive could not be written")]
    Archive,
    /// The data to carry could not be written.
    #[error("the data could not be written")]
    Data,
}

/// How far the drawing is: the pages, then the archive.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Drawn {
    /// The pages to read.
    Pages,
    /// The archive.
    Archive,
}

/// The files of a copy. Their names name nobody (R12).
///
/// # Errors
/// [`DocumentError`] when one cannot be written.
pub fn files(made: &ToMake, mut drawn: impl FnMut(Drawn)) -> Result<Vec<MadeFile>, DocumentError> {
    let pdf = pages(&made.gathered, &made.cover, made.basis);
    drawn(Drawn::Pages);
    let file = |name: &str, kind: &str, bytes| MadeFile {
        name: name.to_owned(),
        kind: kind.to_owned(),
        bytes,
    };
    if !made.is_own() {
        return Ok(vec![file("document.pdf", "application/pdf", pdf)]);
    }
    let zip = archive::archive(&made.gathered, &pdf)?;
    drawn(Drawn::Archive);
    Ok(vec![
        file("record.pdf", "application/pdf", pdf),
        file("record.zip", "application/zip", zip),
    ])
}
