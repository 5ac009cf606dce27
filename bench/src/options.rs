//! The command line.

use std::path::PathBuf;

/// What `cargo xtask bench` takes.
pub(crate) struct Speed {
    /// People to load.
    pub(crate) people: u64,
    /// Notes to load.
    pub(crate) notes: u64,
    /// Length of each measurement.
    pub(crate) seconds: u64,
    /// A folder to use and to keep.
    pub(crate) keep: Option<PathBuf>,
    /// Whether the table goes into docs/performance.md.
    pub(crate) write: bool,
}

impl Speed {
    /// Reads the words after `speed`.
    ///
    /// # Errors
    /// What is not understood, in words.
    pub(crate) fn read(mut words: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut options = Self {
            people: 10_000,
            notes: 100_000,
            seconds: 10,
            keep: None,
            write: false,
        };
        while let Some(word) = words.next() {
            match word.as_str() {
                "--people" => options.people = number(words.next())?,
                "--notes" => options.notes = number(words.next())?,
                "--seconds" => options.seconds = number(words.next())?.max(1),
                "--keep" => {
                    options.keep = Some(words.next().ok_or("--keep takes a folder")?.into());
                }
                "--write" => options.write = true,
                _ => return Err(format!("{word:?} is not known here")),
            }
        }
        Ok(options)
    }
}

fn number(word: Option<String>) -> Result<u64, String> {
    let word = word.ok_or("a number is missing")?;
    word.parse()
        .map_err(|_| format!("{word:?} is not a number"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_become_options() {
        let words = |line: &str| {
            line.split(' ')
                .map(str::to_owned)
                .collect::<Vec<_>>()
                .into_iter()
        };
        let options = Speed::read(words("--people 5 --write --keep here")).unwrap();
        assert_eq!(
            (options.people, options.notes, options.write),
            (5, 100_000, true)
        );
        assert_eq!(options.keep, Some(PathBuf::from("here")));
        assert!(Speed::read(words("--people many")).is_err());
    }
}
