//! The tree of an orchestration.

use roxmltree::Node;

use super::parts::Parts;
use super::{EndpointDesign, Step, StepKind, unknown};
use crate::ArchiveError;

/// Steps inside each other; the designer allows far fewer.
const DEPTH: usize = 120;

pub(super) fn read(
    orchestration: Node<'_, '_>,
    endpoints: &[EndpointDesign],
    parts: &mut Parts<'_, '_, '_, '_>,
) -> Result<Vec<Step>, ArchiveError> {
    steps(orchestration, endpoints, parts, 0)
}

fn steps(
    parent: Node<'_, '_>,
    endpoints: &[EndpointDesign],
    parts: &mut Parts<'_, '_, '_, '_>,
    depth: usize,
) -> Result<Vec<Step>, ArchiveError> {
    if depth > DEPTH {
        parts.oddities.push(unknown(
            "",
            "steps are nested too deeply; the inner ones were not read".to_owned(),
        ));
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    for node in parent.children().filter(Node::is_element) {
        let mut step = step(node, endpoints, parts)?;
        step.children = steps(node, endpoints, parts, depth + 1)?;
        found.push(step);
    }
    Ok(found)
}

fn step(
    node: Node<'_, '_>,
    endpoints: &[EndpointDesign],
    parts: &mut Parts<'_, '_, '_, '_>,
) -> Result<Step, ArchiveError> {
    let kind = StepKind::of(node.tag_name().name());
    let own = |name: &str| {
        node.attribute(name)
            .filter(|value| !value.is_empty())
            .map(str::to_owned)
    };
    let reference = own("refUri");
    let id = own("id").unwrap_or_default();
    if let StepKind::Unknown { kind } = &kind {
        parts.oddities.push(unknown(
            "",
            format!("the step `{id}` is of the unknown kind `{kind}`"),
        ));
    }
    fill(
        Step {
            kind,
            id,
            name: own("displayName").or_else(|| own("name")),
            description: own("description"),
            endpoint: None,
            map: None,
            expressions: Vec::new(),
            settings: attributes(node),
            texts: Vec::new(),
            formats: Vec::new(),
            children: Vec::new(),
            reference: reference.clone(),
        },
        reference.as_deref(),
        endpoints,
        parts,
    )
}

/// What the flow itself says of a step, beside its names and references.
fn attributes(node: Node<'_, '_>) -> Vec<(String, String)> {
    node.attributes()
        .filter(|own| {
            !matches!(
                own.name(),
                "id" | "name" | "displayName" | "description" | "refUri" | "trackingRefUri"
            )
        })
        .map(|own| (own.name().to_owned(), own.value().to_owned()))
        .collect()
}

/// Adds to a step what its reference leads to.
pub(super) fn fill(
    mut step: Step,
    reference: Option<&str>,
    endpoints: &[EndpointDesign],
    parts: &mut Parts<'_, '_, '_, '_>,
) -> Result<Step, ArchiveError> {
    let Some(reference) = reference else {
        return Ok(step);
    };
    let owner = reference.split('/').next().unwrap_or(reference);
    if let Some(endpoint) = endpoints.iter().find(|endpoint| endpoint.id == owner) {
        step.endpoint = Some(endpoint.id.clone());
        step.name = step
            .name
            .or_else(|| (!endpoint.name.is_empty()).then(|| endpoint.name.clone()));
        step.description = step.description.or_else(|| endpoint.description.clone());
        return Ok(step);
    }
    let part = parts.take(reference)?;
    let variable = part
        .settings
        .iter()
        .find(|(name, _)| name == "variableName")
        .map(|(_, value)| value.clone());
    let set = match part.expressions.as_slice() {
        [only] => only.variable.clone(),
        _ => None,
    };
    step.name = step.name.or(part.name).or(variable).or(set);
    step.description = step.description.or(part.description);
    step.map = part.map;
    step.expressions = part.expressions;
    step.settings.extend(part.settings);
    step.formats = part.formats;
    step.texts = part.texts;
    Ok(step)
}
