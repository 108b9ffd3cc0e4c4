//! A difference in a few words.

use waybill_model::{Area, ChangeKind, Difference, DifferenceClass, Section};

/// What differs, counted: `1 step, 2 maps, 3 cells`. Empty if nothing but the state differs.
#[must_use]
pub fn summary(difference: &Difference) -> String {
    let mut counts: Vec<(&str, &str, usize)> = Vec::new();
    let mut add = |one: &'static str, many: &'static str, count: usize| {
        if count == 0 {
            return;
        }
        match counts.iter_mut().find(|(known, _, _)| *known == one) {
            Some((_, _, known)) => *known += count,
            None => counts.push((one, many, count)),
        }
    };
    let sections = || {
        difference
            .sections
            .iter()
            .filter(|section| section.class != DifferenceClass::State)
    };
    for section in sections() {
        let changes = section.changes.len();
        match section.area {
            Area::Flow => add("step", "steps", changes),
            Area::Step => add("step", "steps", 1),
            Area::Map => add("map", "maps", 1),
            Area::Endpoint => add("endpoint", "endpoints", 1),
            Area::Tracking => add("tracking variable", "tracking variables", changes),
            Area::Parameters => add("parameter", "parameters", changes),
            Area::Properties => add("property", "properties", changes),
            Area::Functions => add("function", "functions", changes),
            Area::Attachments => add("attachment", "attachments", changes),
            Area::Members => add("member", "members", changes),
            Area::Rows => {
                let (cells, rows, columns) = table(section);
                add("cell", "cells", cells);
                add("row", "rows", rows);
                add("column", "columns", columns);
            }
            Area::About | Area::Connection | Area::Schedule | Area::Other | Area::State => {}
        }
    }
    let mut words: Vec<String> = counts
        .into_iter()
        .map(|(one, many, count)| format!("{count} {}", if count == 1 { one } else { many }))
        .collect();
    // Settings say most by their names.
    let named: Vec<String> = sections()
        .filter(|section| {
            matches!(
                section.area,
                Area::About | Area::Connection | Area::Schedule | Area::Other
            )
        })
        .flat_map(|section| section.changes.iter().map(|change| lower(&change.name)))
        .collect();
    if named.len() > 3 {
        words.push(format!("{} settings", named.len()));
    } else {
        words.extend(named);
    }
    words.join(", ")
}

fn table(section: &Section) -> (usize, usize, usize) {
    let Some(table) = &section.table else {
        return (0, 0, 0);
    };
    let changed = |kind: ChangeKind| kind == ChangeKind::Changed;
    let cells = table
        .rows
        .iter()
        .filter(|row| changed(row.kind))
        .flat_map(|row| &row.cells)
        .filter(|cell| cell.changed)
        .count();
    let rows = table.rows.iter().filter(|row| !changed(row.kind)).count();
    let columns = table
        .columns
        .iter()
        .filter(|column| column.change.is_some())
        .count();
    (cells, rows, columns)
}

/// Words begin small within a sentence; names on the wire stay as they are.
fn lower(name: &str) -> String {
    let plain = name
        .chars()
        .skip(1)
        .all(|sign| sign.is_lowercase() || sign == ' ');
    if plain {
        name.to_lowercase()
    } else {
        name.to_owned()
    }
}
