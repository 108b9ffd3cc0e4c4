//! Which files are looked through, and how: connections by setting, lookups by cell, the rest as
//! text.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use roxmltree::{Document, Node};
use waybill_model::Scope;

use super::marks::{self, Marks};
use super::secret_names::{is_literal, names_a_secret, names_a_wallet_file};
use super::{Found, Rule, environment, secret_text, short};
use crate::container::{has_ending, text};
use crate::xml::{child_text, parse};
use crate::{Lookup, lookup};

/// The secrets that the form of a text tells, whatever its file is called: with those of the
/// running text they are everything that [`file`] reports of it, and perhaps more.
pub(super) fn by_form(source: &str, found: &mut Found<'_>) {
    if lookup::is_csv(source) {
        if let Ok(lookup) = lookup::read_csv(source) {
            table(&lookup, found);
        }
    } else if source.trim_start().starts_with('<')
        && let Ok(document) = parse("text", source)
    {
        xml("text", source, &document, found);
    } else if source.contains("Expression") {
        expression(source, found);
    }
}

/// Looks through one file.
pub(super) fn file(name: &str, bytes: &[u8], found: &mut Found<'_>) {
    let own = name.rsplit('/').next().unwrap_or(name);
    if ["sso", "p12", "jks", "pfx"]
        .iter()
        .any(|ending| has_ending(own, ending))
    {
        found.add(Rule::Wallet, "", &format!("•••• ({} bytes)", bytes.len()));
        return;
    }
    if name.contains("/recordings/") {
        found.add(Rule::Recording, "", &format!("{} bytes", bytes.len()));
    }
    let owned;
    let source = match std::str::from_utf8(bytes) {
        Ok(source) => source.strip_prefix('\u{feff}').unwrap_or(source),
        Err(_) => match text(name, bytes.to_vec()) {
            Ok(decoded) => {
                owned = decoded;
                owned.as_str()
            }
            Err(_) => return,
        },
    };
    // Schemas and generated parts describe structure; their addresses are names.
    if ["xsd", "wsdl", "wadl"]
        .iter()
        .any(|ending| has_ending(own, ending))
    {
        let _ = secret_text::take(source, "text", found);
        return;
    }
    if lookup::is_csv(source) {
        if let Ok(lookup) = lookup::read_csv(source) {
            return table(&lookup, found);
        }
    } else if source.trim_start().starts_with('<') {
        let quiet = Marks::of(source).none() && marks::is_literal(source);
        if quiet && marks::is_dull(source) {
            return;
        }
        if let Ok(document) = parse(name, source) {
            found.quiet = quiet;
            return xml(name, source, &document, found);
        }
    }
    if own.ends_with("expr.properties") {
        expression(source, found);
    } else {
        plain(source, "text", found);
    }
}

fn plain(source: &str, place: &str, found: &mut Found<'_>) {
    let left = secret_text::take(source, place, found);
    if found.reports() {
        environment::scan(&left, place, found);
    }
}

fn named(name: &str, value: &str, found: &mut Found<'_>) {
    let name = short(name, 200);
    if names_a_secret(name) {
        if is_literal(value) && !names_a_wallet_file(name, value) {
            found.secret(Rule::Password, name, value);
        }
        return;
    }
    if name.eq_ignore_ascii_case("csfkey") || value.starts_with("%%") {
        return;
    }
    plain(value, name, found);
    if !found.reports() {
        return;
    }
    let lower = name.to_ascii_lowercase();
    if lower.contains("timezone") {
        found.add(Rule::Zone, name, value);
    } else if ["host", "hostname", "servicename", "listenerhost"].contains(&lower.as_str()) {
        environment::host(value, name, found);
    } else if ["dir", "path", "folder"]
        .iter()
        .any(|part| lower.contains(part))
    {
        environment::path(value, name, found);
    }
}

fn xml(name: &str, source: &str, document: &Document<'_>, found: &mut Found<'_>) {
    let root = document.root_element();
    // Elsewhere texts are put together of several nodes, and a secret of parts that are none.
    found.quiet &= match root.tag_name().name() {
        "ApplicationInstance" | "dvm" | "schedule" => false,
        "adapter-config" => root
            .descendants()
            .all(|node| node.children().filter(Node::is_text).count() < 2),
        _ => true,
    };
    match root.tag_name().name() {
        "ApplicationInstance" => connection(root, found),
        "dvm" => {
            if let Ok(lookup) = lookup::read_dvm(name, source, &Scope::Global) {
                table(&lookup, found);
            }
        }
        "schedule" => {
            if let Some(zone) = child_text(root, "time-zone") {
                found.add(Rule::Zone, "time-zone", &zone);
            }
        }
        "adapter-config" => {
            for (name, value) in crate::adapter_file::settings(document) {
                // Names of types and schemas look like addresses.
                if !(name.ends_with("NS") || name.to_ascii_lowercase().contains("namespace")) {
                    named(&name, &value, found);
                }
            }
        }
        _ => generic(root, found),
    }
}

/// Texts and attributes; namespaces are neither.
fn generic(root: Node<'_, '_>, found: &mut Found<'_>) {
    for node in root.descendants() {
        if node.is_text() {
            let place = node.parent().map_or("", |parent| parent.tag_name().name());
            let place = short(place, 200);
            let value = node.text().unwrap_or_default();
            if names_a_secret(place) && is_literal(value) {
                found.secret(Rule::Password, place, value.trim());
            } else if !value.trim().is_empty() {
                plain(value, place, found);
            }
        } else if node.is_element() {
            for attribute in node.attributes() {
                let name = short(attribute.name(), 200);
                if names_a_secret(name) && is_literal(attribute.value()) {
                    found.secret(Rule::Password, name, attribute.value().trim());
                } else if !name.to_ascii_lowercase().contains("namespace") {
                    plain(attribute.value(), name, found);
                }
            }
            if let (Some(name), Some(value)) = (node.attribute("name"), node.attribute("value"))
                && names_a_secret(name)
                && is_literal(value)
            {
                found.secret(Rule::Password, short(name, 200), value.trim());
            }
        }
    }
}

fn connection(root: Node<'_, '_>, found: &mut Found<'_>) {
    for node in root.descendants() {
        match node.tag_name().name() {
            "connectionProperty" => {
                let name = child_text(node, "name").unwrap_or_default();
                for value in node
                    .descendants()
                    .filter(|inner| inner.tag_name().name() == "value")
                    .filter_map(crate::xml::text)
                {
                    named(&name, &value, found);
                }
            }
            "attachment" => attachment(node, found),
            "instanceAdministratorEmail" => {
                if let Some(address) = crate::xml::text(node) {
                    plain(&address, "instanceAdministratorEmail", found);
                }
            }
            _ => {}
        }
    }
}

fn attachment(node: Node<'_, '_>, found: &mut Found<'_>) {
    let property = child_text(node, "propertyName").unwrap_or_default();
    let place = format!("attachment {}", short(&property, 100));
    let Some(content) = child_text(node, "content") else {
        return;
    };
    let packed: String = content.split_whitespace().collect();
    let bytes = STANDARD.decode(packed.as_bytes()).unwrap_or_default();
    let inner = String::from_utf8_lossy(&bytes);
    let lower = property.to_ascii_lowercase();
    if lower.contains("wallet") || bytes.starts_with(b"PK\x03\x04") {
        found.secret(Rule::Wallet, &place, &content);
    } else if inner.contains("PRIVATE KEY") || lower.contains("privatekey") {
        found.secret(Rule::PrivateKey, &place, &content);
    } else if names_a_secret(&property) {
        found.secret(Rule::Password, &place, &content);
    }
}

/// A cell is secret by its column, or by a name in its row, as in tables of names and values.
fn table(lookup: &Lookup, found: &mut Found<'_>) {
    for (number, row) in lookup.rows.iter().enumerate() {
        let secret = secret_cells(&lookup.columns, row);
        for (index, cell) in row.iter().enumerate() {
            let column = lookup
                .columns
                .get(index)
                .map_or("", |column| short(column, 100));
            let place = format!("row {}, column {column}", number + 1);
            if secret.get(index) == Some(&true) {
                found.secret(Rule::Password, &place, cell.trim());
            } else if !names_a_secret(column) {
                plain(cell, &place, found);
                if found.reports() {
                    environment::path(cell, &place, found);
                }
            }
        }
    }
}

/// Which cells of a row are secrets of their own.
pub(super) fn secret_cells(columns: &[String], row: &[String]) -> Vec<bool> {
    let named_here = row.iter().any(|cell| names_a_secret(cell));
    row.iter()
        .enumerate()
        .map(|(index, cell)| {
            let column = columns.get(index).map_or("", |column| short(column, 100));
            (names_a_secret(column) || (named_here && !names_a_secret(cell))) && is_literal(cell)
        })
        .collect()
}

/// `Key : value` lines; prefixes of namespaces are left out.
fn expression(source: &str, found: &mut Found<'_>) {
    let value_of = |key: &str| {
        source
            .lines()
            .filter_map(|line| line.split_once(':'))
            .find(|(own, _)| own.trim() == key)
            .map(|(_, value)| value.trim())
            .unwrap_or_default()
    };
    let variable = value_of("VariableName");
    let place = if variable.is_empty() {
        "expression"
    } else {
        variable
    };
    for key in ["XpathExpression", "TextExpression"] {
        let value = value_of(key);
        let literal = value.len() >= 2 && value.starts_with(['"', '\'']);
        if names_a_secret(variable) && literal {
            found.secret(Rule::Password, place, value.trim_matches(['"', '\'']));
            continue;
        }
        plain(value, place, found);
        if literal && found.reports() {
            environment::path(value, place, found);
        }
    }
}
