//! A package archive: one integration archive per integration, and a list of attributes.

use crate::container::{Container, has_ending};
use crate::limits::Budget;
use crate::open::{ArchiveKind, Member, Opened, read_at};
use crate::{ArchiveError, Contents, Package, gather, integration, properties, roots};

const ATTRIBUTES: &str = "ics_package_attributes.properties";

/// Reads the package in `folder` (empty, or ending in `/`).
pub(crate) fn read_archive(
    container: &mut Container<'_>,
    folder: &str,
    depth: usize,
    budget: &mut Budget,
) -> Result<(Contents, Vec<Member>), ArchiveError> {
    let attributes = format!("{folder}{ATTRIBUTES}");
    let bytes = container.read(&attributes, budget)?;
    let found = properties::parse(&String::from_utf8_lossy(&bytes));
    let name = found
        .get("package_name")
        .filter(|name| !name.is_empty())
        .cloned()
        .ok_or_else(|| ArchiveError::file(attributes, "it has no package_name"))?;
    let mut members = Vec::new();
    let packed: Vec<String> = container
        .under(folder)
        .filter(|path| has_ending(path, "iar"))
        .map(str::to_owned)
        .collect();
    for path in packed {
        let bytes = container.read(&path, budget)?;
        let opened = read_at(&bytes, depth + 1, budget).map_err(|error| within(&path, error))?;
        budget.keep(&bytes)?;
        members.push(Member {
            path,
            bytes,
            opened,
        });
    }
    // In a folder the integrations may lie unpacked too.
    for root in roots::integrations_under(container, folder) {
        let contents = integration::read_archive(container, &root, budget)?;
        members.push(Member {
            path: root.folder.trim_end_matches('/').to_owned(),
            bytes: Vec::new(),
            opened: Opened::new(ArchiveKind::Integration, contents),
        });
    }
    let mut contents = gather::gather(&members);
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
fn within(path: &str, error: ArchiveError) -> ArchiveError {
    match error {
        ArchiveError::TooLarge(_)
        | ArchiveError::UnsafeName { .. }
        | ArchiveError::Deceptive { .. } => error,
        ArchiveError::DamagedFile {
            path: inner,
            reason,
        } => ArchiveError::file(format!("{path}/{inner}"), reason),
        other => ArchiveError::file(path, other),
    }
}
