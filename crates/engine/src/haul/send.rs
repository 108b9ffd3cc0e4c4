//! What a step sends, made ready before it is written down as sent, and the sending itself.

use bytes::Bytes;
use secrecy::SecretString;
use serde_json::Value;
use waybill_client::Error;
use waybill_client::wire::{
    AccessListRequest, CertificateDefinition, ConnectionUpdate, LibraryDefinition,
    LookupDefinition, ScheduleDefinition, ScheduleParameter,
};
use waybill_model::{ArtifactId, ArtifactKind, State};

use super::deed::{Deed, plain};
use super::explain::named;
use super::perform::{Hauling, broken};
use super::values::{self, ConnectionValues};
use super::words;
use super::writer::{File, Halt};
use crate::blocking;
use crate::change::{Seen, Stop, find_property, state_word, test_ended, upper};
use crate::digest::sha256;
use crate::files::read_file;
use crate::journal::StepFailure;
use crate::waybill::{ImportHow, Item, RoleBinding, Step, StepKind, secret_account};

/// Why a step was not even sent.
pub(super) enum Outcome {
    /// For a reason of its own.
    Failed(Box<StepFailure>),
    /// What it rests on could not be read.
    Call(Error),
    /// The run ends.
    Stop(Box<Stop>),
}

impl From<Error> for Outcome {
    fn from(error: Error) -> Self {
        Self::Call(error)
    }
}

impl From<StepFailure> for Outcome {
    fn from(failure: StepFailure) -> Self {
        Self::Failed(Box::new(failure))
    }
}

/// What is sent.
enum Freight {
    Nothing,
    File(File),
    Library(LibraryDefinition, File),
    Certificate(Box<CertificateDefinition>, File),
    /// None: its cells are right already.
    Lookup(Option<LookupDefinition>),
    Connection(Option<ConnectionUpdate>, Vec<(String, File)>),
    Schedule(ScheduleDefinition, Vec<ScheduleParameter>, bool),
    Access(AccessListRequest),
    Role(RoleBinding),
}

/// A step that is ready to be sent.
pub(super) struct Ready {
    freight: Freight,
    line: Option<String>,
    doing: String,
}

impl Ready {
    /// What is said of it, where it may take a while.
    pub fn line(&self) -> Option<String> {
        self.line.clone()
    }

    /// How it stands while it is under way.
    pub fn doing(&self) -> String {
        self.doing.clone()
    }
}

/// What came of a call.
pub(super) struct Called {
    /// Its answer was lost; looking showed that it is done.
    pub looked_up: bool,
    /// How it ended, where the answer tells that.
    pub seen: Option<Seen>,
}

fn ended(looked_up: bool, how: &str) -> Called {
    Called {
        looked_up,
        seen: Some(Seen::Done(how.to_owned())),
    }
}

impl Hauling {
    /// Makes ready what a step sends.
    pub(super) async fn prepare(&self, deed: &Deed) -> Result<Ready, Outcome> {
        let step = &deed.step;
        let freight = match step.kind {
            StepKind::Import { how, .. } => self.archive(step, how).await?,
            StepKind::SetLookup => self.cells(step).await?,
            StepKind::SetConnection => self.connection(step).await?,
            StepKind::SetSchedule => self.schedule(step).await?,
            StepKind::SetAccess | StepKind::Delete if self.role(step).is_some() => {
                self.role(step).map_or(Freight::Nothing, Freight::Role)
            }
            StepKind::SetAccess => self.access(step).await?,
            _ => Freight::Nothing,
        };
        let bytes = match &freight {
            Freight::File(file) | Freight::Library(_, file) | Freight::Certificate(_, file) => {
                Some(file.bytes.len())
            }
            _ => None,
        };
        Ok(Ready {
            freight,
            line: words::sending(step, bytes),
            doing: words::doing(step, bytes),
        })
    }

    async fn archive(&self, step: &Step, how: ImportHow) -> Result<Freight, Outcome> {
        let id = &step.subject;
        if how == ImportHow::Certificate {
            return self.certificate(id).await;
        }
        let item = self.waybill().item(id);
        let stamp = item.and_then(|item| item.archive.as_ref());
        let bytes = match stamp {
            Some(stamp) => self.held(&stamp.sha256).await?,
            None => None,
        };
        let bytes = bytes.ok_or_else(|| lacking(&step.subject))?;
        let base_name = id.wire().replace('|', "_");
        let file = |extension: &str| File {
            name: format!("{base_name}.{extension}"),
            bytes: bytes.clone(),
        };
        if how != ImportHow::Library {
            // The calls name these files themselves.
            return Ok(Freight::File(file("archive")));
        }
        let extension = if bytes.starts_with(b"PK") {
            "jar"
        } else {
            "js"
        };
        let file = file(extension);
        let definition = LibraryDefinition {
            code: id.code.clone(),
            version: id.version.clone().unwrap_or_default(),
            name: item.map_or_else(|| id.code.clone(), |item| item.name.clone()),
            description: None,
            file_name: file.name.clone(),
        };
        Ok(Freight::Library(definition, file))
    }

    async fn certificate(&self, id: &ArtifactId) -> Result<Freight, Outcome> {
        let Some(binding) = self.waybill().bindings.certificates.get(id) else {
            return Err(plain(
                format!("No file was given for {}.", named(id)),
                "Give its file under Connections, then plan and run again.",
            )
            .into());
        };
        let file = bound_file(&binding.path, &binding.sha256).await?;
        let secrets = self.secrets_of(id, &binding.secrets)?;
        let definition = values::certificate(id, binding, &secrets);
        Ok(Freight::Certificate(Box::new(definition), file))
    }

    async fn cells(&self, step: &Step) -> Result<Freight, Outcome> {
        let id = &step.subject;
        let now = self.looking.lookup(&id.scope, &id.code).await?.value;
        let cells = &self.waybill().bindings.lookup_cells;
        let cells: Vec<_> = cells.iter().filter(|cell| cell.lookup == *id).collect();
        let lookup = values::lookup(&now, &cells).map_err(|why| {
            plain(
                why,
                "Correct the values for this lookup under Connections, then plan and run again.",
            )
        })?;
        let is_right = lookup
            .rows
            .iter()
            .map(|row| &row.row_data)
            .eq(now.rows.iter().map(|row| &row.row_data));
        Ok(Freight::Lookup((!is_right).then_some(lookup)))
    }

    async fn connection(&self, step: &Step) -> Result<Freight, Outcome> {
        let id = &step.subject;
        let now = self.looking.connection(&id.scope, &id.code).await?.value;
        let record = self.record_of(step).await?;
        let bindings = &self.waybill().bindings;
        let binding = bindings.connections.get(id);
        let names = binding.map(|own| own.secrets.as_slice());
        let secrets = self.secrets_of(id, names.unwrap_or_default())?;
        let source = self.waybill().source.instance_id.as_ref();
        let update = values::connection(ConnectionValues {
            now: &now,
            record: record.as_ref(),
            binding,
            bindings,
            secrets,
            same_instance: source == Some(&self.work.request.instance.id),
            has_group: &|group| self.groups.contains(group),
        });
        let mut files = Vec::new();
        let other_policy = update
            .as_ref()
            .is_some_and(|own| own.security_policy.is_some());
        for attachment in binding.into_iter().flat_map(|own| &own.attachments) {
            let known = find_property(&now, &attachment.property);
            if known.is_none() && !other_policy {
                let what = format!(
                    "{} has no file `{}`.",
                    upper(&named(id)),
                    attachment.property
                );
                let advice = "Take the file out under Connections, then plan and run again.";
                return Err(plain(what, advice).into());
            }
            let file = bound_file(&attachment.path, &attachment.sha256).await?;
            files.push((attachment.property.clone(), file));
        }
        Ok(Freight::Connection(update, files))
    }

    async fn schedule(&self, step: &Step) -> Result<Freight, Outcome> {
        let id = &step.subject;
        let record = self
            .record_of(step)
            .await?
            .ok_or_else(|| lacking(&step.subject))?;
        let binding = self.waybill().bindings.schedules.get(id);
        let (definition, parameters) = values::schedule(&record, binding);
        let there = self.looking.schedule(&id.scope, &id.wire()).await?;
        Ok(Freight::Schedule(definition, parameters, there.is_some()))
    }

    fn role(&self, step: &Step) -> Option<RoleBinding> {
        self.waybill().bindings.roles.get(&step.subject).cloned()
    }

    async fn access(&self, step: &Step) -> Result<Freight, Outcome> {
        let id = &step.subject;
        let record = self.record_of(step).await?;
        let bound = self.waybill().bindings.access.get(id);
        let list = record.and_then(|record| values::access(&record, bound));
        let mut list = list.ok_or_else(|| lacking(id))?;
        if values::owns_nobody(&list) {
            // A project that nobody owns can be opened by nobody: who owns it there goes on to.
            let now = self.looking.access_list(&id.code).await?.value;
            list.administrators = AccessListRequest::from(&now).administrators;
        }
        Ok(Freight::Access(list))
    }

    async fn record_of(&self, step: &Step) -> Result<Option<Value>, Outcome> {
        match self.waybill().item(&step.subject) {
            Some(item) => self.record(item).await,
            None => Ok(None),
        }
    }

    /// What the source tells of an artifact.
    pub(super) async fn record(&self, item: &Item) -> Result<Option<Value>, Outcome> {
        let Some(stamp) = &item.record else {
            return Ok(None);
        };
        let bytes = self.held(&stamp.sha256).await?;
        let bytes = bytes.ok_or_else(|| lacking(&item.id))?;
        Ok(serde_json::from_slice(&bytes).ok())
    }

    /// The bytes that were planned to be sent.
    async fn held(&self, sha256: &str) -> Result<Option<Bytes>, Outcome> {
        let (hold, sha256) = (self.work.hold.clone(), sha256.to_owned());
        let read = blocking::run(move || hold.get(&sha256)).await;
        read.map_err(|error| Outcome::Stop(Box::new(broken(error))))
    }

    fn secrets_of(
        &self,
        id: &ArtifactId,
        names: &[String],
    ) -> Result<Vec<(String, SecretString)>, Outcome> {
        let of = names.iter().map(|name| {
            let account = secret_account(&self.work.request.instance.id, id, name);
            let secret = self.secrets.get(&account).ok_or_else(|| {
                plain(
                    format!("The secret `{name}` of {} is not at hand.", named(id)),
                    "Enter it under Connections, then try again what failed.",
                )
            })?;
            Ok((name.clone(), secret.clone()))
        });
        of.collect()
    }

    /// Sends it.
    pub(super) async fn call(&self, deed: &Deed, ready: Ready) -> Result<Called, Halt> {
        let (step, id, writer) = (&deed.step, &deed.step.subject, &self.writer);
        let replace = matches!(step.kind, StepKind::Import { replace: true, .. });
        let came = if replace { "replaced" } else { "imported" };
        Ok(match (step.kind, ready.freight) {
            (StepKind::Import { how, .. }, Freight::File(file)) => {
                let looked_up = match how {
                    ImportHow::Package => writer.package(id, &file, replace).await?,
                    ImportHow::Lookup => writer.lookup(id, &file, replace).await?,
                    ImportHow::Project => {
                        let project = match id.kind {
                            ArtifactKind::Deployment => id.scope.project().unwrap_or_default(),
                            _ => id.code.as_str(),
                        };
                        writer.project(project, &file, replace).await?
                    }
                    _ => writer.integration(id, &file, replace).await?,
                };
                ended(looked_up, came)
            }
            (_, Freight::Library(definition, file)) => {
                ended(writer.library(id, &definition, &file, replace).await?, came)
            }
            (_, Freight::Certificate(definition, file)) => ended(
                writer.certificate(id, &definition, &file, replace).await?,
                came,
            ),
            (_, Freight::Lookup(None)) => ended(false, "set already"),
            (_, Freight::Lookup(Some(lookup))) => ended(writer.lookup_rows(&lookup).await?, "set"),
            (_, Freight::Connection(update, files)) => {
                let mut state = None;
                if let Some(update) = update {
                    state = writer.connection(id, &update).await?.status;
                }
                for (property, file) in files {
                    state = writer.attachment(id, &property, &file).await?.status;
                }
                let state = state.map(|state| state_word(State::from_wire(&state)));
                ended(false, state.unwrap_or("nothing to set"))
            }
            (_, Freight::Schedule(definition, parameters, is_there)) => {
                let looked_up = writer.schedule(id, &definition, is_there).await?;
                if !parameters.is_empty() {
                    writer.parameters(id, &parameters).await?;
                }
                ended(looked_up, "defined")
            }
            (StepKind::Delete, Freight::Role(role)) => {
                ended(writer.revoke(&role).await?, "taken away")
            }
            (_, Freight::Role(role)) => ended(writer.grant(&role).await?, "given"),
            (_, Freight::Access(list)) => ended(writer.access(&id.code, &list).await?, "set"),
            (StepKind::Activate { tracing }, _) => Called {
                looked_up: writer.activate(id, tracing).await?,
                seen: None,
            },
            (StepKind::Deactivate, _) => Called {
                looked_up: writer.deactivate(id).await?,
                seen: None,
            },
            (StepKind::StartSchedule, _) => Called {
                looked_up: writer.start(id).await?,
                seen: None,
            },
            (StepKind::StopSchedule, _) => Called {
                looked_up: writer.stop(id).await?,
                seen: None,
            },
            (StepKind::TestConnection, _) => Called {
                looked_up: false,
                seen: Some(test_ended(&writer.test(id).await?)),
            },
            (_, _) => ended(writer.delete(id).await?, "deleted"),
        })
    }
}

/// Something that was planned to be sent is not there.
fn lacking(id: &ArtifactId) -> StepFailure {
    plain(
        format!(
            "What is to be sent for {} is no longer kept on this computer.",
            named(id)
        ),
        "Plan again: it is then read from the source once more.",
    )
}

/// A file that a person gave, as it was when it was given.
pub(super) async fn bound_file(path: &str, expected: &str) -> Result<File, Outcome> {
    let path = std::path::PathBuf::from(path);
    let name = path
        .file_name()
        .map(|name| name.to_string_lossy().into_owned());
    let name = name.unwrap_or_else(|| "file".to_owned());
    let reading = path.clone();
    let read = blocking::run(move || Ok(read_file(&reading))).await;
    let found = match read {
        Ok(Ok(bytes)) => Ok(Bytes::from(bytes)),
        Ok(Err(error)) => Err(crate::failure::sentence(&error)),
        Err(error) => Err(crate::failure::sentence(&error)),
    };
    let bytes = found.map_err(|why| {
        plain(
            format!("File `{name}` cannot be read: {}", upper(&why)),
            "Choose the file again under Connections, then plan and run again.",
        )
    })?;
    if sha256(&bytes) != expected {
        return Err(plain(
            format!("File `{name}` is not the one that was chosen: its content has changed."),
            "Choose the file again under Connections, then plan and run again.",
        )
        .into());
    }
    Ok(File { name, bytes })
}
