//! Taking what is entered: values, files, secrets. Values and files go into the move and are remembered
//! for the destination; secrets go into the place for secrets, or are held until the program ends.

use std::collections::BTreeMap;
use std::path::Path;

use secrecy::SecretString;
use waybill_engine::waybill::{
    AttachmentBinding, Bindings, CertificateBinding, ConnectionBinding, ConnectionMode,
};
use waybill_model::{ArtifactId, ArtifactKind};

use super::Scene;
use crate::Waybill;
use crate::moves::bindings_file;
use crate::moves::draft::Draft;
use crate::moves::handover::no_destination;
use crate::moves::sifted::{check_bindings, check_value};
use crate::moves::verbs::{file_hash, off_thread};
use crate::storage::save_file;
use crate::view::{
    BindingInput, BindingMode, CertificateInput, CommandError, MoveConnection, MoveView, SavedFile,
    SecretHeld,
};

type Connections = BTreeMap<ArtifactId, ConnectionBinding>;

impl Waybill {
    /// Says what a connection is in the destination. `secrets` by name; `keep` puts them into the
    /// place for secrets, otherwise they are held until the program ends.
    ///
    /// # Errors
    /// `UnknownSubject`; `BadInput` with `context.field` where no destination is chosen, a value looks
    /// like a secret, or a file cannot be read; the failures of the place for secrets and of the
    /// places; `FileFailed`, `DiskFull`.
    pub async fn move_bind(
        &self,
        id: &str,
        connection: &ArtifactId,
        input: BindingInput,
        secrets: Vec<(String, SecretString)>,
        keep: bool,
    ) -> Result<MoveConnection, CommandError> {
        let draft = self.draft_of(id).await?;
        let to = draft.to.clone().ok_or_else(no_destination)?;
        let to = self.stored_instance(&to)?.id;
        if connection.kind != ArtifactKind::Connection {
            return Err(CommandError::unknown("connection", &connection.to_string())
                .guide("Choose one of the connections of this move."));
        }
        for (name, value) in &input.values {
            check_value(name, value)?;
        }
        let files = input.files;
        let attachments = off_thread(move || files.into_iter().map(attachment).collect()).await?;
        for (name, secret) in &secrets {
            self.hold_secret(&to, connection, name, secret, keep)
                .await?;
        }
        for name in &input.forget {
            self.forget_secret(&to, connection, name).await?;
        }
        let mut binding = ConnectionBinding {
            mode: match input.mode {
                BindingMode::Keep => ConnectionMode::Keep,
                BindingMode::FromSource => ConnectionMode::FromSource,
                BindingMode::Enter => ConnectionMode::Enter,
            },
            values: input.values,
            secrets: Vec::new(),
            attachments,
            agent_group: input.agent_group,
            security_policy: input.security_policy.filter(|policy| !policy.is_empty()),
        };
        let (key, forget) = (connection.clone(), input.forget);
        let draft = self
            .bound(id, move |bindings| {
                let before = bindings.connections.get(&key);
                let known = before.into_iter().flat_map(|before| before.secrets.clone());
                let entered = secrets.iter().map(|(name, _)| name.clone());
                for name in known.chain(entered) {
                    let entered_now = secrets.iter().any(|(own, _)| *own == name);
                    if !binding.secrets.contains(&name) && (entered_now || !forget.contains(&name))
                    {
                        binding.secrets.push(name);
                    }
                }
                // Entered as a secret: it is no value that may be seen any more.
                binding
                    .values
                    .retain(|name, _| !binding.secrets.contains(name));
                bindings.connections.insert(key, binding);
            })
            .await?;
        let scene = Box::pin(Scene::open(self, &draft)).await?;
        Box::pin(scene.connection(connection)).await
    }

    /// Names the file of a certificate that is to go along, with the secrets that open it, by name; an
    /// empty path takes it back. `keep` puts the secrets into the place for secrets, otherwise they are
    /// held until the program ends.
    ///
    /// # Errors
    /// `UnknownSubject`; `BadInput` with `context.field` where no destination is chosen, the type is
    /// missing, or a secret opens no such file; the failures of the place for secrets; `FileFailed` where
    /// the file cannot be read.
    pub async fn move_certificate(
        &self,
        id: &str,
        certificate: &ArtifactId,
        input: CertificateInput,
        secrets: Vec<(String, SecretString)>,
        keep: bool,
    ) -> Result<MoveView, CommandError> {
        if certificate.kind != ArtifactKind::Certificate {
            return Err(
                CommandError::unknown("certificate", &certificate.to_string())
                    .guide("Choose one of the certificates of this move."),
            );
        }
        let key = certificate.clone();
        let taken_back = input.path.is_empty();
        let binding = if taken_back {
            None
        } else {
            if input.certificate_type.trim().is_empty() {
                return Err(CommandError::field(
                    "certificateType",
                    "The type of the certificate is missing.",
                )
                .guide("Choose X.509, SAML or PGP."));
            }
            let path = input.path.clone();
            let sha256 = off_thread(move || file_hash(Path::new(&path))).await?;
            let certificate_type = input.certificate_type.trim().to_owned();
            let category = input.category.as_deref().unwrap_or_default();
            let opening = CertificateBinding::opened_by(&certificate_type, category);
            let secrets = self
                .opening_secrets(id, certificate, opening, secrets, keep)
                .await?;
            Some(CertificateBinding {
                path: input.path,
                sha256,
                certificate_type,
                category: input.category,
                secrets,
            })
        };
        let draft = self
            .bound(id, move |bindings| {
                match binding {
                    Some(binding) => bindings.certificates.insert(key, binding),
                    None => bindings.certificates.remove(&key),
                };
            })
            .await?;
        self.draft_view(&draft).await
    }

    /// Holds the secrets that open the file of a certificate; gives the names of those that are held.
    async fn opening_secrets(
        &self,
        id: &str,
        certificate: &ArtifactId,
        opening: &[&str],
        secrets: Vec<(String, SecretString)>,
        keep: bool,
    ) -> Result<Vec<String>, CommandError> {
        let to = self.draft_of(id).await?.to.ok_or_else(no_destination)?;
        let to = self.stored_instance(&to)?.id;
        for (name, secret) in &secrets {
            if !opening.contains(&name.as_str()) {
                let words = format!("No file of this type is opened by `{name}`.");
                return Err(CommandError::field("secrets", words)
                    .guide("Choose the type and the category that the file has."));
            }
            self.hold_secret(&to, certificate, name, secret, keep)
                .await?;
        }
        let held = opening
            .iter()
            .filter(|name| self.held(&to, certificate, name) != SecretHeld::No);
        Ok(held.map(|name| (*name).to_owned()).collect())
    }

    /// Takes bindings from a file: what it names takes the place of what was entered.
    ///
    /// # Errors
    /// `UnknownSubject`; `FileFailed` for a file that holds no bindings; `BadInput` where it holds what
    /// looks like a secret, or no destination is chosen.
    pub async fn bindings_read(&self, id: &str, path: &Path) -> Result<MoveView, CommandError> {
        let path = path.to_owned();
        let read = off_thread(move || bindings_file::read(&path)).await?;
        check_bindings(&read)?;
        let draft = self
            .bound(id, move |bindings| {
                let held = std::mem::take(&mut bindings.connections);
                bindings.connections = with_connections(held, read.connections);
                bindings.schedules.extend(read.schedules);
                bindings.certificates.extend(read.certificates);
                if !read.lookup_cells.is_empty() {
                    bindings.lookup_cells = read.lookup_cells;
                }
                if !read.hosts.is_empty() {
                    bindings.hosts = read.hosts;
                }
            })
            .await?;
        self.draft_view(&draft).await
    }

    /// Adds to the bindings of a move what was entered for its destination since it was begun: secrets that were
    /// kept meanwhile, connections that nobody has bound in it.
    ///
    /// # Errors
    /// `UnknownSubject`; `BadInput` where no destination is chosen; `FileFailed`, `DiskFull`.
    pub(crate) async fn bindings_remembered(&self, id: &str) -> Result<(), CommandError> {
        let to = self.draft_of(id).await?.to.ok_or_else(no_destination)?;
        let folder = self.shared.home.bindings();
        let kept = off_thread(move || bindings_file::kept(&folder, &to)).await?;
        let Some(kept) = kept else {
            return Ok(());
        };
        self.bound(id, move |bindings| {
            let mut held = std::mem::take(&mut bindings.connections);
            held.retain(|_, own| *own != ConnectionBinding::default());
            bindings.connections = with_connections(kept.connections, held);
        })
        .await
        .map(drop)
    }

    /// Writes the bindings of a move; no secret is among them.
    ///
    /// # Errors
    /// `UnknownSubject`; `BadInput` where no destination is chosen; `FileFailed`, `DiskFull`.
    pub async fn bindings_write(&self, id: &str, path: &Path) -> Result<SavedFile, CommandError> {
        let draft = self.draft_of(id).await?;
        let to = draft.to.as_deref().ok_or_else(no_destination)?;
        let title = self.stored_instance(to)?.name;
        let text = bindings_file::text(&draft.bindings, &title)?;
        let path = path.to_owned();
        off_thread(move || save_file(&path, &text)).await
    }

    /// Changes the bindings of a move, and remembers them for the destination.
    async fn bound(
        &self,
        id: &str,
        change: impl FnOnce(&mut Bindings) + Send + 'static,
    ) -> Result<Draft, CommandError> {
        let now = self.now();
        let draft = self
            .change_draft(id, move |draft| {
                if draft.to.is_none() {
                    return Err(no_destination());
                }
                let before = draft.bindings.clone();
                change(&mut draft.bindings);
                if draft.bindings != before {
                    draft.changed();
                    draft.saved_at = now;
                }
                Ok(())
            })
            .await?;
        self.remember_bindings(draft.to.as_deref(), &draft.bindings)
            .await?;
        Ok(draft)
    }
}

/// What is bound, and what a file says in its place. A secret that is kept stays named where the file
/// was written before it was: a file without its name does not mean that it is to be left out.
fn with_connections(mut bound: Connections, read: Connections) -> Connections {
    for (id, mut own) in read {
        let before = bound.remove(&id);
        let before = before.filter(|before| before.security_policy == own.security_policy);
        for name in before.into_iter().flat_map(|before| before.secrets) {
            if !own.secrets.contains(&name) {
                own.secrets.push(name);
            }
        }
        bound.insert(id, own);
    }
    bound
}

/// A file with its hash at this moment.
fn attachment((property, path): (String, String)) -> Result<AttachmentBinding, CommandError> {
    let sha256 = file_hash(Path::new(&path))?;
    Ok(AttachmentBinding {
        property,
        path,
        sha256,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bound(policy: Option<&str>, secrets: &[&str]) -> Connections {
        let binding = ConnectionBinding {
            secrets: secrets.iter().map(|&name| name.to_owned()).collect(),
            security_policy: policy.map(str::to_owned),
            ..ConnectionBinding::default()
        };
        Connections::from([("connection:ERP".parse().unwrap(), binding)])
    }

    #[test]
    fn a_file_that_was_written_before_a_secret_was_kept_does_not_take_it_away() {
        let read = with_connections(bound(None, &["password"]), bound(None, &["passPhrase"]));
        assert_eq!(read, bound(None, &["passPhrase", "password"]));
        // Those of another security policy are of no use.
        let other = with_connections(
            bound(Some("BASIC_AUTH"), &["password"]),
            bound(Some("API_KEY"), &["apiKey"]),
        );
        assert_eq!(other, bound(Some("API_KEY"), &["apiKey"]));
        let untouched = with_connections(bound(None, &["password"]), Connections::new());
        assert_eq!(untouched, bound(None, &["password"]));
    }
}
