//! What did not change is not fetched again.

use std::collections::BTreeSet;

use waybill_model::ArtifactId;

use crate::support::{Caller, Home, Stand};

#[test]
fn a_second_backup_fetches_only_what_changed_since_the_first() {
    let stand = Stand::with(100);
    let home = Home::new();
    home.add("Acme", stand.dev());
    stand.control().reset_calls();
    home.back_up("Acme");
    let first = stand.archives_asked();
    assert!(first >= 100, "{first}");

    stand.control().reset_calls();
    let second = home.back_up("Acme");
    let fetched = stand.archives_asked();
    assert!(fetched * 100 <= first * 2, "{fetched} of {first} again");
    assert_eq!(second["carried"], second["planned"], "{second}");

    let changed = stand.control().touch_integrations("dev", 5);
    assert_eq!(changed.len(), 5);
    let changed: BTreeSet<String> = changed.iter().map(ArtifactId::wire).collect();
    let packages: BTreeSet<String> = Caller::new(stand.dev())
        .list("integrations")
        .iter()
        .filter(|one| changed.contains(one["id"].as_str().unwrap()))
        .filter_map(|one| one["packageName"].as_str().map(str::to_owned))
        .collect();
    stand.control().reset_calls();
    home.back_up("Acme");
    let fetched = usize::try_from(stand.archives_asked()).unwrap();
    assert!(
        (5..=5 + packages.len()).contains(&fetched),
        "{fetched} for 5 changes in {packages:?}"
    );
    let newest = &home.snapshots()[0];
    assert!(newest["changed"].as_u64().unwrap() >= 5, "{newest}");
}
