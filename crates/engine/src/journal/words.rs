//! How the journal spells its enumerations: as their JSON names, so that table and screen agree.

use rusqlite::types::{FromSqlError, ToSqlOutput, Value};
use serde::{Serialize, de::DeserializeOwned};

/// The word for a value of an enumeration without data.
pub(super) fn word<T: Serialize>(value: &T) -> ToSqlOutput<'static> {
    let text = match serde_json::to_value(value) {
        Ok(serde_json::Value::String(text)) => text,
        _ => String::new(),
    };
    ToSqlOutput::Owned(Value::Text(text))
}

/// The value that a word of the table stands for.
pub(super) fn value<T: DeserializeOwned>(text: String) -> rusqlite::Result<T> {
    serde_json::from_value(serde_json::Value::String(text)).map_err(other)
}

/// JSON kept in a column.
pub(super) fn json<T: DeserializeOwned>(text: &str) -> rusqlite::Result<T> {
    serde_json::from_str(text).map_err(other)
}

fn other(error: serde_json::Error) -> rusqlite::Error {
    FromSqlError::Other(Box::new(error)).into()
}
