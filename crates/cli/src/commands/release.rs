//! `waybill release`: a build of a project, exported once and promoted unchanged.

use waybill_app::view::{
    CommandError, MoveView, PromoteForm, PromotionState, PromotionView, ReleaseForm, ReleaseStage,
    ReleaseView,
};
use waybill_model::{ArtifactId, ArtifactKind, Scope};

use super::backup::follow;
use super::enter::enter;
use super::haul::{carry_out, save_report, secret_of};
use super::plan::{ending, plan_anew, tell, with_progress};
use super::release_text::{describe, describe_list, describe_where};
use super::to_enter::to_enter;
use super::{Session, named};
use crate::arguments::{Promote, ReleaseGoOn, ReleaseNew, ReleaseRead, ReleaseVerb, TakeBack};
use crate::exit::Ending;
use crate::input;
use crate::output::bad_input;

pub async fn perform(session: &Session<'_>, verb: ReleaseVerb) -> Result<Ending, CommandError> {
    match verb {
        ReleaseVerb::New(asked) => begin(session, *asked).await,
        ReleaseVerb::GoOn(asked) => go_on(session, asked).await,
        ReleaseVerb::Promote(asked) => Box::pin(promote(session, *asked)).await,
        ReleaseVerb::TakeBack(asked) => Box::pin(take_back(session, asked)).await,
        ReleaseVerb::List => {
            let all = session.app.releases().await?;
            let listed = serde_json::json!({ "releases": all });
            session
                .output
                .result("releases", &listed, || describe_list(&all));
            Ok(Ending::Done)
        }
        ReleaseVerb::Show { release } => {
            let view = session.app.release(&release).await?;
            session.output.result("release", &view, || describe(&view));
            Ok(Ending::Done)
        }
        ReleaseVerb::Where { project } => {
            let all = session.app.builds_there(project.as_deref()).await?;
            let listed = serde_json::json!({ "builds": all });
            session
                .output
                .result("builds", &listed, || describe_where(&all));
            Ok(Ending::Done)
        }
        ReleaseVerb::GiveUp { release } => {
            let view = session.app.release_give_up(&release).await?;
            session.output.result("release", &view, || {
                format!("{} is given up. What it brought stays.", view.summary.id)
            });
            Ok(Ending::Done)
        }
    }
}

async fn begin(session: &Session<'_>, asked: ReleaseNew) -> Result<Ending, CommandError> {
    let instance = named(session, &asked.from)?;
    source_secret(session, &instance.id, &asked.read)?;
    session.unlock_vault().await?;
    let integrations = asked
        .select
        .iter()
        .map(|text| integration(text, &asked.project))
        .collect::<Result<Vec<_>, _>>()?;
    let begun = session
        .app
        .release_new(ReleaseForm {
            instance: instance.id,
            project: asked.project,
            build: asked.build,
            deployment: asked.deployment,
            integrations,
            name: asked.name,
            message: asked.message,
            target: asked.git,
            folder: asked.folder,
            tag: asked.tag,
            route: asked.route,
            stop_if_there: asked.stop_if_there,
        })
        .await?;
    bring_on(session, &begun.summary.id, &asked.read).await
}

async fn go_on(session: &Session<'_>, asked: ReleaseGoOn) -> Result<Ending, CommandError> {
    let view = session.app.release(&asked.release).await?;
    source_secret(session, &view.summary.instance_id, &asked.read)?;
    session.unlock_vault().await?;
    bring_on(session, &view.summary.id, &asked.read).await
}

/// Brings a release on; where it stops at warnings that the arguments say were read, once more.
async fn bring_on(
    session: &Session<'_>,
    id: &str,
    read: &ReleaseRead,
) -> Result<Ending, CommandError> {
    let mut view = advance(session, id).await?;
    let mut taken = false;
    for rule in &read.acknowledge {
        let unread = view
            .findings
            .iter()
            .any(|one| one.rule == *rule && one.read_by.is_none());
        if unread && view.summary.stage == ReleaseStage::Checking {
            view = session.app.release_acknowledge(id, rule).await?;
            taken = true;
        }
    }
    if taken && !view.blocked {
        view = advance(session, id).await?;
    }
    session.output.result("release", &view, || describe(&view));
    Ok(if view.summary.stage == ReleaseStage::Ready {
        Ending::Done
    } else {
        Ending::Partial
    })
}

async fn advance(session: &Session<'_>, id: &str) -> Result<ReleaseView, CommandError> {
    with_progress(session, async |tell, cancel| {
        session.app.release_go_on(id, tell, cancel).await
    })
    .await
}

async fn promote(session: &Session<'_>, asked: Promote) -> Result<Ending, CommandError> {
    let known = session.app.release(&asked.release).await?;
    let to = match &asked.to {
        Some(name) => Some(named(session, name)?.id),
        None => next(&known),
    };
    secret_of(session, to.as_deref(), &asked.agreed)?;
    session.unlock_vault().await?;
    let form = PromoteForm {
        to,
        approved_by: asked.approved_by.clone(),
    };
    let (view, mut plan) = with_progress(session, async |tell, cancel| {
        session
            .app
            .release_promote(&asked.release, form, tell, cancel)
            .await
    })
    .await?;
    let number = plan.id.clone();
    let promotion = of_move(&view, &number)?;
    if let Some(file) = &asked.bindings {
        session.app.bindings_read(&number, file).await?;
    }
    enter(session, &asked.values, &asked.attach, &number).await?;
    let entered = !(asked.values.is_empty() && asked.attach.is_empty());
    if entered || asked.bindings.is_some() {
        plan = plan_anew(session, &number, false).await?;
    }
    if !asked.agreed.yes {
        let to_enter = to_enter(session, &plan).await?;
        tell(session, &plan, &to_enter, None);
        return Ok(ending(&plan));
    }
    let ran = carry_out(session, &number, &asked.agreed).await?;
    let view = session.app.release(&asked.release).await?;
    let shown = numbered(&view, promotion)?;
    if let Some(run) = &shown.run {
        save_report(session, &run.id, &asked.output).await?;
    }
    let done = shown.state == PromotionState::Done;
    if done || !asked.roll_back {
        session.output.result("release", &view, || describe(&view));
    } else {
        session
            .output
            .note("It did not end well, and is taken back.");
        let back = session
            .app
            .release_take_back(&asked.release, promotion)
            .await?;
        run_back(session, &back, &asked.agreed).await?;
        let view = session.app.release(&asked.release).await?;
        session.output.result("release", &view, || describe(&view));
    }
    // What follows in a pipeline must not go on to the next instance.
    Ok(match ran {
        Ending::Done if !done => Ending::Failed,
        other => other,
    })
}

async fn take_back(session: &Session<'_>, asked: TakeBack) -> Result<Ending, CommandError> {
    let view = session.app.release(&asked.release).await?;
    let from = match &asked.from {
        Some(name) => Some(named(session, name)?.id),
        None => None,
    };
    let promotion = view
        .promotions
        .iter()
        .rev()
        .find(|one| one.run.is_some() && from.as_ref().is_none_or(|from| *from == one.instance_id))
        .ok_or_else(|| CommandError {
            guidance: Some("`waybill release show` says where it is.".into()),
            ..bad_input(&format!("{} was not promoted there.", view.summary.id))
        })?;
    secret_of(session, Some(&promotion.instance_id), &asked.agreed)?;
    session.unlock_vault().await?;
    let back = session
        .app
        .release_take_back(&asked.release, promotion.number)
        .await?;
    let plan = plan_anew(session, &back.summary.id, true).await?;
    if !asked.agreed.yes {
        let to_enter = to_enter(session, &plan).await?;
        tell(session, &plan, &to_enter, None);
        return Ok(ending(&plan));
    }
    let ran = carry_out(session, &back.summary.id, &asked.agreed).await?;
    let view = session.app.release(&asked.release).await?;
    session.output.result("release", &view, || describe(&view));
    Ok(ran)
}

/// Runs the way back from a promotion: what it warns of was agreed to with the promotion.
async fn run_back(
    session: &Session<'_>,
    back: &MoveView,
    agreed: &crate::arguments::Agreed,
) -> Result<Ending, CommandError> {
    let number = &back.summary.id;
    let plan = plan_anew(session, number, true).await?;
    for finding in plan.findings.iter().filter(|one| one.read_by.is_none()) {
        if finding.severity == waybill_app::view::FindingSeverity::Warning {
            session
                .app
                .move_acknowledge(number, &finding.rule, finding.subject.as_ref(), true)
                .await?;
        }
    }
    let run = session
        .app
        .move_run(number, agreed.instance_name.as_deref())
        .await?;
    follow(session, &run.id).await
}

fn source_secret(
    session: &Session<'_>,
    instance: &str,
    read: &ReleaseRead,
) -> Result<(), CommandError> {
    if read.secret_stdin {
        let secret = input::secret("client secret or password", true)?;
        session.app.instance_secret_for_session(instance, secret)?;
    }
    Ok(())
}

/// The next instance of its route, by its id.
fn next(view: &ReleaseView) -> Option<String> {
    let next = view.route.iter().find(|stop| !stop.there);
    next.map(|stop| stop.instance_id.clone())
}

/// The number of the promotion that a move carries.
fn of_move(view: &ReleaseView, moved_by: &str) -> Result<u32, CommandError> {
    let found = view.promotions.iter().find(|one| one.moved_by == moved_by);
    found
        .map(|one| one.number)
        .ok_or_else(|| crate::output::internal("the promotion was not written down"))
}

fn numbered(view: &ReleaseView, number: u32) -> Result<&PromotionView, CommandError> {
    view.promotions
        .iter()
        .find(|one| one.number == number)
        .ok_or_else(|| crate::output::internal("the promotion was not written down"))
}

/// `CODE|VERSION` in the project, or a whole id.
fn integration(text: &str, project: &str) -> Result<ArtifactId, CommandError> {
    if text.contains(':') {
        return super::plan::id(text);
    }
    let (code, version) = text.split_once('|').ok_or_else(|| {
        bad_input(&format!(
            "`{text}` names no integration: write CODE|VERSION."
        ))
    })?;
    Ok(ArtifactId {
        kind: ArtifactKind::Integration,
        scope: Scope::Project(project.to_owned()),
        code: code.to_owned(),
        version: Some(version.to_owned()),
    })
}
