//! Running the cases of rows: each in a sandbox of its own, judged by what the client gave back and by
//! what went over the wire.

use std::sync::Arc;

use tokio::task::JoinSet;
use waybill_client::{Error, ErrorKind};
use waybill_model::Generation;
use waybill_sandbox::{Fault, FaultKind};

use crate::bench::Bench;
use crate::operation::{Deed, Operation, Provocation};

/// Cases under way at a time.
const AT_ONCE: usize = 4;
/// Calls of one method that may come before the one that is tried.
const MOST_SPARED: u32 = 12;

/// Runs all cases of the rows and fails with all that went wrong.
pub async fn run(rows: Vec<Operation>) {
    let mut waiting: Vec<_> = rows.iter().flat_map(cases).collect();
    waiting.reverse();
    let mut running = JoinSet::new();
    let mut wrong = Vec::new();
    loop {
        while running.len() < AT_ONCE {
            let Some(case) = waiting.pop() else { break };
            running.spawn(case.run());
        }
        match running.join_next().await {
            None => break,
            Some(ended) => wrong.extend(ended.unwrap()),
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// One thing to try.
struct Case {
    title: String,
    method: &'static str,
    path: String,
    generation: Generation,
    before: Option<Deed>,
    call: Deed,
    /// The statuses that have to come.
    due: Vec<u16>,
    fault: Option<u16>,
    succeeds: bool,
}

/// The success of a row on each of its generations that the sandbox plays, and each error on the first.
fn cases(row: &Operation) -> Vec<Case> {
    let mut cases = Vec::new();
    let Some(call) = &row.call else { return cases };
    let case = |generation: Generation, what: &str| Case {
        title: format!("{} ({generation:?}, {what})", row.title()),
        method: row.method,
        path: row.path.clone(),
        generation,
        before: row.before.clone(),
        call: Arc::clone(call),
        due: row.success.to_vec(),
        fault: None,
        succeeds: true,
    };
    for generation in &row.generations {
        cases.push(case(*generation, "success"));
    }
    let Some(first) = row.generations.first() else {
        return cases;
    };
    for (status, provocation) in &row.provocations {
        let mut case = case(*first, &status.to_string());
        case.due = vec![*status];
        case.succeeds = false;
        match provocation {
            Provocation::State(deed) => {
                case.before = None;
                case.call = Arc::clone(deed);
            }
            Provocation::Fault => case.fault = Some(*status),
        }
        cases.push(case);
    }
    cases
}

impl Case {
    /// Answers with what went wrong.
    async fn run(self) -> Option<String> {
        let title = self.title.clone();
        // A panic of the case is one of its failures, not the end of the others.
        match tokio::spawn(self.judge()).await {
            Ok(Ok(())) => None,
            Ok(Err(cause)) => Some(format!("- {title}: {cause}")),
            Err(panic) => {
                let panic = panic.into_panic();
                let words = panic
                    .downcast_ref::<String>()
                    .map(String::as_str)
                    .or_else(|| panic.downcast_ref::<&str>().copied());
                Some(format!("- {title}: {}", words.unwrap_or("it panicked")))
            }
        }
    }

    /// A bench in the state in which the call is made.
    async fn bench(&self) -> Result<Arc<Bench>, String> {
        let bench = Arc::new(Bench::new(self.generation).await);
        if let Some(before) = &self.before {
            before(Arc::clone(&bench))
                .await
                .map_err(|error| format!("what goes before failed: {error}"))?;
        }
        bench.forget();
        Ok(bench)
    }

    /// Makes the call. A fault is laid on the first call of the method; where that is another one than
    /// the call that is tried, all is done anew with one more call spared.
    async fn make(&self) -> Result<(Arc<Bench>, Result<(), Error>), String> {
        for spared in 0..MOST_SPARED {
            let bench = self.bench().await?;
            if let Some(code) = self.fault {
                let kind = FaultKind::Status {
                    code,
                    retry_after: None,
                };
                let path = Some(format!("{} /", self.method));
                let fault = Fault {
                    kind,
                    times: 1,
                    path,
                };
                bench.control().fail_after(spared, fault);
            }
            let result = (self.call)(Arc::clone(&bench)).await;
            let is_made = !bench.statuses(self.method, &self.path).is_empty();
            if is_made || self.fault.is_none() {
                return Ok((bench, result));
            }
        }
        Err("the call that is tried was never made".to_owned())
    }

    async fn judge(self) -> Result<(), String> {
        let (bench, result) = self.make().await?;
        let statuses = bench.statuses(self.method, &self.path);
        let came = statuses.iter().flatten().next_back();
        if !came.is_some_and(|status| self.due.contains(status)) {
            return Err(format!(
                "{:?} was due, and {statuses:?} came; the result was {result:?}; the calls were\n    {}",
                self.due,
                bench.calls()
            ));
        }
        match result {
            Ok(()) if !self.succeeds => {
                Err("it was refused, and the client says it was not".into())
            }
            Err(error) if self.succeeds => Err(format!("{error}")),
            Err(error) => means(&error, self.due[0]),
            Ok(()) => Ok(()),
        }
    }
}

/// Whether the error says what the status means.
fn means(error: &Error, status: u16) -> Result<(), String> {
    let kind = match status {
        401 => ErrorKind::Unauthorised,
        403 => ErrorKind::Forbidden,
        404 => ErrorKind::NotFound,
        409 => ErrorKind::Conflict,
        412 => ErrorKind::WrongState,
        423 => ErrorKind::Locked,
        429 => ErrorKind::TooManyRequests,
        other => ErrorKind::Server(other),
    };
    if *error.kind() != kind {
        return Err(format!("{kind:?} was due for {status}, not {error:?}"));
    }
    match error.exchange() {
        Some(exchange) if exchange.status == Some(status) => Ok(()),
        exchange => Err(format!("the error shows another exchange: {exchange:?}")),
    }
}
