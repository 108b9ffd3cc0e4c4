//! Older calls in today's words.

use axum::body::Bytes;
use serde_json::json;

use crate::api::{Call, Verb};
use crate::wire::Query;

/// What an older call asks for, in the words of today.
pub(super) struct Today {
    pub verb: Verb,
    pub path: Vec<String>,
    pub query: Query,
    pub body: Bytes,
    /// About the archive of the whole instance.
    pub of_instance: bool,
}

impl Today {
    fn new(call: &Call<'_>, path: &[&str]) -> Self {
        Self {
            verb: call.verb,
            path: path.iter().map(|part| (*part).to_owned()).collect(),
            query: call.query.clone(),
            body: call.body.clone(),
            of_instance: false,
        }
    }
}

/// Version 2 has today's paths, and jobs of its own for the archive of the instance.
pub(super) fn second(call: &Call<'_>, path: &[&str]) -> Today {
    const EXPORT: &str = "exportServiceInstanceArchive";
    let jobs = match (call.verb, path) {
        (Verb::Post, ["clonepod", "exportArtifacts"]) => vec![EXPORT],
        (Verb::Get, ["clonepod", "exportStatus" | "exportArtifacts", id]) => vec![EXPORT, *id],
        // A published script names versions in a segment of their own.
        (_, ["integrations", code, "versions", version, rest @ ..]) => {
            let id = format!("{code}|{version}");
            let rest: &[&str] = match rest {
                ["status"] => &[],
                other => other,
            };
            return Today::new(call, &[&["integrations", id.as_str()], rest].concat());
        }
        _ => return Today::new(call, path),
    };
    Today {
        of_instance: true,
        ..Today::new(call, &jobs)
    }
}

/// Version 1 names integrations by code and version apart, has a verb for each change, and a filter
/// dialect of its own; `None` for what it does not know.
pub(super) fn first(call: &Call<'_>, path: &[&str]) -> Option<Today> {
    let mut today = match (call.verb, path) {
        (Verb::Post | Verb::Put, ["integrations", "import"]) => {
            Today::new(call, &["integrations", "archive"])
        }
        (_, ["integrations", code, version, rest @ ..]) => {
            let id = format!("{code}|{version}");
            versioned(call, &id, rest)?
        }
        (Verb::Get, ["integrations"] | ["connections" | "lookups" | "packages", ..])
        | (Verb::Delete, ["connections" | "lookups" | "packages", _])
        | (Verb::Post | Verb::Put, ["lookups" | "packages", "archive"]) => Today::new(call, path),
        _ => return None,
    };
    if let Some(filter) = today.query.get("q").and_then(dialect) {
        today.query = today.query.with("q", filter);
    }
    Some(today)
}

fn versioned(call: &Call<'_>, id: &str, rest: &[&str]) -> Option<Today> {
    let patch = |status: &str| {
        let flag = |name: &str| call.query.flag(name);
        let body = json!({
            "payloadTracingEnabledFlag": flag("enablePayloadTracing"),
            "status": status,
            "tracingEnabledFlag": flag("enableTracing"),
        });
        Today {
            verb: Verb::PostPatch,
            body: Bytes::from(body.to_string()),
            ..Today::new(call, &["integrations", id])
        }
    };
    Some(match (call.verb, rest) {
        (Verb::Get | Verb::Delete, []) => Today::new(call, &["integrations", id]),
        (Verb::Get, ["export"]) => Today::new(call, &["integrations", id, "archive"]),
        (Verb::Post, ["activate"]) => patch("ACTIVATED"),
        (Verb::Post, ["deactivate"]) => patch("CONFIGURED"),
        (Verb::Post, ["schedulenow"]) => {
            Today::new(call, &["integrations", id, "schedule", "jobs"])
        }
        (Verb::Get, ["schedule", "state", _]) => {
            Today::new(call, &["integrations", id, "schedule"])
        }
        _ => return None,
    })
}

/// `{name like 'X'} & {status like 'Y'}` as `{name : /X/, status : /Y/}`; `None` for other filters.
fn dialect(filter: &str) -> Option<String> {
    let mut conditions = Vec::new();
    for part in filter.split('&') {
        let inner = part.trim().strip_prefix('{')?.strip_suffix('}')?;
        let (key, value) = inner.split_once(" like ")?;
        let value = value.trim().trim_matches('\'').trim_matches('%');
        conditions.push(format!("{} : /{value}/", key.trim()));
    }
    Some(format!("{{{}}}", conditions.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_filters_of_the_first_version_are_understood() {
        assert_eq!(
            dialect("{name like 'SC2RN'} & {status like 'ACTIVATED'}").as_deref(),
            Some("{name : /SC2RN/, status : /ACTIVATED/}")
        );
        assert_eq!(dialect("{name:'X'}"), None);
    }
}
