//! One integration in an integration archive: its model, its attributes, and what is bundled
//! around it.

use std::collections::BTreeMap;

use waybill_model::Scope;

use crate::container::Container;
use crate::limits::Budget;
use crate::oddity::tolerate;
use crate::roots::Root;
use crate::{
    ArchiveError, Contents, Integration, Oddity, OddityKind, Reference, generation, library, model,
    parts, properties, schedule,
};

/// Reads the integration at `root` and what is bundled around it.
pub(crate) fn read_archive(
    container: &mut Container<'_>,
    root: &Root,
    budget: &mut Budget,
) -> Result<Contents, ArchiveError> {
    let scope = Scope::Global;
    let mut integration = model::read(container, &root.folder, &scope, budget)?;
    let path = format!("{}ics_project_attributes.properties", root.folder);
    match container.find(&path, budget)? {
        Some(bytes) => {
            // Java writes what is not ASCII as escapes; other bytes are somebody's editing.
            let source = String::from_utf8_lossy(&bytes);
            apply_attributes(&mut integration, &path, &properties::parse(&source));
            note_seal(&mut integration, &path, &source);
        }
        None => integration.oddities.push(Oddity::at(
            OddityKind::Missing,
            path,
            "state, package and versions are unknown",
        )),
    }

    let base = &root.all;
    let mut contents = Contents::default();
    let mut oddities = Vec::new();
    contents.connections = parts::connections(
        container,
        &format!("{base}appinstances/"),
        &scope,
        &mut oddities,
        budget,
    )?;
    contents.lookups = parts::lookups(
        container,
        &format!("{base}dvms/"),
        &scope,
        &mut oddities,
        budget,
    )?;
    contents.libraries = library::read_all(
        container,
        &format!("{base}apilibrary/"),
        &scope,
        &mut oddities,
        budget,
    )?;
    for path in container.files(&format!("{base}schedule/"), "xml") {
        let own = integration.reference.clone();
        let one = container
            .text(&path, budget)
            .and_then(|source| schedule::read(&path, &source, &scope, own));
        contents.schedules.extend(tolerate(one, &mut oddities)?);
    }
    contents.events = parts::events(
        container,
        &format!("{base}eventtypes/"),
        &mut oddities,
        budget,
    )?;
    contents.documents = parts::documents(
        container,
        &format!("{base}b2bartifacts/"),
        &mut oddities,
        budget,
    )?;
    contents.recordings = container
        .under(&format!("{base}recordings/"))
        .map(str::to_owned)
        .collect();
    if !contents.recordings.is_empty() {
        oddities.push(Oddity::at(
            OddityKind::Recordings,
            format!("{base}recordings/"),
            format!(
                "{} files with real payloads of past runs",
                contents.recordings.len()
            ),
        ));
    }
    integration.scheduled = !contents.schedules.is_empty();
    integration.lookups = contents
        .lookups
        .iter()
        .map(|one| one.name.clone())
        .collect();
    integration.libraries = contents
        .libraries
        .iter()
        .map(|one| Reference::new(&one.code, one.version.as_deref().unwrap_or_default()))
        .collect();
    model::take_adapters(&mut integration, &contents.connections);
    model::note_lookups(&mut integration, &contents.lookups);
    contents.integrations.push(integration);
    contents.oddities = oddities;
    Ok(contents)
}

fn apply_attributes(
    integration: &mut Integration,
    path: &str,
    attributes: &BTreeMap<String, String>,
) {
    let get = |key: &str| {
        attributes
            .get(key)
            .filter(|value| !value.is_empty())
            .cloned()
    };
    integration.state = get("project_persisted_state");
    integration.transient_state = get("project_transient_state");
    integration.package = get("package_name");
    integration.tracking_name = get("tracking_instance_name");
    integration.keywords = list(&get("keywords").unwrap_or_default());
    integration.created_with = get("originalICSVersion");
    integration.changed_with = get("lastUpdatedICSVersion");
    integration.service_version = get("version").or_else(|| integration.changed_with.clone());
    integration.exported_at = get("validity").and_then(|moment| moment.parse().ok());
    let sealed = ["CAV", "validity", "mod"]
        .iter()
        .any(|key| attributes.contains_key(*key));
    integration.generation = generation::infer(
        sealed,
        integration.model_version.as_deref(),
        integration
            .changed_with
            .as_deref()
            .or(integration.created_with.as_deref()),
    );
    for (key, own) in [
        ("project_code", &integration.reference.code),
        ("project_version", &integration.reference.version),
    ] {
        if let Some(told) = get(key).filter(|told| told != own) {
            integration.oddities.push(Oddity::at(
                OddityKind::IdentityDiffers,
                path,
                format!("{key} is `{told}`, the model says `{own}`"),
            ));
        }
    }
}

/// Oracle Integration 3 seals every export (recorded); a seal in comments, or none at all in a
/// model of that generation, was taken out by somebody.
fn note_seal(integration: &mut Integration, path: &str, source: &str) {
    let commented = source.lines().any(|line| {
        line.trim_start()
            .strip_prefix(['#', '!'])
            .is_some_and(|rest| {
                let rest = rest.trim_start();
                ["mod=", "CAV=", "validity="]
                    .iter()
                    .any(|key| rest.starts_with(key))
            })
    });
    let words = if commented {
        "the seal of the export was commented out"
    } else if integration.generation == Some(waybill_model::Generation::Oic3)
        && !properties::parse(source).contains_key("mod")
    {
        "the seal of the export is missing"
    } else {
        return;
    };
    integration
        .oddities
        .push(Oddity::at(OddityKind::SealRemoved, path, words));
}

/// A comma list.
pub(crate) fn list(text: &str) -> Vec<String> {
    text.split(',')
        .map(str::trim)
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}
