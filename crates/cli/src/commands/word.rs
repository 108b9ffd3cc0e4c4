//! `waybill word`.

use secrecy::SecretString;
use serde_json::json;
use waybill_app::view::{
    CommandError, Day, DigestForm, HookForm, HookKind, MailForm, MailSecurity, OwnerRule, WordForm,
    WordLine, WordSecrets, WordSeverity, WordStage, WordStageName, WordState, WordView,
};

use super::{Session, word as json_word};
use crate::arguments::{HookKindName, SecurityName, SeverityName, WordSet, WordVerb};
use crate::exit::Ending;
use crate::input;
use crate::output::{Put, bad_input};

pub async fn perform(session: &Session<'_>, verb: WordVerb) -> Result<Ending, CommandError> {
    match verb {
        WordVerb::Show => {
            let view = session.app.word()?;
            session.output.result("word", &view, || describe(&view));
            Ok(Ending::Done)
        }
        WordVerb::Set(asked) => set(session, *asked).await,
        WordVerb::Test { way } => test(session, &way).await,
        WordVerb::Log { limit } => {
            let lines = session.app.word_log(limit)?;
            session
                .output
                .result("log", &json!({ "words": lines }), || {
                    if lines.is_empty() {
                        return "Nothing was said yet.".into();
                    }
                    let lines: Vec<String> = lines.iter().map(line).collect();
                    lines.join("\n")
                });
            Ok(Ending::Done)
        }
    }
}

async fn set(session: &Session<'_>, asked: WordSet) -> Result<Ending, CommandError> {
    let mut form = session.app.word()?.form;
    let mut secrets = WordSecrets::default();
    mail(&asked, &mut form)?;
    if asked.mail_password {
        secrets.mail_password = Some(secret("password for the mail server")?);
    }
    if let Some(name) = &asked.no_hook {
        let before = form.hooks.len();
        form.hooks.retain(|hook| hook.name != *name);
        if form.hooks.len() == before {
            return Err(bad_input(&format!("There is no webhook `{name}`.")));
        }
    }
    if let Some(name) = &asked.hook {
        hook(&asked, name, &mut form)?;
        if !asked.hook_keep_address {
            let address = secret(&format!("address of the webhook {name}"))?;
            secrets.hook_addresses.insert(name.clone(), address);
        }
    }
    if let Some(owners) = &asked.owners {
        form.owners = owners == "on";
    }
    if !asked.owner.is_empty() {
        form.owner_rules = asked
            .owner
            .iter()
            .map(|rule| {
                rule.split_once('=')
                    .map(|(who, to)| OwnerRule {
                        who: who.to_owned(),
                        to: to.to_owned(),
                    })
                    .ok_or_else(|| bad_input(&format!("`{rule}` is not of the form WHO=ADDRESS.")))
            })
            .collect::<Result<_, _>>()?;
    }
    if let Some(text) = &asked.digest {
        form.digest = digest(text)?;
    }
    if let Some(file) = &asked.ca_file {
        form.ca_file = (!file.is_empty()).then(|| {
            std::path::absolute(file)
                .map_or_else(|_| file.clone(), |path| path.display().to_string())
        });
    }
    let view = session.app.word_set(&form, secrets).await?;
    session.output.result("word", &view, || describe(&view));
    Ok(Ending::Done)
}

fn secret(what: &str) -> Result<SecretString, CommandError> {
    let terminal = std::io::IsTerminal::is_terminal(&std::io::stdin());
    input::secret(what, !terminal)
}

fn mail(asked: &WordSet, form: &mut WordForm) -> Result<(), CommandError> {
    if asked.no_mail {
        form.mail = None;
        return Ok(());
    }
    let named = asked.mail_host.is_some()
        || asked.mail_port.is_some()
        || asked.mail_security.is_some()
        || asked.mail_user.is_some()
        || asked.mail_from.is_some()
        || asked.mail_severity.is_some()
        || !asked.mail_to.is_empty();
    if !named {
        return Ok(());
    }
    let mut mail = match (form.mail.take(), &asked.mail_host) {
        (Some(mail), _) => mail,
        (None, Some(host)) => MailForm {
            on: true,
            host: host.clone(),
            port: 0,
            security: MailSecurity::StartTls,
            user: None,
            from: String::new(),
            to: Vec::new(),
            severity: WordSeverity::Warning,
        },
        (None, None) => {
            return Err(bad_input(
                "There is no mail server yet: give its name with `--mail-host`.",
            ));
        }
    };
    if let Some(host) = &asked.mail_host {
        mail.host.clone_from(host);
    }
    if let Some(security) = asked.mail_security {
        mail.security = match security {
            SecurityName::Tls => MailSecurity::Tls,
            SecurityName::Starttls => MailSecurity::StartTls,
            SecurityName::None => MailSecurity::None,
        };
    }
    match asked.mail_port {
        Some(port) => mail.port = port,
        None if mail.port == 0 || asked.mail_security.is_some() => {
            mail.port = match mail.security {
                MailSecurity::Tls => 465,
                MailSecurity::StartTls => 587,
                MailSecurity::None => 25,
            };
        }
        None => {}
    }
    if let Some(user) = &asked.mail_user {
        mail.user = (!user.is_empty()).then(|| user.clone());
    }
    if let Some(from) = &asked.mail_from {
        mail.from.clone_from(from);
    }
    if !asked.mail_to.is_empty() {
        mail.to.clone_from(&asked.mail_to);
    }
    if let Some(severity) = asked.mail_severity {
        mail.severity = weight(severity);
    }
    form.mail = Some(mail);
    Ok(())
}

fn hook(asked: &WordSet, name: &str, form: &mut WordForm) -> Result<(), CommandError> {
    let kind = asked.hook_kind.map(|kind| match kind {
        HookKindName::Slack => HookKind::Slack,
        HookKindName::Teams => HookKind::Teams,
        HookKindName::Json => HookKind::Json,
    });
    if let Some(known) = form.hooks.iter_mut().find(|hook| hook.name == name) {
        known.on = true;
        known.kind = kind.unwrap_or(known.kind);
        known.severity = asked.hook_severity.map_or(known.severity, weight);
        return Ok(());
    }
    let Some(kind) = kind else {
        return Err(bad_input(
            "What is at the other end of the webhook? Give `--hook-kind slack`, `teams` or `json`.",
        ));
    };
    form.hooks.push(HookForm {
        id: None,
        name: name.to_owned(),
        kind,
        on: true,
        severity: asked.hook_severity.map_or(WordSeverity::Warning, weight),
    });
    Ok(())
}

const fn weight(name: SeverityName) -> WordSeverity {
    match name {
        SeverityName::Info => WordSeverity::Info,
        SeverityName::Warning => WordSeverity::Warning,
        SeverityName::Failure => WordSeverity::Failure,
    }
}

fn digest(text: &str) -> Result<DigestForm, CommandError> {
    let wrong = || {
        bad_input(&format!(
            "`{text}` is no time for a summary. Write `off`, `daily 07:00`, or `mon 07:00`."
        ))
    };
    if text.trim() == "off" {
        return Ok(DigestForm::Off);
    }
    let (when, at) = text.trim().split_once(' ').ok_or_else(wrong)?;
    let at = at.trim().to_owned();
    let day = match when.to_lowercase().get(..3) {
        Some("dai") => return Ok(DigestForm::Daily { at }),
        Some("mon") => Day::Monday,
        Some("tue") => Day::Tuesday,
        Some("wed") => Day::Wednesday,
        Some("thu") => Day::Thursday,
        Some("fri") => Day::Friday,
        Some("sat") => Day::Saturday,
        Some("sun") => Day::Sunday,
        _ => return Err(wrong()),
    };
    Ok(DigestForm::Weekly { day, at })
}

async fn test(session: &Session<'_>, way: &str) -> Result<Ending, CommandError> {
    let told = |stage: WordStage| session.output.note(&stage_line(&stage));
    let found = session.app.word_test(way, &told).await?;
    session.output.result("test", &found, || {
        if found.passed {
            format!("{}: the test message was taken.", found.way)
        } else {
            let mut text = format!("{}: the test message was not taken.", found.way);
            if let Some(last) = found.stages.last() {
                text.put(format_args!("\n{}", stage_line(last)));
            }
            text
        }
    });
    Ok(if found.passed {
        Ending::Done
    } else {
        Ending::Failed
    })
}

fn stage_line(stage: &WordStage) -> String {
    let name = match stage.stage {
        WordStageName::Address => "Address",
        WordStageName::Tls => "TLS",
        WordStageName::SignIn => "Sign-in",
        WordStageName::Accepted => "Accepted",
    };
    let mark = if stage.passed { "passed" } else { "failed" };
    let mut text = format!("{name}: {mark}. {}", stage.words);
    if let Some(remedy) = &stage.remedy {
        text.put(format_args!(" What to do: {remedy}"));
    }
    text
}

fn describe(view: &WordView) -> String {
    let mut text = String::new();
    match &view.form.mail {
        Some(mail) => text.put(format_args!(
            "Mail to {} through {} port {} ({}), from {}. Told from: {}. Password: {}.",
            mail.to.join(", "),
            mail.host,
            mail.port,
            json_word(&mail.security),
            mail.from,
            json_word(&mail.severity),
            json_word(&view.mail_password),
        )),
        None => text.put(format_args!("Mail: not set.")),
    }
    for hook in &view.form.hooks {
        let place = hook
            .id
            .as_ref()
            .and_then(|id| view.hook_addresses.get(id))
            .map(json_word)
            .unwrap_or_default();
        text.put(format_args!(
            "\nWebhook {} ({}). Told from: {}. Address: {place}.",
            hook.name,
            json_word(&hook.kind),
            json_word(&hook.severity)
        ));
    }
    if view.form.owners {
        text.put(format_args!("\nOwners are told by mail."));
        for rule in &view.form.owner_rules {
            text.put(format_args!("\n    {} = {}", rule.who, rule.to));
        }
    }
    match &view.form.digest {
        DigestForm::Off => {}
        DigestForm::Daily { at } => text.put(format_args!("\nSummary: daily at {at}.")),
        DigestForm::Weekly { day, at } => {
            text.put(format_args!("\nSummary: {} at {at}.", json_word(day)));
        }
    }
    for cause in &view.open {
        text.put(format_args!("\nSince {}: {}", cause.since, cause.title));
    }
    if view.waiting > 0 {
        text.put(format_args!("\n{} waiting to be sent.", view.waiting));
    }
    if let Some(problem) = &view.problem {
        text.put(format_args!(" {problem}"));
    }
    text
}

fn line(line: &WordLine) -> String {
    let state = match line.state {
        WordState::Waiting => "waits",
        WordState::Sending => "is being sent",
        WordState::Sent => "sent",
        WordState::GivenUp => "given up",
    };
    let mut text = format!("{}  {}  {state}: {}", line.at, line.way, line.title);
    if let Some(problem) = &line.problem {
        text.put(format_args!("\n    {problem}"));
    }
    text
}
