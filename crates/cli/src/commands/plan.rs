//! `waybill plan`: chooses, reads both places, plans, checks, saves.

use serde::Serialize;
use tokio_util::sync::CancellationToken;
use waybill_app::view::{
    CommandError, MoveEdit, MovePlan, PaperForm, PlaceRef, SavedFile, WorkProgress,
};
use waybill_model::ArtifactId;

use super::enter::enter;
use super::policy_words::policies;
use super::to_enter::{self, ToEnter, to_enter};
use super::waybill_text::describe;
use super::{Session, certificate, choice, named};
use crate::arguments::Plan;
use crate::exit::Ending;
use crate::output::{Put, bad_input, size};
use crate::place;

/// A waybill, and where it was saved.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Planned<'a> {
    #[serde(flatten)]
    plan: &'a MovePlan,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    to_enter: &'a [ToEnter],
    #[serde(skip_serializing_if = "Option::is_none")]
    saved: Option<&'a SavedFile>,
}

pub async fn perform(session: &Session<'_>, asked: Plan) -> Result<Ending, CommandError> {
    let to = named(session, &asked.to)?;
    let policies = policies(&asked)?;
    let remove = asked
        .remove
        .iter()
        .map(|text| id(text))
        .collect::<Result<Vec<_>, _>>()?;
    let from = place::parse(session, &asked.from).await?;
    if !matches!(from, PlaceRef::Snapshot { .. }) {
        session.unlock_vault().await?;
    }
    let begun = session
        .app
        .move_new(MoveEdit {
            name: asked.name.clone(),
            from: Some(from),
            to: Some(to.id),
            remove: Some(remove),
            policies: Some(policies),
            ..MoveEdit::default()
        })
        .await?;
    let number = begun.summary.id;
    let planned = planned(session, &asked, &number).await;
    if planned.is_err() {
        // Nothing of it is of use to anybody.
        session.app.move_delete(&number).await?;
    }
    let plan = planned?;
    let saved = save(session, &asked, &number).await?;
    let to_enter = to_enter(session, &plan).await?;
    tell(session, &plan, &to_enter, saved.as_ref());
    Ok(ending(&plan))
}

/// Prints a waybill.
pub fn tell(
    session: &Session<'_>,
    plan: &MovePlan,
    to_enter: &[ToEnter],
    saved: Option<&SavedFile>,
) {
    let planned = Planned {
        plan,
        to_enter,
        saved,
    };
    session.output.result("waybill", &planned, || {
        let mut text = describe(plan);
        text.push_str(&to_enter::lines(to_enter));
        if let Some(saved) = saved {
            text.put(format_args!("\n{}  {}", saved.path, size(saved.bytes)));
        }
        text
    });
}

/// 0 where it can be run as it is, 3 where something stands against it.
pub fn ending(plan: &MovePlan) -> Ending {
    if plan.blocked || plan.unread > 0 {
        Ending::Partial
    } else {
        Ending::Done
    }
}

async fn planned(
    session: &Session<'_>,
    asked: &Plan,
    number: &str,
) -> Result<MovePlan, CommandError> {
    if let Some(file) = &asked.bindings {
        session.app.bindings_read(number, file).await?;
    }
    let mut certificates = Vec::new();
    let (mut chosen, left_out) = if asked.chooses() {
        let what = with_progress(session, async |tell, cancel| {
            session
                .app
                .move_what(number, !asked.cached, tell, cancel)
                .await
        })
        .await?;
        for note in &what.notes {
            session.output.note(note);
        }
        certificates = certificate::given(asked, &what)?;
        (
            choice::chosen(asked, &what)?,
            choice::left_out(asked, &what)?,
        )
    } else {
        Default::default()
    };
    // Whoever names the file of a certificate wants it to go along.
    chosen.extend(certificates.iter().map(|(id, _)| id.clone()));
    if chosen.is_empty() && asked.remove.is_empty() {
        return Err(CommandError {
            guidance: Some("`waybill compare` shows what differs.".into()),
            ..bad_input("Nothing fits what was asked for, so there is nothing to move.")
        });
    }
    let edit = MoveEdit {
        chosen: Some(chosen),
        left_out: Some(left_out),
        ..MoveEdit::default()
    };
    session.app.move_edit(number, edit).await?;
    for (id, input) in certificates {
        // Its secrets are those that `waybill secrets set` kept.
        session
            .app
            .move_certificate(number, &id, input, Vec::new(), true)
            .await?;
    }
    enter(session, &asked.values, &asked.attach, number).await?;
    plan_anew(session, number, !asked.chooses() && !asked.cached).await
}

/// Reads both places and plans.
pub async fn plan_anew(
    session: &Session<'_>,
    number: &str,
    refresh: bool,
) -> Result<MovePlan, CommandError> {
    with_progress(session, async |tell, cancel| {
        session.app.move_plan(number, refresh, tell, cancel).await
    })
    .await
}

/// Shows the progress of work until it ends. Ctrl+C calls it off.
pub(super) async fn with_progress<T>(
    session: &Session<'_>,
    work: impl AsyncFnOnce(
        &(dyn Fn(WorkProgress) + Send + Sync),
        CancellationToken,
    ) -> Result<T, CommandError>,
) -> Result<T, CommandError> {
    let cancel = CancellationToken::new();
    let bar = session.output.work();
    let told = |progress: WorkProgress| bar.show(&progress);
    let mut work = Box::pin(work(&told, cancel.clone()));
    let done = tokio::select! {
        done = &mut work => done,
        Ok(()) = tokio::signal::ctrl_c() => {
            cancel.cancel();
            work.await
        }
    };
    bar.end();
    done
}

async fn save(
    session: &Session<'_>,
    asked: &Plan,
    number: &str,
) -> Result<Option<SavedFile>, CommandError> {
    if let Some(file) = &asked.save_bindings {
        session.app.bindings_write(number, file).await?;
    }
    if let Some(folder) = &asked.archives {
        session.app.cargo_write(number, folder).await?;
    }
    match &asked.output {
        Some(file) => session
            .app
            .move_write(number, PaperForm::Json, file)
            .await
            .map(Some),
        None => Ok(None),
    }
}

/// The artifact that a text names.
pub fn id(text: &str) -> Result<ArtifactId, CommandError> {
    text.parse()
        .map_err(|error: waybill_model::ParseIdError| bad_input(&error.to_string()))
}
