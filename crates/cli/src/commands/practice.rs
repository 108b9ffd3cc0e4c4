//! `waybill practice`.

use serde_json::json;
use waybill_app::view::CommandError;

use super::Session;
use crate::arguments::PracticeVerb;
use crate::exit::Ending;
use crate::output::table;

pub async fn perform(session: &Session<'_>, verb: PracticeVerb) -> Result<Ending, CommandError> {
    let PracticeVerb::Start { port } = verb;
    let instances = session.app.practice_start_on(port).await?;
    session
        .output
        .result("practice", &json!({ "ready": true, "instances": instances }), || {
            let rows: Vec<Vec<String>> = instances
                .iter()
                .map(|instance| vec![instance.name.clone(), instance.address.clone()])
                .collect();
            format!(
                "{}\nThey are saved as instances; try `waybill backup \"{}\"` in another window. Ctrl+C stops them.",
                table(&["NAME", "ADDRESS"], &rows),
                instances.first().map_or("Practice DEV", |instance| &instance.name)
            )
        });
    wait_for_the_end().await;
    session.app.practice_halt().await;
    Ok(Ending::Done)
}

/// Ctrl+C, or the signal a service manager sends.
async fn wait_for_the_end() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}
