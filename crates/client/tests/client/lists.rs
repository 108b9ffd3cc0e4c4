use serde_json::{Value, json};
use waybill_client::ErrorKind;
use waybill_model::Scope;
use wiremock::matchers::{path, query_param};
use wiremock::{Mock, Request, Respond, ResponseTemplate};

use crate::support::{INTEGRATIONS, calls_to, client, instance, page};

/// A list of so many items that gives at most so many at a time, whatever `limit` asks for.
struct List {
    total: usize,
    most: usize,
}

impl Respond for List {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let parameter = |name: &str| {
            request
                .url
                .query_pairs()
                .find(|(key, _)| key == name)
                .map(|(_, value)| value.parse().unwrap())
        };
        let offset: usize = parameter("offset").unwrap_or(0);
        let limit: usize = parameter("limit").unwrap_or(100).min(self.most);
        let end = (offset + limit).min(self.total);
        let items: Vec<Value> = (offset..end)
            .map(|number| json!({"id": format!("I{number}|01.00.0000")}))
            .collect();
        ResponseTemplate::new(200).set_body_json(json!({
            "items": items, "hasMore": end < self.total, "limit": limit, "totalResults": self.total
        }))
    }
}

#[tokio::test]
async fn all_pages_are_read_also_where_they_are_shorter_than_asked() {
    for most in [100, 37, 1000] {
        let server = instance().await;
        Mock::given(path(INTEGRATIONS))
            .and(query_param("integrationInstance", "shop-ax1-px"))
            .and(query_param("limit", "100"))
            .respond_with(List { total: 250, most })
            .mount(&server)
            .await;
        let all = client(&server).integrations(&Scope::Global).await.unwrap();
        assert_eq!(all.len(), 250);
        assert_eq!(all[249].value.code, "I249");
        assert_eq!(all[249].value.version, "01.00.0000");
        assert_eq!(
            calls_to(&server, INTEGRATIONS).await,
            250_usize.div_ceil(most.min(100))
        );
    }
}

#[tokio::test]
async fn a_list_without_documented_paging_is_asked_plainly_first() {
    let libraries = "/ic/api/integration/v1/libraries";
    let server = instance().await;
    Mock::given(path(libraries))
        .respond_with(List {
            total: 120,
            most: 100,
        })
        .mount(&server)
        .await;
    assert_eq!(client(&server).libraries().await.unwrap().len(), 120);
    let requests = server.received_requests().await.unwrap();
    let queries: Vec<_> = requests
        .iter()
        .filter(|request| request.url.path() == libraries)
        .map(|request| request.url.query().unwrap().to_owned())
        .collect();
    assert_eq!(
        queries,
        [
            "integrationInstance=shop-ax1-px",
            "limit=100&offset=100&integrationInstance=shop-ax1-px"
        ]
    );
}

#[tokio::test]
async fn a_server_that_repeats_itself_does_not_hold_the_client_for_ever() {
    let server = instance().await;
    Mock::given(path(INTEGRATIONS))
        .respond_with(
            ResponseTemplate::new(200)
                .set_body_json(json!({"items": [{"id": "A|01.00.0000"}], "hasMore": true})),
        )
        .expect(2)
        .mount(&server)
        .await;
    assert_eq!(
        client(&server)
            .integrations(&Scope::Global)
            .await
            .unwrap()
            .len(),
        1
    );
}

#[tokio::test]
async fn a_list_that_is_none_is_malformed() {
    let server = instance().await;
    Mock::given(path(INTEGRATIONS))
        .respond_with(ResponseTemplate::new(200).set_body_json(json!({"status": "fine"})))
        .mount(&server)
        .await;
    let error = client(&server)
        .integrations(&Scope::Global)
        .await
        .unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::Malformed);
}

#[tokio::test]
async fn lists_of_a_project_lie_below_it() {
    let server = instance().await;
    Mock::given(path("/ic/api/integration/v1/projects/A%20B/connections"))
        .respond_with(page(&json!([{"id": "ERP", "connectionProperties": null}])))
        .expect(1)
        .mount(&server)
        .await;
    let connections = client(&server)
        .connections(&Scope::Project("A B".into()))
        .await
        .unwrap();
    assert_eq!(connections[0].value.name, "ERP");
    assert_eq!(connections[0].raw["id"], "ERP");
}

#[tokio::test]
async fn many_archives_arrive_side_by_side_and_whole() {
    use crate::support::{ZIP, observed};
    use std::time::{Duration, Instant};

    const LATENCY: Duration = Duration::from_millis(100);
    let archive = [b"PK\x03\x04".as_slice(), &vec![7; 50_000], ZIP].concat();
    let server = instance().await;
    Mock::given(wiremock::matchers::path_regex("/archive$"))
        .respond_with(
            ResponseTemplate::new(200)
                .set_body_raw(archive.clone(), "application/octet-stream")
                .set_delay(LATENCY),
        )
        .mount(&server)
        .await;
    let (client, notes) = observed(&server);
    let start = Instant::now();
    let mut calls = tokio::task::JoinSet::new();
    for number in 0..128 {
        let client = client.clone();
        calls.spawn(async move { client.export_integration(&format!("I{number}|1")).await });
    }
    while let Some(call) = calls.join_next().await {
        assert_eq!(call.unwrap().unwrap(), archive);
    }
    // One after the other would take 12.8 s; sixteen at a time 0.8 s and the start.
    let took = start.elapsed();
    assert!(took < LATENCY * 128 / 2, "{took:?}");
    assert_eq!(client.allowed_in_flight(waybill_client::Lane::Reads), 16);
    assert!(notes.slowings().is_empty());
}
