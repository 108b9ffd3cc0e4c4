//! A place, as it is written on the command line.
//!
//! `instance:NAME`, `snapshot:ID`, `snapshot:latest`, `snapshot:latest:NAME`, `copy:TARGET/COPY`,
//! `copy:TARGET/latest`, `file:PATH`. Without a word in front, the name of a saved instance, else the path of a file or folder.

use std::path::Path;

use waybill_app::view::{CommandError, ErrorCode, PlaceRef, SnapshotStatus, SnapshotSummary};

use crate::commands::{Session, named};
use crate::output::bad_input;

/// The place that is meant. Takes the vault's password from standard input for a snapshot, if the
/// arguments say so.
pub async fn parse(session: &Session<'_>, text: &str) -> Result<PlaceRef, CommandError> {
    match text.split_once(':') {
        Some(("instance", name)) => instance(session, name),
        Some(("snapshot", id)) => {
            session.unlock_vault().await?;
            let id = match id.split_once(':') {
                Some(("latest", name)) => latest_of(session, name).await?.id,
                _ => session.snapshot(id).await?.id,
            };
            Ok(PlaceRef::Snapshot { id })
        }
        Some(("copy", named)) => copy(session, named).await,
        Some(("file", path)) => Ok(file(path)),
        _ => bare(session, text),
    }
}

/// The latest snapshot of everything in an instance. What was kept before a single change is not
/// meant.
pub async fn latest_of(
    session: &Session<'_>,
    instance: &str,
) -> Result<SnapshotSummary, CommandError> {
    let snapshots = session.app.snapshots(Some(instance)).await?;
    snapshots
        .into_iter()
        .find(|snapshot| {
            !snapshot.selection
                && !snapshot.before_change
                && snapshot.status != SnapshotStatus::Unverified
        })
        .ok_or_else(|| CommandError {
            code: ErrorCode::UnknownSubject,
            guidance: Some("`waybill backup INSTANCE` takes one.".into()),
            ..bad_input(&format!("There is no snapshot of all of `{instance}`."))
        })
}

fn instance(session: &Session<'_>, name: &str) -> Result<PlaceRef, CommandError> {
    Ok(PlaceRef::Instance {
        id: named(session, name)?.id,
    })
}

/// `TARGET/COPY`, as `waybill target copies` shows it, or `TARGET/latest` for the newest.
async fn copy(session: &Session<'_>, named: &str) -> Result<PlaceRef, CommandError> {
    let Some((target, copy)) = named.split_once('/') else {
        return Err(bad_input(&format!(
            "`copy:{named}` is not a place: write copy:TARGET/COPY, as `waybill target copies TARGET` shows it."
        )));
    };
    session.unlock_vault().await?;
    let copy = match copy {
        "latest" => {
            let copies = session.app.target_copies(target).await?;
            let newest = copies.into_iter().next();
            newest
                .ok_or_else(|| bad_input(&format!("There is no copy at `{target}`.")))?
                .copy
        }
        copy => copy.to_owned(),
    };
    Ok(PlaceRef::Copy {
        target: target.to_owned(),
        copy,
    })
}

fn file(path: &str) -> PlaceRef {
    PlaceRef::File {
        path: path.to_owned(),
    }
}

fn bare(session: &Session<'_>, text: &str) -> Result<PlaceRef, CommandError> {
    match instance(session, text) {
        Ok(place) => Ok(place),
        Err(error) if error.code != ErrorCode::UnknownSubject => Err(error),
        Err(_) if Path::new(text).exists() => Ok(file(text)),
        Err(_) => Err(bad_input(&format!(
            "`{text}` is not a place: there is no instance of that name, and no file or folder. Write instance:NAME, snapshot:ID, copy:TARGET/COPY or file:PATH."
        ))),
    }
}
