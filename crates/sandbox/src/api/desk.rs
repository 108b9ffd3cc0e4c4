//! An instance held open for a change: who changes what, in which scope, and when.

use jiff::Timestamp;

use super::call::{Call, Refusal, not_found};
use crate::house::{House, Resident};
use crate::role::Action;
use crate::store::{Audit, Instance, Space};
use crate::wire::WithinInstance;

/// An instance under its write lock.
pub(crate) struct Desk<'desk> {
    pub house: &'desk House,
    pub resident: &'desk Resident,
    pub instance: &'desk mut Instance,
    /// The project that the call is about; `None` outside projects.
    pub project: Option<&'desk str>,
    pub who: &'desk str,
    pub now: Timestamp,
}

impl<'desk> Desk<'desk> {
    /// The same desk for calls below a project.
    pub fn within<'inner>(&'inner mut self, project: &'inner str) -> Desk<'inner>
    where
        'desk: 'inner,
    {
        Desk {
            house: self.house,
            resident: self.resident,
            instance: self.instance,
            project: Some(project),
            who: self.who,
            now: self.now,
        }
    }

    /// Refuses those who may not change what is designed in the scope.
    pub fn may_edit(&self, call: &Call<'_>) -> Result<(), Refusal> {
        call.needs(if self.project.is_some() {
            Action::EditProject
        } else {
            Action::Edit
        })
    }

    /// The artifacts of the scope.
    pub fn space(&mut self) -> Result<&mut Space, Refusal> {
        self.instance
            .space_mut(self.project)
            .ok_or_else(|| not_found("Project"))
    }

    /// The same, to read in.
    pub fn shown(&self) -> Result<&Space, Refusal> {
        self.instance
            .space(self.project)
            .ok_or_else(|| not_found("Project"))
    }

    /// The scope as the answers show it.
    pub fn place(&self) -> WithinInstance<'_> {
        WithinInstance {
            instance: self.instance,
            project: self.project,
            base: &self.resident.base,
            console: &self.resident.console,
        }
    }

    /// Made by the caller, now.
    pub fn fresh(&self) -> Audit {
        Audit {
            created: self.now,
            created_by: self.who.to_owned(),
            updated: self.now,
            updated_by: self.who.to_owned(),
        }
    }
}

/// Notes who changed something last, and when.
pub(crate) fn changed(audit: &mut Audit, who: &str, now: Timestamp) {
    audit.updated = now;
    who.clone_into(&mut audit.updated_by);
}
