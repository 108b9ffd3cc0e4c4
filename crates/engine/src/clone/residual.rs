//! What did not come along: what the lists of both instances tell, and what no archive of an instance carries. Each
//! entry is for a person to sign off. A function of plain data.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use waybill_model::{Artifact, ArtifactId, ArtifactKind, Catalogue, Generation, State};

use super::request::CloneRequest;
use crate::failure::plural;

/// What sort of entry it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ResidualKind {
    /// The source lists it, the destination does not.
    Missing,
    /// It is active in the source, and not in the destination.
    Inactive,
    /// A connection that works in the source lacks values in the destination.
    Draft,
    /// Its schedule runs in the source, and not in the destination.
    Stopped,
    /// A list could not be read, so that nobody can tell.
    NotRead,
    /// No archive of an instance carries it.
    Beside,
}

impl ResidualKind {
    /// Whether something of the source is not there. What an import leaves inactive, or as a draft, is there.
    #[must_use]
    pub const fn counts_as_missing(self) -> bool {
        matches!(self, Self::Missing)
    }
}

/// Who signed an entry off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Signed {
    /// Who.
    pub by: String,
    /// When (RFC 3339).
    pub at: String,
    /// What was done about it; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub words: String,
}

/// One thing for a person to see to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Residual {
    /// Its name among the entries of the run; the same each time.
    pub key: String,
    /// What sort it is.
    pub kind: ResidualKind,
    /// What it is, in a sentence.
    pub text: String,
    /// What to do about it.
    pub guidance: String,
    /// The artifacts that it is about.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub artifacts: Vec<ArtifactId>,
    /// Who signed it off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed: Option<Signed>,
}

impl Residual {
    fn new(key: impl Into<String>, kind: ResidualKind, text: String, guidance: &str) -> Self {
        Self {
            key: key.into(),
            kind,
            text,
            guidance: guidance.to_owned(),
            artifacts: Vec::new(),
            signed: None,
        }
    }

    fn of(mut self, artifacts: Vec<ArtifactId>) -> Self {
        self.artifacts = artifacts;
        self
    }
}

/// What a person has to see to after an import: first what the lists tell, then what no archive carries.
#[must_use]
pub fn residuals(
    request: &CloneRequest,
    source: Option<&Catalogue>,
    destination: &Catalogue,
) -> Vec<Residual> {
    let to = request
        .destination
        .as_ref()
        .map_or("the destination", |one| one.name.as_str());
    let mut all = Vec::new();
    if let Some(source) = source {
        all.extend(missing(source, destination, to));
        all.extend(not_running(source, destination, request, to));
        all.extend(not_read(source, destination));
    }
    // Which agent groups are meant stands there already, with what to do about their agents.
    let named = all.iter().any(|one| one.key == "missing/agentGroup");
    let beside = beside(request, source, to).into_iter();
    all.extend(beside.filter(|one| !named || one.key != "beside/agents"));
    all
}

/// By kind, what the destination does not list.
fn missing(source: &Catalogue, destination: &Catalogue, to: &str) -> Vec<Residual> {
    let mut by_kind: BTreeMap<ArtifactKind, Vec<ArtifactId>> = BTreeMap::new();
    for artifact in &source.artifacts {
        // What Oracle brought is there in each instance, or is not the customer's to bring.
        if artifact.prebuilt || destination.get(&artifact.id).is_some() {
            continue;
        }
        let unread = destination.gaps.iter().any(|gap| {
            gap.kind == artifact.id.kind && gap.project.as_deref() == artifact.id.scope.project()
        });
        if !unread {
            let ids = by_kind.entry(artifact.id.kind).or_default();
            ids.push(artifact.id.clone());
        }
    }
    by_kind
        .into_iter()
        .map(|(kind, ids)| {
            let text = format!(
                "{} {} of the source {} not in {to}.",
                ids.len(),
                if ids.len() == 1 {
                    one(kind)
                } else {
                    plural(kind)
                },
                if ids.len() == 1 { "is" } else { "are" },
            );
            let key = format!("missing/{}", kind.name());
            Residual::new(key, ResidualKind::Missing, text, what_to_do(kind)).of(ids)
        })
        .collect()
}

/// What is there, and does not do what it does in the source.
fn not_running(
    source: &Catalogue,
    destination: &Catalogue,
    request: &CloneRequest,
    to: &str,
) -> Vec<Residual> {
    let differing = |kind: ArtifactKind, is: State| -> Vec<ArtifactId> {
        let there = |one: &Artifact| destination.get(&one.id).map(|other| other.state);
        source
            .artifacts
            .iter()
            .filter(|one| one.id.kind == kind && one.state == Some(is))
            .filter(|one| there(one).is_some_and(|state| state != Some(is)))
            .map(|one| one.id.clone())
            .collect()
    };
    let mut all = Vec::new();
    let drafts = differing(ArtifactKind::Connection, State::Configured);
    if !drafts.is_empty() {
        let text = format!(
            "{} of {to} lack values that they have in the source.",
            counted(drafts.len(), ArtifactKind::Connection)
        );
        let guidance = if request.with_secrets {
            "Open each connection, enter what is missing, and test it. Credentials were asked for; the service may not give out those of every adapter."
        } else {
            "Open each connection, enter its addresses and secrets, and test it: the archive was made without credentials."
        };
        let entry = Residual::new("draft/connection", ResidualKind::Draft, text, guidance);
        all.push(entry.of(drafts));
    }
    let inactive = differing(ArtifactKind::Integration, State::Active);
    if !inactive.is_empty() {
        let text = format!(
            "{} that are active in the source are not in {to}.",
            counted(inactive.len(), ArtifactKind::Integration)
        );
        let guidance = if request.mode.activates() {
            "Look why: most of them wait for a connection. Then activate them under Explore, or run the clone again with Activate only."
        } else {
            "They were imported to stay inactive. Set the connections right, then activate them under Explore, or run the clone again with Activate only."
        };
        let entry = Residual::new(
            "inactive/integration",
            ResidualKind::Inactive,
            text,
            guidance,
        );
        all.push(entry.of(inactive));
    }
    let stopped = differing(ArtifactKind::Schedule, State::Started);
    if !stopped.is_empty() {
        let text = format!(
            "{} that run in the source do not run in {to}.",
            counted(stopped.len(), ArtifactKind::Schedule)
        );
        let entry = Residual::new(
            "stopped/schedule",
            ResidualKind::Stopped,
            text,
            "Start them once the source no longer does the same work: else both do it.",
        );
        all.push(entry.of(stopped));
    }
    all
}

/// Lists that could not be read, of either side.
fn not_read(source: &Catalogue, destination: &Catalogue) -> Vec<Residual> {
    let sides = [("source", source), ("destination", destination)];
    let gaps = sides.into_iter().flat_map(|(side, catalogue)| {
        let gaps = catalogue.gaps.iter().filter(|gap| !gap.not_offered);
        gaps.map(move |gap| (side, gap))
    });
    gaps.map(|(side, gap)| {
        let place = gap
            .project
            .as_ref()
            .map(|project| format!(" of project `{project}`"))
            .unwrap_or_default();
        Residual::new(
            format!(
                "notRead/{side}/{}/{}",
                gap.kind.name(),
                gap.project.as_deref().unwrap_or_default()
            ),
            ResidualKind::NotRead,
            format!(
                "Nobody can tell of the {}{place}: the list of the {side} could not be read. {}",
                plural(gap.kind),
                gap.reason
            ),
            "Put the cause right, then compare both instances under Compare.",
        )
    })
    .collect()
}

/// What no archive of an instance carries, and what has to be done around it.
fn beside(request: &CloneRequest, source: Option<&Catalogue>, to: &str) -> Vec<Residual> {
    let from = request.source.as_ref().map(|one| one.generation);
    let into = request.destination.as_ref().map(|one| one.generation);
    let lists = |kind: ArtifactKind| {
        source.is_none_or(|source| source.artifacts.iter().any(|one| one.id.kind == kind))
    };
    let other_hosts =
        from.is_some_and(|from| from < Generation::Oic3) && into == Some(Generation::Oic3);
    let secrets = if request.with_secrets {
        "Certificates and credentials were asked for. Look at the dates of the certificates, and test each connection: passwords that were changed in between, and secrets that the service gives out to nobody, have to be entered."
    } else {
        "The archive was made without them. Upload certificates and keys, and enter the secrets of each connection."
    };
    let all = [
        (
            "agents",
            lists(ArtifactKind::AgentGroup),
            "Agent groups and agents are not carried.",
            "Make each agent group with the same identifier in the console before anything is activated, and register its agents anew.",
        ),
        (
            "secrets",
            true,
            "Certificates, keys and credentials of connections.",
            secrets,
        ),
        (
            "inFlight",
            true,
            "Messages on their way, tracking data and error queues stay in the source.",
            "Let the source work off what it has taken before callers are turned, and keep it until its tracking data is not needed any more.",
        ),
        (
            "fileServer",
            true,
            "Files, folders and users of the File Server are not carried.",
            "Set them up in the destination, and copy the files.",
        ),
        (
            "beside",
            true,
            "Visual Builder, Insight, Process Automation and B2B are not part of what is carried here.",
            "Move each with the means of its own, where it is used.",
        ),
        (
            "access",
            true,
            "Roles of people and applications, and the access lists of projects.",
            "Grant the service roles in the destination's identity domain, and copy the access lists of projects under Access.",
        ),
        (
            "callers",
            true,
            "Systems that call these integrations still call the source.",
            "Give them the new addresses, or turn the custom endpoint, and let the destination through allow-lists in both directions.",
        ),
        (
            "addresses",
            other_hosts,
            "Oracle Integration 3 has other addresses than the generation before.",
            "Look for addresses of the old instance in integrations, lookups and connections: Search finds them.",
        ),
    ];
    all.into_iter()
        .filter(|(_, applies, ..)| *applies)
        .map(|(key, _, text, guidance)| {
            let text = text.replace("the destination", to);
            Residual::new(
                format!("beside/{key}"),
                ResidualKind::Beside,
                text,
                guidance,
            )
        })
        .collect()
}

fn what_to_do(kind: ArtifactKind) -> &'static str {
    match kind {
        ArtifactKind::AgentGroup => {
            "Make each agent group with the same identifier in the console, and register its agents anew."
        }
        ArtifactKind::Certificate => {
            "Upload them: an archive holds certificates only where credentials were asked for."
        }
        ArtifactKind::AccessList => "Copy the access lists of projects under Access.",
        ArtifactKind::Schedule => {
            "Define them in the destination. Integration Cloud Service gives out none."
        }
        _ => {
            "Move them one by one: Move, with the same source and destination. The log that the service left in the container says why they were left out."
        }
    }
}

fn one(kind: ArtifactKind) -> &'static str {
    match kind {
        ArtifactKind::Library => "library",
        ArtifactKind::AgentGroup => "agent group",
        ArtifactKind::AccessList => "access list",
        other => other.name(),
    }
}

fn counted(count: usize, kind: ArtifactKind) -> String {
    format!(
        "{count} {}",
        if count == 1 { one(kind) } else { plural(kind) }
    )
}

#[cfg(test)]
mod tests {
    use waybill_model::{Environment, Gap};

    use super::super::request::{CloneMode, ContainerStamp};
    use super::*;
    use crate::journal::RunId;
    use crate::manifest::InstanceStamp;

    fn stamp(name: &str, generation: Generation) -> InstanceStamp {
        InstanceStamp {
            id: name.to_lowercase(),
            name: name.to_owned(),
            environment: Environment::Test,
            generation,
            address: "https://oic.example.com".to_owned(),
            instance_name: None,
        }
    }

    fn request() -> CloneRequest {
        CloneRequest {
            run: RunId::named("r"),
            source: Some(stamp("OLD", Generation::Gen2)),
            destination: Some(stamp("NEW", Generation::Oic3)),
            container: ContainerStamp {
                id: "c".to_owned(),
                name: "Archives".to_owned(),
                title: String::new(),
            },
            archive: None,
            job_name: "OLD-1".to_owned(),
            name_chosen: false,
            with_secrets: false,
            overwrite: false,
            mode: CloneMode::ImportOnly,
            remove_archive: false,
            title: String::new(),
            asked_by: String::new(),
            tool_version: String::new(),
        }
    }

    fn artifact(kind: ArtifactKind, code: &str, state: Option<State>) -> Artifact {
        Artifact {
            state,
            ..Artifact::named(ArtifactId::global(kind, code, None), code)
        }
    }

    fn catalogue(artifacts: Vec<Artifact>) -> Catalogue {
        Catalogue::new("2026-11-22T03:00:00Z", artifacts, Vec::new())
    }

    #[test]
    fn what_is_missing_stands_by_kind_and_what_does_not_run_beside_it() {
        use ArtifactKind::{AgentGroup, Connection, Integration, Schedule};
        let source = catalogue(vec![
            artifact(AgentGroup, "ONSITE", None),
            artifact(Connection, "ERP", Some(State::Configured)),
            artifact(Integration, "A", Some(State::Active)),
            artifact(Integration, "B", Some(State::Configured)),
            artifact(Schedule, "A", Some(State::Started)),
        ]);
        let destination = catalogue(vec![
            artifact(Connection, "ERP", Some(State::Draft)),
            artifact(Integration, "A", Some(State::Configured)),
            artifact(Integration, "B", Some(State::Configured)),
            artifact(Schedule, "A", Some(State::Stopped)),
        ]);
        let all = residuals(&request(), Some(&source), &destination);
        let told: Vec<(&str, usize)> = all
            .iter()
            .filter(|one| one.kind != ResidualKind::Beside)
            .map(|one| (one.key.as_str(), one.artifacts.len()))
            .collect();
        assert_eq!(
            told,
            [
                ("missing/agentGroup", 1),
                ("draft/connection", 1),
                ("inactive/integration", 1),
                ("stopped/schedule", 1),
            ]
        );
        assert!(all.iter().any(|one| one.key == "beside/addresses"));
        // Said once: with the groups that are missing.
        assert!(all.iter().all(|one| one.key != "beside/agents"));
        assert_eq!(all[0].text, "1 agent group of the source is not in NEW.");
    }

    #[test]
    fn equal_instances_leave_what_no_archive_carries() {
        let same = catalogue(vec![artifact(ArtifactKind::Lookup, "TAX", None)]);
        let all = residuals(&request(), Some(&same), &same);
        assert!(all.iter().all(|one| one.kind == ResidualKind::Beside));
        // Nothing lists an agent group, so nobody has to make one.
        assert!(all.iter().all(|one| one.key != "beside/agents"), "{all:#?}");
    }

    #[test]
    fn what_could_not_be_read_is_not_called_missing() {
        let source = catalogue(vec![artifact(ArtifactKind::Library, "DATES", None)]);
        let mut destination = catalogue(Vec::new());
        destination.gaps.push(Gap {
            kind: ArtifactKind::Library,
            project: None,
            reason: "The service failed.".to_owned(),
            not_offered: false,
        });
        let all = residuals(&request(), Some(&source), &destination);
        assert!(all.iter().all(|one| one.kind != ResidualKind::Missing));
        assert!(
            all.iter()
                .any(|one| one.key == "notRead/destination/library/"),
            "{all:#?}"
        );
    }
}
