//! What a change would lead to: the engine's look at the instance, and what stands against it here.

use waybill_engine::{Change, Finding, Plan, Severity, plan_change};
use waybill_model::ArtifactId;

use super::policy::{HOW_TO_ALLOW, standing};
use super::request::{read, verb};
use crate::Waybill;
use crate::settings::StoredInstance;
use crate::view::{
    ChangePlan, ChangeRequest, CommandError, FindingSeverity, FindingView, WriteStanding,
};

/// A change that was looked at.
pub(super) struct Planned {
    pub(super) instance: StoredInstance,
    pub(super) subject: ArtifactId,
    pub(super) change: Change,
    pub(super) plan: Plan,
    pub(super) writes: WriteStanding,
}

impl Waybill {
    /// Looks at the instance and says what a change would lead to and what stands against it. Changes
    /// nothing.
    ///
    /// # Errors
    /// `UnknownSubject`, `BadInput`, and the failures of the instance.
    pub async fn change_plan(
        &self,
        instance: &str,
        request: ChangeRequest,
    ) -> Result<ChangePlan, CommandError> {
        let planned = self.plan(instance, &request).await?;
        Ok(view(&planned, &request))
    }

    pub(super) async fn plan(
        &self,
        instance: &str,
        request: &ChangeRequest,
    ) -> Result<Planned, CommandError> {
        let instance = self.stored_instance(instance)?;
        let (subject, change) = read(request)?;
        let client = self.client_of(&instance).await?;
        let catalogue = self.known_catalogue(&instance).await?;
        let planning = plan_change(&client, &catalogue, &subject, &change);
        let mut plan = Box::pin(planning).await?;
        let writes = standing(&instance, self.shared.clock.now());
        let mut own = Vec::new();
        if let Some(because) = &writes.because {
            own.push(blocking(because.clone(), HOW_TO_ALLOW));
        }
        if let Err(error) = self.refuse_while_running(&instance) {
            own.push(blocking(
                error.message,
                error.guidance.as_deref().unwrap_or_default(),
            ));
        }
        if change.keeps() {
            own.extend(self.vault_stands_against().await);
        }
        own.append(&mut plan.findings);
        plan.findings = own;
        plan.findings.sort_by_key(|finding| finding.severity);
        Ok(Planned {
            instance,
            subject,
            change,
            plan,
            writes,
        })
    }

    /// Without a vault that opens, the state before could not be kept.
    async fn vault_stands_against(&self) -> Option<Finding> {
        if !self.shared.vault.exists() {
            return Some(blocking(
                "There is no vault yet, so the artifact could not be kept as it is before it is changed.".to_owned(),
                "Back the instance up once: the first backup makes the vault.",
            ));
        }
        let opened = self.shared.vault.open(&self.shared.secrets).await;
        opened.err().map(|error| {
            blocking(
                format!(
                    "The artifact could not be kept as it is before it is changed: {}",
                    error.message
                ),
                error.guidance.as_deref().unwrap_or_default(),
            )
        })
    }
}

fn blocking(text: String, guidance: &str) -> Finding {
    Finding {
        severity: Severity::Blocking,
        text,
        guidance: Some(guidance.to_owned()),
    }
}

fn view(planned: &Planned, request: &ChangeRequest) -> ChangePlan {
    let Planned {
        instance,
        subject,
        change,
        plan,
        writes,
    } = planned;
    ChangePlan {
        instance_id: instance.id.clone(),
        instance_name: instance.name.clone(),
        environment: instance.environment,
        id: subject.clone(),
        verb: verb(request),
        title: plan.title.clone(),
        button: format!("{} in {}", plan.title, instance.name),
        effects: plan.effects.clone(),
        findings: plan.findings.iter().map(finding).collect(),
        type_name: plan.type_name.clone(),
        writes: writes.clone(),
        backs_up: change.keeps(),
        run_possible: writes.may_write && plan.blocking().is_none(),
    }
}

fn finding(finding: &Finding) -> FindingView {
    FindingView {
        severity: match finding.severity {
            Severity::Blocking => FindingSeverity::Blocking,
            Severity::Warning => FindingSeverity::Warning,
            Severity::Note => FindingSeverity::Note,
        },
        text: finding.text.clone(),
        guidance: finding.guidance.clone().filter(|text| !text.is_empty()),
    }
}
