//! Progress and cancellation of long work, from the caller's side.

/// How far a piece of work is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    /// Files done.
    pub files_done: u64,
    /// Files in all.
    pub files: u64,
    /// Bytes done.
    pub bytes_done: u64,
    /// Bytes in all.
    pub bytes: u64,
}

/// Told about progress, on the thread of the caller, at most twenty times a second; first and last
/// are always told.
pub trait WriteProgress {
    /// The work has come this far.
    fn advanced(&self, progress: Progress);
}

impl<F: Fn(Progress)> WriteProgress for F {
    fn advanced(&self, progress: Progress) {
        self(progress);
    }
}

/// Tells nobody.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl WriteProgress for Silent {
    fn advanced(&self, _: Progress) {}
}
