//! What goes over the wire for changes, to the letter of the documentation: method, path, query,
//! override header, JSON, parts of forms.

use serde_json::{Value, json};
use waybill_client::wire::{
    Activation, CertificateDefinition, CertificateReplacement, ConnectionUpdate, Deactivation,
    IntegrationClone, IntegrationFlags, LibraryDefinition, LookupClone, LookupDefinition,
    PackageClone, PackageMember, PackageUpdate, PropertyChange, Recurrence, Replay,
    ScheduleDefinition, ScheduleMode, ScheduleParameter, ScheduleRun,
};
use waybill_client::{Client, ConnectionAttachment, Error, Upload};
use waybill_model::{Generation, Scope};
use wiremock::matchers::method;
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

use crate::support::{basic, client, instance};

const ID: &str = "SHOP_ORDERS|01.02.0000";

/// A change as it was sent, in one line: method, path and query (without the instance), override, body.
fn line(request: &Request) -> String {
    let mut query: Vec<String> = request
        .url
        .query_pairs()
        .filter(|(name, _)| name != "integrationInstance")
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    query.sort();
    let header = |name: &str| {
        request
            .headers
            .get(name)
            .map(|value| value.to_str().unwrap())
    };
    let path = request
        .url
        .path()
        .trim_start_matches("/ic/api/integration/v1");
    let mut words = vec![request.method.to_string()];
    words.push(if query.is_empty() {
        path.to_owned()
    } else {
        format!("{path}?{}", query.join("&"))
    });
    if let Some(method) = header("x-http-method-override") {
        words.push(format!("as {method}"));
    }
    match header("content-type") {
        Some(kind) if kind.starts_with("multipart/form-data") => {
            let boundary = kind.split("boundary=").nth(1).unwrap();
            words.push(parts(boundary, &request.body));
        }
        Some("application/json") => {
            let body: Value = serde_json::from_slice(&request.body).unwrap();
            words.push(body.to_string());
        }
        Some(other) => words.push(other.to_owned()),
        None => assert!(request.body.is_empty()),
    }
    words.join(" ")
}

/// `name[file name: type]=content` of each part.
fn parts(boundary: &str, body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    let quoted = |head: &str, name: &str| {
        let start = head.find(&format!("{name}=\""))? + name.len() + 2;
        let end = head[start..].find('"')? + start;
        Some(head[start..end].to_owned())
    };
    let mut all = Vec::new();
    for part in text.split(&format!("--{boundary}")) {
        let Some((head, content)) = part.split_once("\r\n\r\n") else {
            continue;
        };
        let name = quoted(head, " name").unwrap();
        let file = quoted(head, "filename").map_or(String::new(), |file| {
            let kind = head.lines().find_map(|line| {
                line.to_ascii_lowercase()
                    .strip_prefix("content-type: ")
                    .map(str::to_owned)
            });
            format!("[{file}: {}]", kind.unwrap_or_default())
        });
        all.push(format!("{name}{file}={}", content.trim_end()));
    }
    all.join(" & ")
}

/// A server that knows nothing by reading and takes every change.
async fn open_server(server: &MockServer) {
    Mock::given(method("GET"))
        .respond_with(ResponseTemplate::new(404))
        .mount(server)
        .await;
    for verb in ["POST", "PUT", "PATCH", "DELETE"] {
        Mock::given(method(verb))
            .respond_with(ResponseTemplate::new(200).set_body_json(json!({"id": "X"})))
            .with_priority(9)
            .mount(server)
            .await;
    }
}

async fn changes(server: &MockServer) -> Vec<String> {
    let requests = server.received_requests().await.unwrap();
    requests
        .iter()
        .filter(|request| {
            request.method.as_str() != "GET" && !request.url.path().ends_with("/token")
        })
        .map(line)
        .collect()
}

fn bytes(text: &'static str) -> Upload {
    Upload::Bytes(text.as_bytes().into())
}

#[tokio::test]
async fn integrations() -> Result<(), Error> {
    let server = instance().await;
    open_server(&server).await;
    let client = client(&server);
    let project = Scope::Project("LAB".into());
    client
        .import_integration(&Scope::Global, ID, bytes("iar"), None)
        .await?;
    client
        .import_integration(&project, ID, bytes("iar"), Some(true))
        .await?;
    client.replace_integration(ID, bytes("iar"), None).await?;
    client
        .activate_integration(&Scope::Global, ID, &Activation::default())
        .await?;
    let activation = Activation {
        flags: IntegrationFlags {
            tracing: Some(true),
            replay: Some(Replay { can_replay: false }),
            ..IntegrationFlags::default()
        },
        at_once: true,
        delete_event_subscription: Some(false),
        oracle_recommends: None,
    };
    client
        .activate_integration(&project, ID, &activation)
        .await?;
    let deactivation = Deactivation {
        stop_schedule: true,
        at_once: true,
        ..Deactivation::default()
    };
    client
        .deactivate_integration(&Scope::Global, ID, &deactivation)
        .await?;
    client
        .update_integration(&Scope::Global, ID, &activation.flags)
        .await?;
    let clone = IntegrationClone {
        code: "COPY".to_owned(),
        version: "01.00.0000".to_owned(),
        name: "Copy".to_owned(),
        ..IntegrationClone::default()
    };
    client.clone_integration(ID, &clone).await?;
    client.reactivate_integrations(&[ID]).await?;
    client.delete_integration(&project, ID).await?;
    let id = "/integrations/SHOP_ORDERS%7C01.02.0000";
    let archive = "type=application/octet-stream & file[SHOP_ORDERS_01.02.0000.iar: application/octet-stream]=iar";
    let set = r#""replay":{"canReplay":false}"#;
    assert_eq!(
        changes(&server).await,
        [
            format!("POST /integrations/archive {archive}"),
            format!("POST /projects/LAB/integrations/archive?includeRecordingFlag=true {archive}"),
            format!("PUT /integrations/archive {archive}"),
            format!(r#"POST {id} as PATCH {{"status":"ACTIVATED"}}"#),
            format!(
                r#"POST /projects/LAB{id}?deleteEventSubscriptionFlag=false&enableAsyncActivationMode=true as PATCH {{{set},"status":"ACTIVATED","tracingEnabledFlag":true}}"#
            ),
            format!(
                r#"POST {id}?enableAsyncActivationMode=true as PATCH {{"status":"CONFIGURED","stopScheduleForDeactivation":"true"}}"#
            ),
            format!(r#"POST {id} as PATCH {{{set},"tracingEnabledFlag":true}}"#),
            format!(r#"POST {id}/clone {{"code":"COPY","name":"Copy","version":"01.00.0000"}}"#),
            r#"POST /integrations/reactivate ["SHOP_ORDERS|01.02.0000"]"#.to_owned(),
            format!("DELETE /projects/LAB{id}"),
        ]
    );
    Ok(())
}

#[tokio::test]
async fn schedules() -> Result<(), Error> {
    let server = instance().await;
    open_server(&server).await;
    let client = client(&server);
    let within = Scope::Global;
    let definition = ScheduleDefinition::new("S", "UTC", &Recurrence::Minutes(65))
        .starting("1/20/2021|13:12:00");
    client.create_schedule(&within, ID, &definition).await?;
    client.update_schedule(&within, ID, &definition).await?;
    let value = ScheduleParameter {
        name: "p1".to_owned(),
        value: "v1".to_owned(),
    };
    client
        .set_schedule_parameters(&within, ID, std::slice::from_ref(&value))
        .await?;
    let plain = ScheduleMode::default();
    client
        .start_schedule(&within, ID, &ScheduleRun::default(), plain)
        .await?;
    let run = ScheduleRun {
        parameters: vec![value],
        run_as_schedule: Some(true),
        run_as_user_name: Some("user@example.com".to_owned()),
    };
    let at_once = ScheduleMode {
        at_once: true,
        retry: true,
    };
    client.start_schedule(&within, ID, &run, at_once).await?;
    client.stop_schedule(&within, ID, plain).await?;
    client.pause_schedule(&within, ID, plain).await?;
    client.resume_schedule(&within, ID, at_once).await?;
    client.run_now(&within, ID, &ScheduleRun::default()).await?;
    client.delete_schedule("LAB", ID).await?;
    let schedule = "/integrations/SHOP_ORDERS%7C01.02.0000/schedule";
    let body = r#"{"frequency":{"frequencyType":"MINUTELY","interval":65},"name":"S","scheduleTZ":"UTC","startDate":"1/20/2021|13:12:00"}"#;
    assert_eq!(
        changes(&server).await,
        [
            format!("POST {schedule} {body}"),
            format!("PUT {schedule} {body}"),
            format!(
                r#"PATCH {schedule}/parameters {{"parameters":[{{"name":"p1","value":"v1"}}]}}"#
            ),
            format!("POST {schedule}/start"),
            format!(
                r#"POST {schedule}/start?async=true&retry=true {{"parameters":[{{"name":"p1","value":"v1"}}],"runAsSchedule":true,"runAsUserName":"user@example.com"}}"#
            ),
            format!("POST {schedule}/stop"),
            format!("POST {schedule}/pause"),
            format!("POST {schedule}/resume?async=true&retry=true"),
            format!(r#"POST {schedule}/jobs {{"action":"NOW"}}"#),
            format!("DELETE /projects/LAB{schedule}"),
        ]
    );
    Ok(())
}

#[tokio::test]
async fn connections() -> Result<(), Error> {
    let server = instance().await;
    open_server(&server).await;
    let client = client(&server);
    let update = ConnectionUpdate {
        security_properties: vec![PropertyChange::secret("password", "canary-4711".into())],
        agent_group_id: Some("AGENTS".to_owned()),
        ..ConnectionUpdate::default()
    };
    let attachment = ConnectionAttachment {
        property: "wsdl".to_owned(),
        file_name: "shop.wsdl".to_owned(),
        content: bytes("<wsdl/>"),
    };
    let project = Scope::Project("LAB".into());
    client.update_connection(&project, "ERP", &update).await?;
    client.test_connection(&project, "ERP").await?;
    client
        .test_connection_with_attachments("ERP", &update, &[attachment], true)
        .await?;
    client.validate_connection("ERP", &update, &[]).await?;
    client.refresh_connection_metadata("ERP").await?;
    client
        .set_connection_attachment(
            &Scope::Global,
            "ERP",
            "PrivateKey",
            "key.pem",
            bytes("key"),
            Some("a/b.wsdl"),
        )
        .await?;
    client.delete_connection(&Scope::Global, "ERP").await?;
    let patch = r#"{"agentGroupId":"AGENTS","securityProperties":[{"propertyName":"password","propertyValue":"canary-4711"}]}"#;
    assert_eq!(
        changes(&server).await,
        [
            format!("POST /projects/LAB/connections/ERP as PATCH {patch}"),
            "POST /projects/LAB/connections/ERP/test".to_owned(),
            format!(
                "POST /connections/ERP/testWithAttachments?action=validate&patchAttachments=true as PATCH patch={patch} & wsdl[shop.wsdl: application/octet-stream]=<wsdl/>"
            ),
            format!("POST /connections/ERP/validate?patchAttachments=true as PATCH patch={patch}"),
            "POST /connections/ERP/metadata".to_owned(),
            "POST /connections/ERP/attachments/PrivateKey?serviceWSDL=a/b.wsdl type=application/octet-stream & file[key.pem: application/octet-stream]=key".to_owned(),
            "DELETE /connections/ERP".to_owned(),
        ]
    );
    Ok(())
}

#[tokio::test]
async fn packages_and_lookups() -> Result<(), Error> {
    let server = instance().await;
    open_server(&server).await;
    let client = client(&server);
    let project = Scope::Project("LAB".into());
    client.import_package("a.b", bytes("par"), None).await?;
    client
        .replace_package("a.b", bytes("par"), Some(false))
        .await?;
    let clone = PackageClone {
        name: "a.c".to_owned(),
        integrations: Vec::new(),
    };
    client.clone_package("a.b", &clone).await?;
    let update = PackageUpdate {
        name: "a.b".to_owned(),
        integrations: vec![PackageMember {
            code: "X".to_owned(),
            version: "01.00.0000".to_owned(),
        }],
    };
    client.update_package("a.b", &update).await?;
    client.load_sample_packages().await?;
    client.delete_package("a.b").await?;
    let lookup = LookupDefinition::new("myLookup", &["rightnow", "soap"], &[&["RN1", "SOAP1"]]);
    client.create_lookup(&project, &lookup).await?;
    client.update_lookup(&lookup).await?;
    let copy = LookupClone {
        name: "copy".to_owned(),
        ..LookupClone::default()
    };
    client.clone_lookup("myLookup", &copy).await?;
    client.import_lookup(&project, "L", bytes("csv")).await?;
    client.replace_lookup("L", bytes("csv")).await?;
    client.delete_lookup("L").await?;
    let form = |name: &str, content: &str| {
        format!("type=application/octet-stream & file[{name}: application/octet-stream]={content}")
    };
    let body =
        r#"{"columns":["rightnow","soap"],"name":"myLookup","rows":[{"rowData":["RN1","SOAP1"]}]}"#;
    assert_eq!(
        changes(&server).await,
        [
            format!("POST /packages/archive {}", form("a.b.par", "par")),
            format!(
                "PUT /packages/archive?includeRecordingFlag=false {}",
                form("a.b.par", "par")
            ),
            r#"POST /packages/a.b/clone {"name":"a.c"}"#.to_owned(),
            r#"POST /packages/a.b as PATCH {"integrations":[{"code":"X","version":"01.00.0000"}],"name":"a.b"}"#.to_owned(),
            "POST /packages/loadSamples".to_owned(),
            "DELETE /packages/a.b".to_owned(),
            format!("POST /projects/LAB/lookups {body}"),
            format!("PUT /lookups/myLookup {body}"),
            r#"POST /lookups/myLookup/clone {"name":"copy"}"#.to_owned(),
            format!("POST /projects/LAB/lookups/archive {}", form("L.csv", "csv")),
            format!("PUT /lookups/archive {}", form("L.csv", "csv")),
            "DELETE /lookups/L".to_owned(),
        ]
    );
    Ok(())
}

#[tokio::test]
async fn libraries_and_certificates() -> Result<(), Error> {
    let server = instance().await;
    open_server(&server).await;
    let client = client(&server);
    let library = LibraryDefinition {
        code: "JSLIB".to_owned(),
        version: "01.00.0000".to_owned(),
        name: "Library".to_owned(),
        description: None,
        file_name: "lib.js".to_owned(),
    };
    client
        .import_library(&Scope::Project("LAB".into()), &library, bytes("js"))
        .await?;
    client
        .replace_library_file("JSLIB|01.00.0000", "lib.js", bytes("js"))
        .await?;
    client
        .set_library_metadata("JSLIB|01.00.0000", bytes("<xml/>"))
        .await?;
    client.delete_library("JSLIB|01.00.0000").await?;
    let certificate = CertificateDefinition {
        name: "PARTNER".to_owned(),
        certificate_type: "PGP".to_owned(),
        category: "PRIVATE".to_owned(),
        installed_type: Some("USER".to_owned()),
        ascii: Some(true),
        pass_phrase: Some("open".into()),
        ..CertificateDefinition::default()
    };
    client
        .add_certificate(&certificate, "key.asc", bytes("key"))
        .await?;
    let replacement = CertificateReplacement {
        id: certificate.id(),
        name: "PARTNER".to_owned(),
        keystore: "PRIVATE".to_owned(),
        certificate_type: "PGP".to_owned(),
        ..CertificateReplacement::default()
    };
    client
        .replace_certificate(&replacement, "key.asc", bytes("key"))
        .await?;
    client.delete_certificate(&certificate.id()).await?;
    let library = "/libraries/JSLIB%7C01.00.0000";
    let id = "/certificates/USER%7CPGP%7CPRIVATE%7CPARTNER";
    let octets = "application/octet-stream";
    assert_eq!(
        changes(&server).await,
        [
            format!(
                "POST /projects/LAB/libraries/archive name=Library & code=JSLIB & version=01.00.0000 & type=API & file[lib.js: {octets}]=js"
            ),
            format!("POST {library}/archive type={octets} & file[lib.js: {octets}]=js"),
            format!("POST {library}/metadata file[JSLIB_01.00.0000.xml: {octets}]=<xml/>"),
            format!("DELETE {library}"),
            format!(
                "POST /certificates name=PARTNER & type=PGP & category=PRIVATE & installedType=USER & ascii=true & passPhrase=open & file[key.asc: {octets}]=key"
            ),
            format!(
                r#"POST {id} as PATCH file[key.asc: {octets}]=key & certificate[certificate.json: {octets}]={{"id":"USER|PGP|PRIVATE|PARTNER","keystore":"PRIVATE","name":"PARTNER","type":"PGP"}}"#
            ),
            format!("DELETE {id}"),
        ]
    );
    Ok(())
}

#[tokio::test]
async fn what_gen_2_does_not_know_is_not_sent() {
    let server = MockServer::start().await;
    open_server(&server).await;
    let client = Client::new(basic(Generation::Gen2, &server.uri())).unwrap();
    let within = Scope::Global;
    let recording = IntegrationFlags {
        recording: Some(true),
        ..IntegrationFlags::default()
    };
    let stopping = Deactivation {
        stop_schedule: true,
        ..Deactivation::default()
    };
    let at_once = ScheduleMode {
        at_once: true,
        retry: false,
    };
    let refused = [
        client.update_integration(&within, ID, &recording).await,
        client.deactivate_integration(&within, ID, &stopping).await,
        client.stop_schedule(&within, ID, at_once).await,
        client.reactivate_integrations(&[ID]).await,
        client.delete_certificate("USER|PGP|PUBLIC|X").await,
        client.delete_schedule("LAB", ID).await,
    ];
    for error in refused.map(Result::unwrap_err) {
        assert_eq!(
            *error.kind(),
            waybill_client::ErrorKind::Unsupported,
            "{error}"
        );
    }
    assert_eq!(changes(&server).await, Vec::<String>::new());
}
