//! Puts together what several archives hold.

use std::collections::HashSet;
use std::hash::Hash;

use crate::{Contents, Member};

/// Everything in the archives: each scope and name once, the first one found.
pub(crate) fn gather(members: &[Member]) -> Contents {
    let mut all = Contents::default();
    fill(
        &mut all.integrations,
        members,
        |contents| &contents.integrations,
        |one| (one.scope.clone(), one.reference.clone()),
    );
    fill(
        &mut all.connections,
        members,
        |contents| &contents.connections,
        |one| (one.scope.clone(), one.code.clone()),
    );
    fill(
        &mut all.lookups,
        members,
        |contents| &contents.lookups,
        |one| (one.scope.clone(), one.name.clone()),
    );
    fill(
        &mut all.libraries,
        members,
        |contents| &contents.libraries,
        |one| (one.scope.clone(), one.code.clone(), one.version.clone()),
    );
    fill(
        &mut all.schedules,
        members,
        |contents| &contents.schedules,
        |one| (one.scope.clone(), one.integration.clone()),
    );
    fill(
        &mut all.packages,
        members,
        |contents| &contents.packages,
        |one| one.name.clone(),
    );
    fill(
        &mut all.projects,
        members,
        |contents| &contents.projects,
        |one| one.code.clone(),
    );
    fill(
        &mut all.events,
        members,
        |contents| &contents.events,
        |one| (one.code.clone(), one.revision.clone()),
    );
    fill(
        &mut all.documents,
        members,
        |contents| &contents.documents,
        |one| one.code.clone(),
    );
    for member in members {
        let contents = &member.opened.contents;
        let inside = |path: &str| format!("{}/{path}", member.path);
        all.notes.extend(contents.notes.iter().cloned());
        all.recordings
            .extend(contents.recordings.iter().map(|path| inside(path)));
        for oddity in &contents.oddities {
            let mut oddity = oddity.clone();
            oddity.path = Some(match &oddity.path {
                Some(path) => inside(path),
                None => member.path.clone(),
            });
            all.oddities.push(oddity);
        }
    }
    all
}

fn fill<T: Clone, K: Eq + Hash>(
    to: &mut Vec<T>,
    members: &[Member],
    list: impl Fn(&Contents) -> &Vec<T>,
    key: impl Fn(&T) -> K,
) {
    let mut known = HashSet::new();
    for item in members
        .iter()
        .flat_map(|member| list(&member.opened.contents))
    {
        if known.insert(key(item)) {
            to.push(item.clone());
        }
    }
}
