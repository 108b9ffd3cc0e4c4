//! Agent groups and agents, which no call changes (documented).

use serde_json::{Value, json};

use super::call::{Answer, Call, not_found};
use super::hand_out;
use crate::house::House;
use crate::role::Action;
use crate::synthetic::connectivity_agent;
use crate::wire::{self, Listing, WithinInstance};

/// Calls below `monitoring/agentgroups`.
pub(crate) fn groups(place: WithinInstance<'_>, call: &Call<'_>, path: &[&str]) -> Answer {
    call.needs(Action::Monitor)?;
    let all = &place.instance.agent_groups;
    let find = |id: &str| all.get(id).ok_or_else(|| not_found("Agent group"));
    match path {
        [] => {
            let rows = all
                .values()
                .map(|one| Listing {
                    item: one,
                    id: one.id.clone(),
                    name: &one.name,
                    updated: one.audit.updated,
                    keys: Vec::new(),
                })
                .collect();
            call.page(rows, &place.href("monitoring/agentgroups"), |one| {
                wire::agent_group(one, place)
            })
        }
        [id] => Ok(call.show(&wire::agent_group(find(id)?, place))),
        [id, "agents"] => {
            let agents: Vec<Value> = find(id)?.agents.iter().map(|name| agent(name)).collect();
            Ok(call.show(&json!({
                "hasMore": false,
                "items": agents,
                "limit": 100,
                "totalResults": agents.len(),
            })))
        }
        [id, "agents", key] => {
            let name = find(id)?
                .agents
                .iter()
                .find(|name| name == key)
                .ok_or_else(|| not_found("Agent"))?;
            Ok(call.show(&agent(name)))
        }
        _ => Err(not_found("Resource")),
    }
}

fn agent(name: &str) -> Value {
    json!({"id": name, "name": name, "status": "RUNNING"})
}

/// What an agent is installed from (seen in scripts): `agentgroups/{id}/configuration` and
/// `agents/binaries/connectivity`.
pub(crate) fn installer(house: &House, place: WithinInstance<'_>, call: &Call<'_>) -> Answer {
    call.needs(Action::View)?;
    match call.path {
        ["agentgroups", id, "configuration"] => {
            let group = place
                .instance
                .agent_groups
                .get(*id)
                .ok_or_else(|| not_found("Agent group"))?;
            let text = format!(
                "oic_URL={}\nagent_GROUP_IDENTIFIER={}\nsandbox=true\n",
                place.console, group.id
            );
            Ok(hand_out(
                house,
                text.into_bytes(),
                Some("InstallerProfile.cfg"),
            ))
        }
        ["agents", "binaries", "connectivity"] => Ok(hand_out(
            house,
            connectivity_agent(),
            Some("oic_conn_agent_installer.zip"),
        )),
        _ => Err(not_found("Resource")),
    }
}
