//! Agent groups and agents, and whether they are heard of (known from a working client).

use super::collect::{Found, Listing};
use crate::calls::Path;
use crate::client::Client;
use crate::error::Error;
use crate::wire::{MonitoredAgent, MonitoredAgentGroup, Read};

impl Client {
    fn monitored_groups_path(&self, operation: String) -> Result<Path, Error> {
        Ok(self.monitoring_path(operation)?.then("/agentgroups"))
    }

    /// All agent groups.
    pub async fn monitored_agent_groups(&self) -> Result<Found<MonitoredAgentGroup>, Error> {
        let path = self.monitored_groups_path("Listing the agent groups".to_owned())?;
        self.collect(Listing::plain(path)).await
    }

    /// One agent group.
    pub async fn monitored_agent_group(
        &self,
        id: &str,
    ) -> Result<Read<MonitoredAgentGroup>, Error> {
        let path = self.monitored_groups_path(format!("Reading agent group `{id}`"))?;
        self.object(path.name(id)?, Vec::new()).await
    }

    /// The agents of a group.
    pub async fn monitored_agents(&self, group: &str) -> Result<Found<MonitoredAgent>, Error> {
        let operation = format!("Listing the agents of agent group `{group}`");
        let path = self.monitored_groups_path(operation)?.name(group)?;
        self.collect(Listing::plain(path.then("/agents"))).await
    }

    /// One agent of a group.
    pub async fn monitored_agent(
        &self,
        group: &str,
        key: &str,
    ) -> Result<Read<MonitoredAgent>, Error> {
        let operation = format!("Reading agent `{key}` of agent group `{group}`");
        let path = self.monitored_groups_path(operation)?.name(group)?;
        self.object(path.then("/agents").name(key)?, Vec::new())
            .await
    }
}
