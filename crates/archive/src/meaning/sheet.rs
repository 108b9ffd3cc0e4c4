//! A map in its normal form: one line per element, names by namespace, without what the mapper
//! writes for itself (ids, comments, files it was made from).

use roxmltree::{Document, Node};

use super::fingerprint::Print;
use super::prefixes::{self, Prefixes};
use super::shown;
use crate::findings::Cover;
use crate::{Field, Map, xml};

const TRANSFORM: &str = "http://www.w3.org/1999/XSL/Transform";
const MAPPER: &str = "http://www.oracle.com/xsl/mapper/schemas";
const XML: &str = "http://www.w3.org/XML/1998/namespace";
const SCHEMA_INSTANCE: &str = "http://www.w3.org/2001/XMLSchema-instance";
const JAVA: &str = "http://www.oracle.com/XSL/";

/// What counts of the line that ends an element.
const END: &str = "</";

/// A map.
#[derive(Clone)]
pub(super) struct Sheet {
    pub lines: Vec<Line>,
    pub fields: Vec<Field>,
    pub known: Prefixes,
    pub target: Option<String>,
    /// What is secret in it, with its text as a whole in view.
    pub secrets: Cover,
    pub print: [u8; 32],
}

/// A line of a map.
#[derive(Clone)]
pub(super) struct Line {
    pub depth: usize,
    /// What counts.
    pub counts: String,
    /// How it reads.
    pub text: String,
    /// What stands in it is named like a secret.
    pub secret: bool,
    /// The line of the element around it.
    pub parent: Option<usize>,
    /// The local name of its element, with what tells it from others.
    pub label: String,
    /// The fields of the target tell what it says.
    pub covered: bool,
}

impl Sheet {
    pub fn of(map: &Map) -> Self {
        let mut sheet = Self {
            lines: Vec::new(),
            fields: map.fields.clone(),
            known: Prefixes::default(),
            target: map.target.clone(),
            secrets: Cover::default(),
            print: [0; 32],
        };
        match xml::parse("map", &map.text) {
            Ok(document) => {
                for node in document.root_element().descendants() {
                    for bound in node.namespaces() {
                        sheet
                            .known
                            .bind(bound.name().unwrap_or_default(), bound.uri());
                    }
                }
                sheet.read(&document);
            }
            Err(_) => sheet.lines.extend(map.text.lines().map(|line| Line {
                depth: 0,
                counts: line.trim().to_owned(),
                text: line.trim_end().to_owned(),
                secret: false,
                parent: None,
                label: "text".to_owned(),
                covered: false,
            })),
        }
        // Some secrets are known by what stands in other lines.
        sheet.secrets = Cover::of(&map.text);
        let mut print = Print::default();
        for line in &sheet.lines {
            print.count(line.depth).word(&line.counts);
        }
        sheet.print = print.end();
        sheet
    }

    fn read(&mut self, document: &Document<'_>) {
        self.element(document.root_element(), 0, None, false);
    }

    fn element(&mut self, node: Node<'_, '_>, depth: usize, parent: Option<usize>, secret: bool) {
        let secret = secret || names_a_secret(node);
        let head = Head::of(node);
        let own = self.lines.len();
        let only_text = !node.children().any(|child| child.is_element());
        let content: Vec<&str> = node
            .children()
            .filter(Node::is_text)
            .filter_map(|child| child.text())
            .collect();
        let keeps_blanks =
            node.tag_name().namespace() == Some(TRANSFORM) && node.tag_name().name() == "text";
        let words = |text: &str| {
            if keeps_blanks {
                text.to_owned()
            } else {
                text.trim().to_owned()
            }
        };
        let line = |counts: String, text: String| Line {
            depth,
            counts,
            text,
            secret,
            parent,
            label: head.label.clone(),
            covered: head.covered,
        };
        if only_text {
            let text = words(&content.concat());
            if text.is_empty() {
                self.lines.push(line(
                    format!("<{}/>", head.counts),
                    format!("<{}/>", head.text),
                ));
            } else {
                self.lines.push(line(
                    format!("<{}>{text}", head.counts),
                    format!("<{}>{text}</{}>", head.text, head.name),
                ));
            }
            return;
        }
        self.lines.push(line(
            format!("<{}>", head.counts),
            format!("<{}>", head.text),
        ));
        for block in blocks(node) {
            match block {
                Block::Text(text) => self.lines.push(Line {
                    depth: depth + 1,
                    counts: text.clone(),
                    text,
                    secret,
                    parent: Some(own),
                    label: String::new(),
                    covered: true,
                }),
                Block::Element(child) => self.element(child, depth + 1, Some(own), secret),
            }
        }
        let mut end = line(END.to_owned(), format!("</{}>", head.name));
        end.covered = true;
        self.lines.push(end);
    }

    /// The names of the elements around a line, and its own.
    pub fn path(&self, index: usize) -> String {
        let mut names = Vec::new();
        let mut at = Some(index);
        while let Some(line) = at.and_then(|at| self.lines.get(at)) {
            if !line.label.is_empty() {
                names.push(line.label.as_str());
            }
            at = line.parent;
        }
        names.reverse();
        names.join("/")
    }

    /// A line as it may be shown.
    pub fn shown(&self, line: &Line) -> (String, bool) {
        if line.counts == END {
            (line.text.clone(), false)
        } else if line.secret && holds_a_literal(&line.text) {
            (format!("<{}>{}", line.label, shown::DOTS), true)
        } else {
            shown::part(&line.text, &self.secrets)
        }
    }
}

/// What is in an element, in order; parameters of the whole sheet and sources, whose order
/// says nothing, by name.
fn blocks<'tree, 'text>(node: Node<'tree, 'text>) -> Vec<Block<'tree, 'text>> {
    let mut found: Vec<Block<'tree, 'text>> = Vec::new();
    for child in node.children() {
        if child.is_element() {
            found.push(Block::Element(child));
        } else if child.is_text() {
            let text = child.text().unwrap_or_default().trim();
            if !text.is_empty() {
                found.push(Block::Text(text.to_owned()));
            }
        }
    }
    let top = node.parent_element().is_none();
    let sources =
        node.tag_name().namespace() == Some(MAPPER) && node.tag_name().name() == "mapSources";
    let unordered =
        |child: &Node<'_, '_>| sources || (top && child.has_tag_name((TRANSFORM, "param")));
    let at: Vec<usize> = (0..found.len())
        .filter(|index| matches!(&found[*index], Block::Element(child) if unordered(child)))
        .collect();
    let mut sorted: Vec<(String, Node<'tree, 'text>)> = at
        .iter()
        .filter_map(|index| match &found[*index] {
            Block::Element(child) => Some((sorting(*child), *child)),
            Block::Text(_) => None,
        })
        .collect();
    sorted.sort_by(|one, other| one.0.cmp(&other.0));
    for (index, (_, child)) in at.into_iter().zip(sorted) {
        found[index] = Block::Element(child);
    }
    found
}

enum Block<'tree, 'text> {
    Text(String),
    Element(Node<'tree, 'text>),
}

/// What parameters and sources are sorted by.
fn sorting(node: Node<'_, '_>) -> String {
    node.descendants()
        .filter(Node::is_element)
        .map(|inner| Head::of(inner).counts)
        .collect::<Vec<_>>()
        .join("\n")
}

/// Whether an element's name, or the name it gives, is that of a secret.
fn names_a_secret(node: Node<'_, '_>) -> bool {
    shown::secret_name(node.tag_name().name())
        || node.attribute("name").is_some_and(shown::secret_name)
}

/// Whether a line holds a text of its own, not only paths.
fn holds_a_literal(text: &str) -> bool {
    let between = text.split_once('>').map_or("", |(_, rest)| {
        rest.rsplit_once('<').map_or(rest, |(own, _)| own)
    });
    let quoted = text.contains('\'') || text.contains("&quot;") || text.matches('"').count() > 2;
    !between.trim().is_empty() || quoted || !text.starts_with('<')
}

/// The beginning of an element.
struct Head {
    name: String,
    counts: String,
    text: String,
    label: String,
    covered: bool,
}

impl Head {
    fn of(node: Node<'_, '_>) -> Self {
        let space = node.tag_name().namespace();
        let local = node.tag_name().name();
        let transform = space == Some(TRANSFORM);
        let mapper = space == Some(MAPPER);
        let name = match space.and_then(|space| prefix_of(node, space)) {
            Some(prefix) => format!("{prefix}:{local}"),
            None => local.to_owned(),
        };
        let mut counted: Vec<(String, String)> = Vec::new();
        let mut read = Vec::new();
        for attribute in node.attributes() {
            let own = attribute.namespace();
            let technical = own == Some(XML)
                || own.is_some_and(|own| own.starts_with(JAVA))
                || (transform && attribute.name() == "exclude-result-prefixes")
                || (mapper && attribute.name() == "location");
            if technical {
                continue;
            }
            let value = attribute.value();
            let counts =
                if transform || (own == Some(SCHEMA_INSTANCE) && attribute.name() == "type") {
                    prefixes::canonical(value, |prefix| node.lookup_namespace_uri(Some(prefix)))
                } else {
                    template(value, node)
                };
            let space = own.map_or_else(String::new, |own| format!("Q{{{own}}}"));
            counted.push((format!("{space}{}", attribute.name()), counts));
            read.push(format!(
                " {}=\"{}\"",
                attribute.name(),
                value.replace('"', "&quot;")
            ));
        }
        counted.sort();
        let counts = counted.iter().fold(
            format!("Q{{{}}}{local}", space.unwrap_or_default()),
            |text, (name, value)| format!("{text} {name}=\"{value}\""),
        );
        let covered = covered(node, transform, mapper);
        let told = ["name", "match"]
            .iter()
            .find_map(|name| node.attribute(*name))
            .filter(|_| transform);
        let label = match told {
            Some(told) => format!("{local} {told}"),
            None => local.to_owned(),
        };
        Self {
            text: format!("{name}{}", read.concat()),
            name,
            counts,
            label,
            covered,
        }
    }
}

/// A literal attribute: expressions stand in braces.
fn template(value: &str, node: Node<'_, '_>) -> String {
    let mut to = String::new();
    let mut rest = value;
    while let Some(start) = rest.find('{') {
        let end = rest[start..].find('}').map_or(rest.len(), |at| start + at);
        to.push_str(&rest[..=start]);
        to.push_str(&prefixes::canonical(&rest[start + 1..end], |prefix| {
            node.lookup_namespace_uri(Some(prefix))
        }));
        rest = &rest[end..];
    }
    to.push_str(rest);
    to
}

fn prefix_of(node: Node<'_, '_>, space: &str) -> Option<String> {
    node.lookup_prefix(space)
        .filter(|prefix| !prefix.is_empty())
        .map(str::to_owned)
}

/// Whether the list of fields tells all that the element says.
fn covered(node: Node<'_, '_>, transform: bool, mapper: bool) -> bool {
    if mapper {
        return false;
    }
    if !transform {
        return true;
    }
    let allowed: &[&str] = match node.tag_name().name() {
        "value-of" | "copy-of" | "sequence" | "for-each" | "apply-templates" => &["select"],
        "if" | "when" => &["test"],
        "variable" | "with-param" => &["name", "select"],
        "attribute" | "element" | "call-template" => &["name"],
        "for-each-group" => &["select", "group-by"],
        "text" | "choose" | "otherwise" => &[],
        _ => return false,
    };
    node.attributes()
        .all(|own| own.namespace() == Some(XML) || allowed.contains(&own.name()))
}
