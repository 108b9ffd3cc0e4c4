//! Files that go into connections, and those of certificates: there, and the same as when they were chosen.

use waybill_model::ArtifactId;

use super::registry::Check;
use super::report::Rule;
use super::scene::{Scene, named};
use crate::change::Severity;
use crate::waybill::{Finding, Fix, StepKind};

pub(super) const CHECK: Check = Check {
    rule: Rule {
        name: "connection-file",
        severity: Severity::Blocking,
        title: "A file that goes into a connection, or a certificate, is gone or another one",
        remedy: "Choose the file again.",
        planned: false,
    },
    passed: "The files that go along are there",
    find,
};

fn find(scene: &Scene<'_>) -> Vec<Finding> {
    let bindings = &scene.waybill.bindings;
    let mut findings = Vec::new();
    for (id, binding) in &bindings.connections {
        if !scene.takes(StepKind::SetConnection, id) {
            continue;
        }
        for file in &binding.attachments {
            let fix = Fix::EnterValues {
                connection: id.clone(),
            };
            findings.extend(tell(scene, id, &file.path, &file.sha256, fix));
        }
    }
    for (id, binding) in &bindings.certificates {
        let goes = scene
            .waybill
            .item(id)
            .is_some_and(|item| item.action.brings());
        if goes {
            let fix = Fix::UploadCertificate {
                certificate: id.clone(),
            };
            findings.extend(tell(scene, id, &binding.path, &binding.sha256, fix));
        }
    }
    findings
}

fn tell(scene: &Scene<'_>, id: &ArtifactId, path: &str, sha256: &str, fix: Fix) -> Option<Finding> {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    let (text, guidance) = match scene.facts.files.get(path)? {
        None => (
            format!("The file `{name}` of {} cannot be read.", lower(id)),
            format!("It was at `{path}`. Put it back, or choose another one."),
        ),
        Some(found) if found != sha256 => (
            format!(
                "The file `{name}` of {} is not the one that was chosen.",
                lower(id)
            ),
            format!(
                "The file at `{path}` was changed since. Choose it again if the new one is right."
            ),
        ),
        Some(_) => return None,
    };
    Some(
        CHECK
            .rule
            .finding(Severity::Blocking, text)
            .about(id)
            .guided(guidance)
            .fixed_by(fix),
    )
}

fn lower(id: &ArtifactId) -> String {
    let text = named(id);
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_ascii_lowercase());
    first.into_iter().chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::stage::{Look, orders};
    use crate::waybill::{AttachmentBinding, ConnectionMode};

    #[test]
    fn a_file_that_is_gone_or_changed_blocks() {
        let mut look = Look::at(orders());
        look.bind("connection:ERP").mode = ConnectionMode::Enter;
        look.bind("connection:ERP")
            .attachments
            .push(AttachmentBinding {
                property: "wallet".to_owned(),
                path: "keys/wallet.zip".to_owned(),
                sha256: "aa".to_owned(),
            });
        for (found, words) in [
            (None, Some("cannot be read")),
            (Some("bb"), Some("not the one that was chosen")),
            (Some("aa"), None),
        ] {
            let sha256 = found.map(str::to_owned);
            look.facts
                .files
                .insert("keys/wallet.zip".to_owned(), sha256);
            let findings = look.found("connection-file");
            assert_eq!(findings.is_empty(), words.is_none(), "{findings:?}");
            assert_eq!(look.passed("connection-file").is_some(), words.is_none());
            if let Some(words) = words {
                assert_eq!(findings[0].severity, Severity::Blocking);
                assert!(
                    findings[0].text.contains(words) && findings[0].text.contains("`wallet.zip`")
                );
            }
        }
    }
}
