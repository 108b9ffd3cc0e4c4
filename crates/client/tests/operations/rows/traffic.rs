//! Monitoring: message counts, history, audit records, runs to come, agents, logs.

use waybill_client::wire::IntegrationFlags;
use waybill_client::{LogKind, MonitoredIntegrationQuery, MonitoredStatus, Period, TimeWindow};
use waybill_model::Scope::Global;

use crate::operation::{Mark, Operation};

const CLIENT: &str = "a public monitoring client";
const DAY: Period = Period::Last(TimeWindow::OneDay);

fn row(name: &'static str, method: &'static str, path: &str) -> Operation {
    Operation::design(name, method, &format!("/monitoring{path}"))
}

pub fn rows() -> Vec<Operation> {
    vec![
        integrations(),
        integration(),
        summary(),
        history(),
        audit(),
        future(),
        agent(),
        log(),
    ]
}

fn integrations() -> Operation {
    row("Retrieve message counts", "GET", "/integrations")
        .source("op-ic-api-integration-v1-monitoring-integrations-get")
        .client("monitored_integrations")
        .call(|b| async move {
            let query = MonitoredIntegrationQuery {
                status: Some(MonitoredStatus::All),
                period: Some(DAY),
                by_name: true,
                ..MonitoredIntegrationQuery::default()
            };
            let all = b.client.monitored_integrations(&query).await?;
            assert_eq!(all.items.len(), b.integrations(&Global).await?.len());
            let counted = |one: &&waybill_client::Read<
                waybill_client::wire::MonitoredIntegration,
            >| { one.value.counts.received.unwrap_or(0) > 0 };
            assert!(all.items.iter().any(|one| counted(&one)));
            let names: Vec<&str> = all
                .items
                .iter()
                .map(|one| one.value.name.as_str())
                .collect();
            assert!(names.is_sorted());
            Ok(())
        })
}

fn integration() -> Operation {
    row(
        "Retrieve the message counts of an integration",
        "GET",
        "/integrations/{id}",
    )
    .source("op-ic-api-integration-v1-monitoring-integrations-id-get")
    .client("monitored_integration")
    .statuses(&[200], &[404])
    .call(|b| async move {
        let id = b.integration(&Global, "ACTIVATED").await?;
        let one = b.client.monitored_integration(&id, Some(DAY)).await?;
        assert_eq!(one.value.id, id);
        assert!(one.value.counts.received.is_some());
        Ok(())
    })
    .refused(404, |b| async move {
        let id = super::integrations::NO_ID;
        b.client.monitored_integration(id, None).await.map(drop)
    })
    .note("404 is inferred.")
}

fn summary() -> Operation {
    row(
        "Retrieve the message summary",
        "GET",
        "/integrations/messages/summary",
    )
    .marks(&[Mark::Scripts])
    .source(CLIENT)
    .client("message_summary")
    .call(|b| async move {
        let counts = b.client.message_summary(Some(DAY)).await?.value.counts;
        assert!(counts.received.unwrap() >= counts.succeeded.unwrap() + counts.failed.unwrap());
        assert!(counts.received.unwrap() > 0);
        Ok(())
    })
    .note("The names of the members are inferred; several are read.")
}

fn history() -> Operation {
    row("Retrieve the message history", "GET", "/history")
        .marks(&[Mark::Scripts])
        .source(CLIENT)
        .client("message_history")
        .call(|b| async move {
            let history = b.client.message_history(Some(DAY)).await?;
            assert!(history.items.len() >= 24);
            assert!(history.items.iter().all(|one| one.value.date.is_some()));
            Ok(())
        })
}

fn audit() -> Operation {
    row("Retrieve audit records", "GET", "/auditRecords")
        .marks(&[Mark::Documented, Mark::Scripts])
        .source("op-ic-api-integration-v1-monitoring-auditrecords-get")
        .client("audit_records")
        .before(|b| async move {
            let id = b.integration(&Global, "CONFIGURED").await?;
            b.client.delete_integration(&Global, &id).await.map(drop)
        })
        .call(|b| async move {
            let records = b.client.audit_records(Some(DAY)).await?;
            let one = &records.items[0].value;
            assert_eq!(one.action.as_deref(), Some("DELETE"));
            assert!(one.user.is_some() && one.resource_name.is_some());
            Ok(())
        })
}

fn future() -> Operation {
    row("Retrieve future runs", "GET", "/futureruns")
        .marks(&[Mark::Documented, Mark::Scripts])
        .source("announced in September 2025; the path is that of a public monitoring client")
        .client("future_runs")
        .before(|b| async move {
            let id = b.scheduled(&Global).await?;
            let flags = IntegrationFlags::default();
            b.client.update_integration(&Global, &id, &flags).await.ok();
            Ok(())
        })
        .call(|b| async move {
            let runs = b.client.future_runs().await?;
            assert!(runs.items.iter().all(|one| one.value.next_run.is_some()));
            Ok(())
        })
}

fn agent() -> Operation {
    row("Retrieve an agent", "GET", "/agentgroups/{id}/agents/{key}")
        .marks(&[Mark::Documented, Mark::Scripts])
        .source("op-ic-api-integration-v1-monitoring-agentgroups-id-agents-key-get")
        .client("agent")
        .statuses(&[200], &[404])
        .call(|b| async move {
            let agents = b.client.agents_of_group("PLANT_NETWORK").await?;
            let first = &agents[0].value;
            let one = b.client.agent("PLANT_NETWORK", &first.id).await?;
            assert_eq!(one.value.id, first.id);
            Ok(())
        })
        .refused(404, |b| async move {
            b.client.agent("PLANT_NETWORK", "NONE").await.map(drop)
        })
}

fn log() -> Operation {
    row("Download a log file", "GET", "/logs/{id}")
        .source("op-ic-api-integration-v1-monitoring-logs-id-get")
        .client("download_log")
        .call(|b| async move {
            let folder = tempfile::tempdir().unwrap();
            for (kind, name) in [(LogKind::Flow, "flow.zip"), (LogKind::Audit, "audit.zip")] {
                let file = folder.path().join(name);
                let length = b.client.download_log(kind, DAY, &file).await?;
                assert_eq!(length, std::fs::metadata(&file).unwrap().len());
            }
            Ok(())
        })
        .note("On OIC 3 since January 2026.")
}
