//! A release as the list and the screens show it.

use waybill_engine::{Release, ReleaseStage as Stage};

use super::course::stands;
use super::stored::{Detail, detail, name};
use crate::Waybill;
use crate::view::{
    CommandError, FindingSeverity, PromotionState, PromotionView, ReleaseStage, ReleaseSummary,
    ReleaseView,
};

impl Waybill {
    pub(super) async fn release_summary(
        &self,
        row: &Release,
    ) -> Result<ReleaseSummary, CommandError> {
        let told = detail(row)?;
        let promotions = self.promotions_of(row, &told).await?;
        Ok(self.summed_up(row, &told, &promotions))
    }

    pub(super) async fn release_shown(&self, row: &Release) -> Result<ReleaseView, CommandError> {
        // It may have been brought on since the row was read.
        let newest = self.release_row(&name(row.id)).await?;
        let told = detail(&newest)?;
        let promotions = self.promotions_of(&newest, &told).await?;
        let unread = told
            .findings
            .iter()
            .filter(|one| one.severity == FindingSeverity::Warning && one.read_by.is_none())
            .count();
        let target = told.target.as_deref().map(|target| {
            self.stored_target(target)
                .map_or_else(|_| target.to_owned(), |target| target.name)
        });
        Ok(ReleaseView {
            summary: self.summed_up(&newest, &told, &promotions),
            route: self.route_of(&newest, &told, &promotions),
            unread: u32::try_from(unread).unwrap_or(u32::MAX),
            blocked: stands(&told),
            target,
            snapshot: newest.snapshot,
            message: told.message,
            integrations: told.integrations,
            sha256: told.sha256,
            bytes: told.bytes,
            findings: told.findings,
            pushed: told.pushed,
            problem: told.problem,
            guidance: told.guidance,
            promotions,
        })
    }

    fn summed_up(
        &self,
        row: &Release,
        told: &Detail,
        promotions: &[PromotionView],
    ) -> ReleaseSummary {
        let instance = self.stored_instance(&row.instance_id).ok();
        let mut there: Vec<String> = Vec::new();
        for one in promotions {
            if one.state == PromotionState::Prepared {
                continue;
            }
            there.retain(|name| *name != one.instance_name);
            if one.state == PromotionState::Done {
                there.push(one.instance_name.clone());
            }
        }
        ReleaseSummary {
            id: name(row.id),
            name: told.name.clone(),
            instance_id: row.instance_id.clone(),
            instance_name: instance
                .as_ref()
                .map_or_else(|| row.instance_id.clone(), |instance| instance.name.clone()),
            environment: instance.map(|instance| instance.environment),
            project: row.project.clone(),
            build: row.build,
            deployment: told.deployment.clone(),
            integrations: u32::try_from(told.integrations.len()).unwrap_or(u32::MAX),
            stage: stage(row.stage),
            asked_by: told.asked_by.clone(),
            began_at: format!("{:.0}", row.began_at),
            there,
        }
    }
}

const fn stage(stage: Stage) -> ReleaseStage {
    match stage {
        Stage::Deploying => ReleaseStage::Deploying,
        Stage::Exporting => ReleaseStage::Exporting,
        Stage::Checking => ReleaseStage::Checking,
        Stage::Pushing => ReleaseStage::Pushing,
        Stage::Ready => ReleaseStage::Ready,
        Stage::GivenUp => ReleaseStage::GivenUp,
    }
}
