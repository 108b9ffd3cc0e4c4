//! A small integration archive with one of everything.

use super::files::Files;

pub const OWN: &str = "icspackage/project/ORDER_01.00.0000/";

const MODEL: &str = r#"<?xml version='1.0'?><p:icsproject xmlns="http://www.oracle.com/2014/03/ics/project/definition" xmlns:f="http://www.oracle.com/2014/03/ics/flow/definition" xmlns:p="http://www.oracle.com/2014/03/ics/project" name="ORDER" version="10.1" modelType="freeform"><projectCode>ORDER</projectCode><projectVersion>01.00.0000</projectVersion><projectName>Order sync</projectName><projectDescription>Orders to ERP</projectDescription><percentComplete>100</percentComplete><p:icsflow>
<f:application name="application_1"><f:role>source</f:role><f:adapter><f:type>app-adapter</f:type><f:code>REST_IN</f:code><f:name>Receive</f:name><f:property name="hasAttachment" value="false"/></f:adapter><f:mep>push-sync</f:mep><f:outbound><f:operation>execute</f:operation></f:outbound></f:application>
<f:application name="application_2"><f:role>target</f:role><f:adapter><f:type>app-adapter</f:type><f:code>ERP</f:code><f:name>CreateOrder</f:name></f:adapter><f:mep>push-sync</f:mep><f:inbound><f:operation>create</f:operation></f:inbound></f:application>
<f:processor name="processor_3"><f:type>transformer</f:type><f:role>request</f:role><f:processorName>Canadian tax</f:processorName><f:resourceGroup name="resourcegroup_4"><f:resource><f:location>x</f:location></f:resource><f:resource location="../resources/processor_3/resourcegroup_4/req_0123456789abcdef0123456789abcdef.xsl" type="xsl"/></f:resourceGroup></f:processor>
<f:processor name="processor_5"><f:type>assignment</f:type><f:processorName>total</f:processorName><f:resourceGroup name="resourcegroup_6"><f:resource location="../resources/processor_5/resourcegroup_6/expr.properties" type="expr"/></f:resourceGroup></f:processor>
<f:processor name="processor_7"><f:type>notification</f:type><f:processorName>Tell them</f:processorName><f:resourceGroup name="resourcegroup_8"><f:resource location="../resources/processor_7/resourcegroup_8/notification_to.data" type="data"/><f:resource location="../resources/processor_7/resourcegroup_8/notification_body.data" type="data"/></f:resourceGroup></f:processor>
<f:processor name="processor_9"><f:type>stageFile</f:type><f:processorName>Write lines</f:processorName><f:property name="operation" value="Write"/><f:property name="chunk" value="false"/></f:processor>
<f:processor name="processor_10"><f:type>stitch</f:type><f:processorName>Put together</f:processorName><f:resourceGroup name="resourcegroup_11"><f:resource location="../resources/processor_10/resourcegroup_11/stitch.json" type="json"/></f:resourceGroup></f:processor>
<f:processor name="processor_12"><f:type>integrationProperties</f:type><f:resourceGroup name="resourcegroup_13"><f:resource location="../resources/processor_12/resourcegroup_13/folderexpr.properties" type="expr"/></f:resourceGroup></f:processor>
<f:processor name="processor_14"><f:type>wait</f:type><f:processorName>Pause</f:processorName></f:processor>
<f:processor name="processor_15"><f:type>messageTracker</f:type><f:trackingVariableGroup><f:trackingVariable><f:name>orderId</f:name><f:xpath>/execute/id</f:xpath><f:primary>true</f:primary></f:trackingVariable></f:trackingVariableGroup></f:processor>
<f:orchestration><f:globalTry id="g0"><f:receive id="r0" refUri="application_1/outbound_1" name="Receive"/><f:integrationProperties id="i0" refUri="processor_12"/><f:try id="t0" name="Work"><f:transformer id="m0" refUri="processor_3"/><f:invoke id="v0" refUri="application_2/inbound_2" name="CreateOrder"/><f:label id="l0" name="Sums"><f:assignment id="a0" refUri="processor_5"/></f:label><f:stageFile id="s0" refUri="processor_9"/><f:stitch id="d0" refUri="processor_10"/><f:wait id="w0" refUri="processor_14"/><f:notification id="n0" refUri="processor_7"/></f:try><f:catchAll id="c0"><f:stop id="x0"/></f:catchAll></f:globalTry></f:orchestration>
</p:icsflow></p:icsproject>"#;

pub const MAP: &str = r#"<?xml version='1.0'?><xsl:stylesheet version="2.0" xml:id="id_1" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:nsa="urn:erp" xmlns:nsb="urn:rest" xmlns:m="http://www.oracle.com/xsl/mapper/schemas" xmlns:dvm="http://www.oracle.com/XSL/Transform/java/oracle.tip.dvm.LookupValue" exclude-result-prefixes=" nsa nsb m"><m:schema><m:mapSources><m:source><m:schema location="../../application_1/outbound_1/resourcegroup_1/Receive.wsdl"/><m:rootElement name="execute" namespace="urn:rest"/></m:source></m:mapSources><m:mapTargets><m:target><m:rootElement name="order" namespace="urn:erp"/></m:target></m:mapTargets></m:schema><xsl:param name="zone"/><xsl:param name="unit"/><xsl:template match="/" xml:id="id_2"><nsa:order><nsa:id xml:id="id_3"><xsl:value-of select="/nsb:execute/nsb:id"/></nsa:id><nsa:lines><nsa:taxCode><xsl:value-of select="dvm:lookupValue('TAX_CODES', 'province', /nsb:execute/nsb:shipTo/nsb:state, 'erpCode', 'GST')"/></nsa:taxCode><xsl:for-each select="/nsb:execute/nsb:line"><xsl:sort select="nsb:number"/><nsa:line><nsa:amount><xsl:value-of select="nsb:amount"/></nsa:amount></nsa:line></xsl:for-each></nsa:lines></nsa:order></xsl:template></xsl:stylesheet>"#;

const ADAPTER: &str = r#"<adapter-config name="create" adapter="erp" xmlns="http://platform.integration.oracle/blocks/adapter/fw/metadata"><connection-factory><non-managed-connection><property name="csfkey" value="aa"/><property name="lastSaved" value="2024.01"/><property name="Host" value="%%ERP_Host"/></non-managed-connection></connection-factory><endpoint-interaction operation="create"><interaction-spec><property name="operation" value="create"/><property name="ResourceURI" value="https://acme-dev.fa.em2.oraclecloud.com/fscm/orders"/><property name="HttpVerb" value="POST"/></interaction-spec></endpoint-interaction></adapter-config>"#;

const CONNECTION: &str = r#"<a:ApplicationInstance xmlns:a="http://xmlns.oracle.com/adapters/cloud"><id>8f1c</id><instanceCode>ERP</instanceCode><groupId>77aa</groupId><displayName>ERP cloud</displayName><applicationTypeRef>erp</applicationTypeRef><connectionProperties><connectionProperty><name>Host</name><value>%%ERP_Host</value></connectionProperty><connectionProperty><name>ServiceName</name><value>orders_dev</value></connectionProperty><connectionProperty><name>csfkey</name><value>12</value></connectionProperty></connectionProperties><securityPolicy>USERNAME_PASSWORD_TOKEN</securityPolicy><revision>3</revision><status>CONFIGURED</status><attachments><attachment><propertyName>targetWSDLURL</propertyName><attachmentName>erp.wsdl</attachmentName><content>QUJD</content><signature>s1</signature></attachment></attachments><integrationRole>TARGET</integrationRole><pluginVersion>24.1</pluginVersion><agentDefinition>ON_PREMISE</agentDefinition><securedAuditInfo><auditInfo><createdBy>a@acme.example</createdBy><lastUpdatedDate>2025-01-01T00:00:00.000+0000</lastUpdatedDate></auditInfo></securedAuditInfo></a:ApplicationInstance>"#;

const LOOKUP: &str = r#"<?xml version='1.0'?><dvm name="TAX_CODES" xmlns="http://xmlns.oracle.com/dvm"><description>Codes</description><columns><column name="province"/><column name="erpCode"/><column name="rate"/></columns><rows><row><cell>NS</cell><cell>HST14</cell><cell>0.14</cell></row><row><cell>ON</cell><cell>HST13</cell><cell>0.13</cell></row><row><cell>NU</cell><cell>GST5</cell><cell>0.05</cell></row></rows></dvm>"#;

const LIBRARY: &str = r"<api-library><name>Sums</name><code>SUMS</code><version>01.00.0000</version><sources><source><fileName>sums.js</fileName></source></sources></api-library>";

pub const SCRIPT: &str = "// Sums\nvar unit = 1;\nfunction add(a, b) {\n  return a + b;\n}\nfunction half(a) {\n  return a / 2;\n}\n";

const SCHEDULE: &str = r#"<schedule xmlns="http://xmlns.oracle.com/scheduler" name="Run_ORDER"><display-name>Run ORDER</display-name><time-zone>UTC</time-zone><recurrence><ical-expression>FREQ=DAILY;BYHOUR=4;</ical-expression><start>2025-01-01 04:00 UTC</start></recurrence></schedule>"#;

const STITCH: &str = r#"{"stitches":[{"@type":"Assign","from":{"@type":"XPathExpression","expression":"$a/total"},"to":{"path":"$order/total"}},{"@type":"Append","from":{"path":"$b/line"},"to":{"path":"$order/lines"}}],"state":{"listOfReferencedLookupTables":["A","B"]}}"#;

/// Its files.
pub fn archive() -> Files {
    let resources = format!("{OWN}resources/");
    [
        (format!("{OWN}PROJECT-INF/project.xml"), MODEL),
        (
            format!("{OWN}ics_project_attributes.properties"),
            "#Thu Nov 20 10:00:00 UTC 2025\nproject_code=ORDER\nproject_version=01.00.0000\nproject_persisted_state=CONFIGURED\nproject_transient_state=\npackage_name=acme.orders\nkeywords=orders,erp,tax\nsmartTags=a,b\ntracking_instance_name=orderId\nCAV=4\nmod=x\nvalidity=1\nversion=25.06\n",
        ),
        (format!("{resources}processor_3/resourcegroup_4/req_0123456789abcdef0123456789abcdef.xsl"), MAP),
        (format!("{resources}processor_3/resourcegroup_4/req_0123456789abcdef0123456789abcdef_stateinfo.xml"), "<x/>"),
        (
            format!("{resources}processor_5/resourcegroup_6/expr.properties"),
            "TextExpression : sum(amount)\nXpathExpression : sum($in/ns1:line/ns1:amount)\nNamespaceList : ns1=urn:rest\nVariableName : total\n",
        ),
        (format!("{resources}processor_7/resourcegroup_8/notification_to.data"), "orders@acme.example"),
        (format!("{resources}processor_7/resourcegroup_8/notification_body.data"), "Order {id} was created."),
        (format!("{resources}processor_10/resourcegroup_11/stitch.json"), STITCH),
        (
            format!("{resources}processor_12/resourcegroup_13/folderexpr.properties"),
            "TextExpression : '/in'\nXpathExpression : '/in'\nVariableName : folder\n",
        ),
        (format!("{resources}application_2/inbound_2/resourcegroup_2/CreateOrder_REQUEST.jca"), ADAPTER),
        ("icspackage/appinstances/ERP.xml".to_owned(), CONNECTION),
        ("icspackage/dvms/TAX_CODES.dvm".to_owned(), LOOKUP),
        ("icspackage/apilibrary/SUMS01.00.0000/sums.xml".to_owned(), LIBRARY),
        ("icspackage/apilibrary/SUMS01.00.0000/sums.js".to_owned(), SCRIPT),
        ("icspackage/schedule/Run_ORDER.xml".to_owned(), SCHEDULE),
    ]
    .into_iter()
    .map(|(path, text)| (path, text.as_bytes().to_vec()))
    .collect()
}
