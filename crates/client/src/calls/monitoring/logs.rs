//! Log files of an instance.

use std::path::Path as File;

use reqwest::Method;

use super::query::{Conditions, Period};
use crate::client::Client;
use crate::error::Error;
use crate::http::Expect;
use crate::pace::CallClass;

/// Which log (documented for Gen 2; OIC 3 has the call since January 2026).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogKind {
    /// What the integrations did.
    Flow,
    /// Who changed what.
    Audit,
}

impl LogKind {
    const fn name(self) -> &'static str {
        match self {
            Self::Flow => "icsflowlog",
            Self::Audit => "icsauditlog",
        }
    }
}

impl Client {
    /// Fetches a log as a ZIP archive into a file, which is begun anew; answers with its length in bytes.
    pub async fn download_log(
        &self,
        log: LogKind,
        period: Period,
        file: &File,
    ) -> Result<u64, Error> {
        let path = self.monitoring_path(format!("Fetching log `{}`", log.name()))?;
        period.check(&path.operation)?;
        let mut conditions = Conditions::default();
        period.conditions(&mut conditions);
        let call = path
            .then("/logs")
            .name(log.name())?
            .call(Method::GET, CallClass::Archive)
            .query_if("q", conditions.finish())
            .expecting(Expect::Zip);
        self.download_to(call, file).await
    }
}
