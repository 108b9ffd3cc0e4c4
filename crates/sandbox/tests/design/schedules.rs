//! Schedules of integrations.

use serde_json::{Value, json};

use crate::support::Caller;
use crate::world::{JSON, PATCH, full, gen2, id_of, pick, refused, text};

fn scheduled(one: &Value) -> bool {
    one["pattern"] == "Scheduled" && one["scheduleDefinedFlag"] == true
}

/// An active integration whose schedule is stopped.
async fn stopped(caller: &Caller) -> String {
    let all = caller.list("integrations").await;
    let id = id_of(pick(&all, scheduled));
    caller.bring_to(&id, "CONFIGURED").await;
    caller.bring_to(&id, "ACTIVATED").await;
    id
}

async fn turn(caller: &Caller, id: &str, verb: &str) -> crate::support::Reply {
    caller
        .send(
            "POST",
            &format!("integrations/{id}/schedule/{verb}"),
            &[],
            b"",
        )
        .await
}

async fn state(caller: &Caller, id: &str) -> String {
    let reply = caller.get(&format!("integrations/{id}/schedule")).await;
    reply.json()["state"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_schedule_starts_pauses_resumes_and_stops() {
    let (running, caller) = full(60).await;
    let id = stopped(&caller).await;
    assert_eq!(state(&caller, &id).await, "CANCELLED");
    refused(
        &turn(&caller, &id, "pause").await,
        "412 Precondition Failed",
    );
    refused(
        &turn(&caller, &id, "resume").await,
        "412 Precondition Failed",
    );
    for (verb, becomes) in [
        ("start", "ACTIVE"),
        ("pause", "PAUSED"),
        ("resume", "ACTIVE"),
        ("stop", "CANCELLED"),
    ] {
        let reply = turn(&caller, &id, verb).await;
        assert_eq!(reply.line, "HTTP/1.1 200 OK", "{verb}");
        assert_eq!(reply.json()["state"], becomes);
        assert_eq!(state(&caller, &id).await, becomes);
    }
    refused(&turn(&caller, &id, "stop").await, "412 Precondition Failed");
    assert_eq!(turn(&caller, &id, "start").await.status, 200);
    refused(
        &turn(&caller, &id, "start").await,
        "412 Precondition Failed",
    );
    // A running schedule keeps its integration active.
    refused(
        &caller
            .patch(
                &format!("integrations/{id}"),
                &json!({"status": "CONFIGURED"}),
            )
            .await,
        "412 Precondition Failed",
    );
    caller.bring_to(&id, "CONFIGURED").await;
    assert_eq!(state(&caller, &id).await, "CANCELLED");
    refused(
        &turn(&caller, &id, "start").await,
        "412 Precondition Failed",
    );
    for verb in ["start", "stop", "pause", "resume", "jobs"] {
        refused(&turn(&caller, "NO|01.00.0000", verb).await, "404 Not Found");
    }
    refused(&turn(&caller, &id, "hurry").await, "404 Not Found");
    running.shutdown().await;
}

#[tokio::test]
async fn on_request_the_way_there_can_be_watched() {
    let (running, caller) = full(60).await;
    let id = stopped(&caller).await;
    let reply = turn(&caller, &id, "start?async=true").await;
    assert_eq!(reply.line, "HTTP/1.1 202 Accepted");
    assert!(reply.header("location").unwrap().contains(&format!(
        "/integrations/{}/schedule",
        id.replace('|', "%7C")
    )));
    assert_eq!(state(&caller, &id).await, "STARTING");
    refused(&turn(&caller, &id, "stop").await, "412 Precondition Failed");
    let again = turn(&caller, &id, "start?async=true&retry=true").await;
    assert_eq!(again.status, 202);
    for _ in 0..100 {
        if state(&caller, &id).await == "ACTIVE" {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert_eq!(state(&caller, &id).await, "ACTIVE");
    running.shutdown().await;
}

#[tokio::test]
async fn a_run_can_be_asked_for() {
    let (running, caller) = full(60).await;
    let id = stopped(&caller).await;
    let path = format!("integrations/{id}/schedule/jobs");
    let body = json!({
        "action": "NOW", "parameters": [], "runAsSchedule": true,
        "runAsUserName": "user@example.com",
    });
    let reply = caller.send_json("POST", &path, &body).await;
    assert_eq!(reply.line, "HTTP/1.1 204 No Content", "{}", text(&reply));
    let effects = running.control().calls().effects;
    assert_eq!(effects["POST integrations/{}/schedule/jobs"].len(), 1);
    let started = caller
        .send_json(
            "POST",
            &format!("integrations/{id}/schedule/start"),
            &json!({"action": "now", "parameters": [{"name": "lastRun", "value": "yesterday"}]}),
        )
        .await;
    assert_eq!(started.status, 200);
    let shown = caller.get(&format!("integrations/{id}")).await.json();
    assert_eq!(shown["scheduleParams"]["lastRun"], "yesterday");
    refused(
        &caller.send("POST", &path, &[JSON], b"{").await,
        "400 Bad Request",
    );
    refused(&caller.send("GET", &path, &[], b"").await, "404 Not Found");
    let all = caller.list("integrations").await;
    let unscheduled = id_of(pick(&all, |one| one["pattern"] == "Orchestration"));
    refused(&turn(&caller, &unscheduled, "jobs").await, "404 Not Found");
    refused(&turn(&caller, &unscheduled, "start").await, "404 Not Found");
    refused(
        &turn(&caller, &unscheduled, "stop").await,
        "412 Precondition Failed",
    );
    refused(
        &caller
            .get(&format!("integrations/{unscheduled}/schedule"))
            .await,
        "404 Not Found",
    );
    caller.bring_to(&id, "CONFIGURED").await;
    refused(
        &caller.send_json("POST", &path, &body).await,
        "412 Precondition Failed",
    );
    running.shutdown().await;
}

#[tokio::test]
async fn parameters_take_the_method_patch_itself() {
    let (running, caller) = full(60).await;
    let id = stopped(&caller).await;
    let path = format!("integrations/{id}/schedule/parameters");
    let body = json!({"parameters": [{"name": "lastRun", "value": "2026-02-03"}]});
    let reply = caller.send_json("PATCH", &path, &body).await;
    assert_eq!(reply.line, "HTTP/1.1 200 OK", "{}", text(&reply));
    let shown = caller.get(&format!("integrations/{id}")).await.json();
    assert_eq!(shown["scheduleParams"]["lastRun"], "2026-02-03");
    for wrong in [
        json!({}),
        json!({"parameters": "lastRun"}),
        json!({"parameters": [{"value": "x"}]}),
        json!({"parameters": [{"name": "unknown", "value": "x"}]}),
    ] {
        refused(
            &caller.send_json("PATCH", &path, &wrong).await,
            "400 Bad Request",
        );
    }
    refused(&caller.patch(&path, &body).await, "405 Method Not Allowed");
    refused(
        &caller
            .send_json(
                "PATCH",
                "integrations/NO|01.00.0000/schedule/parameters",
                &body,
            )
            .await,
        "404 Not Found",
    );
    let all = caller.list("integrations").await;
    let unscheduled = id_of(pick(&all, |one| one["pattern"] == "Orchestration"));
    refused(
        &caller
            .send_json(
                "PATCH",
                &format!("integrations/{unscheduled}/schedule/parameters"),
                &body,
            )
            .await,
        "412 Precondition Failed",
    );
    running.shutdown().await;

    let (running, caller) = gen2().await;
    let all = caller.list("integrations").await;
    let id = id_of(pick(&all, |one| one["pattern"] == "Scheduled"));
    let reply = caller
        .send(
            "POST",
            &format!("integrations/{id}/schedule/parameters"),
            &[JSON, PATCH],
            body.to_string().as_bytes(),
        )
        .await;
    assert_eq!(reply.status, 200, "{}", text(&reply));
    running.shutdown().await;
}

#[tokio::test]
async fn schedules_are_made_and_changed() {
    let (running, caller) = full(80).await;
    let all = caller.list("integrations").await;
    let without = id_of(pick(&all, |one| {
        one["pattern"] == "Scheduled" && one["scheduleDefinedFlag"] == false
    }));
    let path = format!("integrations/{without}/schedule");
    let once = json!({
        "frequency": {"frequencyType": "ONCE"}, "name": "SCH_ONE_01_00_0000",
        "description": "Description for schedule", "scheduleTZ": "Asia/Calcutta",
        "startDate": "1/20/2027|13:12:00", "endDate": "1/30/2027|13:12:00",
    });
    refused(
        &caller.send_json("PUT", &path, &once).await,
        "404 Not Found",
    );
    let made = caller.send_json("POST", &path, &once).await;
    assert_eq!(made.line, "HTTP/1.1 200 OK", "{}", text(&made));
    let shown = caller.get(&path).await.json();
    for (member, value) in once.as_object().unwrap() {
        assert_eq!(&shown[member], value, "{member}");
    }
    assert_eq!(shown["state"], "CANCELLED");
    refused(
        &caller.send_json("POST", &path, &once).await,
        "409 Conflict",
    );
    // What is read can be sent back.
    let restored = caller.send_json("PUT", &path, &shown).await;
    assert_eq!(restored.status, 200, "{}", text(&restored));
    let often = json!({"frequency": {"frequencyType": "MINUTELY", "interval": 65}});
    let changed = caller.send_json("PUT", &path, &often).await;
    assert_eq!(changed.json()["frequency"]["interval"], 65);
    assert_eq!(changed.json()["name"], "SCH_ONE_01_00_0000");
    let ical = json!({"icalExpression": "FREQ=WEEKLY;BYDAY=SU,MO;BYHOUR=8;BYMINUTE=0,30;"});
    let changed = caller.send_json("PUT", &path, &ical).await;
    assert_eq!(changed.json()["icalExpression"], ical["icalExpression"]);
    assert!(changed.json().get("frequency").is_none());
    for wrong in [
        json!([]),
        json!({}),
        json!({"frequency": {"frequencyType": "NEVER"}}),
        json!({"frequency": {"frequencyType": "MINUTELY"}}),
        json!({"frequency": {"frequencyType": "MINUTELY", "interval": 5}}),
        json!({"frequency": {"frequencyType": "DAILY", "interval": "often"}}),
        json!({"icalExpression": "every day"}),
        json!({"icalExpression": (["FREQ=DAILY;"; 6].join("&"))}),
        json!({"frequency": {"frequencyType": "ONCE"}, "startDate": "2027-01-20"}),
    ] {
        refused(
            &caller.send_json("PUT", &path, &wrong).await,
            "400 Bad Request",
        );
    }
    refused(
        &caller
            .send_json("POST", "integrations/NO|01.00.0000/schedule", &once)
            .await,
        "404 Not Found",
    );
    refused(&caller.delete(&path).await, "405 Method Not Allowed");
    let unscheduled = id_of(pick(&all, |one| one["pattern"] == "Orchestration"));
    refused(
        &caller
            .send_json(
                "POST",
                &format!("integrations/{unscheduled}/schedule"),
                &once,
            )
            .await,
        "412 Precondition Failed",
    );
    running.shutdown().await;
}
