//! What a person typed, read and held against what can work. Each refusal names its field.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Map;
use url::Url;
use waybill_client::{Address, PastedAddress};
use waybill_model::Generation;

use super::sign_in_form::check_sign_in;
use crate::settings::{StoredInstance, StoredSettings, read_proxy, same_name};
use crate::view::{AddressReading, CommandError, InstanceForm};

const LONGEST_NAME: usize = 80;

/// What a pasted address tells, and what it leaves open.
pub(super) fn read_address(text: &str) -> Result<AddressReading, CommandError> {
    let pasted = parse(text)?;
    let is_oic3 = pasted.generation == Generation::Oic3;
    let hint = if !pasted.certain && pasted.own_host {
        Some(
            "This host name does not tell which Oracle Integration it is. Choose the generation, and for Oracle Integration 3 enter the service instance from the About page.",
        )
    } else if !pasted.certain {
        Some(
            "This looks like Oracle Integration 3, but some Gen 2 addresses look the same. The About page of the instance names its version.",
        )
    } else if is_oic3 && pasted.instance_name.is_none() {
        Some(
            "The address does not name the instance. Open the console of the instance, choose About in the menu of the user, and copy Service instance.",
        )
    } else {
        None
    };
    Ok(AddressReading {
        address: shown(&pasted.base),
        generation: (pasted.certain || !pasted.own_host).then_some(pasted.generation),
        instance_name: pasted.instance_name,
        region: pasted.region,
        hint: hint.map(str::to_owned),
    })
}

/// Reads a form. The answer is the instance as it will be stored, under `id`.
pub(super) fn check(
    form: &InstanceForm,
    id: &str,
    stored: &StoredSettings,
) -> Result<StoredInstance, CommandError> {
    let before = stored.instances.iter().find(|instance| instance.id == id);
    let name = check_name(&form.name, id, stored)?;
    let pasted = parse(&form.address)?;
    let region = pasted.region.clone();
    let named = pasted.instance_name.clone();
    let base = match form.generation {
        Generation::Oic3 => pasted.base,
        // A region in the host name belongs to the host itself before Oracle Integration 3.
        Generation::Gen2 | Generation::Ics => origin(&form.address).unwrap_or(pasted.base),
    };
    let instance_name = match form.generation {
        Generation::Oic3 => Some(
            given(form.instance_name.as_deref())
                .or(named)
                .ok_or_else(|| {
                    CommandError::field(
                        "instanceName",
                        "Oracle Integration 3 needs the name of the service instance.",
                    )
                    .guide("Open the console of the instance, choose About in the menu of the user, and copy Service instance.")
                })?,
        ),
        Generation::Gen2 | Generation::Ics => None,
    };
    if form.calls_per_minute == Some(0) {
        return Err(CommandError::field(
            "callsPerMinute",
            "With no call a minute nothing can be read. Leave the field empty for no limit.",
        ));
    }
    Ok(StoredInstance {
        id: id.to_owned(),
        name,
        environment: form.environment,
        generation: form.generation,
        address: shown(&base),
        instance_name,
        region,
        sign_in: check_sign_in(&form.sign_in, form.generation)?,
        write_policy: form
            .write_policy
            .or(before.map(|before| before.write_policy))
            .unwrap_or_else(|| form.environment.first_write_policy()),
        // Whoever changes an instance allows changes in it anew.
        writes_allowed_until: None,
        calls_per_minute: form.calls_per_minute,
        ca_file: check_ca_file(form.ca_file.as_deref())?,
        proxy: read_proxy(form.proxy.as_deref())?,
        practice: false,
        secrets_in: before.map_or_else(BTreeMap::new, |before| before.secrets_in.clone()),
        tested_at: before.and_then(|before| before.tested_at.clone()),
        sign_off_required: before.is_some_and(|before| before.sign_off_required),
        other: before.map_or_else(Map::new, |before| before.other.clone()),
    })
}

fn check_name(name: &str, id: &str, stored: &StoredSettings) -> Result<String, CommandError> {
    let name = name.trim();
    let wrong = |message: String| {
        Err(CommandError::field("name", message)
            .guide("Enter a name that tells this instance from the others, in one short line."))
    };
    if name.is_empty() {
        return wrong("The instance needs a name.".to_owned());
    }
    if name.chars().count() > LONGEST_NAME || name.chars().any(char::is_control) {
        return wrong(format!(
            "A name has at most {LONGEST_NAME} characters and stands on one line."
        ));
    }
    let taken = |other: &&StoredInstance| other.id != id && same_name(&other.name, name);
    if let Some(other) = stored.instances.iter().find(taken) {
        return wrong(format!(
            "There is an instance named `{}` already. Choose another name.",
            other.name
        ));
    }
    Ok(name.to_owned())
}

fn check_ca_file(text: Option<&str>) -> Result<Option<String>, CommandError> {
    let Some(path) = given(text) else {
        return Ok(None);
    };
    let wrong = |why: &str| {
        CommandError::field("caFile", format!("`{path}` cannot be used: {why}.")).guide(
            "Choose a file with certificates in PEM form: text with lines `-----BEGIN CERTIFICATE-----`.",
        )
    };
    let bytes = std::fs::read(Path::new(&path)).map_err(|source| wrong(&source.to_string()))?;
    let marker = b"-----BEGIN CERTIFICATE-----";
    if !bytes.windows(marker.len()).any(|window| window == marker) {
        return Err(wrong("it holds no certificate"));
    }
    Ok(Some(path))
}

fn parse(text: &str) -> Result<PastedAddress, CommandError> {
    Address::parse_pasted(text).map_err(|reason| {
        CommandError::field("address", crate::errors::sentence(&reason.to_string())).guide(
            "Open Oracle Integration in the browser and copy the address from there; any page of the instance will do.",
        )
    })
}

fn origin(text: &str) -> Option<Url> {
    let text = text.trim();
    let whole = if text.contains("://") {
        text.to_owned()
    } else {
        format!("https://{text}")
    };
    let mut url = Url::parse(&whole).ok()?;
    url.set_path("/");
    url.set_query(None);
    url.set_fragment(None);
    Some(url)
}

fn shown(url: &Url) -> String {
    url.as_str().trim_end_matches('/').to_owned()
}

pub(super) fn given(text: Option<&str>) -> Option<String> {
    text.map(str::trim)
        .filter(|text| !text.is_empty())
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use waybill_model::{Environment, WritePolicy};

    use super::*;
    use crate::view::SignInForm;

    fn form() -> InstanceForm {
        InstanceForm {
            id: None,
            name: " Acme TEST 2 ".into(),
            environment: Environment::Production,
            generation: Generation::Oic3,
            address: "https://design.integration.eu-frankfurt-1.ocp.oraclecloud.com/?integrationInstance=acme-oic-test-fr".into(),
            instance_name: None,
            sign_in: SignInForm::ClientCredentials {
                token_url: "idcs-4f0c.identity.oraclecloud.com".into(),
                client_id: "5e1d".into(),
                scope: "https://A1.integration.eu-frankfurt-1.ocp.oraclecloud.com:443/ic/api".into(),
            },
            write_policy: None,
            calls_per_minute: None,
            ca_file: Some(" ".into()),
            proxy: None,
        }
    }

    fn field_of(form: &InstanceForm, stored: &StoredSettings) -> String {
        check(form, "new", stored).unwrap_err().context["field"].clone()
    }

    #[test]
    fn what_can_be_worked_out_is_not_asked() {
        let instance = check(&form(), "new", &StoredSettings::default()).unwrap();
        assert_eq!(instance.name, "Acme TEST 2");
        assert_eq!(
            instance.address,
            "https://design.integration.eu-frankfurt-1.ocp.oraclecloud.com"
        );
        assert_eq!(instance.instance_name.as_deref(), Some("acme-oic-test-fr"));
        assert_eq!(instance.region.as_deref(), Some("eu-frankfurt-1"));
        assert_eq!(instance.write_policy, WritePolicy::ReadOnly);
        let SignInForm::ClientCredentials {
            token_url, scope, ..
        } = instance.sign_in
        else {
            panic!("client credentials")
        };
        assert_eq!(
            token_url,
            "https://idcs-4f0c.identity.oraclecloud.com/oauth2/v1/token"
        );
        assert!(scope.ends_with("/ic/api/"));
    }

    #[test]
    fn every_refusal_names_its_field() {
        let empty = StoredSettings::default();
        let mut stored = StoredSettings::default();
        stored
            .instances
            .push(check(&form(), "other", &empty).unwrap());
        assert_eq!(
            field_of(
                &InstanceForm {
                    name: "acme test 2".into(),
                    ..form()
                },
                &stored
            ),
            "name"
        );
        assert_eq!(
            field_of(
                &InstanceForm {
                    name: " ".into(),
                    ..form()
                },
                &empty
            ),
            "name"
        );
        assert_eq!(
            field_of(
                &InstanceForm {
                    address: "http://oic.acme.com".into(),
                    ..form()
                },
                &empty
            ),
            "address"
        );
        let no_name = "https://design.integration.eu-frankfurt-1.ocp.oraclecloud.com";
        assert_eq!(
            field_of(
                &InstanceForm {
                    address: no_name.into(),
                    ..form()
                },
                &empty
            ),
            "instanceName"
        );
        let basic = SignInForm::Basic { user: "ann".into() };
        assert_eq!(
            field_of(
                &InstanceForm {
                    sign_in: basic,
                    ..form()
                },
                &empty
            ),
            "signIn"
        );
        let token = |token_url: &str, client_id: &str, scope: &str| InstanceForm {
            sign_in: SignInForm::ClientCredentials {
                token_url: token_url.into(),
                client_id: client_id.into(),
                scope: scope.into(),
            },
            ..form()
        };
        assert_eq!(
            field_of(&token("http://idcs.acme.com", "c", "s"), &empty),
            "tokenUrl"
        );
        assert_eq!(
            field_of(&token("idcs.acme.com", " ", "s"), &empty),
            "clientId"
        );
        assert_eq!(field_of(&token("idcs.acme.com", "c", ""), &empty), "scope");
        let ca_file = Some("/nowhere/ca.pem".to_owned());
        assert_eq!(
            field_of(&InstanceForm { ca_file, ..form() }, &empty),
            "caFile"
        );
        let calls_per_minute = Some(0);
        assert_eq!(
            field_of(
                &InstanceForm {
                    calls_per_minute,
                    ..form()
                },
                &empty
            ),
            "callsPerMinute"
        );
    }

    #[test]
    fn a_sign_in_in_the_browser_knows_where_to_go_and_come_back() {
        let code = |authorize_url: Option<&str>, redirect_port| InstanceForm {
            sign_in: SignInForm::AuthorizationCode {
                token_url: "idcs-4f0c.identity.oraclecloud.com".into(),
                authorize_url: authorize_url.map(str::to_owned),
                client_id: "c".into(),
                scope: "s".into(),
                redirect_port,
            },
            ..form()
        };
        let empty = StoredSettings::default();
        let instance = check(&code(Some("idcs.acme.com"), 8734), "new", &empty).unwrap();
        let SignInForm::AuthorizationCode { authorize_url, .. } = instance.sign_in else {
            panic!("authorization code")
        };
        assert_eq!(
            authorize_url.as_deref(),
            Some("https://idcs.acme.com/oauth2/v1/authorize")
        );
        assert_eq!(field_of(&code(None, 80), &empty), "redirectPort");
        let insecure = code(Some("http://idcs.acme.com/"), 8734);
        assert_eq!(field_of(&insecure, &empty), "authorizeUrl");
    }

    #[test]
    fn a_gen_2_host_with_a_region_stays_as_it_is() {
        let host = "https://shop-ax1-fr.integration.eu-frankfurt-1.ocp.oraclecloud.com";
        let instance = check(
            &InstanceForm {
                address: format!("{host}/ic/home/"),
                generation: Generation::Gen2,
                sign_in: SignInForm::Basic { user: "ann".into() },
                ..form()
            },
            "new",
            &StoredSettings::default(),
        )
        .unwrap();
        assert_eq!(instance.address, host);
        assert_eq!(instance.instance_name, None);
    }

    #[test]
    fn an_address_that_leaves_something_open_says_what() {
        let reading = read_address("oic.acme.com").unwrap();
        assert_eq!(reading.generation, None);
        assert!(reading.hint.unwrap().contains("generation"));
        let whole = read_address(&form().address).unwrap();
        assert_eq!(whole.hint, None);
        assert_eq!(whole.instance_name.as_deref(), Some("acme-oic-test-fr"));
    }
}
