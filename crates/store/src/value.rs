//! What a statement is given and what it gives back: four kinds of value that both databases keep the same way.
//!
//! No floating point, no dates, no JSON: amounts are cents, instants are microseconds, content is sealed bytes.

use std::fmt;

use compact_str::CompactString;
use smallvec::SmallVec;
use uuid::Uuid;

use crate::StoreError;

/// Bytes of a value: an id, of which a page reads hundreds, needs no memory of its own.
pub type Bytes = SmallVec<[u8; 16]>;

/// One parameter or one column. `BIGINT`, `TEXT` and `BLOB`/`BYTEA` are the only column types.
#[derive(Clone, PartialEq, Eq)]
pub enum Value {
    /// `NULL` of any type.
    Null,
    /// A whole number; truth is 0 or 1, an instant is microseconds UTC.
    Int(i64),
    /// Text without the character NUL, which PostgreSQL cannot keep; a word of the tables needs no memory of its own.
    Text(CompactString),
    /// Bytes: ids (16), digests (32), sealed content.
    Blob(Bytes),
}

impl fmt::Debug for Value {
    /// Prints kind and length only: text and bytes may be about a person.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("Null"),
            Self::Int(number) => write!(f, "Int({number})"),
            Self::Text(text) => write!(f, "Text({} bytes)", text.len()),
            Self::Blob(bytes) => write!(f, "Blob({} bytes)", bytes.len()),
        }
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<i32> for Value {
    fn from(number: i32) -> Self {
        Self::Int(number.into())
    }
}

impl From<u32> for Value {
    fn from(number: u32) -> Self {
        Self::Int(number.into())
    }
}

impl From<u16> for Value {
    fn from(number: u16) -> Self {
        Self::Int(number.into())
    }
}

impl From<bool> for Value {
    fn from(truth: bool) -> Self {
        Self::Int(truth.into())
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Self {
        Self::Text(text.as_str().into())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}

impl From<&[u8]> for Value {
    fn from(bytes: &[u8]) -> Self {
        Self::Blob(Bytes::from_slice(bytes))
    }
}

impl From<&Vec<u8>> for Value {
    fn from(bytes: &Vec<u8>) -> Self {
        Self::Blob(Bytes::from_slice(bytes))
    }
}

impl From<Vec<u8>> for Value {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Blob(Bytes::from_vec(bytes))
    }
}

impl<const N: usize> From<[u8; N]> for Value {
    fn from(bytes: [u8; N]) -> Self {
        Self::Blob(Bytes::from_slice(&bytes))
    }
}

impl<const N: usize> From<&[u8; N]> for Value {
    fn from(bytes: &[u8; N]) -> Self {
        Self::Blob(Bytes::from_slice(bytes))
    }
}

impl From<Uuid> for Value {
    fn from(id: Uuid) -> Self {
        Self::Blob(Bytes::from_slice(id.as_bytes()))
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(maybe: Option<T>) -> Self {
        maybe.map_or(Self::Null, Into::into)
    }
}

/// One row of an answer; columns are counted from 0.
///
/// Each reader fails with [`StoreError::Column`] when the column is not there or is of another kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    columns: Vec<Value>,
}

impl Row {
    pub(crate) fn new(columns: Vec<Value>) -> Self {
        Self { columns }
    }

    /// How many columns the row has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.columns.len()
    }

    /// Whether the row has no column, which no `SELECT` gives.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.columns.is_empty()
    }

    /// The column as it is.
    ///
    /// # Errors
    /// [`StoreError::Column`] when there is no such column.
    pub fn value(&self, column: usize) -> Result<&Value, StoreError> {
        self.columns.get(column).ok_or(StoreError::Column(column))
    }

    /// A whole number.
    ///
    /// # Errors
    /// [`StoreError::Column`] when the column is missing, `NULL` or of another kind.
    pub fn int(&self, column: usize) -> Result<i64, StoreError> {
        self.opt_int(column)?.ok_or(StoreError::Column(column))
    }

    /// Text.
    ///
    /// # Errors
    /// [`StoreError::Column`] when the column is missing, `NULL` or of another kind.
    pub fn text(&self, column: usize) -> Result<&str, StoreError> {
        self.opt_text(column)?.ok_or(StoreError::Column(column))
    }

    /// Bytes.
    ///
    /// # Errors
    /// [`StoreError::Column`] when the column is missing, `NULL` or of another kind.
    pub fn blob(&self, column: usize) -> Result<&[u8], StoreError> {
        self.opt_blob(column)?.ok_or(StoreError::Column(column))
    }

    /// An id, kept as 16 bytes.
    ///
    /// # Errors
    /// [`StoreError::Column`] when the column is missing, `NULL` or not 16 bytes.
    pub fn uuid(&self, column: usize) -> Result<Uuid, StoreError> {
        self.opt_uuid(column)?.ok_or(StoreError::Column(column))
    }

    /// Truth, kept as 0 or 1.
    ///
    /// # Errors
    /// [`StoreError::Column`] when the column is missing, `NULL` or another number.
    pub fn bool(&self, column: usize) -> Result<bool, StoreError> {
        match self.int(column)? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(StoreError::Column(column)),
        }
    }

    /// A whole number, or `None` for `NULL`.
    ///
    /// # Errors
    /// [`StoreError::Column`] when the column is missing or of another kind.
    pub fn opt_int(&self, column: usize) -> Result<Option<i64>, StoreError> {
        match self.value(column)? {
            Value::Null => Ok(None),
            Value::Int(number) => Ok(Some(*number)),
            Value::Text(_) | Value::Blob(_) => Err(StoreError::Column(column)),
        }
    }

    /// Text, or `None` for `NULL`.
    ///
    /// # Errors
    /// [`StoreError::Column`] when the column is missing or of another kind.
    pub fn opt_text(&self, column: usize) -> Result<Option<&str>, StoreError> {
        match self.value(column)? {
            Value::Null => Ok(None),
            Value::Text(text) => Ok(Some(text)),
            Value::Int(_) | Value::Blob(_) => Err(StoreError::Column(column)),
        }
    }

    /// Bytes, or `None` for `NULL`.
    ///
    /// # Errors
    /// [`StoreError::Column`] when the column is missing or of another kind.
    pub fn opt_blob(&self, column: usize) -> Result<Option<&[u8]>, StoreError> {
        match self.value(column)? {
            Value::Null => Ok(None),
            Value::Blob(bytes) => Ok(Some(bytes)),
            Value::Int(_) | Value::Text(_) => Err(StoreError::Column(column)),
        }
    }

    /// An id, or `None` for `NULL`.
    ///
    /// # Errors
    /// [`StoreError::Column`] when the column is missing or not 16 bytes.
    pub fn opt_uuid(&self, column: usize) -> Result<Option<Uuid>, StoreError> {
        self.opt_blob(column)?
            .map(|bytes| Uuid::from_slice(bytes).map_err(|_| StoreError::Column(column)))
            .transpose()
    }
}
