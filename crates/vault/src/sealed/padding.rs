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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::vectors::{file, list, number};

    fn pad(text: &[u8]) -> Vec<u8> {
        let mut padded = [text, &[MARK]].concat();
        padded.resize(padded_length(text.len()), 0);
        padded
    }

    #[test]
    fn lengths_are_those_of_the_vectors() {
        for case in list(&file("padding.json")) {
            let (length, padded): (usize, usize) =
                (number(&case["length"]), number(&case["padded"]));
            assert_eq!(padded_length(length), padded, "{length}");
        }
    }

    #[test]
    fn a_text_longer_than_memory_does_not_overflow() {
        assert!(padded_length(usize::MAX) > 0);
    }

    proptest! {
        #[test]
        fn padding_is_undone(text in proptest::collection::vec(any::<u8>(), 0..2000)) {
            prop_assert_eq!(unpadded_length(&pad(&text)), Some(text.len()));
        }

        #[test]
        fn padding_adds_at_most_an_eighth(length in 256_usize..50_000_000) {
            let padded = padded_length(length);
            prop_assert!(padded > length);
            prop_assert!((padded - length - 1) * 8 <= length + 1);
        }

        #[test]
        fn other_lengths_are_not_padding(length in 0_usize..2000, more in 1_usize..600) {
            let mut padded = pad(&vec![1; length]);
            padded.resize(padded.len() + more, 0);
            prop_assert_eq!(unpadded_length(&padded), None);
        }
    }
}
