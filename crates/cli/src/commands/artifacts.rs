//! `waybill artifacts`.

use std::path::PathBuf;

use waybill_app::view::{CatalogueView, CommandError, PlaceRef};
use waybill_model::{ArtifactId, ArtifactKind};

use super::{Session, word};
use crate::arguments::Artifacts;
use crate::exit::Ending;
use crate::output::{Put, bad_input, size, table};
use crate::place;

pub async fn perform(session: &Session<'_>, asked: Artifacts) -> Result<Ending, CommandError> {
    let place = place::parse(session, &asked.place).await?;
    if let (Some(id), Some(to)) = (&asked.save, &asked.to) {
        let id: ArtifactId = id
            .parse()
            .map_err(|error: waybill_model::ParseIdError| bad_input(&error.to_string()))?;
        return save(session, &place, &id, to.clone()).await;
    }
    let kind = asked
        .kind
        .as_deref()
        .map(str::parse::<ArtifactKind>)
        .transpose()
        .map_err(|error| bad_input(&format!("{error}.")))?;
    let mut catalogue = session.app.catalogue(&place, true).await?;
    if let Some(kind) = kind {
        catalogue
            .artifacts
            .retain(|artifact| artifact.id.kind == kind);
    }
    session
        .output
        .result("catalogue", &catalogue, || describe(&catalogue));
    Ok(Ending::Done)
}

async fn save(
    session: &Session<'_>,
    place: &PlaceRef,
    id: &ArtifactId,
    to: PathBuf,
) -> Result<Ending, CommandError> {
    let target = if to.is_dir() {
        let detail = session.app.artifact_detail(place, id).await?;
        to.join(
            detail
                .file_name
                .ok_or_else(|| bad_input(&format!("`{id}` has no archive of its own to save.")))?,
        )
    } else {
        to
    };
    let saved = session.app.save_artifact(place, id, &target).await?;
    session.output.result("saved", &saved, || {
        format!(
            "{}  {}  SHA-256 {}",
            saved.path,
            size(saved.bytes),
            saved.sha256
        )
    });
    Ok(Ending::Done)
}

fn describe(catalogue: &CatalogueView) -> String {
    let rows: Vec<Vec<String>> = catalogue
        .artifacts
        .iter()
        .map(|artifact| {
            vec![
                artifact.id.to_string(),
                artifact.state.map(|state| word(&state)).unwrap_or_default(),
                artifact.updated.clone().unwrap_or_default(),
                artifact.name.clone(),
            ]
        })
        .collect();
    let mut text = table(&["ARTIFACT", "STATE", "CHANGED", "NAME"], &rows);
    for gap in catalogue.gaps.iter().filter(|gap| !gap.not_offered) {
        text.put(format_args!("\nNot read: {}: {}", gap.kind, gap.reason));
    }
    text
}
