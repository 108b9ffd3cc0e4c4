//! Three instances to try things on: Development, Test and Production of a made-up company.
//!
//! Development is whole and can be backed up completely. Test and Production are older states of
//! it, with faults as they occur: an integration open in somebody's console, a failed activation, a
//! connection that is only a draft, a certificate about to end. The same at each start.

use jiff::{SignedDuration, Timestamp};
use waybill_model::Generation;

use crate::chance::Chance;
use crate::running::Running;
use crate::sandbox::{Sandbox, SandboxError};
use crate::spec::InstanceSpec;
use crate::store::{Instance, Lock};
use crate::synthetic::{Filling, fill};

/// The client of all practice instances.
pub const CLIENT_ID: &str = "waybill-practice";
/// Its secret; nothing behind it is real.
pub const CLIENT_SECRET: &str = "practice-only";
/// The names of the instances: Development, Test, Production.
pub const NAMES: [&str; 3] = ["practice-dev", "practice-test", "practice-prod"];

const SEED: u64 = 20_260_601;
const INTEGRATIONS: usize = 78;

/// Starts the practice instances. With a port, their addresses are the same at each start.
pub async fn start(port: Option<u16>) -> Result<Running, SandboxError> {
    let mut builder = Sandbox::builder().port(port.unwrap_or(0));
    for (age, name) in NAMES.iter().enumerate() {
        let mut spec = InstanceSpec::oic3(*name);
        CLIENT_ID.clone_into(&mut spec.client_id);
        CLIENT_SECRET.clone_into(&mut spec.client_secret);
        let wire_name = spec.wire_name();
        let content = instance(name, wire_name, age, Timestamp::now());
        builder = builder.instance(spec).content(content);
    }
    builder.start().await
}

/// The instance, `age` releases behind Development.
fn instance(name: &str, wire_name: String, age: usize, now: Timestamp) -> Instance {
    let mut instance = Instance::new(name.to_owned(), wire_name, Generation::Oic3);
    let filling = Filling {
        through_one: false,
        integrations: INTEGRATIONS,
        projects: 2,
        inside: 5,
        chain: 0,
        seed: SEED,
        now,
    };
    fill(&mut instance, filling);
    if age > 0 {
        grow_older(&mut instance, age);
        retire_projects(&mut instance, age);
    }
    match age {
        1 => faults_of_test(&mut instance),
        2 => faults_of_production(&mut instance),
        _ => {}
    }
    instance
}

/// Takes back the newest integrations and the latest changes of others.
fn grow_older(instance: &mut Instance, age: usize) {
    let mut chance = Chance::new(SEED + age as u64);
    let all = std::mem::take(&mut instance.global.integrations);
    let called: Vec<String> = all
        .values()
        .flat_map(|one| {
            one.calls
                .iter()
                .map(|(code, version)| format!("{code}|{version}"))
        })
        .collect();
    for (id, mut one) in all {
        let needed = called.contains(&id);
        if !needed && chance.percent(9 * age) {
            continue;
        }
        if !needed && chance.percent(20 * age) {
            one.revision = one.revision.saturating_sub(1).max(1);
            one.audit.updated -= SignedDuration::from_hours(24 * 30);
            one.audit.created = one.audit.created.min(one.audit.updated);
            if let Some(patch) = one
                .version
                .get(6..)
                .and_then(|patch| patch.parse::<u32>().ok())
                && patch > 0
            {
                one.version = format!(
                    "{}{:04}",
                    one.version.get(..6).unwrap_or_default(),
                    patch - 1
                );
                if let Some(schedule) = &mut one.schedule {
                    schedule.name = format!("Run_{}_{}", one.code, one.version.replace('.', "_"));
                }
            }
        }
        instance.global.integrations.insert(one.id(), one);
    }
    for connection in instance.global.connections.values_mut() {
        for setting in &mut connection.settings {
            if let Some(value) = &mut setting.value {
                let stage = if age == 1 { "test." } else { "www." };
                *value = value.replacen("https://", &format!("https://{stage}"), 1);
            }
        }
    }
    for lookup in instance.global.lookups.values_mut() {
        if chance.percent(25) {
            let kept = lookup.rows.len().saturating_sub(age);
            lookup.rows.truncate(kept);
            lookup.audit.updated -= SignedDuration::from_hours(24 * 12);
        }
    }
}

/// Production knows the first project only.
fn retire_projects(instance: &mut Instance, age: usize) {
    if age > 1 {
        instance.projects.pop_last();
    }
}

fn faults_of_test(instance: &mut Instance) {
    let by = "chitra.rao@example.com".to_owned();
    let mut integrations = instance.global.integrations.values_mut();
    if let Some(one) = integrations.by_ref().nth(4) {
        one.lock = Some(Lock {
            by,
            since: one.audit.updated + SignedDuration::from_hours(2),
        });
    }
    if let Some(one) = integrations.nth(6) {
        "FAILEDACTIVATION".clone_into(&mut one.status);
    }
    draft(instance, "CUSTOMS_API");
}

fn faults_of_production(instance: &mut Instance) {
    if let Some(one) = instance
        .global
        .integrations
        .values_mut()
        .find(|one| one.status == "ACTIVATED")
    {
        "FAILEDACTIVATION".clone_into(&mut one.status);
    }
}

/// Leaves a connection without its values, as after an import.
fn draft(instance: &mut Instance, code: &str) {
    if let Some(connection) = instance.global.connections.get_mut(code) {
        "INPROGRESS".clone_into(&mut connection.status);
        for setting in connection
            .settings
            .iter_mut()
            .chain(&mut connection.credentials)
        {
            setting.value = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(age: usize) -> Instance {
        let now = "2026-11-21T08:00:00Z".parse().unwrap();
        instance(NAMES[age], NAMES[age].to_owned(), age, now)
    }

    #[test]
    fn development_is_whole() {
        let development = made(0);
        assert_eq!(development.global.integrations.len(), INTEGRATIONS);
        let global = &development.global;
        assert!(
            global
                .integrations
                .values()
                .all(|one| one.lock.is_none() && !one.prebuilt)
        );
        for one in global.integrations.values() {
            for endpoint in &one.endpoints {
                assert!(global.connections.contains_key(&endpoint.connection));
            }
            for lookup in &one.lookups {
                assert!(global.lookups.contains_key(lookup));
            }
            for (code, version) in &one.calls {
                assert!(
                    global
                        .integrations
                        .contains_key(&format!("{code}|{version}"))
                );
            }
        }
        assert_eq!(development.projects.len(), 2);
    }

    #[test]
    fn test_and_production_are_older_and_have_their_faults() {
        let [development, test, production] = [made(0), made(1), made(2)];
        let count = |instance: &Instance| instance.global.integrations.len();
        assert!(count(&production) < count(&test) && count(&test) < count(&development));
        let test = &test.global;
        assert_eq!(
            test.integrations
                .values()
                .filter(|one| one.lock.is_some())
                .count(),
            1
        );
        assert_eq!(
            test.integrations
                .values()
                .filter(|one| one.status == "FAILEDACTIVATION")
                .count(),
            1
        );
        assert_eq!(
            test.connections
                .values()
                .filter(|one| one.status == "INPROGRESS")
                .count(),
            1
        );
    }

    #[test]
    fn it_is_the_same_at_each_start() {
        let dates = |instance: &Instance| {
            instance
                .global
                .integrations
                .values()
                .map(|one| (one.id(), one.audit.updated, one.revision))
                .collect::<Vec<_>>()
        };
        assert_eq!(dates(&made(1)), dates(&made(1)));
    }
}
