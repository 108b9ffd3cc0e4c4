//! Expressions: `expr.properties`, which despite its name is no Java property file but lines of
//! `Key : value`, some of them running over several lines.

/// An expression of a step.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expression {
    /// What it is for (`WRITE_FILENAME`, `CODE`, the target of a data stitch); empty where a step
    /// has only one.
    pub role: String,
    /// The expression as the designer shows it.
    pub text: String,
    /// The expression as it runs.
    pub xpath: String,
    /// The variable it sets.
    pub variable: Option<String>,
    /// The prefixes it uses, `prefix=namespace` separated by spaces.
    pub namespaces: String,
    /// The file it lies in.
    pub path: String,
}

const KEYS: [&str; 10] = [
    "TextExpression",
    "XpathExpression",
    "NamespaceList",
    "NumberOfWarnings",
    "NumberOfErrors",
    "ExpressionName",
    "VariableName",
    "VariableDescription",
    "VariableType",
    "VariableTypeNamespace",
];

/// Reads the lines; a line that begins with no known key belongs to the value before it.
pub(super) fn parse(role: String, path: &str, source: &str) -> Expression {
    let mut found: Vec<(&str, String)> = Vec::new();
    for line in source.lines() {
        let known = line
            .split_once(':')
            .map(|(key, value)| (key.trim_end(), value))
            .filter(|(key, _)| KEYS.contains(key));
        match (known, found.last_mut()) {
            (Some((key, value)), _) => found.push((key, value.trim().to_owned())),
            (None, Some((_, value))) if !line.trim().is_empty() => {
                value.push('\n');
                value.push_str(line.trim_end());
            }
            _ => {}
        }
    }
    let mut take = |wanted: &str| {
        found
            .iter_mut()
            .find(|(key, _)| *key == wanted)
            .map(|(_, value)| std::mem::take(value))
            .unwrap_or_default()
    };
    let variable = take("VariableName");
    Expression {
        role,
        text: take("TextExpression"),
        xpath: take("XpathExpression"),
        variable: (!variable.is_empty()).then_some(variable),
        namespaces: take("NamespaceList"),
        path: path.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_may_hold_colons_and_run_over_lines() {
        let one = parse(
            String::new(),
            "expr.properties",
            "TextExpression : concat('a: b',\n  'c')\nXpathExpression : fn:concat('a: b','c')\nNamespaceList : fn=http://x\nVariableName : total\n",
        );
        assert_eq!(one.text, "concat('a: b',\n  'c')");
        assert_eq!(one.xpath, "fn:concat('a: b','c')");
        assert_eq!(one.namespaces, "fn=http://x");
        assert_eq!(one.variable.as_deref(), Some("total"));
    }
}
