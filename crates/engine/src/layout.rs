//! Where an artifact lies in a snapshot.
//!
//! `integrations/CODE_VERSION.iar` with `integrations/CODE_VERSION.json` beside it; what lives in a
//! project under `projects/CODE/…`. The names hold on Windows, macOS and Linux: characters that one
//! of them forbids are written as `%XX`, names that Windows keeps for devices get a `_` in front,
//! and of two names that differ in case alone one gets a suffix. The manifest says which artifact
//! lies where, so names need not be read back.

use std::collections::{BTreeMap, HashSet};
use std::fmt::Write as _;

use waybill_model::{ArtifactId, ArtifactKind, Scope};

/// The manifest.
pub const MANIFEST: &str = "manifest.json";
/// The catalogue of what the snapshot holds.
pub const CATALOGUE: &str = "catalogue.json";

/// The longest name of a file or folder, in bytes, without its ending. File systems allow 255.
const LONGEST: usize = 180;

/// The names given to a set of artifacts.
#[derive(Debug)]
pub struct Layout {
    stems: BTreeMap<ArtifactId, String>,
}

impl Layout {
    /// Gives each artifact its name. The same set gets the same names, whatever its order.
    #[must_use]
    pub fn of<'a>(ids: impl IntoIterator<Item = &'a ArtifactId>) -> Self {
        let mut ids: Vec<_> = ids.into_iter().collect();
        // Projects first: their folders are the ground of the others.
        ids.sort_by_key(|id| (id.kind != ArtifactKind::Project, *id));
        ids.dedup();
        let mut names = Names::default();
        let mut projects: BTreeMap<String, String> = BTreeMap::new();
        let mut stems = BTreeMap::new();
        for id in ids {
            let folder = match &id.scope {
                Scope::Global => String::new(),
                Scope::Project(project) => projects
                    .entry(project.clone())
                    .or_insert_with(|| names.give("projects", &safe(project), project))
                    .clone(),
            };
            if id.kind == ArtifactKind::Project && id.scope == Scope::Global {
                let stem = projects
                    .entry(id.code.clone())
                    .or_insert_with(|| names.give("projects", &safe(&id.code), &id.code));
                stems.insert(id.clone(), stem.clone());
                continue;
            }
            let folder = match (folder.is_empty(), kind_folder(id.kind)) {
                (true, kind) => kind.to_owned(),
                (false, "") => folder,
                (false, kind) => format!("{folder}/{kind}"),
            };
            let name = match (&id.version, id.kind) {
                (_, ArtifactKind::AccessList) if id.scope != Scope::Global => "access".to_owned(),
                (Some(version), _) => safe(&format!("{}_{version}", id.code)),
                (None, _) => safe(&id.code),
            };
            stems.insert(id.clone(), names.give(&folder, &name, &id.to_string()));
        }
        Self { stems }
    }

    /// The path of a file of the artifact: its name with this ending. `None` for an artifact that
    /// was not in the set.
    #[must_use]
    pub fn path(&self, id: &ArtifactId, extension: &str) -> Option<String> {
        Some(format!("{}.{extension}", self.stems.get(id)?))
    }
}

/// The ending of the archive of a kind, where the bytes do not say otherwise.
#[must_use]
pub const fn archive_extension(kind: ArtifactKind) -> &'static str {
    match kind {
        ArtifactKind::Integration => "iar",
        ArtifactKind::Package => "par",
        ArtifactKind::Project | ArtifactKind::Deployment => "car",
        ArtifactKind::Lookup => "csv",
        ArtifactKind::Library => "jar",
        _ => "json",
    }
}

const fn kind_folder(kind: ArtifactKind) -> &'static str {
    match kind {
        ArtifactKind::Integration => "integrations",
        ArtifactKind::Connection => "connections",
        ArtifactKind::Lookup => "lookups",
        ArtifactKind::Library => "libraries",
        ArtifactKind::Package => "packages",
        ArtifactKind::Certificate => "certificates",
        ArtifactKind::Schedule => "schedules",
        ArtifactKind::Project => "projects",
        ArtifactKind::Deployment => "deployments",
        ArtifactKind::AgentGroup => "agentGroups",
        ArtifactKind::AccessList => "",
    }
}

/// The names taken so far, as a file system without upper and lower case sees them.
#[derive(Default)]
struct Names {
    taken: HashSet<String>,
}

impl Names {
    /// Gives `folder/name`, with a suffix made from `subject` if the name is taken.
    fn give(&mut self, folder: &str, name: &str, subject: &str) -> String {
        let mut stem = join(folder, name);
        let mut salt = 0_u32;
        while !self.take(&stem) {
            let digest = crate::digest::sha256(format!("{salt}{subject}").as_bytes());
            stem = join(folder, &format!("{name}~{}", &digest[..8]));
            salt += 1;
        }
        stem
    }

    /// A stem stands for its folder, its archive and its record: `projects/X` must not meet the
    /// folder of a project called `X.car`.
    fn take(&mut self, stem: &str) -> bool {
        let stem = stem.to_lowercase();
        let all = ["", ".json", ".iar", ".par", ".car", ".csv", ".jar", ".js"]
            .map(|ending| format!("{stem}{ending}"));
        if all.iter().any(|name| self.taken.contains(name)) {
            return false;
        }
        self.taken.extend(all);
        true
    }
}

fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() {
        name.to_owned()
    } else {
        format!("{folder}/{name}")
    }
}

/// A name that every file system takes.
fn safe(name: &str) -> String {
    let mut text = String::with_capacity(name.len());
    let last = name.chars().count().saturating_sub(1);
    for (index, character) in name.chars().enumerate() {
        let at_edge = (index == last && matches!(character, '.' | ' '))
            || (index == 0 && matches!(character, '.' | ' ' | '~' | '-'));
        let forbidden = matches!(
            character,
            '<' | '>' | ':' | '"' | '/' | '\\' | '|' | '?' | '*' | '%' | '~'
        ) || character.is_control()
            // Marks that macOS may put together with the letter before.
            || ('\u{300}'..='\u{36f}').contains(&character);
        if at_edge || forbidden {
            let mut buffer = [0; 4];
            for byte in character.encode_utf8(&mut buffer).bytes() {
                // Writing to a String cannot fail.
                let _ = write!(text, "%{byte:02X}");
            }
        } else {
            text.push(character);
        }
    }
    if text.is_empty() {
        text.push('_');
    }
    if is_device(&text) {
        text.insert(0, '_');
    }
    if text.len() > LONGEST {
        let digest = crate::digest::sha256(name.as_bytes());
        let mut end = LONGEST - 9;
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        text.truncate(end);
        let _ = write!(text, "~{}", &digest[..8]);
    }
    text
}

/// Windows keeps these for devices, whatever the ending.
fn is_device(name: &str) -> bool {
    let base = name
        .split('.')
        .next()
        .unwrap_or_default()
        .trim_end()
        .to_ascii_uppercase();
    let numbered = |prefix: &str| {
        base.strip_prefix(prefix).is_some_and(|rest| {
            matches!(
                rest,
                "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "¹" | "²" | "³"
            )
        })
    };
    matches!(
        base.as_str(),
        "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$"
    ) || numbered("COM")
        || numbered("LPT")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn id(text: &str) -> ArtifactId {
        text.parse().unwrap()
    }

    fn path(text: &str, extension: &str) -> String {
        let id = id(text);
        Layout::of([&id]).path(&id, extension).unwrap()
    }

    #[test]
    fn people_find_what_they_expect() {
        for (artifact, extension, expected) in [
            (
                "integration:ORDER_SYNC|01.02.0003",
                "iar",
                "integrations/ORDER_SYNC_01.02.0003.iar",
            ),
            (
                "package:samples.oracle.helloworld",
                "par",
                "packages/samples.oracle.helloworld.par",
            ),
            ("project:HR", "car", "projects/HR.car"),
            ("lookup:Tax codes", "csv", "lookups/Tax codes.csv"),
            ("connection:ERP", "json", "connections/ERP.json"),
            (
                "certificate:USER|PGP|PUBLIC|BANK",
                "json",
                "certificates/USER%7CPGP%7CPUBLIC%7CBANK.json",
            ),
            ("agentGroup:DC1", "json", "agentGroups/DC1.json"),
            (
                "HR/integration:HIRE|01.00.0000",
                "json",
                "projects/HR/integrations/HIRE_01.00.0000.json",
            ),
            ("HR/lookup:TAX", "csv", "projects/HR/lookups/TAX.csv"),
            (
                "HR/deployment:01.00.0002",
                "json",
                "projects/HR/deployments/01.00.0002.json",
            ),
            ("HR/accessList:HR", "json", "projects/HR/access.json"),
            (
                "HR/schedule:HIRE|01.00.0000",
                "json",
                "projects/HR/schedules/HIRE_01.00.0000.json",
            ),
            ("lookup:CON", "csv", "lookups/_CON.csv"),
            ("lookup:com1.x", "csv", "lookups/_com1.x.csv"),
            ("lookup:a/../b.", "csv", "lookups/a%2F..%2Fb%2E.csv"),
        ] {
            assert_eq!(path(artifact, extension), expected);
        }
    }

    #[test]
    fn names_that_differ_in_case_alone_are_told_apart() {
        let (upper, lower) = (id("lookup:TAX"), id("lookup:tax"));
        let layout = Layout::of([&upper, &lower]);
        assert_eq!(layout.path(&upper, "csv").unwrap(), "lookups/TAX.csv");
        assert!(
            layout
                .path(&lower, "csv")
                .unwrap()
                .starts_with("lookups/tax~")
        );
    }

    #[test]
    fn a_project_named_like_an_archive_keeps_its_own_folder() {
        let (plain, odd, inside) = (id("project:X"), id("project:X.car"), id("X.car/lookup:L"));
        let layout = Layout::of([&plain, &odd, &inside]);
        assert_eq!(layout.path(&plain, "car").unwrap(), "projects/X.car");
        assert!(
            layout
                .path(&inside, "csv")
                .unwrap()
                .starts_with("projects/X.car~")
        );
    }

    #[test]
    fn what_is_in_a_project_lies_in_the_folder_of_that_project() {
        let (first, second) = (id("p/lookup:L"), id("P/lookup:L"));
        let layout = Layout::of([&first, &second]);
        assert_ne!(
            layout.path(&first, "csv").unwrap().to_lowercase(),
            layout.path(&second, "csv").unwrap().to_lowercase()
        );
    }

    proptest! {
        #[test]
        fn no_two_artifacts_share_a_file_anywhere(
            codes in proptest::collection::vec(
                ("(?i:con|nul|com1|[a-c. ~%:é]{1,6}|[a-z]{200,260})(\\.(json|car|iar))?", proptest::option::of("(?i:[ab]{1}(\\.car)?)"),
                 proptest::sample::select(vec![ArtifactKind::Project, ArtifactKind::Lookup, ArtifactKind::Connection, ArtifactKind::Deployment])),
                1..30),
        ) {
            let ids: std::collections::BTreeSet<_> = codes.into_iter().map(|(code, project, kind)| match project {
                Some(project) if kind != ArtifactKind::Project => ArtifactId::in_project(project, kind, code, None),
                _ => ArtifactId::global(kind, code, None),
            }).collect();
            let layout = Layout::of(&ids);
            let mut files = HashSet::new();
            for id in &ids {
                for extension in std::collections::BTreeSet::from(["json", archive_extension(id.kind)]) {
                    let path = layout.path(id, extension).unwrap().to_lowercase();
                    prop_assert!(files.insert(path.clone()), "{path} twice");
                    for part in path.split('/') {
                        prop_assert!(!part.is_empty() && part.len() <= 255 && part != "." && part != "..");
                        prop_assert!(!part.ends_with(['.', ' ']) && !is_device(part));
                        prop_assert!(!part.contains(['<', '>', ':', '"', '\\', '|', '?', '*']));
                    }
                }
            }
            for file in &files {
                prop_assert!(!files.iter().any(|other| other.starts_with(&format!("{file}/"))), "{file} is also a folder");
            }
        }

        #[test]
        fn the_order_of_the_set_changes_nothing(mut codes in proptest::collection::vec("(?i:[ab]{1,2})", 2..8)) {
            let named = |codes: &[String]| {
                let ids: Vec<_> = codes.iter().map(|code| ArtifactId::global(ArtifactKind::Lookup, code, None)).collect();
                let layout = Layout::of(&ids);
                ids.iter().map(|id| (id.clone(), layout.path(id, "csv"))).collect::<BTreeMap<_, _>>()
            };
            let forward = named(&codes);
            codes.reverse();
            prop_assert_eq!(forward, named(&codes));
        }
    }
}
