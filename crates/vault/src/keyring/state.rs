//! State rows: what the keyring remembers about the data, so that older data put back is noticed.
//!
//! They are encrypted deterministically: salt and so key and nonce come from the content (a synthetic IV), which
//! needs no randomness and shows only that a row was written twice with the same content.

use uuid::Uuid;
use zeroize::Zeroizing;

use super::{KeyringRow, VERSION, rows};
use crate::bytes::{Reader, Writer};
use crate::crypto::{Cipher, KEY, Key, NONCE, expand, mac, same};

/// Encrypts and authenticates the content of the state row `name`.
pub(crate) fn seal(key: &Key, installation: Uuid, name: &str, content: &[u8]) -> KeyringRow {
    let salt = synthetic(key, installation, name, content);
    let (cipher, nonce) = keyed(key, installation, name, &salt);
    let mut text = content.to_vec();
    cipher.encrypt(nonce, &[], &mut text, 0);
    let bytes = Writer::default()
        .fixed(&[VERSION])
        .fixed(&salt)
        .fixed(&text)
        .finish();
    KeyringRow {
        name: name.to_owned(),
        bytes,
    }
}

/// The content, or `None` when the row is not authentic.
pub(crate) fn unseal(
    key: &Key,
    installation: Uuid,
    row: &KeyringRow,
) -> Option<Zeroizing<Vec<u8>>> {
    let mut reader = Reader::new(row.bytes.as_slice());
    (reader.u8()? == VERSION).then_some(())?;
    let salt: [u8; 32] = reader.array()?;
    let mut text = Zeroizing::new(reader.rest().to_vec());
    let (cipher, nonce) = keyed(key, installation, &row.name, &salt);
    let length = cipher.decrypt(nonce, &[], &mut text)?.len();
    text.truncate(length);
    same(&synthetic(key, installation, &row.name, &text), &salt).then_some(text)
}

fn synthetic(key: &Key, installation: Uuid, name: &str, content: &[u8]) -> [u8; 32] {
    let key = key.derive(&[], &[b"alcove/keyring/state/v1/salt"]);
    mac(&key, &rows::place(name, installation, &[content]))
}

fn keyed(key: &Key, installation: Uuid, name: &str, salt: &[u8; 32]) -> (Cipher, [u8; NONCE]) {
    let mut out = Zeroizing::new([0; KEY + NONCE]);
    let place = rows::place(name, installation, &[]);
    expand(
        key.bytes(),
        salt,
        &[b"alcove/keyring/state/v1/key", &place],
        out.as_mut_slice(),
    );
    let mut nonce = [0; NONCE];
    let mut cipher = Zeroizing::new([0; KEY]);
    for (to, from) in cipher.iter_mut().chain(nonce.iter_mut()).zip(out.iter()) {
        *to = *from;
    }
    (Cipher::new(&cipher), nonce)
}
