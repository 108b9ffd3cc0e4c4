//! The rows, a file per subject. A new file is named in [`groups`] and gets a test here.

mod agents;

use crate::run::run;
use crate::table::Group;

/// All rows, in the order of the page.
pub fn groups() -> Vec<Group> {
    vec![Group {
        title: "Agents and agent groups",
        test: "agents",
        rows: agents::rows(),
    }]
}

#[tokio::test]
async fn agents() {
    run(agents::rows()).await;
}
