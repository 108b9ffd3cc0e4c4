//! Under which folder and number a copy goes.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use waybill_targets::CopyHead;

use super::words::Said;
use super::{CopyRequest, PATTERN};

/// What is known of the copies of an instance that a target has.
#[derive(Debug, Default)]
pub struct Known {
    /// The folders that are taken.
    pub folders: Vec<String>,
    /// The newest number.
    pub build: u64,
}

impl Known {
    /// Takes in a copy that is there.
    pub fn learn(&mut self, folder: &str, build: u64) {
        if !self.folders.iter().any(|known| known == folder) {
            self.folders.push(folder.to_owned());
        }
        self.build = self.build.max(build);
    }
}

/// The head of a new copy: a folder of its own by the pattern, and the next number.
pub fn head(request: &CopyRequest, snapshot: &str, said: Said, known: &Known) -> CopyHead {
    let zone = TimeZone::system();
    let folder = folder(
        &request.pattern,
        &request.instance.name,
        request.taken_at,
        &zone,
    );
    CopyHead {
        folder: free(folder, request.taken_at, &zone, &known.folders),
        title: said.title,
        body: said.body,
        instance: request.instance.name.clone(),
        snapshot: snapshot.to_owned(),
        taken: request.taken_at,
        build: known.build + 1,
    }
}

/// The folder by the pattern.
fn folder(pattern: &str, instance: &str, taken: Timestamp, zone: &TimeZone) -> String {
    let pattern = match pattern.trim().trim_matches('/') {
        "" => PATTERN,
        own => own,
    };
    let at = taken.to_zoned(zone.clone());
    let instance: String = instance
        .trim()
        .chars()
        .map(|sign| {
            if sign.is_control() || r#"/\:*?"<>|"#.contains(sign) {
                '_'
            } else {
                sign
            }
        })
        .collect();
    let instance = match instance.trim_matches(['.', ' ']) {
        "" => "_",
        name => name,
    };
    [
        ("<YYYY>", at.strftime("%Y").to_string()),
        ("<MM>", at.strftime("%m").to_string()),
        ("<DD>", at.strftime("%d").to_string()),
        ("<HHMM>", at.strftime("%H%M").to_string()),
        ("<instance>", instance.to_owned()),
    ]
    .into_iter()
    .fold(pattern.to_owned(), |folder, (mark, text)| {
        folder.replace(mark, &text)
    })
}

/// The folder, with the time of day or a number behind it where it is taken.
fn free(folder: String, taken: Timestamp, zone: &TimeZone, folders: &[String]) -> String {
    // Not every place tells capital letters from small ones.
    let taken_names: Vec<String> = folders.iter().map(|known| known.to_lowercase()).collect();
    let is_free = |name: &str| {
        let name = name.to_lowercase();
        let around = format!("{name}/");
        !taken_names
            .iter()
            .any(|known| *known == name || known.starts_with(&around))
    };
    if is_free(&folder) {
        return folder;
    }
    let timed = format!(
        "{folder} {}",
        taken.to_zoned(zone.clone()).strftime("%H%M%S")
    );
    std::iter::once(timed.clone())
        .chain((2..10_000).map(|number| format!("{timed} {number}")))
        .find(|name| is_free(name))
        .unwrap_or(timed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_copy_has_a_folder_of_its_own() {
        let taken: Timestamp = "2026-11-21T06:11:30Z".parse().unwrap();
        let zone = TimeZone::UTC;
        let first = folder(PATTERN, "ERP: Köln/1.", taken, &zone);
        assert_eq!(first, "OIC_Backups/2026/11/21/ERP_ Köln_1");
        let again = free(first.clone(), taken, &zone, std::slice::from_ref(&first));
        assert_eq!(again, "OIC_Backups/2026/11/21/ERP_ Köln_1 061130");
        let third = free(
            first.clone(),
            taken,
            &zone,
            &[first.to_uppercase(), again.clone()],
        );
        assert_eq!(third, format!("{again} 2"));
        assert_eq!(
            folder("/b/<instance>/<HHMM>/", "A", taken, &zone),
            "b/A/0611"
        );
        assert_eq!(folder("  ", "A", taken, &zone), "OIC_Backups/2026/11/21/A");
        // One that lies around others is none of its own.
        assert_ne!(free("b".into(), taken, &zone, &["b/A".into()]), "b");
    }
}
