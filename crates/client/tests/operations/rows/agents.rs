//! Connectivity agents and their groups.

use waybill_model::Generation::Oic3;

use crate::operation::{Mark, Operation};

pub fn rows() -> Vec<Operation> {
    vec![
        Operation::design("Retrieve agent groups", "GET", "/monitoring/agentgroups")
            .source("op-ic-api-integration-v1-monitoring-agentgroups-get")
            .marks(&[Mark::Documented, Mark::Scripts])
            .client("agent_groups")
            .call(|b| async move {
                let all = b.client.agent_groups().await?;
                assert_eq!(all[0].value.id, "PLANT_NETWORK");
                Ok(())
            })
            .note("Read-only in every generation: no call creates, changes or deletes a group."),
        Operation::design(
            "Retrieve an agent group",
            "GET",
            "/monitoring/agentgroups/{id}",
        )
        .source("op-ic-api-integration-v1-monitoring-agentgroups-id-get")
        .client("agent_group")
        .statuses(&[200], &[404])
        .call(|b| async move {
            let group = b.client.agent_group("PLANT_NETWORK").await?;
            assert_eq!(group.value.name, "Plant network");
            Ok(())
        })
        .refused(404, |b| async move {
            b.client.agent_group("NOWHERE").await.map(drop)
        }),
        Operation::design(
            "Retrieve the agents of a group",
            "GET",
            "/monitoring/agentgroups/{id}/agents",
        )
        .source("op-ic-api-integration-v1-monitoring-agentgroups-id-agents-get")
        .client("agents_of_group")
        .statuses(&[200], &[404])
        .call(|b| async move {
            let agents = b.client.agents_of_group("PLANT_NETWORK").await?;
            assert_eq!(agents.len(), 2);
            Ok(())
        })
        .refused(404, |b| async move {
            b.client.agents_of_group("NOWHERE").await.map(drop)
        }),
        Operation::design(
            "Installer profile of an agent group",
            "GET",
            "/agentgroups/{id}/configuration",
        )
        .on(&[Oic3])
        .marks(&[Mark::Scripts])
        .source("a public script; no page")
        .client("agent_group_configuration")
        .call(|b| async move {
            let profile = b.client.agent_group_configuration("PLANT_NETWORK").await?;
            assert!(!profile.is_empty());
            Ok(())
        }),
        Operation::design(
            "Installer of the connectivity agent",
            "GET",
            "/agents/binaries/connectivity",
        )
        .on(&[Oic3])
        .marks(&[Mark::Scripts])
        .source("a public script; no page")
        .client("agent_installer_to")
        .call(|b| async move {
            let folder = tempfile::tempdir().unwrap();
            let file = folder.path().join("agent.zip");
            let length = b.client.agent_installer_to(&file).await?;
            assert_eq!(std::fs::metadata(&file).unwrap().len(), length);
            Ok(())
        }),
    ]
}
