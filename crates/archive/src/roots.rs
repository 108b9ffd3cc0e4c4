//! Where, in a ZIP or a folder, a project, a package or an integration begins.
//!
//! An export has one such place. ZIPs of a repository and folders kept in Git have many, with or
//! without the outermost folders of the export (`icspackage/project/`).

use std::borrow::Borrow;
use std::collections::HashSet;
use std::hash::Hash;

use crate::container::Container;

const MODEL: &str = "PROJECT-INF/project.xml";
const PACKAGE: &str = "ics_package_attributes.properties";
const PROJECT: &str = "project.yaml";

/// What begins there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RootKind {
    /// The folder that holds `project.yaml`.
    Project,
    /// The folder that holds `ics_package_attributes.properties`.
    Package,
    /// The folder that holds `PROJECT-INF/`.
    Integration,
}

/// One such place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Root {
    pub kind: RootKind,
    /// Its folder: empty, or ending in `/`.
    pub folder: String,
    /// The folder with everything that belongs to it: empty, or ending in `/`.
    pub all: String,
}

impl Root {
    /// The folder in which nothing else is looked for.
    pub fn claim(&self) -> &str {
        let own = self.folder.strip_prefix(&self.all).unwrap_or_default();
        if self.kind == RootKind::Integration && !own.starts_with("project/") {
            &self.folder
        } else {
            &self.all
        }
    }
}

/// All such places; those inside a project or a package belong to it and are not listed.
pub(crate) fn find(container: &Container<'_>) -> Vec<Root> {
    let mut roots = Vec::new();
    let mut claimed = HashSet::new();
    for (file, kind) in [
        (PROJECT, RootKind::Project),
        (PACKAGE, RootKind::Package),
        (MODEL, RootKind::Integration),
    ] {
        let mut own = HashSet::new();
        for name in container.names() {
            let Some(folder) = name
                .strip_suffix(file)
                .filter(|folder| folder.is_empty() || folder.ends_with('/'))
            else {
                continue;
            };
            if is_inside(folder, &claimed) || is_inside(folder, &own) {
                continue;
            }
            if kind == RootKind::Project && !is_project(container, folder) {
                continue;
            }
            let all = if kind == RootKind::Integration {
                around(folder)
            } else {
                own.insert(folder.to_owned());
                folder.to_owned()
            };
            roots.push(Root {
                kind,
                folder: folder.to_owned(),
                all,
            });
        }
        claimed.extend(own);
    }
    roots
}

/// The integrations below a folder.
pub(crate) fn integrations_under(container: &Container<'_>, folder: &str) -> Vec<Root> {
    container
        .under(folder)
        .filter_map(|name| name.strip_suffix(MODEL))
        .filter(|own| own.is_empty() || own.ends_with('/'))
        .map(|own| Root {
            kind: RootKind::Integration,
            folder: own.to_owned(),
            all: around(own),
        })
        .collect()
}

/// Other tools have a `project.yaml` too.
fn is_project(container: &Container<'_>, folder: &str) -> bool {
    folder == "project/"
        || folder.ends_with("/project/")
        || container.has(&format!("{folder}oic_project.properties"))
        || container
            .under(&format!("{folder}integrations/"))
            .any(|name| name.ends_with(MODEL))
}

/// The folder whose `appinstances/`, `dvms/` and so on belong to the integration in `folder`.
fn around(folder: &str) -> String {
    let above = |folder: &str| {
        let inner = folder.strip_suffix('/').unwrap_or(folder);
        inner
            .rfind('/')
            .map_or(String::new(), |end| inner[..=end].to_owned())
    };
    let parent = above(folder);
    if parent == "project/" || parent.ends_with("/project/") {
        above(&parent)
    } else {
        parent
    }
}

/// Whether a name lies in one of the folders.
pub(crate) fn is_inside<S>(name: &str, claimed: &HashSet<S>) -> bool
where
    S: Borrow<str> + Eq + Hash,
{
    claimed.contains("")
        || name
            .match_indices('/')
            .any(|(end, _)| claimed.contains(&name[..=end]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(names: &[&str]) -> Vec<(RootKind, String, String)> {
        let names = names.iter().map(|name| (*name).to_owned()).collect();
        find(&Container::folder("nowhere".into(), names, Vec::new()))
            .into_iter()
            .map(|root| (root.kind, root.folder, root.all))
            .collect()
    }

    #[test]
    fn exports_and_what_people_make_of_them_are_found() {
        use RootKind::{Integration, Package, Project};
        let root = |kind, folder: &str, all: &str| (kind, folder.to_owned(), all.to_owned());
        assert_eq!(
            found(&["icspackage/project/A_1/PROJECT-INF/project.xml"]),
            [root(Integration, "icspackage/project/A_1/", "icspackage/")]
        );
        assert_eq!(
            found(&[
                "repo/A_1/PROJECT-INF/project.xml",
                "repo/B/project/project.yaml",
                "repo/B/project/integrations/C_1/PROJECT-INF/project.xml",
                "repo/P/ics_package_attributes.properties",
                "repo/P/X/icspackage/project/X_1/PROJECT-INF/project.xml",
                "repo/other/project.yaml",
            ]),
            [
                root(Project, "repo/B/project/", "repo/B/project/"),
                root(Package, "repo/P/", "repo/P/"),
                root(Integration, "repo/A_1/", "repo/"),
            ]
        );
        assert_eq!(
            found(&["PROJECT-INF/project.xml"]),
            [root(Integration, "", "")]
        );
    }
}
