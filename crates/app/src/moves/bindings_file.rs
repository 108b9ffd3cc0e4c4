//! The bindings of a destination as a file: kept in the data folder for the next move to the same
//! instance, and written and read where a person wants them. No secret is in it.

use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use waybill_engine::waybill::Bindings;

use super::verbs::off_thread;
use crate::Waybill;
use crate::storage::{file_failed, make_private, read_given, write_atomically};
use crate::view::{CommandError, ErrorCode};

/// The version that this program writes and the newest it reads.
const FORMAT: u32 = 1;
/// No file of bindings is larger.
const LARGEST: u64 = 16 * 1024 * 1024;

/// The file.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct BindingsFile {
    format: u32,
    /// The name of the instance; for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    instance: Option<String>,
    #[serde(flatten)]
    bindings: Bindings,
}

/// The bindings kept for an instance.
pub(super) fn kept(folder: &Path, instance: &str) -> Result<Option<Bindings>, CommandError> {
    let path = path(folder, instance);
    if path.exists() {
        read(&path).map(Some)
    } else {
        Ok(None)
    }
}

/// Reads bindings. Also those of a whole waybill, which has them as a member.
pub(super) fn read(path: &Path) -> Result<Bindings, CommandError> {
    let failed = |source: io::Error| file_failed("read", path, &source);
    let bytes = match read_given(path, LARGEST) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::FileTooLarge => {
            return Err(not_bindings(path, "it is too large"));
        }
        Err(error) => return Err(failed(error)),
    };
    let mut value: Value =
        serde_json::from_slice(&bytes).map_err(|reason| not_bindings(path, &reason.to_string()))?;
    let Some(format) = value.get("format").and_then(Value::as_u64) else {
        return Err(not_bindings(path, "it names no format"));
    };
    if format > u64::from(FORMAT) {
        return Err(CommandError::new(
            ErrorCode::FileFailed,
            format!(
                "`{}` was written by a newer version of Waybill.",
                path.display()
            ),
        )
        .guide("Update Waybill on this computer. The file is left as it is.")
        .with("path", path.display()));
    }
    if let Some(within) = value.get_mut("bindings").map(Value::take) {
        value = within;
    }
    serde_json::from_value(value).map_err(|reason| not_bindings(path, &reason.to_string()))
}

/// The text of a file of bindings.
pub(super) fn text(bindings: &Bindings, instance: &str) -> Result<Vec<u8>, CommandError> {
    let file = BindingsFile {
        format: FORMAT,
        instance: Some(instance.to_owned()),
        bindings: bindings.clone(),
    };
    let mut text = serde_json::to_vec_pretty(&file).map_err(CommandError::internal)?;
    text.push(b'\n');
    Ok(text)
}

/// Keeps bindings for the next move to an instance. Connections, certificates and schedules that other
/// moves bound stay.
fn keep(folder: &Path, id: &str, instance: &str, own: &Bindings) -> Result<(), CommandError> {
    make_private(folder)?;
    let mut all = kept(folder, id)?.unwrap_or_default();
    let before = all.clone();
    all.connections.extend(own.connections.clone());
    all.certificates.extend(own.certificates.clone());
    // These are entered as a whole.
    all.schedules.clone_from(&own.schedules);
    all.lookup_cells.clone_from(&own.lookup_cells);
    all.hosts.clone_from(&own.hosts);
    if all == before {
        return Ok(());
    }
    write_atomically(&path(folder, id), &text(&all, instance)?)
}

fn path(folder: &Path, instance: &str) -> PathBuf {
    folder.join(format!("{instance}.json"))
}

fn not_bindings(path: &Path, cause: &str) -> CommandError {
    CommandError::new(
        ErrorCode::FileFailed,
        format!("`{}` holds no bindings: {cause}.", path.display()),
    )
    .guide("Choose a file that was written with Save the values, or a waybill. A file of the data folder that is damaged can be moved away; its values are then entered anew.")
    .with("path", path.display())
}

impl Waybill {
    /// Keeps the bindings of a move for the next one to the same destination.
    pub(super) async fn remember_bindings(
        &self,
        to: Option<&str>,
        bindings: &Bindings,
    ) -> Result<(), CommandError> {
        let Some(instance) = to.and_then(|to| self.stored_instance(to).ok()) else {
            return Ok(());
        };
        let (folder, bindings) = (self.shared.home.bindings(), bindings.clone());
        off_thread(move || keep(&folder, &instance.id, &instance.name, &bindings)).await
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use waybill_engine::waybill::{ConnectionBinding, HostRule};

    use super::*;

    fn bound(connection: &str, host: &str) -> Bindings {
        let binding = ConnectionBinding {
            secrets: vec!["password".to_owned()],
            ..ConnectionBinding::default()
        };
        Bindings {
            connections: [(connection.parse().unwrap(), binding)].into(),
            hosts: vec![HostRule {
                from: "a".to_owned(),
                to: host.to_owned(),
            }],
            ..Bindings::default()
        }
    }

    #[test]
    fn what_several_moves_bound_is_kept_together() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(kept(folder.path(), "i1").unwrap(), None);
        keep(
            folder.path(),
            "i1",
            "Acme PROD",
            &bound("connection:A", "x"),
        )
        .unwrap();
        keep(
            folder.path(),
            "i1",
            "Acme PROD",
            &bound("connection:B", "y"),
        )
        .unwrap();
        let all = kept(folder.path(), "i1").unwrap().unwrap();
        assert_eq!(all.connections.len(), 2);
        assert_eq!(all.hosts.len(), 1);
        assert_eq!(all.hosts[0].to, "y");
        assert_eq!(kept(folder.path(), "i2").unwrap(), None);
    }

    #[test]
    fn what_is_no_file_of_bindings_is_refused_and_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("i1.json");
        for (text, words) in [
            ("{", "holds no bindings"),
            ("{}", "names no format"),
            (r#"{"format":2}"#, "newer version"),
            (r#"{"format":1,"connections":7}"#, "holds no bindings"),
        ] {
            fs::write(&path, text).unwrap();
            let error = keep(folder.path(), "i1", "A", &bound("connection:A", "x")).unwrap_err();
            assert!(error.message.contains(words), "{text}: {error}");
            assert_eq!(fs::read_to_string(&path).unwrap(), text);
        }
    }
}
