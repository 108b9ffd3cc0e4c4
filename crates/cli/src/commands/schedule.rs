//! `waybill schedule`.

use serde_json::json;
use waybill_app::view::{
    BackupScheduleView, CommandError, Day, Rhythm, ScheduleForm, ScheduleState, SelectionView,
};
use waybill_app::{Installed, Keeper};

use super::backup::{follow, selection};
use super::{Session, instance::named, word};
use crate::arguments::{DayName, ScheduleSet, ScheduleVerb};
use crate::exit::Ending;
use crate::output::{Put, bad_input};

pub async fn perform(session: &Session<'_>, verb: ScheduleVerb) -> Result<Ending, CommandError> {
    match verb {
        ScheduleVerb::List { instance } => list(session, instance.as_deref()),
        ScheduleVerb::Set(set) => save(session, *set),
        ScheduleVerb::On { id } => shown(session, &session.app.schedule_turn(&id, true)?),
        ScheduleVerb::Off { id } => shown(session, &session.app.schedule_turn(&id, false)?),
        ScheduleVerb::Remove { id } => {
            session.app.schedule_remove(&id)?;
            session
                .output
                .result("result", &json!({ "removed": id }), || {
                    format!("Schedule {id} is forgotten. Its snapshots stay.")
                });
            Ok(Ending::Done)
        }
        ScheduleVerb::Run => run(session).await,
        ScheduleVerb::Install { print } => install(session, print),
        ScheduleVerb::Uninstall => {
            let removed = keeper(session)?.remove()?;
            told(session, "Taken away", &removed);
            Ok(Ending::Done)
        }
        ScheduleVerb::Status => status(session),
    }
}

fn list(session: &Session<'_>, instance: Option<&str>) -> Result<Ending, CommandError> {
    let instance = instance.map(|name| named(session, name)).transpose()?;
    let schedules = session
        .app
        .schedules(instance.as_ref().map(|one| one.id.as_str()))?;
    session
        .output
        .result("result", &json!({ "schedules": schedules }), || {
            if schedules.is_empty() {
                return "No schedule yet. `waybill schedule set NAME --daily 06:00` makes one."
                    .into();
            }
            let mut text = String::new();
            for (index, schedule) in schedules.iter().enumerate() {
                if index > 0 {
                    text.put(format_args!("\n"));
                }
                text.put(format_args!("{}", in_words(schedule)));
            }
            text
        });
    Ok(Ending::Done)
}

fn save(session: &Session<'_>, set: ScheduleSet) -> Result<Ending, CommandError> {
    let instance = named(session, &set.instance)?;
    let rhythm = match (set.hourly, set.daily, set.cron, set.at) {
        (Some(minute), ..) => Rhythm::Hourly { minute },
        (_, Some(at), ..) => Rhythm::Daily { at },
        (_, _, Some(text), _) => Rhythm::Cron { text },
        (_, _, _, at) => Rhythm::Weekly {
            days: set.weekly.into_iter().map(day).collect(),
            at: at.unwrap_or_default(),
        },
    };
    let selection = selection(&set.only, &set.kinds)?;
    let saved = session.app.schedule_save(&ScheduleForm {
        id: set.id,
        instance: instance.id,
        on: true,
        rhythm,
        zone: set.zone,
        selection,
        catch_up: !set.no_catch_up,
        on_battery: set.on_battery,
    })?;
    if !keeper(session)?.view().installed {
        session.output.note(
            "It is looked after while Waybill's window is open. `waybill schedule install` has this computer do it by itself.",
        );
    }
    shown(session, &saved)
}

#[expect(clippy::unnecessary_wraps, reason = "it ends its verb")]
fn shown(session: &Session<'_>, schedule: &BackupScheduleView) -> Result<Ending, CommandError> {
    session
        .output
        .result("result", schedule, || in_words(schedule));
    Ok(Ending::Done)
}

async fn run(session: &Session<'_>) -> Result<Ending, CommandError> {
    session.unlock_vault().await?;
    let round = session.app.schedules_look().await?;
    for line in &round.told {
        session.output.note(line);
    }
    let mut ending = Ending::Done;
    for started in &round.started {
        ending = worse(ending, follow(session, started).await?);
    }
    if !round.started.is_empty() {
        // Ends are written down with their due times.
        session.app.schedules_look().await?;
    }
    session.output.result("round", &round, || {
        if round.started.is_empty() && round.told.is_empty() {
            "Nothing is due.".into()
        } else {
            String::new()
        }
    });
    Ok(ending)
}

/// The ending that says more: a failure before gaps, gaps before success.
fn worse(left: Ending, right: Ending) -> Ending {
    let weight = |ending| match ending {
        Ending::Done => 0,
        Ending::Partial => 1,
        _ => 2,
    };
    if weight(right) > weight(left) {
        right
    } else {
        left
    }
}

fn install(session: &Session<'_>, print: bool) -> Result<Ending, CommandError> {
    let keeper = keeper(session)?;
    if print {
        let files: Vec<_> = keeper
            .files()
            .into_iter()
            .map(|(path, text)| json!({ "path": path.display().to_string(), "text": text }))
            .collect();
        session
            .output
            .result("result", &json!({ "files": files }), || {
                let mut text = String::new();
                for (path, content) in keeper.files() {
                    text.put(format_args!("# {}\n{content}\n", path.display()));
                }
                text
            });
        return Ok(Ending::Done);
    }
    let installed = keeper.install()?;
    told(session, "Installed", &installed);
    Ok(if installed.left.is_empty() {
        Ending::Done
    } else {
        Ending::Partial
    })
}

fn told(session: &Session<'_>, word: &str, what: &Installed) {
    let files: Vec<String> = what
        .files
        .iter()
        .map(|path| path.display().to_string())
        .collect();
    let line = json!({ "files": files, "left": what.left });
    session.output.result("result", &line, || {
        let mut text = match files.len() {
            0 => "Nothing was there.".to_owned(),
            _ => format!("{word}: {}", files.join(", ")),
        };
        for left in &what.left {
            text.put(format_args!(
                "\nThe system did not take this; run it by hand: {left}"
            ));
        }
        text
    });
}

fn status(session: &Session<'_>) -> Result<Ending, CommandError> {
    let view = keeper(session)?.view();
    session.output.result("result", &view, || {
        let mut text = if view.installed {
            format!("This computer looks at the schedules every ten minutes ({}).", view.platform)
        } else {
            "This computer does not look by itself: schedules are looked after while Waybill's window is open.".into()
        };
        if let Some(problem) = &view.problem {
            text.put(format_args!("\n{problem}"));
        }
        text
    });
    Ok(Ending::Done)
}

/// What looks after the schedules: this program.
fn keeper(session: &Session<'_>) -> Result<Keeper, CommandError> {
    let program = std::env::current_exe().map_err(|error| {
        bad_input(&format!(
            "This program does not know where it lies: {error}."
        ))
    })?;
    session.app.keeper(&program)
}

fn in_words(schedule: &BackupScheduleView) -> String {
    let zone = schedule.form.zone.as_deref().unwrap_or_default();
    let mut text = format!(
        "{}  {}, {} ({zone})",
        schedule.id, schedule.instance_name, schedule.words
    );
    match &schedule.form.selection {
        SelectionView::Everything => {}
        SelectionView::Kinds { kinds } => {
            let kinds: Vec<String> = kinds.iter().map(word).collect();
            text.put(format_args!(", only of kind {}", kinds.join(", ")));
        }
        SelectionView::Only { ids } => {
            text.put(format_args!(", {} artifacts only", ids.len()));
        }
    }
    match schedule.next.first() {
        Some(next) => text.put(format_args!("\n    next {next}")),
        None => text.put(format_args!("\n    off")),
    }
    if let Some(last) = schedule.past.first() {
        text.put(format_args!(
            "\n    last {}: {}",
            last.due_at,
            state(last.state)
        ));
        if let Some(words) = &last.words {
            text.put(format_args!(". {words}"));
        }
    }
    text
}

const fn state(state: ScheduleState) -> &'static str {
    match state {
        ScheduleState::Off => "off",
        ScheduleState::Waiting => "complete",
        ScheduleState::Running => "goes on",
        ScheduleState::Postponed => "postponed",
        ScheduleState::Missed => "missed",
        ScheduleState::Failed => "failed",
        ScheduleState::Partial => "partial",
    }
}

const fn day(name: DayName) -> Day {
    match name {
        DayName::Mon => Day::Monday,
        DayName::Tue => Day::Tuesday,
        DayName::Wed => Day::Wednesday,
        DayName::Thu => Day::Thursday,
        DayName::Fri => Day::Friday,
        DayName::Sat => Day::Saturday,
        DayName::Sun => Day::Sunday,
    }
}
