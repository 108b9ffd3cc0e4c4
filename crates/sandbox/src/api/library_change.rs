//! Libraries changing.

use std::sync::Arc;

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::call::{
    Answer, Call, Refusal, Verb, bad, bare, conflict, locked, made, not_allowed, not_found, refuse,
};
use super::desk::{Desk, changed};
use super::integration_import::{is_code, is_version};
use crate::store::Library;
use crate::wire::encode_segment;

pub(crate) fn change(desk: &mut Desk<'_>, call: &Call<'_>, path: &[&str]) -> Answer {
    // Inside projects, only the import is documented.
    let outside = desk.project.is_none();
    match (call.verb, path) {
        (Verb::Post, ["archive"]) => import(desk, call),
        (Verb::Post, [id, "archive"]) if outside => replace(desk, call, id),
        (Verb::Post, [id, "metadata"]) if outside => describe(desk, call, id),
        (Verb::Delete, [id]) if outside => delete(desk, call, id),
        (_, [] | [_] | [_, "archive" | "metadata"]) if outside => Err(not_allowed()),
        (_, ["archive"]) => Err(not_allowed()),
        _ => Err(not_found("Resource")),
    }
}

/// The functions of a script, by name, and the file as it is kept. Scripts come packed (`.jar`) or
/// bare (`.js`).
fn functions(bytes: &[u8]) -> Result<Vec<String>, Refusal> {
    let invalid = || bad("The file is neither a JavaScript file nor a .jar of such files.");
    let sources = if bytes.starts_with(b"PK") {
        scripts(bytes).ok_or_else(invalid)?
    } else {
        vec![String::from_utf8(bytes.to_vec()).map_err(|_| invalid())?]
    };
    let mut found = Vec::new();
    for source in &sources {
        for rest in source.split("function ").skip(1) {
            let name: String = rest
                .trim_start()
                .chars()
                .take_while(|sign| sign.is_ascii_alphanumeric() || matches!(sign, '_' | '$'))
                .collect();
            if !name.is_empty() && !found.contains(&name) {
                found.push(name);
            }
        }
    }
    if found.is_empty() {
        return Err(invalid());
    }
    Ok(found)
}

/// Unpacked scripts larger than this are not looked into.
const SCRIPT: u64 = 1 << 22;

fn scripts(bytes: &[u8]) -> Option<Vec<String>> {
    use std::io::Read;
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(bytes)).ok()?;
    let mut found = Vec::new();
    for index in 0..zip.len() {
        let entry = zip.by_index(index).ok()?;
        if entry.name().ok()?.to_ascii_lowercase().ends_with(".js") {
            let mut text = String::new();
            entry.take(SCRIPT).read_to_string(&mut text).ok()?;
            found.push(text);
        }
    }
    Some(found)
}

/// `POST libraries/archive`: the fields `name`, `code`, `version`, `type` (`API`) and `file`, and
/// `description` where wanted.
fn import(desk: &mut Desk<'_>, call: &Call<'_>) -> Answer {
    desk.may_edit(call)?;
    let form = call.form()?;
    let field = |name: &str| {
        form.text(name)
            .ok_or_else(|| bad(&format!("{name} is required.")))
    };
    let (name, code, version) = (field("name")?, field("code")?, field("version")?);
    if field("type")? != "API" {
        return Err(bad("type has to be API."));
    }
    let bytes = call.file()?;
    if !is_code(&code) {
        return Err(bad("code is not a valid identifier."));
    }
    if !is_version(&version) {
        return Err(bad("version has to be like 01.00.0000."));
    }
    let one = Library {
        functions: functions(bytes)?,
        description: form.text("description").unwrap_or_default(),
        jar: Arc::new(bytes.to_vec()),
        audit: desk.fresh(),
        lock: None,
        name,
        code,
        version,
    };
    let id = one.id();
    let space = desk.space()?;
    if space.libraries.contains_key(&id) {
        return Err(conflict(&format!("Library {id} already exists.")));
    }
    space.libraries.insert(id.clone(), one);
    let path = format!("libraries/{}", encode_segment(&id));
    Ok(made(&desk.place().href(&path)))
}

fn find<'desk>(desk: &'desk mut Desk<'_>, id: &str) -> Result<&'desk mut Library, Refusal> {
    let one = desk
        .space()?
        .libraries
        .get_mut(id)
        .ok_or_else(|| not_found("Library"))?;
    if one.lock.is_some() {
        return Err(locked("Library"));
    }
    Ok(one)
}

/// `POST libraries/{id}/archive`: another file for the same version.
fn replace(desk: &mut Desk<'_>, call: &Call<'_>, id: &str) -> Answer {
    desk.may_edit(call)?;
    let bytes = call.file()?;
    let functions = functions(bytes)?;
    let (who, now) = (desk.who, desk.now);
    let one = find(desk, id)?;
    one.functions = functions;
    one.jar = Arc::new(bytes.to_vec());
    changed(&mut one.audit, who, now);
    Ok(bare(StatusCode::OK))
}

/// The file of `GET libraries/{id}/metadata`: XML as a stream of bytes (documented); which elements it
/// has is inferred.
pub(crate) fn metadata_file(one: &Library) -> Vec<u8> {
    let functions: Vec<String> = one
        .functions
        .iter()
        .map(|name| {
            let id = escaped(&format!("{}:{}:{name}", one.code, one.version));
            format!("  <function id=\"{id}\"/>\n")
        })
        .collect();
    let functions = functions.concat();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<library code=\"{}\" version=\"{}\">\n  <description>{}</description>\n{functions}</library>\n",
        one.code,
        one.version,
        escaped(&one.description),
    )
    .into_bytes()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

/// What an import of metadata answers (documented by the names of some members).
fn metadata(one: &Library) -> Value {
    let functions: Vec<Value> = one
        .functions
        .iter()
        .map(|name| json!({"id": format!("{}:{}:{name}", one.code, one.version), "name": name}))
        .collect();
    json!({
        "code": one.code,
        "description": one.description,
        "functions": functions,
        "name": one.name,
        "type": "API",
        "version": one.version,
    })
}

/// `POST libraries/{id}/metadata`: a part `file` with the XML of an export (documented). Its
/// description is taken.
fn describe(desk: &mut Desk<'_>, call: &Call<'_>, id: &str) -> Answer {
    desk.may_edit(call)?;
    let text = std::str::from_utf8(call.file()?)
        .ok()
        .filter(|text| text.trim_start().starts_with('<'))
        .ok_or_else(|| bad("The file is not the metadata of a library."))?;
    let description = text
        .split_once("<description>")
        .and_then(|(_, rest)| rest.split_once("</description>"))
        .map(|(description, _)| description);
    let (who, now) = (desk.who, desk.now);
    let one = find(desk, id)?;
    if let Some(description) = description {
        one.description = description
            .replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&amp;", "&");
    }
    changed(&mut one.audit, who, now);
    let shown = metadata(one);
    Ok(call.show(&shown))
}

/// `DELETE libraries/{id}`. That libraries of active integrations are refused with 423 is inferred.
fn delete(desk: &mut Desk<'_>, call: &Call<'_>, id: &str) -> Answer {
    desk.may_edit(call)?;
    let one = find(desk, id)?;
    let own = (one.code.clone(), one.version.clone());
    let space = desk.space()?;
    let used = space
        .integrations
        .values()
        .any(|other| other.is_active() && other.libraries.contains(&own));
    if used {
        return Err(refuse(
            StatusCode::LOCKED,
            "Library is used by active integrations and cannot be deleted.",
        ));
    }
    space.libraries.remove(id);
    Ok(bare(StatusCode::OK))
}
