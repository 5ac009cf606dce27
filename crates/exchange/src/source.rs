//! The bytes of a file on their way in: counted, digested, and stopped at the longest that is read.

use crate::ExchangeError;
use aws_lc_rs::digest;
use practice::private::Private;
use std::cell::Cell;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

/// How far the reading of a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Bytes that were read.
    pub bytes: u64,
    /// Bytes of the file, where that is known.
    pub of: Option<u64>,
}

/// A file to be read.
pub struct Source<R> {
    pub(crate) name: Private<String>,
    reader: R,
    length: Option<u64>,
}

impl<R: Read> Source<R> {
    /// What `reader` gives, under a name.
    pub fn new(name: &str, reader: R, length: Option<u64>) -> Self {
        Self {
            name: name.into(),
            reader,
            length,
        }
    }

    pub(crate) fn begin(self, most: u64, progress: &mut dyn FnMut(Progress)) -> Input<'_, R> {
        let digested = Digested {
            reader: self.reader,
            digest: digest::Context::new(&digest::SHA256),
            progress,
            at: Progress {
                bytes: 0,
                of: self.length,
            },
            most,
            too_long: false,
        };
        Input {
            buffered: BufReader::with_capacity(HEAD, digested),
            lines: Cell::new(0),
        }
    }
}

impl Source<File> {
    /// A file of the disk.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn open(path: &Path) -> io::Result<Self> {
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned());
        let reader = File::open(path)?;
        let length = reader.metadata().ok().map(|about| about.len());
        Ok(Self {
            name: name.unwrap_or_default().into(),
            reader,
            length,
        })
    }
}

/// How much is looked at to tell what kind of file it is.
const HEAD: usize = 64 * 1024;

/// The longest that is held in memory at once: a table, a calendar, a line. A practice of a thousand clients and ten
/// years has a tenth of it.
const IN_MEMORY: u64 = 128 * 1024 * 1024;

/// A file that is being read.
pub(crate) struct Input<'p, R> {
    buffered: BufReader<Digested<'p, R>>,
    lines: Cell<u64>,
}

impl<'p, R: Read> Input<'p, R> {
    /// The first bytes, which stay to be read.
    pub(crate) fn head(&mut self) -> Result<&[u8], ExchangeError> {
        let (most, result) = (
            self.buffered.get_ref().most,
            self.buffered.fill_buf().map(<[u8]>::len),
        );
        match result {
            Ok(0) => Err(ExchangeError::Empty),
            Ok(_) => Ok(self.buffered.buffer()),
            Err(error) if self.buffered.get_ref().too_long => {
                drop(error);
                Err(ExchangeError::TooLong { most })
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Passes over bytes that were seen in the head.
    pub(crate) fn skip(&mut self, bytes: usize) {
        self.buffered.consume(bytes);
    }

    /// Everything, in memory.
    pub(crate) fn whole(&mut self) -> Result<Vec<u8>, ExchangeError> {
        let mut bytes = Vec::new();
        let result = self
            .buffered
            .by_ref()
            .take(IN_MEMORY + 1)
            .read_to_end(&mut bytes);
        self.in_memory(result)?;
        Ok(bytes)
    }

    /// The next line with its end, into `line`; `false` at the end of the file.
    pub(crate) fn line(&mut self, line: &mut Vec<u8>) -> Result<bool, ExchangeError> {
        line.clear();
        let result = self
            .buffered
            .by_ref()
            .take(IN_MEMORY + 1)
            .read_until(b'\n', line);
        Ok(self.in_memory(result)? > 0)
    }

    fn in_memory(&self, result: io::Result<usize>) -> Result<usize, ExchangeError> {
        let length = self.checked(result)?;
        if length as u64 > IN_MEMORY {
            Err(ExchangeError::TooLong { most: IN_MEMORY })
        } else {
            Ok(length)
        }
    }

    /// The bytes one after the other, beside the count of the lines that are behind them.
    pub(crate) fn bytes(&mut self) -> (Lines<'_, BufReader<Digested<'p, R>>>, &Cell<u64>) {
        (
            Lines {
                reader: &mut self.buffered,
                lines: &self.lines,
            },
            &self.lines,
        )
    }

    /// Whether an error came from the file being longer than what is read.
    pub(crate) fn checked<T>(&self, result: io::Result<T>) -> Result<T, ExchangeError> {
        let digested = self.buffered.get_ref();
        match result {
            Err(error) if digested.too_long => {
                drop(error);
                Err(ExchangeError::TooLong {
                    most: digested.most,
                })
            }
            Err(error) => Err(ExchangeError::Io(error)),
            Ok(value) => Ok(value),
        }
    }

    /// Reads what is left, and gives the digest and the length of the whole.
    pub(crate) fn finish(mut self) -> Result<([u8; 32], u64), ExchangeError> {
        let result = io::copy(&mut self.buffered, &mut io::sink());
        self.checked(result)?;
        let digested = self.buffered.into_inner();
        let mut digest = [0; 32];
        for (to, from) in digest.iter_mut().zip(digested.digest.finish().as_ref()) {
            *to = *from;
        }
        Ok((digest, digested.at.bytes))
    }
}

/// Counts, digests and limits what passes.
pub(crate) struct Digested<'p, R> {
    reader: R,
    digest: digest::Context,
    progress: &'p mut dyn FnMut(Progress),
    at: Progress,
    most: u64,
    too_long: bool,
}

impl<R: Read> Read for Digested<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.reader.read(buffer)?;
        self.digest.update(buffer.get(..length).unwrap_or_default());
        self.at.bytes = self.at.bytes.saturating_add(length as u64);
        if self.at.bytes > self.most {
            self.too_long = true;
            return Err(io::Error::other("longer than what is read"));
        }
        (self.progress)(self.at);
        Ok(length)
    }
}

/// Counts lines for a parser that takes byte after byte.
pub(crate) struct Lines<'a, R> {
    reader: &'a mut R,
    lines: &'a Cell<u64>,
}

impl<R: Read> Read for Lines<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.reader.read(buffer)?;
        let ends = buffer
            .iter()
            .take(length)
            .filter(|byte| **byte == b'\n')
            .count();
        self.lines.set(self.lines.get().saturating_add(ends as u64));
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use super::Source;
    use crate::ExchangeError;
    use std::io::Read;

    #[test]
    fn the_digest_is_of_the_whole_file_and_progress_reaches_its_end() {
        let text = "abc".repeat(100_000);
        let mut last = 0;
        let mut progress = |at: super::Progress| last = at.bytes;
        let source = Source::new("x", text.as_bytes(), Some(300_000));
        let mut input = source.begin(1 << 20, &mut progress);
        assert_eq!(input.head().unwrap().get(..3), Some(&b"abc"[..]));
        let (digest, bytes) = input.finish().unwrap();
        assert_eq!(bytes, 300_000);
        let known = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes());
        assert_eq!(digest, known.as_ref());
        assert_eq!(last, 300_000);
    }

    #[test]
    fn a_file_without_end_is_left_early() {
        let mut progress = |_| {};
        let endless = std::io::repeat(b'{').take(1 << 40);
        let mut input = Source::new("x", endless, None).begin(1 << 20, &mut progress);
        assert!(matches!(
            input.whole(),
            Err(ExchangeError::TooLong { most: 1_048_576 })
        ));
    }
}
