//! How the test of a connection ended (recorded).

use serde::Deserialize;

use super::{WireObject, lenient};

/// How the test of a connection ended. A test that failed may come as an error of the call, or as an
/// answer whose status is not `SUCCESS`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ConnectionTest {
    /// The connection.
    #[serde(deserialize_with = "lenient::name")]
    pub id: String,
    /// `SUCCESS`, else what went wrong (word not documented).
    #[serde(deserialize_with = "lenient::text")]
    pub status: Option<String>,
    /// What the service says about it.
    #[serde(deserialize_with = "lenient::text")]
    pub details: Option<String>,
}

impl ConnectionTest {
    /// The connection works.
    #[must_use]
    pub fn succeeded(&self) -> bool {
        self.status
            .as_deref()
            .is_some_and(|status| status.eq_ignore_ascii_case("SUCCESS"))
    }
}

impl WireObject for ConnectionTest {
    fn identity(&self) -> &str {
        &self.id
    }
}
