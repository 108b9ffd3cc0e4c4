//! Faults on demand.

use serde::{Deserialize, Serialize};

/// What goes wrong with a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum FaultKind {
    /// An error of the service with this status, `Retry-After` where given.
    Status {
        /// The HTTP status.
        code: u16,
        /// Seconds, for the header `Retry-After`.
        #[serde(default, rename = "retryAfter")]
        retry_after: Option<u32>,
    },
    /// A page in HTML with status 200, as a sign-in page of a gateway.
    Html,
    /// The answer breaks off half way: all bytes announced, half of them sent.
    Truncate,
    /// Half of the answer as if it were whole.
    Cut,
    /// No answer until the sandbox stops or the client leaves.
    Stall,
}

/// A fault that the next calls meet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Fault {
    /// What happens.
    pub kind: FaultKind,
    /// How many calls meet it.
    #[serde(default = "once")]
    pub times: u32,
    /// Only calls whose path (decoded) holds this text; calls for tokens count as
    /// `/oauth2/v1/token`.
    #[serde(default)]
    pub path: Option<String>,
}

fn once() -> u32 {
    1
}

/// Takes the first fault that fits the path.
pub(crate) fn take(faults: &mut Vec<Fault>, path: &str) -> Option<FaultKind> {
    let index = faults
        .iter()
        .position(|fault| fault.path.as_deref().is_none_or(|part| path.contains(part)))?;
    let fault = faults.get_mut(index)?;
    let kind = fault.kind.clone();
    fault.times = fault.times.saturating_sub(1);
    if fault.times == 0 {
        faults.remove(index);
    }
    Some(kind)
}
