//! The sandbox as a program of its own, and its counts.

use std::{
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};

use anyhow::Context;
use serde_json::{Value, json};

/// A running sandbox with one synthetic instance.
pub struct Sandbox {
    child: Child,
    control: String,
    name: String,
    /// Scheme, host and port of the design API.
    pub address: String,
    /// The value of the parameter `integrationInstance`.
    pub integration_instance: String,
    /// Where tokens are given.
    pub token_url: String,
    /// A client that may ask for them.
    pub client_id: String,
    /// Its secret.
    pub client_secret: String,
    /// The scope to ask for.
    pub scope: String,
}

impl Sandbox {
    /// Starts it and waits until it listens.
    pub fn start(programs: &Path, integrations: u32, latency: u64) -> anyhow::Result<Self> {
        Self::start_with(programs, integrations, latency, &[])
    }

    /// The same with further options of the program.
    pub fn start_with(
        programs: &Path,
        integrations: u32,
        latency: u64,
        more: &[&str],
    ) -> anyhow::Result<Self> {
        let mut child = Command::new(programs.join("oic-sandbox"))
            .args(["--synthetic", &integrations.to_string()])
            .args(["--latency", &latency.to_string()])
            .args(more)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .context("the sandbox could not be started")?;
        let output = child.stdout.take().context("the sandbox has no output")?;
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line)?;
        let ready: Value =
            serde_json::from_str(&line).context("the sandbox did not say where it listens")?;
        let instance = &ready["instances"][0];
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        Ok(Self {
            child,
            control: text(&ready["controlUrl"]),
            name: text(&instance["name"]),
            address: text(&instance["designUrl"]),
            integration_instance: text(&instance["integrationInstance"]),
            token_url: text(&instance["tokenUrl"]),
            client_id: text(&instance["clientId"]),
            client_secret: text(&instance["clientSecret"]),
            scope: text(&instance["scope"]),
        })
    }

    /// A token of its own, as a script would get it.
    pub fn token(&self, agent: &ureq::Agent) -> anyhow::Result<String> {
        let mut answer = agent.post(&self.token_url).send_form([
            ("grant_type", "client_credentials"),
            ("client_id", self.client_id.as_str()),
            ("client_secret", self.client_secret.as_str()),
            ("scope", self.scope.as_str()),
        ])?;
        let body: Value = answer.body_mut().read_json()?;
        Ok(body["access_token"]
            .as_str()
            .context("no token came")?
            .to_owned())
    }

    /// What was called since the last reset.
    pub fn counts(&self) -> anyhow::Result<Value> {
        let mut answer = ureq::get(format!("{}/__sandbox/calls", self.control)).call()?;
        Ok(answer.body_mut().read_json()?)
    }

    /// Counts from zero again.
    pub fn reset(&self) -> anyhow::Result<()> {
        self.steer("calls/reset", &json!({}))
    }

    /// Changes some integrations, as their authors would.
    pub fn touch(&self, count: u32) -> anyhow::Result<()> {
        self.steer("touch", &json!({ "instance": self.name, "count": count }))
    }

    fn steer(&self, verb: &str, body: &Value) -> anyhow::Result<()> {
        ureq::post(format!("{}/__sandbox/{verb}", self.control)).send_json(body)?;
        Ok(())
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
