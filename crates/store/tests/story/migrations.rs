//! Tables are brought up to date, once and in order.

use store::{
    Dialect, Migration, StoreError,
    testing::{both, both_at, open, postgres},
};

use super::{TABLES, count, one};

const SECOND: Migration = Migration {
    number: 2,
    name: "rooms",
    sqlite: "CREATE TABLE room (id BIGINT NOT NULL PRIMARY KEY);
             INSERT INTO room (id) VALUES (1), (2); -- two to begin with",
    postgres: "CREATE TABLE room (id BIGINT NOT NULL PRIMARY KEY);
               INSERT INTO room (id) VALUES (1), (2); -- two to begin with",
};

#[tokio::test]
async fn each_runs_once() {
    both_at(async |url| {
        let store = open(&url).await;
        store.migrate(&[TABLES]).await.unwrap();
        store.migrate(&[TABLES, SECOND]).await.unwrap();
        store.migrate(&[TABLES, SECOND]).await.unwrap();
        store.close().await;
        let store = open(&url).await;
        store.migrate(&[TABLES, SECOND]).await.unwrap();
        assert_eq!(
            (
                count(&store, "room").await,
                count(&store, "migration").await
            ),
            (2, 2)
        );
        let row = one(
            &store,
            "SELECT name, applied_at FROM migration WHERE number = 2",
            vec![],
        );
        let row = row.await.unwrap();
        let may_2026 = 1_777_600_000_000_000;
        assert!(
            row.text(0) == Ok("rooms") && row.int(1).unwrap() > may_2026,
            "{row:?}"
        );
    })
    .await;
}

#[tokio::test]
async fn an_older_program_refuses_a_newer_database() {
    both(|store| async move {
        store.migrate(&[TABLES, SECOND]).await.unwrap();
        let older = store.migrate(&[TABLES]).await;
        assert_eq!(older, Err(StoreError::Newer { found: 2, known: 1 }));
    })
    .await;
}

#[tokio::test]
async fn a_changed_text_and_a_wrong_number_are_refused() {
    both(|store| async move {
        let misnumbered = store.migrate(&[SECOND]).await;
        assert!(
            matches!(misnumbered, Err(StoreError::Broken(_))),
            "{misnumbered:?}"
        );
        store.migrate(&[TABLES]).await.unwrap();
        let changed = Migration {
            sqlite: "-- less",
            postgres: "-- less",
            ..TABLES
        };
        let Err(StoreError::Broken(message)) = store.migrate(&[changed, SECOND]).await else {
            panic!("a changed migration was accepted");
        };
        assert!(message.contains("letters"), "{message}");
        assert_eq!(count(&store, "migration").await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_text_that_fails_leaves_nothing() {
    both(|store| async move {
        let half =
            "CREATE TABLE room (id BIGINT NOT NULL PRIMARY KEY); INSERT INTO nowhere VALUES (1)";
        let broken = Migration {
            sqlite: half,
            postgres: half,
            ..SECOND
        };
        let outcome = store.migrate(&[TABLES, broken]).await;
        assert!(matches!(outcome, Err(StoreError::Broken(_))), "{outcome:?}");
        store.migrate(&[TABLES, SECOND]).await.unwrap();
        assert_eq!(count(&store, "room").await, 2);
    })
    .await;
}

#[tokio::test]
async fn two_nodes_that_start_at_once_migrate_once() {
    let url = postgres();
    let slow = "CREATE TABLE slow (id BIGINT); SELECT pg_sleep(0.3);";
    let third = Migration {
        number: 3,
        name: "slow",
        sqlite: "",
        postgres: slow,
    };
    let nodes: Vec<_> = (0..4)
        .map(|_| {
            let url = url.clone();
            tokio::spawn(async move { open(&url).await.migrate(&[TABLES, SECOND, third]).await })
        })
        .collect();
    for node in nodes {
        node.await.unwrap().unwrap();
    }
    assert_eq!(count(&open(&url).await, "room").await, 2);
}

/// Rows of one practice, found by whom they are of.
const SHARED: Migration = Migration {
    number: 2,
    name: "parts",
    sqlite: PARTS,
    postgres: PARTS,
};
const PARTS: &str = "CREATE TABLE part (practice_id BIGINT NOT NULL, case_id BIGINT NOT NULL, person_id BIGINT NOT NULL);
    CREATE UNIQUE INDEX part_by_case ON part (practice_id, case_id, person_id);
    CREATE INDEX part_by_person ON part (practice_id, person_id);
    CREATE INDEX part_of_nobody ON part (practice_id, case_id) WHERE person_id = 0;";

#[tokio::test]
async fn what_all_rows_share_chooses_no_plan() {
    both(|store| async move {
        store.migrate(&[TABLES, SHARED]).await.unwrap();
        let plan = store
            .read(|tx| {
                if tx.dialect() == Dialect::Postgres {
                    return Ok(None);
                }
                let sql = "EXPLAIN QUERY PLAN SELECT case_id FROM part WHERE practice_id = $1 AND person_id = $2";
                let row = tx.required(sql, &[1_i64.into(), 2_i64.into()])?;
                Ok::<_, StoreError>(Some(row.text(3)?.to_owned()))
            })
            .await
            .unwrap();
        let by_person = "SEARCH part USING INDEX part_by_person (practice_id=? AND person_id=?)";
        assert!(plan.as_deref().is_none_or(|plan| plan == by_person), "{plan:?}");
    })
    .await;
}
