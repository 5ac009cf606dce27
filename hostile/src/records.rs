//! The data as somebody sees and changes them who has the files: all SQL of the trials.

pub(crate) mod copies;
pub(crate) mod data;

use std::collections::BTreeMap;

use outside::Anything;
use uuid::Uuid;

use crate::ground::Ground;
use crate::records::data::{Data, Value};

/// What is somebody's, one of each kind.
#[derive(Clone, Debug)]
pub(crate) struct Ids {
    pub(crate) person: Uuid,
    pub(crate) case: Uuid,
    pub(crate) participant: Uuid,
    pub(crate) assignment: Uuid,
    pub(crate) consent: Uuid,
    pub(crate) session: Uuid,
    pub(crate) note: Uuid,
    pub(crate) goal: Uuid,
    pub(crate) enquiry: Uuid,
    pub(crate) sign_in: Uuid,
    pub(crate) receipt: Uuid,
    /// What the demo has none of, and the cast makes: nothing before that.
    pub(crate) release: Uuid,
    pub(crate) signature: Uuid,
    pub(crate) copy: Uuid,
    pub(crate) demand: Uuid,
}

const CASE: &str = "SELECT case_id FROM participants WHERE id = $1";
const CONSENT: &str = "SELECT id FROM consents WHERE participant_id = $1";
const RELEASE: &str = "SELECT id FROM releases WHERE participant_id = $1";
const SIGNATURE: &str = "SELECT id FROM release_signatures WHERE participant_id = $1";
const COPY: &str = "SELECT id FROM copies WHERE basis_id = $1";

fn first(data: &Data, sql: &str, of: Uuid) -> Result<Uuid, Anything> {
    data.first(sql, &[of.into()])?.id(0)
}

/// What is theirs of each kind.
pub(crate) fn ids(ground: &Ground, person: Uuid) -> Result<Ids, Anything> {
    let data = ground.database()?;
    let find = |sql: &str, of| first(&data, sql, of);
    let made = |sql: &str, of| first(&data, sql, of).unwrap_or_default();
    // Where they took part first.
    let first_part = "SELECT id FROM participants WHERE person_id = $1 ORDER BY from_at, id";
    let participant = find(first_part, person)?;
    let case = find(CASE, participant)?;
    let own = "SELECT p.assignment_id FROM assignment_participants p JOIN assignments a ON a.id = p.assignment_id \
               WHERE p.participant_id = $1 ORDER BY a.state = 'open' DESC, \
               (SELECT COUNT(*) FROM assignment_participants o WHERE o.assignment_id = a.id), a.id";
    // What only an associate has waits for a signature, and a draft is what everybody may try to sign.
    let note = "SELECT id FROM notes WHERE case_id = $1 ORDER BY state = 'awaiting' DESC, state = 'draft' DESC, id";
    // Of the clinician of the case, or else of one whose cases nobody here has.
    let enquiry = "SELECT e.id FROM enquiries e WHERE e.state = 'waiting' \
                   ORDER BY e.clinician_id = (SELECT clinician_id FROM cases WHERE id = $1) DESC, \
                   e.clinician_id = (SELECT id FROM staff WHERE slug = 'theo') DESC, e.id";
    // The opening by the practice that names the fewest others beside them.
    let opening = "SELECT r.id FROM receipts r JOIN receipt_compartments c ON c.receipt_id = r.id \
                   WHERE c.compartment_id = (SELECT own_id FROM participants WHERE id = $1) AND r.role <> 'client' \
                   AND r.outcome <> 'refused' ORDER BY length(r.compartments), r.id";
    Ok(Ids {
        person,
        case,
        participant,
        assignment: find(own, participant)?,
        consent: find(CONSENT, participant)?,
        session: find(
            "SELECT id FROM sessions WHERE case_id = $1 ORDER BY starts_at DESC",
            case,
        )?,
        note: find(note, case)?,
        goal: find(
            "SELECT id FROM goals WHERE case_id = (SELECT case_id FROM participants WHERE id = $1) \
                    ORDER BY participant_id = $1 DESC, id",
            participant,
        )?,
        enquiry: find(enquiry, case)?,
        sign_in: sign_in_of(&data, person)?,
        receipt: find(opening, participant)?,
        release: made(RELEASE, participant),
        signature: made(SIGNATURE, participant),
        copy: made(COPY, participant),
        demand: made("SELECT id FROM demands WHERE case_id = $1", case),
    })
}

/// What a participant has of another case than their first, and else what they have of that.
pub(crate) fn part_ids(ground: &Ground, participant: Uuid, ids: Ids) -> Result<Ids, Anything> {
    let data = ground.database()?;
    let find = |sql: &str| first(&data, sql, participant);
    Ok(Ids {
        participant,
        consent: find(CONSENT)?,
        release: find(RELEASE)?,
        signature: find(SIGNATURE)?,
        copy: find(COPY)?,
        ..ids
    })
}

/// The part in a case that somebody began last.
pub(crate) fn newest_part(ground: &Ground, person: Uuid) -> Result<Uuid, Anything> {
    let sql = "SELECT id FROM participants WHERE person_id = $1 ORDER BY from_at DESC, id DESC";
    first(&ground.database()?, sql, person)
}

/// The case of a participant.
pub(crate) fn case_of(ground: &Ground, participant: Uuid) -> Result<Uuid, Anything> {
    first(&ground.database()?, CASE, participant)
}

/// The goal and the homework of a case that are newest, shared ones before one's own.
pub(crate) fn newest(ground: &Ground, case: Uuid) -> Result<(Uuid, Uuid), Anything> {
    let data = ground.database()?;
    let goal = "SELECT id FROM goals WHERE case_id = $1 ORDER BY participant_id IS NULL DESC, set_at DESC, id";
    let homework = "SELECT a.id FROM assignments a WHERE a.case_id = $1 ORDER BY \
                    (SELECT COUNT(*) FROM assignment_participants p WHERE p.assignment_id = a.id) > 1 DESC, a.given_at DESC, a.id";
    Ok((first(&data, goal, case)?, first(&data, homework, case)?))
}

/// Puts off every letter that waits by a day, so that none leaves by itself while it is watched what else changes.
pub(crate) fn put_letters_off(data: &Data) -> Result<(), Anything> {
    let sql = "UPDATE post SET due_at = due_at + 86400000000 WHERE state = 'waiting'";
    data.change(sql, &[]).map(drop)
}

/// A part whose years are over and that nothing holds.
pub(crate) fn due(ground: &Ground) -> Result<Uuid, Anything> {
    let sql = "SELECT id FROM participants WHERE until_at IS NOT NULL \
               AND id NOT IN (SELECT participant_id FROM holds) ORDER BY until_at";
    ground.database()?.first(sql, &[])?.id(0)
}

fn sign_in_of(data: &Data, person: Uuid) -> Result<Uuid, Anything> {
    let sql =
        "SELECT s.id FROM sign_ins s JOIN accounts a ON a.id = s.account_id WHERE a.body LIKE $1";
    data.first(sql, &[of_body(person)])?.id(0)
}

/// A pattern for a body that names somebody.
fn of_body(person: Uuid) -> Value {
    format!("%{person}%").as_str().into()
}

/// The sign-in that began last.
pub(crate) fn newest_sign_in(ground: &Ground) -> Result<Uuid, Anything> {
    let sql = "SELECT id FROM sign_ins ORDER BY begun_at DESC, id DESC";
    ground.database()?.first(sql, &[])?.id(0)
}

/// Every table that has this column, from the schema, so that a new one is never forgotten.
pub(crate) fn tables_with(data: &Data, column: &str) -> Result<Vec<String>, Anything> {
    let mut with = Vec::new();
    for name in data.tables()? {
        if data.columns(&name)?.iter().any(|one| one == column) {
            with.push(name);
        }
    }
    Ok(with)
}

/// Tables that a refused request may write to: that it was refused, and when a sign-in was last used.
const MAY_CHANGE: [&str; 6] = [
    "receipts",
    "receipt_compartments",
    "receipt_log",
    "checkpoints",
    "sign_ins",
    "sqlite_stat1",
];

/// A number for each table over all that stands in it, apart from what a refused request may write.
pub(crate) fn digests(data: &Data) -> Result<BTreeMap<String, u64>, Anything> {
    let mut digests = BTreeMap::new();
    let names = data.tables()?.into_iter();
    for name in names.filter(|name| !MAY_CHANGE.contains(&name.as_str())) {
        let sum = data.sum(&name)?;
        digests.insert(name, sum);
    }
    Ok(digests)
}

/// Who of the demo's people this is: the demo's file tells the ids in the order of its content.
pub(crate) fn person(ground: &Ground, slug: &str) -> Result<Uuid, Anything> {
    let read = |text: &str| serde_json::from_str::<serde_json::Value>(text);
    let content = read(&std::fs::read_to_string(
        outside::root().join("crates/alcove/content/demo.json"),
    )?)?;
    let marker = read(&std::fs::read_to_string(ground.data.join("demo.json"))?)?;
    for (people, ids) in [("staff", "staff"), ("people", "clients")] {
        let list = content.get(people).and_then(|list| list.as_array());
        let at = list.and_then(|list| {
            list.iter()
                .position(|one| one.get("slug").is_some_and(|at| at == slug))
        });
        let Some(at) = at else { continue };
        let id = marker.get(ids).and_then(|list| list.get(at));
        let id = id.and_then(|id| id.get("person").unwrap_or(id).as_str());
        return Ok(id.ok_or("the demo's file lacks somebody")?.parse()?);
    }
    Err(format!("the demo has no {slug}").into())
}

/// How many receipts this person left.
pub(crate) fn receipts_of(data: &Data, person: Uuid) -> Result<i64, Anything> {
    let sql = "SELECT COUNT(*) FROM receipts WHERE actor = $1";
    data.first(sql, &[person.into()])?.number(0)
}

/// What a row is found by.
#[derive(Clone, Debug)]
pub(crate) enum Key {
    /// The newest state, by its id.
    Newest(Uuid),
    /// An earlier one, among the revisions: of which table, row and revision.
    Earlier(String, Uuid, i64),
}

/// A sealed row, and whose state it is.
#[derive(Clone, Debug)]
pub(crate) struct Sealed {
    /// Where it stands in its table.
    pub(crate) key: Key,
    /// The row that it is, or of which it is an earlier state.
    pub(crate) of: Uuid,
    /// Which of its revisions it says that it is.
    pub(crate) revision: i64,
    /// The id of its compartment.
    pub(crate) compartment: Vec<u8>,
    /// What is sealed.
    pub(crate) bytes: Vec<u8>,
}

impl Sealed {
    /// The same row with other bytes.
    pub(crate) fn with(&self, bytes: Vec<u8>) -> Self {
        Self {
            bytes,
            ..self.clone()
        }
    }
}

/// Sealed rows of a table, first those of this participant's compartments.
pub(crate) fn sealed_rows(data: &Data, table: &str, of: Uuid) -> Result<Vec<Sealed>, Anything> {
    let is_earlier = table == "revisions";
    let id = if is_earlier { "row_id" } else { "id" };
    let name = if is_earlier { "tbl" } else { "''" };
    let sql = format!(
        "SELECT {id}, revision, compartment_id, sealed, {name} FROM {table} ORDER BY compartment_id IN \
         (SELECT own_id FROM participants WHERE id = $1 UNION SELECT joint_id FROM cases WHERE id = \
         (SELECT case_id FROM participants WHERE id = $1) UNION SELECT compartment_id FROM people WHERE id = \
         (SELECT person_id FROM participants WHERE id = $1)) DESC, {id} DESC LIMIT 200"
    );
    let found = data.rows(&sql, &[of.into()])?;
    let rows = found.iter().map(|row| {
        let (of, revision) = (row.id(0)?, row.number(1)?);
        Ok(Sealed {
            key: if is_earlier {
                Key::Earlier(row.text(4)?, of, revision)
            } else {
                Key::Newest(of)
            },
            of,
            revision,
            compartment: row.bytes(2)?,
            bytes: row.bytes(3)?,
        })
    });
    rows.collect()
}

/// Puts a row where it stands.
pub(crate) fn write(data: &Data, table: &str, row: &Sealed) -> Result<(), Anything> {
    let set = format!("UPDATE {table} SET revision = $1, compartment_id = $2, sealed = $3");
    let mut values = vec![
        row.revision.into(),
        row.compartment.clone().into(),
        row.bytes.clone().into(),
    ];
    let found = match &row.key {
        Key::Newest(id) => {
            values.push((*id).into());
            "id = $4"
        }
        Key::Earlier(of, id, revision) => {
            values.extend([of.as_str().into(), (*id).into(), (*revision).into()]);
            "tbl = $4 AND row_id = $5 AND revision = $6"
        }
    };
    match data.change(&format!("{set} WHERE {found}"), &values)? {
        1 => Ok(()),
        other => Err(format!("{table}: {other} rows changed").into()),
    }
}

/// Copies one row of a table under a new id; whether the table took it.
pub(crate) fn copy_row(data: &Data, table: &str, new: Uuid) -> Result<bool, Anything> {
    let columns = data.columns(table)?;
    let values: Vec<&str> = columns
        .iter()
        .map(|one| if one == "id" { "$1" } else { one.as_str() })
        .collect();
    // Without a condition `SQLite` would read the last words as part of the selection.
    let sql = format!(
        "INSERT INTO {table} ({}) SELECT {} FROM (SELECT * FROM {table} LIMIT 1) one WHERE TRUE ON CONFLICT DO NOTHING",
        columns.join(", "),
        values.join(", ")
    );
    // A table may refuse it by a rule of its own.
    Ok(data.change(&sql, &[new.into()]).is_ok_and(|rows| rows == 1))
}

/// Takes a row away.
pub(crate) fn delete(data: &Data, table: &str, id: Uuid) -> Result<(), Anything> {
    data.change(&format!("DELETE FROM {table} WHERE id = $1"), &[id.into()])?;
    Ok(())
}

/// Puts an earlier state in the place of the newest, once in each table that keeps some; what stood there.
pub(crate) fn put_older(data: &Data) -> Result<Vec<(String, Sealed)>, Anything> {
    let mut before = Vec::new();
    for named in data.rows("SELECT DISTINCT tbl FROM revisions ORDER BY tbl", &[])? {
        let table = named.text(0)?;
        let sql = format!(
            "SELECT t.id, t.revision, t.compartment_id, t.sealed, r.revision, r.compartment_id, r.sealed \
             FROM {table} t JOIN revisions r ON r.tbl = $1 AND r.row_id = t.id ORDER BY t.id, r.revision LIMIT 1"
        );
        let found = data.rows(&sql, &[table.as_str().into()])?;
        let Some(row) = found.first() else { continue };
        let of = row.id(0)?;
        let state = |from: usize| {
            Ok::<_, Anything>(Sealed {
                key: Key::Newest(of),
                of,
                revision: row.number(from)?,
                compartment: row.bytes(from + 1)?,
                bytes: row.bytes(from + 2)?,
            })
        };
        write(data, &table, &state(4)?)?;
        before.push((table, state(1)?));
    }
    Ok(before)
}

/// Changes one digit of one body of authority.
pub(crate) fn change_authority(data: &Data, table: &str) -> Result<Option<Uuid>, Anything> {
    let row = data.first(
        &format!("SELECT id, body FROM {table} ORDER BY id LIMIT 1"),
        &[],
    )?;
    // A space between two words of JSON: the same to who reads it, and not what was signed.
    let changed = row.text(1)?.replacen(':', ": ", 1);
    let sql = format!("UPDATE {table} SET body = $1 WHERE id = $2");
    data.change(&sql, &[changed.as_str().into(), row.id(0)?.into()])?;
    Ok(Some(row.id(0)?))
}

/// Changes what stands in the clear of one row; which.
pub(crate) fn change_structure(data: &Data, table: &str, set: &str) -> Result<Uuid, Anything> {
    let first = format!("SELECT id FROM {table} ORDER BY id LIMIT 1");
    let id = data.first(&first, &[])?.id(0)?;
    let sql = format!("UPDATE {table} SET {set} WHERE id = $1");
    match data.change(&sql, &[id.into()])? {
        1 => Ok(id),
        other => Err(format!("{table}: {other} rows changed").into()),
    }
}

/// Whether a table has no row.
pub(crate) fn is_empty(data: &Data, table: &str) -> Result<bool, Anything> {
    let found = data.rows(&format!("SELECT id FROM {table} LIMIT 1"), &[])?;
    Ok(found.is_empty())
}

/// Copies one row of authority under a new id.
pub(crate) fn put_authority_in(data: &Data, table: &str) -> Result<Option<Uuid>, Anything> {
    let new = Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0077);
    let columns = data.columns(table)?;
    let value = |one: &String| match one.as_str() {
        "id" => "$1".to_owned(),
        "unique_key" => "unique_key || '7'".to_owned(),
        other => other.to_owned(),
    };
    let values: Vec<String> = columns.iter().map(value).collect();
    let sql = format!(
        "INSERT INTO {table} ({}) SELECT {} FROM {table} LIMIT 1",
        columns.join(", "),
        values.join(", ")
    );
    if data.change(&sql, &[new.into()])? == 0 {
        let made_up = format!(
            "INSERT INTO {table} (practice_id, id, revision, body, mac) SELECT id, $1, 1, '{{}}', $2 FROM practices"
        );
        data.change(&made_up, &[new.into(), vec![0; 32].into()])?;
    }
    Ok(Some(new))
}

/// Takes one row of authority away; nothing is left that could be named.
pub(crate) fn take_authority_away(data: &Data, table: &str) -> Result<Option<Uuid>, Anything> {
    let last = format!("(SELECT id FROM {table} ORDER BY id DESC LIMIT 1)");
    data.change(&format!("DELETE FROM {table} WHERE id = {last}"), &[])?;
    Ok(None)
}

/// Changes one thing of a sign-in; `$2` in it is a pattern for the body of this person's account.
pub(crate) fn forge_sign_in(
    data: &Data,
    id: Uuid,
    change: &str,
    person: Uuid,
) -> Result<(), Anything> {
    let sql = format!("UPDATE sign_ins SET {change} WHERE id = $1");
    match data.change(&sql, &[id.into(), of_body(person)])? {
        1 => Ok(()),
        other => Err(format!("{other} sign-ins were forged").into()),
    }
}

/// Gives one person's roles to another, as far as SQL can.
pub(crate) fn put_roles_in(data: &Data, from: Uuid, to: Uuid) -> Result<(), Anything> {
    let sql = "INSERT INTO roles (practice_id, id, revision, body, unique_key, mac) SELECT practice_id, $1, revision, \
               replace(body, $2, $3), NULL, mac FROM roles WHERE body LIKE $4 LIMIT 1";
    let new = Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0078);
    let (was, is) = (from.to_string(), to.to_string());
    let values = [
        new.into(),
        was.as_str().into(),
        is.as_str().into(),
        of_body(from),
    ];
    match data.change(sql, &values)? {
        1 => Ok(()),
        other => Err(format!("{other} roles were put in").into()),
    }
}

/// One name of each kind of row in the keyring.
pub(crate) fn keyring_names(keyring: &Data) -> Result<Vec<String>, Anything> {
    let mut kinds: BTreeMap<String, String> = BTreeMap::new();
    for row in keyring.rows("SELECT name FROM keyring ORDER BY name", &[])? {
        let name = row.text(0)?;
        let kind = name.split('/').next().unwrap_or_default().to_owned();
        kinds.entry(kind).or_insert(name);
    }
    Ok(kinds.into_values().collect())
}

/// Flips one bit in the middle of a row of the keyring.
pub(crate) fn flip_key(keyring: &Data, name: &str) -> Result<(), Anything> {
    let sql = "SELECT bytes FROM keyring WHERE name = $1";
    let mut bytes = keyring.first(sql, &[name.into()])?.bytes(0)?;
    let middle = bytes.len() / 2;
    if let Some(byte) = bytes.get_mut(middle) {
        *byte ^= 1;
    }
    keyring.change(
        "UPDATE keyring SET bytes = $1 WHERE name = $2",
        &[bytes.into(), name.into()],
    )?;
    Ok(())
}
