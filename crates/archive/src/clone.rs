//! Archives of a whole instance ("clone"), as Oracle Integration writes them to a bucket.
//!
//! Oracle documents their names and that credentials and security settings are in them; their
//! layout is not documented, and no sample is public. So they are told by name, or by the layout
//! that stands in for it in practice instances, and what is in them counts as secret as a whole.

use crate::container::{Container, has_ending};

/// Whether a file is named as the service names such archives: `Service_Instance_Data-<job>`, in
/// the older generations `archive_<instance>-<uuid>.zip` (documented).
#[must_use]
pub fn names_whole_instance(file_name: &str) -> bool {
    let stem = file_name
        .rsplit_once('.')
        .filter(|(_, ending)| ending.eq_ignore_ascii_case("zip"))
        .map_or(file_name, |(stem, _)| stem);
    stem.starts_with("Service_Instance_Data-")
        || stem.strip_prefix("archive_").is_some_and(|rest| {
            rest.len()
                .checked_sub(37)
                .and_then(|at| rest.get(at..))
                .is_some_and(|end| end.strip_prefix('-').is_some_and(is_uuid))
        })
}

fn is_uuid(text: &str) -> bool {
    text.bytes().enumerate().all(|(at, sign)| match at {
        8 | 13 | 18 | 23 => sign == b'-',
        _ => sign.is_ascii_hexdigit(),
    })
}

/// Whether what lies in a ZIP or a folder is such an archive, unpacked or packed once more.
pub(crate) fn is_one(container: &Container<'_>) -> bool {
    let named = container
        .names()
        .any(|name| names_whole_instance(name.split('/').next().unwrap_or(name)));
    let laid_out = container.has("instance.json")
        && container.names().all(|name| {
            name == "instance.json"
                || ["integrations/", "lookups/", "libraries/", "projects/"]
                    .iter()
                    .any(|folder| name.starts_with(folder))
        })
        && container
            .names()
            .any(|name| has_ending(name, "iar") || has_ending(name, "car"));
    named || laid_out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_of_the_service_are_known() {
        for yes in [
            "Service_Instance_Data-1234",
            "Service_Instance_Data-1234.zip",
            "archive_myoic-fra-0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f.zip",
        ] {
            assert!(names_whole_instance(yes), "{yes}");
        }
        for no in [
            "archive_2020.zip",
            "archive_a-b.zip",
            "Instance.zip",
            "archive_é",
        ] {
            assert!(!names_whole_instance(no), "{no}");
        }
    }
}
