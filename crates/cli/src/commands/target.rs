//! `waybill target`.

use serde_json::json;
use waybill_app::view::{
    CommandError, CopyStanding, StageState, TargetReport, TargetStage, TargetState, TargetView,
};

use super::backup::follow;
use super::{Session, target_add};
use crate::arguments::TargetVerb;
use crate::exit::Ending;
use crate::input;
use crate::output::{Put, bad_input, table};

pub async fn perform(session: &Session<'_>, verb: TargetVerb) -> Result<Ending, CommandError> {
    match verb {
        TargetVerb::Add(add) => {
            let saved = target_add::save(session, *add).await?;
            session.output.note(
                "`waybill target check` tries it out; `waybill target copy` copies what is there now.",
            );
            Ok(shown(session, &saved))
        }
        TargetVerb::List => list(session).await,
        TargetVerb::Show { target } => show(session, &target).await,
        TargetVerb::Check { target } => check(session, &target).await,
        TargetVerb::Copy { target, snapshot } => copy(session, &target, snapshot.as_deref()).await,
        TargetVerb::Copies { target } => copies(session, &target).await,
        TargetVerb::AcceptHostKey {
            target,
            fingerprint,
        } => accept(session, &target, fingerprint).await,
        TargetVerb::Secret {
            target,
            vault_password,
        } => {
            let known = named(session, &target).await?;
            let saved = target_add::secrets_again(session, known, vault_password).await?;
            Ok(shown(session, &saved))
        }
        TargetVerb::On { target } => turn(session, &target, true).await,
        TargetVerb::Off { target } => turn(session, &target, false).await,
        TargetVerb::Remove { target } => {
            let known = named(session, &target).await?;
            session.app.target_remove(&known.id).await?;
            session
                .output
                .result("result", &json!({ "removed": known.id }), || {
                    format!(
                        "Target `{}` and its secrets are forgotten. What lies there stays.",
                        known.form.name
                    )
                });
            Ok(Ending::Done)
        }
    }
}

async fn named(session: &Session<'_>, target: &str) -> Result<TargetView, CommandError> {
    session.unlock_vault().await?;
    let all = session.app.targets().await?;
    all.into_iter()
        .find(|one| one.id == target || one.form.name.eq_ignore_ascii_case(target))
        .ok_or_else(|| CommandError {
            guidance: Some("`waybill target list` shows those there are.".into()),
            ..bad_input(&format!("There is no target `{target}`."))
        })
}

async fn list(session: &Session<'_>) -> Result<Ending, CommandError> {
    session.unlock_vault().await?;
    let targets = session.app.targets().await?;
    session
        .output
        .result("result", &json!({ "targets": targets }), || {
            if targets.is_empty() {
                return "No target yet. `waybill target add --help` shows the kinds.".into();
            }
            let rows: Vec<Vec<String>> = targets
                .iter()
                .map(|target| {
                    vec![
                        target.form.name.clone(),
                        kind(target).to_owned(),
                        standing(target),
                        target.address.clone(),
                    ]
                })
                .collect();
            table(&["NAME", "KIND", "STATE", "WHERE"], &rows)
        });
    Ok(Ending::Done)
}

async fn show(session: &Session<'_>, target: &str) -> Result<Ending, CommandError> {
    let target = named(session, target).await?;
    let copies = session.app.copies_known(Some(&target.id))?;
    let line = json!({ "target": target, "copies": copies });
    session.output.result("result", &line, || {
        let mut text = in_words(&target);
        for copy in &copies {
            let how = match copy.standing {
                CopyStanding::Whole => "whole",
                CopyStanding::Copying => "goes on",
                CopyStanding::Interrupted => "interrupted",
                CopyStanding::Failed => "failed",
            };
            let place = copy.copy.as_deref().unwrap_or("");
            text.put(format_args!(
                "\n    {}  {how}  {}  {place}",
                copy.taken_at,
                copy.snapshot.get(..8).unwrap_or(&copy.snapshot),
            ));
            if let Some(problem) = &copy.problem {
                text.put(format_args!("  {problem}"));
            }
        }
        text
    });
    Ok(Ending::Done)
}

fn shown(session: &Session<'_>, target: &TargetView) -> Ending {
    session.output.result("result", target, || in_words(target));
    Ending::Done
}

async fn check(session: &Session<'_>, target: &str) -> Result<Ending, CommandError> {
    let known = named(session, target).await?;
    let output = session.output.clone();
    let report = session
        .app
        .target_check_saved(&known.id, move |stage: &TargetStage| {
            output.object("stage", stage);
        })
        .await?;
    session
        .output
        .result("check", &report, || told(&known.form.name, &report));
    Ok(if report.passed {
        Ending::Done
    } else {
        Ending::Failed
    })
}

fn told(name: &str, report: &TargetReport) -> String {
    let mut text = String::new();
    for stage in &report.stages {
        let mark = match stage.state {
            StageState::Passed => "passed ",
            StageState::Failed => "FAILED ",
            _ => "skipped",
        };
        text.put(format_args!("{mark}  {:<8} {}\n", stage.name, stage.detail));
        if let Some(remedy) = &stage.remedy {
            text.put(format_args!("         What to do: {remedy}\n"));
        }
    }
    for note in &report.notes {
        text.put(format_args!("Note: {note}\n"));
    }
    if let Some(key) = &report.host_key {
        text.put(format_args!(
            "Its owner can tell whether {key} is right. Then: waybill target accept-host-key \"{name}\" {key}\n"
        ));
    }
    text.trim_end().to_owned()
}

async fn copy(
    session: &Session<'_>,
    target: &str,
    snapshot: Option<&str>,
) -> Result<Ending, CommandError> {
    let known = named(session, target).await?;
    let wanted = session.app.copies_wanted(&known.id, snapshot).await?;
    if wanted.is_empty() {
        session
            .output
            .result("result", &json!({ "copied": 0 }), || {
                "There is no complete snapshot to copy there.".into()
            });
        return Ok(Ending::Done);
    }
    for snapshot in wanted {
        let run = session.app.copy_start(&known.id, &snapshot).await?;
        let ending = follow(session, &run.id).await?;
        if ending != Ending::Done {
            return Ok(ending);
        }
    }
    Ok(Ending::Done)
}

async fn copies(session: &Session<'_>, target: &str) -> Result<Ending, CommandError> {
    let known = named(session, target).await?;
    let copies = session.app.target_copies(&known.id).await?;
    session
        .output
        .result("result", &json!({ "copies": copies }), || {
            if copies.is_empty() {
                return "No copy lies there.".into();
            }
            let rows: Vec<Vec<String>> = copies
                .iter()
                .map(|copy| {
                    vec![
                        copy.taken_at.clone(),
                        copy.instance.clone(),
                        copy.title.clone(),
                        format!("copy:{}/{}", known.form.name, copy.copy),
                    ]
                })
                .collect();
            table(&["TAKEN", "INSTANCE", "WHAT", "PLACE"], &rows)
        });
    Ok(Ending::Done)
}

async fn accept(
    session: &Session<'_>,
    target: &str,
    fingerprint: Option<String>,
) -> Result<Ending, CommandError> {
    let known = named(session, target).await?;
    let fingerprint = if let Some(given) = fingerprint {
        given
    } else {
        let shown = session
            .app
            .target_host_key(
                known.form.clone(),
                waybill_app::view::TargetSecrets::default(),
            )
            .await?;
        let Some(shown) = shown else {
            session
                .output
                .result("result", &json!({ "hostKey": known.form.host_key }), || {
                    "It shows the host key that is confirmed already.".into()
                });
            return Ok(Ending::Done);
        };
        let question = format!(
            "`{}` shows {shown}. Type yes if its owner says that this is right",
            known.form.name
        );
        let answer = input::asked(&question)?;
        if !answer.trim().eq_ignore_ascii_case("yes") {
            return Err(bad_input("The host key was not confirmed."));
        }
        shown
    };
    session
        .app
        .target_accept_host_key(&known.id, &fingerprint)?;
    session
        .output
        .result("result", &json!({ "hostKey": fingerprint.trim() }), || {
            format!(
                "Confirmed for `{}`: {}",
                known.form.name,
                fingerprint.trim()
            )
        });
    Ok(Ending::Done)
}

async fn turn(session: &Session<'_>, target: &str, on: bool) -> Result<Ending, CommandError> {
    let mut form = named(session, target).await?.form;
    form.on = on;
    let saved = session
        .app
        .target_save(form, waybill_app::view::TargetSecrets::default())
        .await?;
    Ok(shown(session, &saved))
}

fn in_words(target: &TargetView) -> String {
    let mut text = format!(
        "{}  {} ({}), {}",
        target.id,
        target.form.name,
        kind(target),
        target.address
    );
    text.put(format_args!("\n    {}", standing(target)));
    if let Some(problem) = &target.problem {
        text.put(format_args!("\n    {problem}"));
    }
    if let Some(guidance) = &target.guidance {
        text.put(format_args!("\n    What to do: {guidance}"));
    }
    text
}

fn kind(target: &TargetView) -> &'static str {
    use waybill_app::view::TargetPlace as Place;
    match (&target.form.place, target.form.vault) {
        (_, true) => "vault",
        (Place::Folder { .. }, _) => "folder",
        (Place::Sftp { .. }, _) => "sftp",
        (Place::Git { .. }, _) => "git",
        (Place::S3 { .. }, _) => "s3",
        (Place::Swift { .. }, _) => "swift",
        (Place::Upload { .. }, _) => "upload",
    }
}

fn standing(target: &TargetView) -> String {
    let mut text = match target.state {
        TargetState::Empty => "nothing copied yet".to_owned(),
        TargetState::Equal => "equal".to_owned(),
        TargetState::Behind => format!("behind by {}", target.behind),
        TargetState::Copying => "copying".to_owned(),
        TargetState::Failed => "failed".to_owned(),
    };
    if let Some(last) = &target.last {
        text.put(format_args!(", last {}", last.at));
    }
    if !target.form.on {
        text.push_str(", off");
    }
    text
}
