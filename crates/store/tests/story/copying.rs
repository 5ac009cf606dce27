//! A whole database copied out and in, from each of the two into each.

use store::{DatabaseUrl, Migration, Store, StoreError, Table, Value, testing};

const SCHEMA: Migration = Migration {
    number: 1,
    name: "houses",
    sqlite: TEXT,
    postgres: TEXT,
};

const TEXT: &str = "CREATE TABLE zebra (practice_id BYTEA NOT NULL, id BIGINT NOT NULL, word TEXT, PRIMARY KEY (practice_id, id));
    CREATE TABLE ant (id BYTEA NOT NULL PRIMARY KEY, zebra BIGINT NOT NULL, owner BYTEA NOT NULL,
        FOREIGN KEY (owner, zebra) REFERENCES zebra (practice_id, id));
    ALTER TABLE zebra ADD COLUMN late BYTEA;";

async fn filled(url: &DatabaseUrl) -> Store {
    let store = testing::open(url).await;
    store.migrate(&[SCHEMA]).await.unwrap();
    store
        .write(|tx| {
            for (id, word) in [
                (2_u8, Value::from("two")),
                (1, Value::Null),
                (10, "".into()),
            ] {
                let values = [[7; 16].into(), Value::Int(id.into()), word, [id; 3].into()];
                let sql = "INSERT INTO zebra (practice_id, id, word, late) VALUES ($1, $2, $3, $4)";
                tx.exec(sql, &values)?;
            }
            let sql = "INSERT INTO ant (id, zebra, owner) VALUES ($1, $2, $3)";
            tx.exec(sql, &[[9; 16].into(), Value::Int(10), [7; 16].into()])?;
            Ok::<_, StoreError>(())
        })
        .await
        .unwrap();
    store
}

async fn copied(store: &Store) -> Vec<(Table, Vec<u8>)> {
    store
        .read(|tx| {
            let mut all = Vec::new();
            for table in tx.tables()? {
                let mut bytes = Vec::new();
                tx.copy_out(&table, |row| {
                    bytes.extend_from_slice(row);
                    Ok::<_, StoreError>(())
                })?;
                all.push((table, bytes));
            }
            Ok::<_, StoreError>(all)
        })
        .await
        .unwrap()
}

#[tokio::test]
async fn what_one_database_gives_either_takes() {
    testing::both_at(async |from| {
        let out = copied(&filled(&from).await).await;
        let names: Vec<&str> = out.iter().map(|(table, _)| table.name.as_str()).collect();
        assert_eq!(names, ["zebra", "ant"], "made first, copied first");
        assert_eq!(out[0].0.columns, ["practice_id", "id", "word", "late"]);
        testing::both_at(async |to| {
            let store = testing::open(&to).await;
            store.migrate(&[SCHEMA]).await.unwrap();
            let rows = out.clone();
            let count = store
                .write(move |tx| {
                    let mut count = 0;
                    for (table, bytes) in &rows {
                        count += tx.copy_in(table, bytes)?;
                        assert!(tx.rows_of(table)? > 0);
                    }
                    Ok::<_, StoreError>(count)
                })
                .await
                .unwrap();
            assert_eq!(count, 4);
            let bytes = |all: Vec<(Table, Vec<u8>)>| -> Vec<Vec<u8>> {
                all.into_iter().map(|(_, bytes)| bytes).collect()
            };
            let again = bytes(copied(&store).await);
            assert_eq!(again, bytes(out.clone()), "the same bytes again");
        })
        .await;
    })
    .await;
}
