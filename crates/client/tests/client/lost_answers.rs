//! Answers that are lost, and waiting for activations.

use std::sync::Mutex;
use std::time::Duration;

use serde_json::json;
use waybill_client::wire::{Activation, ConnectionUpdate, PropertyChange, ScheduleRun};
use waybill_client::{
    AwaitedIntegration, AwaitedState, Client, ErrorKind, Patience, Settled, Upload,
};
use waybill_model::Scope;
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::support::{INTEGRATIONS, calls_to, client, instance, page};

const ID: &str = "A|01.00.0000";
const ONE: &str = "/ic/api/integration/v1/integrations/A%7C01.00.0000";
const ARCHIVE: &str = "/ic/api/integration/v1/integrations/archive";

async fn answer(server: &MockServer, verb: &str, at: &str, answers: &[ResponseTemplate]) {
    for (index, answer) in answers.iter().enumerate() {
        let mock = Mock::given(method(verb))
            .and(path(at))
            .respond_with(answer.clone());
        let last = index + 1 == answers.len();
        // One after the other; the last for ever.
        let mock = if last { mock } else { mock.up_to_n_times(1) };
        let priority = u8::try_from(index + 1).unwrap();
        mock.with_priority(priority).mount(server).await;
    }
}

fn stamped(time: &str) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(json!({"id": ID, "created": "a", "lastUpdated": time}))
}

fn status(code: u16) -> ResponseTemplate {
    ResponseTemplate::new(code)
}

fn archive() -> Upload {
    Upload::Bytes("iar".into())
}

#[tokio::test]
async fn an_import_that_came_through_is_not_made_again() {
    let server = instance().await;
    answer(&server, "GET", ONE, &[status(404), stamped("b")]).await;
    answer(&server, "POST", ARCHIVE, &[status(502)]).await;
    let done = client(&server)
        .import_integration(&Scope::Global, ID, archive(), None)
        .await
        .unwrap();
    assert!(done.looked_up);
    assert_eq!(calls_to(&server, ARCHIVE).await, 1);
}

#[tokio::test]
async fn an_import_that_did_not_come_through_is_made_again() {
    let server = instance().await;
    answer(&server, "GET", ONE, &[status(404)]).await;
    answer(&server, "POST", ARCHIVE, &[status(502), status(204)]).await;
    let done = client(&server)
        .import_integration(&Scope::Global, ID, archive(), None)
        .await
        .unwrap();
    assert!(!done.looked_up);
    assert_eq!(calls_to(&server, ARCHIVE).await, 2);
}

#[tokio::test]
async fn a_replacement_is_told_by_the_time_of_the_last_change() {
    for (times, sent, looked_up) in [(["b", "c"], 1, true), (["b", "b"], 2, false)] {
        let server = instance().await;
        answer(&server, "GET", ONE, &times.map(stamped)).await;
        answer(&server, "PUT", ARCHIVE, &[status(504), status(200)]).await;
        let done = client(&server)
            .replace_integration(ID, archive(), None)
            .await
            .unwrap();
        assert_eq!(done.looked_up, looked_up);
        assert_eq!(calls_to(&server, ARCHIVE).await, sent);
    }
}

#[tokio::test]
async fn an_import_that_was_there_before_is_a_conflict_and_no_success() {
    let server = instance().await;
    answer(&server, "GET", ONE, &[stamped("b")]).await;
    answer(&server, "POST", ARCHIVE, &[status(502), status(409)]).await;
    let error = client(&server)
        .import_integration(&Scope::Global, ID, archive(), None)
        .await
        .unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::Conflict);
}

#[tokio::test]
async fn an_activation_under_way_is_not_begun_again() {
    let server = instance().await;
    let state = format!("{ONE}/activationStatus");
    let under_way = status(200).set_body_json(json!({"activationStatus": "ACTIVATION_INPROGRESS"}));
    answer(&server, "GET", &state, &[under_way]).await;
    answer(&server, "POST", ONE, &[status(504)]).await;
    let done = client(&server)
        .activate_integration(&Scope::Global, ID, &Activation::default())
        .await
        .unwrap();
    assert!(done.looked_up);
    assert_eq!(calls_to(&server, ONE).await, 1);
}

#[tokio::test]
async fn a_deletion_whose_answer_is_lost_is_told_by_what_is_gone() {
    let server = instance().await;
    answer(&server, "GET", ONE, &[status(404)]).await;
    answer(&server, "DELETE", ONE, &[status(502)]).await;
    let done = client(&server)
        .delete_integration(&Scope::Global, ID)
        .await
        .unwrap();
    assert!(done.looked_up);
}

#[tokio::test]
async fn what_cannot_be_looked_for_is_uncertain() {
    let server = instance().await;
    let jobs = format!("{ONE}/schedule/jobs");
    answer(&server, "POST", &jobs, &[status(502)]).await;
    let error = client(&server)
        .run_now(&Scope::Global, ID, &ScheduleRun::default())
        .await
        .unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::Uncertain);
    assert_eq!(calls_to(&server, &jobs).await, 1);
}

#[tokio::test]
async fn a_change_whose_answer_is_cut_or_unreadable_is_not_sent_twice() {
    for body in [r#"{"activationStatus": "ACT"#, "OK"] {
        let server = instance().await;
        let state = format!("{ONE}/activationStatus");
        let active = status(200).set_body_json(json!({"activationStatus": "ACTIVATED"}));
        answer(&server, "GET", &state, &[active]).await;
        answer(&server, "POST", ONE, &[status(200).set_body_string(body)]).await;
        let done = client(&server)
            .activate_integration(&Scope::Global, ID, &Activation::default())
            .await
            .unwrap();
        assert!(done.looked_up, "{body}");
        assert_eq!(calls_to(&server, ONE).await, 1, "{body}");
    }
}

#[tokio::test]
async fn a_sign_in_that_fails_leaves_no_doubt_about_the_change() {
    let server = MockServer::start().await;
    answer(&server, "POST", "/oauth2/v1/token", &[status(504)]).await;
    let error = client(&server)
        .run_now(&Scope::Global, ID, &ScheduleRun::default())
        .await
        .unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::Server(504));
}

#[tokio::test]
async fn a_secret_that_was_sent_does_not_come_back_in_an_error() {
    let server = instance().await;
    let at = "/ic/api/integration/v1/connections/ERP";
    let echo =
        status(400).set_body_json(json!({"title": "no canary-4711 here", "detail": "canary-4711"}));
    answer(&server, "POST", at, &[echo]).await;
    let update = ConnectionUpdate {
        security_properties: vec![PropertyChange::secret("key", "canary-4711".into())],
        ..ConnectionUpdate::default()
    };
    let error = client(&server)
        .update_connection(&Scope::Global, "ERP", &update)
        .await
        .unwrap_err();
    assert!(!format!("{error} {error:?}").contains("4711"), "{error:?}");
}

fn awaited(ids: &[&str]) -> Vec<AwaitedIntegration> {
    ids.iter()
        .map(|id| AwaitedIntegration {
            id: (*id).to_owned(),
            state: AwaitedState::Activated,
        })
        .collect()
}

fn quick() -> Patience {
    Patience {
        first_pause: Duration::from_millis(1),
        longest_pause: Duration::from_millis(2),
        give_up_after: Duration::from_secs(5),
    }
}

async fn watch(client: &Client, ids: &[&str]) -> (Vec<(String, Settled)>, Vec<String>) {
    let news = Mutex::new(Vec::new());
    let ends = client
        .watch_activations(&Scope::Global, &awaited(ids), quick(), |one| {
            let status = one.status.clone().unwrap_or_default();
            news.lock().unwrap().push(format!("{} {status}", one.id));
        })
        .await
        .unwrap();
    (ends, news.into_inner().unwrap())
}

#[tokio::test]
async fn many_activations_are_followed_with_one_list_a_poll() {
    let server = instance().await;
    let list = |first: &str, second: &str| {
        page(&json!([{"id": "A|1", "status": first}, {"id": "B|1", "status": second}]))
    };
    answer(
        &server,
        "GET",
        INTEGRATIONS,
        &[
            list("ACTIVATION_INPROGRESS", "CONFIGURED"),
            status(503).insert_header("retry-after", "0"),
            list("ACTIVATED", "ACTIVATION_INPROGRESS"),
            list("ACTIVATED", "FAILEDACTIVATION"),
        ],
    )
    .await;
    let (ends, news) = watch(&client(&server), &["A|1", "B|1"]).await;
    let failed = Settled::Failed {
        status: "FAILEDACTIVATION".to_owned(),
    };
    assert_eq!(
        ends,
        [
            ("A|1".to_owned(), Settled::Reached),
            ("B|1".to_owned(), failed)
        ]
    );
    assert_eq!(
        news,
        [
            "A|1 ACTIVATION_INPROGRESS",
            "B|1 CONFIGURED",
            "A|1 ACTIVATED",
            "B|1 ACTIVATION_INPROGRESS",
            "B|1 FAILEDACTIVATION"
        ]
    );
    assert_eq!(calls_to(&server, INTEGRATIONS).await, 4);
}

#[tokio::test]
async fn waiting_ends_with_its_time_and_with_its_cancellation() {
    let server = instance().await;
    let state = format!("{ONE}/activationStatus");
    let stuck = status(200).set_body_json(json!({"activationStatus": "ACTIVATION_INPROGRESS"}));
    answer(&server, "GET", &state, &[stuck]).await;
    let client = client(&server);
    let short = Patience {
        give_up_after: Duration::from_millis(30),
        ..quick()
    };
    let ends = client
        .watch_activations(&Scope::Global, &awaited(&[ID]), short, |_| {})
        .await
        .unwrap();
    let timed_out = Settled::TimedOut {
        status: Some("ACTIVATION_INPROGRESS".to_owned()),
    };
    assert_eq!(ends, [(ID.to_owned(), timed_out)]);

    let token = tokio_util::sync::CancellationToken::new();
    token.cancel();
    let error = client
        .with_cancellation(token)
        .watch_activations(&Scope::Global, &awaited(&[ID]), Patience::default(), |_| {})
        .await
        .unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::Cancelled);
}

#[tokio::test]
async fn changes_can_be_made_on_other_threads() {
    fn may_move<T: Send>(_: &T) {}
    let server = instance().await;
    let client = client(&server);
    let global = Scope::Global;
    may_move(&client.import_integration(&global, ID, archive(), None));
    may_move(&client.activate_integration(&global, ID, &Activation::default()));
    may_move(&client.delete_integration(&global, ID));
    may_move(&client.run_now(&global, ID, &ScheduleRun::default()));
    may_move(&client.watch_activations(&global, &awaited(&[ID]), quick(), |_| {}));
}
