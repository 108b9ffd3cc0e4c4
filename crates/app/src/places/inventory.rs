//! The table of a place as CSV (RFC 4180), for a spreadsheet.

use std::collections::BTreeSet;
use std::path::Path;

use waybill_model::{Artifact, ArtifactId};

use crate::Waybill;
use crate::report::{UTF8_MARK, row};
use crate::storage::save_file;
use crate::view::{CommandError, PlaceRef, SavedFile};

const HEADER: [&str; 16] = [
    "Kind",
    "Project",
    "Code",
    "Version",
    "Name",
    "State",
    "Locked by",
    "Package",
    "Adapter",
    "Style",
    "Created",
    "Created by",
    "Changed",
    "Changed by",
    "Needs",
    "Description",
];

impl Waybill {
    /// Writes the table of a place, or of these artifacts of it, as CSV.
    ///
    /// # Errors
    /// As [`Waybill::catalogue`]; `FileFailed`, `DiskFull`.
    pub async fn inventory_write(
        &self,
        place: &PlaceRef,
        ids: Option<&[ArtifactId]>,
        path: &Path,
    ) -> Result<SavedFile, CommandError> {
        let catalogue = self.catalogue(place, false).await?;
        let wanted: Option<BTreeSet<&ArtifactId>> = ids.map(|ids| ids.iter().collect());
        let artifacts = catalogue.artifacts.iter().filter(|artifact| {
            wanted
                .as_ref()
                .is_none_or(|wanted| wanted.contains(&artifact.id))
        });
        save_file(path, table(artifacts).as_bytes())
    }
}

fn table<'a>(artifacts: impl Iterator<Item = &'a Artifact>) -> String {
    let mut text = String::from(UTF8_MARK);
    text.push_str(&row(&HEADER.map(str::to_owned)));
    for artifact in artifacts {
        let word = |value: Option<&str>| value.unwrap_or_default().to_owned();
        let state = artifact
            .state
            .and_then(|state| serde_json::to_value(state).ok())
            .and_then(|value| value.as_str().map(str::to_owned));
        let locked = artifact
            .lock
            .as_ref()
            .map(|lock| lock.by.clone().unwrap_or_else(|| "somebody".to_owned()));
        let needs: Vec<String> = artifact
            .dependencies
            .iter()
            .map(|dependency| dependency.id.to_string())
            .collect();
        text.push_str(&row(&[
            artifact.id.kind.to_string(),
            word(artifact.id.scope.project()),
            artifact.id.code.clone(),
            word(artifact.id.version.as_deref()),
            artifact.name.clone(),
            word(state.as_deref()),
            word(locked.as_deref()),
            word(artifact.package.as_deref()),
            word(artifact.adapter.as_deref()),
            word(artifact.style.as_deref()),
            word(artifact.created.as_deref()),
            word(artifact.created_by.as_deref()),
            word(artifact.updated.as_deref()),
            word(artifact.updated_by.as_deref()),
            needs.join("; "),
            word(artifact.description.as_deref()),
        ]));
    }
    text
}

#[cfg(test)]
mod tests {
    use waybill_model::ArtifactKind;

    use super::*;

    #[test]
    fn every_line_has_all_columns() {
        let id = ArtifactId::global(ArtifactKind::Integration, "ORDER", Some("01.00.0000"));
        let artifact = Artifact::named(id, "Order");
        let text = table(std::iter::once(&artifact));
        let lines: Vec<&str> = text.split_terminator("\r\n").collect();
        assert_eq!(lines.len(), 2);
        assert!(lines[0].starts_with("\u{feff}Kind,"));
        assert!(
            lines
                .iter()
                .all(|line| line.split(',').count() == HEADER.len())
        );
        assert!(lines[1].starts_with("integration,,ORDER,01.00.0000,Order,"));
    }
}
