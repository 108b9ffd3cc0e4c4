//! Every edit changes the fingerprint, and the difference names the place.

use waybill_archive::{Meaning, summary};
use waybill_model::{Area, ArtifactId, ArtifactKind, ChangeKind, Difference, DifferenceClass};

use super::files::{Files, edit, meanings, opened};
use super::made;

pub fn id(kind: ArtifactKind) -> ArtifactId {
    let code = match kind {
        ArtifactKind::Connection => "ERP",
        ArtifactKind::Lookup => "TAX_CODES",
        ArtifactKind::Library => "SUMS",
        _ => "ORDER",
    };
    let version = kind.is_versioned().then_some("01.00.0000");
    ArtifactId::global(kind, code, version)
}

/// The made archive with one text of one file replaced.
pub fn changed(file: &str, from: &str, to: &str) -> Files {
    let mut files = made::archive();
    let count = edit(
        &mut files,
        |path| path.ends_with(file),
        |text| text.replacen(from, to, 1),
    );
    assert_eq!(count, 1, "{file}: {from}");
    files
}

pub fn differs(file: &str, from: &str, to: &str, kind: ArtifactKind) -> Difference {
    let id = id(kind);
    let before = opened(&made::archive());
    let after = opened(&changed(file, from, to));
    let (one, other) = (
        Meaning::in_archive(&before, &id).unwrap(),
        Meaning::in_archive(&after, &id).unwrap(),
    );
    assert_ne!(one.fingerprint(), other.fingerprint(), "{from} → {to}");
    // Nothing else changed its meaning.
    let others = meanings(&after);
    for (own, meaning) in meanings(&before) {
        if own != id {
            assert_eq!(
                meaning.fingerprint(),
                others[&own].fingerprint(),
                "{own}: {from} → {to}"
            );
        }
    }
    one.difference(&other)
}

/// The sections in a few words: area, class, title, and what each change names.
fn told(difference: &Difference) -> Vec<String> {
    let mut words = Vec::new();
    for section in &difference.sections {
        let head = format!("{:?} {:?} `{}`", section.class, section.area, section.title);
        for change in &section.changes {
            let text = |pieces: &Option<Vec<waybill_model::Piece>>| {
                pieces.as_ref().map_or_else(
                    || "-".to_owned(),
                    |pieces| pieces.iter().map(|piece| piece.text.as_str()).collect(),
                )
            };
            words.push(format!(
                "{head} {:?} {}: {} | {}",
                change.kind,
                change.name,
                text(&change.left),
                text(&change.right)
            ));
        }
        if section.changes.is_empty() {
            words.push(head);
        }
    }
    words
}

#[test]
fn an_edit_is_told_where_it_is() {
    use ArtifactKind::{Connection, Integration, Library, Schedule};
    let model = "project.xml";
    let cases: &[(&str, &str, &str, ArtifactKind, &[&str], &str)] = &[
        (
            model,
            "<projectName>Order sync",
            "<projectName>Orders",
            Integration,
            &["Design About `` Changed Name: Order sync | Orders"],
            "name",
        ),
        (
            model,
            "Orders to ERP",
            "All orders",
            Integration,
            &["Design About `` Changed Description: Orders to ERP | All orders"],
            "description",
        ),
        (
            "attributes.properties",
            "orders,erp,tax",
            "orders,erp",
            Integration,
            &["Design About `` Changed Keywords: erp, orders, tax | erp, orders"],
            "keywords",
        ),
        (
            model,
            "<f:xpath>/execute/id",
            "<f:xpath>/execute/number",
            Integration,
            &[
                "Design Tracking `` Changed orderId: /execute/id (primary) | /execute/number (primary)",
            ],
            "1 tracking variable",
        ),
        (
            "folderexpr.properties",
            "XpathExpression : '/in'",
            "XpathExpression : '/out'",
            Integration,
            &["Design Properties `` Changed folder: '/in' | '/out'"],
            "1 property",
        ),
        (
            "6/expr.properties",
            "sum($in/ns1:line",
            "count($in/ns1:line",
            Integration,
            &[
                "Design Step `total` Changed Expression: sum($in/line/amount) | count($in/line/amount)",
            ],
            "1 step",
        ),
        (
            "6/expr.properties",
            "VariableName : total",
            "VariableName : sum",
            Integration,
            &["Design Step `total` Changed Variable of Expression: total | sum"],
            "1 step",
        ),
        (
            model,
            "<f:processorName>Write lines",
            "<f:processorName>Write rows",
            Integration,
            &["Design Step `Write lines` Changed Name: Write lines | Write rows"],
            "1 step",
        ),
        (
            model,
            "name=\"chunk\" value=\"false\"",
            "name=\"chunk\" value=\"true\"",
            Integration,
            &["Design Step `Write lines` Changed chunk: false | true"],
            "1 step",
        ),
        (
            "notification_to.data",
            "orders@",
            "sales@",
            Integration,
            &["Design Step `Tell them` Changed to: orders@acme.example | sales@acme.example"],
            "1 step",
        ),
        (
            "stitch.json",
            "$a/total",
            "$a/sum",
            Integration,
            &["Design Step `Put together` Changed $order/total: $a/total | $a/sum"],
            "1 step",
        ),
        (
            model,
            "<f:wait id=\"w0\" refUri=\"processor_14\"/>",
            "",
            Integration,
            &["Design Flow `` OnlyLeft Pause: - | -"],
            "1 step",
        ),
        (
            model,
            "<f:stop id=\"x0\"/>",
            "<f:note id=\"o0\" name=\"Why\"/><f:stop id=\"x0\"/>",
            Integration,
            &["Design Flow `` OnlyRight Why: - | -"],
            "1 step",
        ),
        (
            model,
            "<f:code>ERP<",
            "<f:code>ERP_2<",
            Integration,
            &["Design Endpoint `CreateOrder` Changed Connection: ERP | ERP_2"],
            "1 endpoint",
        ),
        (
            model,
            "<f:operation>create<",
            "<f:operation>update<",
            Integration,
            &["Design Endpoint `CreateOrder` Changed Operation: create | update"],
            "1 endpoint",
        ),
        (
            "CreateOrder_REQUEST.jca",
            "\"POST\"",
            "\"PUT\"",
            Integration,
            &["Design Endpoint `CreateOrder` Changed HttpVerb: POST | PUT"],
            "1 endpoint",
        ),
        (
            "CreateOrder_REQUEST.jca",
            "acme-dev.fa",
            "acme-test.fa",
            Integration,
            &[
                "Environment Endpoint `CreateOrder` Changed ResourceURI: https://acme-dev.fa.em2.oraclecloud.com/fscm/orders | https://acme-test.fa.em2.oraclecloud.com/fscm/orders",
            ],
            "1 endpoint",
        ),
        (
            ".xsl",
            "nsb:shipTo",
            "nsb:billTo",
            Integration,
            &[
                "Design Map `Canadian tax` Changed lines/taxCode: lookupValue('TAX_CODES', 'province', /execute/shipTo/state, 'erpCode', 'GST') | lookupValue('TAX_CODES', 'province', /execute/billTo/state, 'erpCode', 'GST')",
            ],
            "1 map",
        ),
        (
            ".xsl",
            "<nsa:lines>",
            "<nsa:note>x</nsa:note><nsa:lines>",
            Integration,
            &["Design Map `Canadian tax` OnlyRight note: - | 'x'"],
            "1 map",
        ),
        (
            ".xsl",
            "select=\"/nsb:execute/nsb:line\"",
            "select=\"/nsb:execute/nsb:row\"",
            Integration,
            &[
                "Design Map `Canadian tax` Changed lines/line/amount: for each /execute/line: amount | for each /execute/row: amount",
            ],
            "1 map",
        ),
        (
            ".xsl",
            "<xsl:sort select=\"nsb:number\"/>",
            "<xsl:sort select=\"nsb:amount\"/>",
            Integration,
            &[
                "Design Map `Canadian tax` Changed stylesheet/template //order/lines/for-each/sort: <xsl:sort select=\"nsb:number\"/> | <xsl:sort select=\"nsb:amount\"/>",
            ],
            "1 map",
        ),
        (
            ".xsl",
            "<xsl:param name=\"unit\"/>",
            "",
            Integration,
            &[
                "Design Map `Canadian tax` OnlyLeft stylesheet/param unit: <xsl:param name=\"unit\"/> | -",
            ],
            "1 map",
        ),
        (
            ".xsl",
            "xmlns:nsa=\"urn:erp\"",
            "xmlns:nsa=\"urn:erp2\"",
            Integration,
            &["Design Map `Canadian tax`"],
            "1 map",
        ),
        (
            "ERP.xml",
            "<displayName>ERP cloud",
            "<displayName>ERP",
            Connection,
            &["Design About `` Changed Name: ERP cloud | ERP"],
            "name",
        ),
        (
            "ERP.xml",
            "orders_dev",
            "orders_test",
            Connection,
            &["Environment Connection `` Changed ServiceName: orders_dev | orders_test"],
            "ServiceName",
        ),
        (
            "ERP.xml",
            "USERNAME_PASSWORD_TOKEN",
            "BASIC_AUTH",
            Connection,
            &["Design Connection `` Changed Security policy: USERNAME_PASSWORD_TOKEN | BASIC_AUTH"],
            "security policy",
        ),
        (
            "ERP.xml",
            "ON_PREMISE",
            "CLOUD",
            Connection,
            &["Design Connection `` Changed Agent group: ON_PREMISE | CLOUD"],
            "agent group",
        ),
        (
            "ERP.xml",
            "<signature>s1",
            "<signature>s2",
            Connection,
            &["Design Attachments `` Changed targetWSDLURL erp.wsdl: - | -"],
            "1 attachment",
        ),
        (
            "sums.js",
            "a + b",
            "b + a",
            Library,
            &["Design Functions `` Changed add: - | -"],
            "1 function",
        ),
        (
            "sums.js",
            "var unit = 1",
            "var unit = 2",
            Library,
            &["Design Functions `` Changed the rest of sums.js: - | -"],
            "1 function",
        ),
        (
            "Run_ORDER.xml",
            "BYHOUR=4",
            "BYHOUR=5",
            Schedule,
            &["Design Schedule `` Changed Recurrence: FREQ=DAILY;BYHOUR=4; | FREQ=DAILY;BYHOUR=5;"],
            "recurrence",
        ),
        (
            "Run_ORDER.xml",
            "<time-zone>UTC",
            "<time-zone>Asia/Kolkata",
            Schedule,
            &["Environment Schedule `` Changed Time zone: UTC | Asia/Kolkata"],
            "time zone",
        ),
    ];
    for (file, from, to, kind, wanted, words) in cases {
        let difference = differs(file, from, to, *kind);
        let found = told(&difference);
        assert_eq!(
            found.len().min(wanted.len()),
            wanted.len(),
            "{from} → {to}: {found:#?}"
        );
        for (found, wanted) in found.iter().zip(*wanted) {
            assert!(
                found.starts_with(wanted),
                "{from} → {to}:\n{found}\n{wanted}"
            );
        }
        assert!(
            found.len() == wanted.len() || from.contains("xmlns"),
            "{from} → {to}: {found:#?}"
        );
        assert_eq!(summary(&difference), *words, "{from} → {to}");
    }
}

#[test]
fn steps_that_change_places_have_moved() {
    let stage = "<f:stageFile id=\"s0\" refUri=\"processor_9\"/>";
    let wait = "<f:wait id=\"w0\" refUri=\"processor_14\"/>";
    let stitch = "<f:stitch id=\"d0\" refUri=\"processor_10\"/>";
    let difference = differs(
        "project.xml",
        &format!("{stage}{stitch}{wait}"),
        &format!("{wait}{stage}{stitch}"),
        ArtifactKind::Integration,
    );
    let [section] = difference.sections.as_slice() else {
        panic!("{difference:#?}");
    };
    assert_eq!(
        (section.area, section.class),
        (Area::Flow, DifferenceClass::Design)
    );
    let [change] = section.changes.as_slice() else {
        panic!("{difference:#?}");
    };
    assert_eq!(
        (change.kind, change.name.as_str()),
        (ChangeKind::Moved, "Pause")
    );
    assert_eq!(
        change.left.as_ref().unwrap()[0].text,
        "in “Work”, after “Put together”"
    );
    assert_eq!(
        change.right.as_ref().unwrap()[0].text,
        "in “Work”, after “Sums”"
    );
}

#[test]
fn steps_put_into_a_scope_have_moved_into_it() {
    let stage = "<f:stageFile id=\"s0\" refUri=\"processor_9\"/>";
    let difference = differs(
        "project.xml",
        stage,
        &format!("<f:try id=\"t9\" name=\"Files\">{stage}</f:try>"),
        ArtifactKind::Integration,
    );
    let changes: Vec<_> = difference.sections[0]
        .changes
        .iter()
        .map(|change| (change.kind, change.name.as_str()))
        .collect();
    assert_eq!(
        changes,
        [
            (ChangeKind::Moved, "Write lines"),
            (ChangeKind::OnlyRight, "Files")
        ]
    );
}
