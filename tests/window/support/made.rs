//! Files as they lie on a disk: archives made here, and the real ones where there are any.

use std::fmt::Write as _;
use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// A password as somebody keeps it in a lookup; nobody may read it on a screen.
pub const PASSWORD: &str = "Zq9rTTkk-4711-welcome";
/// A host that stands in the made integration.
pub const HOST: &str = "orders.acme-dev.example.com";

const OWN: &str = "icspackage/project/ORDER_01.00.0000/";

const HEAD: &str = r#"<?xml version='1.0'?><p:icsproject xmlns="http://www.oracle.com/2014/03/ics/project/definition" xmlns:f="http://www.oracle.com/2014/03/ics/flow/definition" xmlns:p="http://www.oracle.com/2014/03/ics/project" name="ORDER" version="10.1" modelType="freeform"><projectCode>ORDER</projectCode><projectVersion>01.00.0000</projectVersion><projectName>Order sync</projectName><percentComplete>100</percentComplete><p:icsflow><f:application name="application_1"><f:role>source</f:role><f:adapter><f:type>app-adapter</f:type><f:code>ERP</f:code><f:name>Receive</f:name></f:adapter><f:mep>push-sync</f:mep><f:outbound><f:operation>execute</f:operation></f:outbound></f:application>"#;

const CONNECTION: &str = r#"<a:ApplicationInstance xmlns:a="http://xmlns.oracle.com/adapters/cloud"><instanceCode>ERP</instanceCode><displayName>ERP cloud</displayName><applicationTypeRef>rest</applicationTypeRef><connectionProperties><connectionProperty><name>connectionUrl</name><value>https://{host}/orders</value></connectionProperty></connectionProperties><securityPolicy>USERNAME_PASSWORD_TOKEN</securityPolicy><status>CONFIGURED</status></a:ApplicationInstance>"#;

const ATTRIBUTES: &str = "project_code=ORDER\nproject_version=01.00.0000\nproject_persisted_state=CONFIGURED\npackage_name=acme.orders\nversion=25.06\n";

const LOOKUP: &str = r#"<?xml version='1.0'?><dvm name="ACCESS" xmlns="http://xmlns.oracle.com/dvm"><description>Who may</description><columns><column name="key"/><column name="value"/></columns><rows><row><cell>region</cell><cell>eu</cell></row><row><cell>ftp_password</cell><cell>{password}</cell></row></rows></dvm>"#;

/// An integration of so many steps, with a connection to [`HOST`].
pub fn integration(path: &Path, steps: usize) {
    let (mut parts, mut flow) = (String::new(), String::new());
    for step in 0..steps {
        let _ = write!(
            parts,
            "<f:processor name=\"processor_{step}\"><f:type>wait</f:type>\
             <f:processorName>Step {step}</f:processorName></f:processor>"
        );
        let _ = write!(flow, "<f:wait id=\"w{step}\" refUri=\"processor_{step}\"/>");
    }
    let model = format!(
        "{HEAD}{parts}<f:orchestration><f:globalTry id=\"g0\">\
         <f:receive id=\"r0\" refUri=\"application_1/outbound_1\" name=\"Receive\"/>{flow}\
         </f:globalTry></f:orchestration></p:icsflow></p:icsproject>"
    );
    archive(path, &with_connection(&model));
}

/// A small integration with a lookup that holds [`PASSWORD`].
pub fn giving_away(path: &Path) {
    let model = format!(
        "{HEAD}<f:orchestration><f:globalTry id=\"g0\">\
         <f:receive id=\"r0\" refUri=\"application_1/outbound_1\" name=\"Receive\"/>\
         </f:globalTry></f:orchestration></p:icsflow></p:icsproject>"
    );
    let mut files = with_connection(&model);
    let lookup = LOOKUP.replace("{password}", PASSWORD);
    files.push(("icspackage/dvms/ACCESS.dvm".to_owned(), lookup.into_bytes()));
    archive(path, &files);
}

fn with_connection(model: &str) -> Vec<(String, Vec<u8>)> {
    [
        (format!("{OWN}PROJECT-INF/project.xml"), model.to_owned()),
        (
            format!("{OWN}ics_project_attributes.properties"),
            ATTRIBUTES.to_owned(),
        ),
        (
            "icspackage/appinstances/ERP.xml".to_owned(),
            CONNECTION.replace("{host}", HOST),
        ),
    ]
    .into_iter()
    .map(|(path, text)| (path, text.into_bytes()))
    .collect()
}

/// A package of archives.
pub fn package(path: &Path, archives: &[&Path]) {
    let mut files: Vec<(String, Vec<u8>)> = archives
        .iter()
        .map(|one| {
            let name = one.file_name().unwrap().to_str().unwrap();
            (format!("icspackage_{name}"), std::fs::read(one).unwrap())
        })
        .collect();
    files.push((
        "ics_package_attributes.properties".to_owned(),
        b"package_name=acme.orders\nisPrebuilt=false\n".to_vec(),
    ));
    archive(path, &files);
}

/// The first half of a file: what is left of it when a copy was broken off.
pub fn half(of: &Path, path: &Path) {
    let bytes = std::fs::read(of).unwrap();
    std::fs::write(path, &bytes[..bytes.len() / 2]).unwrap();
}

fn archive(path: &Path, files: &[(String, Vec<u8>)]) {
    let mut zip = ZipWriter::new(File::create(path).unwrap());
    for (name, bytes) in files {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap();
}

/// A path as a part of an address of the window.
pub fn in_address(path: &Path) -> String {
    let path = path.to_str().unwrap();
    path.replace('%', "%25")
        .replace('/', "%2F")
        .replace(' ', "%20")
}

/// A real archive by its path in the folder of real archives. Where the folder is absent this is
/// said, and the test goes on with what it has made.
pub fn real(path: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("WAYBILL_ARCHIVES").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/archives"),
        PathBuf::from,
    );
    let file = folder.join(path);
    if file.is_file() {
        return Some(file.canonicalize().unwrap());
    }
    println!("passed over: {path} is not in {}", folder.display());
    None
}
