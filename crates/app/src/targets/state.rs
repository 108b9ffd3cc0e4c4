//! How targets and copies stand.

use std::collections::HashMap;

use waybill_engine::{CopyRow, CopyState, RunStatus};

use super::carriers::address;
use super::due::Copyable;
use super::{StoredTarget, TargetSlot};
use crate::Waybill;
use crate::view::{CommandError, CopyStanding, CopyView, TargetState, TargetView};

impl Waybill {
    pub(super) fn target_view(
        &self,
        target: &StoredTarget,
        snapshots: &[Copyable],
    ) -> Result<TargetView, CommandError> {
        let rows = self.shared.journal.copies_at(&target.id)?;
        let behind = if target.on {
            self.lacking(target, snapshots)?.len()
        } else {
            0
        };
        let mut views = Vec::with_capacity(rows.len().min(1));
        for row in &rows {
            views.push(self.copy_view(row, &target.name)?);
        }
        let last = views
            .iter()
            .find(|copy| copy.standing == CopyStanding::Whole)
            .cloned();
        let copying = views
            .iter()
            .any(|copy| copy.standing == CopyStanding::Copying);
        // The newest try alone: what failed before and is whole now is over.
        let failed = views
            .iter()
            .max_by_key(|copy| copy.at.clone())
            .filter(|copy| copy.standing == CopyStanding::Failed);
        let state = if copying {
            TargetState::Copying
        } else if failed.is_some() {
            TargetState::Failed
        } else if behind > 0 {
            TargetState::Behind
        } else if last.is_some() {
            TargetState::Equal
        } else {
            TargetState::Empty
        };
        Ok(TargetView {
            id: target.id.clone(),
            form: target.form(),
            address: address(&target.place),
            state,
            behind: u32::try_from(behind).unwrap_or(u32::MAX),
            problem: failed.and_then(|copy| copy.problem.clone()),
            guidance: failed.and_then(|copy| copy.guidance.clone()),
            last,
            access: self.target_secret_place(target, TargetSlot::Access),
            encryption: self.target_secret_place(target, TargetSlot::Encryption),
            vault: self.target_secret_place(target, TargetSlot::Vault),
        })
    }

    /// The copies of a snapshot at all targets, those that go on and failed too.
    ///
    /// # Errors
    /// `UnknownSubject`, the failures of the vault and its password, `FileFailed`.
    pub async fn copies_of(&self, snapshot: &str) -> Result<Vec<CopyView>, CommandError> {
        let names: HashMap<String, String> = self
            .shared
            .settings
            .read()
            .targets
            .into_iter()
            .map(|target| (target.id, target.name))
            .collect();
        if names.is_empty() {
            return Ok(Vec::new());
        }
        let snapshots = self.copyable().await?;
        let Some(one) = snapshots.iter().find(|one| one.id.starts_with(snapshot)) else {
            return Ok(Vec::new());
        };
        let rows = self.shared.journal.copies_of(&one.origin)?;
        rows.iter()
            .filter_map(|row| Some((row, names.get(&row.of.target)?)))
            .map(|(row, name)| self.copy_view(row, name))
            .collect()
    }

    /// All copies that this computer knows of, of one target or all, newest first.
    ///
    /// # Errors
    /// `UnknownSubject`, `FileFailed`.
    pub fn copies_known(&self, target: Option<&str>) -> Result<Vec<CopyView>, CommandError> {
        let targets = match target {
            Some(target) => vec![self.stored_target(target)?],
            None => self.shared.settings.read().targets,
        };
        let mut views = Vec::new();
        for target in targets {
            for row in self.shared.journal.copies_at(&target.id)? {
                views.push(self.copy_view(&row, &target.name)?);
            }
        }
        views.sort_by(|one, other| other.taken_at.cmp(&one.taken_at));
        Ok(views)
    }

    pub(super) fn copy_view(
        &self,
        row: &CopyRow,
        target_name: &str,
    ) -> Result<CopyView, CommandError> {
        let standing = match row.state {
            CopyState::Whole => CopyStanding::Whole,
            CopyState::Failed => CopyStanding::Failed,
            CopyState::Copying => match self.copy_run_status(row)? {
                Some(RunStatus::Running | RunStatus::Cancelling) => CopyStanding::Copying,
                _ => CopyStanding::Interrupted,
            },
        };
        Ok(CopyView {
            target: row.of.target.clone(),
            target_name: target_name.to_owned(),
            standing,
            copy: (standing == CopyStanding::Whole).then(|| row.folder.clone()),
            snapshot: row.of.snapshot.clone(),
            instance_id: row.of.instance_id.clone(),
            taken_at: row.of.taken_at.to_string(),
            at: row.ended_at.unwrap_or(row.began_at).to_string(),
            reference: row.reference.clone(),
            problem: row.problem.clone(),
            guidance: row.guidance.clone(),
            run: row.of.run.to_string(),
        })
    }
}
