//! The token endpoint of the identity domain, and who a caller is.

use std::time::Instant;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::json;
use uuid::Uuid;

use crate::chance::Chance;
use crate::house::{House, Resident, Token, hold};
use crate::role::Role;
use crate::wire::{problem, raw, to_bytes};

/// Answers `POST /oauth2/v1/token`.
pub(crate) fn give(house: &House, headers: &HeaderMap, form: &[u8]) -> Response<Body> {
    let form: Vec<(String, String)> = url::form_urlencoded::parse(form).into_owned().collect();
    let field = |name: &str| {
        form.iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.clone())
    };
    let given = basic(headers).or_else(|| Some((field("client_id")?, field("client_secret")?)));
    let caller = given.and_then(|(id, secret)| {
        house
            .callers
            .iter()
            .find(|caller| caller.id == id && caller.secret == secret)
    });
    let Some(caller) = caller else {
        return refuse(
            StatusCode::UNAUTHORIZED,
            "invalid_client",
            "Client authentication failed.",
        );
    };
    match field("grant_type").as_deref() {
        Some("client_credentials") => {}
        Some(_) => {
            return refuse(
                StatusCode::BAD_REQUEST,
                "unsupported_grant_type",
                "The grant type is not supported.",
            );
        }
        None => {
            return refuse(
                StatusCode::BAD_REQUEST,
                "invalid_request",
                "Missing parameter: grant_type.",
            );
        }
    }
    let scope = field("scope").unwrap_or_default();
    let mut audience = Vec::new();
    for wanted in scope.split_whitespace() {
        let home = house.residents.iter().find(|resident| {
            resident.scopes().iter().any(|own| own == wanted)
                && (caller.instances.is_empty() || caller.instances.contains(&resident.name))
        });
        if let Some(resident) = home {
            audience.push(resident);
        } else {
            audience.clear();
            break;
        }
    }
    if audience.is_empty() {
        return refuse(
            StatusCode::BAD_REQUEST,
            "invalid_scope",
            "The requested scope is invalid, unknown, or malformed.",
        );
    }
    let text = token(house, &caller.id, &audience);
    let life = house.token_life;
    hold(&house.tokens).insert(
        text.clone(),
        Token {
            audience: audience
                .iter()
                .map(|resident| resident.wire_name.clone())
                .collect(),
            who: caller.id.clone(),
            roles: caller.roles.clone(),
            ends: Instant::now() + life,
        },
    );
    let body = json!({"access_token": text, "token_type": "Bearer", "expires_in": life.as_secs()});
    token_answer(StatusCode::OK, &body)
}

/// A token in the form of those of identity domains; nothing but the sandbox can check it.
fn token(house: &House, client: &str, audience: &[&Resident]) -> String {
    let mut chance = Chance::of(Uuid::new_v4().as_u64_pair().0, client);
    let now = jiff::Timestamp::now().as_second();
    let life = i64::try_from(house.token_life.as_secs()).unwrap_or(3_600);
    let hosts: Vec<String> = audience
        .iter()
        .flat_map(|resident| {
            [
                format!(
                    "https://{}.integration.sandbox.ocp.oraclecloud.com:443",
                    resident.guid
                ),
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
    let tenant = "idcs-00000000000000000000000000000000";
    let claims = part(json!({
        "aud": hosts,
        "ca_guid": "cacct-00000000000000000000000000000000",
        "client_guid": chance.hex(16),
        "client_id": client,
        "client_name": "Sandbox client",
        "client_tenantname": tenant,
        "exp": now + life,
        "gtp": "cc",
        "iat": now,
        "iss": "https://identity.oraclecloud.com/",
        "jti": chance.hex(16),
        "opc": false,
        "primTenant": true,
        "region_name": "sandbox-idcs-1",
        "resource_app_id": chance.hex(16),
        "scope": "/ic/api/",
        "sidle": 480,
        "sub": client,
        "sub_mappingattr": "userName",
        "sub_type": "client",
        "tenant": tenant,
        "tenant_iss": format!("https://{tenant}.identity.oraclecloud.com:443"),
        "tok_type": "AT",
        "user.tenant.name": tenant,
    }));
    let signature = URL_SAFE_NO_PAD.encode(chance.hex(128));
    format!("{head}.{claims}.{signature}")
}

fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let text = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, encoded) = text.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (name, secret) = decoded.split_once(':')?;
    Some((name.to_owned(), secret.to_owned()))
}

fn refuse(status: StatusCode, error: &str, description: &str) -> Response<Body> {
    let body = json!({
        "ecid": Uuid::new_v4().simple().to_string(),
        "error": error,
        "error_description": description,
    });
    token_answer(status, &body)
}

fn token_answer(status: StatusCode, body: &serde_json::Value) -> Response<Body> {
    let mut response = raw(
        status,
        "application/json;charset=UTF-8",
        to_bytes(body).into(),
    );
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert("x-frame-options", HeaderValue::from_static("deny"));
    response
}

/// Who calls.
pub(crate) struct Sender {
    /// The id of a client, or the e-mail of a person: what `createdBy` and `lastUpdatedBy` show.
    pub who: String,
    pub roles: Vec<Role>,
}

/// The one who calls an instance, or the refusal. Oracle Integration 3 takes bearer
/// tokens only, Gen 2 a name and password too (documented).
pub(crate) fn sender(
    house: &House,
    headers: &HeaderMap,
    resident: Option<&Resident>,
    basic_allowed: bool,
) -> Result<Sender, Box<Response<Body>>> {
    let refused = || {
        let mut response = problem(StatusCode::UNAUTHORIZED, "Unauthorized.");
        response.headers_mut().insert(
            header::WWW_AUTHENTICATE,
            HeaderValue::from_static("Bearer realm=\"Oracle Integration\""),
        );
        Box::new(response)
    };
    if basic_allowed
        && let Some(resident) = resident
        && let Some((user, password)) = basic(headers)
    {
        return if user == resident.user && password == resident.password {
            Ok(Sender {
                who: user,
                roles: resident.roles.clone(),
            })
        } else {
            Err(refused())
        };
    }
    let text = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|text| text.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim())
        .ok_or_else(refused)?;
    let tokens = hold(&house.tokens);
    let token = tokens
        .get(text)
        .filter(|token| token.ends > Instant::now())
        .ok_or_else(refused)?;
    match resident {
        Some(resident) if !token.audience.contains(&resident.wire_name) => Err(refused()),
        _ => Ok(Sender {
            who: token.who.clone(),
            roles: token.roles.clone(),
        }),
    }
}
