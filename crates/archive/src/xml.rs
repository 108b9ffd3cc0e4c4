//! XML without document types, read by namespace and local name, never by prefix: serialisers of
//! the service bind prefixes and the default namespace differently for the same content.

use roxmltree::{Document, Node, ParsingOptions};

use crate::{ArchiveError, weigh};

/// Elements, attributes and texts in one document; the largest real one has some 60,000.
const NODES: u32 = 1_500_000;

pub(crate) fn parse<'text>(path: &str, text: &'text str) -> Result<Document<'text>, ArchiveError> {
    if let Some(reason) = weigh::excess(text) {
        return Err(ArchiveError::file(path, reason));
    }
    Document::parse_with_options(
        text,
        ParsingOptions {
            allow_dtd: false,
            nodes_limit: NODES,
            ..ParsingOptions::default()
        },
    )
    .map_err(|error| ArchiveError::file(path, error))
}

/// The first child element of that local name, whatever its namespace.
pub(crate) fn child<'tree, 'text>(
    node: Node<'tree, 'text>,
    name: &str,
) -> Option<Node<'tree, 'text>> {
    node.children()
        .find(|child| child.is_element() && child.tag_name().name() == name)
}

/// All child elements of that local name.
pub(crate) fn children<'tree, 'text>(
    node: Node<'tree, 'text>,
    name: &'static str,
) -> impl Iterator<Item = Node<'tree, 'text>> {
    node.children()
        .filter(move |child| child.is_element() && child.tag_name().name() == name)
}

/// The text of a child element, without the white space around it; `None` where it is empty.
pub(crate) fn child_text(node: Node<'_, '_>, name: &str) -> Option<String> {
    text(child(node, name)?)
}

/// All text in an element, without the white space around it; `None` where there is none.
pub(crate) fn text(node: Node<'_, '_>) -> Option<String> {
    let whole: String = node
        .children()
        .filter_map(|child| child.is_text().then(|| child.text()).flatten())
        .collect();
    let trimmed = whole.trim();
    (!trimmed.is_empty()).then(|| trimmed.to_owned())
}
