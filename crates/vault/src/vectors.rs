//! Reads the vector files of `vectors/` for tests, and says what stands in them in this crate's types.

use serde_json::Value;
use uuid::Uuid;

use crate::Address;

/// A vector file.
pub(crate) fn file(name: &str) -> Value {
    // Tests run in their crate's folder; a path of when they were built may be another checkout's.
    let path = format!("vectors/{name}");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// The cases of a list.
pub(crate) fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap()
}

pub(crate) fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

pub(crate) fn number<T: TryFrom<u64, Error: std::fmt::Debug>>(value: &Value) -> T {
    value.as_u64().unwrap().try_into().unwrap()
}

pub(crate) fn id(value: &Value) -> Uuid {
    text(value).parse().unwrap()
}

pub(crate) fn hex(value: &Value) -> Vec<u8> {
    let digits = text(value).as_bytes();
    assert!(digits.len().is_multiple_of(2));
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
    digits.chunks(2).map(byte).collect()
}

pub(crate) fn array<const N: usize>(value: &Value) -> [u8; N] {
    hex(value).try_into().unwrap()
}

pub(crate) fn hashes(value: &Value) -> Vec<[u8; 32]> {
    list(value).iter().map(array).collect()
}

pub(crate) fn address(value: &Value) -> Address<'_> {
    Address {
        table: text(&value["table"]),
        column: text(&value["column"]),
        row: id(&value["row"]),
        revision: number(&value["revision"]),
        schema: number(&value["schema"]),
    }
}
