//! A package archive: one integration archive per integration, and a list of attributes.

use crate::container::{Container, has_ending};
use crate::limits::Budget;
use crate::open::{Member, read_at};
use crate::{ArchiveError, Contents, Package, properties};

const ATTRIBUTES: &str = "ics_package_attributes.properties";

/// The path of the attributes in a package archive.
pub(crate) fn find(container: &Container<'_>) -> Option<String> {
    container
        .names()
        .find(|name| name.rsplit('/').next() == Some(ATTRIBUTES))
        .map(str::to_owned)
}

pub(crate) fn read_archive(
    container: &mut Container<'_>,
    attributes: &str,
    depth: usize,
    budget: &mut Budget,
) -> Result<(Contents, Vec<Member>), ArchiveError> {
    let found = properties::parse(&container.text(attributes, budget)?);
    let name = found
        .get("package_name")
        .filter(|name| !name.is_empty())
        .cloned()
        .ok_or_else(|| ArchiveError::file(attributes, "it has no package_name"))?;
    let mut contents = Contents::default();
    let mut members = Vec::new();
    for path in container.matching(|path| has_ending(path, "iar")) {
        let bytes = container.read(&path, budget)?;
        let opened = read_at(&bytes, depth + 1, budget).map_err(|error| within(&path, error))?;
        contents.absorb(opened.contents.clone());
        members.push(Member {
            path,
            bytes,
            opened,
        });
    }
    for integration in &mut contents.integrations {
        integration.package = Some(name.clone());
    }
    contents.packages.push(Package {
        name,
        integrations: contents
            .integrations
            .iter()
            .map(|integration| integration.reference.clone())
            .collect(),
    });
    Ok((contents, members))
}

/// Says in which nested archive the error lies.
pub(crate) fn within(path: &str, error: ArchiveError) -> ArchiveError {
    match error {
        ArchiveError::TooLarge(_) | ArchiveError::UnsafeName { .. } => error,
        ArchiveError::DamagedFile {
            path: inner,
            reason,
        } => ArchiveError::file(format!("{path}/{inner}"), reason),
        other => ArchiveError::file(path, other),
    }
}
