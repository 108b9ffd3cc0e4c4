//! What is in the archive of a release, before it goes to Git and to other instances: whether it is whole, what it
//! gives away, and what of the project it leaves behind.

use std::collections::BTreeSet;

use waybill_archive::{ArchiveKind, Limits, Rule, Severity as Weight, findings, read};
use waybill_model::{Artifact, ArtifactId, ArtifactKind, Catalogue, State};

use crate::view::{FindingSeverity, ReleaseFinding};

/// So many names stand in a sentence.
const NAMED: usize = 4;

/// What was exported.
pub(super) struct Exported {
    /// The deployment.
    pub deployment: ArtifactId,
    /// The integrations that it is to hold.
    pub integrations: Vec<ArtifactId>,
    /// The snapshot that holds it is complete.
    pub complete: bool,
    /// Why something is not in the snapshot.
    pub unread: Vec<String>,
}

/// Looks through it, the weightiest findings first. Takes its time with large archives.
pub(super) fn look(
    exported: &Exported,
    archive: &[u8],
    catalogue: &Catalogue,
) -> Vec<ReleaseFinding> {
    let mut found = Vec::new();
    whole(exported, archive, &mut found);
    given_away(archive, &mut found);
    of_members(exported, catalogue, &mut found);
    left_behind(exported, catalogue, &mut found);
    found.sort_by_key(|finding| finding.severity);
    found
}

fn finding(rule: &str, severity: FindingSeverity, text: String, guidance: &str) -> ReleaseFinding {
    ReleaseFinding {
        rule: rule.to_owned(),
        severity,
        text,
        guidance: Some(guidance.to_owned()),
        read_by: None,
        read_at: None,
    }
}

/// Whether the archive holds what the deployment names, and no more.
fn whole(exported: &Exported, archive: &[u8], found: &mut Vec<ReleaseFinding>) {
    if !exported.complete {
        let why = exported.unread.first().map_or("", String::as_str);
        found.push(finding(
            "not-whole",
            FindingSeverity::Blocking,
            format!("Not all of it could be read. {why}")
                .trim_end()
                .to_owned(),
            "Put right what the run of its export says, give this release up, and begin another.",
        ));
    }
    let opened = match read(archive) {
        Ok(opened) if opened.kind == ArchiveKind::Project => opened,
        Ok(_) => {
            found.push(finding(
                "damaged",
                FindingSeverity::Blocking,
                "What was exported is not the archive of a project.".to_owned(),
                "Give this release up, and begin another.",
            ));
            return;
        }
        Err(error) => {
            found.push(finding(
                "damaged",
                FindingSeverity::Blocking,
                format!("What was exported cannot be read: {error}."),
                "Give this release up, and begin another.",
            ));
            return;
        }
    };
    let held: BTreeSet<String> = opened
        .contents
        .integrations
        .iter()
        .map(|one| one.reference.to_string())
        .collect();
    let wanted: BTreeSet<String> = exported.integrations.iter().map(ArtifactId::wire).collect();
    let missing = names(wanted.difference(&held).map(String::as_str));
    if !missing.is_empty() {
        found.push(finding(
            "lacks",
            FindingSeverity::Blocking,
            format!("The archive does not hold {missing}."),
            "Look at the deployment in the console; then give this release up, and begin another.",
        ));
    }
    let more = names(held.difference(&wanted).map(String::as_str));
    if !more.is_empty() {
        found.push(finding(
            "holds-more",
            FindingSeverity::Warning,
            format!("The archive also holds {more}."),
            "They go along wherever it is promoted to.",
        ));
    }
}

/// Secrets in the archive: Git keeps what was pushed for ever.
fn given_away(archive: &[u8], found: &mut Vec<ReleaseFinding>) {
    let all = match findings(archive, Limits::default()) {
        Ok(all) => all,
        Err(error) => {
            found.push(finding(
                "not-scanned",
                FindingSeverity::Warning,
                format!("The archive could not be looked through for secrets: {error}."),
                "Look through it in another way before it is pushed.",
            ));
            return;
        }
    };
    let weighty: Vec<_> = all
        .iter()
        .filter(|one| one.severity == Weight::Warning)
        .collect();
    let rules: BTreeSet<&str> = weighty.iter().map(|one| words(one.rule)).collect();
    if let Some(first) = weighty.first() {
        let kinds: Vec<&str> = rules.into_iter().collect();
        found.push(finding(
            "secrets",
            FindingSeverity::Warning,
            format!(
                "The archive holds what looks like {}, in {} places; the first is {}.",
                kinds.join(", "),
                weighty.len(),
                first.path
            ),
            "Git keeps for ever what was pushed. Take it out in the console and release again, or see that nobody reads the repository who may not know it.",
        ));
    }
    let places = all.iter().filter(|one| one.rule == Rule::Pod).count();
    if places > 0 {
        found.push(finding(
            "addresses",
            FindingSeverity::Note,
            format!("The archive names addresses of one environment in {places} places."),
            "They stay what they are wherever it goes. `waybill inspect` shows where they stand.",
        ));
    }
}

const fn words(rule: Rule) -> &'static str {
    match rule {
        Rule::PrivateKey => "a private key",
        Rule::Wallet => "a wallet",
        Rule::Password => "a password",
        Rule::Token => "a token",
        Rule::Recording => "payloads of past runs",
        Rule::NotScanned => "a file that nobody could look through",
        _ => "a secret",
    }
}

/// How the integrations of it stand where they come from.
fn of_members(exported: &Exported, catalogue: &Catalogue, found: &mut Vec<ReleaseFinding>) {
    let members = || {
        let ids = exported.integrations.iter();
        ids.filter_map(|id| catalogue.get(id))
    };
    let told = |of: &dyn Fn(&Artifact) -> bool| {
        let those: Vec<String> = members()
            .filter(|one| of(one))
            .map(|one| one.id.wire())
            .collect();
        names(those.iter().map(String::as_str))
    };
    let locked = told(&|one| one.lock.is_some());
    if !locked.is_empty() {
        found.push(finding(
            "open",
            FindingSeverity::Warning,
            format!("Somebody has {locked} open in the console."),
            "What was not saved is not in the release. Ask, and release again where it belongs in.",
        ));
    }
    let drafts = told(&|one| one.state == Some(State::Draft));
    if !drafts.is_empty() {
        found.push(finding(
            "draft",
            FindingSeverity::Warning,
            format!("Not complete: {drafts}."),
            "They cannot be activated wherever it goes.",
        ));
    }
    let inactive = told(&|one| !matches!(one.state, Some(State::Active | State::Draft)));
    if !inactive.is_empty() {
        found.push(finding(
            "inactive",
            FindingSeverity::Note,
            format!("Not active where they come from: {inactive}."),
            "They are not activated elsewhere either, unless that is chosen.",
        ));
    }
}

/// What of the project is not in it.
fn left_behind(exported: &Exported, catalogue: &Catalogue, found: &mut Vec<ReleaseFinding>) {
    let scope = &exported.deployment.scope;
    let inside = catalogue.artifacts.iter().filter(|one| {
        one.id.kind == ArtifactKind::Integration
            && one.id.scope == *scope
            && one.state == Some(State::Active)
            && !exported.integrations.contains(&one.id)
    });
    let others: Vec<String> = inside.map(|one| one.id.wire()).collect();
    if !others.is_empty() {
        found.push(finding(
            "left-behind",
            FindingSeverity::Note,
            format!(
                "Active in the project and not in the release: {}.",
                names(others.iter().map(String::as_str))
            ),
            "A destination keeps what it has of them: nothing is deleted because a deployment lacks it.",
        ));
    }
    let mut called: Vec<ArtifactId> = exported
        .integrations
        .iter()
        .filter_map(|id| catalogue.get(id))
        .flat_map(|own| &own.dependencies)
        .map(|need| catalogue.meant(&need.id))
        .filter(|id| id.kind == ArtifactKind::Integration)
        .filter(|id| !exported.integrations.contains(id))
        .collect();
    called.sort();
    called.dedup();
    if !called.is_empty() {
        let ids: Vec<String> = called.iter().map(ToString::to_string).collect();
        found.push(finding(
            "called-elsewhere",
            FindingSeverity::Note,
            format!(
                "It calls what is not in it: {}.",
                names(ids.iter().map(String::as_str))
            ),
            "Each destination has to have them; the checks of its waybill look for them.",
        ));
    }
}

/// A list of names for a sentence.
fn names<'a>(all: impl Iterator<Item = &'a str>) -> String {
    let all: Vec<String> = all.map(|name| format!("`{name}`")).collect();
    match all.len() {
        0 => String::new(),
        few if few <= NAMED => all.join(", "),
        many => format!("{} and {} more", all[..NAMED].join(", "), many - NAMED),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn artifact(text: &str, state: State) -> Artifact {
        let mut artifact = Artifact::named(text.parse().unwrap(), text);
        artifact.state = Some(state);
        artifact
    }

    fn exported() -> Exported {
        Exported {
            deployment: "HR/deployment:D".parse().unwrap(),
            integrations: vec!["HR/integration:A|01.00.0000".parse().unwrap()],
            complete: true,
            unread: Vec::new(),
        }
    }

    fn rules(found: &[ReleaseFinding]) -> Vec<(&str, FindingSeverity)> {
        found
            .iter()
            .map(|one| (one.rule.as_str(), one.severity))
            .collect()
    }

    #[test]
    fn what_is_no_archive_blocks_and_comes_first() {
        let catalogue = Catalogue::new(
            "",
            vec![
                artifact("HR/integration:A|01.00.0000", State::Draft),
                artifact("HR/integration:B|01.00.0000", State::Active),
            ],
            vec![],
        );
        let found = look(&exported(), b"no archive", &catalogue);
        let rules = rules(&found);
        assert_eq!(rules[0], ("damaged", FindingSeverity::Blocking));
        assert!(rules.contains(&("draft", FindingSeverity::Warning)));
        assert_eq!(
            rules.last(),
            Some(&("left-behind", FindingSeverity::Note)),
            "{rules:?}"
        );
    }

    #[test]
    fn what_could_not_be_read_whole_is_said_with_its_reason() {
        let mut found = Vec::new();
        let unread = Exported {
            complete: false,
            unread: vec!["Connection `C` is locked.".to_owned()],
            ..exported()
        };
        whole(&unread, b"", &mut found);
        assert_eq!(found[0].rule, "not-whole");
        assert!(found[0].text.ends_with("Connection `C` is locked."));
    }

    #[test]
    fn many_names_are_counted() {
        assert_eq!(names(["A", "B"].into_iter()), "`A`, `B`");
        assert_eq!(
            names(["A", "B", "C", "D", "E", "F"].into_iter()),
            "`A`, `B`, `C`, `D` and 2 more"
        );
    }
}
