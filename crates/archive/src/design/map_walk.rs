//! The way through a style sheet: which field is set to what, under which conditions.

use roxmltree::Node;

use super::map::{Field, Map};

const TRANSFORM: &str = "http://www.w3.org/1999/XSL/Transform";
const MAPPER: &str = "http://www.oracle.com/xsl/mapper/schemas";
const XML: &str = "http://www.w3.org/XML/1998/namespace";

/// Collects the fields of a style sheet of `length` bytes.
pub(super) fn walk(root: Node<'_, '_>, length: usize, map: &mut Map) {
    let mut walk = Walk {
        path: Vec::new(),
        within: Vec::new(),
        left: length.saturating_mul(16).saturating_add(1 << 16),
        map,
    };
    for template in root.children().filter(Node::is_element) {
        if template.tag_name().namespace() != Some(TRANSFORM) {
            continue;
        }
        match template.tag_name().name() {
            "template" => {
                let own = template
                    .attribute("match")
                    .filter(|own| *own != "/")
                    .or_else(|| template.attribute("name"));
                match own {
                    Some(own) => {
                        walk.under(format!("template {own}"), |walk| walk.content(template));
                    }
                    None => walk.content(template),
                }
            }
            "variable" => walk.instruction(template),
            _ => {}
        }
    }
}

struct Walk<'map> {
    path: Vec<String>,
    within: Vec<String>,
    /// Characters that fields may still take: targets repeat the names above them, so a small
    /// style sheet could ask for much.
    left: usize,
    map: &'map mut Map,
}

impl Walk<'_> {
    fn under(&mut self, name: String, inner: impl FnOnce(&mut Self)) {
        self.path.push(name);
        inner(self);
        self.path.pop();
    }

    fn inside(&mut self, condition: String, inner: impl FnOnce(&mut Self)) {
        self.within.push(condition);
        inner(self);
        self.within.pop();
    }

    fn set(&mut self, source: String) {
        let size = |texts: &[String]| texts.iter().map(|text| text.len() + 1).sum::<usize>();
        let cost = size(&self.path) + size(&self.within) + source.len() + 100;
        let Some(left) = self.left.checked_sub(cost) else {
            self.note("it sets more fields than are listed");
            self.left = 0;
            return;
        };
        self.left = left;
        self.map.fields.push(Field {
            target: self.path.join("/"),
            source,
            within: self.within.clone(),
        });
    }

    fn note(&mut self, words: &str) {
        if self.map.notes.len() < 50 && !self.map.notes.iter().any(|known| known == words) {
            self.map.notes.push(words.to_owned());
        }
    }

    fn content(&mut self, parent: Node<'_, '_>) {
        for node in parent.children() {
            if node.is_text() {
                let text = node.text().unwrap_or_default().trim();
                if !text.is_empty() {
                    self.set(quoted(text));
                }
            } else if node.is_element() {
                match node.tag_name().namespace() {
                    Some(TRANSFORM) => self.instruction(node),
                    Some(MAPPER) => {}
                    _ => self.element(node),
                }
            }
        }
    }

    fn element(&mut self, node: Node<'_, '_>) {
        self.under(node.tag_name().name().to_owned(), |walk| {
            let before = walk.map.fields.len();
            for attribute in node.attributes() {
                let technical = attribute.namespace() == Some(XML)
                    || attribute
                        .namespace()
                        .is_some_and(|own| own.starts_with("http://www.oracle.com/XSL/"));
                if !technical {
                    walk.under(format!("@{}", attribute.name()), |walk| {
                        walk.set(quoted(attribute.value()));
                    });
                }
            }
            walk.content(node);
            let empty = !node.children().any(|inner| inner.is_element());
            if empty && walk.map.fields.len() == before {
                walk.set(quoted(""));
            }
        });
    }

    fn instruction(&mut self, node: Node<'_, '_>) {
        let own = |name: &str| node.attribute(name).unwrap_or_default();
        match node.tag_name().name() {
            "value-of" | "copy-of" | "sequence" | "number" => self.set(own("select").to_owned()),
            "choose" | "copy" | "document" | "fallback" => self.content(node),
            "text" => self.set(quoted(node.text().unwrap_or_default())),
            "for-each" => self.inside(format!("for each {}", own("select")), |walk| {
                walk.content(node);
            }),
            "for-each-group" => {
                let words = format!("for each group of {} by {}", own("select"), own("group-by"));
                self.inside(words, |walk| walk.content(node));
            }
            "if" => self.inside(format!("if {}", own("test")), |walk| walk.content(node)),
            "when" => self.inside(format!("when {}", own("test")), |walk| walk.content(node)),
            "otherwise" => self.inside("otherwise".to_owned(), |walk| walk.content(node)),
            "variable" | "with-param" => {
                self.under(format!("${}", own("name")), |walk| walk.value(node));
            }
            "attribute" => self.under(format!("@{}", local(own("name"))), |walk| walk.value(node)),
            "element" => self.under(local(own("name")).to_owned(), |walk| walk.value(node)),
            "call-template" => {
                self.set(format!("call {}", own("name")));
                self.content(node);
            }
            "apply-templates" => {
                self.set(format!("apply templates to {}", own("select")));
                self.content(node);
            }
            "sort" | "param" | "comment" | "message" => {}
            other => {
                self.note(&format!("`xsl:{other}` is not understood"));
                self.content(node);
            }
        }
    }

    fn value(&mut self, node: Node<'_, '_>) {
        match node.attribute("select") {
            Some(select) => self.set(select.to_owned()),
            None => self.content(node),
        }
    }
}

fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

fn quoted(text: &str) -> String {
    format!("'{text}'")
}
