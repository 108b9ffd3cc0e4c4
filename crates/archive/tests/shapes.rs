//! Shapes that exports of 2016 to 2026 have and that are rare: each in a small archive made for it.

#![allow(
    clippy::unwrap_used,
    reason = "a test may stop at what it did not expect"
)]

use std::io::{Cursor, Write};

use waybill_archive::{
    ArchiveKind, Limits, OddityKind, Opened, Rule, Severity, StepKind, Style, findings, read,
    read_design,
};
use waybill_model::{Generation, Scope};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A model; `flow` is in the namespace of the prefix `f`.
fn model(code: &str, version: &str, format: &str, flow: &str) -> String {
    format!(
        r#"<p:icsproject xmlns:p="http://www.oracle.com/2014/03/ics/project" xmlns="http://www.oracle.com/2014/03/ics/project/definition" xmlns:f="http://www.oracle.com/2014/03/ics/flow/definition" version="{format}"><projectCode>{code}</projectCode><projectVersion>{version}</projectVersion><projectName>{code}</projectName><p:icsflow>{flow}</p:icsflow></p:icsproject>"#
    )
}

fn application(id: u32, role: &str, connection: &str) -> String {
    format!(
        r#"<f:application name="application_{id}"><f:role>{role}</f:role><f:adapter><f:code>{connection}</f:code><f:name>e{id}</f:name></f:adapter><f:mep>fire-and-forget</f:mep></f:application>"#
    )
}

fn lookup(name: &str) -> String {
    format!(
        r#"<dvm name="{name}" xmlns="http://xmlns.oracle.com/dvm"><columns><column name="a"/></columns><rows><row><cell>ü</cell></row></rows></dvm>"#
    )
}

/// An integration archive with a flow and further files (paths from `icspackage/`).
fn integration(flow: &str, files: &[(&str, &[u8])]) -> Vec<u8> {
    let model = model("X", "01.00.0000", "10.1", flow);
    let names: Vec<String> = files
        .iter()
        .map(|(name, _)| format!("icspackage/{name}"))
        .collect();
    let mut all = vec![(
        "icspackage/project/X_01.00.0000/PROJECT-INF/project.xml",
        model.as_bytes(),
    )];
    all.extend(
        names
            .iter()
            .zip(files)
            .map(|(name, (_, bytes))| (name.as_str(), *bytes)),
    );
    zipped(&all)
}

fn design(flow: &str, files: &[(&str, &[u8])]) -> Opened {
    read_design(&integration(flow, files)).unwrap()
}

#[test]
fn a_package_of_2016_has_members_without_names_and_few_attributes() {
    let source = model("OLD", "01.00.0000", "3.0", "");
    let inner = zipped(&[(
        "icspackage/project/OLD_01.00.0000/PROJECT-INF/project.xml",
        source.as_bytes(),
    )]);
    let package = zipped(&[
        (
            "ics_package_attributes.properties",
            b"#Tue Nov 01\npackage_name=com.example.old\nclone=false\n",
        ),
        ("icspackage0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f.iar", &inner),
    ]);
    let opened = read(&package).unwrap();
    assert_eq!(opened.kind, ArchiveKind::Package);
    let one = &opened.contents.integrations[0];
    assert_eq!(one.package.as_deref(), Some("com.example.old"));
    assert_eq!(one.generation, Some(Generation::Ics));
    assert_eq!(one.state, None);
    assert!(
        one.oddities
            .iter()
            .any(|odd| odd.kind == OddityKind::Missing)
    );
}

#[test]
fn versions_of_other_digits_are_taken_as_they_are() {
    let source = model("X", "1.2.10", "8.0", "");
    let bytes = zipped(&[(
        "icspackage/project/X_1.2.10/PROJECT-INF/project.xml",
        source.as_bytes(),
    )]);
    let opened = read(&bytes).unwrap();
    assert_eq!(
        opened.contents.integrations[0].reference.to_string(),
        "X|1.2.10"
    );
    assert_eq!(opened.renamed("X_1.2.10.iar"), None);
}

#[test]
fn literal_addresses_stay_and_certificates_are_named() {
    let connection = br#"<a:ApplicationInstance xmlns:a="http://xmlns.oracle.com/adapters/cloud"><instanceCode>OLD</instanceCode><applicationTypeRef>soap</applicationTypeRef><somethingNew/><connectionProperties><connectionProperty><name>targetWSDLURL</name><value>https://old.example.com/ws?wsdl</value></connectionProperty><connectionProperty><name>SSLCERTIFICATE</name><value>old_root</value></connectionProperty><connectionProperty><name>HostKeyCertificate</name><value>%%OLD_HostKeyCertificate</value></connectionProperty></connectionProperties></a:ApplicationInstance>"#;
    let opened = design("", &[("appinstances/OLD.xml", connection)]);
    let one = &opened.contents.connections[0];
    assert_eq!(
        one.properties[0].value.as_deref(),
        Some("https://old.example.com/ws?wsdl")
    );
    assert_eq!(one.certificates, ["old_root"]);
}

#[test]
fn events_and_several_receivers_are_told() {
    let events = format!(
        "{}<f:orchestration><f:globalTry id='g0'><f:subscribe refUri='application_1' id='s0'/><f:publish refUri='application_2' id='p0'/></f:globalTry></f:orchestration>",
        application(1, "source", "EVENTS") + &application(2, "target", "EVENTS")
    );
    let opened = design(
        &events,
        &[(
            "eventtypes/ORDER_1.json",
            b"{\"code\":\"ORDER\",\"revision\":1}",
        )],
    );
    assert_eq!(opened.contents.integrations[0].style, Style::Event);
    assert_eq!(opened.contents.events[0].revision.as_deref(), Some("1"));

    let pick = format!(
        "{}<f:orchestration><f:pick id='p0'><f:pickReceive refUri='application_1' id='r0'/><f:pickReceive refUri='application_2' id='r1'/></f:pick></f:orchestration>",
        application(1, "source", "A") + &application(2, "source", "A")
    );
    let opened = design(&pick, &[]);
    let one = &opened.contents.integrations[0];
    assert_eq!(one.style, Style::AppDrivenAsync);
    let steps = &one.design.as_ref().unwrap().steps;
    let kinds: Vec<_> = steps[0].children.iter().map(|step| &step.kind).collect();
    assert_eq!(kinds, [&StepKind::PickReceive, &StepKind::PickReceive]);
}

#[test]
fn conditions_are_told_of_branches_and_loops() {
    let flow = "<f:processor name='processor_1'><f:type>while</f:type><f:resourceGroup><f:resource location='../resources/processor_1/expr.properties'/></f:resourceGroup></f:processor><f:orchestration><f:while refUri='processor_1' id='w0'/></f:orchestration>";
    let opened = design(
        flow,
        &[(
            "project/X_01.00.0000/resources/processor_1/expr.properties",
            b"TextExpression : more\nXpathExpression : $more = 'y'\n",
        )],
    );
    let steps = &opened.contents.integrations[0]
        .design
        .as_ref()
        .unwrap()
        .steps;
    assert_eq!(steps[0].condition().unwrap().xpath, "$more = 'y'");
}

#[test]
fn only_endpoints_of_the_flow_call_other_integrations() {
    let flow = format!(
        "{}<f:orchestration><f:invoke refUri='application_2' id='i0'/></f:orchestration>",
        application(2, "target", "LOCAL") + &application(3, "target", "LOCAL")
    );
    let call = |code: &str| {
        format!(
            "<adapter-config adapter='collocatedics'><property name='integration_id' value='{code}|01.00.0000'/><property name='integrationContext' value='INTER_PROJECT'/><property name='project_id' value='COMMON'/></adapter-config>"
        )
    };
    let (used, unused) = (call("USED"), call("UNUSED"));
    let opened = design(
        &flow,
        &[
            (
                "project/X_01.00.0000/resources/application_2/inbound_1/e_REQUEST.jca",
                used.as_bytes(),
            ),
            (
                "project/X_01.00.0000/resources/application_3/inbound_1/e_REQUEST.jca",
                unused.as_bytes(),
            ),
        ],
    );
    let calls = &opened.contents.integrations[0].calls;
    assert_eq!(calls.len(), 1);
    assert_eq!(calls[0].integration.code, "USED");
    assert_eq!(calls[0].scope, Some(Scope::Project("COMMON".to_owned())));
}

#[test]
fn lookups_are_read_whatever_they_are_called_and_declare() {
    let spaced = lookup("Tax codes");
    let declared = format!(
        "<?xml version='1.0' encoding='windows-1252'?>{}",
        lookup("L1")
    );
    let mut latin = b"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>".to_vec();
    latin.extend(
        lookup("L2")
            .chars()
            .map(|sign| u8::try_from(u32::from(sign)).unwrap()),
    );
    let flow = "<f:processor name='processor_1'><f:type>assignment</f:type><f:resourceGroup><f:resource location='../resources/processor_1/expr.properties'/></f:resourceGroup></f:processor><f:orchestration><f:assignment refUri='processor_1' id='a0'/></f:orchestration>";
    let opened = design(
        flow,
        &[
            ("dvms/Tax codes.dvm", spaced.as_bytes()),
            ("dvms/L1.dvm", declared.as_bytes()),
            ("dvms/L2.dvm", &latin),
            (
                "project/X_01.00.0000/resources/processor_1/expr.properties",
                b"XpathExpression : dvm:lookupValue(\"tenant/resources/dvms/Tax codes\",\"a\") + dvm:lookupValue('GONE','a')\n",
            ),
        ],
    );
    let names: Vec<_> = opened
        .contents
        .lookups
        .iter()
        .map(|one| (one.name.as_str(), one.rows[0][0].as_str()))
        .collect();
    assert_eq!(names, [("L1", "ü"), ("L2", "ü"), ("Tax codes", "ü")]);
    let one = &opened.contents.integrations[0];
    assert_eq!(one.lookups_named, ["GONE", "Tax codes"]);
    let missing: Vec<_> = one
        .oddities
        .iter()
        .filter(|odd| odd.words.contains("lookup"))
        .map(|odd| odd.words.as_str())
        .collect();
    assert_eq!(
        missing,
        ["the flow uses the lookup `GONE`, which is not in the archive"]
    );
}

#[test]
fn libraries_twins_of_a_mac_and_stale_layouts_do_no_harm() {
    let library = b"<api-library><name>Dates</name><code>DATES</code><version>01.00.0000</version></api-library>";
    let opened = design(
        "",
        &[
            ("apilibrary/DATES01.00.0000/dates.xml", library),
            ("apilibrary/DATES01.00.0000/dates.jar", b"PK"),
            ("appinstances/._C.xml", b"\x00\x05\x16\x07"),
            (
                "project/X_01.00.0000/PROJECT-INF/._project.xml",
                b"\x00\x05",
            ),
            ("project/X_01.00.0000/PROJECT-INF/layout.json", b"{}"),
            ("project/X_01.00.0000/PROJECT-INF/layout3.json", b"{}"),
        ],
    );
    let contents = &opened.contents;
    assert_eq!(contents.libraries[0].code, "DATES");
    assert!(contents.connections.is_empty());
    assert_eq!(contents.integrations.len(), 1);
}

fn project(files: &[(&str, &[u8])]) -> Opened {
    let yaml = b"code: P\nname: Project\nassets:\n  integrations: []\n";
    let mut all: Vec<(&str, &[u8])> = vec![("project/project.yaml", yaml)];
    all.extend_from_slice(files);
    read(&zipped(&all)).unwrap()
}

#[test]
fn a_project_may_hold_two_versions_documents_agents_and_one_deployment() {
    let (one, two) = (
        model("X", "01.00.0000", "10.1", ""),
        model("X", "02.00.0001", "10.1", ""),
    );
    let opened = project(&[
        (
            "project/integrations/X_01.00.0000/PROJECT-INF/project.xml",
            one.as_bytes(),
        ),
        (
            "project/integrations/X_02.00.0001/PROJECT-INF/project.xml",
            two.as_bytes(),
        ),
        (
            "project/labels/NIGHT.json",
            b"{\"code\":\"NIGHT\",\"integrations\":[{\"code\":\"X\",\"version\":\"01.00.0000\"}]}",
        ),
        (
            "project/b2bartifacts/b2bdocument_1.xml",
            b"<document><identifier>850</identifier><name>Order</name></document>",
        ),
        ("project/ai_agents/HELPER.json", b"{}"),
        ("project/ai_agents/OTHER.json", b"{}"),
    ]);
    let contents = &opened.contents;
    assert_eq!(contents.integrations.len(), 2);
    assert_eq!(contents.documents[0].code, "850");
    assert_eq!(contents.projects[0].deployments[0].integrations.len(), 1);
    assert_eq!(opened.renamed("P-NIGHT.car"), None);
    let agents = contents
        .oddities
        .iter()
        .find(|odd| odd.path.as_deref() == Some("project/ai_agents/"))
        .unwrap();
    assert!(
        agents.words.starts_with("2 files of AI agents"),
        "{}",
        agents.words
    );
}

#[test]
fn the_archive_of_a_whole_instance_is_secret_as_a_whole() {
    let one = integration("", &[]);
    let whole = zipped(&[
        ("Service_Instance_Data-77/data.bin", b"\x01\x02"),
        ("x.iar", &one),
    ]);
    let opened = read(&whole).unwrap();
    assert_eq!(opened.kind, ArchiveKind::Clone);
    assert_eq!(opened.contents.integrations.len(), 1);
    let found = findings(&whole, Limits::default()).unwrap();
    assert_eq!(
        (found[0].rule, found[0].severity),
        (Rule::WholeInstance, Severity::Warning)
    );
    let opaque = zipped(&[("Service_Instance_Data-77", b"\x01\x02")]);
    assert_eq!(read(&opaque).unwrap().kind, ArchiveKind::Clone);
    let usual = read(&zipped(&[("x.iar", &one)])).unwrap();
    assert_eq!(usual.kind, ArchiveKind::Bundle);
}

#[test]
fn what_cannot_be_read_is_told_by_path() {
    let folder = tempfile::tempdir().unwrap();
    let bad = folder.path().join("BAD_1/PROJECT-INF");
    std::fs::create_dir_all(&bad).unwrap();
    std::fs::write(bad.join("project.xml"), "<broken").unwrap();
    std::fs::write(folder.path().join("x.iar"), integration("", &[])).unwrap();
    let opened = waybill_archive::read_folder(folder.path(), Limits::default(), false).unwrap();
    let unread: Vec<_> = opened
        .unread
        .iter()
        .map(|(path, _)| path.as_str())
        .collect();
    assert_eq!(unread, ["BAD_1"]);
}

#[test]
fn bare_libraries_tell_their_functions() {
    let script = b"function toDate(a) { return a; }\n// function no() {}\nfunction toTime(a) {}\n";
    let jar = read(&zipped(&[("dates.js", script)])).unwrap();
    assert_eq!(jar.contents.libraries[0].functions, ["toDate", "toTime"]);
    let plain = read(script).unwrap();
    assert_eq!(plain.contents.libraries[0].functions, ["toDate", "toTime"]);
}
