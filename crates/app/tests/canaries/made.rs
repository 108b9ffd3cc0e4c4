//! An integration archive and a project archive with a secret of its own in every kind of place
//! where people leave one.

use std::io::{Cursor, Write};

/// A secret that is planted, and where.
pub struct Canary {
    pub place: &'static str,
    pub value: String,
}

/// Files by path, with the secrets that are in them.
pub struct Made {
    pub files: Vec<(String, String)>,
    pub canaries: Vec<Canary>,
    side: u64,
}

/// Twenty characters that occur nowhere else, other ones on each side.
fn value(number: usize, side: u64) -> String {
    const SIGNS: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZabcdefghjkmnpqrstuvwxyz23456789";
    let mut state = 0x9E37_79B9_7F4A_7C15_u64 ^ ((number as u64) << 8) ^ side;
    let mut text = String::from("Z9");
    for _ in 0..18 {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let at = usize::try_from(state >> 33).unwrap() % SIGNS.len();
        text.push(char::from(SIGNS[at]));
    }
    text
}

impl Made {
    pub fn new(side: u64) -> Self {
        let mut made = Self {
            files: Vec::new(),
            canaries: Vec::new(),
            side,
        };
        made.fill();
        made
    }

    /// A new secret for a place.
    fn secret(&mut self, place: &'static str) -> String {
        let value = value(self.canaries.len(), self.side);
        self.canaries.push(Canary {
            place,
            value: value.clone(),
        });
        value
    }

    /// A private key of several lines, each a secret.
    fn key(&mut self, place: &'static str) -> String {
        let lines: Vec<String> = (0..3).map(|_| self.secret(place).repeat(3)).collect();
        format!(
            "-----BEGIN RSA PRIVATE KEY-----\n{}\n-----END RSA PRIVATE KEY-----",
            lines.join("\n")
        )
    }

    fn put(&mut self, path: &str, text: String) {
        self.files.push((path.to_owned(), text));
    }

    #[expect(clippy::too_many_lines, reason = "one list of places")]
    fn fill(&mut self) {
        let own = "ORDER_01.00.0000/";
        let resources = format!("{own}resources/");
        let side = self.side;
        let description = self.secret("description of the integration");
        let step = self.secret("name of a step");
        let remark = self.secret("description of a step");
        let property = self.secret("property of a step");
        let tracked = self.secret("expression of a tracking variable");
        let endpoint = self.secret("description of an endpoint");
        let moved = self.secret("name of a step that moves");
        let unnamed = self.secret("description in an attribute");
        // The moved step stands before or after the other.
        let (first, last) = if side == 0 {
            ("processor_14", "processor_16")
        } else {
            ("processor_16", "processor_14")
        };
        self.put(&format!("{own}PROJECT-INF/project.xml"), format!(r#"<?xml version='1.0'?><p:icsproject xmlns="http://www.oracle.com/2014/03/ics/project/definition" xmlns:f="http://www.oracle.com/2014/03/ics/flow/definition" xmlns:p="http://www.oracle.com/2014/03/ics/project" name="ORDER" version="10.1" modelType="freeform" note="password={unnamed};"><projectCode>ORDER</projectCode><projectVersion>01.00.0000</projectVersion><projectName>Order sync</projectName><projectDescription>Orders, sign in with password={description}</projectDescription><percentComplete>100</percentComplete><p:icsflow>
<f:application name="application_1"><f:role>source</f:role><f:adapter><f:type>app-adapter</f:type><f:code>REST_IN</f:code><f:name>Receive</f:name></f:adapter><f:mep>push-sync</f:mep><f:outbound><f:operation>execute</f:operation></f:outbound></f:application>
<f:application name="application_2"><f:role>target</f:role><f:adapter><f:type>app-adapter</f:type><f:code>ERP</f:code><f:name>CreateOrder</f:name><f:description>https://bob:{endpoint}@erp.example.com/</f:description></f:adapter><f:mep>push-sync</f:mep><f:inbound><f:operation>create</f:operation></f:inbound></f:application>
<f:processor name="processor_3"><f:type>transformer</f:type><f:role>request</f:role><f:processorName>Tax</f:processorName><f:resourceGroup name="resourcegroup_4"><f:resource location="../resources/processor_3/resourcegroup_4/req_0123456789abcdef0123456789abcdef.xsl" type="xsl"/></f:resourceGroup></f:processor>
<f:processor name="processor_5"><f:type>assignment</f:type><f:processorName>total</f:processorName><f:resourceGroup name="resourcegroup_6"><f:resource location="../resources/processor_5/resourcegroup_6/expr.properties" type="expr"/></f:resourceGroup></f:processor>
<f:processor name="processor_20"><f:type>assignment</f:type><f:processorName>address</f:processorName><f:resourceGroup name="resourcegroup_21"><f:resource location="../resources/processor_20/resourcegroup_21/expr.properties" type="expr"/></f:resourceGroup></f:processor>
<f:processor name="processor_22"><f:type>assignment</f:type><f:processorName>query</f:processorName><f:resourceGroup name="resourcegroup_23"><f:resource location="../resources/processor_22/resourcegroup_23/expr.properties" type="expr"/></f:resourceGroup></f:processor>
<f:processor name="processor_24"><f:type>transformer</f:type><f:role>request</f:role><f:processorName>Broken</f:processorName><f:resourceGroup name="resourcegroup_25"><f:resource location="../resources/processor_24/resourcegroup_25/req_0123456789abcdef0123456789abcde0.xsl" type="xsl"/></f:resourceGroup></f:processor>
<f:processor name="processor_7"><f:type>notification</f:type><f:processorName>Tell them</f:processorName><f:resourceGroup name="resourcegroup_8"><f:resource location="../resources/processor_7/resourcegroup_8/notification_to.data" type="data"/><f:resource location="../resources/processor_7/resourcegroup_8/notification_body.data" type="data"/></f:resourceGroup></f:processor>
<f:processor name="processor_9"><f:type>stageFile</f:type><f:processorName>Write lines</f:processorName><f:property name="operation" value="Write"/><f:property name="pgpPassphrase" value="{property}"/></f:processor>
<f:processor name="processor_10"><f:type>stitch</f:type><f:processorName>Put together</f:processorName><f:resourceGroup name="resourcegroup_11"><f:resource location="../resources/processor_10/resourcegroup_11/stitch.json" type="json"/></f:resourceGroup></f:processor>
<f:processor name="processor_12"><f:type>integrationProperties</f:type><f:resourceGroup name="resourcegroup_13"><f:resource location="../resources/processor_12/resourcegroup_13/folderexpr.properties" type="expr"/></f:resourceGroup></f:processor>
<f:processor name="processor_14"><f:type>wait</f:type><f:processorName>password={moved}</f:processorName></f:processor>
<f:processor name="processor_16"><f:type>wait</f:type><f:processorName>Rest{side} password={step}</f:processorName><f:processorDescription>Sign in with client_secret={remark} there</f:processorDescription></f:processor>
<f:processor name="processor_18"><f:type>wait</f:type><f:processorName>Between</f:processorName></f:processor>
<f:processor name="processor_15"><f:type>messageTracker</f:type><f:trackingVariableGroup><f:trackingVariable><f:name>apiSecret</f:name><f:xpath>'password={tracked}&amp;x'</f:xpath><f:primary>true</f:primary></f:trackingVariable></f:trackingVariableGroup></f:processor>
<f:orchestration><f:globalTry id="g0"><f:receive id="r0" refUri="application_1/outbound_1" name="Receive"/><f:integrationProperties id="i0" refUri="processor_12"/><f:try id="t0" name="Work"><f:transformer id="m0" refUri="processor_3"/><f:transformer id="m1" refUri="processor_24"/><f:invoke id="v0" refUri="application_2/inbound_2" name="CreateOrder"/><f:label id="l0" name="Sums"><f:assignment id="a0" refUri="processor_5"/><f:assignment id="a1" refUri="processor_20"/><f:assignment id="a2" refUri="processor_22"/></f:label><f:stageFile id="s0" refUri="processor_9"/><f:stitch id="d0" refUri="processor_10"/><f:wait id="w0" refUri="{first}"/><f:wait id="w1" refUri="processor_18"/><f:wait id="w2" refUri="{last}"/><f:notification id="n0" refUri="processor_7"/></f:try><f:catchAll id="c0"><f:stop id="x0"/></f:catchAll></f:globalTry></f:orchestration>
</p:icsflow></p:icsproject>"#));

        let keyword = self.secret("keywords");
        self.put(&format!("{own}ics_project_attributes.properties"), format!("project_code=ORDER\nproject_version=01.00.0000\nproject_persisted_state=CONFIGURED\npackage_name=acme.orders\nkeywords=orders,password\\={keyword}\nversion=25.06\n"));

        let element = self.secret("element of a map");
        let variable = self.secret("variable of a map");
        let address = self.secret("address in a map");
        let json = self.secret("JSON in a map");
        let attribute = self.secret("attribute in a map");
        let pair = self.secret("name and value in a map");
        let key = self.key("private key in a map");
        self.put(&format!("{resources}processor_3/resourcegroup_4/req_0123456789abcdef0123456789abcdef.xsl"), format!(r#"<?xml version='1.0'?><xsl:stylesheet version="2.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:nsa="urn:erp" xmlns:nsb="urn:rest"><xsl:template match="/"><nsa:order><nsa:password>{element}</nsa:password><nsa:note><xsl:variable name="text" select="'password={variable}&amp;x=1'"/></nsa:note><nsa:url><xsl:text>https://bob:{address}@erp.example.com/{side}</xsl:text></nsa:url><nsa:body><xsl:value-of select="concat('{{&quot;clientSecret&quot;: &quot;{json}&quot;}}', nsb:x)"/></nsa:body><nsa:login apiKey="{attribute}" side="{side}"/><nsa:setting name="db_password" value="{pair}"/><nsa:key><xsl:text>{key}</xsl:text></nsa:key></nsa:order></xsl:template></xsl:stylesheet>"#));
        let key = self.key("private key in a map that is no XML");
        self.put(
            &format!(
                "{resources}processor_24/resourcegroup_25/req_0123456789abcdef0123456789abcde0.xsl"
            ),
            format!("<xsl:stylesheet>\nside {side}\n{key}\n<not closed\n"),
        );

        let literal = self.secret("expression of a variable with a telling name");
        self.put(&format!("{resources}processor_5/resourcegroup_6/expr.properties"), format!("TextExpression : \"{literal}\"\nXpathExpression : \"{literal}\"\nVariableName : erpPassword\n"));
        let plain = self.secret("address in an expression");
        self.put(&format!("{resources}processor_20/resourcegroup_21/expr.properties"), format!("TextExpression : https://bob:{plain}@erp.example.com/{side}\nXpathExpression : https://bob:{plain}@erp.example.com/{side}\nVariableName : target\n"));
        let query = self.secret("query in an expression");
        self.put(&format!("{resources}processor_22/resourcegroup_23/expr.properties"), format!("TextExpression : concat('a?client_secret={query}&', $x)\nXpathExpression : concat('a?client_secret={query}&', $x)\nVariableName : query\n"));
        let parameter = self.secret("integration property");
        self.put(&format!("{resources}processor_12/resourcegroup_13/folderexpr.properties"), format!("TextExpression : https://bob:{parameter}@files.example.com\nXpathExpression : https://bob:{parameter}@files.example.com\nVariableName : folder\n"));

        let basic = self.secret("header of a sign-in");
        let encoded = base64(&format!("bob:{basic}"));
        self.canaries.push(Canary {
            place: "header of a sign-in, encoded",
            value: encoded.clone(),
        });
        let line = self.secret("line of a message");
        let key = self.key("private key in a message");
        self.put(&format!("{resources}processor_7/resourcegroup_8/notification_body.data"), format!("Side {side}\nAuthorization: Basic {encoded}\nerp_password: {line}\n{key}\nEnd {side}"));
        let to = self.secret("receiver of a message");
        self.put(
            &format!("{resources}processor_7/resourcegroup_8/notification_to.data"),
            format!("https://bob:{to}@mail.example.com"),
        );
        let stitch = self.secret("data stitch");
        self.put(&format!("{resources}processor_10/resourcegroup_11/stitch.json"), format!(r#"{{"stitches":[{{"@type":"Assign","from":{{"@type":"XPathExpression","expression":"concat('password={stitch}&', $a/total)"}},"to":{{"path":"$order/total"}}}}]}}"#));

        let setting = self.secret("setting of an endpoint");
        let sample = self.secret("sample of a message");
        let uri = self.secret("address of an endpoint");
        self.put(&format!("{resources}application_2/inbound_2/resourcegroup_2/CreateOrder_REQUEST.jca"), format!(r#"<adapter-config name="create" adapter="erp" xmlns="http://platform.integration.oracle/blocks/adapter/fw/metadata"><connection-factory><non-managed-connection><property name="clientSecret" value="{setting}"/></non-managed-connection></connection-factory><endpoint-interaction operation="create"><interaction-spec><property name="operation" value="create"/><property name="HttpVerb" value="POST"/><property name="ResourceURI" value="https://bob:{uri}@erp.example.com/{side}"/><property name="RequestSample" value="{{&quot;password&quot;:&quot;{sample}&quot;}}"/></interaction-spec></endpoint-interaction></adapter-config>"#));

        let client = self.secret("property of a connection");
        let url = self.secret("address of a connection");
        let about = self.secret("description of a connection");
        let name = self.secret("name of a connection");
        let attached = self.key("attachment of a connection");
        let attached = base64(&attached);
        let part = attached[60..90].to_owned();
        self.canaries.push(Canary {
            place: "attachment, encoded",
            value: part,
        });
        self.put("ERP.xml", format!(r#"<a:ApplicationInstance xmlns:a="http://xmlns.oracle.com/adapters/cloud"><id>8f1c</id><instanceCode>ERP</instanceCode><displayName>ERP password={name}</displayName><description>With password={about}</description><applicationTypeRef>erp</applicationTypeRef><connectionProperties><connectionProperty><name>oauth.client.secret</name><value>{client}</value></connectionProperty><connectionProperty><name>connectionUrl</name><value>https://bob:{url}@erp.example.com/{side}</value></connectionProperty></connectionProperties><securityPolicy>USERNAME_PASSWORD_TOKEN</securityPolicy><status>CONFIGURED</status><attachments><attachment><propertyName>keyFile</propertyName><attachmentName>erp.pem</attachmentName><content>{attached}</content><signature>s{side}</signature></attachment></attachments><integrationRole>TARGET</integrationRole></a:ApplicationInstance>"#));

        let column = self.secret("column of a lookup");
        let brace = self.secret("cell with a brace");
        let slash = self.secret("cell with a slash");
        let bracket = self.secret("cell with a bracket");
        let row = self.secret("row of a lookup");
        let cell = self.secret("JSON in a cell");
        let told = self.secret("description of a lookup");
        self.put("KEYS.dvm", format!(r#"<?xml version='1.0'?><dvm name="KEYS" xmlns="http://xmlns.oracle.com/dvm"><description>Sign in: password={told}</description><columns><column name="system"/><column name="db_password"/><column name="note"/></columns><rows><row><cell>A</cell><cell>{column}</cell><cell>{side}</cell></row><row><cell>B</cell><cell>{{{brace}</cell><cell/></row><row><cell>C</cell><cell>/{slash}+w==</cell><cell/></row><row><cell>E</cell><cell>({bracket}</cell><cell/></row><row><cell>api_key</cell><cell/><cell>{row}</cell></row><row><cell>D</cell><cell/><cell>{{"password":"{cell}"}}</cell></row></rows></dvm>"#));

        let script = self.secret("script");
        let bearer = self.secret("header in a script");
        let key = self.key("private key in a script");
        self.put("SUMS/sums.xml", "<api-library><name>Sums</name><code>SUMS</code><version>01.00.0000</version><sources><source><fileName>sums.js</fileName></source></sources></api-library>".to_owned());
        self.put("SUMS/sums.js", format!("// Sums\nvar password = \"{script}\";\nfunction add(a, b) {{\n  var headers = {{\"Authorization\": \"Bearer {bearer}\"}};\n  return a + b + {side};\n}}\nvar pem = `{key}`;\n"));

        let run = self.secret("name of a schedule");
        self.put("Run_ORDER.xml", format!(r#"<schedule xmlns="http://xmlns.oracle.com/scheduler" name="Run_ORDER"><display-name>Run, password={run}</display-name><time-zone>UTC</time-zone><recurrence><ical-expression>FREQ=DAILY;BYHOUR={side};</ical-expression><start>2025-01-01 04:00 UTC</start></recurrence></schedule>"#));
    }

    /// Packed as an integration archive.
    pub fn iar(&self) -> Vec<u8> {
        pack(self.files.iter().map(|(path, text)| {
            let folder = match path.as_str() {
                path if path.starts_with("ORDER") => "icspackage/project/".to_owned(),
                "ERP.xml" => "icspackage/appinstances/".to_owned(),
                "KEYS.dvm" => "icspackage/dvms/".to_owned(),
                "Run_ORDER.xml" => "icspackage/schedule/".to_owned(),
                _ => "icspackage/apilibrary/".to_owned(),
            };
            let path = path.replace("SUMS/", "SUMS01.00.0000/");
            (format!("{folder}{path}"), text.clone())
        }))
    }

    /// Packed as a project archive, whose own description has a secret too.
    pub fn car(&mut self) -> Vec<u8> {
        let own = self.secret("description of a project");
        let yaml = format!(
            "id: P\ncode: P\nname: Project\ndescription: \"Sign in with password={own};\"\nstatus: CONFIGURED\nassets:\n  integrations:\n  - id: ORDER|01.00.0000\n    name: Order\n"
        );
        self.files.push(("project.yaml".to_owned(), yaml));
        pack(self.files.iter().map(|(path, text)| {
            let folder = match path.as_str() {
                path if path.starts_with("ORDER") => "project/integrations/",
                "ERP.xml" => "project/connections/",
                "KEYS.dvm" => "project/lookups/",
                "Run_ORDER.xml" => "project/schedules/",
                "project.yaml" => "project/",
                _ => "project/libraries/",
            };
            let path = path
                .replace("SUMS/", "SUMS_01.00.0000/")
                .replace("Run_ORDER", "Schedule_ORDER_01.00.0000");
            (format!("{folder}{path}"), text.clone())
        }))
    }
}

fn pack(files: impl Iterator<Item = (String, String)>) -> Vec<u8> {
    let mut made = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (path, text) in files {
        let plain = zip::write::SimpleFileOptions::default();
        made.start_file(path, plain).unwrap();
        made.write_all(text.as_bytes()).unwrap();
    }
    made.finish().unwrap().into_inner()
}

fn base64(text: &str) -> String {
    const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut packed = String::new();
    for three in text.as_bytes().chunks(3) {
        let of = |index: usize| u32::from(three.get(index).copied().unwrap_or(0));
        let bits = of(0) << 16 | of(1) << 8 | of(2);
        for index in 0..4 {
            if index > three.len() {
                packed.push('=');
            } else {
                let sign = (bits >> (18 - 6 * index)) & 63;
                packed.push(char::from(SIGNS[sign as usize]));
            }
        }
    }
    packed
}
