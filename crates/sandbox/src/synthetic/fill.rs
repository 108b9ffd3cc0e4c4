//! Fills an instance with what the tables of names allow, by a seed.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::connections::{credentials, settings};
use super::names::{SUBJECTS, Subject};
use super::systems::{SYSTEMS, System};
use super::tables::jar;
use super::words::{LIBRARIES, LOOKUPS, PEOPLE, REGIONS, VERBS};
use crate::chance::Chance;
use crate::store::{
    AgentGroup, Audit, Certificate, Connection, Deployment, Endpoint, Instance, Integration,
    Library, Lookup, Operation, Package, Project, Schedule, Space, Style, Upkeep,
};

/// Longest code the service makes out of a name.
const CODE_LENGTH: usize = 32;

/// What to fill an instance with.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Filling {
    /// Integrations outside projects.
    pub integrations: usize,
    /// Projects; each gets integrations of its own on top.
    pub projects: usize,
    /// The integrations of each project.
    pub inside: usize,
    pub seed: u64,
    /// Integrations outside projects call each other in chains of so many; below 2 there are none.
    pub chain: usize,
    /// Every integration writes through the connection `REPORTING_ATP`.
    pub through_one: bool,
    /// Certificates end some days after this moment.
    pub now: Timestamp,
}

const PROJECTS: [(&str, &str, &str); 4] = [
    (
        "RETURNS_PORTAL",
        "Returns Portal",
        "Goods that come back, from label to credit note",
    ),
    (
        "SUPPLIER_ONBOARDING",
        "Supplier Onboarding",
        "From registration to the first purchase order",
    ),
    (
        "FIELD_SERVICE",
        "Field Service",
        "Visits, parts and invoices of technicians",
    ),
    (
        "PRICE_LISTS",
        "Price Lists",
        "Prices from finance to shops and partners",
    ),
];

pub(crate) fn fill(instance: &mut Instance, filling: Filling) {
    let mut chance = Chance::new(filling.seed);
    systems(&mut instance.global, &mut chance);
    if filling.integrations > 300 {
        extra_systems(&mut instance.global, &mut chance);
    }
    lookups(&mut instance.global, &mut chance);
    libraries(&mut instance.global, &mut chance);
    let mut codes = BTreeSet::new();
    let mut before: Option<(String, String)> = None;
    for index in 0..filling.integrations {
        let mut one = integration(index, filling, &mut chance);
        // Long names are cut to the same code now and then.
        let whole = one.code.clone();
        let major = one.version.get(..2).unwrap_or_default().to_owned();
        for number in 2.. {
            if codes.insert((major.clone(), one.code.clone())) {
                break;
            }
            one.code = format!(
                "{}_{number}",
                whole.get(..CODE_LENGTH - 4).unwrap_or(&whole)
            );
        }
        if let Some(name) = &one.package
            && !instance.packages.contains_key(name)
        {
            let package = Package {
                name: name.clone(),
                description: format!(
                    "Integrations of {}",
                    name.replace("acme.", "").replace('.', " ")
                ),
                audit: audit(&mut chance),
                archive: None,
            };
            instance.packages.insert(name.clone(), package);
        }
        if filling.chain > 1 {
            let called = before.take_if(|_| index % filling.chain != 0);
            one.calls = called.into_iter().collect();
            "ACTIVATED".clone_into(&mut one.status);
            before = Some((one.code.clone(), one.version.clone()));
        }
        instance.global.integrations.insert(one.id(), one);
    }
    certificates(instance, filling, &mut chance);
    let group = AgentGroup {
        id: "PLANT_NETWORK".to_owned(),
        name: "Plant network".to_owned(),
        description: "Two agents in the network of the plant".to_owned(),
        agents: vec!["plant-agent-1".to_owned(), "plant-agent-2".to_owned()],
        audit: audit(&mut chance),
    };
    instance.agent_groups.insert(group.id.clone(), group);
    for index in 0..filling.projects {
        let one = project(index, filling, &mut chance);
        instance.projects.insert(one.code.clone(), one);
    }
}

/// Nothing was changed after this moment (1 June 2026): dates follow from the seed alone, so that an
/// instance that is filled again is the same instance.
fn latest() -> Timestamp {
    Timestamp::from_second(1_780_272_000).unwrap_or_default()
}

fn audit(chance: &mut Chance) -> Audit {
    let hours = |count: usize| SignedDuration::from_hours(i64::try_from(count).unwrap_or(0));
    let milliseconds = i64::try_from(chance.below(3_600_000)).unwrap_or(0);
    let updated =
        latest() - hours(1 + chance.below(24 * 500)) - SignedDuration::from_millis(milliseconds);
    let person = |chance: &mut Chance| (*chance.pick(&PEOPLE).unwrap_or(&PEOPLE[0])).to_owned();
    Audit {
        created: updated - hours(chance.below(24 * 400)),
        created_by: person(chance),
        updated,
        updated_by: person(chance),
    }
}

fn connection(of: &System, code: &str, name: &str, chance: &mut Chance) -> Connection {
    let (policy, secrets) = credentials(of.adapter, "integration.user", chance);
    Connection {
        code: code.to_owned(),
        name: name.to_owned(),
        description: of.description.to_owned(),
        adapter: of.adapter.to_owned(),
        adapter_name: of.adapter_name.to_owned(),
        role: match of.code {
            "REST_TRIGGER" => "SOURCE",
            "ERP_CLOUD" | "SALESFORCE" | "HCM_CLOUD" => "SOURCE_AND_TARGET",
            _ if matches!(of.adapter, "rest" | "soap") => "SOURCE_AND_TARGET",
            _ => "TARGET",
        }
        .to_owned(),
        policy,
        status: "CONFIGURED".to_owned(),
        settings: settings(of.adapter, of.host),
        credentials: secrets,
        agent_group: (of.code == "MES_PLANT").then(|| "PLANT_NETWORK".to_owned()),
        upkeep: Upkeep::default(),
        audit: audit(chance),
        lock: None,
    }
}

fn systems(space: &mut Space, chance: &mut Chance) {
    for of in &SYSTEMS {
        let one = connection(of, of.code, of.name, chance);
        space.connections.insert(one.code.clone(), one);
    }
}

/// Large instances have a connection per region too.
fn extra_systems(space: &mut Space, chance: &mut Chance) {
    for region in REGIONS.iter().skip(1) {
        for of in SYSTEMS.iter().take(4) {
            let code = format!("{}_{}", of.code, region.to_uppercase().replace(' ', "_"));
            let name = format!("{} {region}", of.name);
            let one = connection(of, &code, &name, chance);
            space.connections.insert(code, one);
        }
    }
}

fn lookups(space: &mut Space, chance: &mut Chance) {
    for (name, description, columns) in LOOKUPS {
        let rows = (0..6 + chance.below(40))
            .map(|row| {
                columns
                    .map(|column| format!("{}-{:03}", column, row + 1))
                    .to_vec()
            })
            .collect();
        let one = Lookup {
            name: name.to_owned(),
            description: description.to_owned(),
            columns: columns.map(str::to_owned).to_vec(),
            rows,
            status: "CONFIGURED".to_owned(),
            audit: audit(chance),
            lock: None,
            csv: None,
        };
        space.lookups.insert(one.name.clone(), one);
    }
}

fn libraries(space: &mut Space, chance: &mut Chance) {
    for (code, name, description, functions) in LIBRARIES {
        let functions: Vec<String> = functions.map(str::to_owned).to_vec();
        let one = Library {
            code: code.to_owned(),
            version: "01.00.0000".to_owned(),
            name: name.to_owned(),
            description: description.to_owned(),
            jar: Arc::new(jar(name, &functions)),
            functions,
            audit: audit(chance),
            lock: None,
        };
        space
            .libraries
            .insert(format!("{code}|{}", one.version), one);
    }
}

fn certificates(instance: &mut Instance, filling: Filling, chance: &mut Chance) {
    let list = [
        ("bank_sftp_host", "X509", "TRUST", 400),
        ("partner_portal", "X509", "TRUST", 19),
        ("acme_identity", "X509", "IDENTITY", 250),
        ("bank_pgp", "PGP", "PUBLIC", 700),
        ("payroll_pgp", "PGP", "PRIVATE", 700),
    ];
    for (name, kind, category, days) in list {
        let one = Certificate {
            name: name.to_owned(),
            kind: kind.to_owned(),
            category: category.to_owned(),
            installed: "USER".to_owned(),
            expiry: Some(filling.now + SignedDuration::from_hours(24 * days)),
            audit: audit(chance),
        };
        instance.certificates.insert(one.id(), one);
    }
}

/// The code that the service makes of a name: capitals and digits, joined by `_`, cut by words.
fn code_of(name: &str) -> String {
    let mut code = String::new();
    for word in name
        .split(|sign: char| !sign.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
    {
        let word = word.to_uppercase();
        if !code.is_empty() && code.len() + 1 + word.len() > CODE_LENGTH {
            break;
        }
        if !code.is_empty() {
            code.push('_');
        }
        code.push_str(&word);
    }
    code.truncate(CODE_LENGTH);
    code
}

fn integration(index: usize, filling: Filling, chance: &mut Chance) -> Integration {
    let variants = REGIONS.len() * VERBS.len();
    let subject = &SUBJECTS[index % SUBJECTS.len()];
    let round = index / SUBJECTS.len();
    let verb = VERBS[(round / REGIONS.len()) % VERBS.len()];
    let region = REGIONS[round % REGIONS.len()];
    let major = 1 + round / variants;
    let mut name = format!("{verb} {}", subject.name);
    // The region comes first in the code, so that cutting it to its length keeps codes apart.
    let mut short = format!("{} {}", verb.get(..4).unwrap_or(verb), subject.name);
    if !region.is_empty() {
        name = format!("{name} {region}");
        short = format!("{} {short}", region.replace(' ', ""));
    }
    build(
        subject,
        &name,
        &code_of(&short),
        major,
        index,
        filling,
        chance,
    )
}

fn build(
    subject: &Subject,
    name: &str,
    code: &str,
    major: usize,
    index: usize,
    filling: Filling,
    chance: &mut Chance,
) -> Integration {
    let scheduled = subject.style == Style::Scheduled;
    let mut endpoints = Vec::new();
    let endpoint = |connection: &str, verb: &str, trigger: bool| Endpoint {
        connection: connection.to_owned(),
        name: format!("{verb}{}", subject.name.replace(' ', "")),
        trigger,
    };
    if scheduled {
        endpoints.push(endpoint(subject.from, "read", false));
    } else {
        endpoints.push(endpoint(subject.from, "receive", true));
    }
    endpoints.push(endpoint(subject.to, "write", false));
    if chance.percent(30) || filling.through_one {
        endpoints.push(endpoint("REPORTING_ATP", "log", false));
    }
    let patch = chance.below(6);
    let version = if code == RUN_LOG.0 && major == 1 {
        RUN_LOG.1.to_owned()
    } else {
        format!("{major:02}.{:02}.{patch:04}", chance.below(3))
    };
    let status = match chance.below(100) {
        0..78 => "ACTIVATED",
        _ => "CONFIGURED",
    };
    let schedule = (scheduled && chance.percent(85)).then(|| Schedule {
        name: format!("Run_{code}_{}", version.replace('.', "_")),
        expression: format!(
            "FREQ=DAILY;BYHOUR={};BYMINUTE={};",
            chance.below(24),
            5 * chance.below(12)
        ),
        zone: "UTC".to_owned(),
        state: if status == "ACTIVATED" {
            "ACTIVE"
        } else {
            "CANCELLED"
        }
        .to_owned(),
        start: "1/20/2026|06:00:00".to_owned(),
        ..Schedule::default()
    });
    let call = index % 9 == 4 && filling.integrations >= SUBJECTS.len();
    Integration {
        code: code.to_owned(),
        version,
        name: name.to_owned(),
        description: subject.description.to_owned(),
        style: subject.style,
        status: status.to_owned(),
        package: chance.percent(80).then(|| subject.package.to_owned()),
        endpoints,
        lookups: subject.lookup.map(str::to_owned).into_iter().collect(),
        libraries: if chance.percent(25) {
            let (library, ..) = LIBRARIES[chance.below(LIBRARIES.len())];
            vec![(library.to_owned(), "01.00.0000".to_owned())]
        } else {
            Vec::new()
        },
        calls: if call {
            vec![(RUN_LOG.0.to_owned(), RUN_LOG.1.to_owned())]
        } else {
            Vec::new()
        },
        parameters: if scheduled {
            vec![("lastRun".to_owned(), "2026-01-01T00:00:00Z".to_owned())]
        } else {
            Vec::new()
        },
        schedule,
        keywords: String::new(),
        prebuilt: false,
        tracing: chance.percent(20),
        payload_tracing: false,
        operation: Operation::default(),
        audit: audit(chance),
        lock: None,
        revision: u32::try_from(1 + chance.below(40)).unwrap_or(1),
        archive: None,
    }
}

/// What others call: the subject `Run Log` in its first variant.
const RUN_LOG: (&str, &str) = ("SYNC_RUN_LOG", "01.00.0000");

fn project(index: usize, filling: Filling, chance: &mut Chance) -> Project {
    let (code, name, description) = PROJECTS[index % PROJECTS.len()];
    let (code, name) = if index < PROJECTS.len() {
        (code.to_owned(), name.to_owned())
    } else {
        (format!("{code}_{index}"), format!("{name} {index}"))
    };
    let mut space = Space::default();
    let first = (index * 7) % SUBJECTS.len();
    for number in 0..filling.inside {
        let subject = &SUBJECTS[(first + number) % SUBJECTS.len()];
        let title = format!("{} for {name}", subject.name);
        let code = match number / SUBJECTS.len() {
            0 => code_of(&title),
            round => format!("R{round}_{}", code_of(subject.name)),
        };
        let mut one = build(subject, &title, &code, 1, 0, filling, chance);
        one.package = None;
        one.calls = Vec::new();
        one.libraries = Vec::new();
        for endpoint in &one.endpoints {
            if !space.connections.contains_key(&endpoint.connection)
                && let Some(of) = SYSTEMS.iter().find(|of| of.code == endpoint.connection)
            {
                let mut own = connection(of, of.code, of.name, chance);
                own.agent_group = None;
                space.connections.insert(own.code.clone(), own);
            }
        }
        let mut all = Space::default();
        lookups(&mut all, chance);
        for name in &one.lookups {
            if let Some(lookup) = all.lookups.remove(name) {
                space.lookups.entry(name.clone()).or_insert(lookup);
            }
        }
        space.integrations.insert(one.id(), one);
    }
    let members = space
        .integrations
        .values()
        .take(3)
        .map(|one| (one.code.clone(), one.version.clone()))
        .collect();
    let audit = audit(chance);
    let deployment = Deployment {
        code: "RELEASE_1".to_owned(),
        name: "Release 1".to_owned(),
        description: "What went to production first".to_owned(),
        integrations: members,
        updated: audit.updated,
        archive: None,
    };
    Project {
        code,
        name,
        description: description.to_owned(),
        keyword: String::new(),
        status: "CONFIGURED".to_owned(),
        space,
        deployments: [(deployment.code.clone(), deployment)].into(),
        access: None,
        audit,
        revision: 3,
        archive: None,
    }
}

#[cfg(test)]
mod tests {
    use waybill_model::Generation;

    use super::*;

    #[test]
    fn integrations_call_each_other_in_chains_of_the_length_asked_for() {
        let mut instance = Instance::new("x".to_owned(), "x".to_owned(), Generation::Oic3);
        let filling = Filling {
            through_one: false,
            integrations: 24,
            projects: 0,
            inside: 0,
            seed: 1,
            chain: 6,
            now: Timestamp::UNIX_EPOCH,
        };
        fill(&mut instance, filling);
        let all: Vec<&Integration> = instance.global.integrations.values().collect();
        assert!(all.iter().all(|one| one.status == "ACTIVATED"));
        let callers = all.iter().filter(|one| one.calls.len() == 1).count();
        assert_eq!((all.len(), callers), (24, 20), "four chains of six");
    }
}
