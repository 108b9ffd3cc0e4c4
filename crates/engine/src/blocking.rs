//! Blocking work (vault, staging, journal) away from the threads that wait for the network.

use crate::error::{EngineError, Result};

/// Runs `work` on a thread for blocking work and waits for it.
pub(crate) async fn run<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) if error.is_panic() => Err(EngineError::Internal("it panicked".to_owned())),
        Err(_) => Err(EngineError::Cancelled),
    }
}
