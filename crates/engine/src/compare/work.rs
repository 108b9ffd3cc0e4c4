//! Reading what is not known yet: up to sixteen artifacts at once, each forgotten as soon as it is
//! compared. What was found out is kept also where the comparison is cancelled or fails.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use futures::StreamExt as _;
use tokio::sync::OnceCell;
use tokio_util::sync::CancellationToken;
use waybill_archive::{Likeness, Meaning};
use waybill_model::ArtifactId;

use super::plan::{Half, Open, Plan, Unit};
use super::read::{self, Book, Shared, Unread};
use super::side::Side;
use super::{Comparison, Progressed, Verdict, key};
use crate::blocking;
use crate::error::{EngineError, Result};
use crate::journal::{Journal, KnownDifference};

/// How many artifacts are read at once; the client paces its calls itself.
const AT_ONCE: usize = 16;
/// So many results are kept together.
const BATCH: usize = 100;

/// Compares two places.
///
/// # Errors
/// `Cancelled`; `ArtifactCall` where the sign-in or the network of an instance is lost; `Journal`.
/// What cannot be read of a single artifact is its row's summary.
pub async fn compare(
    left: &Arc<Side>,
    right: &Arc<Side>,
    journal: &Arc<Journal>,
    progress: &(dyn Fn(Progressed) + Send + Sync),
    cancel: &CancellationToken,
) -> Result<Comparison> {
    let plan = {
        let (left, right, journal) = (left.clone(), right.clone(), journal.clone());
        blocking::run(move || Plan::of(&left, &right, &journal)).await?
    };
    let total = u32::try_from(plan.rows.len()).unwrap_or(u32::MAX);
    let open: usize = plan.units.iter().map(|unit| unit.open.len()).sum();
    let open = u32::try_from(open).unwrap_or(u32::MAX);
    let work = Work {
        left,
        right,
        progress,
        total,
        done: AtomicU32::new(total.saturating_sub(open)),
        fetched: AtomicU32::new(0),
        settled: Mutex::default(),
    };
    work.tell();
    let mut comparison = Comparison {
        rows: plan.rows,
        notes: plan.notes,
        fetched: 0,
    };
    let ended = cancel
        .run_until_cancelled(work.run(plan.units, journal, &mut comparison))
        .await
        .unwrap_or(Err(EngineError::Cancelled));
    work.keep(journal, &mut comparison, 1).await?;
    comparison.fetched = work.fetched.load(Ordering::Relaxed);
    ended.map(|()| comparison)
}

struct Work<'a> {
    left: &'a Arc<Side>,
    right: &'a Arc<Side>,
    progress: &'a (dyn Fn(Progressed) + Send + Sync),
    total: u32,
    done: AtomicU32,
    fetched: AtomicU32,
    settled: Mutex<Vec<Settled>>,
}

/// What was found out about one artifact.
struct Settled {
    row: usize,
    verdict: Verdict,
    summary: String,
    /// Both were read, so that the summary holds for their fingerprints.
    told: bool,
    left: Half,
    right: Half,
}

/// An archive that several artifacts share, opened when the first of them needs it.
struct Shelf<'a> {
    side: &'a Arc<Side>,
    shared: Option<Shared>,
    book: OnceCell<std::result::Result<Arc<Book>, String>>,
}

impl Work<'_> {
    async fn run(
        &self,
        units: Vec<Unit>,
        journal: &Arc<Journal>,
        comparison: &mut Comparison,
    ) -> Result<()> {
        let mut ends = futures::stream::iter(units)
            .map(|unit| self.unit(unit))
            .buffer_unordered(AT_ONCE);
        while let Some(end) = ends.next().await {
            end?;
            self.keep(journal, comparison, BATCH).await?;
        }
        Ok(())
    }

    async fn unit(&self, unit: Unit) -> Result<()> {
        let left = Shelf::of(self.left, unit.left);
        let right = Shelf::of(self.right, unit.right);
        let mut ends = futures::stream::iter(unit.open)
            .map(|open| self.settle(open, &left, &right))
            .buffer_unordered(AT_ONCE);
        while let Some(settled) = ends.next().await {
            self.settled().push(settled?);
            self.done.fetch_add(1, Ordering::Relaxed);
            self.tell();
        }
        Ok(())
    }

    async fn settle(&self, mut open: Open, left: &Shelf<'_>, right: &Shelf<'_>) -> Result<Settled> {
        let found = Box::pin(self.find_out(&mut open, left, right)).await;
        let told = found.is_ok();
        let (verdict, summary) = match found {
            Ok(found) => found,
            Err(Unread::Everything(error)) => return Err(error),
            Err(Unread::This(reason)) => not_read(&open, reason),
        };
        Ok(Settled {
            row: open.row,
            verdict,
            summary,
            told,
            left: open.left,
            right: open.right,
        })
    }

    async fn find_out(
        &self,
        open: &mut Open,
        left: &Shelf<'_>,
        right: &Shelf<'_>,
    ) -> std::result::Result<(Verdict, String), Unread> {
        let unknown = |half: &Half, shelf| {
            let wanted = half.fingerprint.is_none();
            self.meaning_if(wanted, open.id.clone(), shelf)
        };
        let (ours, theirs) = futures::join!(unknown(&open.left, left), unknown(&open.right, right));
        // What one of them told is kept, even where the other cannot be read.
        for (read, half) in [(&ours, &mut open.left), (&theirs, &mut open.right)] {
            if let Ok(Some(meaning)) = read {
                half.fingerprint = Some(meaning.fingerprint());
            }
        }
        let (ours, theirs) = (ours?, theirs?);
        if open.is_same() {
            return Ok((Verdict::Same, String::new()));
        }
        let (more_ours, more_theirs) = futures::try_join!(
            self.meaning_if(ours.is_none(), open.id.clone(), left),
            self.meaning_if(theirs.is_none(), open.id.clone(), right),
        )?;
        let (Some(ours), Some(theirs)) = (ours.or(more_ours), theirs.or(more_theirs)) else {
            return Ok((Verdict::NotCompared, String::new()));
        };
        Ok(read::heavy(move || {
            let difference = ours.difference(&theirs);
            let summary = waybill_archive::summary(&difference);
            Ok((Verdict::of(&difference), summary))
        })
        .await?)
    }

    async fn meaning_if(
        &self,
        wanted: bool,
        id: ArtifactId,
        at: &Shelf<'_>,
    ) -> std::result::Result<Option<Meaning>, Unread> {
        if !wanted {
            return Ok(None);
        }
        let book = at.book(&self.fetched).await?;
        let read =
            read::understood(at.side, &id, book, &self.fetched, read::Depth::Meaning).await?;
        Ok(Some(read.meaning))
    }

    /// Puts what was found out into the rows, and keeps it, if there is that much of it.
    async fn keep(
        &self,
        journal: &Arc<Journal>,
        comparison: &mut Comparison,
        at_least: usize,
    ) -> Result<()> {
        let settled = {
            let mut settled = self.settled();
            if settled.len() < at_least {
                return Ok(());
            }
            std::mem::take(&mut *settled)
        };
        let mut fingerprints = Vec::new();
        let mut differences = Vec::new();
        for one in settled {
            for half in [&one.left, &one.right] {
                if let Some(fingerprint) = &half.fingerprint {
                    let text = fingerprint.to_string();
                    fingerprints.extend(half.keys.iter().map(|key| (key.clone(), text.clone())));
                }
            }
            if let (Some(left), Some(right), true) =
                (&one.left.fingerprint, &one.right.fingerprint, one.told)
            {
                let known = KnownDifference {
                    verdict: one.verdict.word().to_owned(),
                    summary: one.summary.clone(),
                };
                differences.push((key::pair(&left.to_string(), &right.to_string()), known));
            }
            if let Some(row) = comparison.rows.get_mut(one.row) {
                row.verdict = one.verdict;
                row.summary = one.summary;
            }
        }
        let journal = journal.clone();
        blocking::run(move || {
            journal.keep_fingerprints(&fingerprints)?;
            journal.keep_differences(&differences)
        })
        .await
    }

    fn tell(&self) {
        (self.progress)(Progressed {
            done: self.done.load(Ordering::Relaxed),
            total: self.total,
        });
    }

    fn settled(&self) -> std::sync::MutexGuard<'_, Vec<Settled>> {
        self.settled.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<'a> Shelf<'a> {
    fn of(side: &'a Arc<Side>, shared: Option<Shared>) -> Self {
        Self {
            side,
            shared,
            book: OnceCell::new(),
        }
    }

    /// An archive that cannot be opened is not asked for again by each artifact in it.
    async fn book(&self, fetched: &AtomicU32) -> std::result::Result<Option<Arc<Book>>, Unread> {
        let Some(shared) = &self.shared else {
            return Ok(None);
        };
        let opened = self
            .book
            .get_or_try_init(|| async {
                match read::open(self.side, shared.clone(), fetched).await {
                    Ok(book) => Ok(Ok(Arc::new(book))),
                    Err(Unread::This(reason)) => Ok(Err(reason)),
                    Err(everything) => Err(everything),
                }
            })
            .await?;
        match opened {
            Ok(book) => Ok(Some(book.clone())),
            Err(reason) => Err(Unread::This(reason.clone())),
        }
    }
}

/// The fingerprints may tell that something differs where nobody can say what.
fn not_read(open: &Open, reason: String) -> (Verdict, String) {
    let (Some(left), Some(right)) = (&open.left.fingerprint, &open.right.fingerprint) else {
        return (Verdict::NotCompared, reason);
    };
    match left.verdict(right) {
        Some(Likeness::Different) => (Verdict::Different, reason),
        Some(Likeness::Environment) => (Verdict::Environment, reason),
        Some(Likeness::Same) => (Verdict::Same, String::new()),
        None => (Verdict::NotCompared, reason),
    }
}
