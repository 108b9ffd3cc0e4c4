//! All artifacts of one place, and what depends on what.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{Artifact, ArtifactId, ArtifactKind, Scope};

/// Something of the place that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct Gap {
    /// The kind whose list could not be read.
    pub kind: ArtifactKind,
    /// The project in which it could not be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub project: Option<String>,
    /// Why, in plain words.
    pub reason: String,
    /// The service does not offer this kind at all; nothing is missing.
    #[serde(default)]
    pub not_offered: bool,
}

/// One end of a dependency, seen from the other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Link {
    /// The artifact at the other end.
    pub id: ArtifactId,
    /// What the one needs the other for.
    pub role: String,
    /// The place holds it.
    pub present: bool,
}

/// The artifacts of one place, sorted by id.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Catalogue {
    /// When it was read (RFC 3339).
    pub read_at: String,
    /// The artifacts, sorted by id, each once.
    pub artifacts: Vec<Artifact>,
    /// What could not be read.
    pub gaps: Vec<Gap>,
}

impl Catalogue {
    /// Sorts the artifacts and keeps the first of each id.
    #[must_use]
    pub fn new(read_at: impl Into<String>, mut artifacts: Vec<Artifact>, gaps: Vec<Gap>) -> Self {
        artifacts.sort_by(|left, right| left.id.cmp(&right.id));
        artifacts.dedup_by(|later, first| later.id == first.id);
        Self {
            read_at: read_at.into(),
            artifacts,
            gaps,
        }
    }

    /// The artifact with this id.
    #[must_use]
    pub fn get(&self, id: &ArtifactId) -> Option<&Artifact> {
        self.artifacts
            .binary_search_by(|artifact| artifact.id.cmp(id))
            .ok()
            .and_then(|index| self.artifacts.get(index))
    }

    /// The artifact that is meant by a dependency. A connection, lookup or library that a project
    /// needs and does not hold itself, and the global scope does, is meant there: lists name the
    /// code alone.
    #[must_use]
    pub fn meant(&self, named: &ArtifactId) -> ArtifactId {
        let shared = matches!(
            named.kind,
            ArtifactKind::Connection | ArtifactKind::Lookup | ArtifactKind::Library
        );
        if shared && named.scope != Scope::Global && self.get(named).is_none() {
            let global = ArtifactId {
                scope: Scope::Global,
                ..named.clone()
            };
            if self.get(&global).is_some() {
                return global;
            }
        }
        named.clone()
    }

    /// What the artifact needs.
    #[must_use]
    pub fn uses(&self, id: &ArtifactId) -> Vec<Link> {
        let Some(artifact) = self.get(id) else {
            return Vec::new();
        };
        artifact
            .dependencies
            .iter()
            .map(|dependency| {
                let id = self.meant(&dependency.id);
                Link {
                    present: self.get(&id).is_some(),
                    id,
                    role: dependency.role.clone(),
                }
            })
            .collect()
    }

    /// What needs the artifact.
    #[must_use]
    pub fn used_by(&self, id: &ArtifactId) -> Vec<Link> {
        self.artifacts
            .iter()
            .flat_map(|artifact| {
                artifact
                    .dependencies
                    .iter()
                    .filter(|dependency| {
                        let named = &dependency.id;
                        named.kind == id.kind && named.code == id.code && self.meant(named) == *id
                    })
                    .map(|dependency| Link {
                        id: artifact.id.clone(),
                        role: dependency.role.clone(),
                        present: true,
                    })
            })
            .collect()
    }

    /// All versions of the same code, kind and scope, in order.
    pub fn versions<'a>(&'a self, id: &'a ArtifactId) -> impl Iterator<Item = &'a Artifact> {
        self.artifacts.iter().filter(|artifact| {
            artifact.id.kind == id.kind
                && artifact.id.scope == id.scope
                && artifact.id.code == id.code
        })
    }

    /// How many artifacts there are of each kind.
    #[must_use]
    pub fn counts(&self) -> BTreeMap<ArtifactKind, usize> {
        let mut counts = BTreeMap::new();
        for artifact in &self.artifacts {
            *counts.entry(artifact.id.kind).or_insert(0) += 1;
        }
        counts
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Dependency;

    fn catalogue() -> Catalogue {
        let connection = ArtifactId::global(ArtifactKind::Connection, "ERP", None);
        let missing = ArtifactId::global(ArtifactKind::Lookup, "TAX", None);
        let mut order = Artifact::named(
            ArtifactId::global(ArtifactKind::Integration, "ORDER", Some("01.00.0000")),
            "Order",
        );
        order.dependencies = vec![
            Dependency {
                id: connection.clone(),
                role: "invoke".into(),
            },
            Dependency {
                id: missing,
                role: "lookup".into(),
            },
        ];
        Catalogue::new(
            "2026-11-21T08:00:00Z",
            vec![order, Artifact::named(connection, "ERP")],
            vec![],
        )
    }

    #[test]
    fn links_are_seen_from_both_ends() {
        let catalogue = catalogue();
        let order = &catalogue.artifacts[0].id;
        let uses = catalogue.uses(order);
        assert_eq!(
            uses.iter().map(|link| link.present).collect::<Vec<_>>(),
            [true, false]
        );
        let used_by = catalogue.used_by(&uses[0].id);
        assert_eq!(used_by.len(), 1);
        assert_eq!(&used_by[0].id, order);
    }

    #[test]
    fn a_project_uses_what_the_global_scope_has_and_it_lacks() {
        let global = ArtifactId::global(ArtifactKind::Connection, "ERP", None);
        let scope = Scope::Project("P".to_owned());
        let named = ArtifactId {
            scope: scope.clone(),
            ..global.clone()
        };
        let mut order = Artifact::named(
            ArtifactId {
                scope,
                ..ArtifactId::global(ArtifactKind::Integration, "ORDER", Some("01.00.0000"))
            },
            "Order",
        );
        order.dependencies.push(Dependency {
            id: named.clone(),
            role: "invoke".into(),
        });
        let shared = Catalogue::new(
            "",
            vec![order.clone(), Artifact::named(global.clone(), "ERP")],
            vec![],
        );
        let uses = shared.uses(&order.id);
        assert_eq!((&uses[0].id, uses[0].present), (&global, true));
        assert_eq!(shared.used_by(&global).len(), 1);
        assert!(shared.used_by(&named).is_empty());

        let own = Catalogue::new(
            "",
            vec![
                order.clone(),
                Artifact::named(global.clone(), "ERP"),
                Artifact::named(named.clone(), "ERP"),
            ],
            vec![],
        );
        assert_eq!(own.uses(&order.id)[0].id, named);
        assert!(own.used_by(&global).is_empty());
    }

    #[test]
    fn an_id_is_kept_once() {
        let twice = Catalogue::new(
            "",
            [catalogue().artifacts, catalogue().artifacts].concat(),
            vec![],
        );
        assert_eq!(twice.artifacts.len(), 2);
    }
}
