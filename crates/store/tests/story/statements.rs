//! What one statement and one operation do.

use store::{Dialect, Store, StoreError, Tx, Value, testing::both};

use super::{Outcome, add, count, one, with_tables};

#[tokio::test]
async fn what_was_written_is_read() {
    both(|store| async move {
        with_tables(&store).await;
        assert_eq!(add(&store, 1, "Noor").await, Ok(1));
        let row = one(
            &store,
            "SELECT id, name, age FROM person WHERE id = $1",
            vec![1.into()],
        )
        .await
        .unwrap();
        assert_eq!(
            (row.int(0), row.text(1), row.opt_int(2)),
            (Ok(1), Ok("Noor"), Ok(Some(30)))
        );
        assert_eq!((row.len(), row.text(0)), (3, Err(StoreError::Column(0))));
        assert_eq!(row.int(3), Err(StoreError::Column(3)));
        let none = one(
            &store,
            "SELECT id FROM person WHERE id = $1",
            vec![2.into()],
        )
        .await;
        assert_eq!(none.map(drop), Err(StoreError::NoRow));
        let changed: Outcome<u64> = store
            .write(|tx| tx.exec("UPDATE person SET age = age + 1", &[]))
            .await;
        assert_eq!(changed, Ok(1));
    })
    .await;
}

#[tokio::test]
async fn parameters_mean_their_number() {
    both(|store| async move {
        let both = vec!["one".into(), "two".into()];
        let row = one(&store, "SELECT $2 || 'x' || $1 || '$1'", both)
            .await
            .unwrap();
        assert_eq!(row.text(0), Ok("twoxone$1"));
        let twice = one(
            &store,
            "SELECT $1 || $1 || $2",
            vec!["a".into(), "b".into()],
        )
        .await;
        assert_eq!(twice.unwrap().text(0), Ok("aab"));
        for values in [vec![], vec!["a".into(), "b".into()]] {
            let wrong = one(&store, "SELECT $1 || 'x'", values).await;
            assert!(matches!(wrong, Err(StoreError::Broken(_))), "{wrong:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn nothing_is_kept_and_found_as_nothing() {
    both(|store| async move {
        with_tables(&store).await;
        let add = |tx: &mut Tx<'_>| -> Outcome {
            let person = "INSERT INTO person (id, name, age) VALUES ($1, $2, $3)";
            tx.exec(person, &[1.into(), "Sam".into(), Value::Null])?;
            let letter = "INSERT INTO letter (id, person, sealed) VALUES ($1, $2, $3)";
            tx.exec(letter, &[1.into(), 1.into(), None::<Vec<u8>>.into()])
                .map(drop)
        };
        store.write(add).await.unwrap();
        let sql =
            "SELECT age, sealed, CAST($1 AS TEXT) FROM person JOIN letter ON person = person.id
                   WHERE age IS NULL AND COALESCE($2, 7) = 7";
        let row = one(&store, sql, vec![Value::Null, Value::Null])
            .await
            .unwrap();
        assert_eq!(
            (row.opt_int(0), row.opt_blob(1), row.opt_text(2)),
            (Ok(None), Ok(None), Ok(None))
        );
        assert_eq!(row.int(0), Err(StoreError::Column(0)));
    })
    .await;
}

#[tokio::test]
async fn constraints_say_which() {
    both(|store| async move {
        with_tables(&store).await;
        add(&store, 1, "Noor").await.unwrap();
        assert_eq!(
            add(&store, 1, "Sam").await,
            Err(StoreError::Unique("person.id".into()))
        );
        assert_eq!(
            add(&store, 2, "Noor").await,
            Err(StoreError::Unique("person.name, person.age".into()))
        );
        let refused =
            async |sql: &'static str| store.write(move |tx| tx.exec(sql, &[])).await.unwrap_err();
        assert_eq!(
            refused("INSERT INTO person (id, name, age) VALUES (3, 'Sam', -1)").await,
            StoreError::Check("person_age".into())
        );
        assert_eq!(
            refused("INSERT INTO person (id) VALUES (3)").await,
            StoreError::Check("person.name".into())
        );
        let orphan = refused("INSERT INTO letter (id, person) VALUES (1, 9)").await;
        let named = if store.dialect() == Dialect::Postgres {
            "letter_person"
        } else {
            ""
        };
        assert_eq!(orphan, StoreError::ForeignKey(named.into()));
        assert!(matches!(
            refused("INSERT INTO nowhere VALUES (1)").await,
            StoreError::Broken(_)
        ));
        assert!(matches!(
            refused("SELECT id FROM person").await,
            StoreError::Broken(_)
        ));
    })
    .await;
}

#[tokio::test]
async fn an_operation_holds_whole_or_not_at_all() {
    both(|store| async move {
        with_tables(&store).await;
        let half: Outcome = store
            .write(|tx| {
                tx.exec("INSERT INTO person (id, name) VALUES (1, 'Noor')", &[])?;
                Err(StoreError::NoRow)
            })
            .await;
        assert_eq!(half, Err(StoreError::NoRow));
        assert_eq!(count(&store, "person").await, 0);
        let went_on: Outcome = store
            .write(|tx| {
                tx.exec("INSERT INTO person (id, name) VALUES (1, 'Noor')", &[])?;
                let again = tx.exec("INSERT INTO person (id, name) VALUES (1, 'Sam')", &[]);
                assert_eq!(again, Err(StoreError::Unique("person.id".into())));
                let after = tx.exec("INSERT INTO person (id, name) VALUES (2, 'Sam')", &[]);
                assert!(matches!(after, Err(StoreError::Broken(_))));
                Ok(())
            })
            .await;
        assert!(matches!(went_on, Err(StoreError::Broken(_))), "{went_on:?}");
        assert_eq!(count(&store, "person").await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_read_sees_one_moment_and_writes_nothing() {
    both(|store| async move {
        with_tables(&store).await;
        let (go, wait) = std::sync::mpsc::channel::<()>();
        let (seen, first_seen) = tokio::sync::oneshot::channel::<i64>();
        let twice = move |tx: &mut Tx<'_>| -> Outcome<i64> {
            let sql = "SELECT COUNT(*) FROM person";
            seen.send(tx.required(sql, &[])?.int(0)?).unwrap();
            wait.recv().unwrap();
            tx.required(sql, &[])?.int(0)
        };
        let reader = store.clone();
        let reading = tokio::spawn(async move { reader.read(twice).await });
        assert_eq!(first_seen.await, Ok(0));
        add(&store, 1, "Noor").await.unwrap();
        go.send(()).unwrap();
        assert_eq!(reading.await.unwrap(), Ok(0));
        assert_eq!(count(&store, "person").await, 1);
        let wrote = store.read(|tx| tx.exec("DELETE FROM person", &[])).await;
        assert!(matches!(wrote, Err(StoreError::Broken(_))), "{wrote:?}");
        assert_eq!(count(&store, "person").await, 1);
    })
    .await;
}

#[tokio::test]
async fn rows_stream_and_stop() {
    both(|store| async move {
        with_tables(&store).await;
        let filled: Outcome = store
            .write(|tx| {
                for id in 0..2_000_i64 {
                    let sql = "INSERT INTO person (id, name) VALUES ($1, 'Noor')";
                    tx.exec(sql, &[id.into()])?;
                }
                Ok(())
            })
            .await;
        filled.unwrap();
        let (sum, stopped) = store
            .read(|tx| -> Outcome<(i64, Outcome)> {
                let sql = "SELECT id FROM person ORDER BY id";
                let mut sum = 0;
                tx.each(sql, &[], |row| row.int(0).map(|id| sum += id))?;
                let stopped = tx.each(sql, &[], |row| match row.int(0)? {
                    1_000 => Err(StoreError::NoRow),
                    _ => Ok(()),
                });
                // What `work` returns is no failure of the statement: the transaction goes on.
                assert_eq!(tx.query(sql, &[])?.len(), 2_000);
                Ok((sum, stopped))
            })
            .await
            .unwrap();
        assert_eq!((sum, stopped), (1_999_000, Err(StoreError::NoRow)));
    })
    .await;
}

#[tokio::test]
async fn a_large_letter_comes_back_whole() {
    both(|store| async move {
        with_tables(&store).await;
        add(&store, 1, "Noor").await.unwrap();
        let bytes: Vec<u8> = (0..8_000_000_u32)
            .map(|at| at.to_le_bytes()[at as usize % 3])
            .collect();
        let sent = bytes.clone();
        let sql = "INSERT INTO letter (id, person, sealed) VALUES (1, 1, $1)";
        let stored: Outcome<u64> = store.write(move |tx| tx.exec(sql, &[(&sent).into()])).await;
        stored.unwrap();
        let row = one(&store, "SELECT sealed FROM letter", vec![])
            .await
            .unwrap();
        assert!(row.blob(0).unwrap() == bytes, "the letter is another one");
    })
    .await;
}

#[tokio::test]
async fn returning_and_on_conflict_are_the_same() {
    both(|store: Store| async move {
        with_tables(&store).await;
        let sql = "INSERT INTO person (id, name, age) VALUES ($1, $2, 1)
                   ON CONFLICT (id) DO UPDATE SET age = person.age + 1 RETURNING age, EXISTS (SELECT 1)";
        for expected in 1..=3 {
            let row = store
                .write(move |tx| tx.required(sql, &[1.into(), "Noor".into()]))
                .await
                .unwrap();
            assert_eq!((row.int(0), row.bool(1)), (Ok(expected), Ok(true)));
        }
        let sum = one(&store, "SELECT CAST(SUM(age) AS BIGINT) FROM person", vec![]).await.unwrap();
        assert_eq!(sum.int(0), Ok(3));
    })
    .await;
}
