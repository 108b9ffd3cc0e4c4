//! Package archives.

use uuid::Uuid;

use super::Export;
use super::export::properties;
use super::zip::{Files, zipped};

/// The archive of a package, from its members' names, versions and archives.
pub(crate) fn package_archive(
    name: &str,
    members: Vec<(String, String, Vec<u8>)>,
    export: &mut Export,
) -> Vec<u8> {
    let mut files: Files = members
        .into_iter()
        .map(|(member, version, archive)| {
            let member: String = member
                .chars()
                .map(|sign| if sign.is_alphanumeric() { sign } else { '_' })
                .collect();
            // The identifier is new at each export (recorded).
            let unique = Uuid::new_v4();
            (
                format!("icspackage_{member}_{version}_{unique}.iar"),
                archive,
            )
        })
        .collect();
    let attributes = properties(
        export,
        &[
            ("barta_type", String::new()),
            ("built_by", String::new()),
            ("clone", "false".to_owned()),
            ("integration_list", "[]".to_owned()),
            ("keywords", "[]".to_owned()),
            ("open", "false".to_owned()),
            ("original_barta_integration", String::new()),
            ("original_barta_type", String::new()),
            ("package_name", name.to_owned()),
            ("smart_tags", "[]".to_owned()),
        ],
    );
    files.push(("ics_package_attributes.properties".to_owned(), attributes));
    zipped(files, export)
}
