//! What people were told: causes, each said once, and the words about them on their way.
//!
//! A cause is open from the first time that it is raised until it is over. Raising it, reminding of it and ending it
//! are one transaction with the words that go out for it, so that of two programs only one says it. Words wait in a
//! queue; a program takes one, sends it, and writes down how that ended. One that was taken and not settled is taken
//! again after a while.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, TransactionBehavior, params};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Journal;
use super::words::{json, value, word};
use crate::error::Result;

/// How much it matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum WordSeverity {
    /// Worth knowing.
    Info,
    /// Something is missing.
    Warning,
    /// Something failed.
    Failure,
}

/// What words say about their cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum WordKind {
    /// It began.
    Began,
    /// It still lasts.
    Still,
    /// It is over.
    Over,
    /// To the owner of what it concerns.
    Owner,
    /// What happened in a day or week.
    Digest,
}

/// How words stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum WordState {
    /// They wait to be sent, for the first time or again.
    Waiting,
    /// A program is sending them.
    Sending,
    /// They were accepted.
    Sent,
    /// They are not tried any more.
    GivenUp,
}

/// Something that people are to be told of.
#[derive(Clone, Debug, PartialEq)]
pub struct Cause {
    /// Names it: the same name is the same cause.
    pub cause: String,
    /// How much it matters.
    pub severity: WordSeverity,
    /// Since when.
    pub began_at: Timestamp,
    /// When it was last said.
    pub said_at: Timestamp,
    /// It lasts until it is over; otherwise it happened once.
    pub lasts: bool,
    /// What it is, as the crate above writes it.
    pub detail: Value,
}

/// Words to be sent.
#[derive(Clone, Debug, PartialEq)]
pub struct NewWord {
    /// By which way, as the crate above names it.
    pub way: String,
    /// What they say.
    pub kind: WordKind,
    /// How much they matter.
    pub severity: WordSeverity,
    /// The words themselves.
    pub detail: Value,
}

/// Words in the queue.
#[derive(Clone, Debug, PartialEq)]
pub struct Word {
    /// Their number.
    pub id: i64,
    /// Their cause.
    pub cause: String,
    /// By which way.
    pub way: String,
    /// What they say.
    pub kind: WordKind,
    /// How much they matter.
    pub severity: WordSeverity,
    /// Since when they are in the queue.
    pub at: Timestamp,
    /// When they are tried next; of those that are being sent, since when.
    pub next_at: Timestamp,
    /// How they stand.
    pub state: WordState,
    /// How often they were tried.
    pub tries: u32,
    /// The words themselves.
    pub detail: Value,
    /// Why they could not be sent.
    pub problem: Option<String>,
}

const CAUSE: &str = "cause, severity, began_at, said_at, lasts, detail";
const WORD: &str = "id, cause, way, kind, severity, at, next_at, state, tries, detail, problem";

impl Journal {
    /// Raises a cause: what is not open yet is said with these words. Whether it was not.
    pub fn raise_cause(&self, raised: &Cause, words: &[NewWord]) -> Result<bool> {
        self.with("writing down what is told", |connection| {
            let transaction =
                connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            // What happened once is never said again; what lasted and was over can come again.
            let new = transaction.execute(
                "INSERT INTO causes (cause, severity, began_at, said_at, lasts, detail) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                 ON CONFLICT (cause) DO UPDATE SET severity = ?2, began_at = ?3, said_at = ?4, over_at = NULL, detail = ?6
                 WHERE over_at IS NOT NULL AND lasts = 1",
                params![
                    raised.cause,
                    word(&raised.severity),
                    sortable(raised.began_at),
                    sortable(raised.said_at),
                    raised.lasts,
                    raised.detail.to_string()
                ],
            )? == 1;
            if new {
                enqueue(&transaction, &raised.cause, raised.said_at, words)?;
            }
            transaction.commit()?;
            Ok(new)
        })
    }

    /// Ends a cause that lasts, if it is open: `words` makes what is said. Whether it was open.
    pub fn end_cause(
        &self,
        cause: &str,
        at: Timestamp,
        words: impl FnOnce(&Cause) -> Vec<NewWord>,
    ) -> Result<bool> {
        self.with("writing down what is told", |connection| {
            let transaction =
                connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let open = transaction
                .query_row(
                    &format!("SELECT {CAUSE} FROM causes WHERE cause = ?1 AND over_at IS NULL AND lasts = 1"),
                    [cause],
                    read_cause,
                )
                .optional()?;
            if let Some(open) = &open {
                transaction.execute(
                    "UPDATE causes SET over_at = ?2 WHERE cause = ?1",
                    params![cause, sortable(at)],
                )?;
                enqueue(&transaction, cause, at, &words(open))?;
            }
            transaction.commit()?;
            Ok(open.is_some())
        })
    }

    /// Says once more what lasts and was last said before `before`.
    pub fn remind_causes(
        &self,
        at: Timestamp,
        before: Timestamp,
        words: impl Fn(&Cause) -> Vec<NewWord>,
    ) -> Result<usize> {
        self.with("writing down what is told", |connection| {
            let transaction =
                connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let due: Vec<Cause> = transaction
                .prepare_cached(&format!(
                    "SELECT {CAUSE} FROM causes WHERE over_at IS NULL AND lasts = 1 AND said_at <= ?1"
                ))?
                .query_map([sortable(before)], read_cause)?
                .collect::<rusqlite::Result<_>>()?;
            for cause in &due {
                transaction.execute(
                    "UPDATE causes SET said_at = ?2 WHERE cause = ?1",
                    params![cause.cause, sortable(at)],
                )?;
                enqueue(&transaction, &cause.cause, at, &words(cause))?;
            }
            transaction.commit()?;
            Ok(due.len())
        })
    }

    /// What lasts, oldest first.
    pub fn open_causes(&self) -> Result<Vec<Cause>> {
        self.with("reading what is told", |connection| {
            connection
                .prepare_cached(&format!(
                    "SELECT {CAUSE} FROM causes WHERE over_at IS NULL AND lasts = 1 ORDER BY began_at, cause"
                ))?
                .query_map([], read_cause)?
                .collect()
        })
    }

    /// What began after `since`, or ended after it, oldest first.
    pub fn causes_since(&self, since: Timestamp) -> Result<Vec<Cause>> {
        self.with("reading what is told", |connection| {
            connection
                .prepare_cached(&format!(
                    "SELECT {CAUSE} FROM causes WHERE began_at > ?1 ORDER BY began_at, cause"
                ))?
                .query_map([sortable(since)], read_cause)?
                .collect()
        })
    }

    /// Puts words into the queue that have no cause that could be raised.
    pub fn add_words(&self, cause: &str, at: Timestamp, words: &[NewWord]) -> Result<()> {
        self.with("writing down what is told", |connection| {
            let transaction =
                connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            enqueue(&transaction, cause, at, words)?;
            transaction.commit()
        })
    }

    /// Takes the oldest words that are due out of the queue, to send them. Those that another program took
    /// before `lost` and never settled are taken again.
    pub fn take_word(&self, at: Timestamp, lost: Timestamp) -> Result<Option<Word>> {
        self.with("taking words to send", |connection| {
            let transaction =
                connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let taken = transaction
                .query_row(
                    &format!(
                        "SELECT {WORD} FROM words
                         WHERE (state = ?1 AND next_at <= ?2) OR (state = ?3 AND next_at < ?4)
                         ORDER BY next_at, id LIMIT 1"
                    ),
                    params![
                        word(&WordState::Waiting),
                        sortable(at),
                        word(&WordState::Sending),
                        sortable(lost)
                    ],
                    read_word,
                )
                .optional()?;
            let Some(mut taken) = taken else {
                return Ok(None);
            };
            taken.tries += 1;
            taken.state = WordState::Sending;
            transaction.execute(
                "UPDATE words SET state = ?2, tries = ?3, next_at = ?4 WHERE id = ?1",
                params![taken.id, word(&taken.state), taken.tries, sortable(at)],
            )?;
            transaction.commit()?;
            Ok(Some(taken))
        })
    }

    /// Writes down how sending words ended.
    pub fn settle_word(
        &self,
        id: i64,
        state: WordState,
        next_at: Timestamp,
        problem: Option<&str>,
    ) -> Result<()> {
        self.with("writing down what was sent", |connection| {
            connection.execute(
                "UPDATE words SET state = ?2, next_at = ?3, problem = ?4 WHERE id = ?1",
                params![id, word(&state), sortable(next_at), problem],
            )
        })?;
        Ok(())
    }

    /// Tries what waits again at once, because something was set or put right.
    pub fn hurry_words(&self, at: Timestamp) -> Result<()> {
        self.with("writing down what is told", |connection| {
            connection.execute(
                "UPDATE words SET next_at = ?2 WHERE state = ?1",
                params![word(&WordState::Waiting), sortable(at)],
            )
        })?;
        Ok(())
    }

    /// The newest words first, at most `limit`.
    pub fn told(&self, limit: u32) -> Result<Vec<Word>> {
        self.with("reading what is told", |connection| {
            connection
                .prepare_cached(&format!(
                    "SELECT {WORD} FROM words ORDER BY id DESC LIMIT ?1"
                ))?
                .query_map([limit], read_word)?
                .collect()
        })
    }

    /// The words that wait or are being sent, oldest first.
    pub fn waiting_words(&self) -> Result<Vec<Word>> {
        self.with("reading what is told", |connection| {
            connection
                .prepare_cached(&format!(
                    "SELECT {WORD} FROM words WHERE state IN (?1, ?2) ORDER BY id"
                ))?
                .query_map(
                    params![word(&WordState::Waiting), word(&WordState::Sending)],
                    read_word,
                )?
                .collect()
        })
    }
}

fn enqueue(
    connection: &Connection,
    cause: &str,
    at: Timestamp,
    words: &[NewWord],
) -> rusqlite::Result<()> {
    for new in words {
        connection.execute(
            "INSERT INTO words (cause, way, kind, severity, at, next_at, state, detail)
             VALUES (?1, ?2, ?3, ?4, ?5, ?5, ?6, ?7)",
            params![
                cause,
                new.way,
                word(&new.kind),
                word(&new.severity),
                sortable(at),
                word(&WordState::Waiting),
                new.detail.to_string()
            ],
        )?;
    }
    Ok(())
}

/// Whole seconds, so that texts sort as times do.
fn sortable(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

fn time(text: &str) -> rusqlite::Result<Timestamp> {
    text.parse().map_err(|error: jiff::Error| {
        rusqlite::Error::FromSqlConversionFailure(
            0,
            rusqlite::types::Type::Text,
            Box::<dyn std::error::Error + Send + Sync>::from(error.to_string()),
        )
    })
}

fn read_cause(row: &Row<'_>) -> rusqlite::Result<Cause> {
    Ok(Cause {
        cause: row.get(0)?,
        severity: value(row.get(1)?)?,
        began_at: time(&row.get::<_, String>(2)?)?,
        said_at: time(&row.get::<_, String>(3)?)?,
        lasts: row.get(4)?,
        detail: json(&row.get::<_, String>(5)?)?,
    })
}

fn read_word(row: &Row<'_>) -> rusqlite::Result<Word> {
    Ok(Word {
        id: row.get(0)?,
        cause: row.get(1)?,
        way: row.get(2)?,
        kind: value(row.get(3)?)?,
        severity: value(row.get(4)?)?,
        at: time(&row.get::<_, String>(5)?)?,
        next_at: time(&row.get::<_, String>(6)?)?,
        state: value(row.get(7)?)?,
        tries: row.get(8)?,
        detail: json(&row.get::<_, String>(9)?)?,
        problem: row.get(10)?,
    })
}

#[cfg(test)]
#[path = "told_tests.rs"]
mod tests;
