//! Every value comes back as it went in.

use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};
use store::{StoreError, Value, testing::both};
use uuid::Uuid;

use super::{Outcome, one};

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<i64>().prop_map(Value::Int),
        prop_oneof![Just(i64::MIN), Just(i64::MAX), Just(0)].prop_map(Value::Int),
        "[^\0]{0,40}".prop_map(Value::from),
        proptest::collection::vec(any::<u8>(), 0..200).prop_map(Value::from),
    ]
}

#[tokio::test]
async fn a_value_comes_back_as_it_went_in() {
    let strategy = proptest::collection::vec(value(), 1..60);
    let mut runner = TestRunner::deterministic();
    let cases: Vec<Vec<Value>> = (0..40)
        .map(|_| strategy.new_tree(&mut runner).unwrap().current())
        .collect();
    both(|store| {
        let cases = cases.clone();
        async move {
            let table = match store.dialect() {
                store::Dialect::Sqlite => {
                    "CREATE TABLE kept (number BIGINT, words TEXT, bytes BLOB)"
                }
                store::Dialect::Postgres => {
                    "CREATE TABLE kept (number BIGINT, words TEXT, bytes BYTEA)"
                }
            };
            let made: Outcome<u64> = store.write(move |tx| tx.exec(table, &[])).await;
            made.unwrap();
            for case in cases {
                let given = case.clone();
                let found = store.write(move |tx| come_and_go(tx, &given)).await;
                assert_eq!(found, Ok(case));
            }
        }
    })
    .await;
}

fn come_and_go(tx: &mut store::Tx<'_>, values: &[Value]) -> Outcome<Vec<Value>> {
    let mut found = Vec::new();
    for value in values {
        let column = match value {
            Value::Int(_) => "number",
            Value::Text(_) => "words",
            Value::Blob(_) | Value::Null => "bytes",
        };
        let sql = format!("INSERT INTO kept ({column}) VALUES ($1) RETURNING {column}");
        found.push(
            tx.required(&sql, std::slice::from_ref(value))?
                .value(0)?
                .clone(),
        );
    }
    Ok(found)
}

#[tokio::test]
async fn what_only_one_database_could_keep_is_refused_by_both() {
    both(|store| async move {
        let nul = one(&store, "SELECT $1 || 'x'", vec!["a\0b".into()]).await;
        assert!(matches!(nul, Err(StoreError::Broken(_))), "{nul:?}");
        let real = one(&store, "SELECT 1.5", vec![]).await;
        assert_eq!(real.map(drop), Err(StoreError::Column(0)));
    })
    .await;
}

#[tokio::test]
async fn ids_and_truth_have_their_form() {
    both(|store| async move {
        let id = Uuid::from_u128(0x0193_5000_0000_7000_8000_0000_0000_0001);
        let bytes = match store.dialect() {
            store::Dialect::Sqlite => "SELECT $1, CAST($2 AS BIGINT)",
            store::Dialect::Postgres => "SELECT CAST($1 AS BYTEA), CAST($2 AS BIGINT)",
        };
        let row = one(&store, bytes, vec![id.into(), true.into()])
            .await
            .unwrap();
        assert_eq!(
            (row.uuid(0), row.bool(1), row.opt_uuid(0)),
            (Ok(id), Ok(true), Ok(Some(id)))
        );
        assert_eq!(row.uuid(1), Err(StoreError::Column(1)));
        let short = one(&store, bytes, vec![[1_u8; 15].into(), 2_i64.into()])
            .await
            .unwrap();
        assert_eq!(short.uuid(0), Err(StoreError::Column(0)));
        assert_eq!(short.bool(1), Err(StoreError::Column(1)));
    })
    .await;
}

#[test]
fn a_value_does_not_tell_what_it_holds() {
    let shown = format!(
        "{:?}",
        [Value::from("Noor"), Value::from(vec![7_u8; 3]), 5.into()]
    );
    assert_eq!(shown, "[Text(4 bytes), Blob(3 bytes), Int(5)]");
}
