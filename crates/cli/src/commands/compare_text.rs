//! Two places, and one artifact of both, for a person to read.

use waybill_app::view::{CompareView, ComparedRow, DifferenceView, PlaceHead, PlaceRef, Verdict};
use waybill_model::{ArtifactKind, Change, ChangeKind, Difference, Piece, Section};

use super::word;
use crate::output::{Put, duration};

/// Two places: what differs, by kind; `details` are the artifacts that were looked into.
pub(super) fn describe(view: &CompareView, details: &[DifferenceView]) -> String {
    let mut text = format!(
        "Left:  {}\nRight: {}\n",
        head(&view.left),
        head(&view.right)
    );
    for kind in ArtifactKind::ALL {
        let rows: Vec<&ComparedRow> = view.rows.iter().filter(|row| row.id.kind == kind).collect();
        if rows.is_empty() {
            continue;
        }
        text.put(format_args!("\n{}\n", plural(kind)));
        let width = rows
            .iter()
            .map(|row| name(row).chars().count())
            .max()
            .unwrap_or(0);
        for row in rows {
            let line = format!(
                "  {:<12}  {:<width$}  {}",
                verdict_word(row.verdict),
                name(row),
                remark(row)
            );
            text.push_str(line.trim_end());
            text.push('\n');
            if let Some(detail) = details.iter().find(|detail| detail.left_id == row.id) {
                text.push_str(&indented(&describe_one(detail, false), "      "));
            }
        }
    }
    for note in &view.notes {
        text.put(format_args!("\nNote: {note}"));
    }
    let counts = view.counts;
    text.put(format_args!(
        "\n{} different, {} only left, {} only right, {} differ in their environment alone, {} the same, {} not compared ({}, {} fetched)",
        counts.different,
        counts.only_left,
        counts.only_right,
        counts.environment,
        counts.same,
        counts.not_compared,
        duration(view.took_ms),
        view.fetched
    ));
    text
}

/// One artifact; with its headline, if nothing else has named it.
pub(super) fn describe_one(view: &DifferenceView, named: bool) -> String {
    let mut text = String::new();
    if named {
        text.put(format_args!("{}  {}\n", view.name, view.left_id));
        if view.right_id != view.left_id {
            text.put(format_args!("against {}\n", view.right_id));
        }
    }
    text.push_str(&view.headline);
    text.push('\n');
    difference(&mut text, &view.difference);
    for needed in &view.related {
        text.put(format_args!(
            "Needs {} ({}): {} {}\n",
            needed.id,
            needed.role,
            verdict_word(needed.verdict),
            needed.summary
        ));
        let mut inner = String::new();
        difference(&mut inner, &needed.difference);
        text.push_str(&indented(&inner, "  "));
    }
    if let Some(last) = &view.last_same {
        text.put(format_args!(
            "Last the same in snapshot {} of {}\n",
            last.snapshot.get(..8).unwrap_or(&last.snapshot),
            last.taken_at
        ));
    }
    text
}

fn difference(text: &mut String, difference: &Difference) {
    for section in &difference.sections {
        let title = if section.title.is_empty() {
            String::new()
        } else {
            format!(" “{}”", section.title)
        };
        let within = if section.within.is_empty() {
            String::new()
        } else {
            format!(", within {}", section.within.join(" › "))
        };
        text.put(format_args!(
            "{}{title}{within} ({})\n",
            word(&section.area),
            word(&section.class)
        ));
        for one in &section.changes {
            change(text, one);
        }
        table(text, section);
    }
    for reason in &difference.not_compared {
        text.put(format_args!("Not compared: {reason}\n"));
    }
}

fn change(text: &mut String, change: &Change) {
    let detail = change
        .detail
        .as_ref()
        .map(|detail| format!(" ({detail})"))
        .unwrap_or_default();
    let kind = match change.kind {
        ChangeKind::OnlyLeft => "only left: ",
        ChangeKind::OnlyRight => "only right: ",
        ChangeKind::Moved => "moved: ",
        ChangeKind::Changed => "",
    };
    text.put(format_args!("  {kind}{}{detail}\n", change.name));
    for (side, pieces) in [("left ", &change.left), ("right", &change.right)] {
        if let Some(pieces) = pieces {
            text.put(format_args!("    {side}  {}\n", joined(pieces)));
        }
    }
}

fn table(text: &mut String, section: &Section) {
    let Some(table) = &section.table else { return };
    for row in &table.rows {
        let cells: Vec<String> = row
            .cells
            .iter()
            .map(|cell| match (&cell.left, &cell.right) {
                (Some(left), Some(right)) if cell.changed => format!("{left} → {right}"),
                (Some(one), _) | (None, Some(one)) => one.clone(),
                (None, None) => String::new(),
            })
            .collect();
        let kind = match row.kind {
            ChangeKind::OnlyLeft => "only left: ",
            ChangeKind::OnlyRight => "only right: ",
            ChangeKind::Changed | ChangeKind::Moved => "",
        };
        text.put(format_args!("  {kind}{}\n", cells.join(" | ")));
    }
}

fn joined(pieces: &[Piece]) -> String {
    pieces.iter().map(|piece| piece.text.as_str()).collect()
}

fn indented(text: &str, by: &str) -> String {
    text.lines().flat_map(|line| [by, line, "\n"]).collect()
}

fn head(head: &PlaceHead) -> String {
    let kind = match &head.place {
        PlaceRef::Instance { .. } => "instance, lists read",
        PlaceRef::Snapshot { .. } => "snapshot, taken",
        PlaceRef::Copy { .. } => "copy, taken",
        PlaceRef::File { .. } | PlaceRef::Files { .. } => "files, read",
    };
    format!("{} ({kind} {})", head.title, head.read_at)
}

/// The artifact without its kind, which stands above.
fn name(row: &ComparedRow) -> String {
    match row.id.scope.project() {
        Some(project) => format!("{project}/{}", row.id.wire()),
        None => row.id.wire(),
    }
}

fn remark(row: &ComparedRow) -> String {
    let mut remarks = Vec::new();
    if !row.summary.is_empty() {
        remarks.push(row.summary.clone());
    }
    if !row.other_versions.is_empty() {
        remarks.push(format!("there: {}", row.other_versions.join(", ")));
    }
    if row.state_differs
        && let (Some(left), Some(right)) = (&row.left, &row.right)
        && let (Some(left), Some(right)) = (left.state, right.state)
    {
        remarks.push(format!("{} → {}", word(&left), word(&right)));
    }
    remarks.join("; ")
}

fn verdict_word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::OnlyLeft => "only left",
        Verdict::OnlyRight => "only right",
        Verdict::Different => "different",
        Verdict::Environment => "environment",
        Verdict::Same => "same",
        Verdict::NotCompared => "not compared",
    }
}

fn plural(kind: ArtifactKind) -> &'static str {
    match kind {
        ArtifactKind::Integration => "Integrations",
        ArtifactKind::Connection => "Connections",
        ArtifactKind::Lookup => "Lookups",
        ArtifactKind::Library => "Libraries",
        ArtifactKind::Package => "Packages",
        ArtifactKind::Certificate => "Certificates",
        ArtifactKind::Schedule => "Schedules",
        ArtifactKind::Project => "Projects",
        ArtifactKind::Deployment => "Deployments",
        ArtifactKind::AgentGroup => "Agent groups",
        ArtifactKind::AccessList => "Access lists",
    }
}
