//! One connection: its values in both places side by side.

use std::collections::BTreeSet;

use serde_json::Value;
use waybill_engine::waybill::{ConnectionBinding, ConnectionMode, ConnectionPolicy};
use waybill_model::{ArtifactId, State};

use super::open::open;
use super::scene::{Scene, Use};
use crate::moves::verbs::file_hash;
use crate::places::{self, connection_view};
use crate::view::{
    BindingMode, BoundFile, BoundProperty, ConnectionView, MoveConnection, PropertyView, SecretHeld,
};

/// The values of a connection; `ours` and `theirs` are its records in source and destination.
pub(super) fn connection(
    scene: &Scene<'_>,
    id: &ArtifactId,
    used: &Use,
    ours: Option<&Value>,
    theirs: Option<&Value>,
) -> MoveConnection {
    let source = scene.from.side.catalogue().get(&used.from);
    let there = scene.there.side.catalogue().get(id);
    let known = there.or(source);
    let binding = scene.draft.bindings.connections.get(id);
    let state = there.and_then(|there| there.state);
    let present = there.is_some();
    let (own, other) = (
        ours.and_then(connection_view),
        theirs.and_then(connection_view),
    );
    let credentials = [ours, theirs].into_iter().flatten().flat_map(credentials);
    let laid = Laid {
        scene,
        id,
        binding,
        credentials: credentials.collect(),
        configured: present && state != Some(State::Draft),
        own: own.as_ref(),
        other: other.as_ref(),
    };
    let role = other.as_ref().or(own.as_ref());
    let mut connection = MoveConnection {
        id: id.clone(),
        name: known.map_or_else(|| id.code.clone(), |known| places::name(&known.name)),
        adapter: known.and_then(|known| known.adapter.clone()),
        role: role.and_then(|view| view.role.clone()),
        used_by: used.by.iter().cloned().collect(),
        state,
        present,
        mode: mode(scene, id, binding, present),
        properties: laid.properties(),
        files: binding.map(files).unwrap_or_default(),
        policy_source: own.as_ref().and_then(|view| view.security_policy.clone()),
        policy_destination: other.as_ref().and_then(|view| view.security_policy.clone()),
        policy_entered: binding.and_then(|binding| binding.security_policy.clone()),
        agents_source: own.as_ref().and_then(|view| view.agent_group.clone()),
        agents_destination: other.as_ref().and_then(|view| view.agent_group.clone()),
        agents_entered: binding.and_then(|binding| binding.agent_group.clone()),
        settled: false,
        open: None,
        tested: scene
            .tested
            .get(id)
            .copied()
            .or_else(|| other.as_ref().and_then(|view| view.tested)),
    };
    // A draft has no values to give.
    let told = own.is_some() && source.and_then(|own| own.state) != Some(State::Draft);
    connection.open = open(&connection, binding, told, &scene.to.name);
    connection.settled = connection.open.is_none();
    connection
}

/// Where its values come from, as planning decides it.
fn mode(
    scene: &Scene<'_>,
    id: &ArtifactId,
    binding: Option<&ConnectionBinding>,
    present: bool,
) -> BindingMode {
    if let Some(binding) = binding {
        return match binding.mode {
            // There is nothing to keep.
            ConnectionMode::Keep if !present => BindingMode::FromSource,
            ConnectionMode::Keep => BindingMode::Keep,
            ConnectionMode::FromSource => BindingMode::FromSource,
            ConnectionMode::Enter => BindingMode::Enter,
        };
    }
    match scene.draft.policies.connections(id) {
        ConnectionPolicy::Keep if present => BindingMode::Keep,
        _ => BindingMode::FromSource,
    }
}

fn files(binding: &ConnectionBinding) -> Vec<BoundFile> {
    let files = binding.attachments.iter().map(|file| BoundFile {
        property: file.property.clone(),
        path: file.path.clone(),
        same: file_hash(file.path.as_ref()).is_ok_and(|hash| hash == file.sha256),
    });
    files.collect()
}

/// The names of the properties that belong to the credentials.
fn credentials(record: &Value) -> Vec<String> {
    let list = record.get("securityProperties").and_then(Value::as_array);
    let names = list.into_iter().flatten();
    names
        .filter_map(|property| property.get("propertyName")?.as_str())
        .map(str::to_owned)
        .collect()
}

/// The values of both places.
struct Laid<'a> {
    scene: &'a Scene<'a>,
    id: &'a ArtifactId,
    binding: Option<&'a ConnectionBinding>,
    credentials: BTreeSet<String>,
    configured: bool,
    own: Option<&'a ConnectionView>,
    other: Option<&'a ConnectionView>,
}

impl Laid<'_> {
    /// The properties of the destination, then those that the source alone has.
    fn properties(&self) -> Vec<BoundProperty> {
        let find = |view: Option<&ConnectionView>, name: &str| {
            let mut all = view.into_iter().flat_map(|view| &view.properties);
            all.find(|property| property.name == name).cloned()
        };
        let mut names: Vec<&str> = Vec::new();
        for view in [self.other, self.own].into_iter().flatten() {
            for property in &view.properties {
                if !names.contains(&property.name.as_str()) {
                    names.push(&property.name);
                }
            }
        }
        let mut properties: Vec<BoundProperty> = names
            .into_iter()
            .filter_map(|name| {
                let (own, other) = (find(self.own, name), find(self.other, name));
                let base = other.clone().or_else(|| own.clone())?;
                Some(self.property(base, own, other))
            })
            .collect();
        properties.sort_by_key(|property| property.credential);
        properties
    }

    fn property(
        &self,
        base: PropertyView,
        own: Option<PropertyView>,
        other: Option<PropertyView>,
    ) -> BoundProperty {
        let bindings = &self.scene.draft.bindings;
        let file = base.kind == crate::view::PropertyKind::File;
        let set_there = other
            .as_ref()
            .is_some_and(|other| other.set || (self.configured && (base.secret || file)));
        let seen = |view: Option<PropertyView>| {
            let value = view.filter(|view| !view.secret)?.value?;
            (!base.secret).then_some(value)
        };
        let source = seen(own);
        let held = if self
            .binding
            .is_some_and(|own| own.secrets.contains(&base.name))
        {
            self.scene.app.held(&self.scene.to.id, self.id, &base.name)
        } else {
            SecretHeld::No
        };
        let entered = self.binding.and_then(|own| own.values.get(&base.name));
        BoundProperty {
            credential: self.credentials.contains(&base.name),
            rewritten: source
                .as_deref()
                .and_then(|value| bindings.rewritten(value)),
            destination: seen(other),
            set_there,
            entered: entered.filter(|_| !base.secret).cloned(),
            held,
            source,
            name: base.name,
            label: base.label,
            secret: base.secret,
            required: base.required,
            kind: base.kind,
            options: base.options,
        }
    }
}
