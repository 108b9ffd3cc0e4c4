//! What is asked for: whether it can be done, what it would do, and what is to be known before.

use waybill_engine::RunId;
use waybill_engine::clone::{
    CloneMode as EngineMode, ClonePart as EnginePart, CloneRequest, ContainerStamp,
};
use waybill_model::{Environment, Generation};

use crate::Waybill;
use crate::changes::HOW_TO_ALLOW;
use crate::runs::stamp;
use crate::settings::StoredInstance;
use crate::targets::{StoredTarget, container_fits};
use crate::view::{
    CloneAgreed, CloneAsk, CloneMode, CloneNote, ClonePart, ClonePlan, CommandError, ErrorCode,
};

/// The longest name of a job that every generation takes (inferred from names of objects).
const LONGEST: usize = 100;

/// What was asked for, with whom it is about.
pub(super) struct Asked {
    pub request: CloneRequest,
    pub source: Option<StoredInstance>,
    pub destination: Option<StoredInstance>,
    pub container: StoredTarget,
}

impl Waybill {
    /// What would be done, and what is to be known before. Nothing is sent.
    ///
    /// # Errors
    /// `UnknownSubject`; `BadInput` with `context.field`: `source`, `destination`, `container`, `archive`, `name`,
    /// `mode`.
    pub fn clone_plan(&self, ask: &CloneAsk) -> Result<ClonePlan, CommandError> {
        let asked = self.clone_asked(ask)?;
        Ok(ClonePlan {
            title: asked.request.title.clone(),
            effect: effect(&asked),
            parts: asked.request.parts().into_iter().map(part).collect(),
            name: asked.request.job_name.clone(),
            notes: notes(&asked),
            type_name: type_name(&asked).map(str::to_owned),
        })
    }

    pub(super) fn clone_asked(&self, ask: &CloneAsk) -> Result<Asked, CommandError> {
        let known = |name: &Option<String>| -> Result<Option<StoredInstance>, CommandError> {
            let name = name
                .as_deref()
                .map(str::trim)
                .filter(|name| !name.is_empty());
            name.map(|name| self.stored_instance(name)).transpose()
        };
        let archive = ask
            .archive
            .as_deref()
            .map(str::trim)
            .filter(|name| !name.is_empty())
            .map(str::to_owned);
        let source = known(&ask.source)?;
        let destination = known(&ask.destination)?;
        check_sides(
            source.as_ref(),
            destination.as_ref(),
            archive.as_deref(),
            ask,
        )?;
        let container = self.stored_target(ask.container.trim()).map_err(|error| {
            error.with("field", "container").guide(
                "Choose a container, or add one. On the command line: `waybill clone container`.",
            )
        })?;
        container_fits(&container)?;
        let chosen = ask
            .name
            .as_deref()
            .map(str::trim)
            .filter(|name| !name.is_empty());
        if let Some(name) = chosen {
            check_job_name(name)?;
        }
        let run = RunId::fresh();
        let first = source.as_ref().or(destination.as_ref());
        let job_name = chosen.map_or_else(
            || self.job_name(first.map_or("instance", |one| one.name.as_str()), &run),
            str::to_owned,
        );
        // Where a practice instance lies today is of no matter before it is called.
        let located = |one: &Option<StoredInstance>| {
            let one = one.as_ref()?;
            Some(stamp(&self.located(one).unwrap_or_else(|_| one.clone())))
        };
        let request = CloneRequest {
            run,
            source: located(&source),
            destination: located(&destination),
            container: ContainerStamp {
                id: container.id.clone(),
                name: container.name.clone(),
                title: crate::targets::shown_address(&container),
            },
            title: title(source.as_ref(), destination.as_ref(), archive.as_deref()),
            archive,
            job_name,
            name_chosen: chosen.is_some(),
            with_secrets: ask.with_secrets,
            overwrite: ask.overwrite,
            mode: mode(ask.mode),
            remove_archive: ask.remove_archive,
            asked_by: self.shared.asked_by.clone(),
            tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        };
        Ok(Asked {
            request,
            source,
            destination,
            container,
        })
    }

    /// A name that no job had: instance, day, and a part of the run's name.
    fn job_name(&self, instance: &str, run: &RunId) -> String {
        let instance: String = instance
            .chars()
            .map(|letter| {
                if letter.is_ascii_alphanumeric() {
                    letter
                } else {
                    '_'
                }
            })
            .take(40)
            .collect();
        let day = self.shared.clock.now().strftime("%Y-%m-%d").to_string();
        let own = run.as_str().get(..8).unwrap_or_default();
        format!("Waybill-{instance}-{day}-{own}")
    }

    /// What stands against beginning it now.
    pub(super) fn refuse_clone(
        &self,
        asked: &Asked,
        agreed: &CloneAgreed,
    ) -> Result<(), CommandError> {
        let unread = notes(asked).into_iter().find(|note| note.must_be_read);
        if let Some(note) = unread.filter(|_| !agreed.read) {
            return Err(CommandError::new(ErrorCode::ChangeBlocked, note.text)
                .guide("Say that it was read, then begin. On the command line: `--yes`.")
                .with("note", note.key));
        }
        if let Some(destination) = &asked.destination {
            if let Some(because) = self.write_standing(&destination.id)?.because {
                return Err(CommandError::new(ErrorCode::ReadOnly, because)
                    .guide(HOW_TO_ALLOW)
                    .with("instance", &destination.name));
            }
            self.refuse_while_running(destination)?;
        }
        match type_name(asked) {
            Some(name) if agreed.typed_name.as_deref().map(str::trim) != Some(name.trim()) => {
                Err(CommandError::field(
                    "typedName",
                    "What was typed is not the name of the destination.",
                )
                .guide(format!(
                    "Type `{name}` as it stands here, capital letters included."
                )))
            }
            _ => Ok(()),
        }
    }
}

fn check_sides(
    source: Option<&StoredInstance>,
    destination: Option<&StoredInstance>,
    archive: Option<&str>,
    ask: &CloneAsk,
) -> Result<(), CommandError> {
    let (Some(source), Some(destination)) = (source, destination) else {
        return match (source, destination, archive) {
            (None, None, _) => Err(CommandError::field("source", "No instance was chosen.")
                .guide("Choose which instance is exported, which one imports, or both.")),
            (None, Some(destination), Some(_)) => imports(destination),
            (None, Some(_), None) => Err(CommandError::field(
                "archive",
                "Neither a source nor an archive was chosen to import.",
            )
            .guide(
                "Choose the instance that is exported, or an archive that lies in the container.",
            )),
            (Some(_), None, Some(_)) => Err(CommandError::field(
                "destination",
                "An archive was chosen, and no instance that imports it.",
            )
            .guide("Choose the destination, or leave the archive out to export the source.")),
            _ => Ok(()),
        };
    };
    if source.id == destination.id {
        return Err(CommandError::field(
            "destination",
            "Source and destination are the same instance.",
        )
        .guide("Choose another destination, or none to keep the archive."));
    }
    if destination.generation < source.generation {
        return Err(CommandError::field(
            "destination",
            format!(
                "`{}` is of an older generation than `{}`: an archive of an instance can be imported into the same or a newer one.",
                destination.name, source.name
            ),
        )
        .guide("Choose a destination of the same or a newer generation. Single artifacts are moved under Move."));
    }
    if ask.mode == CloneMode::ActivateOnly && archive.is_none() {
        return Err(CommandError::field(
            "mode",
            "Activate only goes with an archive that was imported before.",
        )
        .guide("Choose the archive in the container, or another mode."));
    }
    imports(destination)
}

fn imports(destination: &StoredInstance) -> Result<(), CommandError> {
    if destination.generation != Generation::Ics {
        return Ok(());
    }
    Err(CommandError::field(
        "destination",
        format!(
            "`{}` is an Integration Cloud Service instance: it exports itself, and imports no archive of an instance.",
            destination.name
        ),
    )
    .guide("Choose an Oracle Integration instance as destination."))
}

fn check_job_name(name: &str) -> Result<(), CommandError> {
    let fits = name.len() <= LONGEST
        && name
            .chars()
            .all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.'));
    if fits {
        return Ok(());
    }
    Err(
        CommandError::field("name", format!("`{name}` cannot be the name of a job."))
            .guide("It is also the name of a file: at most 100 letters without accents, digits, `-`, `_` and `.`."),
    )
}

fn title(
    source: Option<&StoredInstance>,
    destination: Option<&StoredInstance>,
    archive: Option<&str>,
) -> String {
    let name = |one: Option<&StoredInstance>| one.map_or("", |one| one.name.as_str()).to_owned();
    match (destination, archive) {
        (None, _) => format!("Export {} as a whole", name(source)),
        (Some(_), Some(archive)) => format!("Import {archive} into {}", name(destination)),
        (Some(_), None) => format!("Clone {} into {}", name(source), name(destination)),
    }
}

fn effect(asked: &Asked) -> String {
    let source = asked.source.as_ref().map_or("", |one| one.name.as_str());
    match (&asked.destination, asked.request.mode) {
        (None, _) => format!("Export {source}"),
        (Some(one), EngineMode::ImportOnly) => format!("Import into {}", one.name),
        (Some(one), EngineMode::ImportActivate) => format!("Import and activate in {}", one.name),
        (Some(one), EngineMode::ActivateOnly) => format!("Activate in {}", one.name),
    }
}

/// Production wants its name typed.
fn type_name(asked: &Asked) -> Option<&str> {
    let production = asked
        .destination
        .as_ref()
        .filter(|one| one.environment == Environment::Production);
    production.map(|one| one.name.as_str())
}

/// What is to be known before.
fn notes(asked: &Asked) -> Vec<CloneNote> {
    let request = &asked.request;
    let note = |key: &str, must_be_read: bool, text: String, guidance: &str| CloneNote {
        key: key.to_owned(),
        must_be_read,
        text,
        guidance: Some(guidance.to_owned()),
    };
    let mut all = Vec::new();
    if request.with_secrets {
        all.push(note(
            "secrets",
            true,
            format!(
                "The archive holds certificates and the credentials of all connections. Whoever can read the container `{}` has them.",
                asked.container.name
            ),
            "Let nobody but the administrators read the container, and remove the archive once it is not needed. Waybill does not bring it onto this computer.",
        ));
    } else {
        all.push(note(
            "secret",
            request.exports(),
            format!(
                "The archive holds all designs of the instance, addresses, and what people wrote into them: it is secret. It lies in the container `{}`, not encrypted by Waybill.",
                asked.container.name
            ),
            "Let nobody but the administrators read the container, and remove the archive once it is not needed.",
        ));
        if asked.destination.is_some() {
            all.push(note(
                "noSecrets",
                false,
                "Without credentials, connections arrive without their secrets, and what needs them cannot be activated.".to_owned(),
                "Enter them afterwards, or choose that certificates and credentials come along.",
            ));
        }
    }
    if let Some(destination) = &asked.destination {
        all.push(note(
            "noWayBack",
            true,
            format!(
                "An import of a whole instance cannot be taken back: `{}` keeps what it has, and gets what it lacks.",
                destination.name
            ),
            "What is there before is kept in a snapshot first, and can be restored from it. What the import brought can be deleted one by one.",
        ));
        all.push(note(
            "agents",
            false,
            "Agent groups are not carried, and what uses them cannot be activated without."
                .to_owned(),
            "Make each agent group with the same identifier in the destination before.",
        ));
    }
    all.push(note(
        "oneJob",
        false,
        "The service takes one job at a time in an instance, and no call ends one. Where another one goes on, it is waited for.".to_owned(),
        "It goes on in the service if Waybill is closed, and is followed again when the run is resumed.",
    ));
    all
}

const fn mode(mode: CloneMode) -> EngineMode {
    match mode {
        CloneMode::ImportOnly => EngineMode::ImportOnly,
        CloneMode::ImportActivate => EngineMode::ImportActivate,
        CloneMode::ActivateOnly => EngineMode::ActivateOnly,
    }
}

pub(super) const fn shown_mode(mode: EngineMode) -> CloneMode {
    match mode {
        EngineMode::ImportOnly => CloneMode::ImportOnly,
        EngineMode::ImportActivate => CloneMode::ImportActivate,
        EngineMode::ActivateOnly => CloneMode::ActivateOnly,
    }
}

pub(super) const fn part(part: EnginePart) -> ClonePart {
    match part {
        EnginePart::Container => ClonePart::Container,
        EnginePart::Export => ClonePart::Export,
        EnginePart::Archive => ClonePart::Archive,
        EnginePart::Keep => ClonePart::Keep,
        EnginePart::Import => ClonePart::Import,
        EnginePart::Compare => ClonePart::Compare,
        EnginePart::Remove => ClonePart::Remove,
    }
}
