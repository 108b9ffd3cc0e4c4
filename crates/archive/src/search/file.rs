//! One file: a connection by setting, a lookup by cell, a schedule by setting, anything else that
//! is text by line.

use waybill_model::Scope;

use super::{Search, excerpt};
use crate::findings::{mask_row, secret_ranges};
use crate::{Connection, Lookup, Reference, Schedule, connection, lookup, schedule};

/// Whether a file is made by the designer's canvas and repeats what stands in others.
pub(super) fn is_generated(name: &str) -> bool {
    let own = name.rsplit('/').next().unwrap_or(name);
    ["layout.json", "layout3.json", "analysis.json"].contains(&own)
        || own.ends_with("stateinfo.xml")
        || own.ends_with("stateinfo.json")
}

/// Looks at a file.
pub(super) fn look(search: &mut Search<'_>, path: &str, bytes: &[u8]) {
    let Ok(source) = std::str::from_utf8(bytes) else {
        return;
    };
    let source = source.strip_prefix('\u{feff}').unwrap_or(source);
    if lookup::is_csv(source)
        && let Ok(read) = lookup::read_csv(source)
    {
        return table(search, path, &read);
    }
    let start = &source[..source.floor_char_boundary(1_000)];
    if start.trim_start().starts_with('<') {
        let scope = Scope::Global;
        if start.contains("ApplicationInstance")
            && let Ok(read) = connection::read(path, source, &scope)
        {
            return settings(search, path, &read);
        }
        if start.contains("/dvm")
            && let Ok(read) = lookup::read_dvm(path, source, &scope)
        {
            return table(search, path, &read);
        }
        if start.contains("/scheduler")
            && let Ok(read) = schedule::read(path, source, &scope, Reference::default())
        {
            return rhythm(search, path, &read);
        }
    }
    lines(search, path, source);
}

fn settings(search: &mut Search<'_>, path: &str, connection: &Connection) {
    let own = format!("connection {}", connection.code);
    let place = |what: &str| format!("{own}, {what}");
    search.text(path, || own.clone(), &connection.code);
    let told = [
        ("name", Some(&connection.name)),
        ("description", connection.description.as_ref()),
        ("adapter", Some(&connection.adapter)),
        ("security policy", connection.security_policy.as_ref()),
        ("agent group", connection.agent_group.as_ref()),
    ];
    for (what, value) in told {
        if let Some(value) = value {
            search.text(path, || place(what), value);
        }
    }
    for property in &connection.properties {
        let value = match &property.value {
            Some(value) => value.as_str(),
            None if property.withheld => "••••••",
            None => "",
        };
        search.named(path, || place(&property.name), &property.name, value);
    }
    for attachment in &connection.attachments {
        search.text(path, || place(&attachment.property), &attachment.name);
    }
}

fn table(search: &mut Search<'_>, path: &str, lookup: &Lookup) {
    let name = &lookup.name;
    search.text(path, || format!("lookup {name}"), name);
    if let Some(description) = &lookup.description {
        search.text(path, || format!("{name}, description"), description);
    }
    for column in &lookup.columns {
        search.text(path, || format!("{name}, column"), column);
    }
    for (number, row) in lookup.rows.iter().enumerate() {
        if !row.iter().any(|cell| search.needle.is_in(cell)) {
            continue;
        }
        for (index, cell) in mask_row(&lookup.columns, row).iter().enumerate() {
            if let Some(excerpt) = excerpt::of_masked(cell, search.needle) {
                let column = lookup.columns.get(index).map_or("", String::as_str);
                search.add(
                    path,
                    &format!("{name}, row {}, {column}", number + 1),
                    excerpt,
                );
            }
        }
    }
}

fn rhythm(search: &mut Search<'_>, path: &str, schedule: &Schedule) {
    let told = [
        ("name", Some(&schedule.name)),
        ("expression", schedule.expression.as_ref()),
        ("time zone", schedule.time_zone.as_ref()),
        ("frequency", schedule.frequency.as_ref()),
        ("start", schedule.start.as_ref()),
        ("end", schedule.end.as_ref()),
    ];
    for (what, value) in told {
        if let Some(value) = value {
            let place = || format!("schedule {}, {what}", schedule.file);
            search.text(path, place, value);
        }
    }
}

/// Line by line; whether something is a secret is decided with the whole text in view.
fn lines(search: &mut Search<'_>, path: &str, source: &str) {
    if !search.needle.is_in(source) {
        return;
    }
    let secrets = secret_ranges(source);
    let mut start = 0;
    for (number, line) in source.split_inclusive('\n').enumerate() {
        let stretch = start..start + line.trim_end().len();
        start += line.len();
        if let Some(excerpt) = excerpt::within(source, stretch, &secrets, search.needle) {
            search.add(path, &format!("line {}", number + 1), excerpt);
        }
    }
}
