//! Another password or address for connections that integrations use: a move of an instance into itself,
//! whose waybill stops what uses them, sets and tests them, and brings back what was there, with the new
//! values or the old ones.

use std::collections::{BTreeMap, BTreeSet};

use futures::StreamExt as _;
use secrecy::SecretString;
use waybill_client::wire::{Connection, ConnectionProperty};
use waybill_client::{Client, ErrorKind};
use waybill_engine::names_a_secret;
use waybill_engine::waybill::{Bindings, ConnectionBinding, ConnectionMode};
use waybill_model::{ArtifactId, ArtifactKind, Catalogue, State};

use super::sifted::check_value;
use crate::Waybill;
use crate::places;
use crate::view::{
    CommandError, ConnectionsPolicy, ExistingPolicy, MoveEdit, MovePolicies, MoveView, PlaceRef,
    RotationAsk, RotationConnection, RotationNew, RotationUser, RotationValue, RotationView,
    WorkProgress,
};

/// So many connections are read at once; the client paces its calls itself.
const AT_ONCE: usize = 8;

/// A connection as the service tells of it now; why not, where it could not be read.
type Told = (ArtifactId, Result<Connection, String>);

impl Waybill {
    /// What giving connections other values would touch: the connections, where the text stands in them,
    /// and all integrations that use them.
    ///
    /// # Errors
    /// `UnknownSubject`; `BadInput` with `context.field` `connections` where neither connections nor a text
    /// is given; the failures of the instance.
    pub async fn rotation_look(
        &self,
        ask: &RotationAsk,
        progress: &(dyn Fn(WorkProgress) + Send + Sync),
    ) -> Result<RotationView, CommandError> {
        let instance = self.stored_instance(&ask.instance)?;
        let text = ask.text.as_deref().map(str::trim);
        let text = text.filter(|text| !text.is_empty());
        if ask.connections.is_empty() && text.is_none() {
            return Err(
                CommandError::field("connections", "No connection is named.").guide(
                    "Choose connections, or enter a host, address or user that stands in them.",
                ),
            );
        }
        let place = PlaceRef::Instance {
            id: instance.id.clone(),
        };
        let side = self.side_anew(&place, ask.refresh, progress).await?;
        let catalogue = side.side.catalogue();
        let ids = connections(catalogue, &ask.connections)?;
        let client = self.client_of(&instance).await?;
        let mut view = RotationView {
            instance: instance.id,
            title: instance.name,
            connections: Vec::new(),
            integrations: Vec::new(),
            notes: Vec::new(),
        };
        for (id, told) in read(&client, ids).await? {
            match told {
                Ok(own) => view.connections.extend(shown(catalogue, &id, &own, text)),
                Err(why) => view.notes.push(format!(
                    "Connection `{}` could not be read: {why}",
                    id.wire()
                )),
            }
        }
        view.integrations = users(catalogue, &view.connections);
        Ok(view)
    }

    /// Begins a rotation: a move that is planned, read, run and rolled back like any other. `keep` puts the
    /// secrets into the place for secrets, otherwise they are held until the program ends.
    ///
    /// # Errors
    /// `UnknownSubject`; `BadInput` with `context.field` where nothing would change, a value looks like a
    /// secret, or a connection has no secret of a name; the failures of the instance and of the place for
    /// secrets.
    pub async fn rotation_new(
        &self,
        ask: RotationNew,
        secrets: Vec<(String, SecretString)>,
        keep: bool,
    ) -> Result<MoveView, CommandError> {
        let instance = self.stored_instance(&ask.instance)?;
        let place = PlaceRef::Instance {
            id: instance.id.clone(),
        };
        for (name, value) in &ask.values {
            check_value(name, value)?;
        }
        let side = self.side(&place).await?;
        let catalogue = side.side.catalogue();
        let wanted = if ask.connections.is_empty() {
            Vec::new()
        } else {
            connections(catalogue, &ask.connections)?
        };
        let client = self.client_of(&instance).await?;
        let mut bound: BTreeMap<ArtifactId, ConnectionBinding> = BTreeMap::new();
        for (id, told) in read(&client, wanted).await? {
            let own = told.map_err(|why| {
                CommandError::field(
                    "connections",
                    format!("Connection `{}` could not be read: {why}", id.wire()),
                )
                .guide("Take it out, or see in the console what it is about.")
            })?;
            let binding = binding(&id, &own, &ask, &secrets)?;
            if binding.enters() {
                bound.insert(id, binding);
            }
        }
        if bound.is_empty() {
            return Err(CommandError::field(
                "connections",
                "Nothing would change in any of these connections.",
            )
            .guide("Choose connections, and enter a secret or another value for them."));
        }
        let name = ask.name.clone().filter(|name| !name.trim().is_empty());
        let edit = MoveEdit {
            name: Some(name.unwrap_or_else(|| title(bound.len(), &instance.name))),
            from: Some(place),
            to: Some(instance.id.clone()),
            chosen: Some(bound.keys().cloned().collect()),
            policies: Some(MovePolicies {
                existing: ExistingPolicy::Skip,
                connections: ConnectionsPolicy::Keep,
                ..MovePolicies::default()
            }),
            ..MoveEdit::default()
        };
        let begun = self.begin_move(edit, None, !ask.leave_running).await?;
        for id in bound.keys() {
            for (name, secret) in &secrets {
                self.hold_secret(&instance.id, id, name, secret, keep)
                    .await?;
            }
        }
        let now = self.now();
        let draft = self
            .change_draft(&begun.summary.id, move |draft| {
                // What other moves entered for this instance is not part of a rotation, and what a rotation
                // enters is not remembered for them.
                draft.bindings = Bindings {
                    connections: bound,
                    ..Bindings::default()
                };
                draft.changed();
                draft.saved_at = now;
                Ok(())
            })
            .await?;
        self.draft_view(&draft).await
    }
}

/// The connections that are meant, all of the instance where none is named.
fn connections(
    catalogue: &Catalogue,
    named: &[ArtifactId],
) -> Result<Vec<ArtifactId>, CommandError> {
    if named.is_empty() {
        let all = catalogue.artifacts.iter().map(|own| &own.id);
        let all = all.filter(|id| id.kind == ArtifactKind::Connection);
        return Ok(all.cloned().collect());
    }
    let mut found = BTreeSet::new();
    for id in named {
        if id.kind != ArtifactKind::Connection || catalogue.get(id).is_none() {
            return Err(CommandError::unknown("connection", &id.to_string())
                .guide("Explore shows the connections of the instance."));
        }
        found.insert(id.clone());
    }
    Ok(found.into_iter().collect())
}

/// Reads connections, in their order. What is locked or damaged is told; a lost sign-in or network ends it.
async fn read(client: &Client, ids: Vec<ArtifactId>) -> Result<Vec<Told>, CommandError> {
    // Not by a closure: this would no longer be something that can go from thread to thread.
    let mut all = Vec::with_capacity(ids.len());
    for id in ids {
        all.push(read_one(client, id));
    }
    let mut reading = futures::stream::iter(all).buffered(AT_ONCE);
    let mut told = Vec::new();
    while let Some(one) = reading.next().await {
        told.push(one?);
    }
    Ok(told)
}

async fn read_one(client: &Client, id: ArtifactId) -> Result<Told, CommandError> {
    match client.connection(&id.scope, &id.code).await {
        Ok(read) => Ok((id, Ok(read.value))),
        Err(error)
            if matches!(
                error.kind(),
                ErrorKind::Locked | ErrorKind::NotFound | ErrorKind::Malformed
            ) =>
        {
            Ok((id, Err(CommandError::from(error).message)))
        }
        Err(error) => Err(error.into()),
    }
}

fn properties(own: &Connection) -> impl Iterator<Item = &ConnectionProperty> {
    let all = own.connection_properties.iter();
    all.chain(&own.security_properties)
}

fn is_secret(property: &ConnectionProperty) -> bool {
    property.property_type.as_deref() == Some("PASSWORD") || names_a_secret(&property.property_name)
}

/// A connection, where the text stands in it or none was given.
fn shown(
    catalogue: &Catalogue,
    id: &ArtifactId,
    own: &Connection,
    text: Option<&str>,
) -> Option<RotationConnection> {
    let wanted = text.map(str::to_lowercase);
    let mut values = BTreeSet::new();
    let mut secrets = BTreeSet::new();
    for property in properties(own) {
        if is_secret(property) {
            secrets.insert(property.property_name.clone());
            continue;
        }
        let Some(value) = property
            .property_value
            .as_deref()
            .filter(|own| !own.is_empty())
        else {
            continue;
        };
        let fits = wanted
            .as_ref()
            .is_none_or(|wanted| value.to_lowercase().contains(wanted));
        if fits {
            let name = &property.property_name;
            values.insert(RotationValue {
                property: name.clone(),
                label: property
                    .display_name
                    .clone()
                    .unwrap_or_else(|| name.clone()),
                value: waybill_archive::mask_value(name, value).into_owned(),
            });
        }
    }
    if wanted.is_some() && values.is_empty() {
        return None;
    }
    let artifact = catalogue.get(id);
    let used: BTreeSet<ArtifactId> = integrations(catalogue, id);
    let active = used
        .iter()
        .filter(|user| is_active(catalogue, user))
        .count();
    Some(RotationConnection {
        id: id.clone(),
        name: artifact.map_or_else(|| id.code.clone(), |own| places::name(&own.name)),
        adapter: artifact.and_then(|own| own.adapter.clone()),
        values: values.into_iter().collect(),
        secrets: secrets.into_iter().collect(),
        used_by: u32::try_from(used.len()).unwrap_or(u32::MAX),
        active: u32::try_from(active).unwrap_or(u32::MAX),
        locked: artifact.is_some_and(|own| own.lock.is_some()),
    })
}

fn integrations(catalogue: &Catalogue, connection: &ArtifactId) -> BTreeSet<ArtifactId> {
    let users = catalogue.used_by(connection).into_iter();
    let users = users.map(|link| link.id);
    users
        .filter(|id| id.kind == ArtifactKind::Integration)
        .collect()
}

fn is_active(catalogue: &Catalogue, id: &ArtifactId) -> bool {
    let state = catalogue.get(id).and_then(|own| own.state);
    matches!(state, Some(State::Active | State::Activating))
}

fn users(catalogue: &Catalogue, connections: &[RotationConnection]) -> Vec<RotationUser> {
    let mut all: BTreeMap<ArtifactId, Vec<ArtifactId>> = BTreeMap::new();
    for connection in connections {
        for user in integrations(catalogue, &connection.id) {
            all.entry(user).or_default().push(connection.id.clone());
        }
    }
    let users = all.into_iter().map(|(id, connections)| RotationUser {
        name: catalogue
            .get(&id)
            .map_or_else(|| id.code.clone(), |own| places::name(&own.name)),
        active: is_active(catalogue, &id),
        id,
        connections,
    });
    users.collect()
}

/// What a connection gets.
fn binding(
    id: &ArtifactId,
    own: &Connection,
    ask: &RotationNew,
    secrets: &[(String, SecretString)],
) -> Result<ConnectionBinding, CommandError> {
    for (name, _) in secrets {
        let known = properties(own).any(|one| one.property_name == *name && is_secret(one));
        if !known {
            return Err(CommandError::field(
                "secrets",
                format!("Connection `{}` has no secret `{name}`.", id.wire()),
            )
            .guide("Rotate connections together that have the same secrets, and the others by themselves."));
        }
    }
    let mut values: BTreeMap<String, String> = BTreeMap::new();
    if let (Some(replace), Some(with)) = (&ask.replace, &ask.with)
        && !replace.trim().is_empty()
    {
        for property in properties(own).filter(|one| !is_secret(one)) {
            let value = property.property_value.as_deref().unwrap_or_default();
            if value.contains(replace.trim()) {
                let new = value.replace(replace.trim(), with.trim());
                check_value(&property.property_name, &new)?;
                values.insert(property.property_name.clone(), new);
            }
        }
    }
    for (name, value) in &ask.values {
        if !properties(own).any(|one| one.property_name == *name) {
            return Err(CommandError::field(
                "values",
                format!("Connection `{}` has no value `{name}`.", id.wire()),
            )
            .guide("Rotate connections together that have the same values, and the others by themselves."));
        }
        values.insert(name.clone(), value.clone());
    }
    Ok(ConnectionBinding {
        mode: ConnectionMode::Enter,
        values,
        secrets: secrets.iter().map(|(name, _)| name.clone()).collect(),
        ..ConnectionBinding::default()
    })
}

fn title(connections: usize, instance: &str) -> String {
    match connections {
        1 => format!("Other values for 1 connection of {instance}"),
        many => format!("Other values for {many} connections of {instance}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::ErrorCode;

    fn connection(url: &str) -> Connection {
        serde_json::from_value(serde_json::json!({
            "id": "ERP",
            "connectionProperties": [
                {"propertyName": "connectionUrl", "propertyValue": url, "displayName": "Connection URL"}
            ],
            "securityProperties": [
                {"propertyName": "username", "propertyValue": "batch"},
                {"propertyName": "password", "propertyValue": "*****", "propertyType": "PASSWORD"}
            ],
        }))
        .unwrap()
    }

    fn id() -> ArtifactId {
        ArtifactId::global(ArtifactKind::Connection, "ERP", None)
    }

    #[test]
    fn a_text_is_replaced_in_values_that_may_be_seen_alone() {
        let ask = RotationNew {
            replace: Some("old.acme.example".to_owned()),
            with: Some("new.acme.example".to_owned()),
            ..RotationNew::default()
        };
        let own = connection("https://old.acme.example:443/x");
        let bound = binding(&id(), &own, &ask, &[]).unwrap();
        assert_eq!(
            bound.values,
            [(
                "connectionUrl".to_owned(),
                "https://new.acme.example:443/x".to_owned()
            )]
            .into()
        );
        let other = connection("https://else.acme.example/");
        assert!(!binding(&id(), &other, &ask, &[]).unwrap().enters());
    }

    #[test]
    fn a_secret_that_the_connection_does_not_have_is_refused_without_naming_its_value() {
        let own = connection("https://erp.example");
        let given = |name: &str| vec![(name.to_owned(), SecretString::from("canary-1"))];
        let ask = RotationNew::default();
        let bound = binding(&id(), &own, &ask, &given("password")).unwrap();
        assert_eq!(bound.secrets, ["password"]);
        let refused = binding(&id(), &own, &ask, &given("username")).unwrap_err();
        assert_eq!(refused.code, ErrorCode::BadInput);
        assert!(!format!("{refused:?}").contains("canary"));
    }

    #[test]
    fn what_the_text_stands_in_is_shown_and_secrets_by_name_alone() {
        let catalogue = Catalogue::default();
        let own = connection("https://OLD.acme.example/");
        let found = shown(&catalogue, &id(), &own, Some("old.acme")).unwrap();
        assert_eq!(found.values.len(), 1);
        assert_eq!(found.secrets, ["password"]);
        assert!(shown(&catalogue, &id(), &own, Some("elsewhere")).is_none());
    }
}
