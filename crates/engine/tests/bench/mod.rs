//! Instances of the sandbox with a vault and a journal, as sides of a comparison.
#![allow(dead_code, reason = "each test program uses a part of it")]

use std::sync::Arc;

use jiff::Timestamp;
use secrecy::SecretString;
use tokio_util::sync::CancellationToken;
use waybill_client::wire::{ConnectionUpdate, PropertyChange, PropertyValue};
use waybill_client::{Address, Client, ClientConfig, SignIn};
use waybill_engine::{
    CaptureRequest, Comparison, InstanceStamp, Journal, Row, RunId, Selection, Side, Silent,
    SnapshotPlace, Verdict, capture, compare, read_catalogue,
};
use waybill_model::{ArtifactId, ArtifactKind, Environment, Scope};
use waybill_sandbox::{InstanceSpec, ReadyInstance, Running, Sandbox};
use waybill_vault::Vault;

/// What a test lays side by side.
pub struct Bench {
    pub folder: tempfile::TempDir,
    pub vault: Arc<Vault>,
    pub journal: Arc<Journal>,
    pub sandbox: Running,
}

impl Bench {
    pub async fn start(instances: &[&str], integrations: usize) -> Self {
        let builder = instances.iter().fold(Sandbox::builder(), |builder, name| {
            builder.instance(InstanceSpec::oic3(*name))
        });
        Self::with(builder.synthetic(integrations, 7).start().await.unwrap())
    }

    pub fn with(sandbox: Running) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let password = SecretString::from("a long enough password");
        let vault = Vault::create(&folder.path().join("vault"), &password).unwrap();
        let journal = Journal::open(&folder.path().join("waybill.db")).unwrap();
        Self {
            folder,
            vault: Arc::new(vault),
            journal: Arc::new(journal),
            sandbox,
        }
    }

    pub fn instance(&self, name: &str) -> &ReadyInstance {
        self.sandbox.instance(name).unwrap()
    }

    pub fn client(&self, name: &str) -> Client {
        let instance = self.instance(name);
        let address = Address {
            generation: instance.generation,
            base: instance.design_url.parse().unwrap(),
            instance_name: instance.integration_instance.clone(),
        };
        let sign_in = SignIn::ClientCredentials {
            token_url: instance.token_url.parse().unwrap(),
            client_id: instance.client_id.clone(),
            client_secret: instance.client_secret.clone().into(),
            scope: instance.scope.clone(),
        };
        Client::new(ClientConfig::new(address, sign_in)).unwrap()
    }

    pub fn stamp(&self, name: &str) -> InstanceStamp {
        let instance = self.instance(name);
        InstanceStamp {
            id: name.to_owned(),
            name: name.to_owned(),
            environment: Environment::Test,
            generation: instance.generation,
            address: instance.design_url.clone(),
            instance_name: instance.integration_instance.clone(),
        }
    }

    /// The instance with its lists read anew.
    pub async fn live(&self, name: &str) -> Arc<Side> {
        let client = self.client(name);
        let live = read_catalogue(&client, Timestamp::now(), &|_| {})
            .await
            .unwrap();
        Arc::new(Side::live(client, live, &self.stamp(name), name))
    }

    pub async fn snapshot(&self, name: &str, selection: Selection) -> Arc<Side> {
        let request = CaptureRequest {
            run: RunId::fresh(),
            instance: self.stamp(name),
            selection,
            asked_by: "tester".into(),
            note: None,
            tool_version: "0.0.0".into(),
        };
        let outcome = capture(
            request,
            self.client(name),
            self.vault.clone(),
            self.journal.clone(),
            Arc::new(Silent),
            CancellationToken::new(),
        )
        .await
        .unwrap();
        let place = SnapshotPlace::open(self.vault.clone(), &outcome.snapshot).unwrap();
        Arc::new(Side::snapshot(place, "the snapshot").unwrap())
    }

    pub async fn compare(&self, left: &Arc<Side>, right: &Arc<Side>) -> Comparison {
        let cancel = CancellationToken::new();
        compare(left, right, &self.journal, &|_| {}, &cancel)
            .await
            .unwrap()
    }

    /// Sets a property of a connection that has it, and says which one.
    pub async fn set_address(&self, name: &str, address: &str) -> ArtifactId {
        let client = self.client(name);
        for read in client.connections(&Scope::Global).await.unwrap() {
            let own = client
                .connection(&Scope::Global, &read.value.id)
                .await
                .unwrap();
            let property = own
                .value
                .connection_properties
                .iter()
                .find(|property| property.property_name.to_lowercase().contains("url"));
            let Some(property) = property else { continue };
            let update = ConnectionUpdate {
                connection_properties: vec![PropertyChange {
                    name: property.property_name.clone(),
                    value: PropertyValue::Plain(address.to_owned()),
                    group: property.property_group.clone(),
                    property_type: property.property_type.clone(),
                }],
                ..ConnectionUpdate::default()
            };
            let changed = client.update_connection(&Scope::Global, &read.value.id, &update);
            if changed.await.is_ok() {
                return ArtifactId::global(ArtifactKind::Connection, &read.value.id, None);
            }
        }
        panic!("no connection has an address");
    }
}

pub fn not_same(comparison: &Comparison) -> Vec<&Row> {
    let rows = comparison.rows.iter();
    rows.filter(|row| row.verdict != Verdict::Same).collect()
}

pub fn row<'a>(comparison: &'a Comparison, id: &ArtifactId) -> &'a Row {
    comparison.rows.iter().find(|row| row.id == *id).unwrap()
}
