//! Whose a file inside an archive is: a project holds integrations, an integration what it needs.

use std::collections::HashMap;

use waybill_model::{ArtifactId, ArtifactKind, Scope};

use crate::places;

/// The artifacts that a place knows, by the names that their files have in archives.
#[derive(Debug, Default)]
pub(super) struct Owners {
    by_file: HashMap<(Scope, String), Vec<ArtifactId>>,
    names: HashMap<ArtifactId, String>,
}

impl Owners {
    pub(super) fn new<'a>(known: impl Iterator<Item = (&'a ArtifactId, &'a str)>) -> Self {
        let mut owners = Self::default();
        for (id, name) in known {
            if let Some(file) = file_name(id) {
                let key = (id.scope.clone(), file);
                owners.by_file.entry(key).or_default().push(id.clone());
            }
            owners.names.insert(id.clone(), places::name(name));
        }
        owners
    }

    /// What people call an artifact.
    pub(super) fn name(&self, id: &ArtifactId) -> String {
        self.names
            .get(id)
            .cloned()
            .unwrap_or_else(|| id.code.clone())
    }

    /// The owner of a file in the archive of an artifact: the innermost artifact that the place
    /// knows and whose file it is, else the artifact itself.
    pub(super) fn of(&self, archive: &ArtifactId, path: &str) -> ArtifactId {
        let scope = match archive.kind {
            ArtifactKind::Project => Scope::Project(archive.code.clone()),
            _ => archive.scope.clone(),
        };
        let segments: Vec<&str> = path.split('/').collect();
        for (index, segment) in segments.iter().enumerate().rev() {
            let stem = match segment.rsplit_once('.') {
                Some((stem, "xml" | "dvm" | "csv" | "iar" | "json" | "yaml")) => stem,
                _ => segment,
            };
            let around = segments.get(..index).unwrap_or_default();
            let candidates = self.by_file.get(&(scope.clone(), stem.to_owned()));
            let fits = |id: &&ArtifactId| folder_fits(id.kind, around);
            if let Some(owner) = candidates.and_then(|all| all.iter().find(fits)) {
                return owner.clone();
            }
        }
        archive.clone()
    }
}

/// The name of an artifact's file or folder, without an ending (`archive-format.md §1.1`).
fn file_name(id: &ArtifactId) -> Option<String> {
    match id.kind {
        ArtifactKind::Integration => Some(format!("{}_{}", id.code, id.version.as_deref()?)),
        ArtifactKind::Connection | ArtifactKind::Lookup => Some(id.code.clone()),
        // The folder of a library has no underscore.
        ArtifactKind::Library => Some(format!("{}{}", id.code, id.version.as_deref()?)),
        _ => None,
    }
}

fn folder_fits(kind: ArtifactKind, around: &[&str]) -> bool {
    let inside = |names: &[&str]| {
        around
            .last()
            .is_some_and(|folder| names.contains(&folder.to_ascii_lowercase().as_str()))
    };
    match kind {
        ArtifactKind::Connection => inside(&["appinstances", "connections"]),
        ArtifactKind::Lookup => inside(&["dvms", "dvm", "lookups"]),
        ArtifactKind::Library => inside(&["apilibrary", "libraries"]),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_belong_to_the_innermost_artifact_that_is_known() {
        let ids: Vec<ArtifactId> = [
            "integration:A|01.00.0000",
            "connection:ERP",
            "lookup:Tax",
            "HR/integration:B|01.00.0000",
            "project:HR",
        ]
        .iter()
        .map(|text| text.parse().unwrap())
        .collect();
        let owners = Owners::new(ids.iter().map(|id| (id, "x")));
        let of = |archive: &str, path: &str| owners.of(&archive.parse().unwrap(), path).to_string();
        let own = "integration:A|01.00.0000";
        assert_eq!(of(own, "icspackage/appinstances/ERP.xml"), "connection:ERP");
        assert_eq!(of(own, "icspackage/dvms/Tax.dvm"), "lookup:Tax");
        assert_eq!(of(own, "icspackage/appinstances/OTHER.xml"), own);
        assert_eq!(of(own, "icspackage/project/A_01.00.0000/ERP.xml"), own);
        let inside = "x/B_01.00.0000/icspackage/project/B_01.00.0000/PROJECT-INF/project.xml";
        assert_eq!(of("project:HR", inside), "HR/integration:B|01.00.0000");
        assert_eq!(of("project:HR", "HR/project.yaml"), "project:HR");
    }
}
