//! What an archive tells of the needs of its artifacts: lookups, libraries, called integrations.
//!
//! Lists name the connections of an integration and little else. The archive, once it is at hand,
//! names the rest without a further call; a catalogue is completed with it.

use std::collections::BTreeMap;

use waybill_model::{Artifact, ArtifactId, Catalogue, Dependency};

use crate::catalogue::is_pseudo_connection;

/// What each artifact of one archive needs.
pub(crate) type Needs = BTreeMap<ArtifactId, Vec<Dependency>>;

/// Reads the needs out of an archive; an archive that cannot be understood tells nothing.
pub(crate) fn of_archive(extension: &str, bytes: &[u8]) -> Needs {
    // A package holds integrations that are read on their own.
    if !matches!(extension, "iar" | "car") {
        return Needs::new();
    }
    match waybill_archive::read(bytes) {
        Ok(opened) => opened
            .catalogue()
            .artifacts
            .into_iter()
            .filter_map(|artifact| {
                let mut needs = artifact.dependencies;
                needs.retain(|need| !is_pseudo_connection(&need.id.code));
                (!needs.is_empty()).then_some((artifact.id, needs))
            })
            .collect(),
        Err(error) => {
            tracing::info!(%error, "the needs of an archive could not be read");
            Needs::new()
        }
    }
}

/// Adds needs that the artifact does not name yet. Another role for the same artifact says nothing
/// new.
pub(crate) fn add(artifact: &mut Artifact, needs: &[Dependency]) {
    for need in needs {
        if !artifact
            .dependencies
            .iter()
            .any(|known| known.id == need.id)
        {
            artifact.dependencies.push(need.clone());
        }
    }
}

/// Completes a catalogue that was just read with the needs known from the one before, for artifacts
/// that have not been changed since.
pub fn complete(catalogue: &mut Catalogue, before: &Catalogue) {
    for artifact in &mut catalogue.artifacts {
        if let Some(known) = before.get(&artifact.id)
            && known.updated.is_some()
            && known.updated == artifact.updated
        {
            add(artifact, &known.dependencies);
        }
    }
}

#[cfg(test)]
mod tests {
    use waybill_model::ArtifactKind;

    use super::*;

    fn order(updated: &str, needs: &[&str]) -> Artifact {
        let id = ArtifactId::global(ArtifactKind::Integration, "ORDER", Some("01.00.0000"));
        let mut artifact = Artifact::named(id, "Order");
        artifact.updated = Some(updated.to_owned());
        artifact.dependencies = needs
            .iter()
            .map(|code| Dependency {
                id: ArtifactId::global(ArtifactKind::Lookup, *code, None),
                role: "lookup".to_owned(),
            })
            .collect();
        artifact
    }

    #[test]
    fn needs_are_kept_while_the_artifact_is_unchanged() {
        let before = Catalogue::new("", vec![order("2026-01-01T00:00:00Z", &["TAX"])], vec![]);
        let mut same = Catalogue::new("", vec![order("2026-01-01T00:00:00Z", &[])], vec![]);
        complete(&mut same, &before);
        assert_eq!(same, before);
        let mut changed = Catalogue::new("", vec![order("2026-02-01T00:00:00Z", &[])], vec![]);
        complete(&mut changed, &before);
        assert!(changed.artifacts[0].dependencies.is_empty());
    }

    #[test]
    fn what_is_no_archive_tells_nothing() {
        assert!(of_archive("iar", b"PK").is_empty());
        assert!(of_archive("csv", b"a,b").is_empty());
    }
}
