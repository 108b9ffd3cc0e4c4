//! Who may do what, from the command line: access lists between two identity domains, and service roles.

use std::fs;

use serde_json::Value;
use waybill_sandbox::IdentitySpec;

use crate::support::moving::{FROM, found, having_read, list, warnings};
use crate::support::{Home, Stand, oic3, text};

const TO: &str = "Acme TEST";
const PROJECT: &str = "RETURNS_PORTAL";
/// Those who build integrations in both sandboxes.
const PEOPLE: [&str; 5] = [
    "ana.lopes@example.com",
    "ben.carter@example.com",
    "chitra.rao@example.com",
    "david.klein@example.com",
    "emi.sato@example.com",
];

/// Two sandboxes with an identity domain each; in the second everybody has another e-mail address.
fn two(home: &Home) -> (Stand, Stand) {
    let dev = Stand::start(|builder| builder.instance(oic3("dev")).synthetic(2, 11));
    let test = Stand::start(|builder| {
        let builder = builder.instance(oic3("test")).synthetic(2, 11);
        PEOPLE.iter().fold(builder.domain("test"), |builder, name| {
            builder.identity(IdentitySpec::User {
                name: (*name).to_owned(),
                display: (*name).to_owned(),
                email: format!("other.{name}"),
                active: true,
            })
        })
    });
    home.add(FROM, dev.dev());
    home.add(TO, test.instance("test"));
    home.back_up(FROM);
    (dev, test)
}

/// Runs a waybill, having read what it warns of.
fn carried_out(home: &Home, waybill: &Value) {
    assert_eq!(waybill["blocked"], false, "{:#}", waybill["findings"]);
    let rules = warnings(waybill);
    let run = ["run", text(&waybill["id"]), "--yes"];
    home.run(&having_read(&rules, &run)).expect_code(0);
}

/// Somebody changes by hand whom the waybill means: nothing is written. Afterwards it is as it was.
fn refuses_other_ids(home: &Home, waybill: &Value) {
    let number = text(&waybill["id"]);
    let file = home.data().join("waybills").join(format!("{number}.json"));
    let kept = fs::read(&file).unwrap();
    let mut changed: Value = serde_json::from_slice(&kept).unwrap();
    let lists = &mut changed["planned"]["document"]["bindings"]["access"];
    let mut others = 0;
    for list in lists.as_object_mut().unwrap().values_mut() {
        for member in list["members"].as_array_mut().unwrap() {
            if member["fate"]["type"] == "goes" {
                member["fate"]["to"]["id"] = "somebody-else".into();
                others += 1;
            }
        }
    }
    assert!(others > 0, "{changed:#}");
    fs::write(&file, changed.to_string()).unwrap();
    let rules = warnings(waybill);
    let run = home.run(&having_read(&rules, &["run", number, "--yes"]));
    run.expect_code(1);
    assert!(
        run.stdout.contains("The id in this waybill is not that of"),
        "{run:?}"
    );
    fs::write(&file, kept).unwrap();
}

/// The members of a right, by name.
fn members(view: &Value, right: &str) -> Vec<String> {
    let mut groups = list(&view["groups"]).iter();
    let group = groups.find(|group| group["right"] == right).unwrap();
    let members = list(&group["members"]).iter();
    members.map(|one| text(&one["name"]).to_owned()).collect()
}

#[test]
fn an_access_list_is_shown_compared_and_copied_once_it_is_said_who_is_who() {
    let home = Home::new();
    let (_dev, _test) = two(&home);
    let (from, to) = (format!("instance:{FROM}"), format!("instance:{TO}"));
    let show = ["access", "show", &from, "--project", PROJECT];
    let shown = home.run(&show).one("access");
    let owners = members(&shown, "owner");
    let owner = owners
        .iter()
        .find(|name| PEOPLE.contains(&name.as_str()))
        .unwrap();
    assert!(home.tell(&show).stdout.contains(&format!("user {owner}")));
    let unknown = ["access", "show", &from, "--project", "NOTHING"];
    home.refuses(&unknown, &[], 1, "unknownSubject");

    let compare = ["access", "compare", &from, &to, "--project", PROJECT];
    let compared = home.run(&compare);
    compared.expect_code(5);
    assert_eq!(compared.one("accessComparison")["same"], false);

    let copy = [
        "access",
        "copy",
        "--from",
        &from,
        "--to",
        TO,
        "--project",
        PROJECT,
    ];
    let planned = home.run(&copy);
    planned.expect_code(3);
    let waybill = planned.one("waybill");
    let doubts = |waybill: &Value| -> bool {
        let told = found(waybill, "identity-unsettled");
        let all = told.iter();
        all.filter(|one| text(&one["text"]).contains(owner.as_str()))
            .count()
            == 1
    };
    assert!(doubts(&waybill), "{:#}", waybill["findings"]);

    let pair = format!("{owner}={owner}");
    let saying = ["access", "people", "--from", FROM, "--to", TO];
    let said = [&saying[..], &["--user", &pair]].concat();
    assert_eq!(list(&home.run(&said).one("people")["entries"]).len(), 1);
    let waybill = home.run(&copy).one("waybill");
    assert!(!doubts(&waybill), "{:#}", waybill["findings"]);
    refuses_other_ids(&home, &waybill);
    carried_out(&home, &waybill);
    let there = home.run(&["access", "show", &to, "--project", PROJECT]);
    assert!(members(&there.one("access"), "owner").contains(owner));

    let forget = [&saying[..], &["--forget", owner]].concat();
    assert!(list(&home.run(&forget).one("people")["entries"]).is_empty());
}

/// Who has a role there, by name.
fn holders(home: &Home, role: &str) -> Vec<String> {
    let view = home
        .run(&["roles", "show", TO, "--role", role])
        .one("roles");
    let holders = list(&view["holders"]).iter();
    holders.map(|one| text(&one["name"]).to_owned()).collect()
}

#[test]
fn a_service_role_is_given_and_taken_away_again() {
    let home = Home::new();
    let (_dev, _test) = two(&home);
    let role = "ServiceInvoker";
    let before = holders(&home, role);
    let name = PEOPLE
        .iter()
        .find(|name| !before.iter().any(|own| own == *name))
        .unwrap();
    let waybill = home
        .run(&["roles", "give", TO, role, "--user", name])
        .one("waybill");
    carried_out(&home, &waybill);
    assert!(holders(&home, role).iter().any(|own| own == name));
    home.run(&["roles", "compare", FROM, TO]).expect_code(5);
    let waybill = home
        .run(&["roles", "take", TO, role, "--user", name])
        .one("waybill");
    carried_out(&home, &waybill);
    assert_eq!(holders(&home, role), before);
    let wrong = ["roles", "show", TO, "--role", "ServiceKing"];
    home.refuses(&wrong, &[], 2, "badInput");
    let nobody = ["roles", "give", TO, role, "--user", "nobody@example.com"];
    home.refuses(&nobody, &[], 1, "unknownSubject");
}
