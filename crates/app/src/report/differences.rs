//! The difference of one artifact, section by section.

use maud::{Markup, html};
use waybill_model::{
    Area, Change, ChangeKind, Difference, DifferenceClass, Piece, Section, TableDifference,
};

use super::page::counted;

/// The names of the two sides, as heads of columns.
#[derive(Clone, Copy)]
pub(super) struct Sides<'a> {
    pub left: &'a str,
    pub right: &'a str,
}

pub(super) fn difference(difference: &Difference, sides: Sides<'_>) -> Markup {
    let of = |class| {
        difference
            .sections
            .iter()
            .filter(move |section: &&Section| section.class == class)
    };
    html! {
        @for section in of(DifferenceClass::Design) { (self::section(section, sides)) }
        @if difference.has(DifferenceClass::Environment) {
            h4 { "Differs by environment, not by design" }
            @for section in of(DifferenceClass::Environment) { (self::section(section, sides)) }
        }
        @if difference.has(DifferenceClass::State) {
            h4 { "State, not design" }
            @for section in of(DifferenceClass::State) { (self::section(section, sides)) }
        }
        @for words in &difference.not_compared { p.quiet { (words) } }
    }
}

fn section(section: &Section, sides: Sides<'_>) -> Markup {
    html! {
        h4 {
            (area(section.area))
            @if !section.title.is_empty() { " “" (section.title) "”" }
            @if !section.within.is_empty() { span.quiet { " in " (section.within.join(" › ")) } }
        }
        @if let Some(table) = &section.table {
            (rows(table, sides))
        }
        @if !section.changes.is_empty() {
            table {
                thead { tr { th { "What" } th { (sides.left) } th { (sides.right) } } }
                tbody { @for one in &section.changes { (change(one)) } }
            }
        }
        @if section.same > 0 {
            p.quiet { (counted(section.same as usize, "is", "are")) " the same" }
        }
    }
}

fn change(change: &Change) -> Markup {
    html! {
        tr {
            td {
                (change.name)
                @if let Some(detail) = &change.detail { " " span.quiet { (detail) } }
            }
            @match change.kind {
                ChangeKind::Moved => {
                    td colspan="2" { "moved" (side(change.left.as_deref(), false)) (side(change.right.as_deref(), true)) }
                }
                _ => {
                    td { @if change.kind == ChangeKind::OnlyRight { span.quiet { "not there" } } @else { (value(change, change.left.as_deref(), false)) } }
                    td { @if change.kind == ChangeKind::OnlyLeft { span.quiet { "not there" } } @else { (value(change, change.right.as_deref(), true)) } }
                }
            }
        }
    }
}

fn value(change: &Change, pieces: Option<&[Piece]>, right: bool) -> Markup {
    match pieces {
        Some(pieces) => html! {
            (side(Some(pieces), right))
            @if change.masked { " " span.quiet { "(may be secret, not shown)" } }
        },
        None if change.kind == ChangeKind::Changed => html! { span.quiet { "empty" } },
        None => html! { "there" },
    }
}

fn side(pieces: Option<&[Piece]>, right: bool) -> Markup {
    html! {
        @if let Some(pieces) = pieces {
            code {
                @for piece in pieces {
                    @if !piece.changed { (piece.text) }
                    @else if right { ins { (piece.text) } }
                    @else { del { (piece.text) } }
                }
            }
        }
    }
}

fn rows(table: &TableDifference, sides: Sides<'_>) -> Markup {
    html! {
        table {
            thead { tr {
                th { "" }
                @for column in &table.columns {
                    th {
                        (column.name)
                        @match column.change {
                            Some(ChangeKind::OnlyLeft) => { " " span.quiet { "only in " (sides.left) } }
                            Some(ChangeKind::OnlyRight) => { " " span.quiet { "only in " (sides.right) } }
                            _ => {}
                        }
                    }
                }
            } }
            tbody {
                @for row in &table.rows {
                    tr {
                        td { @match row.kind {
                            ChangeKind::OnlyLeft => { "only in " (sides.left) }
                            ChangeKind::OnlyRight => { "only in " (sides.right) }
                            ChangeKind::Changed => { "≠" }
                            ChangeKind::Moved => { "moved" }
                        } }
                        @for cell in &row.cells {
                            td {
                                @if cell.changed {
                                    @if let Some(left) = &cell.left { del { (left) } " " }
                                    @if let Some(right) = &cell.right { ins { (right) } }
                                } @else {
                                    (cell.left.as_deref().or(cell.right.as_deref()).unwrap_or_default())
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The word for a part of an artifact.
const fn area(area: Area) -> &'static str {
    match area {
        Area::About => "About",
        Area::Endpoint => "Endpoint",
        Area::Flow => "Flow",
        Area::Map => "Map in",
        Area::Step => "Step",
        Area::Tracking => "Tracking",
        Area::Parameters => "Schedule parameters",
        Area::Properties => "Integration properties",
        Area::Rows => "Rows",
        Area::Functions => "Functions",
        Area::Schedule => "Schedule",
        Area::Connection => "Connection",
        Area::Attachments => "Attached files",
        Area::Members => "Members",
        Area::State => "State",
        Area::Other => "Other",
    }
}
