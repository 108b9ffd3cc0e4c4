//! Expressions without the accident of their prefixes: the same namespace may be bound to any.

use std::collections::BTreeMap;

/// Prefixes and the namespaces they stand for.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Prefixes(BTreeMap<String, Option<String>>);

impl Prefixes {
    /// Of a list `prefix=namespace prefix=namespace`.
    pub fn of_list(list: &str) -> Self {
        let mut found = Self::default();
        for (prefix, namespace) in list
            .split([' ', ',', ';', '\n', '\t'])
            .filter_map(|pair| pair.split_once('='))
        {
            found.bind(prefix, namespace.trim_matches(['"', '\'']));
        }
        found
    }

    /// Takes a binding in; a prefix that is bound to two namespaces stands for neither.
    pub fn bind(&mut self, prefix: &str, namespace: &str) {
        self.0
            .entry(prefix.to_owned())
            .and_modify(|known| {
                if known.as_deref() != Some(namespace) {
                    *known = None;
                }
            })
            .or_insert_with(|| Some(namespace.to_owned()));
    }

    pub fn namespace(&self, prefix: &str) -> Option<&str> {
        self.0.get(prefix)?.as_deref()
    }
}

/// The expression with namespaces in place of prefixes and single blanks.
pub(super) fn canonical<'name>(
    expression: &str,
    namespace: impl Fn(&str) -> Option<&'name str>,
) -> String {
    rewritten(expression, |prefix, to| {
        if let Some(namespace) = namespace(prefix) {
            to.push_str("Q{");
            to.push_str(namespace);
            to.push('}');
        } else {
            to.push_str(prefix);
            to.push(':');
        }
    })
}

/// The expression without its prefixes, as people read it.
pub(super) fn short(expression: &str) -> String {
    rewritten(expression, |_, _| {})
}

/// Copies the expression; each prefix of a name outside quotes is handed over.
fn rewritten(expression: &str, prefix: impl Fn(&str, &mut String)) -> String {
    let mut to = String::with_capacity(expression.len());
    let mut rest = expression.trim();
    while let Some(sign) = rest.chars().next() {
        if matches!(sign, '"' | '\'') {
            let end = rest[1..].find(sign).map_or(rest.len(), |at| at + 2);
            to.push_str(&rest[..end]);
            rest = &rest[end..];
        } else if sign.is_whitespace() {
            rest = rest.trim_start();
            to.push(' ');
        } else if is_first(sign) {
            let name = &rest[..rest.find(|own| !is_name(own)).unwrap_or(rest.len())];
            let after = &rest[name.len()..];
            let local = after
                .strip_prefix(':')
                .and_then(|local| local.chars().next())
                .is_some_and(|next| is_first(next) || next == '*');
            if local {
                prefix(name, &mut to);
                rest = &after[1..];
                let local = rest.find(|own| !is_name(own)).unwrap_or(rest.len());
                to.push_str(&rest[..local]);
                rest = &rest[local..];
            } else {
                to.push_str(name);
                rest = after;
            }
        } else {
            to.push(sign);
            rest = &rest[sign.len_utf8()..];
        }
    }
    to
}

fn is_first(sign: char) -> bool {
    sign.is_alphabetic() || sign == '_'
}

fn is_name(sign: char) -> bool {
    sign.is_alphanumeric() || matches!(sign, '_' | '-' | '.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_namespace_under_another_prefix_is_the_same() {
        let one = Prefixes::of_list("a=urn:x fn=http://f");
        let other = Prefixes::of_list("b=urn:x f=http://f");
        let left = canonical("fn:concat( $v/a:n,  'a:n')", |own| one.namespace(own));
        let right = canonical("f:concat( $v/b:n, 'a:n')", |own| other.namespace(own));
        assert_eq!(left, right);
        assert_eq!(left, "Q{http://f}concat( $v/Q{urn:x}n, 'a:n')");
    }

    #[test]
    fn axes_unknown_prefixes_and_quotes_stay() {
        let known = Prefixes::default();
        let own = "child::a/x:b[ancestor::c='it:s']";
        assert_eq!(canonical(own, |prefix| known.namespace(prefix)), own);
        assert_eq!(
            short("dvm:lookupValue('a:b', /n:x/n:*)"),
            "lookupValue('a:b', /x/*)"
        );
    }

    #[test]
    fn a_prefix_with_two_meanings_has_none() {
        let mut known = Prefixes::of_list("a=urn:x");
        known.bind("a", "urn:y");
        assert_eq!(known.namespace("a"), None);
    }
}
