//! What is proved by itself, as `settings.json` has it.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::view::ProofForm;

/// The saved calendar of proofs.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct StoredProof {
    /// What was set.
    #[serde(flatten)]
    pub(crate) form: ProofForm,
    /// Instances that were marked for it, by their ids: what is in them may be replaced.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) scratch: Vec<String>,
    /// What a later version added.
    #[serde(flatten)]
    pub(crate) other: Map<String, Value>,
}

impl StoredProof {
    /// Nothing was ever set.
    pub(crate) fn is_untouched(&self) -> bool {
        *self == Self::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_daily_check_is_on_from_the_start_and_all_comes_back() {
        let empty: StoredProof = serde_json::from_str("{}").unwrap();
        assert!(empty.form.check && !empty.form.restore && empty.is_untouched());
        let mut set = empty;
        set.form.restore = true;
        set.scratch.push("i1".into());
        set.other.insert("later".into(), Value::from(1));
        let text = serde_json::to_string(&set).unwrap();
        assert_eq!(serde_json::from_str::<StoredProof>(&text).unwrap(), set);
    }
}
