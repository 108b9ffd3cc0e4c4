//! Libraries, function by function.

use std::io::{Cursor, Read};

use waybill_model::Area;

use super::value::Value;
use crate::Library;

/// Bytes of scripts in one library that are looked at.
const MOST: u64 = 32 << 20;

/// The functions of a library, what lies outside of them, and its files as texts.
pub(super) fn of(library: &Library) -> (Vec<Value>, Vec<(String, String)>) {
    let mut files = Vec::new();
    for file in &library.files {
        let ending = file
            .name
            .rsplit('.')
            .next()
            .unwrap_or_default()
            .to_ascii_lowercase();
        if ending == "js" {
            files.push((own_name(&file.name), script(&file.bytes)));
        } else if file.bytes.starts_with(b"PK\x03\x04") {
            files.extend(unpacked(&file.bytes));
        } else {
            files.push((own_name(&file.name), script(&file.bytes)));
        }
    }
    files.sort();
    let mut values = Vec::new();
    for (name, text) in &files {
        let (functions, rest) = functions(text);
        for (function, body) in functions {
            values.push(Value::new(Area::Functions, function, body));
        }
        if !rest.trim().is_empty() {
            values.push(Value::new(
                Area::Functions,
                format!("the rest of {name}"),
                rest,
            ));
        }
    }
    (values, files)
}

fn own_name(path: &str) -> String {
    path.rsplit('/').next().unwrap_or(path).to_owned()
}

/// Lines without the blanks at their ends.
fn script(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let lines: Vec<&str> = text
        .trim_start_matches('\u{feff}')
        .lines()
        .map(str::trim_end)
        .collect();
    lines.join("\n").trim_end().to_owned()
}

fn unpacked(bytes: &[u8]) -> Vec<(String, String)> {
    let Ok(mut archive) = zip::ZipArchive::new(Cursor::new(bytes)) else {
        return Vec::new();
    };
    let mut left = MOST;
    let mut found = Vec::new();
    for index in 0..archive.len().min(1_000) {
        let Ok(file) = archive.by_index(index) else {
            continue;
        };
        let Ok(name) = file.name().map(|name| own_name(&name)) else {
            continue;
        };
        if !name.to_ascii_lowercase().ends_with(".js") {
            continue;
        }
        let mut inner = Vec::new();
        if file.take(left).read_to_end(&mut inner).is_ok() {
            left = left.saturating_sub(inner.len() as u64);
            found.push((name, script(&inner)));
        }
    }
    found
}

/// The functions at the top of a script, and the lines between them.
pub(super) fn functions(text: &str) -> (Vec<(String, String)>, String) {
    let mut found = Vec::new();
    let mut rest = String::new();
    let mut scan = Scan { text, at: 0 };
    let mut from = 0;
    let mut depth = 0_usize;
    let (mut fresh, mut waiting) = (true, false);
    while let Some(sign) = scan.peek() {
        if scan.skip_quiet() {
            fresh = false;
            continue;
        }
        if depth == 0
            && fresh
            && text[scan.at..].starts_with("function")
            && let Some((name, end)) = scan.function()
        {
            rest.push_str(text[from..scan.at].trim_end());
            found.push((name, text[scan.at..end].to_owned()));
            scan.at = end;
            from = end;
            fresh = true;
            continue;
        }
        match sign {
            '{' | '(' | '[' => depth += 1,
            '}' | ')' | ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        // A function is a statement of its own unless an expression waits for it.
        if sign == '\n' {
            fresh = fresh || !waiting;
        } else if !sign.is_whitespace() {
            waiting = matches!(sign, '=' | ',' | ':' | '.' | '?' | '&' | '|' | '!' | '+');
            fresh = matches!(sign, ';' | '}' | ')');
        }
        scan.at += sign.len_utf8();
    }
    rest.push_str(&text[from..]);
    let lines: Vec<&str> = rest
        .lines()
        .map(str::trim_end)
        .filter(|line| !line.is_empty())
        .collect();
    (found, lines.join("\n"))
}

struct Scan<'text> {
    text: &'text str,
    at: usize,
}

impl Scan<'_> {
    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    /// Passes over a comment or a quoted text, if one starts here.
    fn skip_quiet(&mut self) -> bool {
        let rest = &self.text[self.at..];
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if let Some(inner) = rest.strip_prefix("/*") {
            inner.find("*/").map_or(rest.len(), |at| at + 4)
        } else if let Some(quote @ ('"' | '\'' | '`')) = rest.chars().next() {
            quoted(rest, quote)
        } else {
            return false;
        };
        self.at += length;
        true
    }

    /// The name of the function that starts here, and where it ends.
    fn function(&self) -> Option<(String, usize)> {
        let head = &self.text[self.at + "function".len()..];
        let name = head.trim_start().trim_start_matches('*').trim_start();
        if name.len() == head.len() {
            return None;
        }
        let end = name
            .find(|sign: char| !(sign.is_alphanumeric() || matches!(sign, '_' | '$')))
            .unwrap_or(name.len());
        if end == 0 || !name[end..].trim_start().starts_with('(') {
            return None;
        }
        let mut scan = Scan {
            text: self.text,
            at: self.text.len() - name.len() + end,
        };
        let mut depth = 0_usize;
        let mut body = false;
        while let Some(sign) = scan.peek() {
            if scan.skip_quiet() {
                continue;
            }
            scan.at += sign.len_utf8();
            match sign {
                '{' => {
                    depth += 1;
                    body = true;
                }
                '(' | '[' => depth += 1,
                '}' | ')' | ']' => {
                    depth = depth.saturating_sub(1);
                    if body && depth == 0 {
                        return Some((name[..end].to_owned(), scan.at));
                    }
                }
                _ => {}
            }
        }
        Some((name[..end].to_owned(), self.text.len()))
    }
}

/// The length of a quoted text; a plain quote ends with its line.
fn quoted(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, sign) in rest.char_indices().skip(1) {
        if escaped {
            escaped = false;
        } else if sign == '\\' {
            escaped = true;
        } else if sign == quote || (sign == '\n' && quote != '`') {
            return at + sign.len_utf8();
        }
    }
    rest.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_are_told_apart_from_the_rest() {
        let text = "var a = 1; // function no() {}\nfunction one(x) {\n  if (x) { return '}'; }\n  return function () { return 2; };\n}\n/* function two() */\nfunction three() { return \"{\"; }\nvar f = function four() { return 1; };\n";
        let (found, rest) = functions(text);
        let names: Vec<_> = found.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["one", "three"]);
        assert!(found[0].1.ends_with("return 2; };\n}"));
        assert_eq!(
            rest,
            "var a = 1; // function no() {}\n/* function two() */\nvar f = function four() { return 1; };"
        );
    }

    #[test]
    fn what_never_ends_runs_to_the_end() {
        let (found, rest) = functions("function a() { 'x\n");
        assert_eq!(found.len(), 1);
        assert_eq!(rest, "");
    }
}
