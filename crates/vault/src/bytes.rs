//! Writing and reading the vault's byte encodings: big-endian numbers, parts with a 32-bit length before them.
//!
//! A reader never guesses: what does not fit exactly is `None`, and the caller names what was damaged.

use uuid::Uuid;

use crate::crypto::certain;

/// Builds an encoding.
#[derive(Default)]
pub(crate) struct Writer(Vec<u8>);

impl Writer {
    /// Starts with `capacity` bytes of room.
    pub(crate) fn with_capacity(capacity: usize) -> Self {
        Self(Vec::with_capacity(capacity))
    }

    /// Appends bytes of a length that the format fixes.
    pub(crate) fn fixed(mut self, bytes: &[u8]) -> Self {
        self.0.extend_from_slice(bytes);
        self
    }

    /// Appends a part: its length in 32 bits, then its bytes.
    pub(crate) fn part(self, bytes: &[u8]) -> Self {
        let length: u32 = certain(bytes.len().try_into(), "a part is shorter than 4 GiB");
        self.fixed(&length.to_be_bytes()).fixed(bytes)
    }

    /// Appends a part that `fill` writes: its length in 32 bits, then what was written.
    pub(crate) fn within(self, fill: impl FnOnce(Self) -> Self) -> Self {
        let at = self.0.len();
        let mut whole = fill(self.fixed(&[0; 4])).0;
        let begins = at + 4;
        let length = whole.len() - begins;
        let length: u32 = certain(length.try_into(), "a part is shorter than 4 GiB");
        for (byte, of_length) in whole.iter_mut().skip(at).zip(length.to_be_bytes()) {
            *byte = of_length;
        }
        Self(whole)
    }

    /// The encoding.
    pub(crate) fn finish(self) -> Vec<u8> {
        self.0
    }
}

/// Takes an encoding apart.
pub(crate) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    /// Reads `bytes` from the start.
    pub(crate) const fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// The next `length` bytes.
    pub(crate) fn slice(&mut self, length: usize) -> Option<&'a [u8]> {
        let (head, tail) = self.0.split_at_checked(length)?;
        self.0 = tail;
        Some(head)
    }

    /// The next `N` bytes.
    pub(crate) fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.slice(N)?.try_into().ok()
    }

    /// The next byte.
    pub(crate) fn u8(&mut self) -> Option<u8> {
        self.array::<1>().map(|[byte]| byte)
    }

    /// The next 32-bit number.
    pub(crate) fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_be_bytes)
    }

    /// The next 64-bit number.
    pub(crate) fn u64(&mut self) -> Option<u64> {
        self.array().map(u64::from_be_bytes)
    }

    /// The next part with its length before it.
    pub(crate) fn part(&mut self) -> Option<&'a [u8]> {
        let length = usize::try_from(self.u32()?).ok()?;
        self.slice(length)
    }

    /// The next part as text.
    pub(crate) fn text(&mut self) -> Option<&'a str> {
        std::str::from_utf8(self.part()?).ok()
    }

    /// The next part as an id.
    pub(crate) fn id(&mut self) -> Option<Uuid> {
        Uuid::from_slice(self.part()?).ok()
    }

    /// All that is left.
    pub(crate) fn rest(&mut self) -> &'a [u8] {
        std::mem::take(&mut self.0)
    }

    /// `Some` when nothing is left.
    pub(crate) fn end(&self) -> Option<()> {
        self.0.is_empty().then_some(())
    }
}
