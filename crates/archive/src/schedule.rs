//! Schedule files: `schedule/<Name>.xml`, in a project `schedules/Schedule_<CODE>_<VERSION>.xml`.

use roxmltree::Node;
use waybill_model::Scope;

use crate::xml::{child, child_text, parse, text};
use crate::{ArchiveError, Reference, Schedule};

/// Reads a schedule file.
pub(crate) fn read(
    path: &str,
    source: &str,
    scope: &Scope,
    integration: Reference,
) -> Result<Schedule, ArchiveError> {
    let document = parse(path, source)?;
    let root = document.root_element();
    if root.tag_name().name() != "schedule" {
        return Err(ArchiveError::file(path, "it does not describe a schedule"));
    }
    let file = path.rsplit('/').next().unwrap_or(path);
    let file = file
        .rsplit_once('.')
        .map_or(file, |(stem, _)| stem)
        .to_owned();
    let recurrence = child(root, "recurrence");
    let told = |name: &str| recurrence.and_then(|node| child_text(node, name));
    Ok(Schedule {
        scope: scope.clone(),
        integration,
        name: child_text(root, "display-name")
            .or_else(|| root.attribute("name").map(str::to_owned))
            .unwrap_or_else(|| file.clone()),
        file,
        expression: root
            .descendants()
            .find(|node| node.tag_name().name() == "ical-expression")
            .and_then(text),
        time_zone: child_text(root, "time-zone"),
        frequency: told("frequency"),
        interval: told("interval"),
        start: told("start"),
        end: told("end"),
        details: details(root),
    })
}

/// The texts of all elements but those that have a place of their own.
fn details(root: Node<'_, '_>) -> Vec<(String, String)> {
    const KNOWN: [&str; 8] = [
        "description",
        "display-name",
        "time-zone",
        "ical-expression",
        "frequency",
        "interval",
        "start",
        "end",
    ];
    root.descendants()
        .filter(|node| node.is_element() && !KNOWN.contains(&node.tag_name().name()))
        .filter_map(|node| {
            let own = text(node)?;
            let around = node
                .parent_element()
                .filter(|around| *around != root)
                .map_or_else(String::new, |around| {
                    format!("{}/", around.tag_name().name())
                });
            Some((format!("{around}{}", node.tag_name().name()), own))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_simple_schedule_tells_its_rhythm() {
        let source = r#"<schedule name="Run_X" xmlns="http://xmlns.oracle.com/scheduler"><display-name>Run X</display-name>
            <recurrence><start>2016-11-01 16:08:18.264 UTC</start><frequency>DAILY</frequency><interval>1</interval></recurrence></schedule>"#;
        let schedule = read(
            "schedule/Run_X.xml",
            source,
            &Scope::Global,
            Reference::new("X", "1"),
        )
        .unwrap();
        assert_eq!(schedule.name, "Run X");
        assert_eq!(schedule.file, "Run_X");
        assert_eq!(schedule.frequency.as_deref(), Some("DAILY"));
        assert_eq!(
            schedule.start.as_deref(),
            Some("2016-11-01 16:08:18.264 UTC")
        );
        assert!(schedule.details.is_empty());
        let once = source.replace(
            "<interval>",
            "<days-of-week><day>MON</day></days-of-week><interval>",
        );
        let once = read("x.xml", &once, &Scope::Global, Reference::default()).unwrap();
        assert_eq!(
            once.details,
            [("days-of-week/day".to_owned(), "MON".to_owned())]
        );
        assert!(read("x.xml", "<other/>", &Scope::Global, Reference::default()).is_err());
    }
}
