//! What browsers write encrypted by themselves: keys, a journal, process notes. The trials send it as a browser would.
//!
//! The server reads the header of such a file and nothing behind it, so what stands there is no cipher's. That the author's
//! browser refuses a file of another place is tried in a browser: `journeys/words.test.mjs`.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use outside::Anything;
use outside::http::Caller;
use uuid::Uuid;

use crate::cast::{Cast, Someone, Whose};

/// What only browsers make, and what is made of it: the journeys of messages and of succession exchange it.
pub(crate) const ONLY_BROWSERS: [&str; 6] = [
    "filed_messages",
    "known_keys",
    "message_pieces",
    "message_threads",
    "messages",
    "succession_exports",
];

/// Keys for somebody of each door and for two strangers of theirs, and something written with them, twice.
pub(crate) fn write(cast: &Cast, caller: &mut Caller) -> Result<(), Anything> {
    let [noor, hannah] = [cast.ids(Whose::Noor)?, cast.ids(Whose::Hannah)?];
    let clients = [("client", noor), ("stranger", hannah)];
    for (number, (role, ids)) in (1_u8..).zip(clients) {
        let one = cast.one(role)?;
        keys(one, caller, ("/my/own-words/identity", number))?;
        let entry = Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0001_0000 + u128::from(number));
        let path = format!("/my/journal/{}/{entry}", ids.participant);
        twice(one, caller, (&path, number))?;
    }
    let clinicians = [("clinician", noor), ("colleague", hannah)];
    for (number, (role, ids)) in (11_u8..).zip(clinicians) {
        let one = cast.one(role)?;
        keys(one, caller, ("/desk/own-words/identity", number))?;
        let path = format!("/desk/sessions/{}/process-note", ids.session);
        twice(one, caller, (&path, number))?;
    }
    Ok(())
}

/// Public keys and the two slots that wrap the others.
fn keys(one: &Someone, caller: &mut Caller, at: (&str, u8)) -> Result<(), Anything> {
    let (path, number) = at;
    let letter = char::from(b'a' + number);
    let recipient = format!("age1{}", letter.to_string().repeat(58));
    let author = format!("{number:02x}").repeat(32);
    let slot = |work| file(&passphrase(work), number);
    let (recovery, passphrase) = (slot(12), slot(18));
    let fields = [
        ("recipient", recipient.as_str()),
        ("author", &author),
        ("recovery", &recovery),
        ("passphrase", &passphrase),
        ("revision", "0"),
    ];
    sent(one, caller, path, &fields)
}

/// Something new, and a change of it.
fn twice(one: &Someone, caller: &mut Caller, at: (&str, u8)) -> Result<(), Anything> {
    let (path, number) = at;
    for (revision, more) in [("0", 0), ("1", 100)] {
        let file = file(&key(), number + more);
        let fields = [("file", file.as_str()), ("revision", revision)];
        sent(one, caller, path, &fields)?;
    }
    Ok(())
}

fn sent(
    one: &Someone,
    caller: &mut Caller,
    path: &str,
    fields: &[(&str, &str)],
) -> Result<(), Anything> {
    let answer = one.post(caller, path, fields)?;
    if answer.status == 200 {
        Ok(())
    } else {
        Err(format!("{path}: {} {}", answer.status, answer.body).into())
    }
}

fn key() -> String {
    format!("X25519 {}", STANDARD_NO_PAD.encode([5_u8; 32]))
}

fn passphrase(work: u8) -> String {
    format!("scrypt {} {work}", STANDARD_NO_PAD.encode([5_u8; 16]))
}

/// A file for this recipient, in Base64, whose payload is told from others by its number.
fn file(recipient: &str, number: u8) -> String {
    let body = STANDARD_NO_PAD.encode([number; 32]);
    let mut bytes =
        format!("age-encryption.org/v1\n-> {recipient}\n{body}\n--- {body}\n").into_bytes();
    bytes.extend([number; 96]);
    STANDARD.encode(bytes)
}
