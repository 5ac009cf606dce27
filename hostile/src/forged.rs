//! Accounts, roles, grants, credentials, invitations, sign-ins and keys that somebody with the files changed, put in or took
//! away: they count for nothing, the server stays locked with them, and `audit verify` says so.
//!
//! The tables are those of the schema that carry a MAC over a body: a new one is attacked without being named here.

use std::time::{Duration, Instant};
use std::{fs, thread};

use outside::Anything;
use outside::http::Caller;
use uuid::Uuid;

use crate::cast::Cast;
use crate::ground::{Extent, Ground, Sound};
use crate::records;
use crate::records::data::Data;

/// What is done to a table of authority; the row that has to be named, where one can.
type Attack = (
    &'static str,
    fn(&Data, &str) -> Result<Option<Uuid>, Anything>,
);

const PUT_IN: &str = "put in";

const ATTACKS: [Attack; 3] = [
    ("changed", records::change_authority),
    (PUT_IN, records::put_authority_in),
    ("taken away", records::take_authority_away),
];

/// What decides whose part lasts until when, and what somebody agreed to, with a change of it.
const DECIDED: [(&str, &str); 6] = [
    ("participants", "destroyed_at = from_at + 1"),
    ("participants", "until_at = from_at + 1"),
    ("participants", "from_at = from_at - 1"),
    ("consents", "state = 'withdrawn', withdrawn_at = given_at"),
    ("consents", "version = version + 1"),
    ("consents", "document = 'another'"),
];

/// Attacks all of it.
pub(crate) fn forged() -> Result<(), Anything> {
    attack(
        &Ground::of("forged")?,
        &Ground::of("sign-ins")?,
        Extent::All,
    )
}

/// Attacks the practices that stand there, the second one while it is served.
pub(crate) fn attack(ground: &Ground, served: &Ground, extent: Extent) -> Result<(), Anything> {
    sign_ins(served)?;
    let sound = ground.sound()?;
    let tables = records::tables_with(&ground.database()?, "body")?;
    if tables.len() < 5 {
        return Err(format!("only {tables:?} carry authority").into());
    }
    let mut wrong = Vec::new();
    for (number, table) in tables.iter().enumerate() {
        let is_empty = records::is_empty(&ground.database()?, table)?;
        for (at, (name, attack)) in ATTACKS.into_iter().enumerate() {
            if extent == Extent::Some && at != number % ATTACKS.len() {
                continue;
            }
            // What nobody in the demo has, such as a passkey, can only be put in.
            if is_empty && name != PUT_IN {
                continue;
            }
            let row = attack(&ground.database()?, table)?;
            let said = ground.run(&["audit", "verify"])?;
            let named = row.is_none_or(|row| said.text.contains(&row.to_string()));
            if said.code != 1 || !named {
                wrong.push(format!(
                    "{table} {name}: audit verify ends with {} and does not name {row:?}",
                    said.code
                ));
            }
            if unlocks(ground)? {
                wrong.push(format!("{table} {name}: the server unlocks with it"));
            }
            ground.put_right(&sound)?;
        }
    }
    wrong.extend(structure(ground, &sound)?);
    wrong.extend(keyring(ground, &sound)?);
    ground
        .must_hold()
        .map_err(|why| format!("after everything was put right: {why}"))?;
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(wrong.join("\n  ").into())
    }
}

/// Whether a server that is started on it unlocks by its key file.
fn unlocks(ground: &Ground) -> Result<bool, Anything> {
    let log = ground.data.with_extension("log");
    let before = fs::read_to_string(&log).unwrap_or_default().len();
    let server = ground.serve_locked()?;
    let begun = Instant::now();
    loop {
        let text = fs::read_to_string(&log)?;
        let said = text.get(before..).unwrap_or_default();
        let is_ready = Caller::new(server.at)
            .get("/health", "")?
            .body
            .contains("\"ready\"");
        if is_ready || said.contains("the practice stays locked") {
            server.stop()?;
            return Ok(is_ready);
        }
        if begun.elapsed() > Duration::from_secs(30) {
            return Err("it neither unlocked nor said why not".into());
        }
        thread::sleep(Duration::from_millis(20));
    }
}

/// While the server runs: a sign-in given to somebody else, made longer, or copied.
fn sign_ins(ground: &Ground) -> Result<(), Anything> {
    let server = ground.serve(&[])?;
    let cast = Cast::gather(ground, &server)?;
    let mut caller = Caller::new(server.at);
    let data = ground.database()?;
    let noor = cast.one("client")?;
    let owner = records::person(ground, "priya")?;
    let mut one = noor.clone();
    for forgery in [
        "account_id = (SELECT id FROM accounts WHERE body LIKE $2)",
        "absolute_until = absolute_until + 1 + length(CAST($2 AS TEXT))",
        "generation = generation + 1 + 0 * length(CAST($2 AS TEXT))",
    ] {
        one.enter(&mut caller)?;
        let newest = records::newest_sign_in(ground)?;
        records::forge_sign_in(&data, newest, forgery, owner)?;
        for path in ["/my", "/desk", "/desk/practice"] {
            let status = one.get(&mut caller, path)?.status;
            if !matches!(status, 303 | 404) || (path == "/my" && status != 303) {
                return Err(format!("a sign-in with {forgery} opens {path}: {status}").into());
            }
        }
    }
    records::put_roles_in(&data, owner, records::person(ground, "noor")?)?;
    one.enter(&mut caller)?;
    let status = one.get(&mut caller, "/desk/practice")?.status;
    if status != 404 {
        return Err(format!(
            "a client with the owner's role put in opens /desk/practice: {status}"
        )
        .into());
    }
    server.stop()
}

/// Structure in the clear that decides something: whatever is changed of it is named.
fn structure(ground: &Ground, sound: &Sound) -> Result<Vec<String>, Anything> {
    let mut wrong = Vec::new();
    for (table, change) in DECIDED {
        let row = records::change_structure(&ground.database()?, table, change)?;
        let said = ground.run(&["audit", "verify"])?;
        if said.code != 1 || !said.text.contains(&row.to_string()) {
            wrong.push(format!(
                "{table}, {change}: audit verify ends with {} and does not name {row}",
                said.code
            ));
        }
        ground.put_right(sound)?;
    }
    Ok(wrong)
}

/// One bit of each kind of row in the keyring: whatever it is, it does not pass unnoticed.
fn keyring(ground: &Ground, sound: &Sound) -> Result<Vec<String>, Anything> {
    let kinds = records::keyring_names(&ground.keyring()?)?;
    let mut wrong = Vec::new();
    for name in kinds {
        records::flip_key(&ground.keyring()?, &name)?;
        let said = ground.run(&["audit", "verify"])?;
        if said.code == 0 || said.text.contains("panicked") {
            wrong.push(format!(
                "keyring {name}: audit verify ends with {}",
                said.code
            ));
        }
        ground.put_right(sound)?;
    }
    Ok(wrong)
}
