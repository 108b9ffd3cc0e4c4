//! Users, groups, applications, application roles and grants, as the resources they are on the wire.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::chance::Chance;
use crate::house::Resident;
use crate::role::Role;
use crate::spec::IdentitySpec;
use crate::synthetic::PEOPLE;

/// The service roles of an instance (documented: "Oracle Integration service roles").
const ROLES: [&str; 8] = [
    "ServiceAdministrator",
    "ServiceDeveloper",
    "ServiceMonitor",
    "ServiceDeployer",
    "ServiceUser",
    "ServiceEndUser",
    "ServiceInvoker",
    "ServiceViewer",
];

/// Groups that are there from the start, with the numbers of their members.
const GROUPS: [(&str, &[usize]); 3] = [
    ("ServiceAdministrator", &[0]),
    ("Integration Developers", &[1, 2, 3]),
    ("Integration Monitors", &[4]),
];

/// Everything the identity domain knows.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Directory {
    pub users: Vec<Value>,
    pub groups: Vec<Value>,
    pub apps: Vec<Value>,
    pub app_roles: Vec<Value>,
    pub grants: Vec<Value>,
    /// Grants that were taken back: what someone had from the start does not count any more.
    pub revoked: Vec<Value>,
}

/// Someone who may call from the start.
pub(crate) struct Holder {
    /// The e-mail of a person, the id of an application.
    pub name: String,
    pub person: bool,
    pub roles: Vec<Role>,
    /// The instances (by name) it is known in; empty for all.
    pub instances: Vec<String>,
}

/// Why a grant was not made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    Invalid(&'static str),
    Exists,
}

/// The id of a user or group of that name, the same at each start.
pub(crate) fn id_of(kind: &str, name: &str) -> String {
    Chance::of(7, &format!("{kind} {name}")).hex(16)
}

fn text<'value>(value: &'value Value, pointer: &str) -> &'value str {
    value
        .pointer(pointer)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

fn resource(kind: &str, id: &str, members: Value) -> Value {
    let schema = match kind {
        "User" | "Group" => format!("urn:ietf:params:scim:schemas:core:2.0:{kind}"),
        _ => format!("urn:ietf:params:scim:schemas:oracle:idcs:{kind}"),
    };
    let moment = Timestamp::now()
        .strftime("%Y-%m-%dT%H:%M:%S%.3fZ")
        .to_string();
    let mut whole = json!({
        "id": id,
        "meta": {"created": moment, "lastModified": moment, "resourceType": kind, "version": "1"},
        "schemas": [schema],
    });
    if let (Some(whole), Value::Object(members)) = (whole.as_object_mut(), members) {
        whole.extend(members);
    }
    whole
}

impl Directory {
    /// The people of the practice instances, an application per instance and per client, and the
    /// roles that all of them were started with.
    pub fn new(residents: &[Resident], holders: &[Holder]) -> Self {
        let mut directory = Self::default();
        let mut names: Vec<&str> = PEOPLE.to_vec();
        names.push("developer@example.com");
        for holder in holders.iter().filter(|holder| holder.person) {
            if !names.contains(&holder.name.as_str()) {
                names.push(&holder.name);
            }
        }
        directory.users = names.into_iter().map(user).collect();
        for (name, members) in GROUPS {
            let members: Vec<Value> = members
                .iter()
                .filter_map(|index| PEOPLE.get(*index))
                .map(|person| {
                    json!({"display": person, "type": "User", "value": id_of("user", person)})
                })
                .collect();
            let shown = json!({"displayName": name, "members": members});
            directory
                .groups
                .push(resource("Group", &id_of("group", name), shown));
        }
        for resident in residents {
            directory.add_instance(resident);
        }
        for holder in holders {
            let (kind, id) = if holder.person {
                ("User", id_of("user", &holder.name))
            } else {
                ("App", id_of("app", &holder.name))
            };
            if kind == "App" && directory.find("Apps", &id).is_none() {
                let shown = json!({
                    "active": true,
                    "displayName": holder.name,
                    "isOAuthClient": true,
                    "isOAuthResource": false,
                    "name": holder.name,
                });
                directory.apps.push(resource("App", &id, shown));
            }
            let homes = residents.iter().filter(|resident| {
                holder.instances.is_empty() || holder.instances.contains(&resident.name)
            });
            for home in homes {
                for role in &holder.roles {
                    directory.seed(kind, &id, home, *role);
                }
            }
        }
        directory
    }

    /// Adds a user or group, in the place of one with this name.
    pub fn add(&mut self, identity: &IdentitySpec, domain: &str) {
        match identity {
            IdentitySpec::User {
                name,
                display,
                email,
                active,
            } => {
                let shown = json!({
                    "active": active,
                    "displayName": display,
                    "emails": [{"primary": true, "type": "work", "value": email}],
                    "name": {"familyName": display, "formatted": display},
                    "userName": name,
                });
                self.users.retain(|one| text(one, "/userName") != name);
                let id = id_of("user", &within(domain, name));
                self.users.push(resource("User", &id, shown));
            }
            IdentitySpec::Group { name, members } => {
                let members: Vec<Value> = members
                    .iter()
                    .filter_map(|member| {
                        let mut users = self.users.iter();
                        let user = users.find(|one| text(one, "/userName") == member)?;
                        let id = text(user, "/id");
                        Some(json!({"display": member, "type": "User", "value": id}))
                    })
                    .collect();
                let shown = json!({"displayName": name, "members": members});
                self.groups.retain(|one| text(one, "/displayName") != name);
                let id = id_of("group", &within(domain, name));
                self.groups.push(resource("Group", &id, shown));
            }
        }
    }

    fn add_instance(&mut self, resident: &Resident) {
        let app = id_of("app", &resident.wire_name);
        let shown = json!({
            "active": true,
            "audience": format!("https://{}.integration.sandbox.ocp.oraclecloud.com:443", resident.guid),
            "displayName": resident.wire_name,
            "isOAuthClient": true,
            "isOAuthResource": true,
            "name": format!("{}_APPID", resident.guid),
            "serviceTypeURN": "INTEGRATION",
        });
        self.apps.push(resource("App", &app, shown));
        for role in ROLES {
            let shown = json!({
                "adminRole": role == "ServiceAdministrator",
                "app": {"display": resident.wire_name, "value": app},
                "availableToClients": true,
                "availableToGroups": true,
                "availableToUsers": true,
                "displayName": role,
            });
            let id = id_of("role", &format!("{} {role}", resident.wire_name));
            self.app_roles.push(resource("AppRole", &id, shown));
        }
    }

    fn seed(&mut self, kind: &str, grantee: &str, resident: &Resident, role: Role) {
        let Some(name) = ROLES.iter().find(|name| Role::parse(name) == Some(role)) else {
            return;
        };
        let request = json!({
            "app": {"value": id_of("app", &resident.wire_name)},
            "entitlement": {
                "attributeName": "appRoles",
                "attributeValue": id_of("role", &format!("{} {name}", resident.wire_name)),
            },
            "grantMechanism": format!("ADMINISTRATOR_TO_{}", kind.to_uppercase()),
            "grantee": {"type": kind, "value": grantee},
        });
        // Whoever is named twice has the role already.
        let _ = self.grant(&request);
    }

    /// All resources of a kind, by its name in paths.
    pub fn all(&self, kind: &str) -> Option<&[Value]> {
        Some(match kind {
            "Users" => &self.users,
            "Groups" => &self.groups,
            "Apps" => &self.apps,
            "AppRoles" => &self.app_roles,
            "Grants" => &self.grants,
            _ => return None,
        })
    }

    pub fn find(&self, kind: &str, id: &str) -> Option<&Value> {
        self.all(kind)?.iter().find(|one| text(one, "/id") == id)
    }

    /// Grants a role; answers with the grant.
    pub fn grant(&mut self, request: &Value) -> Result<Value, Refusal> {
        let kind = text(request, "/grantee/type");
        let (kinds, mechanism) = match kind {
            "User" => ("Users", "ADMINISTRATOR_TO_USER"),
            "Group" => ("Groups", "ADMINISTRATOR_TO_GROUP"),
            "App" => ("Apps", "ADMINISTRATOR_TO_APP"),
            _ => return Err(Refusal::Invalid("grantee.type")),
        };
        let grantee = text(request, "/grantee/value");
        let known = self
            .find(kinds, grantee)
            .ok_or(Refusal::Invalid("grantee.value"))?;
        let display = known
            .get("displayName")
            .or_else(|| known.get("userName"))
            .cloned();
        if text(request, "/grantMechanism") != mechanism {
            return Err(Refusal::Invalid("grantMechanism"));
        }
        let app = text(request, "/app/value");
        if self.find("Apps", app).is_none() {
            return Err(Refusal::Invalid("app.value"));
        }
        if text(request, "/entitlement/attributeName") != "appRoles" {
            return Err(Refusal::Invalid("entitlement.attributeName"));
        }
        let role = text(request, "/entitlement/attributeValue");
        let role_of_app = self
            .find("AppRoles", role)
            .filter(|found| text(found, "/app/value") == app);
        let Some(found) = role_of_app else {
            return Err(Refusal::Invalid("entitlement.attributeValue"));
        };
        let entitlement = json!({
            "attributeName": "appRoles",
            "attributeValue": role,
            "display": found.get("displayName"),
        });
        let same = |one: &Value| {
            text(one, "/grantee/value") == grantee
                && text(one, "/entitlement/attributeValue") == role
        };
        if self.grants.iter().any(same) {
            return Err(Refusal::Exists);
        }
        let shown = json!({
            "app": {"value": app},
            "entitlement": entitlement,
            "grantMechanism": mechanism,
            "grantee": {"display": display, "type": kind, "value": grantee},
            "isFulfilled": true,
        });
        let made = resource("Grant", &Uuid::new_v4().simple().to_string(), shown);
        self.grants.push(made.clone());
        Ok(made)
    }

    /// False where there is no such grant.
    pub fn revoke(&mut self, id: &str) -> bool {
        let Some(index) = self.grants.iter().position(|one| text(one, "/id") == id) else {
            return false;
        };
        let grant = self.grants.remove(index);
        self.revoked.push(grant);
        true
    }

    /// Whether a user (`user`) or group (`group`) has the id.
    pub fn knows(&self, kind: &str, id: &str) -> bool {
        let kinds = if kind == "group" { "Groups" } else { "Users" };
        self.find(kinds, id).is_some()
    }

    /// The roles that a client or person has in an instance: those it was started with and still
    /// has, and those granted here to it or to one of its groups.
    pub fn roles_in(&self, subject: &str, wire_name: &str, started_with: &[Role]) -> Vec<Role> {
        let named = |one: &&Value, name: &str| text(one, name) == subject;
        let known = self
            .apps
            .iter()
            .find(|one| named(one, "/name"))
            .or_else(|| self.users.iter().find(|one| named(one, "/userName")));
        let Some(id) = known.map(|one| text(one, "/id")) else {
            return started_with.to_vec();
        };
        let mut holders = vec![id];
        for group in &self.groups {
            let members = group.get("members").and_then(Value::as_array);
            if members.is_some_and(|all| all.iter().any(|one| text(one, "/value") == id)) {
                holders.push(text(group, "/id"));
            }
        }
        let app = id_of("app", wire_name);
        let of = |grants: &[Value], holders: &[&str]| -> Vec<Role> {
            grants
                .iter()
                .filter(|one| text(one, "/app/value") == app)
                .filter(|one| holders.contains(&text(one, "/grantee/value")))
                .filter_map(|one| Role::parse(text(one, "/entitlement/display")))
                .collect()
        };
        let mut roles = of(&self.grants, &holders);
        let revoked = of(&self.revoked, &[id]);
        for role in started_with {
            if !revoked.contains(role) && !roles.contains(role) {
                roles.push(*role);
            }
        }
        roles
    }
}

/// A name as one of this domain alone.
fn within(domain: &str, name: &str) -> String {
    if domain.is_empty() {
        name.to_owned()
    } else {
        format!("{domain} {name}")
    }
}

fn user(name: &str) -> Value {
    let capital = |part: &str| {
        let mut signs = part.chars();
        signs.next().map_or(String::new(), |first| {
            first.to_uppercase().chain(signs).collect()
        })
    };
    let local = name.split('@').next().unwrap_or(name);
    let (given, family) = local.split_once('.').unwrap_or(("", local));
    let (given, family) = (capital(given), capital(family));
    let formatted = format!("{given} {family}").trim().to_owned();
    let shown = json!({
        "active": true,
        "displayName": formatted,
        "emails": [{"primary": true, "type": "work", "value": name}],
        "name": {"familyName": family, "formatted": formatted, "givenName": given},
        "userName": name,
    });
    resource("User", &id_of("user", name), shown)
}
