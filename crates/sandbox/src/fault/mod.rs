//! Faults on demand: what can go wrong with a call, when it does, and how that looks to the caller.

mod body;
mod play;
mod queue;

use serde::{Deserialize, Serialize};

pub(crate) use play::{Dropped, after, before};
pub(crate) use queue::Faults;

/// What goes wrong with a call.
///
/// In JSON the name is in camelCase, with its values beside it where it has any: `"dropAfter"`,
/// `{"status": {"code": 429, "retryAfter": 2}}`, `{"latency": {"millis": 400}}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum FaultKind {
    /// An error of the service with this status, `Retry-After` where given; the call has no effect.
    Status {
        /// The HTTP status.
        code: u16,
        /// Seconds, for the header `Retry-After`.
        #[serde(default, rename = "retryAfter")]
        retry_after: Option<u32>,
    },
    /// The call has its effect, and the caller is told of an error of a gateway, in HTML.
    StatusAfter {
        /// The HTTP status.
        code: u16,
    },
    /// A page in HTML with status 200, as a sign-in page of a gateway; the call has no effect.
    Html,
    /// An error page of a gateway in HTML with this status; the call has no effect.
    HtmlStatus {
        /// The HTTP status.
        code: u16,
    },
    /// The call waits this long, and then goes its way.
    Latency {
        /// Milliseconds.
        millis: u64,
    },
    /// All tokens end; the call is refused with 401, as one that comes just too late.
    ExpireTokens,
    /// The connection is closed without an answer before the call had its effect.
    DropBefore,
    /// The call has its effect, then the connection is closed without an answer.
    DropAfter,
    /// The answer breaks off half way: all bytes announced, half of them sent.
    Truncate,
    /// Half of the answer as if it were whole.
    Cut,
    /// Half of the answer, and then nothing until the sandbox stops or the client leaves.
    StallBody,
    /// No answer, and no effect, until the sandbox stops or the client leaves.
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
    /// Only calls whose method and path (`PUT /integrations/archive`, decoded) hold this text;
    /// calls for tokens are `POST /oauth2/v1/token`.
    #[serde(default)]
    pub path: Option<String>,
}

/// A fault that hits a share of the calls until it is taken back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StandingFault {
    /// The share of calls that are hit: 0.2 for one in five.
    pub chance: f64,
    /// What may happen; each hit takes one of them by chance.
    pub kinds: Vec<FaultKind>,
    /// The same seed hits the same calls of a sequence.
    #[serde(default)]
    pub seed: u64,
    /// Only calls whose method and path hold this text, as in [`Fault::path`].
    #[serde(default)]
    pub path: Option<String>,
    /// Only calls with this method.
    #[serde(default)]
    pub method: Option<String>,
    /// Never calls whose method and path hold this text.
    #[serde(default)]
    pub except: Option<String>,
}

fn once() -> u32 {
    1
}
