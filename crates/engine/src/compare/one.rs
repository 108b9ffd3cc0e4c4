//! The difference of one artifact, and of what it needs.

use std::sync::Arc;
use std::sync::atomic::AtomicU32;

use waybill_archive::Meaning;
use waybill_model::{ArtifactId, ArtifactKind, Dependency, Difference};

use super::plan::{at_once, recalled};
use super::read::{self, Depth, Unread, shared};
use super::side::{Side, Silence};
use super::{Verdict, told};
use crate::error::{EngineError, Result};
use crate::journal::Journal;

/// So many needs of an artifact are compared too.
const NEEDS: usize = 24;

/// Two artifacts side by side.
#[derive(Debug)]
pub struct Compared {
    /// How they stand.
    pub verdict: Verdict,
    /// Why, where they could not be compared, or are known by their version alone.
    pub reason: Option<String>,
    /// What differs.
    pub difference: Difference,
    /// What both mean, where both were read: for their texts.
    pub meanings: Option<(Meaning, Meaning)>,
    /// What they need that differs too.
    pub related: Vec<Needed>,
}

/// Something that the artifact needs and that differs too.
#[derive(Clone, Debug)]
pub struct Needed {
    /// Which.
    pub id: ArtifactId,
    /// What for.
    pub role: String,
    /// How it stands.
    pub verdict: Verdict,
    /// Its difference in a few words.
    pub summary: String,
    /// Its difference.
    pub difference: Difference,
}

impl Compared {
    fn without(verdict: Verdict, reason: Option<String>) -> Self {
        Self {
            verdict,
            reason,
            difference: Difference::default(),
            meanings: None,
            related: Vec::new(),
        }
    }
}

/// Compares one artifact of each place; they may have different codes or versions.
///
/// # Errors
/// `NotInPlace` where neither place holds it; the failures that concern all of an instance. What
/// cannot be read is a verdict.
pub async fn compare_one(
    left: &Arc<Side>,
    ours: &ArtifactId,
    right: &Arc<Side>,
    theirs: &ArtifactId,
    journal: &Arc<Journal>,
) -> Result<Compared> {
    let (Some(our), Some(their)) = (left.catalogue().get(ours), right.catalogue().get(theirs))
    else {
        return alone(left, ours, right, theirs);
    };
    if let Some((verdict, reason)) = at_once(left, right, our, their) {
        let known = told::of_catalogues(left, ours, right, theirs);
        let mut compared = Compared::without(verdict, None);
        match known {
            Some((our, their)) => {
                compared.difference = our.difference(&their);
                compared.meanings = Some((our, their));
            }
            None => compared.reason = Some(reason),
        }
        return Ok(compared);
    }
    // How it stands is compared where both tell it.
    let depth = if left.tells_state() && right.tells_state() {
        Depth::Whole
    } else {
        Depth::Needs
    };
    let (our, their) =
        match futures::join!(read_one(left, ours, depth), read_one(right, theirs, depth)) {
            (Ok(our), Ok(their)) => (our, their),
            (Err(Unread::Everything(error)), _) | (_, Err(Unread::Everything(error))) => {
                return Err(error);
            }
            (Err(Unread::This(reason)), _) | (_, Err(Unread::This(reason))) => {
                return Ok(Compared::without(Verdict::NotCompared, Some(reason)));
            }
        };
    let mut needs = our.needs;
    for need in their.needs {
        if !needs.iter().any(|known| known.id == need.id) {
            needs.push(need);
        }
    }
    let meanings = (our.meaning, their.meaning);
    let (meanings, difference) = read::heavy(move || {
        let difference = meanings.0.difference(&meanings.1);
        Ok((meanings, difference))
    })
    .await?;
    Ok(Compared {
        verdict: Verdict::of(&difference),
        reason: None,
        difference,
        meanings: Some(meanings),
        related: related(left, right, needs, journal).await?,
    })
}

fn alone(left: &Side, ours: &ArtifactId, right: &Side, theirs: &ArtifactId) -> Result<Compared> {
    let (verdict, missing, other) =
        match (left.catalogue().get(ours), right.catalogue().get(theirs)) {
            (Some(_), _) => (Verdict::OnlyLeft, theirs, right),
            (None, Some(_)) => (Verdict::OnlyRight, ours, left),
            (None, None) => {
                return Err(EngineError::NotInPlace {
                    artifact: Box::new(ours.clone()),
                    place: format!("{} and {}", left.title(), right.title()),
                });
            }
        };
    Ok(match other.silence(missing) {
        Some(Silence::Unknown(reason)) => {
            let reason = format!("{}: {reason}", other.title());
            Compared::without(Verdict::NotCompared, Some(reason))
        }
        _ => Compared::without(verdict, None),
    })
}

async fn read_one(
    side: &Arc<Side>,
    id: &ArtifactId,
    depth: Depth,
) -> std::result::Result<read::Understood, Unread> {
    let fetched = AtomicU32::new(0);
    let book = match shared(side, id) {
        Some(shared) => Some(Arc::new(read::open(side, shared, &fetched).await?)),
        None => None,
    };
    read::understood(side, id, book, &fetched, depth).await
}

/// The lookups, libraries and connections that differ too.
async fn related(
    left: &Arc<Side>,
    right: &Arc<Side>,
    needs: Vec<Dependency>,
    journal: &Arc<Journal>,
) -> Result<Vec<Needed>> {
    let wanted = needs.into_iter().filter(|need| {
        matches!(
            need.id.kind,
            ArtifactKind::Lookup | ArtifactKind::Library | ArtifactKind::Connection
        )
    });
    let wanted: Vec<Dependency> = wanted.take(NEEDS).collect();
    let found = wanted
        .into_iter()
        .map(|need| needed(left, right, need, journal));
    let found = futures::future::try_join_all(found).await?;
    let mut found: Vec<Needed> = found.into_iter().flatten().collect();
    found.sort_by(|one, other| rank(one).cmp(&rank(other)));
    Ok(found)
}

/// Lookups first: what they hold decides what maps do.
fn rank(needed: &Needed) -> (u8, &ArtifactId) {
    let rank = match needed.id.kind {
        ArtifactKind::Lookup => 0,
        ArtifactKind::Library => 1,
        _ => 2,
    };
    (rank, &needed.id)
}

async fn needed(
    left: &Arc<Side>,
    right: &Arc<Side>,
    need: Dependency,
    journal: &Arc<Journal>,
) -> Result<Option<Needed>> {
    let id = need.id;
    let held = (left.catalogue().get(&id), right.catalogue().get(&id));
    let (verdict, difference) = match held {
        (None, None) => return Ok(None),
        (Some(_), None) => match right.silence(&id) {
            Some(_) => return Ok(None),
            None => (Verdict::OnlyLeft, Difference::default()),
        },
        (None, Some(_)) => match left.silence(&id) {
            Some(_) => return Ok(None),
            None => (Verdict::OnlyRight, Difference::default()),
        },
        (Some(_), Some(_)) => {
            if recalled(left, right, &id, journal)? {
                return Ok(None);
            }
            match futures::join!(
                read_one(left, &id, Depth::Meaning),
                read_one(right, &id, Depth::Meaning)
            ) {
                (Ok(ours), Ok(theirs)) => {
                    let difference = ours.meaning.difference(&theirs.meaning);
                    (Verdict::of(&difference), difference)
                }
                (Err(Unread::Everything(error)), _) | (_, Err(Unread::Everything(error))) => {
                    return Err(error);
                }
                _ => return Ok(None),
            }
        }
    };
    Ok((verdict != Verdict::Same).then(|| Needed {
        role: need.role,
        verdict,
        summary: waybill_archive::summary(&difference),
        difference,
        id,
    }))
}
