//! Lists of monitoring against a server with the limits that working clients state.

use serde_json::{Value, json};
use waybill_client::{ErrorKind, InstanceFilter, InstanceQuery, Period, TimeWindow};
use wiremock::matchers::path;
use wiremock::{Mock, Request, Respond, ResponseTemplate};

use crate::support::{calls_to, client, instance};

const INSTANCES: &str = "/ic/api/integration/v1/monitoring/instances";
/// The end of the stretch that the instances fill: one a minute before it.
const END: i64 = 1_790_000_000;

/// Answers with at most 50 a page, refuses offsets above 500, and lies about what is left.
struct Limited {
    total: i64,
    /// Whether `totalRecordsCount` is told.
    counts: bool,
    /// Whether the time is heeded.
    heeds_time: bool,
}

impl Limited {
    /// The instances that the filter lets through, the latest first.
    fn fitting(&self, q: Option<&str>) -> Vec<i64> {
        let second = |name: &str| {
            let text = q?.split(&format!("{name}:'")).nth(1)?.split('\'').next()?;
            let time: jiff::civil::DateTime = text.replace(' ', "T").parse().ok()?;
            Some(
                time.to_zoned(jiff::tz::TimeZone::UTC)
                    .ok()?
                    .timestamp()
                    .as_second(),
            )
        };
        let (from, to) = (second("startdate"), second("enddate"));
        (0..self.total)
            .filter(|number| {
                let at = END - number * 60;
                !self.heeds_time
                    || (from.is_none_or(|from| at >= from) && to.is_none_or(|to| at <= to))
            })
            .collect()
    }
}

impl Respond for Limited {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let parameter = |name: &str| {
            let mut pairs = request.url.query_pairs();
            pairs
                .find(|(key, _)| key == name)
                .map(|(_, value)| value.into_owned())
        };
        let offset: usize = parameter("offset").unwrap().parse().unwrap();
        if offset > 500 {
            return ResponseTemplate::new(400);
        }
        let fitting = self.fitting(parameter("q").as_deref());
        let items: Vec<Value> = fitting
            .iter()
            .skip(offset)
            .take(50)
            .map(|number| json!({"id": format!("I{number}"), "status": "COMPLETED"}))
            .collect();
        let mut page = json!({
            // As untrue as it can be.
            "hasMore": items.is_empty(),
            "totalResults": items.len(),
            "items": items,
        });
        if self.counts {
            page["totalRecordsCount"] = json!(fitting.len());
        }
        ResponseTemplate::new(200).set_body_json(page)
    }
}

async fn ask(limited: Limited, query: &InstanceQuery) -> (usize, bool, usize) {
    let server = instance().await;
    Mock::given(path(INSTANCES))
        .respond_with(limited)
        .mount(&server)
        .await;
    let found = client(&server).integration_instances(query).await.unwrap();
    let calls = calls_to(&server, INSTANCES).await;
    (found.items.len(), found.complete, calls)
}

fn within(seconds: u32) -> InstanceQuery {
    let end = jiff::Timestamp::from_second(END).unwrap();
    InstanceQuery {
        period: Some(Period::before(end, seconds)),
        ..InstanceQuery::default()
    }
}

fn limited(total: i64, counts: bool) -> Limited {
    Limited {
        total,
        counts,
        heeds_time: true,
    }
}

#[tokio::test]
async fn a_list_is_read_to_its_end_whatever_it_says_about_it() {
    for counts in [true, false] {
        for total in [0, 1, 49, 50, 120, 550] {
            let (came, complete, _) = ask(limited(total, counts), &within(86_400)).await;
            assert_eq!(i64::try_from(came).unwrap(), total);
            assert!(complete);
        }
    }
}

#[tokio::test]
async fn what_does_not_fit_is_read_in_halves_of_the_time() {
    for counts in [true, false] {
        let (came, complete, _) = ask(limited(3_000, counts), &within(10 * 86_400)).await;
        assert_eq!((came, complete), (3_000, true));
    }
    // With a total to go by, a stretch that is too full costs one call.
    let (_, _, counted) = ask(limited(3_000, true), &within(10 * 86_400)).await;
    let (_, _, uncounted) = ask(limited(3_000, false), &within(10 * 86_400)).await;
    assert!(counted < uncounted, "{counted} and {uncounted}");
}

#[tokio::test]
async fn a_stretch_that_cannot_be_halved_is_told_as_incomplete() {
    let query = InstanceQuery {
        period: Some(Period::Last(TimeWindow::OneDay)),
        ..InstanceQuery::default()
    };
    let (came, complete, calls) = ask(limited(3_000, true), &query).await;
    assert_eq!((came, complete, calls), (550, false, 11));
}

#[tokio::test]
async fn a_service_that_does_not_heed_the_time_is_not_asked_for_ever() {
    let deaf = Limited {
        total: 900,
        counts: true,
        heeds_time: false,
    };
    let (came, complete, calls) = ask(deaf, &within(86_400)).await;
    assert!(!complete);
    assert!(came >= 50);
    assert!(calls < 60, "{calls}");
}

#[tokio::test]
async fn no_more_is_read_than_wanted() {
    let query = InstanceQuery {
        most: Some(60),
        ..within(86_400)
    };
    let (came, complete, calls) = ask(limited(900, true), &query).await;
    assert_eq!((came, complete, calls), (60, false, 2));
}

#[tokio::test]
async fn what_is_asked_is_in_the_query() {
    let server = instance().await;
    Mock::given(path(INSTANCES))
        .respond_with(ResponseTemplate::new(200).set_body_json(json!({"items": []})))
        .mount(&server)
        .await;
    let query = InstanceQuery {
        filter: InstanceFilter {
            code: Some("SHOP".to_owned()),
            status: Some("FAILED".to_owned()),
            ..InstanceFilter::default()
        },
        period: Some(Period::Last(TimeWindow::RetentionPeriod)),
        order: Some(waybill_client::InstanceOrder::Created),
        detail: Some(waybill_client::InstanceReturn::Minimal),
        ..InstanceQuery::default()
    };
    client(&server).integration_instances(&query).await.unwrap();
    let requests = server.received_requests().await.unwrap();
    let asked: Vec<(String, String)> = requests
        .last()
        .unwrap()
        .url
        .query_pairs()
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect();
    let expected = [
        ("limit", "50"),
        ("offset", "0"),
        (
            "q",
            "{code:'SHOP', status:'FAILED', timewindow:'RETENTIONPERIOD'}",
        ),
        ("orderBy", "creationdate"),
        ("return", "minimal"),
        ("integrationInstance", "shop-ax1-px"),
    ];
    assert_eq!(
        asked,
        expected.map(|(name, value)| (name.to_owned(), value.to_owned()))
    );
}

#[tokio::test]
async fn more_than_32_days_and_more_than_50_ids_are_refused_without_a_call() {
    let server = instance().await;
    let client = client(&server);
    let error = client.integration_instances(&within(33 * 86_400)).await;
    assert_eq!(*error.unwrap_err().kind(), ErrorKind::Configuration);
    let many = waybill_client::ErrorSelection::Ids(vec!["x".to_owned(); 51]);
    let error = client.resubmit_errors(&many).await.unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::Configuration);
    assert!(server.received_requests().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_list_without_known_pages_is_asked_plainly_first() {
    const HISTORY: &str = "/ic/api/integration/v1/monitoring/history";
    let server = instance().await;
    Mock::given(path(HISTORY))
        .respond_with(|request: &Request| {
            let from = request
                .url
                .query_pairs()
                .find_map(|(name, value)| (name == "offset").then(|| value.parse().unwrap()))
                .unwrap_or(0_usize);
            let items: Vec<Value> = (from..20)
                .take(15)
                .map(|number| json!({"date": number.to_string(), "noOfErrors": number}))
                .collect();
            let more = from + items.len() < 20;
            ResponseTemplate::new(200).set_body_json(json!({"items": items, "hasMore": more}))
        })
        .mount(&server)
        .await;
    let found = client(&server).message_history(None).await.unwrap();
    assert_eq!((found.items.len(), found.complete), (20, true));
    assert_eq!(found.items[19].value.counts.failed, Some(19));
    let requests = server.received_requests().await.unwrap();
    let queries: Vec<_> = requests
        .iter()
        .filter(|request| request.url.path() == HISTORY)
        .map(|request| request.url.query().unwrap().to_owned())
        .collect();
    assert_eq!(
        queries,
        [
            "integrationInstance=shop-ax1-px",
            "limit=50&offset=15&integrationInstance=shop-ax1-px"
        ]
    );
}
