//! Logs as ZIP files: what happened in the window asked for, a line each.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use axum::http::StatusCode;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::filter::Filter;
use super::journal::Journal;
use super::route::Scene;
use crate::api::{Answer, not_found, refuse};
use crate::wire::{archive, date};

/// `GET logs/{id}`: `icsflowlog`, `icsauditlog`, or `icsdiagnosticlog`, which is deprecated
/// (documented).
pub(super) fn download(scene: &Scene<'_>, journal: &Journal, id: &str) -> Answer {
    let filter = Filter::read(scene.call.query, scene.now)?;
    let mut text = String::new();
    match id {
        "icsflowlog" | "icsdiagnosticlog" => {
            for run in &journal.runs {
                let updated = run.updated(scene.now);
                if filter.within(updated) {
                    let status = run.status(scene.now);
                    // Writing to a string does not fail.
                    let _ = writeln!(
                        text,
                        "[{}] [{status}] [{}] {} {}",
                        date(updated),
                        run.id,
                        run.integration(),
                        run.fault
                            .as_ref()
                            .map_or("", |fault| fault.message.as_str())
                    );
                }
            }
        }
        "icsauditlog" => {
            for record in &journal.audit {
                if filter.within(record.at) {
                    let _ = writeln!(
                        text,
                        "[{}] [{}] {} {} {}",
                        date(record.at),
                        record.who,
                        record.action,
                        record.kind,
                        record.subject
                    );
                }
            }
        }
        _ => return Err(not_found("Log")),
    }
    let file = format!("{id}.log");
    let bytes = packed(&file, &text).map_err(|_| {
        refuse(
            StatusCode::INTERNAL_SERVER_ERROR,
            "The log cannot be packed.",
        )
    })?;
    Ok(archive(bytes, Some(&format!("{id}.zip"))))
}

fn packed(file: &str, text: &str) -> zip::result::ZipResult<Vec<u8>> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    writer.start_file(file, SimpleFileOptions::default())?;
    writer.write_all(text.as_bytes())?;
    Ok(writer.finish()?.into_inner())
}
