//! Whose turn it is: an instance takes one job for an archive of itself at a time, and the runs of all programs that
//! want one there wait in the order in which they came. And what is kept with a step, changed as a whole.

use rusqlite::{OptionalExtension, TransactionBehavior, params};
use serde_json::Value;

use super::words::json;
use super::{Journal, RunId, now};
use crate::error::Result;

impl Journal {
    /// Takes a place in the queue of an instance, once, and says who is before this run: nobody means that it is its
    /// turn. Runs that are not under way any more have no place.
    pub fn take_turn(&self, instance_id: &str, run: &RunId) -> Result<Option<RunId>> {
        self.settle()?;
        self.with("waiting for a turn", |connection| {
            let transaction =
                connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            transaction.execute(
                "DELETE FROM turns WHERE run NOT IN (SELECT id FROM runs WHERE status IN ('running', 'cancelling'))",
                [],
            )?;
            transaction.execute(
                "INSERT OR IGNORE INTO turns (instance_id, run) VALUES (?1, ?2)",
                params![instance_id, run.as_str()],
            )?;
            let first: Option<String> = transaction
                .query_row(
                    "SELECT run FROM turns WHERE instance_id = ?1 ORDER BY id LIMIT 1",
                    [instance_id],
                    |row| row.get(0),
                )
                .optional()?;
            transaction.commit()?;
            Ok(first
                .filter(|first| first != run.as_str())
                .map(|first| RunId::named(&first)))
        })
    }

    /// Leaves all queues.
    pub fn give_turn_back(&self, run: &RunId) -> Result<()> {
        self.with("leaving the queue", |connection| {
            connection.execute("DELETE FROM turns WHERE run = ?1", [run.as_str()])
        })?;
        Ok(())
    }

    /// Changes what a step has kept, in one go: two programs may do so at once. `change` says whether anything is
    /// to be written, and that is given back.
    pub fn change_base(
        &self,
        run: &RunId,
        position: u32,
        change: impl FnOnce(&mut Value) -> bool,
    ) -> Result<bool> {
        self.with("writing a step of a run", |connection| {
            let transaction =
                connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let kept: Option<Option<String>> = transaction
                .query_row(
                    "SELECT base FROM run_steps WHERE run = ?1 AND position = ?2",
                    params![run.as_str(), position],
                    |row| row.get(0),
                )
                .optional()?;
            let mut base: Value = match kept.flatten() {
                Some(text) => json(&text)?,
                None => Value::Null,
            };
            let changed = change(&mut base);
            if changed {
                transaction.execute(
                    "UPDATE run_steps SET base = ?3, changed_at = ?4 WHERE run = ?1 AND position = ?2",
                    params![run.as_str(), position, base.to_string(), now()],
                )?;
            }
            transaction.commit()?;
            Ok(changed)
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::journal::{NewRun, RunEnd, RunKind, RunStatus};

    fn begin(journal: &Journal, id: &RunId) {
        journal
            .begin(&NewRun {
                id: id.clone(),
                kind: RunKind::Clone,
                instance_id: None,
                instance_name: None,
                environment: None,
                asked_by: "tester".into(),
                request: Value::Null,
                snapshot: None,
            })
            .unwrap();
    }

    #[test]
    fn runs_of_two_programs_wait_in_their_order_and_dead_ones_hold_nobody_up() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("waybill.db");
        let (window, line) = (Journal::open(&file).unwrap(), Journal::open(&file).unwrap());
        let [first, second, third] = std::array::from_fn(|_| RunId::fresh());
        begin(&window, &first);
        begin(&line, &second);
        begin(&line, &third);
        assert_eq!(window.take_turn("i", &first).unwrap(), None);
        assert_eq!(line.take_turn("i", &second).unwrap(), Some(first.clone()));
        assert_eq!(line.take_turn("i", &third).unwrap(), Some(first.clone()));
        assert_eq!(line.take_turn("other", &third).unwrap(), None);
        // Asking again does not change the order.
        assert_eq!(line.take_turn("i", &second).unwrap(), Some(first.clone()));
        drop(window);
        assert_eq!(
            line.take_turn("i", &second).unwrap(),
            None,
            "its program died"
        );
        line.end(
            &second,
            &RunEnd {
                status: RunStatus::Done,
                snapshot: None,
                headline: String::new(),
                guidance: None,
                resumable: false,
            },
        )
        .unwrap();
        assert_eq!(line.take_turn("i", &third).unwrap(), None);
        line.give_turn_back(&third).unwrap();
        begin(&line, &RunId::named("late"));
        assert_eq!(line.take_turn("i", &RunId::named("late")).unwrap(), None);
    }

    #[test]
    fn what_a_step_keeps_is_changed_as_a_whole() {
        let folder = tempfile::tempdir().unwrap();
        let journal = Journal::open(&folder.path().join("waybill.db")).unwrap();
        let run = RunId::fresh();
        begin(&journal, &run);
        journal
            .plan_steps(&run, &[json!({"part": "compare"})])
            .unwrap();
        journal.set_base(&run, 0, Some(&json!([1]))).unwrap();
        let changed = journal.change_base(&run, 0, |base| {
            *base = json!([1, 2]);
            true
        });
        assert!(changed.unwrap());
        assert!(!journal.change_base(&run, 0, |_| false).unwrap());
        assert_eq!(journal.steps(&run).unwrap()[0].base, Some(json!([1, 2])));
    }
}
