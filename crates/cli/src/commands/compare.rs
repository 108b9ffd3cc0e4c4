//! `waybill compare` and `waybill drift`.

use tokio_util::sync::CancellationToken;
use waybill_app::view::{CommandError, CompareView, ComparedRow, PlaceRef, Verdict};
use waybill_model::ArtifactId;

use super::compare_text::{describe, describe_one};
use super::{Session, named};
use crate::arguments::{Compare, Drift, Shown, VerdictName};
use crate::exit::Ending;
use crate::output::bad_input;
use crate::place;

/// What of two places has to differ for the program to say so when it ends.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Counts {
    /// What was designed: environments differ by design.
    Design,
    /// All of it.
    Everything,
}

pub async fn compare(session: &Session<'_>, asked: Compare) -> Result<Ending, CommandError> {
    let left = place::parse(session, &asked.left).await?;
    let right = place::parse(session, &asked.right).await?;
    if asked.artifact.is_empty() {
        let places = (left, right);
        return whole(session, places, asked.refresh, &asked.shown, Counts::Design).await;
    }
    let ids: Vec<ArtifactId> = asked
        .artifact
        .iter()
        .map(|text| {
            text.parse()
                .map_err(|error: waybill_model::ParseIdError| bad_input(&error.to_string()))
        })
        .collect::<Result<_, _>>()?;
    let (Some(ours), Some(theirs)) = (ids.first(), ids.last()) else {
        return Err(bad_input("`--artifact` names no artifact."));
    };
    if asked.refresh {
        for place in [&left, &right] {
            session.app.catalogue(place, true).await?;
        }
    }
    let view = session.app.difference(&left, ours, &right, theirs).await?;
    session
        .output
        .result("difference", &view, || describe_one(&view, true));
    let ending = match view.verdict {
        Verdict::Same | Verdict::Environment => Ending::Done,
        Verdict::NotCompared => Ending::Partial,
        _ => Ending::Different,
    };
    Ok(ending.unless(asked.shown.exit_zero))
}

pub async fn drift(session: &Session<'_>, asked: Drift) -> Result<Ending, CommandError> {
    let history = asked.history
        || asked.since.is_some()
        || asked.artifact.is_some()
        || asked.outside
        || asked.instance.is_none();
    if history {
        return super::drift::history(session, &asked).await;
    }
    session.unlock_vault().await?;
    let instance = named(session, asked.instance.as_deref().unwrap_or_default())?;
    let places = session.app.drift_places(&instance.id).await?;
    let shown = &asked.shown;
    whole(session, places, !asked.cached, shown, Counts::Everything).await
}

async fn whole(
    session: &Session<'_>,
    (left, right): (PlaceRef, PlaceRef),
    refresh: bool,
    shown: &Shown,
    counts: Counts,
) -> Result<Ending, CommandError> {
    let cancel = CancellationToken::new();
    let bar = session.output.work();
    let told = |progress| bar.show(&progress);
    let work = session
        .app
        .compare(&left, &right, refresh, &told, cancel.clone());
    let mut work = Box::pin(work);
    let view = tokio::select! {
        view = &mut work => view,
        Ok(()) = tokio::signal::ctrl_c() => {
            cancel.cancel();
            work.await
        }
    };
    bar.end();
    let mut view = view?;
    if let Some(page) = &shown.html {
        let bar = session.output.work();
        let told = |progress| bar.show(&progress);
        let writing = session
            .app
            .write_comparison(&view, page, &told, cancel.clone());
        let mut writing = Box::pin(writing);
        let written = tokio::select! {
            written = &mut writing => written,
            Ok(()) = tokio::signal::ctrl_c() => {
                cancel.cancel();
                writing.await
            }
        };
        bar.end();
        session
            .output
            .note(&format!("Written to {}.", written?.path));
    }
    let ending = ending(&view, counts).unless(shown.exit_zero);
    if !shown.only.is_empty() {
        view.rows.retain(|row| is_wanted(row, &shown.only));
    } else if !session.output.is_json() {
        view.rows.retain(|row| row.verdict != Verdict::Same);
    }
    let mut details = Vec::new();
    if shown.details {
        for row in view.rows.iter().filter(|row| has_details(row)) {
            let one = session
                .app
                .difference(&left, &row.id, &right, &row.id)
                .await?;
            session.output.object("difference", &one);
            details.push(one);
        }
    }
    session
        .output
        .result("comparison", &view, || describe(&view, &details));
    Ok(ending)
}

fn has_details(row: &ComparedRow) -> bool {
    matches!(row.verdict, Verdict::Different | Verdict::Environment)
}

fn is_wanted(row: &ComparedRow, only: &[VerdictName]) -> bool {
    let name = match row.verdict {
        Verdict::OnlyLeft => VerdictName::OnlyLeft,
        Verdict::OnlyRight => VerdictName::OnlyRight,
        Verdict::Different => VerdictName::Different,
        Verdict::Environment => VerdictName::Environment,
        Verdict::Same => VerdictName::Same,
        Verdict::NotCompared => VerdictName::NotCompared,
    };
    only.contains(&name)
}

/// How the program ends. What archives never hold is not missing from them.
fn ending(view: &CompareView, count: Counts) -> Ending {
    let counts = view.counts;
    let environment = if count == Counts::Everything {
        counts.environment
    } else {
        0
    };
    if counts.only_left + counts.only_right + counts.different + environment > 0 {
        return Ending::Different;
    }
    let files = |place: &PlaceRef| matches!(place, PlaceRef::File { .. } | PlaceRef::Files { .. });
    let missing = view.rows.iter().any(|row| {
        row.verdict == Verdict::NotCompared
            && !(row.left.is_none() && files(&view.left.place))
            && !(row.right.is_none() && files(&view.right.place))
    });
    if missing {
        Ending::Partial
    } else {
        Ending::Done
    }
}
