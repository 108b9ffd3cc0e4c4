//! Projects and their deployments from the command line: listed, made, changed, laid beside another place, deleted;
//! and integrations copied from one project into another.

use serde_json::Value;

use crate::support::moving::list;
use crate::support::{Home, Stand, oic3, text};

const FROM: &str = "RETURNS_PORTAL";
const INTO: &str = "SUPPLIER_ONBOARDING";
const DEPLOYMENT: &str = "RETURNS_PORTAL/FIX_7";

fn own<'a>(listed: &'a Value, id: &str) -> &'a Value {
    list(listed).iter().find(|one| one["id"] == id).unwrap()
}

#[test]
fn deployments_are_made_changed_compared_and_deleted() {
    let stand = Stand::start(|builder| {
        builder
            .instance(oic3("dev"))
            .instance(oic3("test").empty())
            .synthetic(2, 11)
            .inside_projects(3)
    });
    let home = Home::new();
    home.add("Acme", stand.dev());
    home.add("Other", stand.instance("test"));

    let there = home.run(&["project", "list", "instance:Acme"]);
    let project = own(&there.one("projects")["projects"], "project:RETURNS_PORTAL").clone();
    assert_eq!(project["counts"]["integration"], 3, "{project}");
    home.tell(&["project", "list", "instance:Acme"])
        .expect_code(0);
    let held = home.run(&["deployment", "list", "instance:Acme", "--project", FROM]);
    let members: Vec<String> = crate::support::Caller::new(stand.dev())
        .list(&format!("projects/{FROM}/integrations"))
        .iter()
        .map(|one| text(&one["id"]).to_owned())
        .collect();
    assert!(!list(&held.one("deployments")["deployments"]).is_empty());

    // A deployment that is new finds nothing to keep, so it needs no vault.
    let create = [
        "deployment",
        "create",
        "Acme",
        DEPLOYMENT,
        "--name",
        "Fix 7",
        "--select",
    ];
    let create = [&create[..], &[&members[0], "--yes"]].concat();
    home.run(&create).expect_code(0);
    home.run(&create).expect_error(1, "changeBlocked");
    home.back_up("Acme");
    let update = [
        "deployment",
        "update",
        "Acme",
        DEPLOYMENT,
        "--name",
        "Fix 7",
        "--select",
    ];
    let update = [&update[..], &[&members[0], &members[1], "--yes"]].concat();
    home.run(&update).expect_code(0);
    let held = home.run(&["deployment", "list", "instance:Acme", "--project", FROM]);
    let id = format!("{FROM}/deployment:FIX_7");
    let fix = own(&held.one("deployments")["deployments"], &id).clone();
    assert_eq!(list(&fix["members"]).len(), 2, "{fix}");
    let compared = home.run(&[
        "deployment",
        "compare",
        "Acme",
        DEPLOYMENT,
        "instance:Other",
    ]);
    compared.expect_code(5);
    let rows = compared.one("comparison")["rows"].clone();
    assert!(
        list(&rows).iter().all(|row| row["verdict"] == "onlyLeft"),
        "{rows}"
    );
    assert!(list(&rows).iter().any(|row| row["id"] == id.as_str()));

    let copied = format!("{FROM}/integration:{}", members[2]);
    let copy = [
        "project", "copy", "Acme", INTO, "--select", &copied, "--yes",
    ];
    home.run(&copy).expect_code(0);
    let there = home.run(&["project", "list", "instance:Acme"]);
    let project = own(
        &there.one("projects")["projects"],
        "project:SUPPLIER_ONBOARDING",
    )
    .clone();
    assert_eq!(project["counts"]["integration"], 4, "{project}");

    let delete = [
        "change",
        "delete",
        "Acme",
        &id,
        "--yes",
        "--type-name",
        "Fix 7",
    ];
    home.run(&delete).expect_code(0);
    let held = home.run(&["deployment", "list", "instance:Acme", "--project", FROM]);
    let left = held.one("deployments")["deployments"].clone();
    assert!(
        list(&left).iter().all(|one| one["id"] != id.as_str()),
        "{left}"
    );
}
