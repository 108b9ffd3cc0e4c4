//! Two instances between which something is moved, and the calls that moving takes.

use std::path::PathBuf;
use std::time::Duration;

use serde_json::Value;
use waybill_sandbox::ReadyInstance;

use super::{Caller, Home, Outcome, Stand, canary, oic3, text};

/// The name of the destination.
pub const TO: &str = "Acme PROD";
/// The name of the source.
pub const FROM: &str = "Acme DEV";

/// An instance with integrations, and one that holds nothing.
pub fn full_and_empty(integrations: usize) -> Stand {
    Stand::start(|builder| {
        builder
            .instance(oic3("dev"))
            .instance(oic3("prod").empty())
            .synthetic(integrations, 11)
            .activation_time(Duration::from_millis(100))
    })
}

/// Saves both; the destination in this environment.
pub fn save_both(home: &Home, stand: &Stand, environment: &str) {
    home.add(FROM, stand.dev());
    add_as(home, TO, stand.instance("prod"), environment);
    home.back_up(FROM);
}

fn add_as(home: &Home, name: &str, instance: &ReadyInstance, environment: &str) {
    let arguments = Home::adding(name, instance);
    let arguments: Vec<&str> = arguments
        .iter()
        .map(|one| match one.as_str() {
            "development" => environment,
            other => other,
        })
        .collect();
    home.run_with(&arguments, &[&instance.client_secret])
        .expect_code(0);
}

/// Lets the destination be changed.
pub fn allow(home: &Home) {
    let allowing = [
        "instance",
        "allow-writes",
        TO,
        "--minutes",
        "60",
        "--type-name",
        TO,
    ];
    home.run(&allowing).expect_code(0);
}

/// Plans all integrations outside projects, and saves the waybill.
pub fn plan(home: &Home, file: &str, more: &[String]) -> (Outcome, PathBuf) {
    let path = home.path(file);
    let to = path.to_str().unwrap().to_owned();
    let more: Vec<&str> = more.iter().map(String::as_str).collect();
    let arguments = [
        &[
            "plan",
            "--from",
            FROM,
            "--to",
            TO,
            "--select",
            "integration:*",
            "-o",
            &to,
        ][..],
        &more,
    ]
    .concat();
    (home.run(&arguments), path)
}

/// A waybill that nothing stands against but what has to be read.
pub struct Ready {
    pub waybill: Value,
    pub file: String,
    pub rules: Vec<String>,
}

impl Ready {
    /// The arguments that run it.
    pub fn run(&self) -> Vec<&str> {
        having_read(&self.rules, &["run", &self.file, "--yes"])
    }
}

/// Enters what connections lack, and plans all integrations outside projects.
pub fn ready(home: &Home, stand: &Stand) -> Ready {
    let (first, _) = plan(home, "first.json", &[]);
    let files = enter_secrets(home, stand, &first.one("waybill"));
    let (planned, file) = plan(home, "move.json", &files);
    let waybill = planned.one("waybill");
    assert_eq!(waybill["blocked"], false, "{:#}", waybill["findings"]);
    Ready {
        rules: warnings(&waybill),
        waybill,
        file: file.to_str().unwrap().to_owned(),
    }
}

/// The findings of a rule.
pub fn found<'a>(waybill: &'a Value, rule: &str) -> Vec<&'a Value> {
    let all = list(&waybill["findings"]).iter();
    all.filter(|one| one["rule"] == rule).collect()
}

/// Enters every secret of every connection that goes along, and gives the arguments of `plan` that
/// enter their files.
pub fn enter_secrets(home: &Home, stand: &Stand, waybill: &Value) -> Vec<String> {
    let known = Caller::new(stand.dev()).list("connections");
    let file = home.path("attached.zip");
    std::fs::write(&file, b"a wallet").unwrap();
    let mut files = Vec::new();
    for item in list(&waybill["items"]) {
        let Some(code) = text(&item["id"]).strip_prefix("connection:") else {
            continue;
        };
        let one = known.iter().find(|one| one["id"] == code).unwrap();
        for property in properties_of(one) {
            let name = text(&property["propertyName"]);
            let kind = text(&property["propertyType"]);
            if kind == "PASSWORD" {
                keep_secret(home, code, name);
            } else if kind == "FILE" || name.contains("WSDL") {
                files.push("--attach".to_owned());
                files.push(format!("{code},{name}={}", file.display()));
            }
        }
    }
    files
}

fn keep_secret(home: &Home, connection: &str, name: &str) {
    let setting = [
        "secrets",
        "set",
        "--to",
        TO,
        "--connection",
        connection,
        "--name",
        name,
    ];
    let kept = home.run_with(&setting, &[&canary()]);
    kept.expect_code(0);
    assert_eq!(kept.one("secret")["name"], name);
}

fn properties_of(connection: &Value) -> Vec<Value> {
    ["connectionProperties", "securityProperties"]
        .into_iter()
        .filter_map(|member| connection[member].as_array().cloned())
        .flatten()
        .collect()
}

/// The rules of warnings that nobody has read.
pub fn warnings(waybill: &Value) -> Vec<String> {
    let open = list(&waybill["findings"])
        .iter()
        .filter(|one| one["severity"] == "warning" && one["readBy"].is_null());
    let mut rules: Vec<String> = open.map(|one| text(&one["rule"]).to_owned()).collect();
    rules.sort();
    rules.dedup();
    rules
}

/// Arguments that say that all warnings were read.
pub fn having_read<'a>(rules: &'a [String], arguments: &[&'a str]) -> Vec<&'a str> {
    let mut all = arguments.to_vec();
    if !rules.is_empty() {
        all.push("--acknowledge");
        all.extend(rules.iter().map(String::as_str));
    }
    all
}

pub fn list(value: &Value) -> &Vec<Value> {
    value
        .as_array()
        .unwrap_or_else(|| panic!("no list: {value}"))
}

/// How integrations outside projects stand, by id.
pub fn states(instance: &ReadyInstance) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> = Caller::new(instance)
        .list("integrations")
        .iter()
        .map(|one| (text(&one["id"]).to_owned(), text(&one["status"]).to_owned()))
        .collect();
    all.sort();
    all
}
