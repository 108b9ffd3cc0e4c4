//! Paths as clients write them: `|` raw or encoded in either case, with or without a slash at the
//! end (clients of all these habits exist).

/// The decoded segments of a path; an empty last one is left out.
pub(crate) fn segments(path: &str) -> Option<Vec<String>> {
    path.trim_start_matches('/')
        .trim_end_matches('/')
        .split('/')
        .map(decode)
        .collect()
}

fn decode(segment: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(segment.len());
    let mut rest = segment.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digit = |byte: u8| char::from(byte).to_digit(16);
            let value = digit(rest.next()?)? * 16 + digit(rest.next()?)?;
            bytes.push(u8::try_from(value).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

/// Segments that name artifacts come after these.
const COLLECTIONS: [&str; 9] = [
    "integrations",
    "packages",
    "connections",
    "lookups",
    "libraries",
    "certificates",
    "projects",
    "agentgroups",
    "deployments",
];

/// What else a path is made of: calls and parts of artifacts.
const WORDS: [&str; 46] = [
    "monitoring",
    "agents",
    "archive",
    "schedule",
    "activationStatus",
    "activationErrors",
    "acl",
    "v1",
    "v2",
    "metadata",
    "clone",
    "parameters",
    "jobs",
    "start",
    "stop",
    "pause",
    "resume",
    "test",
    "testWithAttachments",
    "validate",
    "attachments",
    "configuration",
    "binaries",
    "connectivity",
    "workRequests",
    "gitprojects",
    "settings",
    "create",
    "fetch",
    "exporttorepository",
    "importfromrepository",
    "instances",
    "errors",
    "resubmit",
    "discard",
    "abort",
    "recoveryJobs",
    "messages",
    "summary",
    "history",
    "auditRecords",
    "futureruns",
    "logs",
    "activityStream",
    "exportServiceInstanceArchive",
    "importServiceInstanceArchive",
];

/// Calls of a whole collection, where they end a path.
const OF_ALL: [&str; 4] = ["archive", "reactivate", "copy", "loadSamples"];

/// The kind of a path, for counting: ids replaced by `{}`.
pub(crate) fn kind(segments: &[&str]) -> String {
    segments
        .iter()
        .enumerate()
        .map(|(index, segment)| {
            let named = index
                .checked_sub(1)
                .and_then(|before| segments.get(before))
                .is_some_and(|before| COLLECTIONS.contains(before));
            let last = index + 1 == segments.len();
            let word = if named {
                last && OF_ALL.contains(segment)
            } else {
                WORDS.contains(segment) || COLLECTIONS.contains(segment)
            };
            if word { segment } else { "{}" }
        })
        .collect::<Vec<_>>()
        .join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_ways_to_write_a_bar_are_the_same() {
        for path in ["/a/X|01.00.0000", "/a/X%7C01.00.0000", "/a/X%7c01.00.0000/"] {
            assert_eq!(segments(path).unwrap(), ["a", "X|01.00.0000"], "{path}");
        }
        assert_eq!(segments("/a/%zz"), None);
        assert_eq!(segments("/a/%ff"), None);
    }

    #[test]
    fn ids_do_not_count() {
        assert_eq!(
            kind(&["integrations", "A|1", "archive"]),
            "integrations/{}/archive"
        );
        assert_eq!(kind(&["projects", "archive", "acl"]), "projects/{}/acl");
        assert_eq!(kind(&["lookups"]), "lookups");
        assert_eq!(kind(&["integrations", "archive"]), "integrations/archive");
        assert_eq!(
            kind(&["integrations", "A|1", "schedule", "jobs"]),
            "integrations/{}/schedule/jobs"
        );
    }
}
