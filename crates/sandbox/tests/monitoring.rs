//! What runs, what fails, what is done about it, and the record of changes.
#![allow(
    clippy::unwrap_used,
    reason = "a test may stop at what it did not expect"
)]

mod support;

use std::time::Duration;

use serde_json::{Value, json};
use support::{Caller, ask_with_form};
use waybill_sandbox::{Application, InstanceSpec, Running, Sandbox};

async fn sandbox(spec: InstanceSpec, hourly: u32) -> (Running, Caller) {
    let running = Sandbox::builder()
        .instance(spec)
        .synthetic(20, 5)
        .traffic(hourly)
        .application(Application {
            id: "watcher".to_owned(),
            secret: Some("s".to_owned()),
            roles: vec!["ServiceMonitor".to_owned()],
            ..Application::default()
        })
        .application(Application {
            id: "invoker".to_owned(),
            secret: Some("s".to_owned()),
            roles: vec!["ServiceInvoker".to_owned()],
            ..Application::default()
        })
        .start()
        .await
        .unwrap();
    let caller = Caller::sign_in(&running.ready.instances[0]).await;
    (running, caller)
}

fn q(filter: &str) -> String {
    url::form_urlencoded::byte_serialize(filter.as_bytes()).collect()
}

async fn runs(caller: &Caller, filter: &str, rest: &str) -> Value {
    let path = format!("monitoring/instances?q={}{rest}", q(filter));
    let reply = caller.get(&path).await;
    assert_eq!(
        reply.status,
        200,
        "{}",
        String::from_utf8_lossy(&reply.body)
    );
    reply.json()
}

fn ids(page: &Value) -> Vec<String> {
    let items = page["items"].as_array().unwrap();
    items
        .iter()
        .map(|item| item["id"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn pages_are_small_and_their_counters_mean_what_clients_say() {
    let (running, caller) = sandbox(InstanceSpec::oic3("one"), 600).await;
    let window = "{timewindow:'3d'}";
    let page = runs(&caller, window, "&limit=100").await;
    assert_eq!(
        (&page["limit"], &page["totalResults"]),
        (&json!(50), &json!(50))
    );
    assert!(page["totalRecordsCount"].as_u64().unwrap() > 10_000);
    let second = runs(&caller, window, "&limit=10&offset=500").await;
    assert_eq!(second["totalResults"], 10);
    let path = format!("monitoring/instances?q={}&offset=501", q(window));
    assert_eq!(caller.get(&path).await.status, 400);
    for id in ids(&page) {
        assert_eq!(id.len(), 22);
    }
    let item = &page["items"][0];
    for member in [
        "creationDate",
        "duration",
        "instanceId",
        "integrationId",
        "status",
        "links",
    ] {
        assert!(!item[member].is_null(), "{member}");
    }
    assert!(item["creationDate"].as_str().unwrap().ends_with("+0000"));
    // An hour where nothing is said.
    let hour = caller.get("monitoring/instances").await.json();
    let all = hour["totalRecordsCount"].as_u64().unwrap();
    assert!((300..1_000).contains(&all), "{all}");
    running.shutdown().await;
}

#[tokio::test]
async fn filters_orders_and_forms_of_the_list() {
    let (running, caller) = sandbox(InstanceSpec::oic3("one"), 600).await;
    let failed = runs(&caller, "{timewindow:'1d', status:'FAILED'}", "").await;
    assert!(failed["totalRecordsCount"].as_u64().unwrap() > 0);
    let first = &failed["items"][0];
    assert_eq!(first["status"], "FAILED");
    let (code, version) = first["integrationId"]
        .as_str()
        .unwrap()
        .split_once('|')
        .unwrap();
    let own = runs(
        &caller,
        &format!("{{timewindow:'1d', code:'{code}', version:'{version}'}}"),
        "",
    )
    .await;
    for item in own["items"].as_array().unwrap() {
        assert_eq!(item["integrationId"], first["integrationId"]);
    }
    let by_value = first["trackings"][0]["value"].as_str().unwrap();
    let found = runs(
        &caller,
        &format!("{{timewindow:'1d', primaryValue:'{by_value}'}}"),
        "",
    )
    .await;
    assert!(ids(&found).contains(&first["id"].as_str().unwrap().to_owned()));
    let slow = runs(&caller, "{timewindow:'1d'}", "&orderBy=executiontime").await;
    let times: Vec<i64> = slow["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["duration"].as_i64().unwrap())
        .collect();
    assert!(times.is_sorted_by(|left, right| left >= right));
    let brief = runs(&caller, "{}", "&return=minimal").await;
    assert!(brief["items"][0].get("integrationName").is_none());
    let only = runs(&caller, "{}", "&fields=id").await;
    assert_eq!(only["items"][0].as_object().unwrap().len(), 1);
    let grouped = runs(&caller, "{timewindow:'1d'}", "&groupBy=integration").await;
    assert!(grouped["items"][0]["count"].as_u64().unwrap() > 0);
    for wrong in [
        "{timewindow:'2w'}",
        "{startdate:'2026-01-01 00:00:00', enddate:'2026-03-01 00:00:00'}",
        "code",
    ] {
        let path = format!("monitoring/instances?q={}", q(wrong));
        assert_eq!(caller.get(&path).await.status, 400, "{wrong}");
    }
    running.shutdown().await;
}

#[tokio::test]
async fn time_brings_new_runs_and_running_ones_can_be_aborted() {
    let (running, caller) = sandbox(InstanceSpec::oic3("one"), 36_000).await;
    let count = |page: Value| page["totalRecordsCount"].as_u64().unwrap();
    let before = count(runs(&caller, "{timewindow:'3d'}", "&limit=1").await);
    tokio::time::sleep(Duration::from_millis(600)).await;
    let after = count(runs(&caller, "{timewindow:'3d'}", "&limit=1").await);
    assert!(after > before, "{before} {after}");
    let moving = runs(
        &caller,
        "{timewindow:'3d', status:'IN_PROGRESS'}",
        "&orderBy=executiontime",
    )
    .await;
    // The longest of them hangs.
    let id = ids(&moving)[0].clone();
    let abort = format!("monitoring/instances/{id}/abort");
    let reply = caller.post(&abort, &json!({})).await;
    assert_eq!(
        (reply.status, &reply.json()["status"]),
        (200, &json!("ABORTED"))
    );
    assert_eq!(caller.post(&abort, &json!({})).await.status, 409);
    let single = caller
        .get(&format!("monitoring/instances/{id}"))
        .await
        .json();
    assert_eq!(single["status"], "ABORTED");
    let course = caller
        .get(&format!("monitoring/instances/{id}/activityStreamDetails"))
        .await
        .json();
    let key = course["items"][0]["key"].as_str().unwrap().to_owned();
    let step = format!("monitoring/instances/{id}/activityStreamDetails/{key}");
    assert_eq!(caller.get(&step).await.status, 200);
    for missing in [
        "monitoring/instances/none",
        "monitoring/instances/none/activityStream",
    ] {
        assert_eq!(caller.get(missing).await.status, 404);
    }
    assert_eq!(
        caller
            .post("monitoring/instances/none/abort", &json!({}))
            .await
            .status,
        404
    );
    running.shutdown().await;
}

async fn errors(caller: &Caller, filter: &str) -> Vec<Value> {
    let path = format!("monitoring/errors?q={}", q(filter));
    caller.get(&path).await.json()["items"]
        .as_array()
        .unwrap()
        .clone()
}

#[tokio::test]
async fn failures_are_resubmitted_and_discarded_and_jobs_count_them() {
    let (running, caller) = sandbox(InstanceSpec::oic3("one"), 2_000).await;
    let all = errors(&caller, "{timewindow:'1d'}").await;
    let able: Vec<String> = all
        .iter()
        .filter(|one| one["recoverable"] == json!(true))
        .map(|one| one["id"].as_str().unwrap().to_owned())
        .collect();
    let unable = all
        .iter()
        .find(|one| one["recoverable"] == json!(false))
        .unwrap()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let one = caller
        .post(
            &format!("monitoring/errors/{}/resubmit", able[0]),
            &json!({"recoveryTraceLevel": "Audit"}),
        )
        .await;
    assert_eq!(one.status, 200);
    assert_eq!(one.json()["resubmitSuccessful"], true);
    assert_eq!(
        caller
            .post(&format!("monitoring/errors/{unable}/resubmit"), &json!({}))
            .await
            .status,
        412
    );

    let many = json!({"ids": [able[1], able[2], unable, "unknown"]});
    let reply = caller.post("monitoring/errors/resubmit", &many).await;
    assert_eq!(reply.status, 202);
    let body = reply.json();
    assert_eq!(body["acceptedIds"], json!([able[1], able[2]]));
    assert_eq!(
        (&body["invalidIds"], &body["nonRecoverableIds"]),
        (&json!(["unknown"]), &json!([unable]))
    );
    let job = body["recoveryJobId"].as_str().unwrap().to_owned();
    tokio::time::sleep(Duration::from_millis(700)).await;
    let job = caller
        .get(&format!("monitoring/errors/recoveryJobs/{job}"))
        .await
        .json();
    assert_eq!(
        (&job["totalCount"], &job["inProgressCount"]),
        (&json!(2), &json!(0))
    );
    assert_eq!(
        job["recoveredCount"].as_u64().unwrap() + job["failedCount"].as_u64().unwrap(),
        2
    );
    assert_eq!(
        caller.get("monitoring/errors/recoveryJobs").await.json()["totalResults"],
        2
    );
    assert_eq!(
        caller.get("monitoring/errors/recoveryJobs/1").await.status,
        404
    );
    let too_many: Vec<String> = (0..51).map(|number| number.to_string()).collect();
    assert_eq!(
        caller
            .post("monitoring/errors/resubmit", &json!({"ids": too_many}))
            .await
            .status,
        400
    );
    assert_eq!(
        caller
            .post("monitoring/errors/resubmit", &json!({}))
            .await
            .status,
        400
    );

    let last = able.last().unwrap();
    assert_eq!(
        caller
            .post(&format!("monitoring/errors/{last}/discard"), &json!({}))
            .await
            .status,
        202
    );
    assert_eq!(
        caller
            .get(&format!("monitoring/errors/{last}"))
            .await
            .status,
        404
    );
    let code = all[0]["integrationCode"].as_str().unwrap();
    let by_flow = json!({"flowCode": code, "timewindow": "3d"});
    let reply = caller.post("monitoring/errors/discard", &by_flow).await;
    assert_eq!(reply.status, 200);
    assert!(reply.json()["abortedInstancesCount"].as_u64().unwrap() > 0);
    assert!(
        errors(&caller, &format!("{{timewindow:'3d', code:'{code}'}}"))
            .await
            .is_empty()
    );
    running.shutdown().await;
}

#[tokio::test]
async fn gen_2_answers_changes_in_its_own_way() {
    let (running, caller) = sandbox(InstanceSpec::gen2("two"), 2_000).await;
    let all = errors(&caller, "{timewindow:'1d'}").await;
    let able = all
        .iter()
        .find(|one| one["recoverable"] == json!(true))
        .unwrap();
    let id = able["id"].as_str().unwrap();
    assert!(id.parse::<u64>().is_ok());
    let reply = caller
        .post(&format!("monitoring/errors/{id}/resubmit"), &json!({}))
        .await;
    assert_eq!((reply.status, reply.body.len()), (202, 0));
    let ids = json!({"ids": [all.last().unwrap()["id"]]});
    assert_eq!(
        caller.post("monitoring/errors/discard", &ids).await.status,
        202
    );
    running.shutdown().await;
}

#[tokio::test]
async fn numbers_runs_to_come_and_logs_are_there() {
    let (running, caller) = sandbox(InstanceSpec::oic3("one"), 600).await;
    let filter = q("{timewindow:'1d', status:'ACTIVATED'}");
    let page = caller
        .get(&format!("monitoring/integrations?q={filter}"))
        .await
        .json();
    let sum: u64 = page["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["noOfMsgsReceived"].as_u64().unwrap())
        .sum();
    assert!(sum > 0);
    let id = page["items"][0]["id"].as_str().unwrap();
    assert_eq!(
        caller
            .get(&format!("monitoring/integrations/{id}"))
            .await
            .json()["id"],
        id
    );
    assert_eq!(
        caller
            .get("monitoring/integrations/NONE%7C01.00.0000")
            .await
            .status,
        404
    );
    let summary = caller
        .get("monitoring/integrations/messages/summary")
        .await
        .json();
    assert!(summary["totalMessages"].as_u64().unwrap() > 0);
    let history = caller
        .get(&format!("monitoring/history?q={filter}"))
        .await
        .json();
    assert!(history["totalResults"].as_u64().unwrap() >= 24);
    assert_eq!(caller.get("monitoring/futureruns").await.status, 200);
    assert_eq!(caller.get("monitoring/agentgroups").await.status, 200);
    let log = caller.get("monitoring/logs/icsflowlog").await;
    assert!(log.body.starts_with(b"PK"));
    assert_eq!(caller.get("monitoring/logs/other").await.status, 404);
    let put = caller.send("PUT", "monitoring/instances", &[], b"").await;
    assert_eq!(put.status, 405);
    running.shutdown().await;
}

#[tokio::test]
async fn changes_are_on_record_with_who_made_them() {
    let (running, caller) = sandbox(InstanceSpec::oic3("one"), 60).await;
    let made = json!({"name": "Noted", "columns": ["A", "B"], "rows": []});
    assert_eq!(caller.post("lookups", &made).await.status, 200);
    assert_eq!(
        caller
            .send("DELETE", "lookups/Noted", &[], b"")
            .await
            .status,
        200
    );
    let filter = q("{timewindow:'1h', type:/ICS_DVM/}");
    let records = caller
        .get(&format!("monitoring/auditRecords?q={filter}"))
        .await
        .json();
    let actions: Vec<&str> = records["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["action"].as_str().unwrap())
        .collect();
    assert_eq!(actions, ["DELETE", "CREATE"]);
    assert_eq!(
        records["items"][0]["user"],
        json!(running.ready.instances[0].client_id)
    );
    running.shutdown().await;
}

#[tokio::test]
async fn roles_decide_who_watches_and_who_steps_in() {
    let (running, _) = sandbox(InstanceSpec::oic3("one"), 600).await;
    let instance = &running.ready.instances[0];
    let watcher = Caller::sign_in_as(instance, "watcher", "s").await;
    assert_eq!(watcher.get("monitoring/instances").await.status, 200);
    let resubmit = json!({"ids": ["x"]});
    assert_eq!(
        watcher
            .post("monitoring/errors/resubmit", &resubmit)
            .await
            .status,
        403
    );
    let invoker = Caller::sign_in_as(instance, "invoker", "s").await;
    assert_eq!(invoker.get("monitoring/instances").await.status, 403);
    let fields = [
        ("grant_type", "client_credentials"),
        ("scope", instance.scope.as_str()),
    ];
    assert_eq!(
        ask_with_form(instance, Some(("watcher", "wrong")), &fields)
            .await
            .status,
        401
    );
    running.shutdown().await;
}
