//! What the pacer does is visible in the progress and the log of a run.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use support::{bench, follow, save};
use waybill_app::view::SelectionView;
use waybill_sandbox::{InstanceSpec, Sandbox};

#[tokio::test]
async fn slowing_shows_in_the_progress_and_stays_in_the_log() {
    let bench = bench();
    let sandbox = Sandbox::builder()
        .instance(InstanceSpec::oic3("one"))
        .synthetic(60, 5)
        .rate(12)
        .start()
        .await
        .unwrap();
    let instance = save(&bench, &sandbox, "one").await;
    let run = bench
        .app
        .backup_start(&instance.id, SelectionView::Everything, None)
        .await
        .unwrap();
    let (messages, detail) = follow(&bench.app, &run.id).await;
    assert!(sandbox.control().calls().too_many > 0);
    let shown: Vec<_> = messages
        .iter()
        .filter_map(|message| message.slowed.as_deref())
        .collect();
    assert!(
        shown.iter().any(|sentence| sentence.contains("(429)")),
        "{shown:?}"
    );
    let line = detail
        .log
        .iter()
        .find(|line| line.text.contains("Slowed down by the service"))
        .unwrap();
    assert!(line.text.contains("at once"), "{}", line.text);
    sandbox.shutdown().await;
}
