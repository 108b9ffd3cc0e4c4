//! `waybill clone`.

use serde_json::json;
use waybill_app::view::{
    CloneAgreed as AppAgreed, CloneAsk, CloneContainerForm, CloneMode, ClonePlan, CloneView,
    CommandError, ErrorCode, RunKind, RunStepState,
};

use super::backup::follow;
use super::{Session, word};
use crate::arguments::{CloneModeName, CloneVerb};
use crate::clone_arguments::{CloneAgreed, Importing, Job, NewContainer, Through};
use crate::exit::Ending;
use crate::input;
use crate::output::{Put, bad_input, size, table};

pub async fn perform(session: &Session<'_>, verb: CloneVerb) -> Result<Ending, CommandError> {
    match verb {
        CloneVerb::Into {
            source,
            destination,
            through,
            import,
            job,
            agreed,
        } => {
            let ask = CloneAsk {
                source: Some(source),
                destination: Some(destination),
                ..asked(through, Some(import), Some(job))
            };
            begin(session, &ask, &agreed).await
        }
        CloneVerb::Export {
            instances,
            through,
            job,
            agreed,
        } => {
            if job.name.is_some() && instances.len() > 1 {
                return Err(bad_input(
                    "A name goes with one instance: the service takes a name once.",
                ));
            }
            let ask = asked(through, None, Some(job));
            export(session, instances, &ask, &agreed).await
        }
        CloneVerb::Import {
            archive,
            destination,
            from,
            through,
            import,
            agreed,
        } => {
            let ask = CloneAsk {
                source: from,
                destination: Some(destination),
                archive: Some(archive),
                ..asked(through, Some(import), None)
            };
            begin(session, &ask, &agreed).await
        }
        CloneVerb::Show { run } => {
            let run = run_of(session, &run).await?;
            let view = session.app.clone_view(&run).await?;
            show(session, &view);
            Ok(Ending::Done)
        }
        CloneVerb::SignOff {
            run,
            key,
            by,
            note,
            undo,
        } => {
            if by.is_none() && !undo {
                return Err(bad_input("Say who saw to it: `--by NAME`."));
            }
            let run = run_of(session, &run).await?;
            let signed = session
                .app
                .clone_sign(&run, &key, by.as_deref(), &note)
                .await?;
            show(session, &signed);
            Ok(Ending::Done)
        }
        CloneVerb::Archives { through } => archives(session, &through).await,
        CloneVerb::Container(new) => container(session, *new).await,
    }
}

fn asked(through: Through, import: Option<Importing>, job: Option<Job>) -> CloneAsk {
    let mut ask = CloneAsk {
        container: through.container,
        ..CloneAsk::default()
    };
    if let Some(import) = import {
        ask.mode = match import.mode {
            CloneModeName::ImportOnly => CloneMode::ImportOnly,
            CloneModeName::ImportActivate => CloneMode::ImportActivate,
            CloneModeName::ActivateOnly => CloneMode::ActivateOnly,
        };
        ask.remove_archive = import.remove_archive;
        ask.with_secrets = import.with_secrets;
    }
    if let Some(job) = job {
        ask.name = job.name;
        ask.overwrite = job.overwrite;
    }
    ask
}

/// One after the other; the first that fails ends it.
async fn export(
    session: &Session<'_>,
    instances: Vec<String>,
    ask: &CloneAsk,
    agreed: &CloneAgreed,
) -> Result<Ending, CommandError> {
    let mut partly = false;
    for instance in instances {
        let ask = CloneAsk {
            source: Some(instance),
            ..ask.clone()
        };
        match begin(session, &ask, agreed).await? {
            Ending::Done => {}
            Ending::Partial => partly = true,
            other => return Ok(other),
        }
    }
    Ok(if partly {
        Ending::Partial
    } else {
        Ending::Done
    })
}

async fn begin(
    session: &Session<'_>,
    ask: &CloneAsk,
    agreed: &CloneAgreed,
) -> Result<Ending, CommandError> {
    let plan = session.app.clone_plan(ask)?;
    if agreed.dry_run {
        session.output.result("clonePlan", &plan, || planned(&plan));
        return Ok(Ending::Done);
    }
    if !agreed.yes {
        for note in plan.notes.iter().filter(|note| note.must_be_read) {
            session.output.note(&note.text);
        }
    }
    let agreed = AppAgreed {
        read: agreed.yes,
        typed_name: agreed.instance_name.clone(),
    };
    // The destination is kept in a snapshot first.
    session.unlock_vault().await?;
    let run = session.app.clone_start(ask, &agreed).await?;
    let ending = follow(session, &run.id).await?;
    let view = session.app.clone_view(&run.id).await?;
    show(session, &view);
    Ok(ending)
}

fn planned(plan: &ClonePlan) -> String {
    let mut text = plan.title.clone();
    text.put(format_args!("\nJob: {}", plan.name));
    for part in &plan.parts {
        text.put(format_args!("\n  {}", word(part)));
    }
    for note in &plan.notes {
        let mark = if note.must_be_read { "Warning" } else { "Note" };
        text.put(format_args!("\n{mark}: {}", note.text));
        if let Some(guidance) = &note.guidance {
            text.put(format_args!("\n         {guidance}"));
        }
    }
    text
}

fn show(session: &Session<'_>, view: &CloneView) {
    session.output.result("clone", view, || described(view));
}

fn described(view: &CloneView) -> String {
    let mut text = format!("{}: {}", view.title, word(&view.summary.status));
    for part in &view.parts {
        let mark = match part.state {
            RunStepState::Done => "done   ",
            RunStepState::Failed => "FAILED ",
            RunStepState::Running => "goes on",
            _ => "waits  ",
        };
        text.put(format_args!("\n{mark}  {:<10}", word(&part.part)));
        if let Some(job) = &part.job {
            text.put(format_args!("job {job}  "));
        }
        if let Some(words) = part.why.as_ref().or(part.words.as_ref()) {
            text.push_str(words);
        }
        for component in &part.components {
            text.put(format_args!(
                "\n           {}: {}",
                component.name,
                component.status.replace('_', " ").to_lowercase()
            ));
            if let Some(failure) = &component.failure {
                text.put(format_args!(" ({failure})"));
            }
        }
    }
    if !view.residuals.is_empty() {
        text.put(format_args!(
            "\nLeft to see to: {} of {}",
            view.open,
            view.residuals.len()
        ));
    }
    for one in &view.residuals {
        let mark = match &one.signed_by {
            Some(by) => format!("signed off by {by}"),
            None => "open".to_owned(),
        };
        text.put(format_args!(
            "\n  {:<22} {mark}: {}\n{:25}{}",
            one.key, one.text, "", one.guidance
        ));
    }
    text
}

/// A run by its id; `latest` is the newest of this kind.
async fn run_of(session: &Session<'_>, named: &str) -> Result<String, CommandError> {
    if named != "latest" {
        return Ok(named.to_owned());
    }
    let runs = session.app.runs().await?;
    let newest = runs.into_iter().find(|one| one.kind == RunKind::Clone);
    newest.map(|one| one.id).ok_or_else(|| CommandError {
        code: ErrorCode::UnknownSubject,
        ..bad_input("No instance was exported or imported as a whole yet.")
    })
}

async fn archives(session: &Session<'_>, through: &Through) -> Result<Ending, CommandError> {
    let all = session.app.clone_archives(&through.container).await?;
    session
        .output
        .result("archives", &json!({ "archives": all }), || {
            if all.is_empty() {
                return "Nothing lies there.".into();
            }
            let rows: Vec<Vec<String>> = all
                .iter()
                .map(|one| vec![one.name.clone(), size(one.bytes)])
                .collect();
            table(&["NAME", "SIZE"], &rows)
        });
    Ok(Ending::Done)
}

async fn container(session: &Session<'_>, new: NewContainer) -> Result<Ending, CommandError> {
    let token = input::secret("auth token", new.token_stdin)?;
    session.unlock_vault().await?;
    let form = CloneContainerForm {
        name: new.name,
        region: new.region.unwrap_or_default(),
        namespace: new.namespace.unwrap_or_default(),
        container: new.bucket,
        user: new.user,
        address: new.address,
        ca_file: new.ca_file.map(|path| path.to_string_lossy().into_owned()),
    };
    let saved = session.app.clone_container_save(form, token).await?;
    session
        .output
        .note("`waybill target check` tries it out, and makes it where there is none.");
    session.output.result("result", &saved, || {
        format!(
            "Container `{}` is kept: {}.",
            saved.form.name, saved.address
        )
    });
    Ok(Ending::Done)
}
