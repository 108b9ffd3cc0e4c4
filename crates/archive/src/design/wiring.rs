//! Basic routing (before 2020): no flow, but wires between the ports of endpoints and maps. Told
//! as a flow by following them from the trigger.

use std::collections::{HashMap, HashSet, VecDeque};

use roxmltree::Node;

use super::flow::fill;
use super::parts::Parts;
use super::{EndpointDesign, Step, StepKind, unknown};
use crate::xml::{child_text, children};
use crate::{ArchiveError, EndpointRole};

pub(super) fn read(
    model: Node<'_, '_>,
    endpoints: &[EndpointDesign],
    parts: &mut Parts<'_, '_, '_, '_>,
) -> Result<Vec<Step>, ArchiveError> {
    let owner = |port: &str| port.split('/').next().unwrap_or(port).to_owned();
    let mut wires: HashMap<String, Vec<String>> = HashMap::new();
    for wire in children(model, "wire") {
        if let (Some(source), Some(target)) =
            (child_text(wire, "source"), child_text(wire, "target"))
        {
            wires
                .entry(owner(&source))
                .or_default()
                .push(owner(&target));
        }
    }
    let triggers: HashSet<&str> = endpoints
        .iter()
        .filter(|endpoint| endpoint.role == EndpointRole::Trigger)
        .map(|endpoint| endpoint.id.as_str())
        .collect();
    let known: HashSet<&str> = endpoints
        .iter()
        .map(|endpoint| endpoint.id.as_str())
        .collect();
    let mut found = Vec::new();
    let mut seen = HashSet::new();
    let mut waiting: VecDeque<String> = endpoints
        .iter()
        .filter(|endpoint| triggers.contains(endpoint.id.as_str()))
        .map(|endpoint| endpoint.id.clone())
        .collect();
    let mut replies = Vec::new();
    while let Some(id) = waiting.pop_front() {
        if !seen.insert(id.clone()) {
            continue;
        }
        let kind = if triggers.contains(id.as_str()) {
            StepKind::Receive
        } else if known.contains(id.as_str()) {
            StepKind::Invoke
        } else {
            StepKind::Map
        };
        found.push(fill(plain(kind, &id), Some(&id), endpoints, parts)?);
        for next in wires.remove(&id).unwrap_or_default() {
            if triggers.contains(next.as_str()) {
                replies.push(next);
            } else {
                waiting.push_back(next);
            }
        }
    }
    for id in replies {
        found.push(fill(
            plain(StepKind::Reply, &id),
            Some(&id),
            endpoints,
            parts,
        )?);
    }
    if !wires.is_empty() {
        parts.oddities.push(unknown(
            "",
            "some wires lead nowhere from the trigger".to_owned(),
        ));
    }
    Ok(found)
}

fn plain(kind: StepKind, id: &str) -> Step {
    Step {
        kind,
        id: id.to_owned(),
        reference: Some(id.to_owned()),
        name: None,
        description: None,
        endpoint: None,
        map: None,
        expressions: Vec::new(),
        settings: Vec::new(),
        texts: Vec::new(),
        formats: Vec::new(),
        children: Vec::new(),
    }
}
