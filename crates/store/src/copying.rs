//! Copying a whole database out and in: its tables as they were made, rows as bytes that are the same for both databases.
//!
//! A backup is made of these, so that one of an embedded database can be put into PostgreSQL and the other way round.
//! Not here: where the bytes go, who can read them, which migrations the tables need first.

use crate::{Bytes, Dialect, Row, StoreError, Tx, Value};

/// A table as a copy sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// Its columns, in the order in which rows are copied.
    pub columns: Vec<String>,
    /// By what a copy is ordered: its key, texts by their bytes in both databases.
    order: String,
}

/// Every table but the one of migrations, each after those that it refers to: in the order of their making.
const SQLITE_TABLES: &str =
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'migration'
    AND name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY rowid";
const POSTGRES_TABLES: &str =
    "SELECT c.relname FROM pg_class c WHERE c.relkind = 'r' AND c.relname <> 'migration'
    AND c.relnamespace = current_schema()::regnamespace ORDER BY CAST(c.oid AS BIGINT)";

const SQLITE_COLUMNS: &str = "SELECT name, pk, 0 FROM pragma_table_info($1) ORDER BY cid";
const POSTGRES_COLUMNS: &str = "SELECT a.attname,
        CAST(COALESCE(array_position(CAST(i.indkey AS INT2[]), a.attnum) + 1, 0) AS BIGINT),
        CAST(a.atttypid = CAST('text' AS regtype) AS INT)
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
    LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
    WHERE c.relname = $1 AND c.relnamespace = current_schema()::regnamespace AND a.attnum > 0 AND NOT a.attisdropped
    ORDER BY a.attnum";

impl Tx<'_> {
    /// Every table but the one of migrations, each after those that it refers to.
    ///
    /// # Errors
    /// What the database says.
    pub fn tables(&mut self) -> Result<Vec<Table>, StoreError> {
        let (tables, columns) = match self.dialect() {
            Dialect::Sqlite => (SQLITE_TABLES, SQLITE_COLUMNS),
            Dialect::Postgres => (POSTGRES_TABLES, POSTGRES_COLUMNS),
        };
        let names = self.query(tables, &[])?;
        let mut found = Vec::with_capacity(names.len());
        for name in &names {
            let name = name.text(0)?.to_owned();
            let rows = self.query(columns, &[name.as_str().into()])?;
            let mut key = Vec::new();
            let mut columns = Vec::new();
            for row in &rows {
                columns.push(row.text(0)?.to_owned());
                if row.int(1)? > 0 {
                    let collation = if row.bool(2)? { " COLLATE \"C\"" } else { "" };
                    let order = format!("{}{collation}", quoted(row.text(0)?));
                    key.push((row.int(1)?, order));
                }
            }
            key.sort();
            let key: Vec<String> = key.into_iter().map(|(_, order)| order).collect();
            let order = key.join(", ");
            found.push(Table {
                name,
                columns,
                order,
            });
        }
        Ok(found)
    }

    /// How many rows a table has.
    ///
    /// # Errors
    /// What the database says.
    pub fn rows_of(&mut self, table: &Table) -> Result<u64, StoreError> {
        let sql = format!("SELECT COUNT(*) FROM {}", quoted(&table.name));
        let count = self.required(&sql, &[])?.int(0)?;
        u64::try_from(count).map_err(|_| StoreError::Column(0))
    }

    /// Hands over a table's rows as bytes, in the order of its key, until `take` breaks or fails.
    ///
    /// # Errors
    /// What `take` returned, or what the database says.
    pub fn copy_out<E, F>(&mut self, table: &Table, mut take: F) -> Result<(), E>
    where
        E: From<StoreError>,
        F: FnMut(&[u8]) -> Result<(), E>,
    {
        let sql = format!(
            "SELECT {} FROM {} ORDER BY {}",
            list(&table.columns),
            quoted(&table.name),
            table.order
        );
        let mut bytes = Vec::new();
        self.each(&sql, &[], |row| {
            bytes.clear();
            encode(&row, &mut bytes);
            take(&bytes)
        })
    }

    /// Puts rows that were copied out into an empty table of the same columns; returns how many.
    ///
    /// # Errors
    /// [`StoreError::Broken`] when the bytes are not such rows; otherwise what the database says.
    pub fn copy_in(&mut self, table: &Table, mut bytes: &[u8]) -> Result<u64, StoreError> {
        let places: Vec<String> = (1..=table.columns.len())
            .map(|at| format!("${at}"))
            .collect();
        let sql = format!(
            "INSERT INTO {} ({}) VALUES ({})",
            quoted(&table.name),
            list(&table.columns),
            places.join(", ")
        );
        let mut count = 0;
        while !bytes.is_empty() {
            let values = decode(&mut bytes, table.columns.len())
                .ok_or_else(|| StoreError::Broken("these are no copied rows".into()))?;
            self.exec(&sql, &values)?;
            count += 1;
        }
        Ok(count)
    }
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn list(names: &[String]) -> String {
    let names: Vec<String> = names.iter().map(|name| quoted(name)).collect();
    names.join(", ")
}

const NULL: u8 = 0;
const INT: u8 = 1;
const TEXT: u8 = 2;
const BLOB: u8 = 3;

/// A row as bytes: for each column a byte that says its kind, then a number of 8 bytes, or a length of 4 and so many.
fn encode(row: &Row, out: &mut Vec<u8>) {
    for at in 0..row.len() {
        match row.value(at) {
            Ok(Value::Int(number)) => {
                out.push(INT);
                out.extend_from_slice(&number.to_be_bytes());
            }
            Ok(Value::Text(text)) => long(out, TEXT, text.as_bytes()),
            Ok(Value::Blob(bytes)) => long(out, BLOB, bytes),
            Ok(Value::Null) | Err(_) => out.push(NULL),
        }
    }
}

fn long(out: &mut Vec<u8>, kind: u8, bytes: &[u8]) {
    out.push(kind);
    // Both databases refuse values of a gibibyte and more.
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(bytes);
}

fn decode(bytes: &mut &[u8], columns: usize) -> Option<Vec<Value>> {
    (0..columns).map(|_| decode_one(bytes)).collect()
}

fn decode_one(bytes: &mut &[u8]) -> Option<Value> {
    let (kind, rest) = bytes.split_first()?;
    *bytes = rest;
    match *kind {
        NULL => Some(Value::Null),
        INT => {
            let (number, rest) = bytes.split_first_chunk()?;
            *bytes = rest;
            Some(Value::Int(i64::from_be_bytes(*number)))
        }
        TEXT => std::str::from_utf8(taken(bytes)?).ok().map(Value::from),
        BLOB => Some(Value::Blob(Bytes::from_slice(taken(bytes)?))),
        _ => None,
    }
}

fn taken<'a>(bytes: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (length, rest) = bytes.split_first_chunk()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    let (value, rest) = rest.split_at_checked(length)?;
    *bytes = rest;
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_back_as_they_went_and_damage_is_refused() {
        let values = vec![
            Value::Null,
            Value::Int(-7),
            Value::from("words"),
            Value::Blob(Bytes::from_slice(&[0, 255, 3])),
            Value::from(""),
        ];
        let mut bytes = Vec::new();
        encode(&Row::new(values.clone()), &mut bytes);
        assert_eq!(decode(&mut bytes.as_slice(), 5), Some(values));
        for short in 0..bytes.len() {
            assert_eq!(decode(&mut &bytes[..short], 5), None, "{short}");
        }
    }
}
