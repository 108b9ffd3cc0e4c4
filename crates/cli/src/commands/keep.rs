//! `waybill forget` and `waybill keep`.

use std::io::{IsTerminal, Write};

use waybill_app::view::{
    CommandError, KeepForm, KeepOwn, KeepPreviewView, KeepRulesView, KeptSnapshot,
};

use super::backup::follow;
use super::{Session, instance::named};
use crate::exit::Ending;
use crate::keep_arguments::{Forget, KeepSet, KeepVerb};
use crate::output::{Put, bad_input, size, table};

pub async fn forget(session: &Session<'_>, asked: Forget) -> Result<Ending, CommandError> {
    session.unlock_vault().await?;
    let instance = asked
        .instance
        .as_deref()
        .map(|name| named(session, name))
        .transpose()?
        .map(|instance| instance.id);
    let form = asked.counts.rules().map(|all| KeepForm {
        all,
        own: Vec::new(),
    });
    if form.is_none() && !session.app.keep_rules().set {
        session.output.note(
            "No keep rule is set, so every snapshot stays. `waybill keep set` sets some; `--keep-last` and the like try them.",
        );
    }
    let preview = session
        .app
        .keep_preview(form.as_ref(), instance.as_deref())
        .await?;
    if !asked.apply || preview.goes == 0 {
        session
            .output
            .result("preview", &preview, || in_words(&preview));
        return Ok(Ending::Done);
    }
    session.output.object("preview", &preview);
    if !session.output.is_json() {
        session.output.note(&in_words(&preview));
    }
    if !asked.yes && !agreed(&format!("Remove {}", snapshots(preview.goes)))? {
        return Ok(Ending::Cancelled);
    }
    let run = session
        .app
        .keep_apply(form.as_ref(), instance.as_deref(), &preview.previewed)
        .await?;
    follow(session, &run.id).await
}

pub async fn perform(session: &Session<'_>, verb: KeepVerb) -> Result<Ending, CommandError> {
    match verb {
        KeepVerb::Show => {
            show(session);
            Ok(Ending::Done)
        }
        KeepVerb::Set(set) => save(session, set).await,
        KeepVerb::Mark { id, name } => {
            session.unlock_vault().await?;
            let id = session.snapshot(&id).await?.id;
            let marked = session.app.keep_mark(&id, &name).await?;
            session.output.result("snapshot", &marked, || {
                format!(
                    "Snapshot {} stays whatever the rules say: {}.",
                    marked.short_id,
                    name.trim()
                )
            });
            Ok(Ending::Done)
        }
        KeepVerb::Unmark { id } => {
            session.unlock_vault().await?;
            let id = session.snapshot(&id).await?.id;
            let plain = session.app.keep_unmark(&id).await?;
            session.output.result("snapshot", &plain, || {
                format!(
                    "From now on the rules decide about snapshot {}.",
                    plain.short_id
                )
            });
            Ok(Ending::Done)
        }
    }
}

fn show(session: &Session<'_>) {
    let view = session.app.keep_rules();
    let names: Vec<(String, String)> = session
        .app
        .instances()
        .unwrap_or_default()
        .into_iter()
        .map(|instance| (instance.id, instance.name))
        .collect();
    session.output.result("keep", &view, || {
        let mut text = format!("All instances: {}", rules_words(&view.form.all));
        for own in &view.form.own {
            let name = names
                .iter()
                .find(|(id, _)| *id == own.instance)
                .map_or(own.instance.as_str(), |(_, name)| name);
            text.put(format_args!("\n{name}: {}", rules_words(&own.rules)));
        }
        text
    });
}

async fn save(session: &Session<'_>, set: KeepSet) -> Result<Ending, CommandError> {
    session.unlock_vault().await?;
    let rules = match (set.counts.rules(), set.keep_all || set.as_all) {
        (Some(_), true) => {
            return Err(bad_input(
                "Give rules, or say that all stay or that the rules of all hold; not both.",
            ));
        }
        (Some(rules), false) => rules,
        (None, true) => KeepRulesView::default(),
        (None, false) => {
            return Err(bad_input(
                "Give at least one rule, such as `--keep-last 10 --keep-daily 30`, or `--keep-all`.",
            ));
        }
    };
    let mut form = session.app.keep_rules().form;
    match &set.instance {
        None => form.all = rules,
        Some(name) => {
            let instance = named(session, name)?.id;
            form.own.retain(|own| own.instance != instance);
            if !set.as_all {
                form.own.push(KeepOwn { instance, rules });
            }
        }
    }
    let preview = session.app.keep_preview(Some(&form), None).await?;
    session.output.object("preview", &preview);
    if !session.output.is_json() {
        session.output.note(&in_words(&preview));
    }
    if preview.goes > 0
        && !set.yes
        && !agreed(&format!(
            "Save these rules. After the next scheduled backup they remove {}",
            snapshots(preview.goes)
        ))?
    {
        return Ok(Ending::Cancelled);
    }
    let saved = session.app.keep_save(&form, &preview.previewed).await?;
    session.output.result("keep", &saved, || {
        format!("Saved. All instances: {}", rules_words(&saved.form.all))
    });
    Ok(Ending::Done)
}

/// Asks a person. Without one at the terminal, `--yes` has to be given.
fn agreed(what: &str) -> Result<bool, CommandError> {
    if !std::io::stdin().is_terminal() {
        return Err(bad_input(&format!(
            "{what}? Nobody is at the terminal to say so. Give `--yes`."
        )));
    }
    let mut out = std::io::stderr();
    let _ = write!(out, "{what}? Type yes: ").and_then(|()| out.flush());
    let mut answer = String::new();
    std::io::stdin()
        .read_line(&mut answer)
        .map_err(|error| bad_input(&format!("The answer could not be read: {error}.")))?;
    Ok(answer.trim().eq_ignore_ascii_case("yes"))
}

fn snapshots(count: u32) -> String {
    match count {
        1 => "1 snapshot".to_owned(),
        many => format!("{many} snapshots"),
    }
}

fn in_words(preview: &KeepPreviewView) -> String {
    if preview.snapshots.is_empty() {
        return "There is no snapshot yet.".to_owned();
    }
    let row = |one: &KeptSnapshot| {
        vec![
            if one.keep { "stays" } else { "goes" }.to_owned(),
            one.short_id.clone(),
            one.taken_at.clone(),
            one.instance_name.clone(),
            one.reasons.join(", "),
        ]
    };
    let rows: Vec<Vec<String>> = preview.snapshots.iter().map(row).collect();
    let mut text = table(&["", "SNAPSHOT", "TAKEN", "INSTANCE", "WHY"], &rows);
    if preview.goes == 0 {
        text.put(format_args!("\nNothing goes; {} stay.", preview.stays));
    } else {
        text.put(format_args!(
            "\n{} would go, {}; {} stay.",
            snapshots(preview.goes),
            size(preview.bytes),
            preview.stays
        ));
    }
    text
}

fn rules_words(rules: &KeepRulesView) -> String {
    let parts = [
        ("the last", rules.last),
        ("hourly", rules.hourly),
        ("daily", rules.daily),
        ("weekly", rules.weekly),
        ("monthly", rules.monthly),
        ("yearly", rules.yearly),
    ];
    let said: Vec<String> = parts
        .into_iter()
        .filter_map(|(word, count)| Some(format!("{word} {}", count?)))
        .collect();
    if said.is_empty() {
        "every snapshot stays".to_owned()
    } else {
        format!("{} stay", said.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_said_in_words() {
        assert_eq!(
            rules_words(&KeepRulesView::default()),
            "every snapshot stays"
        );
        let rules = KeepRulesView {
            last: Some(10),
            daily: Some(30),
            ..KeepRulesView::default()
        };
        assert_eq!(rules_words(&rules), "the last 10, daily 30 stay");
        assert_eq!(snapshots(1), "1 snapshot");
    }
}
