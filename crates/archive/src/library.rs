//! Libraries: `<CODE><VERSION>/` under `apilibrary/`, `<CODE>_<VERSION>/` under `libraries/` in a
//! project, or a bare `.jar` or `.js`.

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
pub(crate) fn bare_jar(container: &Container<'_>, bytes: &[u8]) -> Library {
    let script = container
        .names()
        .find(|name| has_ending(name, "js"))
        .unwrap_or("library.js");
    let name = script.strip_suffix(".js").unwrap_or(script).to_owned();
    bare(name.clone(), format!("{name}.jar"), bytes)
}

/// A bare script, which tells nothing about itself but its functions.
pub(crate) fn bare_script(source: &str, bytes: &[u8]) -> Option<Library> {
    let functions: Vec<String> = source
        .split("function")
        .skip(1)
        .filter_map(|rest| {
            let rest = rest.trim_start();
            let name: String = rest
                .chars()
                .take_while(|sign| sign.is_alphanumeric() || matches!(sign, '_' | '$'))
                .collect();
            let called = rest.get(name.len()..)?.trim_start().starts_with('(');
            (called && !name.is_empty()).then_some(name)
        })
        .collect();
    let first = functions.first()?.clone();
    let mut library = bare(first.clone(), format!("{first}.js"), bytes);
    library.functions = functions;
    Some(library)
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
