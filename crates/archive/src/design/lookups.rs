//! Lookups that a design names: `dvm:lookupValue("NAME", …)` in maps, expressions and data
//! stitches (`oic/archive-format.md` §1.4). A name that is put together at run time is not seen.

use std::collections::BTreeSet;

use super::{Design, Step};

/// The names, each once, sorted.
pub(crate) fn named(design: &Design) -> Vec<String> {
    let mut names = BTreeSet::new();
    for map in design.maps.values() {
        collect(&map.text, &mut names);
    }
    steps(&design.steps, &mut names);
    names.into_iter().collect()
}

fn steps(list: &[Step], names: &mut BTreeSet<String>) {
    for step in list {
        for expression in &step.expressions {
            collect(&expression.text, names);
            collect(&expression.xpath, names);
        }
        steps(&step.children, names);
    }
}

/// Takes the names out of a text, in whatever quotes they stand.
fn collect(text: &str, names: &mut BTreeSet<String>) {
    for (at, function) in text.match_indices("lookupValue") {
        let rest = &text[at + function.len()..];
        let rest = rest.trim_start_matches(|sign: char| sign.is_ascii_alphanumeric());
        let Some(rest) = rest.trim_start().strip_prefix('(') else {
            continue;
        };
        let rest = rest.trim_start();
        let literal = ["&quot;", "&apos;", "&#34;", "\\\"", "\"", "'"]
            .iter()
            .find_map(|quote| Some(rest.strip_prefix(quote)?.split_once(quote)?.0));
        if let Some(name) = literal.map(bare).filter(|name| !name.is_empty()) {
            names.insert(name.to_owned());
        }
    }
}

/// The name without what older services wrote around it: `oramds:/apps/ICS/DVM/NAME.dvm`,
/// `tenant/resources/dvms/NAME`.
fn bare(literal: &str) -> &str {
    let literal = literal.trim();
    let path = literal.starts_with("oramds:") || literal.contains("resources/dvms/");
    let own = if path {
        literal.rsplit('/').next().unwrap_or(literal)
    } else {
        literal
    };
    own.strip_suffix(".dvm").unwrap_or(own)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_three_forms_give_the_same_name_in_all_quotes() {
        for text in [
            "dvm:lookupValue(\"Tax codes\", 'a', x, 'b', '')",
            "lookupValue ( 'tenant/resources/dvms/Tax codes', 'a')",
            "select=\"dvm:lookupValue(&quot;oramds:/apps/ICS/DVM/Tax codes.dvm&quot;,&quot;a&quot;)\"",
            "{\"from\":\"dvm:lookupValue(\\\"oramds:\\/apps\\/ICS\\/DVM\\/Tax codes.dvm\\\"\"}",
            "dvm:lookupValue1M('Tax codes', 'a')",
        ] {
            let mut names = BTreeSet::new();
            collect(text, &mut names);
            assert_eq!(
                names.into_iter().collect::<Vec<_>>(),
                ["Tax codes"],
                "{text}"
            );
        }
        let mut names = BTreeSet::new();
        collect("dvm:lookupValue($name, 'a') and lookupValue(", &mut names);
        assert!(names.is_empty());
    }
}
