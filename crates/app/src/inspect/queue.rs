//! Reading several files at a time and handing the answers over in the order of the files.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, sync_channel};

use rayon::Scope;

use super::{Wanted, answer, file};
use crate::view::InspectAnswer;

/// Answers on their way.
pub(super) struct Queue<'call, 'scope> {
    scope: &'call Scope<'scope>,
    /// What is wanted of each file.
    pub wanted: Wanted,
    stop: &'scope (dyn Fn() -> bool + Sync),
    each: &'call mut dyn FnMut(InspectAnswer),
    waiting: VecDeque<Waiting>,
    /// So many files are under way at most.
    most: usize,
    /// How many answers were handed over.
    pub told: usize,
    /// Files that hold nothing of Oracle Integration and were not said to.
    pub passed_over: u32,
}

enum Waiting {
    Ready(Box<InspectAnswer>),
    /// What is passed over gives no answer.
    UnderWay(Receiver<Option<InspectAnswer>>),
}

impl<'call, 'scope> Queue<'call, 'scope> {
    pub fn new(
        scope: &'call Scope<'scope>,
        wanted: Wanted,
        stop: &'scope (dyn Fn() -> bool + Sync),
        each: &'call mut dyn FnMut(InspectAnswer),
    ) -> Self {
        Self {
            scope,
            wanted,
            stop,
            each,
            waiting: VecDeque::new(),
            most: rayon::current_num_threads() + 2,
            told: 0,
            passed_over: 0,
        }
    }

    /// Hands over an answer when those before it are.
    pub fn tell(&mut self, answer: InspectAnswer) {
        self.waiting.push_back(Waiting::Ready(Box::new(answer)));
        self.settle(self.most);
    }

    /// Reads a file. One that turns out to be something else is passed over, unless it was said to
    /// be an archive.
    pub fn file(&mut self, path: PathBuf, named: bool) {
        if (self.stop)() {
            return;
        }
        let (done, result) = sync_channel(1);
        let (wanted, stop) = (self.wanted, self.stop);
        self.scope.spawn(move |_| {
            if stop() {
                return;
            }
            let read = file(&path, wanted);
            let other = matches!(&read, Err(unread) if unread.is_something_else());
            let told = (named || !other).then(|| answer(&path, read));
            // Nobody waits for it once the work was called off.
            let _ = done.send(told);
        });
        self.waiting.push_back(Waiting::UnderWay(result));
        self.settle(self.most);
    }

    /// Waits for all that is under way.
    pub fn flush(&mut self) {
        self.settle(0);
    }

    fn settle(&mut self, most: usize) {
        while self.waiting.len() > most {
            let told = match self.waiting.pop_front() {
                None => return,
                Some(Waiting::Ready(answer)) => Some(*answer),
                // A panic of the reader comes out of the scope; until then there is no answer.
                Some(Waiting::UnderWay(result)) => match result.recv() {
                    Ok(told) => told,
                    Err(_) => continue,
                },
            };
            match told {
                _ if (self.stop)() => {}
                Some(answer) => {
                    self.told += 1;
                    (self.each)(answer);
                }
                None => self.passed_over += 1,
            }
        }
    }
}
