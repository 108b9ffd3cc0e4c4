//! What was read, in the types that screens and the command line see.

use std::collections::BTreeSet;
use std::path::Path;

use jiff::Timestamp;
use waybill_archive::{
    ArchiveError, ArchiveKind, Contents, Finding, Integration, Oddity, Opened, Reference,
};

use super::facts::{self, oddity};
use super::outline::outline;
use crate::places;
use crate::view::{ArchiveType, InspectView, InspectedConnection, InspectedIntegration};

/// What is known of a file beside what it holds.
pub(super) struct Subject<'path> {
    pub path: &'path Path,
    pub unpacked: bool,
    pub bytes: u64,
    /// It is no ZIP.
    pub text: bool,
    /// It is XML.
    pub xml: bool,
    pub renamed: Option<Oddity>,
    pub findings: Result<Vec<Finding>, ArchiveError>,
}

impl<'path> Subject<'path> {
    /// What lies unpacked in a folder, whose name tells nothing.
    pub fn unpacked(
        path: &'path Path,
        bytes: u64,
        findings: Result<Vec<Finding>, ArchiveError>,
    ) -> Self {
        Self {
            path,
            unpacked: true,
            bytes,
            text: false,
            xml: false,
            renamed: None,
            findings,
        }
    }
}

pub(super) fn describe(opened: &Opened, subject: Subject<'_>) -> InspectView {
    let contents = &opened.contents;
    let mut oddities: Vec<_> = contents.oddities.iter().map(oddity).collect();
    oddities.extend(subject.renamed.as_ref().map(oddity));
    let mut integrations: Vec<_> = contents
        .integrations
        .iter()
        .map(|one| integration(one, contents))
        .collect();
    if let (ArchiveKind::Integration, [only]) = (opened.kind, integrations.as_mut_slice()) {
        for one in &oddities {
            if !only.oddities.contains(one) {
                only.oddities.push(one.clone());
            }
        }
    }
    InspectView {
        file: subject.path.display().to_string(),
        kind: match (opened.kind, subject.text, subject.xml) {
            (ArchiveKind::Integration, ..) => ArchiveType::Iar,
            (ArchiveKind::Package, ..) => ArchiveType::Par,
            (ArchiveKind::Project, ..) => ArchiveType::Car,
            (ArchiveKind::Bundle, ..) => ArchiveType::Zip,
            (ArchiveKind::Clone, ..) => ArchiveType::Clone,
            (ArchiveKind::Lookup, _, true) => ArchiveType::Dvm,
            (ArchiveKind::Lookup, _, false) => ArchiveType::Csv,
            (ArchiveKind::Library, true, _) => ArchiveType::Js,
            (ArchiveKind::Library, false, _) => ArchiveType::Jar,
        },
        unpacked: subject.unpacked,
        bytes: subject.bytes,
        exported_at: exported_at(contents),
        generation: newest(contents).and_then(|one| one.generation),
        service_version: newest(contents).and_then(|one| one.service_version.clone()),
        project: only(contents.projects.iter().map(|one| one.code.as_str())),
        package: only(
            contents
                .packages
                .iter()
                .map(|one| one.name.as_str())
                .chain(
                    contents
                        .integrations
                        .iter()
                        .filter_map(|one| one.package.as_deref()),
                )
                .filter(|name| !name.is_empty()),
        ),
        deployments: contents
            .projects
            .iter()
            .flat_map(|project| &project.deployments)
            .map(|one| one.code.clone())
            .collect(),
        integrations,
        connections: contents
            .connections
            .iter()
            .map(|one| InspectedConnection {
                code: one.code.clone(),
                name: places::name(&one.name),
                adapter: one.adapter.clone(),
                security_policy: one.security_policy.clone(),
                agent_group: one.agent_group.clone(),
            })
            .collect(),
        lookups: each_once(contents.lookups.iter().map(|one| one.name.clone())),
        libraries: each_once(contents.libraries.iter().map(|one| match &one.version {
            Some(version) => format!("{}|{version}", one.code),
            None => one.code.clone(),
        })),
        certificates: each_once(
            contents
                .connections
                .iter()
                .flat_map(|one| one.certificates.iter().cloned()),
        ),
        events: contents.events.iter().map(|one| one.name.clone()).collect(),
        documents: contents
            .documents
            .iter()
            .map(|one| one.name.clone())
            .collect(),
        recordings: contents.recordings.clone(),
        artifacts: places::masked(opened.catalogue().artifacts),
        oddities,
        notes: contents.notes.clone(),
        findings: facts::findings(subject.findings, subject.text),
    }
}

/// The integration that was exported last; all of an archive come from one service.
fn newest(contents: &Contents) -> Option<&Integration> {
    contents
        .integrations
        .iter()
        .max_by_key(|one| one.exported_at)
}

fn exported_at(contents: &Contents) -> Option<String> {
    let millis = newest(contents)?.exported_at?;
    Timestamp::from_millisecond(millis)
        .ok()
        .map(|at| at.to_string())
}

/// The names, each once: a project and the global scope may hold the same.
fn each_once(names: impl Iterator<Item = String>) -> Vec<String> {
    let mut seen = BTreeSet::new();
    names.filter(|name| seen.insert(name.clone())).collect()
}

/// The one name, if all agree.
fn only<'a>(names: impl Iterator<Item = &'a str>) -> Option<String> {
    let names: BTreeSet<&str> = names.collect();
    let first = names.first().filter(|_| names.len() == 1);
    first.map(|name| (*name).to_owned())
}

fn integration(one: &Integration, contents: &Contents) -> InspectedIntegration {
    InspectedIntegration {
        code: one.reference.code.clone(),
        version: one.reference.version.clone(),
        name: places::name(&one.name),
        project: one.scope.project().map(str::to_owned),
        style: facts::style(one),
        state: one.state.clone(),
        generation: one.generation,
        service_version: one.service_version.clone(),
        connections: facts::connections(one),
        lookups: one.lookups.clone(),
        libraries: one.libraries.iter().map(Reference::to_string).collect(),
        calls: one.calls.iter().map(facts::call).collect(),
        schedule: facts::schedule(one, contents),
        oddities: one.oddities.iter().map(oddity).collect(),
        steps: one
            .design
            .as_deref()
            .map(|design| facts::count(&design.steps)),
        flow: one.design.as_deref().map(outline),
    }
}
