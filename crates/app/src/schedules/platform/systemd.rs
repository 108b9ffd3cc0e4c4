//! A systemd user timer. `Persistent` has it look right after a time that passed while the computer was off.

use std::path::Path;

use super::{EVERY, Plan, words};

pub(super) fn plan(folder: &Path, call: &[String]) -> Plan {
    let line: Vec<String> = call.iter().map(|word| quoted(word)).collect();
    Plan {
        files: vec![
            (
                folder.join("waybill.service"),
                format!(
                    "[Unit]\nDescription=Backups of Oracle Integration by Waybill\n\n\
                     [Service]\nType=oneshot\nNice=10\nExecStart={}\n",
                    line.join(" ")
                ),
            ),
            (
                folder.join("waybill.timer"),
                format!(
                    "[Unit]\nDescription=Looks at the backup schedules of Waybill\n\n\
                     [Timer]\nOnCalendar=*:0/{EVERY}\nPersistent=true\nAccuracySec=1min\n\n\
                     [Install]\nWantedBy=timers.target\n"
                ),
            ),
        ],
        start: vec![
            words(&["systemctl", "--user", "daemon-reload"]),
            words(&["systemctl", "--user", "enable", "--now", "waybill.timer"]),
        ],
        stop: vec![words(&[
            "systemctl",
            "--user",
            "disable",
            "--now",
            "waybill.timer",
        ])],
    }
}

/// A word of a command line as systemd reads it: `%` begins a specifier there and `$` a variable.
fn quoted(word: &str) -> String {
    let safe = word
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('%', "%%")
        .replace('$', "$$");
    format!("\"{safe}\"")
}
