//! Writing the archive of an instance.
//!
//! The service's own layout is not public. Here it is a plain ZIP of the archives that the service
//! makes of single artifacts (`.iar`, `.car`, `.csv`, `.jar`), and `instance.json` with what no
//! archive carries: settings of connections, packages without members, certificates, states.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::house::House;
use crate::store::{Certificate, Connection, Instance, Library, Package};
use crate::synthetic::{integration_archive, lookup_csv, project_archive, zipped};
use crate::wire::{WithinInstance, smart_tags};

/// The file with what no archive carries.
pub(super) const REST: &str = "instance.json";

/// What no archive carries.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Rest {
    /// The name of the instance that the archive is of.
    pub instance: String,
    /// Whether credentials and certificates are in it.
    pub security: bool,
    /// Connections by project; those outside projects under an empty name.
    pub connections: BTreeMap<String, Vec<Connection>>,
    /// Libraries outside projects; their files are archives of their own.
    pub libraries: Vec<Library>,
    pub packages: Vec<Package>,
    pub certificates: Vec<Certificate>,
    /// What was active, as `CODE|VERSION`, by project.
    pub active: BTreeMap<String, Vec<String>>,
    /// Values of schedule parameters, by project and integration.
    pub parameters: BTreeMap<String, BTreeMap<String, Vec<(String, String)>>>,
    /// Integrations whose schedule was running, by project.
    pub schedules: BTreeMap<String, Vec<String>>,
}

/// The archive, and how many artifacts are in it.
pub(super) fn pack(house: &House, place: WithinInstance<'_>, security: bool) -> (Vec<u8>, usize) {
    let instance = place.instance;
    let global = &instance.global;
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    for one in global.integrations.values().filter(|one| !one.prebuilt) {
        let bytes = match &one.archive {
            Some(loaded) => loaded.to_vec(),
            None => integration_archive(one, global, &smart_tags(one, place), &mut house.export()),
        };
        files.push((
            format!("integrations/{}_{}.iar", one.code, one.version),
            bytes,
        ));
    }
    for one in global.lookups.values() {
        let bytes = match &one.csv {
            Some(loaded) => loaded.to_vec(),
            None => lookup_csv(one),
        };
        files.push((format!("lookups/{}.csv", one.name), bytes));
    }
    for one in global.libraries.values() {
        files.push((
            format!("libraries/{}_{}.jar", one.code, one.version),
            one.jar.to_vec(),
        ));
    }
    for one in instance.projects.values() {
        let bytes = match &one.archive {
            Some(loaded) => loaded.to_vec(),
            None => project_archive(one, None, &mut house.export()),
        };
        files.push((format!("projects/{}.car", one.code), bytes));
    }
    let rest = rest(instance, security);
    let count = files.len() + rest.connections.values().map(Vec::len).sum::<usize>();
    // A tree of plain values with text keys always has a JSON form.
    let text = serde_json::to_vec(&rest).unwrap_or_default();
    files.push((REST.to_owned(), text));
    (zipped(files, &mut house.export()), count)
}

fn rest(instance: &Instance, security: bool) -> Rest {
    let mut rest = Rest {
        instance: instance.wire_name.clone(),
        security,
        libraries: instance.global.libraries.values().cloned().collect(),
        packages: instance.packages.values().cloned().collect(),
        ..Rest::default()
    };
    if security {
        rest.certificates = instance.certificates.values().cloned().collect();
    }
    let outside = (String::new(), &instance.global);
    let projects = instance
        .projects
        .values()
        .map(|one| (one.code.clone(), &one.space));
    for (scope, space) in std::iter::once(outside).chain(projects) {
        let connections = space.connections.values().map(|one| {
            let mut one = one.clone();
            one.lock = None;
            if !security {
                one.credentials
                    .iter_mut()
                    .for_each(|credential| credential.value = None);
            }
            one
        });
        rest.connections
            .insert(scope.clone(), connections.collect());
        for one in space.integrations.values() {
            let id = one.id();
            if one.is_active() {
                rest.active
                    .entry(scope.clone())
                    .or_default()
                    .push(id.clone());
            }
            if !one.parameters.is_empty() {
                rest.parameters
                    .entry(scope.clone())
                    .or_default()
                    .insert(id.clone(), one.parameters.clone());
            }
            if one
                .schedule
                .as_ref()
                .is_some_and(|schedule| schedule.state == "ACTIVE")
            {
                rest.schedules.entry(scope.clone()).or_default().push(id);
            }
        }
    }
    rest
}
