//! One agent of an agent group; groups and their agents are listed beside the artifacts.

use crate::client::Client;
use crate::error::Error;
use crate::wire::{Agent, Read};

impl Client {
    /// One agent of a group, and whether it is heard of (known from a working client).
    pub async fn agent(&self, group: &str, key: &str) -> Result<Read<Agent>, Error> {
        let operation = format!("Reading agent `{key}` of agent group `{group}`");
        let path = self.monitoring_path(operation)?.then("/agentgroups");
        let path = path.name(group)?.then("/agents").name(key)?;
        self.object(path, Vec::new()).await
    }
}
