//! The night of the twenty-five: integrations that go to Production, where eighteen of the connections
//! they need are drafts.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::time::Duration;

use serde_json::{Value, json};

use crate::support::moving::{
    FROM, TO, allow, enter_secrets, having_read, list, save_both, states, warnings,
};
use crate::support::{Caller, Home, Stand, oic3, real_archives, text};

/// Integrations of real archives that call no other.
const REAL: [&str; 6] = [
    "GETESSHEALTHINFO",
    "JITSIEVENTS",
    "OIO_LOG_EVENT",
    "GETCOUNTRYLIST",
    "SR_ASYNC_PROCESSOR",
    "SR_REQUESTPER_ATP",
];
const DRAFTS: usize = 18;
/// Connections of real archives for which nothing has to be entered: they hold nobody up.
const EASY: [&str; 5] = [
    "APPLICATION_EVENT_CONNECTION",
    "CON_OIC_REST",
    "INT_TCC_SERVICE",
    "INT_TCC_SERVICE_IMPORT",
    "OIC_FA_INTEGRAT_OAUTHCOD",
];

/// The connections of an integration, as its endpoints name them.
fn connections(integration: &Value) -> BTreeSet<String> {
    let endpoints = list(&integration["endPoints"]).iter();
    endpoints
        .filter_map(|endpoint| endpoint["connection"]["id"].as_str())
        .map(str::to_owned)
        .collect()
}

/// The twenty-five, and the eighteen connections of theirs that are drafts in the destination.
struct Night {
    stand: Stand,
    chosen: Vec<String>,
    drafts: BTreeSet<String>,
}

fn night() -> Night {
    let stand = Stand::start(|builder| {
        let builder = builder
            .instance(oic3("dev"))
            .instance(oic3("prod"))
            .synthetic(45, 11)
            .activation_time(Duration::from_millis(100));
        match real_archives() {
            Some(folder) => builder.load(folder),
            None => builder,
        }
    });
    let (dev, prod) = (
        Caller::new(stand.dev()),
        Caller::new(stand.instance("prod")),
    );
    let known: BTreeSet<String> = dev
        .list("connections")
        .iter()
        .map(|one| text(&one["id"]).to_owned())
        .collect();
    let all = dev.list("integrations");
    let fits = |one: &&Value| {
        let own = connections(one);
        !own.is_empty()
            && own
                .iter()
                .all(|id| known.contains(id) && !EASY.contains(&&**id))
            && one["lockedFlag"] != true
    };
    let (real, made): (Vec<&Value>, Vec<&Value>) = all
        .iter()
        .filter(fits)
        .partition(|one| REAL.contains(&text(&one["code"])));
    let made = made.into_iter().filter(|one| one["status"] == "ACTIVATED");
    // Those first that need what no other of them needs.
    let mut seen = BTreeSet::new();
    let (fresh, more): (Vec<&Value>, Vec<&Value>) = real.into_iter().chain(made).partition(|one| {
        let before = seen.len();
        seen.extend(connections(one));
        seen.len() > before
    });
    let twenty_five: Vec<&Value> = fresh.into_iter().chain(more).take(25).collect();
    let chosen: Vec<String> = twenty_five
        .iter()
        .map(|one| text(&one["id"]).to_owned())
        .collect();
    assert_eq!(chosen.len(), 25);
    let needed: BTreeSet<String> = twenty_five
        .iter()
        .flat_map(|one| connections(one))
        .collect();
    assert!(needed.len() >= DRAFTS, "{needed:?}");

    // In the destination none of them is there yet; what they need is, as far as it was ever set up.
    let there: BTreeMap<String, Value> = prod
        .list("connections")
        .into_iter()
        .map(|one| (text(&one["id"]).to_owned(), one))
        .collect();
    let control = stand.control();
    for id in &chosen {
        let id = format!("integration:{id}").parse().unwrap();
        let _ = control.delete("prod", &id);
    }
    let (set_up, absent): (Vec<String>, Vec<String>) =
        needed.into_iter().partition(|id| there.contains_key(id));
    let drafts: BTreeSet<String> = absent.into_iter().chain(set_up).take(DRAFTS).collect();
    for id in drafts.iter().filter(|id| there.contains_key(*id)) {
        let id = format!("connection:{id}").parse().unwrap();
        assert!(control.set_status("prod", &id, "INPROGRESS"));
    }
    Night {
        stand,
        chosen,
        drafts,
    }
}

impl Night {
    fn plan(&self, home: &Home, file: &str, more: &[String]) -> crate::support::Outcome {
        let path = home.path(file).to_str().unwrap().to_owned();
        let ids: Vec<String> = self
            .chosen
            .iter()
            .map(|id| format!("integration:{id}"))
            .collect();
        let mut arguments = vec!["plan", "--from", FROM, "--to", TO, "--activate", "all"];
        arguments.extend(["-o", &path, "--select"]);
        arguments.extend(ids.iter().map(String::as_str));
        arguments.extend(more.iter().map(String::as_str));
        home.run(&arguments)
    }

    /// How the twenty-five stand in the destination.
    fn standing(&self) -> Vec<String> {
        let all: BTreeMap<String, String> =
            states(self.stand.instance("prod")).into_iter().collect();
        let chosen = self.chosen.iter();
        chosen.filter_map(|id| all.get(id).cloned()).collect()
    }
}

/// The bindings that were written, with the source's values and an address of their own for each draft.
fn fill_in(home: &Home, night: &Night) -> BTreeMap<String, (String, String)> {
    let file = home.path("prod.json");
    let mut bindings: Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    let known = Caller::new(night.stand.dev()).list("connections");
    let mut addresses = BTreeMap::new();
    for code in &night.drafts {
        let one = known.iter().find(|one| one["id"] == **code).unwrap();
        let properties = list(&one["connectionProperties"]).iter();
        let address = properties
            .filter(|own| own["hasAttachment"] != true)
            .find(|own| text_of(own).starts_with("https://"));
        let mut values = json!({});
        if let Some(own) = address {
            let name = text(&own["propertyName"]);
            let value = format!("https://{}.prod.example.com", code.to_lowercase());
            values[name] = json!(value);
            addresses.insert(code.clone(), (name.to_owned(), value));
        }
        let binding = &mut bindings["connections"][format!("connection:{code}")];
        let secrets = binding["secrets"].clone();
        *binding = json!({"mode": "fromSource", "values": values});
        if secrets.is_array() {
            binding["secrets"] = secrets;
        }
    }
    fs::write(&file, serde_json::to_vec_pretty(&bindings).unwrap()).unwrap();
    addresses
}

fn text_of(property: &Value) -> &str {
    property["propertyValue"].as_str().unwrap_or_default()
}

#[test]
fn twenty_five_integrations_are_held_up_by_eighteen_drafts_and_all_arrive_active() {
    let night = night();
    let home = Home::new();
    save_both(&home, &night.stand, "production");
    let prod = night.stand.instance("prod");
    let before = states(prod);

    // Nobody who asks the service alone is told before: it refuses one activation after the other.
    let caller = Caller::new(prod);
    let held_up = caller.list("integrations").into_iter().find(|one| {
        let own = connections(one);
        one["status"] == "CONFIGURED" && own.iter().any(|id| night.drafts.contains(id))
    });
    let held_up = held_up.unwrap();
    let refused = caller.activate(text(&held_up["id"]));
    assert!((400..500).contains(&refused), "{refused}");

    let bindings = home.path("prod.json").to_str().unwrap().to_owned();
    let save = ["--save-bindings".to_owned(), bindings.clone()];
    let blocked = night.plan(&home, "first.json", &save);
    blocked.expect_code(3);
    let waybill = blocked.one("waybill");
    assert_eq!(waybill["blocked"], true);
    let blocking = list(&waybill["findings"]).iter();
    let blocking: BTreeSet<&str> = blocking
        .filter(|one| one["severity"] == "blocking" && one["rule"] != "read-only")
        .map(|one| text(&one["subject"]))
        .collect();
    let expected: Vec<String> = night
        .drafts
        .iter()
        .map(|code| format!("connection:{code}"))
        .collect();
    let expected: BTreeSet<&str> = expected.iter().map(String::as_str).collect();
    assert_eq!(blocking, expected);
    assert_eq!(blocking.len(), DRAFTS);

    allow(&home);
    let mut of_drafts = waybill.clone();
    let items = of_drafts["items"].as_array_mut().unwrap();
    items.retain(|item| expected.contains(text(&item["id"])));
    let mut more = enter_secrets(&home, &night.stand, &of_drafts);
    let mut addresses = fill_in(&home, &night);
    assert!(addresses.len() > 5, "{addresses:?}");
    more.extend(["--bindings".to_owned(), bindings]);
    // One of them is given by itself, and counts more than the file.
    let (code, (name, value)) = addresses.iter_mut().next().unwrap();
    *value = value.replace(".prod.", ".night.");
    more.extend(["--value".to_owned(), format!("{code},{name}={value}")]);
    let planned = night.plan(&home, "move.json", &more);
    let waybill = planned.one("waybill");
    assert_eq!(waybill["blocked"], false, "{:#}", waybill["findings"]);
    assert_eq!(states(prod), before);
    let rules = warnings(&waybill);
    let file = home.path("move.json");
    let file = file.to_str().unwrap();
    let running = having_read(&rules, &["run", file, "--yes", "--instance-name", TO]);
    let ran = home.run(&running);
    let report = home.run(&["report", "latest"]).one("report");
    assert_eq!(report["failed"], 0, "{report:#}");
    ran.expect_code(0);
    assert_eq!(text(&ran.one("result")["status"]), "complete");
    assert_eq!(night.standing(), vec!["ACTIVATED"; 25]);
    let now = caller.list("connections");
    for (code, (name, value)) in &addresses {
        let own = now.iter().find(|one| one["id"] == **code).unwrap();
        assert_eq!(text(&own["status"]), "CONFIGURED", "{code}");
        let properties = list(&own["connectionProperties"]).iter();
        let mut own = properties.filter(|own| own["propertyName"] == **name);
        assert_eq!(text_of(own.next().unwrap()), value, "{code}");
    }

    let back = home.run(&["rollback", "latest"]);
    let waybill = back.one("waybill");
    assert_eq!(waybill["blocked"], false, "{:#}", waybill["findings"]);
    let rules = warnings(&waybill);
    let id = text(&waybill["id"]);
    let running = having_read(&rules, &["run", id, "--yes", "--instance-name", TO]);
    home.run(&running).expect_code(0);
    assert_eq!(states(prod), before);
    home.run(&["audit", "check"]).expect_code(0);
}
