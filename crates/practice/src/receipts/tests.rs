//! R1, R2, R15: what is opened leaves a receipt, the receipts cannot be changed unnoticed, and a client reads theirs.

mod access_log;
mod excerpt;
mod forged;
mod leaving;
mod mine;
mod older;
mod partner;
mod tampering;

use store::{Row, StoreError, Value};
use uuid::Uuid;

use super::{Action, Verdict};
use crate::access::{JobAccess, Purpose};
use crate::error::AccessError;
use crate::ids::PersonId;
use crate::people::{self, Identity};
use crate::private::Private;
use crate::sealed;
use crate::testing::{Fictional, secret};

/// Noor and Sam, a couple of Dr. Okafor's; Noor's identity has two revisions, and everything is in the log.
struct Couple {
    noor: PersonId,
    sam: PersonId,
}

async fn couple(house: &Fictional) -> Couple {
    let (noor, sam) = (house.client("Noor").await, house.client("Sam").await);
    house.case_of(&[noor, sam]).await;
    renamed(house, noor, "Noor A.").await;
    let desk = house.desk(house.clinician).await;
    house.practice.identity(&desk, noor).await.unwrap();
    house.practice.sequence().await.unwrap();
    Couple { noor, sam }
}

/// Writes the next revision of a person's identity, with another name.
async fn renamed(house: &Fictional, person: PersonId, name: &'static str) {
    renamed_with(house, person, move |identity| {
        identity.name = Private::from(name);
    })
    .await;
}

/// Writes the next revision of a person's identity.
async fn renamed_with(
    house: &Fictional,
    person: PersonId,
    change: impl FnOnce(&mut Identity) + Send + 'static,
) {
    let practice = house.practice.id();
    let set_up = JobAccess::set_up();
    let renamed = house.practice.write(
        &set_up,
        Action::SetUp,
        move |work| {
            let cell = people::records::cell(work.tx, practice, person)?;
            let cell = cell.ok_or(AccessError::NotThere)?;
            let opened = work.open(Action::Contact, Purpose::Keeping, &[cell.compartment])?;
            let mut identity: Identity = work.unseal(&opened, "people", &cell)?;
            let open = opened.get(cell.compartment).ok_or(AccessError::NotThere)?;
            change(&mut identity);
            work.reseal(open, "people", &cell, &identity)
        },
        move |tx, row| Ok::<_, AccessError>(sealed::revise(tx, practice, row)?),
    );
    renamed.await.unwrap();
}

async fn verified(house: &Fictional) -> Verdict {
    house.practice.verify(&secret(), &[]).await.unwrap()
}

/// The first row of a query, with nothing verified.
async fn row(house: &Fictional, sql: &str, values: Vec<Value>) -> Row {
    let sql = sql.to_owned();
    let look = move |tx: &mut store::Tx<'_>| tx.one(&sql, &values)?.ok_or(StoreError::NoRow);
    house.store.read(look).await.unwrap()
}

async fn id(house: &Fictional, sql: &str) -> Uuid {
    row(house, sql, vec![]).await.uuid(0).unwrap()
}

/// The bytes with one of them changed.
fn flipped(bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    bytes
}
