//! The first stage of a release: its deployment, made or changed as a single change like any other, behind the write
//! policy of the instance.

use std::collections::BTreeSet;

use waybill_client::ErrorKind;
use waybill_client::wire::DeployedIntegration;
use waybill_engine::{Release, ReleaseStage as Stage, RunStatus};
use waybill_model::ArtifactId;

use super::course::{OnProgress, doing, goes_on};
use super::stored::{Detail, deployment, name};
use crate::Waybill;
use crate::view::{ChangeRequest, CommandError};

impl Waybill {
    /// Makes the deployment, or lets the one that is there hold what was chosen.
    pub(super) async fn deploy(
        &self,
        row: &Release,
        told: &Detail,
        progress: OnProgress<'_>,
    ) -> Result<(), CommandError> {
        let instance = self.stored_instance(&row.instance_id)?;
        progress(doing(format!("Making deployment {}", told.deployment)));
        let client = self.client_of(&instance).await?;
        let there = match client.deployment(&row.project, &told.deployment).await {
            Ok(read) => Some(read.value),
            Err(error) if *error.kind() == ErrorKind::NotFound => None,
            Err(error) => return Err(error.into()),
        };
        let wanted: BTreeSet<String> = told.integrations.iter().map(ArtifactId::wire).collect();
        let held = |one: &DeployedIntegration| format!("{}|{}", one.code, one.version);
        let as_wanted = there.as_ref().is_some_and(|there| {
            there.integrations.iter().map(held).collect::<BTreeSet<_>>() == wanted
        });
        let run = match self.shared.journal.run(&row.change_run).ok() {
            Some(run) if run.status.is_under_way() => return Err(goes_on(row, &run)),
            Some(run) if run.resumable && run.status != RunStatus::Discarded => {
                Some(self.run_resume(run.id.as_str()).await?.id)
            }
            _ if as_wanted => None,
            earlier => {
                let row = self.with_fresh_run(row, earlier.is_some(), true).await?;
                let request = asked(&row, told, there.is_some());
                let begun = self
                    .change_as(row.change_run, &instance.id, request, Vec::new(), None)
                    .await?;
                Some(begun.id)
            }
        };
        if let Some(run) = run {
            self.ended_well(&run).await?;
        }
        // Its run may bear a name that was given since.
        let row = self.release_row(&name(row.id)).await?;
        self.brought_on(&row, told.clone(), Stage::Exporting).await
    }
}

fn asked(row: &Release, told: &Detail, is_there: bool) -> ChangeRequest {
    let id = deployment(row, told);
    let (name, integrations) = (told.name.clone(), told.integrations.clone());
    let description = (!told.message.is_empty()).then(|| told.message.clone());
    if is_there {
        ChangeRequest::UpdateDeployment {
            id,
            name,
            description,
            integrations,
        }
    } else {
        ChangeRequest::CreateDeployment {
            id,
            name,
            description,
            integrations,
        }
    }
}
