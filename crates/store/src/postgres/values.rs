//! Values on their way to PostgreSQL and back, in its binary form.

use std::error::Error;

use tokio_postgres::{
    Row as Raw,
    types::{FromSql, IsNull, ToSql, Type, private::BytesMut, to_sql_checked},
};

use crate::{Bytes, Row, StoreError, Value};

type Problem = Box<dyn Error + Sync + Send>;

impl ToSql for Value {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Problem> {
        match (self, kind) {
            (Self::Null, _) => Ok(IsNull::Yes),
            (Self::Int(number), &Type::INT8) => number.to_sql(kind, out),
            // What the server infers for a length or a position.
            (Self::Int(number), &Type::INT4) => i32::try_from(*number)?.to_sql(kind, out),
            (Self::Int(number), &Type::INT2) => i16::try_from(*number)?.to_sql(kind, out),
            (Self::Int(number), &Type::BOOL) => (*number != 0).to_sql(kind, out),
            (Self::Text(text), _) if is_text(kind) => text.as_str().to_sql(kind, out),
            (Self::Blob(bytes), &Type::BYTEA) => bytes.as_slice().to_sql(kind, out),
            (value, kind) => Err(format!("{value:?} is given where {kind} is wanted").into()),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

impl<'a> FromSql<'a> for Value {
    fn from_sql(kind: &Type, raw: &'a [u8]) -> Result<Self, Problem> {
        match *kind {
            Type::INT8 => i64::from_sql(kind, raw).map(Self::Int),
            Type::INT4 => i32::from_sql(kind, raw).map(|number| Self::Int(number.into())),
            Type::INT2 => i16::from_sql(kind, raw).map(|number| Self::Int(number.into())),
            Type::BOOL => bool::from_sql(kind, raw).map(|truth| Self::Int(truth.into())),
            Type::BYTEA => Ok(Self::Blob(Bytes::from_slice(raw))),
            // The answer of a function that gives nothing.
            Type::VOID => Ok(Self::Null),
            _ if is_text(kind) => <&str>::from_sql(kind, raw).map(Self::from),
            _ => Err(format!("columns of {kind} are not read: cast it").into()),
        }
    }

    fn from_sql_null(_: &Type) -> Result<Self, Problem> {
        Ok(Self::Null)
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

fn is_text(kind: &Type) -> bool {
    matches!(
        *kind,
        Type::TEXT | Type::VARCHAR | Type::BPCHAR | Type::NAME | Type::UNKNOWN
    )
}

/// Reads a row whole.
pub(crate) fn read(row: &Raw) -> Result<Row, StoreError> {
    let columns: Result<_, _> = (0..row.len())
        .map(|column| {
            row.try_get::<_, Value>(column)
                .map_err(|_| StoreError::Column(column))
        })
        .collect();
    columns.map(Row::new)
}
