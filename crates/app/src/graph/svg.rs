//! The graph as a drawing that stands alone: light colours, text, nothing from elsewhere.

use std::fmt::Write as _;

use waybill_model::graph::{BOX_HEIGHT, BOX_WIDTH};

use super::plain;
use crate::view::{GraphEdge, GraphNode, GraphView};

/// So many characters of a name fit into a box.
const NAME: usize = 25;
/// So many of the smaller line below it.
const CAPTION: usize = 36;

const STYLE: &str = "text{font-family:system-ui,-apple-system,'Segoe UI',sans-serif;fill:#15202b}\
.name{font-size:12px}.caption{font-size:9px;fill:#5b6773}\
rect{fill:#ffffff;stroke:#76827d}\
.missing rect{stroke:#b3301c;stroke-dasharray:4 3}.missing text{fill:#b3301c}\
.unused rect{stroke:#8b959c;stroke-dasharray:1 3}\
.circle rect{stroke:#7d3b98;stroke-width:2}\
path.line{fill:none;stroke:#c5cdc7}path.across{stroke:#76827d;stroke-dasharray:6 3}";

/// The drawing.
pub(super) fn text(view: &GraphView) -> String {
    let (width, height) = (view.width.max(1.0), view.height.max(1.0));
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    // Writing to a string does not fail.
    let _ = writeln!(
        text,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}\" height=\"{height:.0}\" viewBox=\"0 0 {width:.0} {height:.0}\" role=\"img\" aria-labelledby=\"title about\">"
    );
    let _ = writeln!(
        text,
        "<title id=\"title\">{}</title>\n<desc id=\"about\">{}</desc>",
        escaped(&format!(
            "What depends on what in {}, read {}",
            view.head.title, view.head.read_at
        )),
        escaped(&view.notes.join(" "))
    );
    let _ = writeln!(text, "<style>{STYLE}</style>");
    text.push_str("<defs><marker id=\"arrow\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" orient=\"auto\"><path d=\"M0 0 8 4 0 8z\" fill=\"#76827d\"/></marker></defs>\n<rect width=\"100%\" height=\"100%\" style=\"fill:#fcfdfb;stroke:none\"/>\n");
    for edge in &view.edges {
        let ends = [edge.from, edge.to].map(|end| view.nodes.get(end as usize));
        if let [Some(from), Some(to)] = ends {
            line(&mut text, edge, from, to);
        }
    }
    for node in &view.nodes {
        draw(&mut text, node);
    }
    text.push_str("</svg>\n");
    text
}

fn line(text: &mut String, edge: &GraphEdge, from: &GraphNode, to: &GraphNode) {
    let (right, arrival) = (from.x + BOX_WIDTH, to.x);
    let path = if arrival > right {
        let bend = ((arrival - right) / 2.0).max(24.0);
        format!(
            "M{right:.0} {:.0}C{:.0} {:.0} {:.0} {:.0} {arrival:.0} {:.0}",
            from.y,
            right + bend,
            from.y,
            arrival - bend,
            to.y,
            to.y
        )
    } else {
        // Back, or within a column: round the right sides of both.
        let (far, end) = (right.max(to.x + BOX_WIDTH) + 48.0, to.x + BOX_WIDTH);
        format!(
            "M{right:.0} {:.0}C{far:.0} {:.0} {far:.0} {:.0} {end:.0} {:.0}",
            from.y - 6.0,
            from.y - 6.0,
            to.y + 6.0,
            to.y + 6.0
        )
    };
    let class = if edge.across { "line across" } else { "line" };
    let _ = writeln!(
        text,
        "<path class=\"{class}\" d=\"{path}\" marker-end=\"url(#arrow)\"><title>{}</title></path>",
        escaped(&format!("{} needs {}: {}", from.id, to.id, edge.role))
    );
}

fn draw(text: &mut String, node: &GraphNode) {
    let (class, mark) = if !node.present {
        ("node missing", ", missing")
    } else if node.cycle.is_some() {
        ("node circle", ", in a circle")
    } else if node.unused {
        ("node unused", ", used by nothing")
    } else {
        ("node", "")
    };
    let project = node.id.scope.project();
    let place = project.map(|code| format!("{code} / ")).unwrap_or_default();
    let caption = format!("{place}{} {}{mark}", node.id.kind, node.id.wire());
    let _ = writeln!(
        text,
        "<g class=\"{class}\"><title>{}</title><rect x=\"{:.0}\" y=\"{:.0}\" width=\"{BOX_WIDTH:.0}\" height=\"{BOX_HEIGHT:.0}\" rx=\"4\"/><text class=\"name\" x=\"{:.0}\" y=\"{:.0}\">{}</text><text class=\"caption\" x=\"{:.0}\" y=\"{:.0}\">{}</text></g>",
        escaped(&format!("{} ({}{mark})", node.name, node.id)),
        node.x,
        node.y - BOX_HEIGHT / 2.0,
        node.x + 8.0,
        node.y - 1.0,
        escaped(&short(&node.name, NAME)),
        node.x + 8.0,
        node.y + 11.0,
        escaped(&short(&caption, CAPTION)),
    );
}

fn short(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let mut start: String = text.chars().take(most - 1).collect();
    start.push('…');
    start
}

fn escaped(text: &str) -> String {
    plain(text)
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_text_whatever_they_hold() {
        assert_eq!(
            escaped("<b> & \"c\"\u{1}"),
            "&lt;b&gt; &amp; &quot;c&quot; "
        );
        assert_eq!(short("abcdef", 4), "abc…");
        assert_eq!(short("abcd", 4), "abcd");
    }
}
