//! Libraries: `<CODE><VERSION>/` under `apilibrary/`, `<CODE>_<VERSION>/` under `libraries/` in a
//! project, or a bare `.jar` or `.js`.

use std::collections::HashSet;

use waybill_model::Scope;

use crate::container::{Container, has_ending, text};
use crate::limits::Budget;
use crate::oddity::tolerate;
use crate::xml::{child, child_text, parse};
use crate::{ArchiveError, Library, LibraryFile, Oddity};

/// Reads all libraries in the sub-folders of `folder` (which ends in `/`).
pub(crate) fn read_all(
    container: &mut Container<'_>,
    folder: &str,
    scope: &Scope,
    oddities: &mut Vec<Oddity>,
    budget: &mut Budget,
) -> Result<Vec<Library>, ArchiveError> {
    let mut folders: Vec<String> = container
        .under(folder)
        .filter_map(|name| {
            let (library, _) = name.strip_prefix(folder)?.split_once('/')?;
            Some(format!("{folder}{library}/"))
        })
        .collect();
    folders.dedup();
    let mut libraries = Vec::with_capacity(folders.len());
    for folder in folders {
        let library = read_one(container, &folder, scope, budget);
        libraries.extend(tolerate(library, oddities)?);
    }
    Ok(libraries)
}

fn read_one(
    container: &mut Container<'_>,
    folder: &str,
    scope: &Scope,
    budget: &mut Budget,
) -> Result<Library, ArchiveError> {
    let mut described = None;
    let mut files = Vec::new();
    let paths: Vec<String> = container.under(folder).map(str::to_owned).collect();
    for path in paths {
        let bytes = container.read(&path, budget)?;
        if has_ending(&path, "xml") {
            described = Some(describe(&path, &text(&path, bytes)?)?);
        } else if !has_ending(&path, "properties") {
            budget.keep(&bytes)?;
            let name = path.strip_prefix(folder).unwrap_or(&path).to_owned();
            files.push(LibraryFile { name, bytes });
        }
    }
    let Some(mut library) = described else {
        return Err(ArchiveError::Missing {
            path: format!("{folder}*.xml"),
        });
    };
    library.scope = scope.clone();
    library.files = files;
    Ok(library)
}

fn describe(path: &str, source: &str) -> Result<Library, ArchiveError> {
    let document = parse(path, source)?;
    let root = document.root_element();
    if !root.has_tag_name("api-library") {
        return Err(ArchiveError::file(path, "it does not describe a library"));
    }
    let code = child_text(root, "code")
        .ok_or_else(|| ArchiveError::file(path, "the library has no code"))?;
    Ok(Library {
        scope: Scope::Global,
        name: child_text(root, "name").unwrap_or_else(|| code.clone()),
        code,
        version: child_text(root, "version"),
        description: child_text(root, "description"),
        functions: child(root, "sources")
            .map(|sources| {
                sources
                    .descendants()
                    .filter(|node| node.has_tag_name("api"))
                    .filter_map(|api| child_text(api, "name"))
                    .collect()
            })
            .unwrap_or_default(),
        files: Vec::new(),
    })
}

/// Whether the files of a ZIP are those of a bare library: scripts at the root and nothing else.
pub(crate) fn is_bare(container: &Container<'_>) -> bool {
    let mut scripts = 0;
    container.names().all(|name| {
        let script = !name.contains('/') && has_ending(name, "js");
        scripts += usize::from(script);
        script || name.starts_with("META-INF/")
    }) && scripts > 0
}

/// A bare `.jar`: it knows no code and no version, its first script gives the name.
pub(crate) fn bare_jar(
    container: &mut Container<'_>,
    bytes: &[u8],
    budget: &mut Budget,
) -> Result<Library, ArchiveError> {
    let scripts: Vec<String> = container
        .names()
        .filter(|name| has_ending(name, "js"))
        .map(str::to_owned)
        .collect();
    let first = scripts.first().map_or("library.js", String::as_str);
    let name = first
        .rsplit_once('.')
        .map_or(first, |(stem, _)| stem)
        .to_owned();
    let mut library = bare(name.clone(), format!("{name}.jar"), bytes);
    for path in &scripts {
        let source = container.read(path, budget)?;
        library
            .functions
            .extend(functions(&String::from_utf8_lossy(&source)));
    }
    Ok(library)
}

/// A bare script, which tells nothing about itself but its functions.
pub(crate) fn bare_script(source: &str, bytes: &[u8]) -> Option<Library> {
    let functions = functions(source);
    let first = functions.first()?.clone();
    let mut library = bare(first.clone(), format!("{first}.js"), bytes);
    library.functions = functions;
    Some(library)
}

/// The functions that a script declares, in order, without those in comments.
fn functions(source: &str) -> Vec<String> {
    let source = without_comments(source);
    let mut found = Vec::new();
    let mut known = HashSet::new();
    for (at, word) in source.match_indices("function") {
        let inner = |sign: char| sign.is_alphanumeric() || matches!(sign, '_' | '$');
        if source[..at].ends_with(inner) {
            continue;
        }
        let rest = source[at + word.len()..].trim_start();
        let rest = rest.strip_prefix('*').unwrap_or(rest).trim_start();
        let name = &rest[..rest.find(|sign| !inner(sign)).unwrap_or(rest.len())];
        let called = rest[name.len()..].trim_start().starts_with('(');
        if called && !name.is_empty() && known.insert(name.to_owned()) {
            found.push(name.to_owned());
        }
    }
    found
}

/// The script with blanks for its comments; texts in quotes stay whole.
fn without_comments(source: &str) -> String {
    let mut left = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(at) = rest.find(['/', '"', '\'', '`']) {
        left.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.get(2..)
                .and_then(|inner| inner.find("*/"))
                .map_or(rest.len(), |end| end + 4)
        } else {
            let quote = rest.chars().next().unwrap_or_default();
            let end = if quote == '/' { 1 } else { quoted(rest, quote) };
            left.push_str(&rest[..end]);
            rest = &rest[end..];
            continue;
        };
        left.push(' ');
        rest = &rest[end..];
    }
    left.push_str(rest);
    left
}

/// Where a text in quotes ends; one that is not closed ends with its line.
fn quoted(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, sign) in text.char_indices().skip(1) {
        if escaped {
            escaped = false;
        } else if sign == '\\' {
            escaped = true;
        } else if sign == quote {
            return at + 1;
        } else if sign == '\n' && quote != '`' {
            return at;
        }
    }
    text.len()
}

fn bare(name: String, file: String, bytes: &[u8]) -> Library {
    Library {
        scope: Scope::Global,
        code: name.to_uppercase(),
        version: None,
        name,
        description: None,
        functions: Vec::new(),
        files: vec![LibraryFile {
            name: file,
            bytes: bytes.to_vec(),
        }],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_are_told_as_declared() {
        let source = "/* function no() {} */ // function nor(x)\nfunction one (a) { return \"// it\"; }\nvar f = function(b) {};\nfunction* three(c) {}\nmyfunction four();\nfunction one() {}";
        assert_eq!(functions(source), ["one", "three"]);
        assert!(functions("function").is_empty());
        assert!(functions("/* 'x").is_empty());
    }
}
