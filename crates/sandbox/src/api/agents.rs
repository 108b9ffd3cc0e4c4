//! Agent groups and agents, which no call changes (documented).

use serde_json::{Value, json};

use super::call::{Answer, Call, not_found};
use crate::role::Action;
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
            let agents: Vec<Value> = find(id)?
                .agents
                .iter()
                .map(|name| json!({"id": name, "name": name, "status": "RUNNING"}))
                .collect();
            Ok(call.show(&json!({
                "hasMore": false,
                "items": agents,
                "limit": 100,
                "totalResults": agents.len(),
            })))
        }
        _ => Err(not_found("Resource")),
    }
}
