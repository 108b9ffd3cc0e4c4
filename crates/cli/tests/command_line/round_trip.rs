//! What is backed up comes back: with Waybill, and with restic alone.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::support::{
    Caller, Home, Keychain, Restic, Stand, files_below, oic3, real_archives, text,
};

/// How many instances of their own the archives need at most.
const INSTANCES: usize = 8;

/// Where each artifact with an archive lies in a snapshot.
fn paths_in(detail: &Value) -> BTreeMap<String, String> {
    detail["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| (text(&item["id"]).to_owned(), text(&item["path"]).to_owned()))
        .collect()
}

#[test]
fn every_archive_of_real_instances_comes_back_byte_for_byte_by_waybill_and_by_restic() {
    let Some(archives) = real_archives() else {
        return;
    };
    let stand = Stand::start(|builder| {
        (1..=INSTANCES)
            .fold(builder, |builder, number| {
                builder.instance(oic3(&format!("sandbox-{number}")))
            })
            .load(archives)
    });
    let home = Home::new();
    // Without a keychain on this computer the secrets file stands in.
    let keychain = Keychain::start(&home);
    let ready = &stand.running().ready;
    let filled: Vec<_> = ready
        .instances
        .iter()
        .filter(|instance| !instance.files.is_empty())
        .collect();
    assert!(filled.len() > 1, "{ready:?}");
    let mut snapshots = Vec::new();
    for instance in filled {
        home.also_secret(&instance.client_secret);
        home.add(&instance.name, instance);
        let result = home.back_up(&instance.name);
        let snapshot = text(&result["snapshot"]).to_owned();

        let verified = home.run(&["snapshot", "verify", &snapshot]);
        verified.expect_code(0);
        assert_eq!(verified.one("result")["passed"], true);

        let folder = home.path(format!("{} extracted", instance.name));
        let to = folder.to_str().unwrap();
        let extracted = home.run(&["snapshot", "extract", &snapshot, "--to", to]);
        extracted.expect_code(0);
        let files = files_below(&folder);
        assert_eq!(extracted.one("result")["files"], files.len());

        let paths = paths_in(&home.run(&["snapshot", "show", &snapshot]).one("snapshot"));
        let caller = Caller::new(instance);
        let mut compared = 0;
        for (id, list, name) in caller.served() {
            let served = caller.archive(list, &name);
            // What the sandbox makes itself has another seal each time, as in the real service.
            if caller.archive(list, &name) != served {
                continue;
            }
            let path = paths.get(&id).unwrap_or_else(|| panic!("{id} is missing"));
            assert!(files.get(path) == Some(&served), "{id} in {path}");
            compared += 1;
        }
        assert!(
            compared >= instance.files.len(),
            "{compared} of {instance:?}"
        );
        snapshots.push((snapshot, files));
    }

    let password = home.vault_password();
    if keychain.is_some() {
        let kept = home
            .command("secret-tool")
            .args(["lookup", "service", "waybill", "username", "vault/password"])
            .output();
        if let Ok(kept) = kept {
            assert_eq!(String::from_utf8_lossy(&kept.stdout).trim(), password);
        }
    }
    let Some(restic) = Restic::of(&home, &home.vault(), &password) else {
        return;
    };
    restic.check();
    for (snapshot, files) in snapshots {
        let folder = home.path("restored by restic").join(&snapshot);
        restic.restore(&snapshot, &folder);
        assert!(files_below(&folder) == files, "{snapshot}");
    }
}
