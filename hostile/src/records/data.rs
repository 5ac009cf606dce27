//! A database as somebody sees and changes it who can reach it: `SQLite`'s file, or a PostgreSQL server. One text of SQL for
//! both, with `$1` and so on for its values, as the program's own.

use std::cell::RefCell;
use std::error::Error;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::Path;

use outside::Anything;
use rusqlite::types::ValueRef;
use tokio::runtime::{Builder, Runtime};
use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use tokio_postgres::{Client, NoTls};
use uuid::Uuid;

/// What stands in a column, or is put there. The program's tables hold nothing else.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Value {
    /// Nothing.
    Null,
    /// A number.
    Number(i64),
    /// Words.
    Text(String),
    /// Bytes, ids among them.
    Bytes(Vec<u8>),
}

impl From<Uuid> for Value {
    fn from(id: Uuid) -> Self {
        Self::Bytes(id.as_bytes().to_vec())
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<&str> for Value {
    fn from(words: &str) -> Self {
        Self::Text(words.to_owned())
    }
}

impl From<Vec<u8>> for Value {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(bytes)
    }
}

/// One row of an answer.
#[derive(Clone, Debug)]
pub(crate) struct Row(Vec<Value>);

impl Row {
    /// A number.
    pub(crate) fn number(&self, at: usize) -> Result<i64, Anything> {
        match self.0.get(at) {
            Some(Value::Number(number)) => Ok(*number),
            other => Err(format!("column {at} holds no number: {other:?}").into()),
        }
    }

    /// Words.
    pub(crate) fn text(&self, at: usize) -> Result<String, Anything> {
        match self.0.get(at) {
            Some(Value::Text(words)) => Ok(words.clone()),
            other => Err(format!("column {at} holds no words: {other:?}").into()),
        }
    }

    /// Bytes.
    pub(crate) fn bytes(&self, at: usize) -> Result<Vec<u8>, Anything> {
        match self.0.get(at) {
            Some(Value::Bytes(bytes)) => Ok(bytes.clone()),
            other => Err(format!("column {at} holds no bytes: {other:?}").into()),
        }
    }

    /// An id.
    pub(crate) fn id(&self, at: usize) -> Result<Uuid, Anything> {
        Ok(Uuid::from_slice(&self.bytes(at)?)?)
    }
}

/// An open database.
pub(crate) struct Data(Kind);

enum Kind {
    Embedded(rusqlite::Connection),
    Served(RefCell<Served>),
}

struct Served {
    runtime: Runtime,
    client: Client,
    schema: &'static str,
}

impl Data {
    /// Opens a file as anybody who has it can, and waits for who is writing.
    pub(crate) fn embedded(file: &Path) -> Result<Self, Anything> {
        let connection = rusqlite::Connection::open(file)?;
        connection.busy_timeout(std::time::Duration::from_secs(20))?;
        // Nobody who changes the data by hand minds what refers to what.
        connection.pragma_update(None, "foreign_keys", false)?;
        Ok(Self(Kind::Embedded(connection)))
    }

    /// Opens one schema on a server, as its administrator can.
    pub(crate) fn served(url: &str, schema: &'static str) -> Result<Self, Anything> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let client = runtime.block_on(async {
            let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
            tokio::spawn(connection);
            // As above: neither what refers to what nor a trigger stands in the way.
            let settings =
                format!("SET search_path = {schema}; SET session_replication_role = replica");
            client.batch_execute(&settings).await?;
            Ok::<_, tokio_postgres::Error>(client)
        })?;
        Ok(Self(Kind::Served(RefCell::new(Served {
            runtime,
            client,
            schema,
        }))))
    }

    /// Every row of an answer.
    pub(crate) fn rows(&self, sql: &str, values: &[Value]) -> Result<Vec<Row>, Anything> {
        let found = match &self.0 {
            Kind::Embedded(connection) => embedded_rows(connection, sql, values),
            Kind::Served(served) => served.borrow().rows(sql, values),
        };
        found.map_err(|error| format!("{sql}: {error}").into())
    }

    /// The first row of an answer.
    pub(crate) fn first(&self, sql: &str, values: &[Value]) -> Result<Row, Anything> {
        let row = self.rows(sql, values)?.into_iter().next();
        row.ok_or_else(|| format!("{sql}: there is no such row").into())
    }

    /// A number over all that stands in a table, in whatever order.
    pub(crate) fn sum(&self, table: &str) -> Result<u64, Anything> {
        let sql = format!("SELECT * FROM {table}");
        let mut sum = 0_u64;
        let mut add = |hash: &dyn Fn(&mut DefaultHasher)| {
            let mut hasher = DefaultHasher::new();
            hash(&mut hasher);
            sum = sum.wrapping_add(hasher.finish());
        };
        match &self.0 {
            // Thousands of times in a run: nothing is copied.
            Kind::Embedded(connection) => {
                let mut prepared = connection.prepare_cached(&sql)?;
                let width = prepared.column_count();
                let mut rows = prepared.query([])?;
                while let Some(row) = rows.next()? {
                    add(&|hasher| {
                        for at in 0..width {
                            match row.get_ref(at) {
                                Ok(ValueRef::Integer(number)) => number.hash(hasher),
                                Ok(ValueRef::Text(bytes) | ValueRef::Blob(bytes)) => {
                                    bytes.hash(hasher);
                                }
                                Ok(ValueRef::Real(number)) => number.to_bits().hash(hasher),
                                Ok(ValueRef::Null) | Err(_) => 0_u8.hash(hasher),
                            }
                        }
                    });
                }
            }
            Kind::Served(_) => {
                for row in self.rows(&sql, &[])? {
                    add(&|hasher| row.0.hash(hasher));
                }
            }
        }
        Ok(sum)
    }

    /// Changes rows; how many there were.
    pub(crate) fn change(&self, sql: &str, values: &[Value]) -> Result<u64, Anything> {
        let changed = match &self.0 {
            Kind::Embedded(connection) => {
                let sql = sql.replace('$', "?");
                let changed = connection.execute(&sql, rusqlite::params_from_iter(values));
                let changed = changed.map_err(Anything::from);
                changed.and_then(|rows| Ok(u64::try_from(rows)?))
            }
            Kind::Served(served) => served.borrow().change(sql, values),
        };
        changed.map_err(|error| format!("{sql}: {error}").into())
    }

    /// The names of all tables.
    pub(crate) fn tables(&self) -> Result<Vec<String>, Anything> {
        let found = match &self.0 {
            Kind::Embedded(_) => self.rows(
                "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name",
                &[],
            )?,
            Kind::Served(served) => {
                let schema = served.borrow().schema;
                self.rows(
                    "SELECT table_name::text FROM information_schema.tables WHERE table_schema = $1 ORDER BY 1",
                    &[schema.into()],
                )?
            }
        };
        found.iter().map(|row| row.text(0)).collect()
    }

    /// The names of the columns of a table, in their order.
    pub(crate) fn columns(&self, table: &str) -> Result<Vec<String>, Anything> {
        let sql = match &self.0 {
            Kind::Embedded(_) => "SELECT name FROM pragma_table_info($1)",
            Kind::Served(_) => {
                "SELECT column_name::text FROM information_schema.columns WHERE table_name = $1 \
                 AND table_schema = current_schema() ORDER BY ordinal_position"
            }
        };
        let found = self.rows(sql, &[table.into()])?;
        found.iter().map(|row| row.text(0)).collect()
    }

    /// What the database itself says of its file: `ok`, or what is broken. A server looks after its own files.
    pub(crate) fn integrity(&self) -> Result<String, Anything> {
        match &self.0 {
            Kind::Embedded(_) => self.first("PRAGMA integrity_check", &[])?.text(0),
            Kind::Served(_) => Ok("ok".to_owned()),
        }
    }
}

fn embedded_rows(
    connection: &rusqlite::Connection,
    sql: &str,
    values: &[Value],
) -> Result<Vec<Row>, Anything> {
    let mut prepared = connection.prepare_cached(&sql.replace('$', "?"))?;
    let width = prepared.column_count();
    let mut found = prepared.query(rusqlite::params_from_iter(values))?;
    let mut rows = Vec::new();
    while let Some(row) = found.next()? {
        let mut read = Vec::with_capacity(width);
        for at in 0..width {
            read.push(match row.get_ref(at)? {
                ValueRef::Null => Value::Null,
                ValueRef::Integer(number) => Value::Number(number),
                ValueRef::Text(words) => Value::Text(String::from_utf8_lossy(words).into_owned()),
                ValueRef::Blob(bytes) => Value::Bytes(bytes.to_vec()),
                ValueRef::Real(number) => Value::Text(number.to_string()),
            });
        }
        rows.push(Row(read));
    }
    Ok(rows)
}

impl Served {
    fn rows(&self, sql: &str, values: &[Value]) -> Result<Vec<Row>, Anything> {
        let values: Vec<&(dyn ToSql + Sync)> = values.iter().map(|one| one as _).collect();
        let found = self.runtime.block_on(self.client.query(sql, &values));
        let rows = found.map_err(|error| told(&error))?;
        rows.iter().map(read).collect()
    }

    fn change(&self, sql: &str, values: &[Value]) -> Result<u64, Anything> {
        let values: Vec<&(dyn ToSql + Sync)> = values.iter().map(|one| one as _).collect();
        let changed = self.runtime.block_on(self.client.execute(sql, &values));
        changed.map_err(|error| told(&error))
    }
}

/// The server's own words, which the error keeps behind its own.
fn told(error: &tokio_postgres::Error) -> Anything {
    let said = error.as_db_error().map(ToString::to_string);
    said.unwrap_or_else(|| error.to_string()).into()
}

fn read(row: &tokio_postgres::Row) -> Result<Row, Anything> {
    let columns = row.columns().iter().enumerate();
    let values = columns.map(|(at, column)| {
        let value = match *column.type_() {
            Type::INT8 => row.try_get::<_, Option<i64>>(at)?.map(Value::Number),
            Type::INT4 => row
                .try_get::<_, Option<i32>>(at)?
                .map(|number| Value::Number(i64::from(number))),
            Type::BOOL => row
                .try_get::<_, Option<bool>>(at)?
                .map(|is| Value::Number(i64::from(is))),
            Type::BYTEA => row.try_get::<_, Option<Vec<u8>>>(at)?.map(Value::Bytes),
            _ => row.try_get::<_, Option<String>>(at)?.map(Value::Text),
        };
        Ok::<_, Anything>(value.unwrap_or(Value::Null))
    });
    Ok(Row(values.collect::<Result<_, _>>()?))
}

impl rusqlite::ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        Ok(match self {
            Self::Null => rusqlite::types::Null.into(),
            Self::Number(number) => (*number).into(),
            Self::Text(words) => words.as_str().into(),
            Self::Bytes(bytes) => bytes.as_slice().into(),
        })
    }
}

impl ToSql for Value {
    fn to_sql(
        &self,
        kind: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Number(number) if *kind == Type::INT4 => {
                i32::try_from(*number)?.to_sql(kind, out)
            }
            Self::Number(number) => number.to_sql(kind, out),
            Self::Text(words) => words.to_sql(kind, out),
            Self::Bytes(bytes) => bytes.to_sql(kind, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}
