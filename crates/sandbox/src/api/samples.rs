//! The sample package that `packages/loadSamples` installs.

use super::carried::into_package;
use super::desk::Desk;
use crate::chance::Chance;
use crate::store::{Connection, Endpoint, Integration, Operation, Style, Upkeep};
use crate::synthetic::{adapter_name, settings};

const PACKAGE: &str = "samples.oracle.helloworld";
const CONNECTION: &str = "SAMPLE_REST_ENDPOINT_INTERFACE";

/// Installs what is not there yet.
pub(crate) fn load(desk: &mut Desk<'_>) {
    let audit = desk.fresh();
    into_package(desk, PACKAGE);
    let mut policy = Chance::new(0);
    let (_, credentials) = crate::synthetic::credentials("soap", "sample", &mut policy);
    let space = &mut desk.instance.global;
    space
        .connections
        .entry(CONNECTION.to_owned())
        .or_insert_with(|| Connection {
            code: CONNECTION.to_owned(),
            name: "Sample REST Endpoint Interface".to_owned(),
            description: "Starts the samples".to_owned(),
            adapter: "rest".to_owned(),
            adapter_name: adapter_name("rest").to_owned(),
            role: "SOURCE".to_owned(),
            policy: "BASIC_AUTH".to_owned(),
            status: "CONFIGURED".to_owned(),
            settings: settings("rest", "sample.example.com"),
            credentials,
            agent_group: None,
            upkeep: Upkeep::default(),
            audit: audit.clone(),
            lock: None,
        });
    for (code, name) in [("HELLO_WORLD", "Hello World"), ("ECHO", "Echo")] {
        let one = Integration {
            code: code.to_owned(),
            version: "01.02.0000".to_owned(),
            name: name.to_owned(),
            description: "A sample".to_owned(),
            style: Style::Sync,
            status: "CONFIGURED".to_owned(),
            package: Some(PACKAGE.to_owned()),
            endpoints: vec![Endpoint {
                connection: CONNECTION.to_owned(),
                name: "receive".to_owned(),
                trigger: true,
            }],
            lookups: Vec::new(),
            libraries: Vec::new(),
            calls: Vec::new(),
            schedule: None,
            parameters: Vec::new(),
            keywords: String::new(),
            prebuilt: false,
            tracing: false,
            payload_tracing: false,
            operation: Operation::default(),
            audit: audit.clone(),
            lock: None,
            revision: 1,
            archive: None,
        };
        space.integrations.entry(one.id()).or_insert(one);
    }
}
