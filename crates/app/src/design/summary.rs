//! What a step is about in a few words. It is made of what the view shows, which is masked.

use waybill_archive::{Step, StepKind};

use crate::view::StepView;

/// Characters that fit under the name of a step.
const MOST: usize = 80;

pub(super) fn summary(step: &Step, view: &StepView) -> Option<String> {
    let words = match &step.kind {
        StepKind::Map => view.map.as_ref().map(|map| {
            let mut words = counted(map.fields.len(), "field");
            if !view.lookups.is_empty() {
                words.push_str(", ");
                words.push_str(&counted(view.lookups.len(), "lookup"));
            }
            words
        }),
        StepKind::Router => Some(counted(inside(view, "route"), "route")),
        StepKind::Parallel => Some(counted(inside(view, "parallel-branch"), "branch")),
        StepKind::Route => Some(
            view.condition
                .clone()
                .unwrap_or_else(|| "otherwise".to_owned()),
        ),
        StepKind::While => view.condition.clone(),
        StepKind::ForEach | StepKind::Log | StepKind::GlobalVariable => first(view),
        StepKind::Assign => first(view).map(|value| format!("= {value}")),
        StepKind::Assignments => some(view.steps.len(), "variable"),
        StepKind::ScheduleReceive => some(variables(view), "parameter"),
        StepKind::IntegrationProperties => some(variables(view), "property"),
        StepKind::Stitch => some(view.expressions.len(), "operation"),
        StepKind::Wait => first(view).map(|time| match time.parse::<u32>() {
            Ok(1) => "1 second".to_owned(),
            Ok(seconds) => format!("{seconds} seconds"),
            Err(_) => time,
        }),
        StepKind::StageFile => Some(file(view)),
        StepKind::Notification => text(view, "to").map(|to| format!("to {to}")),
        StepKind::Callout => setting(view, "operation").map(function),
        StepKind::Throw => role(view, "CODE").or_else(|| first(view)),
        StepKind::Scope | StepKind::GlobalScope | StepKind::Catch | StepKind::CatchAll => {
            some(all(&view.steps), "step")
        }
        StepKind::Note => view.description.clone(),
        _ => used(view),
    };
    words
        .map(|words| short(&words))
        .filter(|words| !words.is_empty())
}

/// A use of a connection: whom it calls, or the connection with its operation; with REST, the verb
/// and the resource, which say more.
fn used(view: &StepView) -> Option<String> {
    if let Some(called) = &view.calls {
        return Some(called.clone());
    }
    let connection = view.connection.as_deref()?;
    let rest = setting(view, "HttpVerb").map(|verb| match setting(view, "ResourceURI") {
        Some(resource) => format!("{verb} {resource}"),
        None => verb,
    });
    Some(match rest.or_else(|| view.operation.clone()) {
        Some(operation) => format!("{connection} {operation}"),
        None => connection.to_owned(),
    })
}

/// `Read "Worker.dat"`.
fn file(view: &StepView) -> String {
    let operation = setting(view, "operation")
        .or_else(|| setting(view, "Operation"))
        .unwrap_or_default();
    let named = view
        .expressions
        .iter()
        .find(|own| own.role.to_ascii_uppercase().ends_with("FILENAME"));
    match named {
        Some(named) => format!("{operation} {}", named.text),
        None => operation,
    }
}

/// `RANDOM generateRandom` of `RANDOM/01.00.0000/Random.js/generateRandom`.
fn function(path: String) -> String {
    match (path.split('/').next(), path.rsplit('/').next()) {
        (Some(library), Some(function)) if library != function => format!("{library} {function}"),
        _ => path,
    }
}

fn setting(view: &StepView, name: &str) -> Option<String> {
    let of = |own: &&crate::view::NamedValue| own.name == name;
    view.settings.iter().find(of).map(|own| own.value.clone())
}

/// The text of a role; names in braces are replaced by the expressions they stand for.
fn text(view: &StepView, wanted: &str) -> Option<String> {
    let text = view.texts.iter().find(|own| own.name == wanted)?;
    let mut words = text.value.clone();
    for own in &view.expressions {
        if !own.role.is_empty() {
            words = words.replace(&format!("{{{}}}", own.role), &own.text);
        }
    }
    Some(words)
}

fn role(view: &StepView, wanted: &str) -> Option<String> {
    let of = |own: &&crate::view::ExpressionView| own.role.eq_ignore_ascii_case(wanted);
    view.expressions.iter().find(of).map(|own| own.text.clone())
}

fn first(view: &StepView) -> Option<String> {
    view.expressions.first().map(|own| own.text.clone())
}

fn variables(view: &StepView) -> usize {
    let set = view.expressions.iter().filter(|own| own.variable.is_some());
    set.count()
}

fn inside(view: &StepView, kind: &str) -> usize {
    view.steps.iter().filter(|one| one.kind == kind).count()
}

fn all(steps: &[StepView]) -> usize {
    steps
        .iter()
        .map(|one| usize::from(one.number.is_some()) + all(&one.steps))
        .sum()
}

fn some(count: usize, one: &str) -> Option<String> {
    (count > 0).then(|| counted(count, one))
}

fn counted(count: usize, one: &str) -> String {
    match (count, one) {
        (1, one) => format!("1 {one}"),
        (many, "branch") => format!("{many} branches"),
        (many, "property") => format!("{many} properties"),
        (many, one) => format!("{many} {one}s"),
    }
}

/// On one line, and not too long.
fn short(words: &str) -> String {
    let line = words.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", line[..end].trim_end()),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stay_on_one_line_and_end_in_time() {
        assert_eq!(short("a\n  b"), "a b");
        assert_eq!(short(&"ä".repeat(100)).chars().count(), MOST + 1);
        assert_eq!(counted(1, "branch"), "1 branch");
        assert_eq!(counted(2, "branch"), "2 branches");
        let path = "RANDOM/01.00.0000/Random.js/generateRandom".to_owned();
        assert_eq!(function(path), "RANDOM generateRandom");
    }
}
