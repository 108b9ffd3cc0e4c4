//! Model, connections, lookups and the rest with contents that mean harm.

use super::Case;
use super::maker::{MODEL, MODEL_PATH, OWN, with, with_flow, zipped};

const LAUGHS: &str = r#"<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>"#;
const OUTSIDE: &str = r#"<!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/passwd">]>"#;
const PARAMETER: &str = r#"<!DOCTYPE l [<!ENTITY % p SYSTEM "http://127.0.0.1/x.dtd"> %p;]>"#;

fn model(name: &str, word: &str, model: impl Fn() -> String + 'static) -> Case {
    Case::new(name, word, move || {
        zipped(&[(MODEL_PATH, model().as_bytes())])
    })
}

fn file(name: &str, word: &str, path: &'static str, text: impl Fn() -> String + 'static) -> Case {
    Case::new(name, word, move || with(&[(path, text().as_bytes())]))
}

pub fn cases() -> Vec<Case> {
    let mut cases = models();
    cases.extend(files());
    cases.extend(projects());
    cases.extend(flows());
    cases
}

fn models() -> Vec<Case> {
    let before = |what: &'static str| move || format!("{what}{MODEL}");
    vec![
        model("entities that grow", "DTD", before(LAUGHS)),
        model("an entity from a file", "DTD", before(OUTSIDE)),
        model(
            "a parameter entity from the network",
            "DTD",
            before(PARAMETER),
        ),
        model("an entity that nobody declared", "entity", || {
            MODEL.replace("<projectName>", "<projectName>&evil;")
        }),
        model(
            "300,000 elements in each other",
            "nested too deeply",
            || "<a>".repeat(300_000),
        ),
        model("700,000 elements", "too many elements", || {
            format!("<a>{}</a>", "<b/>".repeat(700_000))
        }),
        model(
            "an element of 100,000 attributes",
            "too many attributes",
            || {
                let attributes = (0..100_000).fold(String::new(), |mut all, number| {
                    all.push_str(&format!(" a{number}=''"));
                    all
                });
                format!("<a{attributes}/>")
            },
        ),
        model("namespaces in reach of many", "namespaces", || {
            let root = (0..390).fold(String::new(), |all, number| {
                format!("{all} xmlns:n{number}='u'")
            });
            format!("<a{root}>{}</a>", "<b xmlns:z='u'/>".repeat(100_000))
        }),
        model("half a tag", "no |element|root|unexpected|close", || {
            "<p:icsproject ".to_owned()
        }),
        model("tags that do not match", "expected|tag", || {
            MODEL.replace("</projectCode>", "</projectName>")
        }),
        model("an attribute twice", "attribute", || {
            MODEL.replace("modelType=", "modelType='x' modelType=")
        }),
        model("another root", "does not describe", || {
            "<other/>".to_owned()
        }),
        model("no code", "no projectCode", || {
            MODEL.replace("projectCode", "otherCode")
        }),
        Case::new("a model in UTF-16", "UTF-8", || {
            let mut bytes = vec![0xff, 0xfe];
            bytes.extend(MODEL.encode_utf16().flat_map(u16::to_le_bytes));
            zipped(&[(MODEL_PATH, &bytes)])
        }),
        Case::new("a model that is no text", "UTF-8", || {
            zipped(&[(MODEL_PATH, b"<a>\xff\xfe\xfa</a>")])
        }),
        model("an endless comment", "", || {
            format!("<!-- {}", "-".repeat(2_000_000))
        }),
    ]
}

fn files() -> Vec<Case> {
    vec![
        file(
            "entities in a connection",
            "DTD",
            "icspackage/appinstances/A.xml",
            || format!("{LAUGHS}<a/>"),
        ),
        file(
            "an outside entity in a lookup",
            "DTD",
            "icspackage/dvms/A.dvm",
            || format!("{OUTSIDE}<dvm xmlns='http://xmlns.oracle.com/dvm' name='&a;'/>"),
        ),
        file(
            "entities in a schedule",
            "DTD",
            "icspackage/schedule/A.xml",
            || format!("{LAUGHS}<schedule/>"),
        ),
        file(
            "entities in a library",
            "DTD",
            "icspackage/apilibrary/A1/a.xml",
            || format!("{LAUGHS}<api-library/>"),
        ),
        file(
            "entities in an adapter file",
            "DTD",
            "icspackage/project/ORDER_01.00.0000/resources/application_1/outbound_1/a.jca",
            || format!("{LAUGHS}<adapter-config adapter='collocatedics'/>"),
        ),
        file(
            "an event nested without end",
            "recursion|EOF",
            "icspackage/eventtypes/A.json",
            || format!("{{\"code\":\"E\",\"revision\":{}", "[".repeat(500_000)),
        ),
        file(
            "a library without description",
            "not in the archive",
            "icspackage/apilibrary/A1/a.js",
            || "function a(){}".to_owned(),
        ),
        file(
            "a connection without a code",
            "no code",
            "icspackage/appinstances/A.xml",
            || "<ApplicationInstance xmlns='http://xmlns.oracle.com/adapters/cloud'/>".to_owned(),
        ),
        file(
            "names of secrets without end",
            "",
            "icspackage/a.txt",
            || "secret=".repeat(300_000),
        ),
        file("addresses without end", "", "icspackage/b.txt", || {
            "://a@.oraclecloud.com".repeat(100_000)
        }),
        file("white space around a colon", "", "icspackage/c.txt", || {
            format!("{}:", " ".repeat(40)).repeat(50_000)
        }),
        Case::new(
            "elements a hundred thousand deep",
            "nested too deeply",
            || {
                let deep = format!("{}x{}", "<a>".repeat(100_000), "</a>".repeat(100_000));
                with(&[
                    ("icspackage/appinstances/REST.xml", deep.as_bytes()),
                    ("icspackage/dvms/L.dvm", deep.as_bytes()),
                ])
            },
        ),
        Case::new("a quote that never closes", "", || {
            format!("DVM,X,\na,b\n\"{}", "x,".repeat(2_000_000)).into_bytes()
        }),
        Case::new("a page of a sign-in", "no archive", || {
            b"<html><body>Sign in</body></html>".to_vec()
        }),
        Case::new("nothing", "empty", Vec::new),
        Case::new("two letters", "no archive", || b"PK".to_vec()),
        Case::new("an empty ZIP", "no archive", || zipped(&[])),
    ]
}

fn project(name: &str, word: &str, yaml: impl Fn() -> Vec<u8> + 'static) -> Case {
    Case::new(name, word, move || {
        zipped(&[("project/project.yaml", &yaml())])
    })
}

fn projects() -> Vec<Case> {
    vec![
        project("aliases that grow", "", || {
            let mut yaml = String::from("a0: &a0 [x,x,x,x,x,x,x,x,x]\n");
            for number in 1..30 {
                let inner = format!("*a{},", number - 1).repeat(9);
                yaml.push_str(&format!("a{number}: &a{number} [{inner}]\n"));
            }
            yaml.push_str("assets: *a29\ncode: P\n");
            yaml.into_bytes()
        }),
        project("an alias of itself", "", || {
            b"code: P\nassets: &a [*a, *a]\n".to_vec()
        }),
        project("lists in lists", "nested too deeply", || {
            format!("code: x\nassets:\n {}", "- ".repeat(200_000)).into_bytes()
        }),
        project("braces in braces", "nested too deeply", || {
            format!("code: x\na: {}", "{a: ".repeat(200_000)).into_bytes()
        }),
        project("no code", "no code", || b"name: x\n".to_vec()),
        project("no text", "UTF-8", || b"code: \xff\xfe\n".to_vec()),
        project("a list in the place of a map", "project.yaml", || {
            b"- a\n- b\n".to_vec()
        }),
        Case::new("an integration that is none", "does not describe", || {
            zipped(&[
                ("project/project.yaml", b"code: P\n"),
                ("project/integrations/A_1/PROJECT-INF/project.xml", b"<x/>"),
            ])
        }),
        Case::new("properties nested without end", "recursion|EOF", || {
            let deep = format!("{{\"properties\":{}", "{\"a\":".repeat(300_000));
            zipped(&[
                ("project/project.yaml", b"code: P\n"),
                (
                    "project/integrations/A_1/PROJECT-INF/project.xml",
                    MODEL.as_bytes(),
                ),
                ("project/integrations/A_1/info.json", deep.as_bytes()),
            ])
        }),
        Case::new("a folder nobody knows", "not understood", || {
            zipped(&[
                ("project/project.yaml", b"code: P\n"),
                ("project/ai_agents/a.json", b"{}"),
            ])
        }),
    ]
}

fn flows() -> Vec<Case> {
    let map_path = "icspackage/project/ORDER_01.00.0000/resources/processor_1/a.xsl";
    let transformer = r#"<f:processor name="processor_1"><f:type>transformer</f:type><f:resourceGroup>
        <f:resource location="../resources/processor_1/a.xsl"/></f:resourceGroup></f:processor>"#;
    let mapping = format!(
        "{transformer}<f:orchestration><f:transformer id='m0' refUri='processor_1'/></f:orchestration>"
    );
    let sheet = |inner: &str| {
        format!(
            "<xsl:stylesheet xmlns:xsl='http://www.w3.org/1999/XSL/Transform'><xsl:template match='/'>{inner}</xsl:template></xsl:stylesheet>"
        )
    };
    let (one, two, three, four) = (mapping.clone(), mapping.clone(), mapping, sheet);
    vec![
        Case::new("scopes in scopes", "nested too deeply", || {
            let deep = format!("{}{}", "<f:try id='t'>".repeat(450), "</f:try>".repeat(450));
            with_flow(&format!("<f:orchestration>{deep}</f:orchestration>"), &[])
        }),
        Case::new("a step nobody knows", "unknown kind `dance`", || {
            with_flow("<f:orchestration><f:dance id='d0'/></f:orchestration>", &[])
        }),
        Case::new(
            "one processor a thousand times",
            "more than once",
            move || {
                let steps = "<f:transformer id='m' refUri='processor_1'/>".repeat(1_000);
                let large = four(&"<a>text</a>".repeat(50_000));
                with_flow(
                    &format!("{transformer}<f:orchestration>{steps}</f:orchestration>"),
                    &[(map_path, large.as_bytes())],
                )
            },
        ),
        Case::new("wires in a circle", "lead nowhere", || {
            with_flow(
                "<f:wire><f:source>processor_1/a</f:source><f:target>processor_2/b</f:target></f:wire>
                 <f:wire><f:source>processor_2/a</f:source><f:target>processor_1/b</f:target></f:wire>",
                &[],
            )
        }),
        Case::new("a map outside of the archive", "not in the archive", || {
            with_flow(
                r#"<f:processor name="processor_1"><f:type>transformer</f:type><f:resourceGroup>
                <f:resource location="../../../../../../etc/passwd.xsl"/></f:resourceGroup></f:processor>
                <f:orchestration><f:transformer id='m0' refUri='processor_1'/></f:orchestration>"#,
                &[],
            )
        }),
        Case::new("a map with entities", "DTD", move || {
            with_flow(&one, &[(map_path, format!("{LAUGHS}<a/>").as_bytes())])
        }),
        Case::new(
            "a map whose names multiply",
            "more fields than are listed",
            move || {
                let name = "n".repeat(2_000);
                let deep = format!(
                    "{}{}{}",
                    format!("<{name}>").repeat(300),
                    "<x/>".repeat(100_000),
                    format!("</{name}>").repeat(300)
                );
                with_flow(&two, &[(map_path, sheet(&deep).as_bytes())])
            },
        ),
        Case::new("a data stitch nested without end", "recursion", || {
            let path = format!("{OWN}resources/processor_1/stitch.json");
            with_flow(
                r#"<f:processor name="processor_1"><f:type>stitch</f:type><f:resourceGroup>
                <f:resource location="../resources/processor_1/stitch.json"/></f:resourceGroup></f:processor>
                <f:orchestration><f:stitch id='s0' refUri='processor_1'/></f:orchestration>"#,
                &[(&path, "[".repeat(400_000).as_bytes())],
            )
        }),
        Case::new("a map that is missing", "not in the archive", move || {
            with_flow(&three, &[])
        }),
    ]
}
