//! The log of a run: a sentence each, with the redacted exchange behind it where there was one.

use rusqlite::params;
use serde::{Deserialize, Serialize};

use super::words::{json, value, word};
use super::{Journal, RunId, now};
use crate::error::Result;

/// How weighty a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum LogWeight {
    /// For the record.
    Note,
    /// Worth a look.
    Warning,
    /// Something failed.
    Failure,
}

/// A call and its answer, redacted where it was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LogExchange {
    /// The method.
    pub method: String,
    /// The path with its query.
    pub path: String,
    /// The status, if an answer came.
    pub status: Option<u16>,
    /// The beginning of the body.
    pub body: String,
    /// The service's id of the call.
    pub request_id: Option<String>,
}

/// One line of a run's log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LogLine {
    /// When (RFC 3339).
    pub at: String,
    /// How weighty.
    pub weight: LogWeight,
    /// What happened, in a sentence.
    pub text: String,
    /// The call behind it.
    pub exchange: Option<LogExchange>,
}

impl LogLine {
    /// A line of this moment.
    #[must_use]
    pub fn now(weight: LogWeight, text: impl Into<String>) -> Self {
        Self {
            at: now(),
            weight,
            text: text.into(),
            exchange: None,
        }
    }
}

impl Journal {
    /// Adds a line to the log of a run.
    pub fn add_line(&self, run: &RunId, line: &LogLine) -> Result<()> {
        let exchange = line
            .exchange
            .as_ref()
            .and_then(|exchange| serde_json::to_string(exchange).ok());
        self.with("writing the log of a run", |connection| {
            connection.execute(
                "INSERT INTO run_log (run, at, weight, text, exchange) VALUES (?1, ?2, ?3, ?4, ?5)",
                params![
                    run.as_str(),
                    line.at,
                    word(&line.weight),
                    line.text,
                    exchange
                ],
            )
        })?;
        Ok(())
    }

    /// The log of a run, oldest line first.
    pub fn lines(&self, run: &RunId) -> Result<Vec<LogLine>> {
        self.with("reading the log of a run", |connection| {
            connection
                .prepare_cached(
                    "SELECT at, weight, text, exchange FROM run_log WHERE run = ?1 ORDER BY seq",
                )?
                .query_map([run.as_str()], |row| {
                    Ok(LogLine {
                        at: row.get(0)?,
                        weight: value(row.get(1)?)?,
                        text: row.get(2)?,
                        exchange: row
                            .get::<_, Option<String>>(3)?
                            .map(|text| json(&text))
                            .transpose()?,
                    })
                })?
                .collect()
        })
    }
}
