//! Whether what is acknowledged survives a power failure, as the database itself says.

use crate::{Dialect, Store, StoreError, Tx};

/// A property of the database that durability or secrecy rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Durability {
    /// The database's own word for it.
    pub name: &'static str,
    /// What it is now.
    pub found: String,
    /// What it must be.
    pub must_be: &'static str,
}

impl Durability {
    /// Whether it is as it must be.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.found == self.must_be
    }
}

/// Name, statement, and what must come back.
type Probe = (&'static str, &'static str, &'static str);

const SQLITE: [Probe; 4] = [
    ("journal_mode", "PRAGMA journal_mode", "wal"),
    ("synchronous", "PRAGMA synchronous", "2"),
    ("secure_delete", "PRAGMA secure_delete", "1"),
    ("foreign_keys", "PRAGMA foreign_keys", "1"),
];

const POSTGRES: [Probe; 3] = [
    ("fsync", "SELECT current_setting('fsync')", "on"),
    (
        "full_page_writes",
        "SELECT current_setting('full_page_writes')",
        "on",
    ),
    (
        "synchronous_commit",
        "SELECT CASE WHEN current_setting('synchronous_commit') = 'off' THEN 'off' ELSE 'on' END",
        "on",
    ),
];

impl Store {
    /// Asks the writing connection what its durability rests on.
    ///
    /// # Errors
    /// What the database says.
    pub async fn durability(&self) -> Result<Vec<Durability>, StoreError> {
        let probes: &'static [Probe] = match self.dialect() {
            Dialect::Sqlite => &SQLITE,
            Dialect::Postgres => &POSTGRES,
        };
        self.write(move |tx| probes.iter().map(|probe| ask(tx, *probe)).collect())
            .await
    }
}

fn ask(tx: &mut Tx<'_>, probe: Probe) -> Result<Durability, StoreError> {
    let (name, sql, must_be) = probe;
    let row = tx.one(sql, &[])?.ok_or(StoreError::NoRow)?;
    let found = match row.text(0) {
        Ok(text) => text.to_owned(),
        Err(_) => row.int(0)?.to_string(),
    };
    Ok(Durability {
        name,
        found,
        must_be,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Folder;

    #[tokio::test]
    async fn an_embedded_database_is_as_durable_as_it_must_be() {
        let folder = Folder::new();
        let store = Store::open(&folder.sqlite()).await.unwrap();
        let found = store.durability().await.unwrap();
        let names: Vec<_> = found
            .iter()
            .filter(|one| !one.holds())
            .map(|one| one.name)
            .collect();
        assert!(names.is_empty(), "{names:?}");
        store.close().await;
    }
}
