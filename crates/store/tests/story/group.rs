//! Writers share commits, and stay strangers to each other.

use std::{sync::mpsc, time::Instant};

use store::{
    Dialect, Migration, Pending, Store, StoreError, Tx,
    testing::{both, both_at, open, postgres},
};

use super::{Outcome, TABLES, add, count, one, with_tables};

const INSERT: &str = "INSERT INTO person (id, name) VALUES ($1, 'Noor')";

fn submit(store: &Store, id: i64) -> Pending<u64, StoreError> {
    store.submit(move |tx| tx.exec(INSERT, &[id.into()]))
}

/// Keeps the writer busy, so that everything submitted meanwhile is one group.
fn hold(store: &Store) -> (mpsc::Sender<()>, Pending<(), StoreError>) {
    let (go, wait) = mpsc::channel::<()>();
    let mut waited = false;
    let held = store.submit(move |_| -> Outcome {
        // An operation may run again, and then it has waited.
        waited = waited || wait.recv().is_ok();
        Ok(())
    });
    (go, held)
}

async fn write_four(store: Store, first: i64) {
    for id in first..first + 4 {
        assert_eq!(submit(&store, id).await, Ok(1));
    }
}

#[tokio::test]
async fn writers_share_commits() {
    both(|store| async move {
        with_tables(&store).await;
        let (commits, operations) = (store.commits(), store.writes());
        let statements = store.statements();
        let tasks: Vec<_> = (0..64)
            .map(|writer| tokio::spawn(write_four(store.clone(), writer * 10)))
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        assert_eq!(store.writes() - operations, 256);
        // Each is one statement, which runs once more where another node was in the way.
        assert!(store.statements() - statements >= 256);
        let commits = store.commits() - commits;
        assert!(commits < 128, "{commits} commits for 256 writes");
        assert_eq!(count(&store, "person").await, 256);
    })
    .await;
}

/// Writes `first` to `first + 8` one by one, and reads each as soon as it is told that it is written.
async fn write_and_look(store: Store, first: i64) {
    for id in first..first + 8 {
        assert_eq!(submit(&store, id).await, Ok(1));
        let sql = "SELECT COUNT(*) FROM person WHERE id = $1";
        let seen = store.read(move |tx| tx.one(sql, &[id.into()])).await;
        assert_eq!(seen.unwrap().unwrap().int(0), Ok(1), "{id}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_shares_a_snapshot_reads_their_own_last_write() {
    both(|store| async move {
        with_tables(&store).await;
        let tasks: Vec<_> = (0..64)
            .map(|who| tokio::spawn(write_and_look(store.clone(), who * 10)))
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
    })
    .await;
}

#[tokio::test]
async fn a_reading_that_fails_leaves_its_neighbours_alone() {
    both(|store| async move {
        with_tables(&store).await;
        add(&store, 5, "Sam").await.unwrap();
        let readings: Vec<_> = (0..64)
            .map(|number| {
                let store = store.clone();
                tokio::spawn(async move {
                    let sql = if number % 2 == 0 {
                        "SELECT id FROM person"
                    } else {
                        "SELECT id FROM nowhere"
                    };
                    let found: Result<_, StoreError> =
                        store.read(move |tx| tx.query(sql, &[])).await;
                    found.map(|rows| rows.len())
                })
            })
            .collect();
        for (number, reading) in readings.into_iter().enumerate() {
            let found = reading.await.unwrap();
            if number % 2 == 0 {
                assert_eq!(found, Ok(1));
            } else {
                assert!(matches!(found, Err(StoreError::Broken(_))));
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_failure_in_a_group_is_its_own() {
    both(|store| async move {
        with_tables(&store).await;
        add(&store, 5, "Sam").await.unwrap();
        let before = store.commits();
        let (go, held) = hold(&store);
        let good: Vec<_> = (10..15).map(|id| submit(&store, id)).collect();
        let twice = submit(&store, 5);
        let refused = store.submit(|tx| -> Outcome {
            tx.exec(INSERT, &[20.into()])?;
            Err(StoreError::NoRow)
        });
        let panicked = store.submit(|tx| -> Outcome {
            tx.exec(INSERT, &[21.into()])?;
            panic!("on purpose")
        });
        let streaming = store.submit(|tx| -> Outcome {
            tx.exec(INSERT, &[22.into()])?;
            tx.each("SELECT id FROM person", &[], |_| panic!("on purpose"))
        });
        let late: Vec<_> = (30..35).map(|id| submit(&store, id)).collect();
        go.send(()).unwrap();
        held.await.unwrap();
        for pending in good.into_iter().chain(late) {
            assert_eq!(pending.await, Ok(1));
        }
        assert_eq!(twice.await, Err(StoreError::Unique("person.id".into())));
        assert_eq!(refused.await, Err(StoreError::NoRow));
        for broken in [panicked.await, streaming.await] {
            let Err(StoreError::Broken(message)) = broken else {
                panic!("{broken:?}")
            };
            assert!(!message.contains("on purpose"), "{message}");
        }
        assert_eq!(count(&store, "person").await, 11);
        assert!(
            store.commits() - before <= 2,
            "one group, besides the one that held it up"
        );
    })
    .await;
}

#[tokio::test]
async fn submitted_writes_keep_their_order() {
    both(|store| async move {
        with_tables(&store).await;
        add(&store, 1, "Noor").await.unwrap();
        let queued: Vec<_> = (0..300_i64)
            .map(|age| {
                let sql = "UPDATE person SET age = $1 WHERE id = 1";
                store.submit(move |tx| -> Outcome<u64> { tx.exec(sql, &[age.into()]) })
            })
            .collect();
        drop(queued);
        add(&store, 2, "Sam").await.unwrap();
        let row = one(&store, "SELECT age FROM person WHERE id = 1", vec![])
            .await
            .unwrap();
        assert_eq!(row.int(0), Ok(299));
    })
    .await;
}

#[tokio::test]
async fn a_check_at_the_commit_blames_only_its_operation() {
    both(|store| async move {
        let sql = "CREATE TABLE parent (id BIGINT NOT NULL PRIMARY KEY);
            CREATE TABLE child (id BIGINT NOT NULL PRIMARY KEY, parent BIGINT NOT NULL
                REFERENCES parent (id) DEFERRABLE INITIALLY DEFERRED);";
        let tables = Migration {
            number: 1,
            name: "deferred",
            sqlite: sql,
            postgres: sql,
        };
        store.migrate(&[tables]).await.unwrap();
        let (go, held) = hold(&store);
        let parent = |id: i64| {
            store.submit(move |tx| -> Outcome<u64> {
                tx.exec("INSERT INTO parent (id) VALUES ($1)", &[id.into()])
            })
        };
        let first = parent(1);
        let orphan = store.submit(|tx| -> Outcome<u64> {
            tx.exec("INSERT INTO child (id, parent) VALUES (1, 99)", &[])
        });
        let second = parent(2);
        go.send(()).unwrap();
        held.await.unwrap();
        assert_eq!((first.await, second.await), (Ok(1), Ok(1)));
        assert!(matches!(orphan.await, Err(StoreError::ForeignKey(_))));
        assert_eq!(
            (count(&store, "parent").await, count(&store, "child").await),
            (2, 0)
        );
    })
    .await;
}

#[tokio::test]
async fn two_nodes_count_without_losing_one() {
    both_at(async |url| {
        let nodes = [open(&url).await, open(&url).await];
        with_tables(&nodes[0]).await;
        add(&nodes[0], 1, "Noor").await.unwrap();
        let step = |tx: &mut Tx<'_>| -> Outcome<u64> {
            let age = tx
                .required("SELECT age FROM person WHERE id = 1", &[])?
                .int(0)?;
            tx.exec(
                "UPDATE person SET age = $1 WHERE id = 1",
                &[(age + 1).into()],
            )
        };
        let mut added = 0;
        for _ in 0..10 {
            let round: Vec<_> = (0..20).map(|turn| nodes[turn % 2].submit(step)).collect();
            for pending in round {
                added += i64::from(pending.await == Ok(1));
            }
        }
        let row = one(&nodes[1], "SELECT age FROM person", vec![])
            .await
            .unwrap();
        assert_eq!(
            row.int(0),
            Ok(30 + added),
            "each acknowledged step counts, and no other"
        );
        assert_eq!(added, 200, "and with so little traffic, none gives up");
    })
    .await;
}

#[tokio::test]
async fn of_200_overlapping_bookings_one_wins() {
    let url = postgres();
    let nodes = [open(&url).await, open(&url).await];
    let booking = Migration {
        number: 1,
        name: "booking",
        sqlite: "",
        postgres: "CREATE EXTENSION btree_gist;
            CREATE TABLE booking (
                id BIGINT NOT NULL PRIMARY KEY, room BYTEA NOT NULL,
                starts BIGINT NOT NULL, ends BIGINT NOT NULL,
                EXCLUDE USING gist (room WITH =, int8range(starts, ends) WITH &&));",
    };
    nodes[0].migrate(&[booking]).await.unwrap();
    let began = Instant::now();
    let asked: Vec<_> = (0..200_i64)
        .map(|id| {
            let node = &nodes[usize::try_from(id % 2).unwrap()];
            node.submit(move |tx| -> Outcome<u64> {
                let sql = "INSERT INTO booking (id, room, starts, ends) VALUES ($1, $2, $3, $4)";
                tx.exec(
                    sql,
                    &[id.into(), [7_u8; 16].into(), id.into(), (id + 1_000).into()],
                )
            })
        })
        .collect();
    let mut won = 0;
    for pending in asked {
        match pending.await {
            Ok(_) => won += 1,
            Err(error) => assert_eq!(error, StoreError::Exclusion),
        }
    }
    let took = began.elapsed();
    assert_eq!((won, count(&nodes[0], "booking").await), (1, 1));
    assert!(took.as_millis() < 3_000, "{took:?}");
}

#[tokio::test]
async fn on_the_embedded_database_a_trigger_excludes() {
    both(|store| async move {
        if store.dialect() == Dialect::Postgres {
            return;
        }
        let sqlite = "CREATE TABLE booking (starts BIGINT NOT NULL, ends BIGINT NOT NULL);
            CREATE TRIGGER booking_overlap BEFORE INSERT ON booking
            WHEN EXISTS (SELECT 1 FROM booking WHERE starts < NEW.ends AND ends > NEW.starts)
            BEGIN SELECT RAISE(ABORT, 'exclusion'); END;
            CREATE TRIGGER booking_kept BEFORE DELETE ON booking
            BEGIN SELECT RAISE(ABORT, 'bookings are kept'); END;";
        let migration = Migration {
            number: 1,
            name: "booking",
            sqlite,
            postgres: "",
        };
        store.migrate(&[migration]).await.unwrap();
        let book = |starts: i64| {
            let sql = "INSERT INTO booking (starts, ends) VALUES ($1, $1 + 10)";
            store.submit(move |tx| -> Outcome<u64> { tx.exec(sql, &[starts.into()]) })
        };
        let (first, second, third) = (book(0), book(5), book(10));
        assert_eq!((first.await, third.await), (Ok(1), Ok(1)));
        assert_eq!(second.await, Err(StoreError::Exclusion));
        let dropped = store.write(|tx| tx.exec("DELETE FROM booking", &[])).await;
        assert_eq!(dropped, Err(StoreError::Check("bookings are kept".into())));
    })
    .await;
}

#[tokio::test]
async fn a_lost_connection_is_made_again() {
    let url = postgres();
    let (store, other) = (open(&url).await, open(&url).await);
    with_tables(&store).await;
    add(&store, 1, "Noor").await.unwrap();
    assert_eq!(count(&store, "person").await, 1);
    for round in 2..5 {
        let sql = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                   WHERE datname = current_database() AND pid <> pg_backend_pid()";
        other.read(move |tx| tx.query(sql, &[])).await.unwrap();
        add(
            &store,
            round,
            ["", "", "Sam", "Mia", "Ida"][usize::try_from(round).unwrap()],
        )
        .await
        .unwrap();
        for _ in 0..8 {
            assert_eq!(count(&store, "person").await, round);
        }
    }
}

#[tokio::test]
async fn a_table_that_changes_under_a_kept_statement_does_no_harm() {
    both_at(async |url| {
        let (store, other) = (open(&url).await, open(&url).await);
        with_tables(&store).await;
        add(&store, 1, "Noor").await.unwrap();
        let all = |tx: &mut Tx<'_>| tx.required("SELECT * FROM person", &[]);
        assert_eq!(store.read(all).await.unwrap().len(), 3);
        assert_eq!(store.write(all).await.unwrap().len(), 3);
        let wider = "ALTER TABLE person ADD COLUMN city TEXT";
        let second = Migration {
            number: 2,
            name: "city",
            sqlite: wider,
            postgres: wider,
        };
        other.migrate(&[TABLES, second]).await.unwrap();
        for _ in 0..8 {
            assert_eq!(store.read(all).await.unwrap().len(), 4);
        }
        assert_eq!(store.write(all).await.unwrap().len(), 4);
    })
    .await;
}
