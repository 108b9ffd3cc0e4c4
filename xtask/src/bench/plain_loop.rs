//! The yardstick: one plain HTTP call after the other, as a script would do it.

use std::io::Read as _;

use anyhow::Context;
use serde_json::Value;

use super::sandbox::Sandbox;

/// What the loop fetched.
#[derive(Default)]
pub struct Fetched {
    /// How many archives.
    pub archives: u64,
    /// Their bytes.
    pub bytes: u64,
}

const API: &str = "/ic/api/integration/v1";

/// Kinds with an archive: the list, and the member that names an item in a path.
const KINDS: [(&str, &str); 4] = [
    ("integrations", "id"),
    ("packages", "name"),
    ("lookups", "name"),
    ("libraries", "id"),
];

/// Lists every kind and fetches every archive, each call after the one before has ended.
pub fn fetch_every_archive(sandbox: &Sandbox) -> anyhow::Result<Fetched> {
    let agent = ureq::Agent::new_with_defaults();
    let token = sandbox.token(&agent)?;
    let authorization = format!("Bearer {token}");
    let mut fetched = Fetched::default();
    let instance = &sandbox.integration_instance;
    for (kind, member) in KINDS {
        for item in list(sandbox, &agent, &authorization, kind)? {
            let name = item[member].as_str().context("an item without a name")?;
            let name = name.replace('|', "%7C");
            let url = format!(
                "{}{API}/{kind}/{name}/archive?integrationInstance={instance}",
                sandbox.address
            );
            let answer = agent
                .get(&url)
                .header("Authorization", &authorization)
                .call()?;
            count(answer, &mut fetched)?;
        }
    }
    for project in list(sandbox, &agent, &authorization, "projects")? {
        let code = project["code"]
            .as_str()
            .context("a project without a code")?;
        let url = format!(
            "{}{API}/projects/{code}/archive?integrationInstance={instance}",
            sandbox.address
        );
        let body =
            serde_json::json!({ "name": project["name"], "code": code, "type": "DEVELOPED" });
        let answer = agent
            .post(&url)
            .header("Authorization", &authorization)
            .send_json(body)?;
        count(answer, &mut fetched)?;
        let path = format!("projects/{code}/lookups");
        for lookup in list(sandbox, &agent, &authorization, &path)? {
            let name = lookup["name"].as_str().context("a lookup without a name")?;
            let url = format!(
                "{}{API}/{path}/{name}/archive?integrationInstance={instance}",
                sandbox.address
            );
            let answer = agent
                .get(&url)
                .header("Authorization", &authorization)
                .call()?;
            count(answer, &mut fetched)?;
        }
    }
    Ok(fetched)
}

fn list(
    sandbox: &Sandbox,
    agent: &ureq::Agent,
    authorization: &str,
    kind: &str,
) -> anyhow::Result<Vec<Value>> {
    let mut items = Vec::new();
    loop {
        let url = format!(
            "{}{API}/{kind}?integrationInstance={}&limit=100&offset={}",
            sandbox.address,
            sandbox.integration_instance,
            items.len()
        );
        let mut answer = agent
            .get(&url)
            .header("Authorization", authorization)
            .call()?;
        let page: Value = answer.body_mut().read_json()?;
        items.extend(page["items"].as_array().cloned().unwrap_or_default());
        if page["hasMore"] != Value::Bool(true) {
            return Ok(items);
        }
    }
}

fn count(
    mut answer: ureq::http::Response<ureq::Body>,
    fetched: &mut Fetched,
) -> anyhow::Result<()> {
    let mut bytes = Vec::new();
    answer.body_mut().as_reader().read_to_end(&mut bytes)?;
    fetched.archives += 1;
    fetched.bytes += bytes.len() as u64;
    Ok(())
}
