//! Capture and runs: the journal, progress, the manifest of a snapshot.
