//! Which call a file of the samples belongs to, by the pattern of its name.

/// Where this table is, for whoever adds a sample that it does not place.
pub const PLACE: &str = "crates/sandbox/tests/recorded/table.rs";

/// What is done with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// It has a request with its address, and as a rule a response: the request is made.
    Exchange,
    /// Its members are such exchanges, each with method and path.
    Exchanges,
    /// The answer to `GET integrations/{id}`.
    Integration,
    /// The answer to `GET connections/{id}` of Gen 2.
    Connection,
    /// The answer to `GET connections/{id}` for one that does not exist.
    MissingConnection,
    /// A body of `POST connections/{id}` with the override header.
    ConnectionPatch,
    /// The answer to `POST connections/{id}/test`.
    ConnectionTest,
    /// A body of `POST integrations/{id}` with the override header that activates.
    Activate,
    /// The same that deactivates.
    Deactivate,
    /// The answer to an activation.
    Activating,
    /// The answer to `GET integrations/{id}/activationStatus`.
    ActivationStatus,
    /// A body of `POST integrations/{id}/clone`.
    Clone,
    /// A body of `POST integrations/reactivate`.
    Reactivate,
    /// A body of `POST lookups`.
    Lookup,
    /// A body of `POST integrations/{id}/schedule`, or the frequency in one.
    Schedule,
    /// A body of `PATCH integrations/{id}/schedule/parameters`.
    ScheduleParameters,
    /// A body of `POST integrations/{id}/schedule/start`.
    ScheduleStart,
    /// The answer to `GET workRequests`.
    WorkRequests,
    /// A body of `POST exportServiceInstanceArchive`.
    Export,
    /// The answer to it (Gen 2).
    Exporting,
    /// The answer to a look at an export that runs (Gen 2).
    ExportRuns,
    /// The same at one that ended.
    ExportEnded,
    /// A body of `POST importServiceInstanceArchive`.
    Import,
    /// The answer to it (Gen 2).
    Importing,
    /// The answer to a look at an import that runs (Gen 2).
    ImportRuns,
    /// The answer to `GET` of a bucket.
    Bucket,
    /// An answer of the API of before Gen 2.
    Older(Older),
    /// A file of a form of its own.
    Special(Special),
}

/// Answers under `/icsapis`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Older {
    Connection,
    Active,
    Inactive,
    MissingText,
}

/// Files of a form of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Special {
    /// What is in the archive of a project.
    ProjectArchive,
    /// Headers of every answer.
    Headers,
    /// The token endpoint, right and wrong.
    Token,
    TokenError,
    TokenClaims,
    /// An error inside a file of an exchange.
    ErrorBody,
    /// Bodies of schedules in projects.
    Schedules,
    /// Jobs of Oracle Integration 3.
    InstanceArchives,
}

/// The first pattern that fits decides. `*` stands for anything, so that another sample of a kind
/// that is known is covered by being there.
const TABLE: &[(&str, Way)] = &[
    (
        "projects/car-manifest*",
        Way::Special(Special::ProjectArchive),
    ),
    (
        "projects/common-response-headers*",
        Way::Special(Special::Headers),
    ),
    ("projects/token-error*", Way::Special(Special::TokenError)),
    (
        "projects/token-jwt-claims*",
        Way::Special(Special::TokenClaims),
    ),
    ("projects/token-*-200*", Way::Special(Special::Token)),
    ("projects/error-*", Way::Special(Special::ErrorBody)),
    (
        "projects/project-schedule-create-requests*",
        Way::Special(Special::Schedules),
    ),
    (
        "projects/instance-archive*",
        Way::Special(Special::InstanceArchives),
    ),
    ("projects/gitprojects*", Way::Exchanges),
    ("projects/*", Way::Exchange),
    ("icsv2-get-connection*", Way::Older(Older::Connection)),
    (
        "icsv2-get-integration-activated*",
        Way::Older(Older::Active),
    ),
    ("icsv2-get-integration*", Way::Older(Older::Inactive)),
    (
        "connection-pseudo-*-icsv1-404-body*",
        Way::Older(Older::MissingText),
    ),
    ("error-404-connection*", Way::MissingConnection),
    ("oic3-get-integration*", Way::Integration),
    ("oic2-connection-get*", Way::Connection),
    ("*connection-patch-request*", Way::ConnectionPatch),
    ("*connection-test-response*", Way::ConnectionTest),
    ("*deactivate-request*", Way::Deactivate),
    ("reactivate-request*", Way::Reactivate),
    ("*activate-request*", Way::Activate),
    ("*activate-response*", Way::Activating),
    ("*activation-status*", Way::ActivationStatus),
    ("integration-clone-request*", Way::Clone),
    ("lookup-create-request*", Way::Lookup),
    ("schedule-create-request*", Way::Schedule),
    ("schedule-frequency-*.fragment*", Way::Schedule),
    (
        "schedule-parameters-patch-request*",
        Way::ScheduleParameters,
    ),
    ("schedule-start-request*", Way::ScheduleStart),
    ("workrequest-list-response*", Way::WorkRequests),
    ("clone-export-post-request*", Way::Export),
    ("clone-export-post-response*", Way::Exporting),
    ("clone-export-status-running*", Way::ExportRuns),
    ("clone-export-status-*", Way::ExportEnded),
    ("clone-import-post-request*", Way::Import),
    ("clone-import-post-response*", Way::Importing),
    ("clone-import-status-*", Way::ImportRuns),
    ("swift-bucket-listing*", Way::Bucket),
];

pub fn way(name: &str) -> Option<Way> {
    TABLE
        .iter()
        .find(|(pattern, _)| fits(pattern, name))
        .map(|(_, way)| *way)
}

fn fits(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = name.strip_prefix(first) else {
        return false;
    };
    let parts: Vec<&str> = parts.collect();
    for (index, part) in parts.iter().enumerate() {
        if part.is_empty() {
            continue;
        }
        if index + 1 == parts.len() {
            return rest.ends_with(part);
        }
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    !parts.is_empty() || rest.is_empty()
}

/// Members of a sample that the sandbox's answer need not have, each with its reason.
pub const MAY_BE_ABSENT: &[(&str, &[&str])] = &[
    // A note of the collector, not of the wire.
    ("*", &["_note", "note"]),
    // Which variables a flow declares is its own affair.
    ("integrations", &["messageContextRef"]),
    // A project that was made from a recipe says so; others have an empty object there.
    ("projects", &["builtBy", "origin.type"]),
];

#[test]
fn patterns_place_names() {
    for (name, expected) in [
        ("oic3-get-integration-3.json", Some(Way::Integration)),
        ("projects/project-get-200-2.json", Some(Way::Exchange)),
        ("oic3-activate-request-flags-2.json", Some(Way::Activate)),
        ("oic3-deactivate-request.json", Some(Way::Deactivate)),
        ("reactivate-request.json", Some(Way::Reactivate)),
        ("something-new.json", None),
    ] {
        assert_eq!(way(name), expected, "{name}");
    }
}
