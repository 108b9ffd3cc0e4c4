//! What `waybill target add` makes of its arguments, and the secrets that it asks for.

use std::io::IsTerminal as _;
use std::path::Path;

use waybill_app::view::{
    CommandError, EncryptionWay, GitWay, SecretPlace, SshWay, TargetForm, TargetPlace,
    TargetSecrets, TargetView,
};

use super::Session;
use crate::input;
use crate::target_arguments::{AsVault, Sealed, Ssh, TargetAdd, Usual};

/// Adds a target.
pub async fn save(session: &Session<'_>, add: TargetAdd) -> Result<TargetView, CommandError> {
    let asked = asked(add);
    let secrets = TargetSecrets {
        access: secret(asked.access)?,
        encryption: secret(asked.encryption)?,
        vault: secret(asked.vault.then_some("password of the vault there"))?,
    };
    session.app.target_save(asked.form, secrets).await
}

/// Asks for the secrets of a target once more.
pub async fn secrets_again(
    session: &Session<'_>,
    target: TargetView,
    vault_password: bool,
) -> Result<TargetView, CommandError> {
    let wants = |place: SecretPlace| place != SecretPlace::NotNeeded;
    let is_upload = matches!(target.form.place, TargetPlace::Upload { .. });
    let access = if is_upload {
        "upload address"
    } else {
        "password, token or key"
    };
    let secrets = TargetSecrets {
        access: secret(wants(target.access).then_some(access))?,
        encryption: secret(wants(target.encryption).then_some("passphrase of the encryption"))?,
        vault: secret(vault_password.then_some("password of the vault there"))?,
    };
    session.app.target_save(target.form, secrets).await
}

/// A form, and the secrets to ask for.
struct Asked {
    form: TargetForm,
    access: Option<&'static str>,
    encryption: Option<&'static str>,
    vault: bool,
}

fn asked(add: TargetAdd) -> Asked {
    match add {
        TargetAdd::Folder {
            name,
            path,
            usual,
            sealed,
            vault,
        } => {
            let place = TargetPlace::Folder { path: text(&path) };
            form(name, place, usual).sealed(sealed).vault(&vault)
        }
        TargetAdd::Sftp {
            name,
            host,
            port,
            user,
            folder,
            ssh,
            usual,
            sealed,
            vault,
        } => {
            let (sign_in, access) = ssh_way(&ssh);
            let place = TargetPlace::Sftp {
                host,
                port,
                user,
                folder,
                sign_in,
            };
            let asked = form(name, place, usual).sealed(sealed).vault(&vault);
            Asked { access, ..asked }
        }
        TargetAdd::Git {
            name,
            address,
            branch,
            folder,
            token_of,
            password,
            ssh,
            tag,
            alone,
            packed,
            author,
            email,
            usual,
        } => {
            let (sign_in, access) = match token_of {
                Some(user) => (GitWay::Token { user }, Some("token")),
                None if password || ssh.key.is_some() || ssh.agent => {
                    let (way, access) = ssh_way(&ssh);
                    (GitWay::Ssh { way }, access)
                }
                None => (GitWay::Nothing, None),
            };
            let place = TargetPlace::Git {
                address,
                branch,
                folder,
                sign_in,
                author,
                email,
                tags: tag,
                join: !alone,
                unpacked: !packed,
                ca_file: usual.ca_file.as_deref().map(text),
            };
            let asked = form(name, place, usual);
            Asked { access, ..asked }
        }
        TargetAdd::S3 {
            name,
            endpoint,
            region,
            bucket,
            prefix,
            access_key,
            virtual_host,
            usual,
            sealed,
            vault,
        } => {
            let place = TargetPlace::S3 {
                endpoint,
                region,
                bucket,
                prefix,
                access_key,
                path_style: !virtual_host,
                ca_file: usual.ca_file.as_deref().map(text),
            };
            let asked = form(name, place, usual).sealed(sealed).vault(&vault);
            Asked {
                access: Some("secret key"),
                ..asked
            }
        }
        TargetAdd::Swift {
            name,
            address,
            user,
            container,
            prefix,
            token_first,
            make_container,
            usual,
            sealed,
            vault,
        } => {
            let place = TargetPlace::Swift {
                address,
                token_first,
                user,
                container,
                prefix,
                make_container,
                ca_file: usual.ca_file.as_deref().map(text),
            };
            let asked = form(name, place, usual).sealed(sealed).vault(&vault);
            Asked {
                access: Some(if token_first { "key" } else { "auth token" }),
                ..asked
            }
        }
        TargetAdd::Upload {
            name,
            prefix,
            reads,
            usual,
            sealed,
        } => {
            let place = TargetPlace::Upload {
                prefix,
                reads,
                ca_file: usual.ca_file.as_deref().map(text),
            };
            let asked = form(name, place, usual).sealed(sealed);
            Asked {
                access: Some("upload address"),
                ..asked
            }
        }
    }
}

fn form(name: String, place: TargetPlace, usual: Usual) -> Asked {
    Asked {
        form: TargetForm {
            id: None,
            name,
            on: !usual.off,
            instances: (!usual.instances.is_empty()).then_some(usual.instances),
            place,
            vault: false,
            pattern: usual.pattern,
            encryption: EncryptionWay::Plain,
            host_key: usual.host_key,
        },
        access: None,
        encryption: None,
        vault: false,
    }
}

impl Asked {
    fn sealed(mut self, sealed: Sealed) -> Self {
        if sealed.encrypt {
            self.form.encryption = EncryptionWay::Passphrase;
            self.encryption = Some("passphrase of the encryption");
        } else if !sealed.recipients.is_empty() {
            self.form.encryption = EncryptionWay::Recipients {
                recipients: sealed.recipients,
            };
            self.encryption = sealed.identity.then_some("secret key of age");
        }
        self
    }

    fn vault(mut self, vault: &AsVault) -> Self {
        self.form.vault = vault.vault;
        self.vault = vault.vault_password;
        self
    }
}

fn ssh_way(ssh: &Ssh) -> (SshWay, Option<&'static str>) {
    match &ssh.key {
        Some(file) => (
            SshWay::Key { file: text(file) },
            ssh.key_passphrase.then_some("passphrase of the key"),
        ),
        None if ssh.agent => (SshWay::Agent, None),
        None => (SshWay::Password, Some("password")),
    }
}

fn secret(what: Option<&str>) -> Result<Option<secrecy::SecretString>, CommandError> {
    what.map(|what| input::secret(what, !std::io::stdin().is_terminal()))
        .transpose()
}

/// The whole path: the window, and the next call, stand elsewhere.
fn text(path: &Path) -> String {
    std::path::absolute(path).map_or_else(
        |_| path.display().to_string(),
        |path| path.display().to_string(),
    )
}
