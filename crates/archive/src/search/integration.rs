//! The design of an integration: names, descriptions, endpoints, maps, expressions, texts.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};

use super::Search;
use crate::findings::Cover;
use crate::{Design, Integration, Step};

/// Looks at the integration in `folder`, and takes down which files were looked at with it.
pub(super) fn look(
    search: &mut Search<'_>,
    folder: &str,
    integration: &Integration,
    done: &mut HashSet<String>,
) {
    let path = format!("{folder}PROJECT-INF/project.xml");
    let own = format!("integration {}", integration.reference);
    search.text(&path, || own.clone(), &integration.reference.to_string());
    search.text(&path, || format!("{own}, name"), &integration.name);
    if let Some(description) = &integration.description {
        search.text(&path, || format!("{own}, description"), description);
    }
    if let Some(design) = &integration.design {
        endpoints(search, folder, &path, design, done);
        let mut maps = HashMap::new();
        for step in &design.steps {
            steps(search, &path, step, &mut maps, done);
        }
        for (file, map) in &design.maps {
            let step = maps.get(file.as_str()).copied().unwrap_or("without name");
            let cover = OnceCell::new();
            for field in &map.fields {
                let place = || format!("map in step {step}, field {}", field.target);
                let source = if search.needle.is_in(&field.source) {
                    let cover = cover.get_or_init(|| Cover::of(&map.text));
                    cover.mask(&field.source)
                } else {
                    Cow::Borrowed(field.source.as_str())
                };
                search.named(file, place, &field.target, &source);
                for condition in &field.within {
                    let place =
                        || format!("map in step {step}, condition of field {}", field.target);
                    search.text(file, place, condition);
                }
            }
            // Where the fields are not all of it, its lines are looked at with the other files.
            if map.notes.is_empty() {
                done.insert(file.clone());
            }
        }
        for variable in &design.tracking {
            let place = || format!("tracking variable {}", variable.name);
            let xpath = variable.xpath.as_deref().unwrap_or_default();
            search.named(&path, place, &variable.name, xpath);
        }
    }
    done.insert(path);
}

fn endpoints(
    search: &mut Search<'_>,
    folder: &str,
    path: &str,
    design: &Design,
    done: &mut HashSet<String>,
) {
    for endpoint in &design.endpoints {
        let own = format!("endpoint {}", endpoint.name);
        let told = [
            (None, Some(&endpoint.name)),
            (Some("description"), endpoint.description.as_ref()),
            (Some("connection"), Some(&endpoint.connection)),
            (Some("operation"), endpoint.operation.as_ref()),
        ];
        for (what, value) in told {
            if let Some(value) = value {
                let place = || what.map_or_else(|| own.clone(), |what| format!("{own}, {what}"));
                search.text(path, place, value);
            }
        }
        let file = endpoint.path.clone().unwrap_or_else(|| folder.to_owned());
        for (name, value) in &endpoint.settings {
            search.named(&file, || format!("{own}, {name}"), name, value);
        }
        done.extend(endpoint.path.clone());
    }
}

fn steps<'design>(
    search: &mut Search<'_>,
    path: &str,
    step: &'design Step,
    maps: &mut HashMap<&'design str, &'design str>,
    done: &mut HashSet<String>,
) {
    let name = step.name.as_deref().unwrap_or(&step.id);
    let place = |what: &str| format!("{what} step {name}");
    if let Some(own) = &step.name {
        search.text(path, || format!("step {name}"), own);
    }
    if let Some(description) = &step.description
        && step.endpoint.is_none()
    {
        search.text(path, || place("description of"), description);
    }
    if let Some(map) = &step.map {
        maps.insert(map, name);
    }
    for expression in &step.expressions {
        let variable = expression
            .variable
            .as_deref()
            .unwrap_or(expression.role.as_str());
        let place = || {
            if variable.is_empty() {
                place("expression of")
            } else {
                format!("expression of step {name}, {variable}")
            }
        };
        // The designer shows the text; what runs may name more.
        let before = search.matches.len();
        search.named(&expression.path, place, variable, &expression.text);
        if search.matches.len() == before {
            search.named(&expression.path, place, variable, &expression.xpath);
        }
        done.insert(expression.path.clone());
    }
    for (setting, value) in &step.settings {
        search.named(path, || format!("step {name}, {setting}"), setting, value);
    }
    for text in &step.texts {
        search.text(
            &text.path,
            || format!("{} of step {name}", text.role),
            &text.text,
        );
        done.insert(text.path.clone());
    }
    for inner in &step.children {
        steps(search, path, inner, maps, done);
    }
}
