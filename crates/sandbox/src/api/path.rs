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

/// The kind of a path, for counting: ids replaced by `{}`.
pub(crate) fn kind(segments: &[&str]) -> String {
    const WORDS: [&str; 17] = [
        "integrations",
        "packages",
        "connections",
        "lookups",
        "libraries",
        "certificates",
        "projects",
        "monitoring",
        "agentgroups",
        "agents",
        "archive",
        "schedule",
        "activationStatus",
        "deployments",
        "acl",
        "v1",
        "metadata",
    ];
    segments
        .iter()
        .enumerate()
        .map(|(index, segment)| {
            // Names come after a collection, words everywhere else.
            let after = index
                .checked_sub(1)
                .and_then(|before| segments.get(before))
                .is_some_and(|before| {
                    matches!(
                        *before,
                        "integrations"
                            | "packages"
                            | "connections"
                            | "lookups"
                            | "libraries"
                            | "certificates"
                            | "projects"
                            | "agentgroups"
                            | "deployments"
                    )
                });
            if !after && WORDS.contains(segment) {
                segment
            } else {
                "{}"
            }
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
    }
}
