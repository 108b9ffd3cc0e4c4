//! A word is found where it stands, told in the words of the designer, and never in a secret.

#![allow(
    clippy::unwrap_used,
    reason = "a test may stop at what it did not expect"
)]

use std::io::{Cursor, Write};

use waybill_archive::{Limits, Match, Needle, search, search_in_folder};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const MODEL: &str = r#"<p:icsproject xmlns:p="http://www.oracle.com/2014/03/ics/project" xmlns:d="http://www.oracle.com/2014/03/ics/project/definition" xmlns:f="http://www.oracle.com/2014/03/ics/flow/definition" version="10.1">
<d:projectCode>ORDERS</d:projectCode><d:projectVersion>01.00.0000</d:projectVersion><d:projectName>Orders in</d:projectName><d:projectDescription>Takes orders of the shop</d:projectDescription>
<p:icsflow><f:application name="application_1"><f:role>source</f:role><f:adapter><f:type>app-adapter</f:type><f:code>SHOP</f:code><f:name>receiveOrder</f:name></f:adapter><f:mep>push-sync</f:mep><f:outbound><f:operation>POST</f:operation></f:outbound></f:application>
<f:processor name="processor_1"><f:type>transformer</f:type><f:processorName>mapOrder</f:processorName><f:resourceGroup><f:resource location="../resources/processor_1/req_1.xsl"/></f:resourceGroup></f:processor>
<f:processor name="processor_2"><f:type>assignment</f:type><f:processorName>setTotal</f:processorName><f:resourceGroup><f:resource location="../resources/processor_2/expr.properties"/></f:resourceGroup></f:processor>
<f:orchestration><f:receive refUri="application_1" id="i0"/><f:transformer refUri="processor_1" id="m0"/><f:assignment refUri="processor_2" id="a0"/></f:orchestration></p:icsflow></p:icsproject>"#;

const SHEET: &str = r#"<xsl:stylesheet version="2.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"><xsl:template match="/"><order><tax><xsl:value-of select="/in/vatCode"/></tax><password>Tiger-Lily-41</password></order></xsl:template></xsl:stylesheet>"#;

fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn archive() -> Vec<u8> {
    let own = "icspackage/project/ORDERS_01.00.0000/";
    let jar = zipped(&[("tax.js", b"function rate(a) {\n  return vatRate(a);\n}\n")]);
    zipped(&[
        (&format!("{own}PROJECT-INF/project.xml"), MODEL.as_bytes()),
        (&format!("{own}PROJECT-INF/layout3.json"), b"{\"vat\":1}"),
        (&format!("{own}resources/processor_1/req_1.xsl"), SHEET.as_bytes()),
        (
            &format!("{own}resources/processor_2/expr.properties"),
            b"TextExpression : vatTotal * 2\nXpathExpression : $vatTotal * 2\nVariableName : total\n",
        ),
        (
            &format!("{own}resources/application_1/outbound_1/receiveOrder_REQUEST.jca"),
            b"<adapter-config adapter=\"rest\"><property name=\"ResourceURI\" value=\"/orders/vat\"/></adapter-config>",
        ),
        (
            "icspackage/appinstances/SHOP.xml",
            b"<a:ApplicationInstance xmlns:a=\"http://xmlns.oracle.com/adapters/cloud\"><instanceCode>SHOP</instanceCode><applicationTypeRef>rest</applicationTypeRef><connectionProperties><connectionProperty><name>connectionUrl</name><value>https://vat.example.com</value></connectionProperty><connectionProperty><name>oauth.client.secret</name><value>vatSecret99</value></connectionProperty></connectionProperties></a:ApplicationInstance>",
        ),
        (
            "icspackage/dvms/TAX_CODES.dvm",
            b"<dvm name=\"TAX_CODES\" xmlns=\"http://xmlns.oracle.com/dvm\"><columns><column name=\"shop\"/><column name=\"erpCode\"/></columns><rows><row><cell>1</cell><cell>A</cell></row><row><cell>DB_PASSWORD</cell><cell>vatCell77</cell></row><row><cell>3</cell><cell>VAT-19</cell></row></rows></dvm>",
        ),
        ("icspackage/apilibrary/TAX01.00.0000/tax.jar", &jar),
        (
            "icspackage/schedule/Nightly.xml",
            b"<schedule name=\"Nightly\" xmlns=\"http://xmlns.oracle.com/scheduler\"><time-zone>Vatican/City</time-zone></schedule>",
        ),
    ])
}

fn told(found: &[Match]) -> Vec<String> {
    found
        .iter()
        .map(|one| {
            let shown: String = one
                .excerpt
                .iter()
                .map(|piece| {
                    if piece.changed {
                        format!("[{}]", piece.text)
                    } else {
                        piece.text.clone()
                    }
                })
                .collect();
            let file = one.path.rsplit('/').next().unwrap();
            format!("{file}: {}: {shown}", one.place)
        })
        .collect()
}

fn find(bytes: &[u8], word: &str) -> Vec<String> {
    let needle = Needle::new(word, false).unwrap();
    told(&search(bytes, &needle, Limits::default()).unwrap())
}

#[test]
fn a_word_is_told_in_the_words_of_the_designer() {
    assert_eq!(
        find(&archive(), "vat"),
        [
            "receiveOrder_REQUEST.jca: endpoint receiveOrder, ResourceURI: /orders/[vat]",
            "expr.properties: expression of step setTotal, total: [vat]Total * 2",
            "req_1.xsl: map in step mapOrder, field order/tax: /in/[vat]Code",
            "tax.js: line 2: return [vat]Rate(a);",
            "SHOP.xml: connection SHOP, connectionUrl: https://[vat].example.com",
            "TAX_CODES.dvm: TAX_CODES, row 3, erpCode: [VAT]-19",
            "Nightly.xml: schedule Nightly, time zone: [Vat]ican/City",
        ]
    );
    assert_eq!(find(&archive(), "shop of"), Vec::<String>::new());
    assert_eq!(
        find(&archive(), "of the shop"),
        ["project.xml: integration ORDERS|01.00.0000, description: Takes orders [of the shop]"]
    );
}

#[test]
fn no_secret_can_be_guessed_by_searching() {
    for guess in ["Tiger", "lily-41", "vatSecret", "vatCell77", "Cell77"] {
        assert_eq!(find(&archive(), guess), Vec::<String>::new(), "{guess}");
    }
    assert_eq!(
        find(&archive(), "client.secret"),
        ["SHOP.xml: connection SHOP, oauth.client.secret: oauth.[client.secret]: ••••••"]
    );
    let all = format!("{:?}", find(&archive(), "pass"));
    assert!(
        all.contains("order/password") && !all.contains("Tiger"),
        "{all}"
    );
}

#[test]
fn archives_in_archives_and_folders_are_searched_too() {
    let package = zipped(&[
        ("ics_package_attributes.properties", b"package_name=p\n"),
        ("a.iar", &archive()),
        ("broken.iar", b"PK\x03\x04 no more"),
    ]);
    let needle = Needle::new("vatTotal", true).unwrap();
    let found = search(&package, &needle, Limits::default()).unwrap();
    assert_eq!(found.len(), 1);
    assert!(
        found[0].path.starts_with("a.iar/icspackage/project/"),
        "{found:?}"
    );

    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("p.par"), &package).unwrap();
    std::fs::write(folder.path().join("notes.txt"), "one\ntwo vatTotal\n").unwrap();
    let found = search_in_folder(folder.path(), &needle, Limits::default()).unwrap();
    let mut places: Vec<_> = found.iter().map(|one| one.place.as_str()).collect();
    places.sort_unstable();
    assert_eq!(places, ["expression of step setTotal, total", "line 2"]);
}

#[test]
fn a_lookup_alone_is_searched() {
    let found = find(
        b"DVM,Codes,\nname,value\nERP_PASSWORD,vat99\nCountry,vat88\n",
        "vat",
    );
    assert_eq!(found, [": Codes, row 2, value: [vat]88"]);
}
