//! What all work on a repository shares: where it is, what is kept of it here, and how far it was seen.
//!
//! Two names are kept here for each branch: `fetched`, whose history is here, and `seen`, the last commit that
//! a copy was built on or ended with. That what was seen is still in the history is looked at each time.

use std::fs;

use git2::{Oid, Repository};
use sha2::{Digest, Sha256};

use super::address::Address;
use super::carried::Carried;
use super::history::{Held, History, short};
use super::local::Local;
use super::remote::{Refs, Remote};
use super::settings::{GitSettings, GitSignIn, OthersPushed};
use super::store::Store;
use super::wire::{Https, Smart, Ssh};
use super::writer::hex;
use crate::ssh::SshServer;
use crate::{Result, TargetError};

pub(super) struct Shared {
    pub(super) settings: GitSettings,
    pub(super) store: Store,
    pub(super) remote: Box<dyn Remote>,
    pub(super) carried: Carried,
    pub(super) is_local: bool,
    /// What is before the names that are kept here.
    names: String,
}

/// The other end as it was seen.
#[derive(Debug)]
pub(super) struct Seen {
    pub(super) refs: Refs,
    /// What the branch stands for; its history is here.
    pub(super) head: Option<Oid>,
}

/// So many times the branch is looked at anew while others push.
const LOOKS: u32 = 5;

impl Shared {
    pub(super) fn new(settings: GitSettings) -> Result<Self> {
        let address = Address::parse(&settings.address)?;
        let title = address.to_string();
        let branch = format!("refs/heads/{}", settings.branch);
        if !git2::Reference::is_valid_name(&branch) {
            return Err(TargetError::Unusable {
                what: "The branch",
                detail: format!("Git has no branches of the name `{}`", settings.branch),
            });
        }
        git2::Signature::now(&settings.author, &settings.email).map_err(|_| {
            TargetError::Unusable {
                what: "The name and e-mail address of the author",
                detail: "they are empty or hold `<` or `>`".to_owned(),
            }
        })?;
        let remote = remote(&settings, &address, &title)?;
        let key = hex(&Sha256::digest(format!("{title}\n{branch}")));
        Ok(Self {
            store: Store::here(&settings.cache, &title)?,
            carried: Carried::new(&settings.cache),
            is_local: matches!(address, Address::Local(_)),
            names: format!("refs/waybill/{}", &key[..16]),
            remote,
            settings,
        })
    }

    /// The branch, in full.
    pub(super) fn branch(&self) -> String {
        format!("refs/heads/{}", self.settings.branch)
    }

    /// Sees what is at the other end and brings the history of the branch here.
    pub(super) async fn survey(&self) -> Result<Seen> {
        let mut looks = 1;
        let (refs, head) = loop {
            let refs = self.remote.refs().await?;
            let Some(head) = refs.get(&self.branch()) else {
                break (refs, None);
            };
            match self.bring(head).await {
                Ok(()) => break (refs, Some(head)),
                // Somebody pushed in between: what was told just now is no longer what can be asked for.
                Err(TargetError::Refused { detail, .. })
                    if detail.contains("not our ref") && looks < LOOKS =>
                {
                    looks += 1;
                }
                Err(error) => return Err(error),
            }
        };
        if let Some(head) = head {
            let name = format!("{}/fetched", self.names);
            self.store
                .run(move |store, repository| keep(store, repository, &name, head))
                .await?;
        }
        Ok(Seen { refs, head })
    }

    /// Brings what hangs on an object here, if it is not.
    pub(super) async fn bring(&self, wanted: Oid) -> Result<()> {
        let fetched = format!("{}/fetched", self.names);
        let (is_here, haves) = self
            .store
            .run(move |store, repository| {
                let objects = repository
                    .odb()
                    .map_err(|cause| store.fault(&cause, "the objects"))?;
                let mut haves = Vec::new();
                if let Some(fetched) = kept(repository, &fetched) {
                    let mut walk = repository
                        .revwalk()
                        .map_err(|cause| store.fault(&cause, "the history"))?;
                    if walk.push(fetched).is_ok() {
                        haves.extend(walk.filter_map(Result::ok).take(64));
                    }
                }
                Ok((objects.exists(wanted), haves))
            })
            .await?;
        if is_here {
            return Ok(());
        }
        self.remote.fetch(&self.store, &[wanted], &haves).await
    }

    /// What the branch holds of an instance, after a look whether it may be gone on with.
    pub(super) async fn held(&self, head: Option<Oid>, folder: &str) -> Result<Option<Held>> {
        let seen = format!("{}/seen", self.names);
        let pattern = self.settings.folder.clone();
        let refuse = self.settings.others == OthersPushed::Refuse;
        let branch = self.settings.branch.clone();
        let folder = folder.to_owned();
        self.store
            .run(move |store, repository| {
                let history = History {
                    store,
                    repository,
                    pattern: &pattern,
                };
                if let Some(seen) = kept(repository, &seen) {
                    may_go_on(&history, &branch, head, seen, refuse)?;
                }
                head.map_or(Ok(None), |head| history.held(head, &folder))
            })
            .await
    }

    /// Looks whether the branch holds a commit now, and remembers how far it was seen.
    pub(super) async fn confirm(&self, commit: Oid) -> Result<()> {
        let now = self.survey().await?;
        let seen = format!("{}/seen", self.names);
        let pattern = self.settings.folder.clone();
        let branch = self.settings.branch.clone();
        self.store
            .run(move |store, repository| {
                let history = History {
                    store,
                    repository,
                    pattern: &pattern,
                };
                match now.head {
                    Some(head) if history.goes_on_from(head, commit) => {
                        keep(store, repository, &seen, commit)
                    }
                    _ => Err(TargetError::MovedOn {
                        target: store.title().to_owned(),
                        detail: format!(
                            "commit {} was pushed to {branch} and is not there",
                            short(commit)
                        ),
                    }),
                }
            })
            .await
    }

    /// Takes the branch as it is now for seen.
    pub(super) async fn accept(&self) -> Result<()> {
        let now = self.survey().await?;
        let name = format!("{}/seen", self.names);
        self.store
            .run(move |store, repository| match now.head {
                Some(head) => keep(store, repository, &name, head),
                None => match repository.find_reference(&name) {
                    Ok(mut reference) => reference
                        .delete()
                        .map_err(|cause| store.fault(&cause, "a name")),
                    Err(_) => Ok(()),
                },
            })
            .await
    }

    /// Removes a damaged object, so that the next try carries its content again.
    pub(super) fn cast_out(&self, blob: Oid) {
        self.carried.forget();
        let name = blob.to_string();
        let objects = self.store.folder().join("objects");
        let alone = objects.join(&name[..2]).join(&name[2..]);
        if !alone.exists() {
            return self.cast_out_all();
        }
        // Objects are made read-only, which keeps some systems from removing them.
        #[cfg(windows)]
        if let Ok(found) = fs::metadata(&alone) {
            let mut rights = found.permissions();
            rights.set_readonly(false);
            let _ = fs::set_permissions(&alone, rights);
        }
        let _ = fs::remove_file(&alone);
    }

    /// Removes all objects: they are only kept here, and the next try fetches them again.
    pub(super) fn cast_out_all(&self) {
        let _ = fs::remove_dir_all(self.store.folder());
    }
}

fn remote(settings: &GitSettings, address: &Address, title: &str) -> Result<Box<dyn Remote>> {
    let wrong = |detail: &str| {
        Err(TargetError::Unusable {
            what: "The sign-in",
            detail: detail.to_owned(),
        })
    };
    Ok(match (address, &settings.sign_in) {
        (Address::Https(url), GitSignIn::None) => Box::new(Smart::new(Https::new(
            url,
            title,
            None,
            &settings.ca_files,
        )?)),
        (Address::Https(url), GitSignIn::Token { user, token }) => {
            let token = Some((user.clone(), token.clone()));
            Box::new(Smart::new(Https::new(
                url,
                title,
                token,
                &settings.ca_files,
            )?))
        }
        (Address::Https(_), GitSignIn::Ssh(_)) => {
            return wrong("over HTTPS it is a user and a token");
        }
        (
            Address::Ssh {
                user,
                host,
                port,
                path,
            },
            GitSignIn::Ssh(sign_in),
        ) => Box::new(Smart::new(Ssh {
            title: title.to_owned(),
            server: SshServer {
                host: host.clone(),
                port: *port,
                user: user.clone(),
                sign_in: sign_in.clone(),
                host_key: settings.host_key.clone(),
            },
            path: path.clone(),
        })),
        (Address::Ssh { .. }, _) => {
            return wrong("over SSH it is a key, an agent or a password");
        }
        (Address::Local(path), GitSignIn::None) => Box::new(Local::new(Store::there(path, title))),
        (Address::Local(_), _) => return wrong("a folder asks for none"),
    })
}

/// Whether what was seen is still there, and whether others may have pushed.
fn may_go_on(
    history: &History<'_>,
    branch: &str,
    head: Option<Oid>,
    seen: Oid,
    refuse: bool,
) -> Result<()> {
    let moved_on = |detail: String| {
        Err(TargetError::MovedOn {
            target: history.store.title().to_owned(),
            detail,
        })
    };
    let Some(head) = head else {
        return moved_on(format!(
            "the branch {branch} is gone, with the copies up to commit {}",
            short(seen)
        ));
    };
    if !history.goes_on_from(head, seen) {
        return moved_on(format!(
            "the history of {branch} was rewritten: commit {} is no longer in it",
            short(seen)
        ));
    }
    if refuse && head != seen {
        let since = history.behind(head, Some(seen))?;
        return moved_on(format!(
            "{} added to {branch} since the last copy, the newest {}",
            match since.len() {
                1 => "1 commit was".to_owned(),
                count => format!("{count} commits were"),
            },
            history.words(head)?
        ));
    }
    Ok(())
}

fn kept(repository: &Repository, name: &str) -> Option<Oid> {
    repository.find_reference(name).ok()?.target()
}

fn keep(store: &Store, repository: &Repository, name: &str, oid: Oid) -> Result<()> {
    repository
        .reference(name, oid, true, "seen")
        .map(|_| ())
        .map_err(|cause| store.fault(&cause, "a name"))
}
