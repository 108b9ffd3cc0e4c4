//! Who is known to a sandbox at its start, and what its users are told.

use waybill_model::Generation;

use crate::house::Resident;
use crate::ready::ReadyInstance;
use crate::sandbox::SandboxError;
use crate::sign_in::{Caller, Person};
use crate::spec::{Application, ClientSpec, InstanceSpec, UserSpec};

/// The applications that are known from the start.
pub(crate) fn callers(
    specs: &[InstanceSpec],
    clients: &[ClientSpec],
    applications: &[Application],
) -> Result<Vec<Caller>, SandboxError> {
    let mut callers: Vec<Caller> = Vec::new();
    for spec in specs {
        // Instances may share a client.
        if let Some(known) = callers.iter_mut().find(|one| {
            one.id == spec.client_id && one.secret.as_deref() == Some(&spec.client_secret)
        }) {
            known.instances.push(spec.name.clone());
            continue;
        }
        let instances = vec![spec.name.clone()];
        let secret = Some(spec.client_secret.as_str());
        let mut caller = Caller::new(&spec.client_id, secret, spec.roles.clone(), instances);
        caller.redirects = REDIRECTS.iter().map(|uri| (*uri).to_owned()).collect();
        callers.push(caller);
    }
    callers.extend(clients.iter().map(|client| {
        let (roles, instances) = (client.roles.clone(), client.instances.clone());
        Caller::new(&client.id, Some(&client.secret), roles, instances)
    }));
    for application in applications {
        application
            .register(&mut callers)
            .map_err(|reason| SandboxError::Application {
                id: application.id.clone(),
                reason,
            })?;
    }
    Ok(callers)
}

/// The people who can sign in from the start.
pub(crate) fn people(specs: &[InstanceSpec], users: &[UserSpec]) -> Vec<Person> {
    let own = specs.iter().map(|spec| Person {
        name: spec.user.clone(),
        password: spec.password.clone(),
        roles: spec.roles.clone(),
        instances: vec![spec.name.clone()],
        second_factor: false,
    });
    own.chain(users.iter().map(UserSpec::person)).collect()
}

/// Where the sign-ins of the instances' own clients may end: what Waybill asks for by default.
const REDIRECTS: [&str; 4] = [
    "http://localhost:8734/callback",
    "http://127.0.0.1:8734/callback",
    "http://localhost:8734/",
    "http://127.0.0.1:8734/",
];

/// What users of an instance have to know.
pub(crate) fn introduce(
    spec: &InstanceSpec,
    resident: &Resident,
    callers: &[Caller],
) -> ReadyInstance {
    let oic3 = spec.generation == Generation::Oic3;
    let [scope, _] = resident.scopes();
    ReadyInstance {
        name: spec.name.clone(),
        generation: spec.generation,
        design_url: resident.base.clone(),
        console_url: oic3.then(|| resident.console.clone()),
        integration_instance: oic3.then(|| resident.wire_name.clone()),
        token_url: format!("{}/oauth2/v1/token", resident.base),
        client_id: spec.client_id.clone(),
        client_secret: spec.client_secret.clone(),
        authorize_url: format!("{}/oauth2/v1/authorize", resident.base),
        redirect_uris: callers
            .iter()
            .find(|caller| caller.id == spec.client_id)
            .map(|caller| caller.redirects.clone())
            .unwrap_or_default(),
        person: spec.user.clone(),
        person_password: spec.password.clone(),
        scope,
        user: (!oic3).then(|| spec.user.clone()),
        password: (!oic3).then(|| spec.password.clone()),
        files: Vec::new(),
    }
}
