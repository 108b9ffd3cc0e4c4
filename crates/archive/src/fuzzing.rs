//! Ways in for the fuzz targets and for the tests that stand in for them: arbitrary bytes as each
//! part of an archive that is read. No part of the interface.

use std::collections::HashSet;

use crate::findings::secret_values;

/// The values that the look for secrets finds in a file, for the proof that no mask shows one.
#[must_use]
pub fn secrets(name: &str, text: &str) -> HashSet<String> {
    secret_values(name, text)
}
