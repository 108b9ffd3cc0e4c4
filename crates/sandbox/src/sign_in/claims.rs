//! Tokens in the form of those of identity domains (recorded for client credentials; the claims of
//! people are inferred). Nothing but the sandbox itself can check them.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;
use uuid::Uuid;

use super::tokens::Grant;
use crate::chance::Chance;
use crate::house::{House, Resident};
use crate::wire::to_bytes;

const TENANT: &str = "idcs-00000000000000000000000000000000";

/// A new access token. `kind` is the short name of the grant: `cc` for client credentials.
pub(crate) fn access_token(
    house: &House,
    grant: &Grant,
    audience: &[&Resident],
    shown: &str,
    kind: &str,
) -> String {
    let mut chance = Chance::of(Uuid::new_v4().as_u64_pair().0, &grant.client);
    let now = jiff::Timestamp::now().as_second();
    let life = i64::try_from(house.token_life.as_secs()).unwrap_or(3_600);
    let hosts: Vec<String> = audience
        .iter()
        .flat_map(|resident| {
            let host =
                |name: &str| format!("https://{name}.integration.sandbox.ocp.oraclecloud.com:443");
            [
                host(&resident.guid),
                host(&resident.wire_name),
                format!("urn:opc:lbaas:logicalguid={}", resident.guid),
            ]
        })
        .collect();
    let part = |value: serde_json::Value| URL_SAFE_NO_PAD.encode(to_bytes(&value));
    let head = part(json!({
        "alg": "RS256",
        "kid": "SIGNING_KEY",
        "x5t": chance.hex(20),
        "x5t#S256": chance.hex(32),
    }));
    let person = grant.person.as_deref();
    let claims = part(json!({
        "aud": hosts,
        "ca_guid": "cacct-00000000000000000000000000000000",
        "client_guid": chance.hex(16),
        "client_id": grant.client,
        "client_name": "Sandbox client",
        "client_tenantname": TENANT,
        "exp": now + life,
        "gtp": kind,
        "iat": now,
        "iss": "https://identity.oraclecloud.com/",
        "jti": chance.hex(16),
        "opc": false,
        "primTenant": true,
        "region_name": "sandbox-idcs-1",
        "resource_app_id": chance.hex(16),
        "scope": shown,
        "sidle": 480,
        "sub": person.unwrap_or(&grant.client),
        "sub_mappingattr": "userName",
        "sub_type": if person.is_some() { "user" } else { "client" },
        "tenant": TENANT,
        "tenant_iss": format!("https://{TENANT}.identity.oraclecloud.com:443"),
        "tok_type": "AT",
        "user.tenant.name": TENANT,
        "user_displayname": person,
    }));
    let signature = URL_SAFE_NO_PAD.encode(chance.hex(128));
    format!("{head}.{claims}.{signature}")
}

/// Something nobody can guess.
pub(crate) fn secret_text() -> String {
    format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple())
}
