//! The graph for Graphviz.

use std::fmt::Write as _;

use super::plain;
use crate::view::{GraphNode, GraphView};

/// A digraph whose nodes are named by the ids of the artifacts.
pub(super) fn text(view: &GraphView) -> String {
    let mut text = String::new();
    // Writing to a string does not fail.
    let _ = writeln!(text, "digraph {} {{", quoted(&view.head.title));
    text.push_str(
        "  graph [rankdir=LR, nodesep=0.15, ranksep=1.2];\n  node [shape=box, style=rounded, fontname=\"sans-serif\", fontsize=11];\n  edge [color=\"#76827d\", arrowsize=0.7];\n",
    );
    for note in &view.notes {
        let _ = writeln!(text, "  // {}", plain(note));
    }
    for node in &view.nodes {
        let id = quoted(&node.id.to_string());
        let caption = format!("{} {}", node.id.kind, node.id.wire());
        let label = quoted(&format!("{}\n{caption}", node.name));
        let _ = writeln!(text, "  {id} [label={label}, tooltip={id}{}];", marks(node));
    }
    for edge in &view.edges {
        let ends = [edge.from, edge.to].map(|end| view.nodes.get(end as usize));
        if let [Some(from), Some(to)] = ends {
            let across = if edge.across { ", style=dashed" } else { "" };
            let _ = writeln!(
                text,
                "  {} -> {} [tooltip={}{across}];",
                quoted(&from.id.to_string()),
                quoted(&to.id.to_string()),
                quoted(&edge.role)
            );
        }
    }
    text.push_str("}\n");
    text
}

fn marks(node: &GraphNode) -> &'static str {
    if !node.present {
        ", style=\"rounded,dashed\", color=\"#b3301c\", fontcolor=\"#b3301c\""
    } else if node.cycle.is_some() {
        ", color=\"#7d3b98\""
    } else if node.unused {
        ", style=\"rounded,dotted\", fontcolor=\"#5b6773\""
    } else {
        ""
    }
}

/// A quoted string: backslashes and quotes cannot end it, a line break is Graphviz's own.
fn quoted(text: &str) -> String {
    let mut word = String::from("\"");
    for character in text.chars() {
        match character {
            '"' => word.push_str("\\\""),
            '\\' => word.push_str("\\\\"),
            '\n' => word.push_str("\\n"),
            other if other.is_control() => word.push(' '),
            other => word.push(other),
        }
    }
    word.push('"');
    word
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_ends_its_quotes() {
        assert_eq!(quoted("say \"x\""), r#""say \"x\"""#);
        assert_eq!(quoted("a\\"), r#""a\\""#);
        assert_eq!(quoted("two\nlines\tand a tab"), r#""two\nlines and a tab""#);
    }
}
