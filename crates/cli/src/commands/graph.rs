//! `waybill graph`.

use waybill_app::view::{CommandError, GraphNode, GraphView, ImpactView, PlaceRef};
use waybill_app::{GraphFormat, graph_save, graph_text};
use waybill_model::ArtifactId;

use super::{Session, word};
use crate::arguments::{FormName, Graph};
use crate::exit::Ending;
use crate::output::{Put, bad_input, size, table};
use crate::place;

/// So many names stand in one line.
const NAMES: usize = 4;

pub async fn perform(session: &Session<'_>, asked: Graph) -> Result<Ending, CommandError> {
    let form = form(&asked)?;
    let focus = asked.focus.as_deref().map(id).transpose()?;
    let place = place::parse(session, &asked.place).await?;
    if let Some(changed) = &asked.impact {
        return impact(session, &place, &id(changed)?).await;
    }
    let view = match &focus {
        Some(id) => session.app.graph_around(&place, id, true).await?,
        None => session.app.graph(&place, true).await?,
    };
    match (&asked.output, form) {
        (Some(path), Some(form)) => {
            let saved = graph_save(&view, form, path)?;
            session.output.result("saved", &saved, || {
                format!("{}  {}", saved.path, size(saved.bytes))
            });
        }
        (_, Some(form)) if !session.output.is_json() => {
            let text = graph_text(&view, form)?;
            session
                .output
                .result("graph", &view, || text.trim_end().to_owned());
        }
        _ => session
            .output
            .result("graph", &view, || describe(&view, &asked)),
    }
    Ok(Ending::Done)
}

/// The form that was asked for by name, or by the ending of the file.
fn form(asked: &Graph) -> Result<Option<GraphFormat>, CommandError> {
    if let Some(name) = asked.format {
        return Ok(Some(match name {
            FormName::Dot => GraphFormat::Dot,
            FormName::Json => GraphFormat::Json,
            FormName::Svg => GraphFormat::Svg,
        }));
    }
    let Some(path) = &asked.output else {
        return Ok(None);
    };
    match path.extension().and_then(|ending| ending.to_str()) {
        Some("dot" | "gv") => Ok(Some(GraphFormat::Dot)),
        Some("json") => Ok(Some(GraphFormat::Json)),
        Some("svg") => Ok(Some(GraphFormat::Svg)),
        _ => Err(bad_input(&format!(
            "The ending of `{}` does not say in which form to write. Add --format dot, json or svg.",
            path.display()
        ))),
    }
}

fn id(text: &str) -> Result<ArtifactId, CommandError> {
    text.parse()
        .map_err(|error: waybill_model::ParseIdError| bad_input(&error.to_string()))
}

async fn impact(
    session: &Session<'_>,
    place: &PlaceRef,
    id: &ArtifactId,
) -> Result<Ending, CommandError> {
    if matches!(place, PlaceRef::Instance { .. }) {
        // Read anew, so that what is told is as it is now.
        session.app.catalogue(place, true).await?;
    }
    let view = session.app.impact(place, id).await?;
    session.output.result("impact", &view, || reached(&view));
    Ok(Ending::Done)
}

fn reached(view: &ImpactView) -> String {
    if view.rows.is_empty() {
        return format!("A change of `{}` reaches nothing else here.", view.id);
    }
    let rows: Vec<Vec<String>> = view
        .rows
        .iter()
        .map(|row| {
            vec![
                row.distance.to_string(),
                row.id.to_string(),
                row.state.map(|state| word(&state)).unwrap_or_default(),
                row.role.clone(),
                row.via.to_string(),
            ]
        })
        .collect();
    let mut text = format!(
        "A change of `{}` reaches {}; {} active or started.\n",
        view.id,
        counted(view.rows.len(), "artifact", "artifacts"),
        view.active
    );
    text.push_str(&table(
        &["STEPS", "ARTIFACT", "STATE", "ROLE", "THROUGH"],
        &rows,
    ));
    text
}

fn describe(view: &GraphView, asked: &Graph) -> String {
    let all = !(asked.unused || asked.missing || asked.cycles);
    let mut text = String::new();
    if all {
        let present = view.nodes.iter().filter(|node| node.present).count();
        let across = view.edges.iter().filter(|edge| edge.across).count();
        text.put(format_args!(
            "{}: {}, {}, {across} of them out of a project.\n",
            view.head.title,
            counted(present, "artifact", "artifacts"),
            counted(view.edges.len(), "dependency", "dependencies"),
        ));
    }
    if all || asked.missing {
        let missing: Vec<&GraphNode> = view.nodes.iter().filter(|node| !node.present).collect();
        text.put(format_args!("\nNeeded and missing: {}\n", missing.len()));
        for node in missing {
            text.put(format_args!(
                "  {}  needed by {}\n",
                node.id,
                needed_by(view, node)
            ));
        }
    }
    if all || asked.unused {
        let unused: Vec<&GraphNode> = view.nodes.iter().filter(|node| node.unused).collect();
        text.put(format_args!("\nUsed by nothing: {}\n", unused.len()));
        for node in unused {
            text.put(format_args!("  {}  {}\n", node.id, node.name));
        }
    }
    if all || asked.cycles {
        text.put(format_args!("\nIn a circle: {}\n", view.cycles.len()));
        for cycle in &view.cycles {
            let names: Vec<String> = cycle
                .iter()
                .filter_map(|at| view.nodes.get(*at as usize))
                .map(|node| node.id.to_string())
                .collect();
            text.put(format_args!("  {}\n", names.join(", ")));
        }
    }
    for note in &view.notes {
        text.put(format_args!("\nNote: {note}"));
    }
    text.trim().to_owned()
}

fn needed_by(view: &GraphView, node: &GraphNode) -> String {
    let mut ids: Vec<String> = view
        .edges
        .iter()
        .filter(|edge| {
            view.nodes
                .get(edge.to as usize)
                .is_some_and(|to| to.id == node.id)
        })
        .filter_map(|edge| view.nodes.get(edge.from as usize))
        .map(|from| from.id.to_string())
        .collect();
    ids.dedup();
    let more = ids.len().saturating_sub(NAMES);
    ids.truncate(NAMES);
    let mut text = ids.join(", ");
    if more > 0 {
        text.put(format_args!(" and {more} more"));
    }
    text
}

fn counted(number: usize, one: &str, several: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { several })
}
