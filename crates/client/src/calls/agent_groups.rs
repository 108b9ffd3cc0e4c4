//! Connectivity agent groups; read-only in every generation.

use waybill_model::{Generation, Scope};

use super::Paging;
use crate::client::Client;
use crate::error::Error;
use crate::wire::{AgentGroup, Read};

impl Client {
    /// All agent groups.
    pub async fn agent_groups(&self) -> Result<Vec<Read<AgentGroup>>, Error> {
        let operation = "Listing the agent groups".to_owned();
        self.only_on(
            &[Generation::Oic3, Generation::Gen2],
            "agent groups",
            &operation,
        )?;
        let path = self.path(&Scope::Global, operation)?;
        self.list(path.then("/monitoring/agentgroups"), Paging::OnDemand)
            .await
    }
}
