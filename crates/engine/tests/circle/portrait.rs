//! How everything stands in a place, as its records tell, for comparing without the product's own
//! comparing.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value;
use waybill_engine::Side;
use waybill_model::{ArtifactId, ArtifactKind};

/// What a place tells of each artifact that may be compared word by word.
pub type Portrait = BTreeMap<ArtifactId, BTreeMap<String, String>>;

/// State of each artifact; the values of connections but for secrets; schedules with their parameters;
/// access lists; tracing.
pub async fn portrait(side: &Arc<Side>) -> Portrait {
    let mut all = Portrait::new();
    for own in &side.catalogue().artifacts {
        let id = &own.id;
        let mut told = BTreeMap::new();
        if let Some(state) = own.state {
            told.insert("state".to_owned(), format!("{state:?}"));
        }
        let wanted = matches!(
            id.kind,
            ArtifactKind::Connection | ArtifactKind::Schedule | ArtifactKind::AccessList
        );
        if wanted && let Some(record) = side.record(id).await.unwrap() {
            match id.kind {
                ArtifactKind::Connection => connection(&record, &mut told),
                ArtifactKind::Schedule => schedule(&record, &mut told),
                _ => access(&record, &mut told),
            }
        }
        all.insert(id.clone(), told);
    }
    all
}

/// Settings that are files, in the generation too that does not say so.
const FILES: [&str; 3] = ["WALLET", "PrivateKeyFile", "enterpriseWSDL"];

fn connection(record: &Value, told: &mut BTreeMap<String, String>) {
    for member in ["connectionProperties", "securityProperties"] {
        for property in record[member].as_array().into_iter().flatten() {
            let kind = property["propertyType"].as_str().unwrap_or_default();
            let name = property["propertyName"].as_str().unwrap_or_default();
            let value = property["propertyValue"].as_str();
            // Files go by bindings; that there is one is all that is told of it.
            let seen = kind != "PASSWORD" && kind != "FILE" && !FILES.contains(&name);
            if let Some(value) = value.filter(|_| seen) {
                told.insert(format!("{member} {name}"), value.to_owned());
            }
        }
    }
    for member in ["securityPolicy", "agentGroupId"] {
        if let Some(value) = record[member].as_str() {
            told.insert(member.to_owned(), value.to_owned());
        }
    }
}

fn schedule(record: &Value, told: &mut BTreeMap<String, String>) {
    whatever(record, told);
}

fn access(record: &Value, told: &mut BTreeMap<String, String>) {
    whatever(record, told);
}

/// All members but those that tell who did it when, and when it runs next.
fn whatever(record: &Value, told: &mut BTreeMap<String, String>) {
    let passing = ["nextrun", "lastrun", "updated", "created", "links"];
    for (name, value) in record.as_object().unwrap() {
        let word = name.to_lowercase();
        if !passing.iter().any(|one| word.contains(one)) {
            told.insert(name.clone(), value.to_string());
        }
    }
}

/// What is told otherwise in two portraits, in words.
pub fn otherwise(left: &Portrait, right: &Portrait) -> BTreeMap<ArtifactId, Vec<String>> {
    let ids: BTreeSet<&ArtifactId> = left.keys().chain(right.keys()).collect();
    let mut all = BTreeMap::new();
    for id in ids {
        let words = match (left.get(id), right.get(id)) {
            (Some(ours), Some(theirs)) => {
                let names: BTreeSet<&String> = ours.keys().chain(theirs.keys()).collect();
                let names = names
                    .into_iter()
                    .filter(|name| ours.get(*name) != theirs.get(*name));
                names
                    .map(|name| format!("{name}: {:?} / {:?}", ours.get(name), theirs.get(name)))
                    .collect()
            }
            (Some(_), None) => vec!["gone".to_owned()],
            _ => vec!["new".to_owned()],
        };
        let words: Vec<String> = words;
        if !words.is_empty() {
            all.insert(id.clone(), words);
        }
    }
    all
}
