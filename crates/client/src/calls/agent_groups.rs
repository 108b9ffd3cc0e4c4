//! Connectivity agent groups and their agents; read-only in every generation.

use bytes::Bytes;
use reqwest::Method;
use waybill_model::{Generation, Scope};

use super::{Paging, Path};
use crate::client::Client;
use crate::error::Error;
use crate::http::Expect;
use crate::pace::CallClass;
use crate::wire::{Agent, AgentGroup, Read};

impl Client {
    /// All agent groups.
    pub async fn agent_groups(&self) -> Result<Vec<Read<AgentGroup>>, Error> {
        let path = self.agent_group_path("Listing the agent groups".to_owned())?;
        self.list(path, Paging::OnDemand).await
    }

    /// One agent group. Documented: 200; `NotFound`.
    pub async fn agent_group(&self, id: &str) -> Result<Read<AgentGroup>, Error> {
        let path = self.agent_group_path(format!("Reading agent group `{id}`"))?;
        self.object(path.name(id)?, Vec::new()).await
    }

    /// The agents of a group. Documented: 200; `NotFound`.
    pub async fn agents_of_group(&self, id: &str) -> Result<Vec<Read<Agent>>, Error> {
        let path = self.agent_group_path(format!("Listing the agents of group `{id}`"))?;
        self.list(path.name(id)?.then("/agents"), Paging::OnDemand)
            .await
    }

    /// The profile with which an agent of the group is installed (`InstallerProfile.cfg`; OIC 3, a
    /// public script).
    pub async fn agent_group_configuration(&self, id: &str) -> Result<Bytes, Error> {
        let operation = format!("Fetching the installer profile of agent group `{id}`");
        self.only_on(&[Generation::Oic3], "installer profiles", &operation)?;
        let path = self
            .path(&Scope::Global, operation)?
            .then("/agentgroups")
            .name(id)?
            .then("/configuration");
        self.download(path, Expect::File).await
    }

    /// Fetches the installer of the connectivity agent, a ZIP, into a file; answers with its length in
    /// bytes (OIC 3, a public script).
    pub async fn agent_installer_to(&self, file: &std::path::Path) -> Result<u64, Error> {
        let operation = "Fetching the installer of the connectivity agent".to_owned();
        self.only_on(&[Generation::Oic3], "the agent's installer", &operation)?;
        let call = self
            .path(&Scope::Global, operation)?
            .then("/agents/binaries/connectivity")
            .call(Method::GET, CallClass::Archive)
            .expecting(Expect::Zip);
        self.download_to(call, file).await
    }

    fn agent_group_path(&self, operation: String) -> Result<Path, Error> {
        self.only_on(
            &[Generation::Oic3, Generation::Gen2],
            "agent groups",
            &operation,
        )?;
        Ok(self
            .path(&Scope::Global, operation)?
            .then("/monitoring/agentgroups"))
    }
}
