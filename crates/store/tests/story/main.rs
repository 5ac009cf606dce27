//! The store's story, told on the embedded database and on PostgreSQL.

#![expect(clippy::unwrap_used, reason = "tests")]

mod copying;
mod durable;
mod group;
mod jobs;
mod migrations;
mod statements;
mod values;

use store::{Migration, Row, Store, StoreError, Value};

/// A small household of tables: people, and letters to them.
pub(crate) const TABLES: Migration = Migration {
    number: 1,
    name: "letters",
    sqlite: "CREATE TABLE person (
                 id BIGINT NOT NULL, name TEXT NOT NULL, age BIGINT,
                 PRIMARY KEY (id), UNIQUE (name, age),
                 CONSTRAINT person_age CHECK (age >= 0));
             CREATE TABLE letter (
                 id BIGINT NOT NULL PRIMARY KEY,
                 person BIGINT NOT NULL CONSTRAINT letter_person REFERENCES person (id),
                 sealed BLOB);",
    postgres: "CREATE TABLE person (
                 id BIGINT NOT NULL, name TEXT NOT NULL, age BIGINT,
                 PRIMARY KEY (id), UNIQUE (name, age),
                 CONSTRAINT person_age CHECK (age >= 0));
             CREATE TABLE letter (
                 id BIGINT NOT NULL PRIMARY KEY,
                 person BIGINT NOT NULL CONSTRAINT letter_person REFERENCES person (id),
                 sealed BYTEA);",
};

pub(crate) type Outcome<T = ()> = Result<T, StoreError>;

pub(crate) async fn with_tables(store: &Store) {
    store.migrate(&[TABLES]).await.unwrap();
}

/// Adds a person as one operation.
pub(crate) async fn add(store: &Store, id: i64, name: &'static str) -> Outcome<u64> {
    let sql = "INSERT INTO person (id, name, age) VALUES ($1, $2, 30)";
    store
        .write(move |tx| tx.exec(sql, &[id.into(), name.into()]))
        .await
}

pub(crate) async fn one(store: &Store, sql: &'static str, values: Vec<Value>) -> Outcome<Row> {
    store.read(move |tx| tx.required(sql, &values)).await
}

pub(crate) async fn count(store: &Store, table: &'static str) -> i64 {
    let sql = format!("SELECT COUNT(*) FROM {table}");
    store
        .read(move |tx| tx.required(&sql, &[]))
        .await
        .and_then(|row| row.int(0))
        .unwrap()
}
