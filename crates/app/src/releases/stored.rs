//! What the journal keeps of a release and of a promotion beside their columns. No secret is in it.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use waybill_engine::{Promotion, Release};
use waybill_model::{ArtifactId, ArtifactKind, Scope};

use crate::view::{CommandError, ReleaseFinding, ReleasePush};

/// The folder in the repository where nobody chose another one.
pub(super) const FOLDER: &str = "releases/<project>";
/// The tag where nobody chose another one.
pub(super) const TAG: &str = "<project>/<build>";

/// All else of a release.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Detail {
    /// What people call it.
    pub name: String,
    /// What changed.
    pub message: String,
    /// Who began it.
    pub asked_by: String,
    /// The deployment, by its code.
    pub deployment: String,
    /// The deployment is made, or changed to hold `integrations`.
    pub make: bool,
    /// The integrations in it.
    pub integrations: Vec<ArtifactId>,
    /// The Git target, by its id.
    pub target: Option<String>,
    /// The folder in the repository, with its placeholders.
    pub folder: String,
    /// The tag, with its placeholders.
    pub tag: String,
    /// The instances that it goes through, by id.
    pub route: Vec<String>,
    /// It is not promoted where the project is there already.
    pub stop_if_there: bool,
    /// SHA-256 of its archive.
    pub sha256: Option<String>,
    /// The size of its archive.
    pub bytes: Option<u64>,
    /// What was found in it.
    pub findings: Vec<ReleaseFinding>,
    /// Where it lies in Git.
    pub pushed: Option<ReleasePush>,
    /// Why the last step did not come to its end.
    pub problem: Option<String>,
    /// What to do about it.
    pub guidance: Option<String>,
    /// What a later version added.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// All else of a promotion.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct PromotionDetail {
    /// Who began it.
    pub asked_by: String,
    /// Who agreed that it goes there.
    pub approved_by: Option<String>,
    /// When.
    pub approved_at: Option<String>,
    /// The move that takes it back.
    pub back: Option<String>,
    /// What a later version added.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// What is kept of a release.
pub(super) fn detail(release: &Release) -> Result<Detail, CommandError> {
    let mut detail: Detail = serde_json::from_value(release.detail.clone()).map_err(|error| {
        CommandError::internal(format!(
            "what is kept of {} cannot be understood: {error}",
            name(release.id)
        ))
    })?;
    // What nobody named is called by its build, which it was given afterwards.
    if detail.name.is_empty() {
        detail.name = format!("Build {}", release.build);
    }
    if detail.deployment.is_empty() {
        detail.deployment = format!("BUILD_{}", release.build);
    }
    Ok(detail)
}

/// What is kept of a promotion. What cannot be understood is not known.
pub(super) fn promoted(promotion: &Promotion) -> PromotionDetail {
    serde_json::from_value(promotion.detail.clone()).unwrap_or_default()
}

/// As the journal keeps it.
pub(super) fn kept(detail: &impl Serialize) -> Value {
    serde_json::to_value(detail).unwrap_or_default()
}

/// The number of a release as people see it.
pub(super) fn name(id: u64) -> String {
    format!("RL-{id:04}")
}

/// The release that is meant: `RL-0012`, in small letters too.
pub(super) fn number(text: &str) -> Option<u64> {
    let digits = text
        .get(..3)
        .filter(|start| start.eq_ignore_ascii_case("RL-"));
    let digits = digits.and(text.get(3..))?;
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| digits.parse().ok()).flatten()
}

/// The deployment of a release.
pub(super) fn deployment(release: &Release, detail: &Detail) -> ArtifactId {
    ArtifactId {
        kind: ArtifactKind::Deployment,
        scope: Scope::Project(release.project.clone()),
        code: detail.deployment.clone(),
        version: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_is_known_by_its_number() {
        assert_eq!(name(12), "RL-0012");
        assert_eq!(number("RL-0012"), Some(12));
        assert_eq!(number("rl-12"), Some(12));
        assert_eq!(number("RL-12345"), Some(12345));
        for other in ["", "RL-", "WB-0001", "RL-1a", "12", "Ü"] {
            assert_eq!(number(other), None, "{other}");
        }
    }

    #[test]
    fn what_a_later_version_added_stays() {
        let value = serde_json::json!({"name": "Build 7", "later": [1]});
        let detail: Detail = serde_json::from_value(value).unwrap();
        assert_eq!(detail.name, "Build 7");
        assert_eq!(kept(&detail)["later"], serde_json::json!([1]));
    }
}
