//! The flow as a person reads it: numbered steps with what they set, ask and use.

use waybill_archive::{
    Cover, Design, EndpointDesign, Expression, Integration, Map, Step, StepKind,
};

use super::{masked, masking, settings, summary};
use crate::inspect::{facts, word};
use crate::view::{ExpressionView, MapView, MappedField, NamedValue, StepView};

/// The id of the adapter of calls between integrations of one instance.
const COLLOCATED: &str = "collocatedics";

pub(super) fn steps(integration: &Integration, design: &Design) -> Vec<StepView> {
    let mut reader = Reader {
        integration,
        design,
        number: 0,
        folded: false,
    };
    reader.steps(&design.steps, "")
}

struct Reader<'a> {
    integration: &'a Integration,
    design: &'a Design,
    /// How many steps were counted so far.
    number: u32,
    /// What is read now is told in the step around it.
    folded: bool,
}

impl Reader<'_> {
    fn steps(&mut self, steps: &[Step], around: &str) -> Vec<StepView> {
        steps
            .iter()
            .enumerate()
            .map(|(position, step)| {
                let key = match around {
                    "" => position.to_string(),
                    around => format!("{around}.{position}"),
                };
                self.step(step, key)
            })
            .collect()
    }

    fn step(&mut self, step: &Step, key: String) -> StepView {
        let counted = !self.folded && facts::is_step(step);
        self.number += u32::from(counted);
        let number = counted.then_some(self.number);
        let endpoint = step
            .endpoint
            .as_ref()
            .and_then(|id| self.design.endpoints.iter().find(|one| one.id == *id));
        let adapter = endpoint.and_then(|own| self.adapter(own));
        let calls = endpoint
            .filter(|_| adapter.as_deref() == Some(COLLOCATED))
            .and_then(|own| self.called(own));
        let folded = self.folded;
        self.folded |= facts::inside(step).is_empty();
        let within = self.steps(&step.children, &key);
        self.folded = folded;
        let map = step.map.as_ref().and_then(|path| {
            let map = self.design.maps.get(path)?;
            Some(self::map(path, map))
        });
        let condition = condition(step);
        let mut view = StepView {
            number,
            kind: word(&step.kind).to_owned(),
            known: !matches!(step.kind, StepKind::Unknown { .. }),
            name: masked(step.name.as_deref()),
            description: masked(step.description.as_deref()),
            summary: None,
            connection: endpoint.map(|own| own.connection.clone()),
            adapter,
            operation: endpoint.and_then(|own| own.operation.clone()),
            calls,
            condition: condition.map(|own| masking::text(text(own, step))),
            expressions: step
                .expressions
                .iter()
                .filter(|own| condition != Some(*own))
                .filter_map(|own| expression(own, step))
                .collect(),
            settings: settings::settings(step, endpoint),
            texts: step
                .texts
                .iter()
                .map(|own| NamedValue {
                    name: own.role.clone(),
                    value: masking::value(&own.role, &own.text),
                })
                .collect(),
            lookups: lookups(step, map.as_ref()),
            map,
            steps: within,
            key,
        };
        view.summary = summary::summary(step, &view);
        view
    }

    fn adapter(&self, endpoint: &EndpointDesign) -> Option<String> {
        let own = |one: &&waybill_archive::Endpoint| one.connection == endpoint.connection;
        let uses = &self.integration.endpoints;
        uses.iter()
            .filter(own)
            .find(|one| one.name == endpoint.name)
            .or_else(|| uses.iter().find(own))
            .and_then(|one| one.adapter.clone())
    }

    /// The integration that an endpoint of the instance itself calls.
    fn called(&self, endpoint: &EndpointDesign) -> Option<String> {
        let setting = |name: &str| {
            endpoint
                .settings
                .iter()
                .find(|(own, value)| own == name && !value.is_empty())
                .map(|(_, value)| value.clone())
        };
        let reference = match (setting("integration_code"), setting("integration_version")) {
            (Some(code), Some(version)) => format!("{code}|{version}"),
            _ => setting("integration_id")?,
        };
        let known = self
            .integration
            .calls
            .iter()
            .find(|call| call.integration.to_string() == reference);
        Some(known.map_or(reference, facts::call))
    }
}

/// The condition under which a step runs, or goes on.
fn condition(step: &Step) -> Option<&Expression> {
    match step.kind {
        StepKind::Route | StepKind::While => step
            .expressions
            .iter()
            .find(|own| !text(own, step).is_empty()),
        _ => None,
    }
}

/// An expression as the designer shows it. What declares a variable shows a name there and has the
/// value in the expression that runs (recorded).
fn text<'a>(expression: &'a Expression, step: &Step) -> &'a str {
    let declares = matches!(
        step.kind,
        StepKind::IntegrationProperties | StepKind::ScheduleReceive | StepKind::GlobalVariable
    );
    if declares || expression.text.trim().is_empty() {
        expression.xpath.trim()
    } else {
        expression.text.trim()
    }
}

fn expression(own: &Expression, step: &Step) -> Option<ExpressionView> {
    let text = text(own, step);
    if text.is_empty() && own.variable.is_none() {
        return None;
    }
    // A secret is told by the name of what it is put into.
    let target = own.variable.as_deref().unwrap_or(&own.role);
    Some(ExpressionView {
        role: masking::text(&own.role),
        text: masking::value(target, text),
        variable: own.variable.clone(),
    })
}

fn map(path: &str, map: &Map) -> MapView {
    let whole = Cover::of(&map.text);
    MapView {
        path: path.to_owned(),
        sources: map
            .sources
            .iter()
            .map(|source| match &source.variable {
                Some(variable) => format!("{variable} ({})", source.element),
                None => source.element.clone(),
            })
            .collect(),
        target: map.target.clone(),
        fields: map
            .fields
            .iter()
            .map(|field| MappedField {
                target: masking::text(&field.target),
                source: masking::value(&field.target, &whole.mask(&field.source)),
                within: field.within.iter().map(|own| masking::text(own)).collect(),
            })
            .collect(),
        notes: map.notes.clone(),
    }
}

/// The lookups that a step names: as the service noted them down, and in its expressions.
fn lookups(step: &Step, map: Option<&MapView>) -> Vec<String> {
    let noted = step
        .settings
        .iter()
        .filter(|(name, _)| name == settings::LOOKUPS)
        .flat_map(|(_, names)| names.split(','))
        .map(|name| name.trim().to_owned());
    let sources = map.into_iter().flat_map(|map| &map.fields);
    let texts = sources
        .map(|field| field.source.as_str())
        .chain(step.expressions.iter().map(|own| own.xpath.as_str()))
        .chain(step.expressions.iter().map(|own| own.text.as_str()));
    let mut found: Vec<String> = Vec::new();
    for name in noted.chain(texts.flat_map(named)) {
        if !name.is_empty() && !found.contains(&name) {
            found.push(name);
        }
    }
    found
}

/// The lookups that an expression names: `dvm:lookupValue('TAX_CODES', …)`, before 2020 with the
/// path of the file, `'tenant/resources/dvms/TAX_CODES'`.
fn named(text: &str) -> Vec<String> {
    text.split("lookupValue")
        .skip(1)
        .filter_map(|rest| {
            let rest = rest.trim_start().strip_prefix('(')?.trim_start();
            let quote = rest.chars().next().filter(|sign| "'\"".contains(*sign))?;
            let name = rest[1..].split(quote).next()?;
            let name = name.rsplit('/').next().unwrap_or(name);
            Some(name.strip_suffix(".dvm").unwrap_or(name).to_owned())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lookups_are_found_in_expressions_of_all_ages() {
        let text = "concat(dvm:lookupValue('A','x',a,'y',''), dvm:lookupValue (\"tenant/resources/dvms/B.dvm\",'x')) + lookupValue($c)";
        assert_eq!(named(text), ["A", "B"]);
    }
}
