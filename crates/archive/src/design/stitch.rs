//! Data stitches: `stitch.json`, a list of operations on variables.

use serde_json::Value;

use super::Expression;
use crate::ArchiveError;

/// Reads the operations as expressions whose role is the target; other operations than setting a
/// value carry their name before it.
pub(super) fn parse(path: &str, bytes: &[u8]) -> Result<Vec<Expression>, ArchiveError> {
    let value: Value =
        serde_json::from_slice(bytes).map_err(|error| ArchiveError::file(path, error))?;
    let operations = value
        .get("stitches")
        .and_then(Value::as_array)
        .ok_or_else(|| ArchiveError::file(path, "the data stitch has no operations"))?;
    Ok(operations
        .iter()
        .filter_map(|operation| expression(path, operation))
        .collect())
}

fn expression(path: &str, operation: &Value) -> Option<Expression> {
    let kind = operation
        .get("@type")
        .and_then(Value::as_str)
        .unwrap_or("unknown");
    if matches!(kind, "NamespaceResolver" | "Variable") {
        return None;
    }
    let target = operation.get("to").and_then(told).unwrap_or_default();
    let role = match (kind, target) {
        ("Assign", target) => target.to_owned(),
        (kind, "") => kind.to_owned(),
        (kind, target) => format!("{kind} {target}"),
    };
    let source = match operation.get("from") {
        Some(from) => told(from).map_or_else(|| from.to_string(), str::to_owned),
        None => String::new(),
    };
    Some(Expression {
        role,
        text: source.clone(),
        xpath: source,
        variable: None,
        namespaces: String::new(),
        path: path.to_owned(),
    })
}

fn told(side: &Value) -> Option<&str> {
    ["expression", "path", "value", "name"]
        .iter()
        .find_map(|key| side.get(key).and_then(Value::as_str))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_become_expressions() {
        let source = br#"{"stitches":[{"@type":"Variable","name":"a"},
            {"@type":"Assign","from":{"@type":"XPathExpression","expression":"\"S\""},"to":{"path":"$a"}},
            {"@type":"Append","from":{"path":"$b/x"},"to":{"path":"$c"}}]}"#;
        let found = parse("stitch.json", source).unwrap();
        let told: Vec<_> = found
            .iter()
            .map(|one| (one.role.as_str(), one.xpath.as_str()))
            .collect();
        assert_eq!(told, [("$a", "\"S\""), ("Append $c", "$b/x")]);
        assert!(parse("stitch.json", b"{}").is_err());
    }
}
