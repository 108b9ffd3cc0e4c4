//! Small worlds for the tests of checks.

use std::collections::BTreeMap;

use waybill_model::State;

use super::facts::{ArchiveFacts, CheckFacts, ConnectionFacts, OwnFacts, PropertyFacts, Rights};
use super::registry::check;
use super::report::CheckReport;
use crate::digest::sha256;
pub(super) use crate::plan::tests::stage::{Stage, id};
use crate::waybill::{ConnectionBinding, ConnectionMode, Finding, Waybill};

/// Sources, destinations and what was gathered of them.
#[derive(Clone, Debug)]
pub(super) struct Look {
    pub stage: Stage,
    pub facts: CheckFacts,
}

/// An integration that calls another one, both with one connection.
pub(super) fn orders() -> Stage {
    let mut stage = Stage::new();
    let active = Some(State::Active);
    stage.has(
        "integration:ORDER|01.02.0000",
        active,
        1,
        &[
            ("connection:ERP", "invoke"),
            ("integration:TOTAL|01.00.0000", "calls"),
        ],
    );
    stage.has(
        "integration:TOTAL|01.00.0000",
        active,
        1,
        &[("connection:ERP", "invoke")],
    );
    stage.has("connection:ERP", Some(State::Configured), 1, &[]);
    stage.choose(&["integration:ORDER|01.02.0000"]);
    stage
}

impl Look {
    /// With all that can be gathered, and nothing in it.
    pub fn at(stage: Stage) -> Self {
        let facts = CheckFacts {
            own: OwnFacts {
                free_bytes: Some(u64::MAX),
                rights: Rights::Enough,
                now: "2026-11-21T10:00:00Z".to_owned(),
                ..OwnFacts::default()
            },
            agent_groups: Some(BTreeMap::new()),
            certificates: Some(BTreeMap::new()),
            ..CheckFacts::default()
        };
        Self { stage, facts }
    }

    /// The same with the connection configured in the destination, so that all is well.
    pub fn settled(mut stage: Stage) -> Self {
        stage.stands("connection:ERP", Some(State::Configured), 1, &[]);
        let mut look = Self::at(stage);
        look.facts.own.tested.insert(id("connection:ERP"), true);
        look
    }

    pub fn plan(&self) -> Waybill {
        self.stage.plan()
    }

    pub fn report(&self) -> CheckReport {
        self.report_of(&self.plan())
    }

    pub fn report_of(&self, waybill: &Waybill) -> CheckReport {
        check(
            waybill,
            &self.stage.source,
            &self.stage.destination,
            &self.facts,
        )
    }

    pub fn found(&self, rule: &str) -> Vec<Finding> {
        let findings = self.report().findings.into_iter();
        findings.filter(|finding| finding.rule == rule).collect()
    }

    pub fn passed(&self, rule: &str) -> Option<String> {
        let passed = self.report().passed.into_iter();
        passed
            .filter(|passed| passed.rule == rule)
            .map(|passed| passed.text)
            .next()
    }

    /// What the source tells of a connection: name, required, secret, value.
    pub fn source_connection(&mut self, of: &str, properties: &[(&str, bool, bool, &str)]) {
        let facts = connection(properties);
        self.facts.source_connections.insert(id(of), facts);
    }

    /// What the destination tells of a connection.
    pub fn connection(&mut self, of: &str, properties: &[(&str, bool, bool, &str)]) {
        self.facts
            .connections
            .insert(id(of), connection(properties));
    }

    pub fn bind(&mut self, of: &str) -> &mut ConnectionBinding {
        self.stage.bindings.connections.entry(id(of)).or_default()
    }

    /// The values of a connection come from the source.
    pub fn take_from_source(&mut self, of: &str) {
        self.bind(of).mode = ConnectionMode::FromSource;
    }

    /// What the archive of an artifact of the source tells.
    pub fn archive(&mut self, of: &str) -> &mut ArchiveFacts {
        let sha256 = sha256(of.as_bytes());
        self.facts
            .archives
            .entry(sha256)
            .or_insert_with(|| ArchiveFacts {
                kind: Some(waybill_archive::ArchiveKind::Integration),
                ..ArchiveFacts::default()
            })
    }
}

fn connection(properties: &[(&str, bool, bool, &str)]) -> ConnectionFacts {
    let properties = properties.iter().map(|(name, required, secret, value)| {
        let value = Some((*value).to_owned()).filter(|value| !value.is_empty());
        PropertyFacts {
            name: (*name).to_owned(),
            label: (*name).to_owned(),
            required: *required,
            secret: *secret,
            credential: *secret,
            set: value.is_some(),
            value: value.filter(|_| !secret),
            ..PropertyFacts::default()
        }
    });
    ConnectionFacts {
        preinstalled: true,
        security_policy: Some("BASIC_AUTH".to_owned()),
        properties: properties.collect(),
        ..ConnectionFacts::default()
    }
}
