//! Names that every file system takes.
//!
//! Windows knows reserved device names (with any extension), forbids `<>:"/\|?*` and control
//! characters, drops dots and spaces at the end, and does not tell capital letters from small ones
//! (Microsoft, "Naming Files, Paths, and Namespaces"; documented).

use std::collections::HashSet;
use std::path::PathBuf;

const RESERVED: [&str; 6] = ["con", "prn", "aux", "nul", "conin$", "conout$"];
const LONGEST: usize = 200;

/// The path under which a file of a snapshot is restored: each part made safe, and told apart from
/// those in `taken` (paths in small letters) by a number.
pub(crate) fn safe_path(path: &str, taken: &mut HashSet<String>) -> PathBuf {
    let mut parts: Vec<String> = path
        .split('/')
        .filter(|part| !part.is_empty())
        .map(safe_part)
        .collect();
    let Some(last) = parts.pop() else {
        return PathBuf::from("_");
    };
    let folder = parts.join("/");
    let mut name = last.clone();
    let mut number = 2;
    while !taken.insert(format!("{folder}/{name}").to_lowercase()) {
        let (stem, extension) = last.rsplit_once('.').unwrap_or((&last, ""));
        name = if extension.is_empty() {
            format!("{stem} ({number})")
        } else {
            format!("{stem} ({number}).{extension}")
        };
        number += 1;
    }
    parts.push(name);
    parts.iter().collect()
}

fn safe_part(part: &str) -> String {
    let mut safe: String = part
        .chars()
        .map(|c| {
            if c.is_control() || matches!(c, '<' | '>' | ':' | '"' | '/' | '\\' | '|' | '?' | '*') {
                '_'
            } else {
                c
            }
        })
        .collect();
    shorten(&mut safe);
    let kept = safe.trim_end_matches(['.', ' ']).len();
    if kept < safe.len() {
        safe.truncate(kept);
        safe.push('_');
    }
    let stem = safe
        .split('.')
        .next()
        .unwrap_or_default()
        .trim_end()
        .to_lowercase();
    let numbered = stem
        .strip_prefix("com")
        .or_else(|| stem.strip_prefix("lpt"))
        .is_some_and(|rest| {
            let mut digits = rest.chars();
            matches!(digits.next(), Some('0'..='9' | '¹' | '²' | '³')) && digits.next().is_none()
        });
    if numbered || RESERVED.contains(&stem.as_str()) {
        safe.insert(0, '_');
    }
    safe
}

/// Takes characters from the end of the name, before its extension, until it fits.
fn shorten(name: &mut String) {
    let extension = name
        .rfind('.')
        .filter(|dot| name.len() - dot <= 10)
        .map_or_else(String::new, |dot| name.split_off(dot));
    while name.len() + extension.len() > LONGEST {
        name.pop();
    }
    name.push_str(&extension);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn safe(path: &str) -> String {
        safe_path(path, &mut HashSet::new()).display().to_string()
    }

    #[test]
    fn names_are_made_safe_for_windows() {
        assert_eq!(safe("integrations/A_1.0.iar"), "integrations/A_1.0.iar");
        assert_eq!(safe("CON.iar"), "_CON.iar");
        assert_eq!(safe("com1"), "_com1");
        assert_eq!(safe("com10"), "com10");
        assert_eq!(safe("a/<b>:\"c\"|?*\\d"), "a/_b___c_____d");
        assert_eq!(safe("dots. . "), "dots_");
        assert_eq!(safe(".."), "_");
        assert_eq!(safe("../../etc/passwd"), "_/_/etc/passwd");
        assert_eq!(safe("a\u{7}b"), "a_b");
        let long = safe(&format!("{}.iar", "ä".repeat(150)));
        assert!(long.len() <= LONGEST && long.ends_with("ä.iar"), "{long}");
    }

    #[test]
    fn names_that_differ_in_capitals_are_told_apart() {
        let mut taken = HashSet::new();
        let names: Vec<_> = ["x/A.iar", "x/a.iar", "x/a.IAR", "y/a.iar"]
            .iter()
            .map(|path| safe_path(path, &mut taken).display().to_string())
            .collect();
        assert_eq!(names, ["x/A.iar", "x/a (2).iar", "x/a (3).IAR", "y/a.iar"]);
    }
}
