//! What a document would cost its parser, by a plain look at the tags.
//!
//! The parser's time grows with the square of the depth and of the attributes of one element, and
//! its memory with the namespaces in reach of each element that declares one; so these are counted
//! before it is let at the text.

use memchr::{memchr, memmem};

/// Characters in one document; the largest real one, a WSDL, has 4.6 million.
const BYTES: usize = 24 << 20;

/// Elements in one document; the largest real one has some 60,000.
const ELEMENTS: usize = 600_000;

/// Elements inside each other; real documents stay below 40.
const DEPTH: usize = 500;

/// Attributes of one element; real style sheets declare up to 60 namespaces on their root.
const ATTRIBUTES: usize = 400;

/// Attributes in all.
const ALL_ATTRIBUTES: usize = 1_000_000;

/// Namespaces in reach, summed over the elements that declare one.
const NAMESPACES: usize = 4_000_000;

/// Why the document is too much to parse, or `None`.
pub(crate) fn excess(text: &str) -> Option<&'static str> {
    if text.len() > BYTES {
        return Some("it is too long");
    }
    let bytes = text.as_bytes();
    // The namespaces in reach, per open element.
    let mut open: Vec<usize> = Vec::new();
    let (mut elements, mut all_attributes, mut namespaces) = (0, 0, 0);
    let mut index = 0;
    while let Some(at) = next(bytes, index, b'<') {
        let rest = bytes.get(at + 1..).unwrap_or_default();
        index = match rest.first() {
            None => break,
            Some(b'/') => {
                open.pop();
                at + 2
            }
            Some(b'?') => after(bytes, at, b"?>"),
            Some(b'!') if rest.starts_with(b"!--") => after(bytes, at + 4, b"-->"),
            Some(b'!') if rest.starts_with(b"![CDATA[") => after(bytes, at, b"]]>"),
            Some(b'!') => at + 2,
            Some(_) => {
                let tag = tag(bytes, at + 1);
                elements += 1;
                all_attributes += tag.attributes;
                let reach = open.last().copied().unwrap_or(0) + tag.declared;
                if tag.declared > 0 {
                    namespaces += reach;
                }
                if !tag.closed {
                    open.push(reach);
                }
                if tag.attributes > ATTRIBUTES {
                    return Some("an element has too many attributes");
                }
                tag.end
            }
        };
        if open.len() > DEPTH {
            return Some("its elements are nested too deeply");
        }
        if elements > ELEMENTS || all_attributes > ALL_ATTRIBUTES {
            return Some("it has too many elements or attributes");
        }
        if namespaces > NAMESPACES {
            return Some("it declares too many namespaces");
        }
    }
    None
}

struct Tag {
    end: usize,
    attributes: usize,
    declared: usize,
    closed: bool,
}

fn tag(bytes: &[u8], start: usize) -> Tag {
    let mut tag = Tag {
        end: start,
        attributes: 0,
        declared: 0,
        closed: false,
    };
    let mut word = start;
    while let Some(&sign) = bytes.get(tag.end) {
        match sign {
            b'"' | b'\'' => {
                tag.attributes += 1;
                let name = bytes.get(word..tag.end).unwrap_or_default();
                tag.declared += usize::from(name.starts_with(b"xmlns"));
                tag.end = next(bytes, tag.end + 1, sign).unwrap_or(bytes.len());
                word = tag.end + 1;
            }
            b'>' => {
                tag.closed = bytes.get(tag.end.saturating_sub(1)) == Some(&b'/');
                tag.end += 1;
                break;
            }
            b' ' | b'\t' | b'\r' | b'\n' => {
                // White space before the equals sign or the quote does not begin a new name.
                let next = bytes.get(tag.end + 1);
                if !matches!(
                    next,
                    Some(b'=' | b'"' | b'\'' | b' ' | b'\t' | b'\r' | b'\n')
                ) {
                    word = tag.end + 1;
                }
            }
            _ => {}
        }
        tag.end += 1;
    }
    tag
}

fn next(bytes: &[u8], from: usize, sign: u8) -> Option<usize> {
    let rest = bytes.get(from..)?;
    Some(from + memchr(sign, rest)?)
}

/// The place after the next occurrence of `end`, or the end of the text.
fn after(bytes: &[u8], from: usize, end: &[u8]) -> usize {
    bytes
        .get(from..)
        .and_then(|rest| memmem::find(rest, end))
        .map_or(bytes.len(), |position| from + position + end.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_documents_pass() {
        assert_eq!(
            excess("<?xml version='1.0'?><!-- <a <a --><a x='>'><![CDATA[<b><b>]]><b/></a>"),
            None
        );
        assert_eq!(excess("text <"), None);
    }

    #[test]
    fn each_way_to_cost_is_named() {
        let deep = "<a>".repeat(DEPTH + 1);
        assert_eq!(excess(&deep), Some("its elements are nested too deeply"));
        let hidden = format!("<!-- x -->{deep}");
        assert!(excess(&hidden).is_some());
        let wide = format!("<a{}/>", " b=''".repeat(ATTRIBUTES + 1));
        assert_eq!(excess(&wide), Some("an element has too many attributes"));
        let many = "<a/>".repeat(ELEMENTS + 1);
        assert!(excess(&many).is_some());
        let root = (0..390).fold(String::new(), |root, n| format!("{root} xmlns:n{n}='u'"));
        let namespaces = format!("<a{root}>{}</a>", "<b xmlns:z = 'u'/>".repeat(12_000));
        assert_eq!(excess(&namespaces), Some("it declares too many namespaces"));
    }
}
