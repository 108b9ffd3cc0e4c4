//! What carries copies to a target: made of what was set and of the secrets.

use std::path::PathBuf;
use std::sync::Arc;

use secrecy::SecretString;
use waybill_engine::copies::Carrier;
use waybill_targets::{
    Encryption, Files, FolderFiles, FolderSettings, GitSettings, GitSignIn, GitTags, GitTarget,
    OthersPushed, S3Files, S3Settings, SftpFiles, SftpSettings, SshServer, SshSignIn, SwiftFiles,
    SwiftSettings, SwiftSignIn, Target, Tree, UploadFiles, UploadSettings,
};

use super::secrets::AtHand;
use super::{StoredTarget, TargetSlot};
use crate::Waybill;
use crate::view::{CommandError, EncryptionWay, GitWay, SshWay, TargetPlace};

impl Waybill {
    /// What carries copies to this target, with the secrets that are kept.
    pub(super) async fn carrier(&self, target: &StoredTarget) -> Result<Carrier, CommandError> {
        let at_hand = self.at_hand(target, AtHand::default()).await?;
        self.carrier_with(target, &at_hand).await
    }

    /// The same with these secrets. Nothing is called yet.
    pub(super) async fn carrier_with(
        &self,
        target: &StoredTarget,
        at_hand: &AtHand,
    ) -> Result<Carrier, CommandError> {
        if target.vault {
            let password = match at_hand.get(TargetSlot::Vault) {
                Some(password) => password.clone(),
                // Without a vault here there is no password that it could be.
                None if !self.shared.vault.exists() => at_hand.need(TargetSlot::Vault, target)?,
                None => self.shared.vault.password(&self.shared.secrets).await?,
            };
            let files = files_of(target, at_hand)?;
            return Ok(Carrier::Vault { files, password });
        }
        if let TargetPlace::Git { unpacked, .. } = &target.place {
            let unpacked = *unpacked;
            let settings = self.git_settings(target, at_hand)?;
            let made = tokio::task::spawn_blocking(move || GitTarget::new(settings))
                .await
                .map_err(CommandError::internal)??;
            return Ok(Carrier::Files {
                target: Arc::new(made),
                unpacked,
            });
        }
        Ok(Carrier::Files {
            target: Arc::new(self.tree(target, at_hand)?),
            unpacked: false,
        })
    }

    /// The target as a folder of files, also of one that holds a vault.
    pub(super) fn tree(
        &self,
        target: &StoredTarget,
        at_hand: &AtHand,
    ) -> Result<Tree<dyn Files>, CommandError> {
        let tree = Tree::new(files_of(target, at_hand)?).written_by(self.shared.asked_by.clone());
        if target.vault {
            return Ok(tree);
        }
        Ok(match &target.encryption {
            EncryptionWay::Plain => tree,
            EncryptionWay::Passphrase => tree.encrypted(Encryption::Passphrase(
                at_hand.need(TargetSlot::Encryption, target)?,
            )),
            EncryptionWay::Recipients { recipients } => tree.encrypted(Encryption::Recipients {
                recipients: recipients.clone(),
                identity: at_hand.get(TargetSlot::Encryption).cloned(),
            }),
        })
    }

    /// The repository of a Git target, with a folder and a tag of one's own in it. Others' commits are joined:
    /// copies of snapshots may go to the same branch.
    ///
    /// # Errors
    /// `UnknownSubject`; `BadInput` for a target of another kind; `SecretMissing`; the failures of the place
    /// for secrets.
    pub(crate) async fn repository(
        &self,
        target: &str,
        folder: &str,
        tag: Option<&str>,
    ) -> Result<GitTarget, CommandError> {
        let target = self.stored_target(target)?;
        if !matches!(target.place, TargetPlace::Git { .. }) {
            return Err(CommandError::field(
                "target",
                format!("Target `{}` is no Git repository.", target.name),
            )
            .guide("Choose a target of the kind Git, or add one under Settings, Targets."));
        }
        let at_hand = self.at_hand(&target, AtHand::default()).await?;
        let settings = GitSettings {
            cache: self.shared.home.target(&target.id).join("releases"),
            folder: folder.to_owned(),
            tags: tag.map(|pattern| GitTags {
                pattern: pattern.to_owned(),
                annotated: true,
            }),
            others: OthersPushed::Join,
            ..self.git_settings(&target, &at_hand)?
        };
        Ok(
            tokio::task::spawn_blocking(move || GitTarget::new(settings))
                .await
                .map_err(CommandError::internal)??,
        )
    }

    fn git_settings(
        &self,
        target: &StoredTarget,
        at_hand: &AtHand,
    ) -> Result<GitSettings, CommandError> {
        let TargetPlace::Git {
            address,
            branch,
            folder,
            sign_in,
            author,
            email,
            tags,
            join,
            ca_file,
            ..
        } = &target.place
        else {
            return Err(CommandError::internal("the target is no repository"));
        };
        let or = |text: &str, usual: String| match text.trim() {
            "" => usual,
            own => own.to_owned(),
        };
        let usual = GitSettings::new(
            address.trim(),
            self.shared.home.target(&target.id).join("git"),
        );
        Ok(GitSettings {
            branch: or(branch, usual.branch),
            folder: or(folder, usual.folder),
            author: or(author, usual.author),
            email: or(email, usual.email),
            tags: tags
                .as_deref()
                .map(str::trim)
                .filter(|pattern| !pattern.is_empty())
                .map(|pattern| GitTags {
                    pattern: pattern.to_owned(),
                    annotated: true,
                }),
            others: if *join {
                OthersPushed::Join
            } else {
                OthersPushed::Refuse
            },
            sign_in: match sign_in {
                GitWay::Nothing => GitSignIn::None,
                GitWay::Token { user } => GitSignIn::Token {
                    user: user.clone(),
                    token: at_hand.need(TargetSlot::Access, target)?,
                },
                GitWay::Ssh { way } => GitSignIn::Ssh(ssh(way, target, at_hand)?),
            },
            host_key: target.host_key.clone(),
            ca_files: ca_file.iter().map(PathBuf::from).collect(),
            address: usual.address,
            cache: usual.cache,
        })
    }
}

pub(super) fn files_of(
    target: &StoredTarget,
    at_hand: &AtHand,
) -> Result<Arc<dyn Files>, CommandError> {
    let access = || at_hand.need(TargetSlot::Access, target);
    let ca_file = target.ca_file().map(PathBuf::from);
    Ok(match &target.place {
        TargetPlace::Folder { path } => Arc::new(FolderFiles::new(FolderSettings {
            root: path.into(),
            known: target.known,
        })?),
        TargetPlace::Sftp {
            host,
            port,
            user,
            folder,
            sign_in,
        } => Arc::new(SftpFiles::new(SftpSettings {
            server: SshServer {
                host: host.trim().to_owned(),
                port: *port,
                user: user.trim().to_owned(),
                sign_in: ssh(sign_in, target, at_hand)?,
                host_key: target.host_key.clone(),
            },
            folder: folder.clone(),
        })?),
        TargetPlace::S3 {
            endpoint,
            region,
            bucket,
            prefix,
            access_key,
            path_style,
            ..
        } => Arc::new(S3Files::new(&S3Settings {
            endpoint: endpoint.clone(),
            region: region.clone(),
            bucket: bucket.clone(),
            prefix: prefix.clone(),
            access_key: access_key.clone(),
            secret_key: access()?,
            path_style: *path_style,
            part_size: None,
            ca_file,
        })?),
        TargetPlace::Swift {
            address,
            token_first,
            user,
            container,
            prefix,
            make_container,
            ..
        } => Arc::new(SwiftFiles::new(&SwiftSettings {
            sign_in: swift(address, user, *token_first, access()?),
            container: container.clone(),
            prefix: prefix.clone(),
            make_container: *make_container,
            segment_size: None,
            ca_file,
        })?),
        TargetPlace::Upload { prefix, reads, .. } => Arc::new(UploadFiles::new(&UploadSettings {
            address: access()?,
            prefix: prefix.clone(),
            reads: *reads,
            ca_file,
        })?),
        TargetPlace::Git { .. } => {
            return Err(CommandError::field(
                "place",
                "A Git repository keeps no plain files.",
            ));
        }
    })
}

fn ssh(way: &SshWay, target: &StoredTarget, at_hand: &AtHand) -> Result<SshSignIn, CommandError> {
    Ok(match way {
        SshWay::Password => SshSignIn::Password(at_hand.need(TargetSlot::Access, target)?),
        SshWay::Key { file } => SshSignIn::Key {
            file: file.into(),
            passphrase: at_hand.get(TargetSlot::Access).cloned(),
        },
        SshWay::Agent => SshSignIn::Agent { socket: None },
    })
}

fn swift(address: &str, user: &str, token_first: bool, secret: SecretString) -> SwiftSignIn {
    let (address, user) = (address.trim().to_owned(), user.to_owned());
    if token_first {
        SwiftSignIn::Token {
            address,
            user,
            key: secret,
        }
    } else {
        SwiftSignIn::Basic {
            storage: address,
            user,
            token: secret,
        }
    }
}

/// Where a target is, for people and without a secret.
pub(super) fn address(place: &TargetPlace) -> String {
    match place {
        TargetPlace::Folder { path } => path.clone(),
        TargetPlace::Sftp {
            host,
            port,
            user,
            folder,
            ..
        } => {
            let port = if *port == 22 {
                String::new()
            } else {
                format!(":{port}")
            };
            format!("{user}@{host}{port}, {folder}")
        }
        TargetPlace::Git {
            address, branch, ..
        } => format!("{address}, {branch}"),
        TargetPlace::S3 {
            endpoint,
            bucket,
            prefix,
            ..
        } => below(&format!("{bucket} at {endpoint}"), prefix),
        TargetPlace::Swift {
            address,
            container,
            prefix,
            ..
        } => below(&format!("{container} at {address}"), prefix),
        TargetPlace::Upload { prefix, .. } => below("••••••", prefix),
    }
}

fn below(place: &str, prefix: &str) -> String {
    match prefix.trim_matches('/') {
        "" => place.to_owned(),
        folder => format!("{place}, {folder}"),
    }
}

/// The target of a carrier of files.
pub(super) fn files_target(carrier: Carrier) -> Option<Arc<dyn Target>> {
    match carrier {
        Carrier::Files { target, .. } => Some(target),
        Carrier::Vault { .. } => None,
    }
}
