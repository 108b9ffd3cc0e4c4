//! Reading back: whether the destination now has what was sent, in the state that the waybill says, and
//! whether what it exports means the same.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use futures::StreamExt as _;
use waybill_archive::{Fingerprint, Likeness};
use waybill_model::{ArtifactId, ArtifactKind, State};

use super::explain::named;
use super::perform::{Hauling, broken, halted, lost};
use super::report::{HaulResult, haul_report};
use crate::catalogue::read_catalogue;
use crate::change::{Stop, state_word, upper};
use crate::compare::{Shelf, Side, Unread};
use crate::error::EngineError;
use crate::journal::{LogWeight, ReadBack, StepEnd, StepState};
use crate::progress::StepWhat;
use crate::waybill::{Action, Item};

/// So many artifacts are read back at once; the client paces its calls itself.
const AT_ONCE: usize = 16;

impl Hauling {
    /// Reads back all that was done and writes down what was found.
    pub(super) async fn verify(&self) -> Result<(), Stop> {
        self.set_own(StepWhat::Verify, None)?;
        let began = std::time::Instant::now();
        let run = &self.work.request.run;
        let journal = self.journal();
        journal
            .set_read_back(run, &BTreeMap::new())
            .map_err(broken)?;
        let report = haul_report(journal, run).map_err(broken)?;
        let done: BTreeSet<ArtifactId> = report
            .items
            .into_iter()
            .filter(|item| item.result == HaulResult::Done)
            .map(|item| item.id)
            .collect();
        let read = read_catalogue(&self.looking, jiff::Timestamp::now(), &|_| {});
        let mut live = Box::pin(read).await.map_err(|error| self.gone(error))?;
        let instance = &self.work.request.instance;
        self.keep_live(&instance.id, &mut live)?;
        let side = Side::live(self.looking.clone(), live, instance, &instance.name);
        let (side, books) = (Arc::new(side), Shelf::default());
        let items = self.waybill().items.iter();
        let items: Vec<&Item> = items.filter(|item| done.contains(&item.id)).collect();
        let mut found = BTreeMap::new();
        // Not by a closure: the run would no longer be one that can go from thread to thread.
        let mut all = Vec::with_capacity(items.len());
        for item in items {
            all.push(self.read_back(&side, &books, item));
        }
        let mut reading = futures::stream::iter(all).buffer_unordered(AT_ONCE);
        while let Some(one) = reading.next().await {
            let (id, one) = one?;
            if one.verified == Some(false)
                && let Some(words) = &one.words
            {
                self.line(LogWeight::Failure, words, None)?;
            }
            found.insert(id, one);
        }
        drop(reading);
        journal.set_read_back(run, &found).map_err(broken)?;
        let same = found
            .values()
            .filter(|one| one.verified == Some(true))
            .count();
        let other = found
            .values()
            .filter(|one| one.verified == Some(false))
            .count();
        let words = match other {
            0 => format!("{same} read back, the same"),
            _ => format!("{same} read back, the same; {other} not"),
        };
        self.note(&format!("{}.", upper(&words)))?;
        let end = StepEnd {
            state: if other == 0 {
                StepState::Done
            } else {
                StepState::Failed
            },
            after: Some(words),
            took_ms: u64::try_from(began.elapsed().as_millis()).ok(),
            failure: None,
        };
        self.set_own(StepWhat::Verify, Some(&end))
    }

    async fn read_back(
        &self,
        side: &Arc<Side>,
        books: &Shelf,
        item: &Item,
    ) -> Result<(ArtifactId, ReadBack), Stop> {
        let id = &item.id;
        let there = side.catalogue().get(id);
        if item.action == Action::Remove {
            let gone = there.is_none();
            let words = format!("{} is still in the destination.", upper(&named(id)));
            return Ok((id.clone(), judged(gone, words)));
        }
        // No list tells of libraries of projects, and not each place has access lists.
        let listed = id.kind != ArtifactKind::AccessList
            && (id.kind != ArtifactKind::Library || id.scope.project().is_none());
        let Some(own) = there.filter(|_| listed) else {
            let words = format!("{} is not in the destination.", upper(&named(id)));
            let found = if listed {
                judged(false, words)
            } else {
                ReadBack::default()
            };
            return Ok((id.clone(), found));
        };
        if id.kind == ArtifactKind::Integration
            && item.after.state == Some(State::Active)
            && own.state != Some(State::Active)
        {
            let state = own.state.map_or("in an unknown state", state_word);
            let words = format!("{} is to be active and is {state}.", upper(&named(id)));
            return Ok((id.clone(), judged(false, words)));
        }
        let expected = item.after.fingerprint.as_ref();
        let expected: Option<Fingerprint> = expected
            .filter(|_| item.action.brings())
            .and_then(|text| text.parse().ok());
        let Some(expected) = expected else {
            return Ok((id.clone(), judged(true, String::new())));
        };
        // Read back before, and not changed since.
        let early = self.watch.early.of(id, own.updated.as_deref());
        let now = if early.is_some() {
            early
        } else {
            match Box::pin(books.read(side, id, None, None)).await {
                Ok(cargo) => cargo.map(|cargo| cargo.fingerprint),
                Err(Unread::This(reason)) => {
                    let words = format!("It could not be read back. {reason}");
                    return Ok((id.clone(), untold(words)));
                }
                Err(Unread::Everything(error)) => return Err(self.gone(error)),
            }
        };
        let verdict = now.map(|now| expected.verdict(&now));
        let found = match verdict {
            None | Some(Some(Likeness::Same | Likeness::Environment)) => {
                judged(true, String::new())
            }
            Some(Some(Likeness::Different)) if self.lacks_group(item).await => untold(
                "Its agent group is not in the destination, so it differs from the source."
                    .to_owned(),
            ),
            Some(Some(Likeness::Different)) if self.is_bound(id) => untold(
                "It has values of its own in this instance, so it is not compared with the source."
                    .to_owned(),
            ),
            Some(Some(Likeness::Different)) => judged(
                false,
                format!(
                    "What the destination now exports of {} is not what was sent.",
                    named(id)
                ),
            ),
            Some(None) => untold(
                "What the destination tells of it cannot be compared with what was sent."
                    .to_owned(),
            ),
        };
        Ok((id.clone(), found))
    }

    /// Whether it has values of its own in the destination.
    fn is_bound(&self, id: &ArtifactId) -> bool {
        let bindings = &self.waybill().bindings;
        let connection = bindings.connections.get(id);
        connection.is_some_and(crate::waybill::ConnectionBinding::enters)
            || bindings.schedules.contains_key(id)
            || bindings.lookup_cells.iter().any(|cell| cell.lookup == *id)
    }

    /// Whether the source has the connection go through an agent group that the destination lacks.
    async fn lacks_group(&self, item: &Item) -> bool {
        if item.id.kind != ArtifactKind::Connection {
            return false;
        }
        let record = self.record(item).await.ok().flatten();
        let group = record
            .as_ref()
            .and_then(|record| record.get("agentGroupId")?.as_str());
        group.is_some_and(|group| !group.is_empty() && !self.groups.contains(group))
    }

    fn gone(&self, error: EngineError) -> Stop {
        if self.work.cancel.is_cancelled() {
            return halted();
        }
        match error.client() {
            Some(call) => lost(call),
            None => broken(error),
        }
    }
}

fn judged(verified: bool, words: String) -> ReadBack {
    ReadBack {
        verified: Some(verified),
        words: (!verified).then_some(words),
    }
}

fn untold(words: String) -> ReadBack {
    ReadBack {
        verified: None,
        words: Some(words),
    }
}
