//! `waybill show`, `sign-off`, `run FILE`, `retry`, `rollback` and `report`.

use std::io::{self, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};

use secrecy::ExposeSecret as _;
use serde::Serialize;
use waybill_app::view::{
    CommandError, ErrorCode, FindingSeverity, MoveFinding, MovePlan, MoveView, PaperForm, RunKind,
};
use waybill_model::ArtifactId;

use super::plan::{ending, id, plan_anew, tell};
use super::to_enter::{ToEnter, lines, to_enter};
use super::waybill_text::{describe_against, describe_look, describe_report, is_open, standing};
use super::{Session, backup::follow};
use crate::arguments::{Agreed, GoOn, Report, Rollback, RunWaybill, Show, SignOff};
use crate::exit::Ending;
use crate::input;
use crate::output::{bad_input, size, without_commands};

pub async fn show(session: &Session<'_>, asked: Show) -> Result<Ending, CommandError> {
    let number = taken_in(session, &asked.waybill).await?.summary.id;
    let plan = known_plan(session, &number).await?;
    let saved = match &asked.html {
        Some(page) => Some(
            session
                .app
                .move_write(&number, PaperForm::Html, page)
                .await?,
        ),
        None => None,
    };
    tell(session, &plan, &[], saved.as_ref());
    Ok(ending(&plan))
}

pub async fn sign_off(session: &Session<'_>, asked: SignOff) -> Result<Ending, CommandError> {
    let number = taken_in(session, &asked.waybill).await?.summary.id;
    let view = session.app.move_sign_off(&number, &asked.by).await?;
    let file = Path::new(&asked.waybill);
    if file.exists() {
        session
            .app
            .move_write(&number, PaperForm::Json, file)
            .await?;
    }
    session.output.result("signOff", &view, || {
        format!("{} agreed to {}.", asked.by.trim(), view.summary.id)
    });
    Ok(Ending::Done)
}

/// Runs a waybill, or looks what a run would do.
pub async fn run(session: &Session<'_>, asked: RunWaybill) -> Result<Ending, CommandError> {
    let Some(waybill) = &asked.waybill else {
        return Err(bad_input("Name the file of a waybill, or its number."));
    };
    let view = taken_in(session, waybill).await?;
    let number = view.summary.id;
    secret_of(session, view.to.as_deref(), &asked.agreed)?;
    session.unlock_vault().await?;
    if let Some(folder) = &asked.archives {
        let taken = session.app.cargo_read(folder).await?;
        session.output.note(&format!("{taken} archives taken in."));
    }
    if asked.dry_run {
        let plan = acknowledged(session, &number, &asked.agreed).await?;
        return rehearse(session, &number, &plan).await;
    }
    carry_out(session, &number, &asked.agreed).await
}

pub async fn retry(session: &Session<'_>, asked: &GoOn) -> Result<Ending, CommandError> {
    let run = run_of(session, &asked.run).await?;
    name_given(session, &run, asked)?;
    session.unlock_vault().await?;
    let begun = session.app.run_retry(&run).await?;
    follow(session, &begun.id).await
}

pub async fn resume(session: &Session<'_>, asked: &GoOn) -> Result<Ending, CommandError> {
    let run = run_of(session, &asked.run).await?;
    name_given(session, &run, asked)?;
    session.unlock_vault().await?;
    let begun = session.app.run_resume(&run).await?;
    follow(session, &begun.id).await
}

/// A destination in Production wants its name given before a run goes on there, as it did when it began.
fn name_given(session: &Session<'_>, run: &str, asked: &GoOn) -> Result<(), CommandError> {
    let Some(name) = session.app.run_asks_name(run)? else {
        return Ok(());
    };
    let given = match &asked.instance_name {
        Some(given) => given.clone(),
        None if io::stdin().is_terminal() => {
            asked_for(&format!("Type `{name}` to go on: "))?.unwrap_or_default()
        }
        None => return Err(name_wanted(&name)),
    };
    if given.trim() == name.trim() {
        return Ok(());
    }
    Err(CommandError {
        guidance: Some(format!(
            "Give `{name}` as it stands here, capital letters included."
        )),
        ..bad_input("What was given is not the name of the destination.")
    })
}

fn name_wanted(name: &str) -> CommandError {
    CommandError {
        guidance: Some(format!("Add `--instance-name \"{name}\"`.")),
        ..bad_input("A destination in Production wants its name given.")
    }
}

/// Asks the person at the terminal.
fn asked_for(question: &str) -> Result<Option<String>, CommandError> {
    let mut out = io::stderr();
    let _ = out
        .write_all(without_commands(question, false).as_bytes())
        .and_then(|()| out.flush());
    let answer = input::line()?;
    Ok(answer.map(|line| line.expose_secret().trim().to_owned()))
}

pub async fn rollback(session: &Session<'_>, asked: Rollback) -> Result<Ending, CommandError> {
    let only = asked
        .only
        .iter()
        .map(|text| id(text))
        .collect::<Result<Vec<ArtifactId>, _>>()?;
    let run = run_of(session, &asked.run).await?;
    let ran = session.app.run_detail(&run).await?.summary;
    secret_of(session, ran.instance_id.as_deref(), &asked.agreed)?;
    session.unlock_vault().await?;
    let only = (!only.is_empty()).then_some(only);
    let view = session.app.rollback_plan(&run, only).await?;
    let number = view.summary.id;
    let plan = plan_anew(session, &number, true).await?;
    let saved = match &asked.output {
        Some(file) => Some(
            session
                .app
                .move_write(&number, PaperForm::Json, file)
                .await?,
        ),
        None => None,
    };
    if asked.run_it {
        let plan = acknowledged(session, &number, &asked.agreed).await?;
        // What stands against it is told alone.
        if !stands(&plan) {
            tell(session, &plan, &[], saved.as_ref());
        }
        return carry_out(session, &number, &asked.agreed).await;
    }
    let to_enter = to_enter(session, &plan).await?;
    tell(session, &plan, &to_enter, saved.as_ref());
    Ok(ending(&plan))
}

pub async fn report(session: &Session<'_>, asked: Report) -> Result<Ending, CommandError> {
    for file in &asked.output {
        form(file)?;
    }
    let run = run_of(session, &asked.run).await?;
    let report = session.app.report(&run).await?;
    save_report(session, &run, &asked.output).await?;
    session
        .output
        .result("report", &report, || describe_report(&report));
    Ok(Ending::Done)
}

/// Saves the report of a run in the forms that the endings of the files say.
pub(super) async fn save_report(
    session: &Session<'_>,
    run: &str,
    files: &[PathBuf],
) -> Result<(), CommandError> {
    for file in files {
        let saved = session.app.report_write(run, form(file)?, file).await?;
        session
            .output
            .note(&format!("{}  {}", saved.path, size(saved.bytes)));
    }
    Ok(())
}

pub(super) fn form(file: &Path) -> Result<PaperForm, CommandError> {
    match file.extension().and_then(|ending| ending.to_str()) {
        Some("html" | "htm") => Ok(PaperForm::Html),
        Some("json") => Ok(PaperForm::Json),
        Some("csv") => Ok(PaperForm::Csv),
        _ => Err(bad_input(&format!(
            "The ending of `{}` does not say in which form to write. Give it .html, .json or .csv.",
            file.display()
        ))),
    }
}

/// A waybill of this computer by its number, or one that is taken in from a file.
async fn taken_in(session: &Session<'_>, waybill: &str) -> Result<MoveView, CommandError> {
    let file = Path::new(waybill);
    if file.exists() {
        return session.app.move_take_in(file).await;
    }
    let known = session.app.move_view(waybill).await;
    known.map_err(|error| {
        if error.code != ErrorCode::UnknownSubject {
            return error;
        }
        CommandError {
            code: ErrorCode::UnknownSubject,
            guidance: Some(
                "Give the file that `waybill plan -o FILE` wrote, or a number as `WB-0001`.".into(),
            ),
            ..bad_input(&format!("There is no file and no waybill `{waybill}`."))
        }
    })
}

async fn known_plan(session: &Session<'_>, number: &str) -> Result<MovePlan, CommandError> {
    session
        .app
        .move_planned(number)
        .await?
        .ok_or_else(|| CommandError {
            guidance: Some(
                "Open it in the window and check it, or plan it anew with `waybill plan`.".into(),
            ),
            ..bad_input(&format!(
                "{number} is not planned, or something was changed since it was."
            ))
        })
}

/// Takes the destination's own secret from standard input, if the arguments say so.
pub(super) fn secret_of(
    session: &Session<'_>,
    destination: Option<&str>,
    agreed: &Agreed,
) -> Result<(), CommandError> {
    match destination {
        Some(id) if agreed.secret_stdin => {
            let secret = input::secret("client secret or password", true)?;
            session.app.instance_secret_for_session(id, secret)
        }
        _ => Ok(()),
    }
}

/// The plan, after the warnings of these rules were read.
async fn acknowledged(
    session: &Session<'_>,
    number: &str,
    agreed: &Agreed,
) -> Result<MovePlan, CommandError> {
    let mut plan = known_plan(session, number).await?;
    for rule in &agreed.acknowledge {
        let subjects: Vec<Option<ArtifactId>> = plan
            .findings
            .iter()
            .filter(|one| one.rule == *rule && one.severity == FindingSeverity::Warning)
            .filter(|one| one.read_by.is_none())
            .map(|one| one.subject.clone())
            .collect();
        for subject in subjects {
            plan = session
                .app
                .move_acknowledge(number, rule, subject.as_ref(), true)
                .await?;
        }
    }
    Ok(plan)
}

async fn rehearse(
    session: &Session<'_>,
    number: &str,
    plan: &MovePlan,
) -> Result<Ending, CommandError> {
    tell(session, plan, &[], None);
    let look = session.app.move_look(number).await?;
    session
        .output
        .result("look", &look, || describe_look(&look));
    let clear = look.changed.is_empty() && look.against.is_empty();
    Ok(if clear { ending(plan) } else { Ending::Partial })
}

/// Runs a waybill, after its warnings were read and somebody agreed.
pub(super) async fn carry_out(
    session: &Session<'_>,
    number: &str,
    agreed: &Agreed,
) -> Result<Ending, CommandError> {
    let plan = acknowledged(session, number, agreed).await?;
    if stands(&plan) {
        tell_against(session, &plan).await?;
        return Err(stands_against(&plan));
    }
    let typed = agree(agreed, &plan)?;
    let run = session.app.move_run(number, typed.as_deref()).await?;
    follow(session, &run.id).await
}

/// Whether a finding keeps it from being run.
const fn stands(plan: &MovePlan) -> bool {
    plan.blocked || plan.unread > 0
}

/// What stands against a waybill.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Against<'a> {
    id: &'a str,
    effect: &'a str,
    findings: Vec<&'a MoveFinding>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    to_enter: &'a [ToEnter],
}

/// Prints what stands against it, and what to do.
async fn tell_against(session: &Session<'_>, plan: &MovePlan) -> Result<(), CommandError> {
    let to_enter = to_enter(session, plan).await?;
    let against = Against {
        id: &plan.id,
        effect: &plan.effect,
        findings: plan.findings.iter().filter(|one| is_open(one)).collect(),
        to_enter: &to_enter,
    };
    session.output.result("against", &against, || {
        let mut text = describe_against(plan);
        text.push_str(&lines(&to_enter));
        text
    });
    Ok(())
}

/// The rule that the destination may be changed.
const READ_ONLY: &str = "read-only";

/// The first thing that stands against it, as the error it ends with.
fn stands_against(plan: &MovePlan) -> CommandError {
    let first = plan.findings.iter().find(|one| is_open(one));
    let guidance = first.and_then(|one| match one.severity {
        FindingSeverity::Warning => {
            Some(format!("Read it, then add `--acknowledge {}`.", one.rule))
        }
        _ if one.rule == READ_ONLY => Some(format!(
            "{} On the command line: `waybill instance allow-writes`.",
            one.guidance.as_deref().unwrap_or_default()
        )),
        _ => one.guidance.clone(),
    });
    let code = match first {
        Some(one) if one.rule == READ_ONLY => ErrorCode::ReadOnly,
        _ => ErrorCode::ChangeBlocked,
    };
    CommandError {
        code,
        guidance: Some(guidance.unwrap_or_else(|| standing(plan))),
        ..bad_input(first.map_or("Something stands against it.", |one| &one.text))
    }
}

/// Asks the person at the terminal, unless the arguments agree already. A destination in Production
/// wants its name given.
fn agree(agreed: &Agreed, plan: &MovePlan) -> Result<Option<String>, CommandError> {
    if agreed.yes {
        return match (&plan.type_name, &agreed.instance_name) {
            (Some(name), None) => Err(name_wanted(name)),
            _ => Ok(agreed.instance_name.clone()),
        };
    }
    if !io::stdin().is_terminal() {
        return Err(CommandError {
            guidance: Some("Look at it with `--dry-run`, then add `--yes`.".into()),
            ..bad_input("Nobody is there to agree to this run.")
        });
    }
    let question = match &plan.type_name {
        Some(name) => format!("{}. Type `{name}` to go on: ", plan.effect),
        None => format!("{}? Type yes: ", plan.button),
    };
    let answer = asked_for(&question)?;
    match (&plan.type_name, answer) {
        (Some(_), typed) => Ok(typed),
        (None, Some(answer)) if answer.eq_ignore_ascii_case("yes") => Ok(None),
        _ => Err(CommandError {
            code: ErrorCode::Cancelled,
            ..bad_input("Nothing was changed.")
        }),
    }
}

/// The run with this id, or the newest of a waybill.
async fn run_of(session: &Session<'_>, run: &str) -> Result<String, CommandError> {
    if run != "latest" {
        return Ok(run.to_owned());
    }
    let runs = session.app.runs().await?;
    let newest = runs.into_iter().find(|one| one.kind == RunKind::Move);
    newest.map(|one| one.id).ok_or_else(|| CommandError {
        code: ErrorCode::UnknownSubject,
        guidance: Some("`waybill run list` shows the runs there are.".into()),
        ..bad_input("No waybill was run yet.")
    })
}
