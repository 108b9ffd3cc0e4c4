//! What a run that ended gives to say: a cause that begins, causes that are over.

use jiff::Timestamp;
use serde_json::{Value, json};
use waybill_engine::haul::{HaulResult, haul_report};
use waybill_engine::{
    Cause, DriftRow, Hindrance, ItemState, Run, RunKind, RunStatus, WordKind, WordSeverity,
    hindrance,
};
use waybill_model::Environment;

use super::owners::Failed;
use super::text::{Said, sentence};
use crate::view::{CommandError, DriftChange};
use crate::{AppEvent, Waybill};

/// So many reasons are named one by one.
const NAMED: usize = 5;

/// What a run gives to say.
#[derive(Default)]
struct Told {
    raised: Option<Raised>,
    over: Vec<String>,
}

/// A cause that begins.
pub(super) struct Raised {
    pub cause: String,
    pub severity: WordSeverity,
    pub lasts: bool,
    pub said: Said,
}

impl Waybill {
    /// Says what there is to say about a run that ended, and sends it. Can be called again, and by two programs at
    /// once: each cause is said once. What cannot be sent waits; nothing here makes the run fail.
    pub(crate) async fn word_after_run(&self, run: &Run) {
        if let Err(error) = self.tell_of_run(run) {
            tracing::warn!(run = %run.id, message = error.message, "word about a run was not written down");
        }
        if let Err(error) = self.words_send().await {
            tracing::warn!(message = error.message, "words were not sent");
        }
    }

    /// Raises a cause, unless it is known. Whether it was not.
    pub(super) fn raise(
        &self,
        raised: Raised,
        owners: Vec<waybill_engine::NewWord>,
    ) -> Result<bool, CommandError> {
        let stored = self.shared.settings.read().word;
        let said = raised.said.masked();
        let now = self.shared.clock.now();
        let cause = Cause {
            cause: raised.cause,
            severity: raised.severity,
            began_at: now,
            said_at: now,
            lasts: raised.lasts,
            detail: json!(said),
        };
        let mut words = said.words(&stored, WordKind::Began, raised.severity);
        words.extend(owners);
        let new = self.shared.journal.raise_cause(&cause, &words)?;
        if new {
            tracing::info!(cause = %cause.cause, title = %said.title, ways = words.len(), "said");
        }
        Ok(new)
    }

    /// Says that a cause is over, if it was open.
    pub(super) fn over(&self, cause: &str) -> Result<(), CommandError> {
        let stored = self.shared.settings.read().word;
        self.shared
            .journal
            .end_cause(cause, self.shared.clock.now(), |open| {
                Said::ended(open).words(&stored, WordKind::Over, open.severity)
            })?;
        Ok(())
    }

    fn tell_of_run(&self, run: &Run) -> Result<(), CommandError> {
        if run.id.keeps_before_a_change() {
            return Ok(());
        }
        let told = match run.kind {
            RunKind::Backup => self.backup(run)?,
            RunKind::Move => moved(run),
            RunKind::Clone => cloned(run),
            RunKind::Copy => copied(run),
            RunKind::Prune => plain(
                run,
                "prune",
                "clearing out old snapshots",
                WordSeverity::Warning,
            ),
            RunKind::Verify | RunKind::VaultCheck | RunKind::Proof => proved(run),
            RunKind::Extract | RunKind::Change => Told::default(),
        };
        for cause in &told.over {
            self.over(cause)?;
        }
        let Some(raised) = told.raised else {
            return Ok(());
        };
        let failed = self.failed(run)?;
        let stored = self.shared.settings.read().word;
        let owners = self.owner_words(&stored, run, &raised.said.title, &failed)?;
        self.raise(raised, owners)?;
        Ok(())
    }

    fn backup(&self, run: &Run) -> Result<Told, CommandError> {
        let key = backup_keys(run);
        let mut told = Told::default();
        match run.status {
            RunStatus::Done => told.over = vec![key.failed, key.partial, key.sign_in],
            RunStatus::Partial => {
                told.over = vec![key.failed, key.sign_in];
                let mut said = about(run, "the backup has gaps", "the backup is complete again");
                let failed = self.failed(run)?;
                said.text
                    .extend(failed.iter().take(NAMED).map(|one| sentence(&one.why)));
                if failed.len() > NAMED {
                    said.text
                        .push(format!("And {} more.", failed.len() - NAMED));
                }
                told.raised = Some(Raised {
                    cause: key.partial,
                    severity: WordSeverity::Warning,
                    lasts: true,
                    said,
                });
            }
            RunStatus::Failed => match hindrance(run.guidance.as_deref()) {
                // It is tried again; if that lasts, whoever looks at the schedules says so.
                Hindrance::Passing if run.resumable && is_scheduled(run) => {}
                Hindrance::SignIn => {
                    told.raised = Some(Raised {
                        cause: key.sign_in,
                        severity: WordSeverity::Failure,
                        lasts: true,
                        said: about(run, "the sign-in failed", "the sign-in works again"),
                    });
                }
                _ => {
                    told.raised = Some(Raised {
                        cause: key.failed,
                        severity: WordSeverity::Failure,
                        lasts: true,
                        said: about(run, "the backup failed", "the backup works again"),
                    });
                }
            },
            _ => {}
        }
        Ok(told)
    }

    /// The artifacts that a run could not handle.
    fn failed(&self, run: &Run) -> Result<Vec<Failed>, CommandError> {
        if run.kind == RunKind::Move {
            let Ok(report) = haul_report(&self.shared.journal, &run.id) else {
                return Ok(Vec::new());
            };
            let failed = report
                .items
                .into_iter()
                .filter(|item| item.result == HaulResult::Failed);
            return Ok(failed
                .map(|item| Failed {
                    why: item.why.unwrap_or(item.words),
                    id: item.id,
                    name: item.name,
                })
                .collect());
        }
        let items = self.shared.journal.items(&run.id)?;
        let failed = items
            .into_iter()
            .filter(|item| item.state == ItemState::Failed);
        Ok(failed
            .map(|item| Failed {
                name: item.id.code.clone(),
                id: item.id,
                why: item
                    .reason
                    .unwrap_or_else(|| "It could not be read.".into()),
            })
            .collect())
    }

    /// Says that Production was changed from outside, once for each backup that found it.
    pub(crate) fn tell_of_drift(&self, run: &Run, found: &DriftRow) -> Result<(), CommandError> {
        if run.environment != Some(Environment::Production) {
            return Ok(());
        }
        let changes: Vec<DriftChange> =
            serde_json::from_value(found.detail.clone()).unwrap_or_default();
        let outside: Vec<&DriftChange> = changes.iter().filter(|change| change.outside).collect();
        if outside.is_empty() {
            return Ok(());
        }
        let count = match outside.len() {
            1 => "1 artifact was".to_owned(),
            count => format!("{count} artifacts were"),
        };
        let instance = run.instance_name.clone().unwrap_or_default();
        let mut said = Said {
            title: format!("{instance}: {count} changed outside of Waybill"),
            instance: run.instance_name.clone(),
            environment: run.environment,
            ..Said::default()
        };
        said.text
            .extend(outside.iter().take(NAMED * 2).map(|change| {
                let by = change
                    .by
                    .as_deref()
                    .map(|by| format!(", by {by}"))
                    .unwrap_or_default();
                format!("{} ({}): {}{by}.", change.name, change.id, change.words)
            }));
        if outside.len() > NAMED * 2 {
            said.text
                .push(format!("And {} more.", outside.len() - NAMED * 2));
        }
        self.raise(
            Raised {
                cause: format!("drift/{}", run.id),
                severity: WordSeverity::Info,
                lasts: false,
                said,
            },
            Vec::new(),
        )?;
        Ok(())
    }

    /// Has the system show a notice, where that is wanted.
    pub(super) fn show_notice(&self, said: &Said) {
        self.tell(AppEvent::Notice {
            title: said.instance.clone().unwrap_or_else(|| "Waybill".into()),
            text: said.title.clone(),
        });
    }
}

/// The causes that backups of an instance can have.
pub(super) struct BackupKeys {
    pub failed: String,
    pub partial: String,
    pub sign_in: String,
}

fn backup_keys(run: &Run) -> BackupKeys {
    let instance = run.instance_id.as_deref().unwrap_or("none");
    let of_all = run
        .request
        .pointer("/selection/type")
        .and_then(Value::as_str)
        .is_none_or(|kind| kind == "everything" || kind == "Everything");
    keys_of(instance, of_all)
}

pub(super) fn keys_of(instance: &str, of_all: bool) -> BackupKeys {
    // A choice says nothing about all.
    let part = if of_all { "" } else { "/choice" };
    BackupKeys {
        failed: format!("backup/{instance}{part}"),
        partial: format!("gaps/{instance}{part}"),
        sign_in: format!("sign-in/{instance}"),
    }
}

fn is_scheduled(run: &Run) -> bool {
    run.asked_by == crate::schedules::ASKED_BY
}

/// What happened to a run, in its own words.
fn about(run: &Run, what: &str, over: &str) -> Said {
    let subject = run.instance_name.as_deref().unwrap_or("The vault");
    let why = run.headline.as_deref().map(sentence);
    Said {
        title: format!("{subject}: {what}"),
        text: why.into_iter().collect(),
        remedy: run.guidance.clone(),
        over: Some(format!("{subject}: {over}")),
        instance: run.instance_name.clone(),
        environment: run.environment,
        to: Vec::new(),
    }
}

fn moved(run: &Run) -> Told {
    let failed = matches!(run.status, RunStatus::Failed | RunStatus::Partial);
    let what = if run.status == RunStatus::Partial {
        "the move ended with failures"
    } else {
        "the move failed"
    };
    Told {
        raised: failed.then(|| Raised {
            cause: format!("move/{}", run.id),
            severity: WordSeverity::Failure,
            lasts: false,
            said: about(run, what, ""),
        }),
        over: Vec::new(),
    }
}

/// What an import leaves for people to see to is the usual end of it, and stands with the run.
fn cloned(run: &Run) -> Told {
    Told {
        raised: (run.status == RunStatus::Failed).then(|| Raised {
            cause: format!("clone/{}", run.id),
            severity: WordSeverity::Failure,
            lasts: false,
            said: about(run, "the export or import of the whole instance failed", ""),
        }),
        over: Vec::new(),
    }
}

fn copied(run: &Run) -> Told {
    let target = run.request.get("target").and_then(Value::as_str);
    let target = target.unwrap_or("any").to_owned();
    let name = run.request.get("targetName").and_then(Value::as_str);
    let what = match name {
        Some(name) => format!("a copy to {name} did not come about"),
        None => "a copy did not come about".to_owned(),
    };
    plain(run, &format!("copy/{target}"), &what, WordSeverity::Warning)
}

fn proved(run: &Run) -> Told {
    let (cause, what) = match run.kind {
        RunKind::Verify => {
            let snapshot = run.snapshot.as_deref().unwrap_or("any");
            (
                format!("verify/{snapshot}"),
                "a snapshot did not read back as it was written",
            )
        }
        RunKind::Proof => {
            let instance = run.instance_id.as_deref().unwrap_or("vault");
            (
                format!("proof/{instance}"),
                "the proof that snapshots restore failed",
            )
        }
        _ => (
            "check".to_owned(),
            "checking the vault found something wrong",
        ),
    };
    plain(run, &cause, what, WordSeverity::Failure)
}

/// A run that either works, and then it is over, or does not.
fn plain(run: &Run, cause: &str, what: &str, severity: WordSeverity) -> Told {
    match run.status {
        RunStatus::Done => Told {
            raised: None,
            over: vec![cause.to_owned()],
        },
        RunStatus::Failed | RunStatus::Partial => Told {
            raised: Some(Raised {
                cause: cause.to_owned(),
                severity,
                lasts: true,
                said: Said {
                    over: None,
                    ..about(run, what, "")
                },
            }),
            over: Vec::new(),
        },
        _ => Told::default(),
    }
}

/// So long a backup may be postponed before somebody hears of it.
pub(super) fn is_long(since: Timestamp, now: Timestamp) -> bool {
    now.duration_since(since) >= jiff::SignedDuration::from_hours(2)
}
