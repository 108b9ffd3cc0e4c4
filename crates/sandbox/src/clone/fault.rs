//! Jobs that fail, as steered.

use std::sync::Mutex;

use serde::{Deserialize, Serialize};

use super::job::{Job, Outcome};
use crate::house::hold;

/// What happens to the next jobs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct JobFault {
    /// `export` or `import`; both where it is empty.
    pub kind: String,
    /// The component that fails: `Integration`, or `Process` before Oracle Integration 3.
    pub component: String,
    /// What the service says of it.
    pub message: String,
    /// How many jobs it happens to; one where nothing is said.
    pub times: Option<u32>,
}

/// The faults that wait for a job.
#[derive(Debug, Default)]
pub(crate) struct JobFaults(Mutex<Vec<JobFault>>);

impl JobFaults {
    pub fn add(&self, fault: JobFault) {
        if fault.times != Some(0) {
            hold(&self.0).push(fault);
        }
    }

    pub fn clear(&self) {
        hold(&self.0).clear();
    }

    /// How a job ends that meets one.
    pub fn take(&self, job: &Job) -> Option<Outcome> {
        let kind = if job.task.is_export() {
            "export"
        } else {
            "import"
        };
        let mut waiting = hold(&self.0);
        let index = waiting
            .iter()
            .position(|fault| fault.kind.is_empty() || fault.kind == kind)?;
        let fault = waiting.get_mut(index)?;
        let left = fault.times.unwrap_or(1).saturating_sub(1);
        fault.times = Some(left);
        let outcome = Outcome {
            status: "FAILED".to_owned(),
            archive: None,
            resources: 0,
            failure: Some(fault.message.clone()),
            component: Some(fault.component.clone()).filter(|name| !name.is_empty()),
        };
        if left == 0 {
            waiting.remove(index);
        }
        Some(outcome)
    }
}
