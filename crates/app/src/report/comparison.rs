//! Two places side by side, as a page.

use maud::{Markup, html};

use super::differences::{Sides, difference};
use super::page::{counted, moment, page, tag};
use crate::view::{CompareView, ComparedRow, DifferenceView, PlaceHead, Verdict};

/// A comparison with the differences that were looked into. What only one place has and what
/// differs is listed; of what is the same, the number.
#[must_use]
pub fn comparison_page(
    view: &CompareView,
    differences: &[DifferenceView],
    made_at: &str,
) -> String {
    let title = format!("{} and {} compared", view.left.title, view.right.title);
    let sides = Sides {
        left: &view.left.title,
        right: &view.right.title,
    };
    let counts = &view.counts;
    let body = html! {
        h1 { (title) }
        p { (head(&view.left)) "  and  " (head(&view.right)) }
        @for note in &view.notes { p.note { (note) } }
        ul.counts {
            li { b { (counts.different) } "different" }
            li { b { (counts.only_left) } "only in " (sides.left) }
            li { b { (counts.only_right) } "only in " (sides.right) }
            li { b { (counts.environment) } "different by environment alone" }
            li { b { (counts.same) } "the same" }
            @if counts.not_compared > 0 { li { b { (counts.not_compared) } "not compared" } }
        }
        (list(view, Verdict::Different, "Different"))
        (list(view, Verdict::OnlyLeft, &format!("Only in {}", sides.left)))
        (list(view, Verdict::OnlyRight, &format!("Only in {}", sides.right)))
        (list(view, Verdict::Environment, "Different by environment alone"))
        (list(view, Verdict::NotCompared, "Not compared"))
        @if !differences.is_empty() { h2 { "The differences" } }
        @for one in differences { (artifact(one, sides)) }
    };
    page(&title, made_at, &body)
}

fn head(place: &PlaceHead) -> Markup {
    html! { (tag(place.environment, &place.title)) " " span.quiet { "read " (moment(&place.read_at)) } }
}

fn list(view: &CompareView, verdict: Verdict, title: &str) -> Markup {
    let rows: Vec<&ComparedRow> = view
        .rows
        .iter()
        .filter(|row| row.verdict == verdict)
        .collect();
    html! {
        @if !rows.is_empty() {
            h2 { (title) " " span.quiet { (counted(rows.len(), "artifact", "artifacts")) } }
            table {
                thead { tr { th { "Artifact" } th { "Name" } th { "Difference" } th { "Last changed" } } }
                tbody {
                    @for row in rows {
                        tr {
                            td { code { (row.id) } }
                            td { (row.name) }
                            td {
                                (row.summary)
                                @if row.state_differs { " " span.quiet { "state differs" } }
                            }
                            td.quiet { (changed(row)) }
                        }
                    }
                }
            }
        }
    }
}

fn changed(row: &ComparedRow) -> String {
    [&row.left, &row.right]
        .into_iter()
        .flatten()
        .filter_map(|facts| facts.updated.as_deref().map(moment))
        .collect::<Vec<_>>()
        .join(" / ")
}

fn artifact(view: &DifferenceView, sides: Sides<'_>) -> Markup {
    html! {
        h3 {
            (view.name) " " code { (view.left_id) }
            @if view.right_id != view.left_id { " and " code { (view.right_id) } }
        }
        p { (view.headline) }
        (difference(&view.difference, sides))
        @for related in &view.related {
            h4 { "It uses " code { (related.id) } ", which differs too: " (related.summary) }
            (difference(&related.difference, sides))
        }
    }
}

#[cfg(test)]
mod tests {
    use waybill_model::{
        Area, Change, ChangeKind, Difference, DifferenceClass, Environment, Piece, Section,
    };

    use super::*;
    use crate::view::{CompareCounts, PlaceRef, SideFacts};

    fn head(title: &str, environment: Environment) -> PlaceHead {
        PlaceHead {
            place: PlaceRef::Instance {
                id: title.to_owned(),
            },
            title: title.to_owned(),
            instance_id: None,
            environment: Some(environment),
            read_at: "2026-11-21T08:00:00Z".to_owned(),
        }
    }

    #[test]
    fn texts_of_archives_stay_texts() {
        let id = "lookup:TAX".parse().unwrap();
        let view = CompareView {
            left: head("DEV", Environment::Development),
            right: head("<script>alert(1)</script>", Environment::Production),
            rows: vec![ComparedRow {
                id,
                name: "\"><img src=x onerror=alert(1)>".to_owned(),
                verdict: Verdict::Different,
                summary: "1 cell".to_owned(),
                left: Some(SideFacts {
                    state: None,
                    updated: Some("2026-11-20T08:00:00Z".to_owned()),
                    updated_by: None,
                }),
                right: None,
                state_differs: false,
                other_versions: Vec::new(),
            }],
            counts: CompareCounts {
                different: 1,
                ..CompareCounts::default()
            },
            notes: vec!["<b>note</b>".to_owned()],
            fetched: 0,
            took_ms: 1,
        };
        let piece = |text: &str| {
            Some(vec![Piece {
                text: text.to_owned(),
                changed: true,
            }])
        };
        let differences = [DifferenceView {
            left_id: "lookup:TAX".parse().unwrap(),
            right_id: "lookup:TAX".parse().unwrap(),
            name: "Tax".to_owned(),
            verdict: Verdict::Different,
            headline: "A & B".to_owned(),
            left: None,
            right: None,
            difference: Difference {
                sections: vec![Section {
                    key: "1".to_owned(),
                    area: Area::About,
                    class: DifferenceClass::Design,
                    title: String::new(),
                    within: Vec::new(),
                    changes: vec![Change {
                        kind: ChangeKind::Changed,
                        name: "description".to_owned(),
                        detail: None,
                        left: piece("<left>"),
                        right: piece("<right>"),
                        masked: false,
                    }],
                    same: 2,
                    table: None,
                    has_text: false,
                }],
                not_compared: Vec::new(),
            },
            related: Vec::new(),
            last_same: None,
        }];
        let page = comparison_page(&view, &differences, "2026-11-21");
        for raw in ["<script", "<img", "<b>note", "<left>", "<right>"] {
            assert!(!page.contains(raw), "{raw}");
        }
        for shown in [
            "&lt;script&gt;",
            "<del>&lt;left&gt;</del>",
            "<ins>&lt;right&gt;</ins>",
            "A &amp; B",
            "tag--production",
        ] {
            assert!(page.contains(shown), "{shown}");
        }
    }
}
