//! Shamir's secret sharing, two of three, byte by byte over GF(2^8) with the polynomial of AES (0x11b).
//!
//! A share is the line `secret + slope * number` at its number; two points give the line back, and one alone says nothing,
//! because for each secret there is one slope that fits. No table and no branch depends on a secret.

use crate::Randomness;
use crate::crypto::Key;

/// How many shares there are.
pub(super) const SHARES: u8 = 3;

/// The shares of a secret, in the order of their numbers, which begin at one.
pub(super) fn split(secret: &Key, randomness: &dyn Randomness) -> [Key; SHARES as usize] {
    let slope = Key::random(randomness);
    [1, 2, 3].map(|number| {
        let mut share = Key::copied(secret.bytes());
        for (byte, slope) in share.bytes_mut().iter_mut().zip(slope.bytes()) {
            *byte ^= product(*slope, number);
        }
        share
    })
}

/// The secret of two shares, each with its number; `None` when both have the same number, or one has nought.
pub(super) fn join(one: (u8, &Key), other: (u8, &Key)) -> Option<Key> {
    let ((first, one), (second, other)) = (one, other);
    if first == second || first == 0 || second == 0 {
        return None;
    }
    let apart = inverse(first ^ second);
    let (weight, counterweight) = (product(second, apart), product(first, apart));
    let mut secret = Key::copied(one.bytes());
    for (byte, other) in secret.bytes_mut().iter_mut().zip(other.bytes()) {
        *byte = product(*byte, weight) ^ product(*other, counterweight);
    }
    Some(secret)
}

/// The product of two elements, in the same time for all of them.
const fn product(one: u8, other: u8) -> u8 {
    let (mut sum, mut shifted, mut bit) = (0, one, 0);
    while bit < 8 {
        sum ^= shifted & 0_u8.wrapping_sub((other >> bit) & 1);
        shifted = (shifted << 1) ^ (0x1b & 0_u8.wrapping_sub(shifted >> 7));
        bit += 1;
    }
    sum
}

/// What an element is multiplied with to give one: its 254th power.
const fn inverse(element: u8) -> u8 {
    let (mut power, mut result, mut step) = (element, 1, 1);
    while step < 8 {
        power = product(power, power);
        result = product(result, power);
        step += 1;
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SeededRandomness;

    #[test]
    fn the_field_is_the_one_of_fips_197() {
        // Section 4.2 multiplies 57 by 83 and by 13, section 4.2.1 doubles 57 four times.
        assert_eq!(product(0x57, 0x83), 0xc1);
        assert_eq!(product(0x57, 0x13), 0xfe);
        let doubled = [0x02, 0x04, 0x08, 0x10].map(|factor| product(0x57, factor));
        assert_eq!(doubled, [0xae, 0x47, 0x8e, 0x07]);
        for element in 1..=u8::MAX {
            assert_eq!(product(element, inverse(element)), 1, "{element}");
        }
    }

    #[test]
    fn the_published_shares_give_the_published_secret() {
        // draft-mcgrew-tss-03, section 9: two of two, which is the same line.
        let padded = |bytes: [u8; 5]| {
            let mut key = [0; 32];
            key[..5].copy_from_slice(&bytes);
            Key::copied(&key)
        };
        let one = padded([0xb9, 0xfa, 0x07, 0xe1, 0x85]);
        let other = padded([0xf5, 0x40, 0x9b, 0x45, 0x11]);
        let secret = join((1, &one), (2, &other)).unwrap();
        assert_eq!(secret.bytes()[..5], [0x74, 0x65, 0x73, 0x74, 0x00]);
    }

    #[test]
    fn any_two_of_three_give_the_secret_in_any_order() {
        let randomness = SeededRandomness::new(5);
        for _ in 0..50 {
            let secret = Key::random(&randomness);
            let shares = split(&secret, &randomness);
            let numbered = || (1..).zip(&shares);
            for one in numbered() {
                for other in numbered() {
                    let joined = join(one, other).map(|key| *key.bytes());
                    let expected = (one.0 != other.0).then_some(*secret.bytes());
                    assert_eq!(joined, expected);
                }
            }
        }
    }

    #[test]
    fn one_share_fits_every_secret() {
        // For each value of the secret's byte there is exactly one slope that gives this share.
        for number in 1..=SHARES {
            for share in 0..=u8::MAX {
                let mut seen = [0_u8; 256];
                for slope in 0..=u8::MAX {
                    seen[usize::from(share ^ product(slope, number))] += 1;
                }
                assert!(seen.iter().all(|times| *times == 1));
            }
        }
    }
}
