//! Which archive of a place of files holds which artifact.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use waybill_archive::{ArchiveKind, Opened};
use waybill_model::ArtifactId;

use crate::digest::sha256;
use crate::files::FilePlace;

/// The way from the files of a place to an archive inside them: the number of the file, where there
/// are several, then of each nested archive.
pub(crate) type Trail = Vec<usize>;

/// The innermost archive that holds an artifact.
#[derive(Clone, Debug)]
pub(super) struct Holding {
    pub trail: Arc<Trail>,
    /// SHA-256 of its bytes; none for what lies unpacked.
    pub sha256: Option<Arc<str>>,
}

/// The archive of each artifact, and the projects of which one deployment alone is there.
pub(super) fn holdings(place: &FilePlace) -> (BTreeMap<ArtifactId, Holding>, BTreeSet<String>) {
    let mut found = Found::default();
    let mut trail = Trail::new();
    for (index, (name, opened, bytes)) in place.roots().enumerate() {
        trail.push(index);
        found.walk(&name, opened, bytes, &mut trail);
        trail.pop();
    }
    (found.held, found.parts)
}

/// The bytes of the archive at the end of a trail; none for what lies unpacked.
pub(super) fn bytes_at<'a>(place: &'a FilePlace, trail: &[usize]) -> Option<&'a [u8]> {
    let (first, rest) = trail.split_first()?;
    let (_, mut opened, mut bytes) = place.roots().nth(*first)?;
    for index in rest {
        let member = opened.members().get(*index)?;
        opened = &member.opened;
        bytes = &member.bytes;
    }
    (!bytes.is_empty()).then_some(bytes)
}

#[derive(Default)]
struct Found {
    held: BTreeMap<ArtifactId, Holding>,
    parts: BTreeSet<String>,
}

impl Found {
    fn walk(&mut self, name: &str, opened: &Opened, bytes: &[u8], trail: &mut Trail) {
        for (index, member) in opened.members().iter().enumerate() {
            trail.push(index);
            self.walk(&member.path, &member.opened, &member.bytes, trail);
            trail.pop();
        }
        if opened.kind == ArchiveKind::Bundle {
            return;
        }
        if let Some(project) = one_deployment(name, opened) {
            self.parts.insert(project);
        }
        let holding = Holding {
            trail: Arc::new(trail.clone()),
            sha256: (!bytes.is_empty()).then(|| sha256(bytes).into()),
        };
        for artifact in opened.catalogue().artifacts {
            // The first counts, as in the catalogue of all.
            self.held
                .entry(artifact.id)
                .or_insert_with(|| holding.clone());
        }
    }
}

/// The project of which an archive holds one deployment. The name of the file tells where nobody
/// changed it (`PROJECT-DEPLOYMENT.car`); else an archive that holds one deployment and its
/// integrations alone counts as one.
fn one_deployment(name: &str, opened: &Opened) -> Option<String> {
    let project = opened.contents.projects.first()?;
    let [deployment] = project.deployments.as_slice() else {
        return None;
    };
    let file = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    if stem == project.code {
        return None;
    }
    let members: BTreeSet<_> = deployment.integrations.iter().collect();
    let all = opened.contents.integrations.iter();
    let held: BTreeSet<_> = all.map(|integration| &integration.reference).collect();
    let named = stem == format!("{}-{}", project.code, deployment.code);
    (named || members == held).then(|| project.code.clone())
}
