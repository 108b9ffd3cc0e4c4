//! How long activations take, and which of them fail: as steered.

use std::sync::Mutex;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::house::hold;

/// What happens to the next activations of certain integrations.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ActivationFault {
    /// Only integrations whose id (`CODE|VERSION`) holds this text; all where it is empty.
    #[serde(default)]
    pub integration: String,
    /// How long the activation takes, in milliseconds; as usual where nothing is said.
    #[serde(default)]
    pub millis: Option<u64>,
    /// Why it fails in the end; it succeeds where nothing is said.
    #[serde(default)]
    pub error: Option<String>,
    /// How many activations it happens to; until healed where nothing is said.
    #[serde(default)]
    pub times: Option<u32>,
}

/// How an activation goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Course {
    pub time: Duration,
    /// Why it fails in the end.
    pub error: Option<String>,
}

#[derive(Debug)]
pub(crate) struct Activations {
    usual: Duration,
    faults: Mutex<Vec<ActivationFault>>,
}

impl Activations {
    pub fn new(usual: Duration) -> Self {
        Self {
            usual,
            faults: Mutex::default(),
        }
    }

    /// How long changes of state take that nothing special was said of.
    pub fn usual(&self) -> Duration {
        self.usual
    }

    pub fn add(&self, fault: ActivationFault) {
        if fault.times != Some(0) {
            hold(&self.faults).push(fault);
        }
    }

    pub fn clear(&self) {
        hold(&self.faults).clear();
    }

    /// How the activation of an integration goes that begins now.
    pub fn next(&self, id: &str) -> Course {
        let mut faults = hold(&self.faults);
        let found = faults
            .iter()
            .position(|fault| id.contains(&fault.integration));
        let Some(fault) = found.and_then(|index| faults.get_mut(index)) else {
            return Course {
                time: self.usual,
                error: None,
            };
        };
        let course = Course {
            time: fault.millis.map_or(self.usual, Duration::from_millis),
            error: fault.error.clone(),
        };
        if let Some(times) = &mut fault.times {
            *times -= 1;
        }
        faults.retain(|fault| fault.times != Some(0));
        course
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_meets_the_activations_it_is_meant_for() {
        let activations = Activations::new(Duration::from_millis(5));
        activations.add(ActivationFault {
            integration: "ORDERS|".to_owned(),
            millis: Some(900),
            error: Some("The endpoint is in use.".to_owned()),
            times: Some(1),
        });
        let usual = Course {
            time: Duration::from_millis(5),
            error: None,
        };
        assert_eq!(activations.next("ITEMS|01.00.0000"), usual);
        let failing = activations.next("ORDERS|01.00.0000");
        assert_eq!(failing.time, Duration::from_millis(900));
        assert!(failing.error.is_some());
        assert_eq!(activations.next("ORDERS|01.00.0000"), usual);
    }
}
