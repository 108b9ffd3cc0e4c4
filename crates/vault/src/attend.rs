//! Work on a thread of its own, while the caller's thread shows progress and asks whether to stop.
//!
//! The store library panics in places and blocks in others; on its own thread a panic becomes
//! [`VaultError::Damaged`], and the caller's closures need not be shareable between threads.

use std::any::Any;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use crate::error::{Result, VaultError};
use crate::progress::{Progress, WriteProgress};

const ASK_EVERY: Duration = Duration::from_millis(20);
/// Threads of a pool of its own: one waits for the others.
const THREADS: usize = 4;
const TELL_EVERY: Duration = Duration::from_millis(50);

/// How the caller follows a piece of work.
pub(crate) struct Attendance<'a> {
    /// What is being done, for errors.
    pub(crate) operation: &'static str,
    /// What it is done to, for errors.
    pub(crate) subject: &'a str,
    /// Told how far it is.
    pub(crate) progress: &'a dyn WriteProgress,
    /// Asked whether to stop.
    pub(crate) cancelled: &'a dyn Fn() -> bool,
}

impl Attendance<'_> {
    /// Runs `work` on a thread named after the operation. `position` is asked for progress, and
    /// `stop` is called once when the caller wants to stop; ending early is up to `work`.
    pub(crate) fn run<T: Send>(
        &self,
        position: &dyn Fn() -> Progress,
        stop: &dyn Fn(),
        work: impl FnOnce() -> Result<T> + Send,
    ) -> Result<T> {
        let (ended, end) = channel();
        thread::scope(|scope| {
            let worker = thread::Builder::new()
                .name("vault".to_owned())
                .spawn_scoped(scope, move || {
                    let result = work();
                    // The receiver waits for the end of this thread, so it is there.
                    let _ = ended.send(());
                    result
                })
                .map_err(|error| VaultError::io(self.operation, self.subject.as_ref(), error))?;
            let mut told = position();
            self.progress.advanced(told);
            let mut told_at = Instant::now();
            let mut stopped = false;
            while end.recv_timeout(ASK_EVERY) == Err(RecvTimeoutError::Timeout) {
                if !stopped && (self.cancelled)() {
                    stopped = true;
                    stop();
                }
                let now = position();
                if now != told && told_at.elapsed() >= TELL_EVERY {
                    self.progress.advanced(now);
                    told = now;
                    told_at = Instant::now();
                }
            }
            let result = worker
                .join()
                .unwrap_or_else(|panic| Err(from_panic(self.operation, self.subject, &*panic)));
            let last = position();
            if last != told {
                self.progress.advanced(last);
            }
            result
        })
    }
}

/// Runs a short piece of work on this thread, a panic of the store library becoming an error.
pub(crate) fn guarded<T>(
    operation: &'static str,
    subject: &str,
    work: impl FnOnce() -> Result<T>,
) -> Result<T> {
    catch_unwind(AssertUnwindSafe(work))
        .unwrap_or_else(|panic| Err(from_panic(operation, subject, &*panic)))
}

/// Has a short piece of work done on threads of its own, as [`guarded`] does.
///
/// The store library gives parts of some work to the pool of threads that it is called in, and waits
/// for them. Called from many threads of one pool, one of them inside and the others waiting for its
/// lock, the parts would never be begun. The thread that waits here takes no other work meanwhile.
pub(crate) fn apart<T: Send>(
    operation: &'static str,
    subject: &str,
    work: impl FnOnce() -> Result<T> + Send,
) -> Result<T> {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(THREADS)
        .build()
        .map_err(|error| VaultError::io(operation, Path::new(subject), io::Error::other(error)))?;
    let work = || pool.install(|| guarded(operation, subject, work));
    thread::scope(|scope| scope.spawn(work).join())
        .unwrap_or_else(|panic| Err(from_panic(operation, subject, &*panic)))
}

fn from_panic(operation: &'static str, subject: &str, panic: &(dyn Any + Send)) -> VaultError {
    let text = panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no reason given");
    VaultError::damaged(
        operation,
        subject,
        format!("the store library gave up: {text}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::progress::Silent;
    use std::sync::atomic::{AtomicBool, Ordering};

    #[test]
    fn a_panic_becomes_damage_that_names_its_subject() {
        let error = guarded::<()>("Reading", "a/b.iar", || panic!("broken")).unwrap_err();
        assert!(error.to_string().contains("a/b.iar"), "{error}");
        let attendance = Attendance {
            operation: "Writing",
            subject: "the vault",
            progress: &Silent,
            cancelled: &|| false,
        };
        let error = attendance
            .run::<()>(&Progress::default, &|| {}, || panic!("broken {}", 7))
            .unwrap_err();
        assert!(error.to_string().contains("broken 7"), "{error}");
    }

    #[test]
    fn the_wish_to_stop_reaches_the_work_and_the_last_progress_is_told() {
        let stop = AtomicBool::new(false);
        let told = std::cell::RefCell::new(Vec::new());
        let done = AtomicBool::new(false);
        let attendance = Attendance {
            operation: "Writing",
            subject: "the vault",
            progress: &|progress: Progress| told.borrow_mut().push(progress.files_done),
            cancelled: &|| true,
        };
        let position = || Progress {
            files_done: u64::from(done.load(Ordering::SeqCst)),
            ..Progress::default()
        };
        attendance
            .run(&position, &|| stop.store(true, Ordering::SeqCst), || {
                while !stop.load(Ordering::SeqCst) {
                    thread::sleep(Duration::from_millis(1));
                }
                done.store(true, Ordering::SeqCst);
                Ok(())
            })
            .expect("ends");
        assert_eq!(told.borrow().first(), Some(&0));
        assert_eq!(told.borrow().last(), Some(&1));
    }
}
