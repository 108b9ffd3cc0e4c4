//! A launchd agent of the user. launchd makes up for a time that passed while the computer slept.

use std::path::Path;

use super::{EVERY, Plan, words, xml};

/// Its name, and that of its file.
const LABEL: &str = "app.waybill.schedules";

pub(super) fn plan(folder: &Path, call: &[String]) -> Plan {
    let file = folder.join(format!("{LABEL}.plist"));
    let arguments = call
        .iter()
        .map(|word| ["\n    <string>", &xml(word), "</string>"].concat())
        .collect::<Vec<_>>()
        .concat();
    let text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n\
         <plist version=\"1.0\">\n<dict>\n  <key>Label</key>\n  <string>{LABEL}</string>\n  \
         <key>ProgramArguments</key>\n  <array>{arguments}\n  </array>\n  <key>StartInterval</key>\n  \
         <integer>{}</integer>\n  <key>RunAtLoad</key>\n  <true/>\n  <key>ProcessType</key>\n  \
         <string>Background</string>\n</dict>\n</plist>\n",
        EVERY * 60
    );
    let path = file.display().to_string();
    Plan {
        files: vec![(file, text)],
        start: vec![words(&["launchctl", "load", "-w", &path])],
        stop: vec![words(&["launchctl", "unload", "-w", &path])],
    }
}
