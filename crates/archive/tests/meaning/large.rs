//! Long flows: nothing grows faster than the square of their length.

use std::fmt::Write as _;
use std::time::Instant;

use waybill_archive::{Meaning, summary};
use waybill_model::{ArtifactId, ArtifactKind};

use super::files::{Files, edit, opened};
use super::made;

/// The made flow with so many more steps.
fn long(steps: impl Iterator<Item = usize>) -> Files {
    let (mut flow, mut parts) = (String::new(), String::new());
    for (at, step) in steps.enumerate() {
        let _ = write!(
            flow,
            "<f:wait id=\"z{at}\" refUri=\"processor_{}\"/>",
            1_000 + at
        );
        let _ = write!(
            parts,
            "<f:processor name=\"processor_{}\"><f:type>wait</f:type><f:processorName>Step {step}</f:processorName><f:property name=\"time\" value=\"{step}\"/></f:processor>",
            1_000 + at
        );
    }
    let mut files = made::archive();
    edit(
        &mut files,
        |path| path.ends_with("project.xml"),
        |text| {
            text.replace("<f:orchestration>", &format!("{parts}<f:orchestration>"))
                .replace("<f:wait id=\"w0\" refUri=\"processor_14\"/>", &flow)
        },
    );
    files
}

fn meaning(files: &Files) -> Meaning {
    let id = ArtifactId::global(ArtifactKind::Integration, "ORDER", Some("01.00.0000"));
    Meaning::in_archive(&opened(files), &id).unwrap()
}

#[test]
fn long_flows_are_compared_step_by_step() {
    for (count, name) in [(200, "200"), (3_000, "3000")] {
        let one = meaning(&long(0..count));
        let turned = meaning(&long((0..count).rev()));
        // Every tenth is left out, and some are new.
        let other = meaning(&long(
            (0..count).filter(|step| step % 10 != 0).chain([count + 1]),
        ));
        let from = Instant::now();
        let difference = one.difference(&other);
        eprintln!("{name} steps: {:?}", from.elapsed());
        assert_eq!(summary(&difference), format!("{} steps", count / 10 + 1));
        let from = Instant::now();
        let difference = one.difference(&turned);
        eprintln!("{name} steps turned round: {:?}", from.elapsed());
        assert_eq!(summary(&difference), format!("{} steps", count - 1));
    }
}
