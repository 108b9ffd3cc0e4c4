//! What a person asks of a release, made whole: its integrations, where it goes, where it is pushed.

use std::collections::BTreeSet;

use waybill_model::{ArtifactId, ArtifactKind, Catalogue, Generation, Scope, State};

use super::stored::{Detail, FOLDER, TAG};
use crate::Waybill;
use crate::settings::StoredInstance;
use crate::view::{CommandError, ReleaseForm, TargetPlace};

impl Waybill {
    /// What the form asks for, with what it leaves open.
    pub(super) fn wanted(
        &self,
        form: &ReleaseForm,
        instance: &StoredInstance,
        catalogue: &Catalogue,
    ) -> Result<Detail, CommandError> {
        let project = ArtifactId::global(ArtifactKind::Project, &form.project, None);
        if catalogue.get(&project).is_none() {
            return Err(CommandError::unknown("project", &form.project)
                .guide(format!("`{}` does not hold it.", instance.name))
                .with("field", "project"));
        }
        let given = |text: &Option<String>| {
            text.as_deref()
                .map(str::trim)
                .unwrap_or_default()
                .to_owned()
        };
        let or = |text: &Option<String>, usual: &str| match given(text).as_str() {
            "" => usual.to_owned(),
            own => own.to_owned(),
        };
        let mut wanted = Detail {
            name: given(&form.name),
            message: given(&form.message),
            asked_by: self.shared.asked_by.clone(),
            folder: or(&form.folder, FOLDER),
            tag: or(&form.tag, TAG),
            stop_if_there: form.stop_if_there,
            ..Detail::default()
        };
        wanted.route = self.route(&form.route, instance)?;
        if let Some(target) = &form.target {
            let target = self.stored_target(target)?;
            if !matches!(target.place, TargetPlace::Git { .. }) {
                return Err(CommandError::field(
                    "target",
                    format!("Target `{}` is no Git repository.", target.name),
                )
                .guide("Choose a target of the kind Git, or add one under Settings, Targets."));
            }
            wanted.target = Some(target.id);
        }
        let scope = Scope::Project(form.project.clone());
        if let Some(code) = &form.deployment {
            let id = ArtifactId {
                kind: ArtifactKind::Deployment,
                scope,
                code: code.clone(),
                version: None,
            };
            wanted.make = !form.integrations.is_empty();
            wanted.deployment.clone_from(code);
            wanted.integrations = match catalogue.get(&id) {
                _ if wanted.make => members(&form.integrations, catalogue, &id.scope)?,
                Some(known) => {
                    let named = known
                        .dependencies
                        .iter()
                        .filter(|need| need.role == "member");
                    named.map(|need| need.id.clone()).collect()
                }
                None => {
                    return Err(CommandError::unknown("deployment", code)
                        .guide(
                            "Choose one that the project has, or the integrations for a new one.",
                        )
                        .with("field", "deployment"));
                }
            };
            return Ok(wanted);
        }
        wanted.make = true;
        wanted.integrations = if form.integrations.is_empty() {
            whole(catalogue, &scope)
        } else {
            members(&form.integrations, catalogue, &scope)?
        };
        if wanted.integrations.is_empty() {
            return Err(CommandError::field(
                "integrations",
                "The project holds no integration that could be released.",
            ));
        }
        Ok(wanted)
    }

    /// The ids of the instances that a release goes through.
    fn route(
        &self,
        named: &[String],
        source: &StoredInstance,
    ) -> Result<Vec<String>, CommandError> {
        let mut route = Vec::with_capacity(named.len());
        for one in named {
            let instance = self.stored_instance(one)?;
            let refused = if instance.generation != Generation::Oic3 {
                Some(format!("`{}` has no projects.", instance.name))
            } else if instance.id == source.id || route.contains(&instance.id) {
                Some(format!("`{}` stands in the route twice.", instance.name))
            } else {
                None
            };
            if let Some(words) = refused {
                return Err(CommandError::field("route", words)
                    .guide("Name each instance of Oracle Integration 3 that it goes to once."));
            }
            route.push(instance.id);
        }
        Ok(route)
    }
}

/// The integrations that were chosen, which the project has to hold.
fn members(
    chosen: &[ArtifactId],
    catalogue: &Catalogue,
    scope: &Scope,
) -> Result<Vec<ArtifactId>, CommandError> {
    let chosen: BTreeSet<&ArtifactId> = chosen.iter().collect();
    for id in &chosen {
        let fits = id.kind == ArtifactKind::Integration && id.scope == *scope;
        if !fits || catalogue.get(id).is_none() {
            return Err(CommandError::field(
                "integrations",
                format!("`{id}` is no integration of the project."),
            )
            .guide("Choose integrations that the project holds now."));
        }
    }
    Ok(chosen.into_iter().cloned().collect())
}

/// Of each integration of the project that is no draft, the version that is active, else the highest.
fn whole(catalogue: &Catalogue, scope: &Scope) -> Vec<ArtifactId> {
    let all: Vec<_> = catalogue
        .artifacts
        .iter()
        .filter(|one| one.id.kind == ArtifactKind::Integration && one.id.scope == *scope)
        .filter(|one| one.state != Some(State::Draft))
        .collect();
    let codes: BTreeSet<&str> = all.iter().map(|one| one.id.code.as_str()).collect();
    codes
        .into_iter()
        .filter_map(|code| {
            let versions = all.iter().filter(|one| one.id.code == code);
            let best = versions
                .max_by_key(|one| (one.state == Some(State::Active), one.id.version.clone()));
            best.map(|one| one.id.clone())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use waybill_model::Artifact;

    use super::*;

    fn artifact(text: &str, state: State) -> Artifact {
        let id: ArtifactId = text.parse().unwrap();
        let mut artifact = Artifact::named(id, text);
        artifact.state = Some(state);
        artifact
    }

    #[test]
    fn a_whole_project_is_each_integration_in_the_version_that_counts() {
        let catalogue = Catalogue::new(
            "",
            vec![
                artifact("HR/integration:A|01.00.0000", State::Active),
                artifact("HR/integration:A|02.00.0000", State::Configured),
                artifact("HR/integration:B|01.00.0000", State::Configured),
                artifact("HR/integration:B|01.01.0000", State::Configured),
                artifact("HR/integration:C|01.00.0000", State::Draft),
                artifact("integration:D|01.00.0000", State::Active),
            ],
            vec![],
        );
        let scope = Scope::Project("HR".to_owned());
        let wire: Vec<String> = whole(&catalogue, &scope)
            .iter()
            .map(ArtifactId::wire)
            .collect();
        assert_eq!(wire, ["A|01.00.0000", "B|01.01.0000"]);
        let outside = "integration:D|01.00.0000".parse().unwrap();
        assert!(members(&[outside], &catalogue, &scope).is_err());
    }
}
