//! XML without document types, read by namespace and local name, never by prefix: serialisers of
//! the service bind prefixes and the default namespace differently for the same content.

use roxmltree::{Document, Node, ParsingOptions};

use crate::ArchiveError;

/// Elements, attributes and texts in one document; the largest real one has some 60,000.
const NODES: u32 = 2_000_000;

/// Elements inside each other; real documents stay below 40. The parser's time grows with the
/// square of the depth.
const DEPTH: usize = 1_000;

pub(crate) fn parse<'text>(path: &str, text: &'text str) -> Result<Document<'text>, ArchiveError> {
    if depth(text) > DEPTH {
        return Err(ArchiveError::file(
            path,
            "its elements are nested too deeply",
        ));
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

/// How deeply elements are nested, by a plain look at the tags. Markup in comments and CDATA is
/// counted too: closed there as it is opened, it does not add up, and where it does, the document
/// is refused.
fn depth(text: &str) -> usize {
    let bytes = text.as_bytes();
    let (mut now, mut most) = (0_usize, 0_usize);
    let mut index = 0;
    while let Some(&byte) = bytes.get(index) {
        index += 1;
        if byte != b'<' {
            continue;
        }
        match bytes.get(index) {
            Some(b'/') => now = now.saturating_sub(1),
            Some(b'!' | b'?') | None => {}
            Some(_) => {
                let mut quote = None;
                while let Some(&sign) = bytes.get(index) {
                    match quote {
                        Some(open) if open == sign => quote = None,
                        None if sign == b'"' || sign == b'\'' => quote = Some(sign),
                        None if sign == b'>' => break,
                        _ => {}
                    }
                    index += 1;
                }
                if bytes.get(index.saturating_sub(1)) != Some(&b'/') {
                    now += 1;
                    most = most.max(now);
                }
            }
        }
    }
    most
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

#[cfg(test)]
mod tests {
    use super::depth;

    #[test]
    fn depth_counts_open_elements() {
        assert_eq!(depth("<?xml?><a><b/><c x='>'><d/></c></a>"), 2);
        assert_eq!(depth("<a><a><a>"), 3);
        assert_eq!(depth("text <"), 0);
    }
}
