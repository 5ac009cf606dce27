//! SHA-256 of what stands in the open or is sealed elsewhere, and bytes as hexadecimal digits. Not here: what is hashed under a
//! key (`vault`).

use aws_lc_rs::digest::{SHA256, digest};

/// The SHA-256 of bytes.
pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut out = [0; 32];
    let found = digest(&SHA256, bytes);
    out.iter_mut()
        .zip(found.as_ref())
        .for_each(|(to, from)| *to = *from);
    out
}

/// Bytes as digits, two for each.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The bytes of such digits; nothing for other text.
pub(crate) fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes().chunks(2);
    let byte = |pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    digits.map(byte).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_that_of_the_standard_and_digits_come_back() {
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(hex(&sha256(b"abc")), abc, "FIPS 180-4");
        assert_eq!(unhex(abc).unwrap(), sha256(b"abc"));
        assert_eq!(unhex("0g"), None);
    }
}
