//! Tries a repository out: a small commit on a branch of its own is pushed, seen, fetched and removed again.

use std::hash::{BuildHasher, Hasher};
use std::path::PathBuf;

use git2::{FileMode, Oid, Signature};

use super::remote::{Pushed, Update};
use super::repository::Shared;
use super::store::Store;
use crate::{Checked, Result, Stage, StageState, TargetError};

const FILE: &str = "waybill-check.txt";
const CONTENT: &[u8] = b"This branch tries the repository out. It is removed again at once.\n";

pub(super) async fn check(
    shared: &Shared,
    told: &(dyn Fn(Stage) + Send + Sync),
) -> Result<Checked> {
    let remote = match shared.survey().await {
        Ok(remote) => remote,
        Err(error) => {
            let signed_in_or_not = matches!(
                error,
                TargetError::SignIn { .. } | TargetError::Missing { .. }
            );
            if signed_in_or_not && !shared.is_local {
                passed(told, "Connect");
                failed(told, "Sign in", &error);
            } else {
                failed(told, "Connect", &error);
            }
            return Err(error);
        }
    };
    passed(told, "Connect");
    told(Stage {
        name: "Sign in",
        state: if shared.is_local {
            StageState::Skipped
        } else {
            StageState::Passed
        },
        words: String::new(),
    });

    let number = std::collections::hash_map::RandomState::new()
        .build_hasher()
        .finish();
    let name = format!("waybill-check-{number:016x}");
    let branch = format!("refs/heads/{name}");
    let commit = staged(told, "Write", write(shared, &branch).await)?;
    let seen = shared.remote.refs().await.and_then(|refs| {
        if refs.get(&branch) == Some(commit) {
            Ok(())
        } else {
            Err(refused(
                shared,
                "Listing",
                format!("the branch {name} was pushed and is not there"),
            ))
        }
    });
    let seen = staged(told, "List", seen);
    let read = match seen {
        Ok(()) => staged(told, "Read", read(shared, &name, commit).await),
        Err(error) => Err(error),
    };
    // Removed even where it could not be read.
    let removed = shared
        .remote
        .push(
            &shared.store,
            &[Update {
                name: branch,
                old: Some(commit),
                new: None,
            }],
            &[],
        )
        .await
        .map(|_| ());
    read?;
    staged(told, "Remove", removed)?;

    let mut checked = Checked::default();
    if remote.head.is_none() {
        checked.notes.push(format!(
            "The branch {} is not there yet: the first copy makes it.",
            shared.settings.branch
        ));
    }
    if shared.is_local {
        checked
            .notes
            .push("Hooks of a repository in a folder do not run.".to_owned());
    }
    Ok(checked)
}

/// Pushes the branch.
async fn write(shared: &Shared, branch: &str) -> Result<Oid> {
    let (author, email) = (
        shared.settings.author.clone(),
        shared.settings.email.clone(),
    );
    let commit = shared
        .store
        .run(move |store, repository| {
            let made = || -> Result<Oid, git2::Error> {
                let mut tree = repository.treebuilder(None)?;
                tree.insert(FILE, repository.blob(CONTENT)?, FileMode::Blob.into())?;
                let tree = repository.find_tree(tree.write()?)?;
                let who = Signature::now(&author, &email)?;
                repository.commit(None, &who, &who, "Try the repository out\n", &tree, &[])
            };
            made().map_err(|cause| store.fault(&cause, "the check"))
        })
        .await?;
    let update = Update {
        name: branch.to_owned(),
        old: None,
        new: Some(commit),
    };
    match shared.remote.push(&shared.store, &[update], &[]).await? {
        Pushed::Landed(_) => Ok(commit),
        Pushed::Raced => Err(refused(
            shared,
            "Writing",
            "the branch for the check was set by somebody else".to_owned(),
        )),
    }
}

/// Fetches the branch into an empty place, so that its content really comes from there.
async fn read(shared: &Shared, name: &str, commit: Oid) -> Result<()> {
    let place = Passing(shared.settings.cache.join(name));
    let store = Store::here(&place.0, shared.store.title())?;
    shared.remote.fetch(&store, &[commit], &[]).await?;
    let content = store
        .run(move |store, repository| {
            let read = || -> Result<Vec<u8>, git2::Error> {
                let tree = repository.find_commit(commit)?.tree()?;
                let entry = tree.get_path(std::path::Path::new(FILE))?;
                Ok(repository.find_blob(entry.id())?.content().to_vec())
            };
            read().map_err(|cause| store.fault(&cause, FILE))
        })
        .await?;
    if content == CONTENT {
        Ok(())
    } else {
        Err(TargetError::Damaged {
            target: shared.store.title().to_owned(),
            what: FILE.to_owned(),
            detail: "what was read is not what was written".to_owned(),
        })
    }
}

/// A folder that goes when this goes.
struct Passing(PathBuf);

impl Drop for Passing {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn refused(shared: &Shared, operation: &'static str, detail: String) -> TargetError {
    TargetError::Refused {
        target: shared.store.title().to_owned(),
        operation,
        detail,
    }
}

/// Tells how a stage ended.
fn staged<T>(
    told: &(dyn Fn(Stage) + Send + Sync),
    name: &'static str,
    result: Result<T>,
) -> Result<T> {
    match &result {
        Ok(_) => passed(told, name),
        Err(error) => failed(told, name, error),
    }
    result
}

fn passed(told: &(dyn Fn(Stage) + Send + Sync), name: &'static str) {
    told(Stage {
        name,
        state: StageState::Passed,
        words: String::new(),
    });
}

fn failed(told: &(dyn Fn(Stage) + Send + Sync), name: &'static str, error: &TargetError) {
    told(Stage {
        name,
        state: StageState::Failed,
        words: error.to_string(),
    });
}
