//! Java property files, as the attributes of integrations, packages and libraries are written.

use std::collections::BTreeMap;

/// Reads `key=value` lines: comments left out, escapes resolved, lines that end in `\` joined.
pub(crate) fn parse(text: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let mut line = line.trim_start().to_owned();
        if line.is_empty() || line.starts_with(['#', '!']) {
            continue;
        }
        while ends_open(&line) {
            line.pop();
            let Some(next) = lines.next() else { break };
            line.push_str(next.trim_start());
        }
        let (key, value) = split(&line);
        found.insert(unescape(key.trim_end()), unescape(value.trim_start()));
    }
    found
}

fn ends_open(line: &str) -> bool {
    line.chars().rev().take_while(|sign| *sign == '\\').count() % 2 == 1
}

fn split(line: &str) -> (&str, &str) {
    let mut escaped = false;
    for (index, sign) in line.char_indices() {
        if escaped {
            escaped = false;
        } else if sign == '\\' {
            escaped = true;
        } else if sign == '=' || sign == ':' {
            return (&line[..index], &line[index + 1..]);
        }
    }
    (line, "")
}

fn unescape(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut signs = text.chars();
    while let Some(sign) = signs.next() {
        if sign != '\\' {
            plain.push(sign);
            continue;
        }
        match signs.next() {
            Some('n') => plain.push('\n'),
            Some('t') => plain.push('\t'),
            Some('r') => plain.push('\r'),
            Some('u') => {
                let code: String = signs.by_ref().take(4).collect();
                let sign = u32::from_str_radix(&code, 16).ok().and_then(char::from_u32);
                plain.push(sign.unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            Some(other) => plain.push(other),
            None => {}
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_and_comments_are_understood() {
        let found = parse(
            "#Fri Aug 07 18:39:59 UTC 2026\nmod=h45\\=\\=\nsmartTags=app\\:rest, \\\n  app\\:erp\nname=\\u00e4\nempty=\n",
        );
        assert_eq!(found["mod"], "h45==");
        assert_eq!(found["smartTags"], "app:rest, app:erp");
        assert_eq!(found["name"], "ä");
        assert_eq!(found["empty"], "");
        assert_eq!(found.len(), 4);
    }

    #[test]
    fn a_broken_escape_at_the_end_does_no_harm() {
        assert_eq!(parse("a=b\\")["a"], "b");
        assert_eq!(parse("a=\\u12")["a"], "\u{12}");
        assert_eq!(parse("a=\\uD800")["a"], "\u{fffd}");
    }
}
