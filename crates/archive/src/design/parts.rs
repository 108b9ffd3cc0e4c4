//! What belongs to a step in the model (its processor) and in the files (expressions, maps,
//! texts). Each processor is given out once: a model that refers to one twice would multiply it.

use std::collections::{BTreeMap, HashMap, HashSet};

use roxmltree::Node;

use super::{Expression, FORMAT, Map, Text, expression, map, stitch, unknown};
use crate::container::{Container, has_ending};
use crate::limits::Budget;
use crate::oddity::tolerate;
use crate::xml::{child_text, children, parse};
use crate::{ArchiveError, Oddity, adapter_file};

/// What was found for one step.
#[derive(Debug, Default)]
pub(super) struct Part {
    pub kind: Option<String>,
    pub name: Option<String>,
    pub description: Option<String>,
    pub map: Option<String>,
    pub expressions: Vec<Expression>,
    pub settings: Vec<(String, String)>,
    pub texts: Vec<Text>,
    pub formats: Vec<String>,
}

/// The processors of the model and the files they lie in.
pub(super) struct Parts<'a, 'bytes, 'tree, 'text> {
    container: &'a mut Container<'bytes>,
    budget: &'a mut Budget,
    folder: &'a str,
    processors: HashMap<String, Node<'tree, 'text>>,
    given: HashSet<String>,
    pub maps: BTreeMap<String, Map>,
    pub oddities: Vec<Oddity>,
}

impl<'a, 'bytes, 'tree, 'text> Parts<'a, 'bytes, 'tree, 'text> {
    pub fn new(
        container: &'a mut Container<'bytes>,
        folder: &'a str,
        model: Node<'tree, 'text>,
        budget: &'a mut Budget,
    ) -> Self {
        Self {
            container,
            budget,
            folder,
            processors: children(model, "processor")
                .filter_map(|node| Some((node.attribute("name")?.to_owned(), node)))
                .collect(),
            given: HashSet::new(),
            maps: BTreeMap::new(),
            oddities: Vec::new(),
        }
    }

    /// The parts of a reference: `processor_39`, or one output of it, `processor_66/output_68`.
    pub fn take(&mut self, reference: &str) -> Result<Part, ArchiveError> {
        let (owner, output) = match reference.split_once('/') {
            Some((owner, rest)) => (owner, Some(rest)),
            None => (reference, None),
        };
        let Some(&processor) = self.processors.get(owner) else {
            return Ok(Part::default());
        };
        if !self.given.insert(reference.to_owned()) {
            self.oddities.push(unknown(
                self.folder,
                format!("the flow refers to `{reference}` more than once"),
            ));
            return Ok(Part::default());
        }
        let mut part = Part {
            kind: child_text(processor, "type"),
            ..Part::default()
        };
        let Some(output) = output else {
            part.name = child_text(processor, "processorName");
            part.description = child_text(processor, "processorDescription");
            part.settings = children(processor, "property")
                .filter_map(|node| {
                    Some((
                        node.attribute("name")?.to_owned(),
                        node.attribute("value").unwrap_or_default().to_owned(),
                    ))
                })
                .collect();
            let router = part.kind.as_deref() == Some("contentBasedRouter");
            self.resources(processor, !router, &mut part)?;
            return Ok(part);
        };
        if let Some(node) =
            children(processor, "output").find(|node| node.attribute("name") == Some(output))
        {
            part.name = child_text(node, "processorName").or_else(|| child_text(node, "name"));
            part.description = child_text(node, "description");
            self.resources(node, true, &mut part)?;
        }
        Ok(part)
    }

    /// Reads the files of a processor; those of the outputs of a router belong to its branches.
    fn resources(
        &mut self,
        node: Node<'tree, 'text>,
        outputs: bool,
        part: &mut Part,
    ) -> Result<(), ArchiveError> {
        let direct = children(node, "resourceGroup");
        let further = children(node, "output")
            .filter(|_| outputs)
            .flat_map(|output| children(output, "resourceGroup"));
        let resources: Vec<(String, Option<String>)> = direct
            .chain(further)
            .flat_map(|group| children(group, "resource"))
            .filter_map(|resource| {
                Some((
                    resource.attribute("location")?.to_owned(),
                    child_text(resource, "role"),
                ))
            })
            .collect();
        for (location, role) in resources {
            let Some(inner) = location.strip_prefix("../") else {
                continue;
            };
            let path = format!("{}{inner}", self.folder);
            let read = self.resource(&path, role, part);
            tolerate(read, &mut self.oddities)?;
        }
        Ok(())
    }

    fn resource(
        &mut self,
        path: &str,
        role: Option<String>,
        part: &mut Part,
    ) -> Result<(), ArchiveError> {
        let file = path.rsplit('/').next().unwrap_or(path);
        if let Some(prefix) = file.strip_suffix("expr.properties") {
            let source = self.text(path)?;
            let role = role.unwrap_or_else(|| prefix.to_owned());
            part.expressions
                .push(expression::parse(role, path, &source));
        } else if has_ending(file, "xsl") || has_ending(file, "xslt") {
            let source = self.text(path)?;
            self.maps.insert(path.to_owned(), map::read(path, source));
            part.map = Some(path.to_owned());
        } else if file == "stitch.json" {
            let bytes = self.container.read(path, self.budget)?;
            self.budget.keep(&bytes)?;
            part.expressions.extend(stitch::parse(path, &bytes)?);
        } else if has_ending(file, "data") {
            let text = self.text(path)?;
            let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
            part.texts.push(Text {
                role: stem
                    .strip_prefix("notification_")
                    .unwrap_or(stem)
                    .to_owned(),
                text,
                path: path.to_owned(),
            });
        } else if file == FORMAT {
            let text = self.text(path)?;
            part.formats.push(text);
        } else if has_ending(file, "jca") {
            let source = self.text(path)?;
            part.settings
                .extend(adapter_file::settings(&parse(path, &source)?));
        }
        Ok(())
    }

    fn text(&mut self, path: &str) -> Result<String, ArchiveError> {
        let text = self.container.text(path, self.budget)?;
        self.budget.keep(text.as_bytes())?;
        Ok(text)
    }
}
