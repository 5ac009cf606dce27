//! Padding, so that the length of a sealed value tells little about its text.
//!
//! The text gets one marking byte and zeros (ISO/IEC 7816-4) up to 256 bytes, and above that up to the next length of
//! Padmé (Nikitin et al., "Reducing Metadata Leakage from Encrypted Files and Communication with PURBs", PETS 2019),
//! which adds at most 12 percent.

/// The byte that ends the text.
pub(crate) const MARK: u8 = 0x80;
/// The smallest padded length.
const SMALLEST: usize = 256;

/// The padded length of a text of `length` bytes.
pub(crate) const fn padded_length(length: usize) -> usize {
    let marked = length.saturating_add(1);
    if marked <= SMALLEST {
        SMALLEST
    } else {
        padme(marked)
    }
}

/// Padmé: keeps as many leading bits of the length as the length of its exponent, and rounds up.
const fn padme(length: usize) -> usize {
    let exponent = length.ilog2();
    let kept = exponent.ilog2() + 1;
    let mask = (1 << (exponent - kept)) - 1;
    length.saturating_add(mask) & !mask
}

/// The length of the text in `padded`, or `None` when it was not padded as [`padded_length`] says.
pub(crate) fn unpadded_length(padded: &[u8]) -> Option<usize> {
    let length = padded.iter().rposition(|byte| *byte != 0)?;
    let marked = padded.get(length) == Some(&MARK);
    (marked && padded.len() == padded_length(length)).then_some(length)
}
