//! A task of the Windows task scheduler, for this user while signed in. `StartWhenAvailable` has it look after a
//! time that passed while the computer was off; whether it may on battery is each schedule's own affair.

use std::path::Path;

use super::{EVERY, Plan, words, xml};

/// Its name.
const NAME: &str = "Waybill schedules";

pub(super) fn plan(folder: &Path, call: &[String]) -> Plan {
    let file = folder.join("waybill-task.xml");
    let (program, arguments) = call
        .split_first()
        .map_or(("", Vec::new()), |(program, rest)| {
            (
                program.as_str(),
                rest.iter().map(|word| quoted(word)).collect(),
            )
        });
    let text = format!(
        "<?xml version=\"1.0\"?>\n\
         <Task version=\"1.2\" xmlns=\"http://schemas.microsoft.com/windows/2004/02/mit/task\">\n  <RegistrationInfo>\n    \
         <Description>Looks at the backup schedules of Waybill</Description>\n  </RegistrationInfo>\n  <Triggers>\n    \
         <TimeTrigger>\n      <Repetition>\n        <Interval>PT{EVERY}M</Interval>\n      </Repetition>\n      \
         <StartBoundary>2026-01-01T00:00:00</StartBoundary>\n      <Enabled>true</Enabled>\n    </TimeTrigger>\n  </Triggers>\n  \
         <Settings>\n    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>\n    \
         <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>\n    \
         <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>\n    <StartWhenAvailable>true</StartWhenAvailable>\n    \
         <ExecutionTimeLimit>PT12H</ExecutionTimeLimit>\n  </Settings>\n  <Actions>\n    <Exec>\n      \
         <Command>{}</Command>\n      <Arguments>{}</Arguments>\n    </Exec>\n  </Actions>\n</Task>\n",
        xml(program),
        xml(&arguments.join(" "))
    );
    let path = file.display().to_string();
    Plan {
        files: vec![(file, text)],
        start: vec![words(&[
            "schtasks", "/Create", "/F", "/TN", NAME, "/XML", &path,
        ])],
        stop: vec![words(&["schtasks", "/Delete", "/F", "/TN", NAME])],
    }
}

/// A word of a command line as Windows programs read it.
fn quoted(word: &str) -> String {
    let plain = !word.is_empty() && !word.contains([' ', '\t', '"']);
    if plain {
        return word.to_owned();
    }
    format!("\"{}\"", word.replace('"', "\\\""))
}
