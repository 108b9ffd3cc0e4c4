//! The design of a generated integration: `project.xml` and the files of its endpoints and maps.
//!
//! Only what follows from the integration and its revision is in here, so two exports of one state
//! hold the same.

use std::fmt::Write;

use super::connections::PRESEEDED;
use super::export::{Export, xml};
use super::zip::Files;
use crate::chance::Chance;
use crate::store::{Integration, Style};

const TYPES: &str = "http://xmlns.oracle.com/cloud/adapter/REST";

/// The files below the folder of the integration, its attributes left out.
pub(crate) fn design(one: &Integration, export: &Export) -> Files {
    let mut chance = Chance::of(u64::from(one.revision), &one.id());
    let mut files = Files::new();
    let mut flow = String::new();
    let mut steps = String::new();
    let scheduled = one.style == Style::Scheduled;
    if scheduled {
        flow.push_str("<ns2:processor name=\"processor_1\"><ns2:type>scheduleReceive</ns2:type><ns2:role>scheduleReceive</ns2:role></ns2:processor>");
        steps.push_str("<ns2:scheduleReceive id=\"sr0\" refUri=\"processor_1\"/>");
    }
    let mut number = 8;
    for endpoint in &one.endpoints {
        application(
            &mut flow,
            &mut files,
            one,
            number,
            &endpoint.connection,
            &endpoint.name,
            endpoint.trigger,
        );
        if endpoint.trigger {
            let element = if one.style == Style::Event {
                "subscribe"
            } else {
                "receive"
            };
            let _ = write!(
                steps,
                "<ns2:{element} id=\"r{number}\" refUri=\"application_{number}/outbound_{}\"/>",
                number + 1
            );
        } else {
            let map = number + 5;
            let name = mapping(&mut files, one, map, &endpoint.name, &mut chance);
            let _ = write!(
                flow,
                "<ns2:processor name=\"processor_{map}\"><ns2:type>transformer</ns2:type><ns2:role>transformer:request-map</ns2:role><ns2:processorName>Map to {}</ns2:processorName><ns2:resourceGroup name=\"resourcegroup_{map}\"><ns2:resource name=\"resource_{map}\" location=\"../resources/processor_{map}/resourcegroup_{map}/{name}.xsl\" type=\"xslt\"/></ns2:resourceGroup></ns2:processor>",
                xml(&endpoint.name)
            );
            let _ = write!(
                steps,
                "<ns2:transformer id=\"m{map}\" refUri=\"processor_{map}\"/><ns2:invoke id=\"i{number}\" refUri=\"application_{number}\" name=\"{}\"/>",
                xml(&endpoint.name)
            );
        }
        number += 20;
    }
    for (code, version) in &one.calls {
        let name = format!("call{number}");
        application(&mut flow, &mut files, one, number, PRESEEDED, &name, false);
        let folder = format!(
            "resources/application_{number}/inbound_{}/resourcegroup_{}",
            number + 1,
            number + 2
        );
        let own = format!("{folder}/{name}_REQUEST.jca");
        files.retain(|(path, _)| *path != own);
        files.push((own, call_adapter(&name, code, version)));
        let _ = write!(
            steps,
            "<ns2:invoke id=\"i{number}\" refUri=\"application_{number}\" name=\"{name}\"/>"
        );
        number += 20;
    }
    steps.push_str(if one.style == Style::Sync {
        "<ns2:reply id=\"rp0\"/>"
    } else {
        "<ns2:stop id=\"st0\"/>"
    });
    let model = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<ns3:icsproject name=\"project_1\" version=\"{model}\" cversion=\"{revision}\" modelType=\"freeform\" xmlns=\"http://www.oracle.com/2014/03/ics/project/definition\" xmlns:ns2=\"http://www.oracle.com/2014/03/ics/flow/definition\" xmlns:ns3=\"http://www.oracle.com/2014/03/ics/project\"><projectCode>{code}</projectCode><projectVersion>{version}</projectVersion><projectName>{name}</projectName><projectDescription>{description}</projectDescription><percentComplete>100</percentComplete><projectHasErrors>false</projectHasErrors><projectHasWarnings>false</projectHasWarnings><ns3:icsflow name=\"flow_1\">{flow}<ns2:orchestration><ns2:globalTry id=\"gt0\">{steps}</ns2:globalTry></ns2:orchestration></ns3:icsflow></ns3:icsproject>",
        revision = one.revision,
        code = one.code,
        model = export.model_version(),
        version = one.version,
        name = xml(&one.name),
        description = xml(&one.description),
    );
    files.push(("PROJECT-INF/project.xml".to_owned(), model.into_bytes()));
    files.push((
        "PROJECT-INF/layout3.json".to_owned(),
        format!("{{\"nodes\":{},\"zoom\":1}}", one.endpoints.len()).into_bytes(),
    ));
    files.push((
        "PROJECT-INF/project_messages.json".to_owned(),
        b"{\"messages\":[]}".to_vec(),
    ));
    files.push((
        "PROJECT-INF/analysis.json".to_owned(),
        format!(
            "{{\"invokes\":{},\"maps\":{}}}",
            one.endpoints.len(),
            one.endpoints.len()
        )
        .into_bytes(),
    ));
    files
}

fn application(
    flow: &mut String,
    files: &mut Files,
    one: &Integration,
    number: usize,
    connection: &str,
    name: &str,
    trigger: bool,
) {
    let (role, side) = if trigger {
        ("source", "outbound")
    } else {
        ("target", "inbound")
    };
    let pattern = match (trigger, one.style) {
        (true, Style::Async | Style::Event) => "fire-and-forget",
        _ => "push-sync",
    };
    let folder = format!(
        "resources/application_{number}/{side}_{}/resourcegroup_{}",
        number + 1,
        number + 2
    );
    let _ = write!(
        flow,
        "<ns2:application name=\"application_{number}\"><ns2:role>{role}</ns2:role><ns2:adapter><ns2:type>app-adapter</ns2:type><ns2:code>{connection}</ns2:code><ns2:name>{label}</ns2:name></ns2:adapter><ns2:mep>{pattern}</ns2:mep><ns2:{side} name=\"{side}_{next}\"><ns2:operation>execute</ns2:operation><ns2:resourceGroup name=\"resourcegroup_{group}\"><ns2:resource name=\"resource_{group}\" location=\"../{folder}/{file}_REQUEST.jca\" type=\"jca\"/></ns2:resourceGroup></ns2:{side}></ns2:application>",
        label = xml(name),
        file = name,
        next = number + 1,
        group = number + 2,
    );
    let adapter = format!(
        "<adapter-config name=\"{name}_REQUESTPortType\" adapter=\"REST\" wsdlLocation=\"{name}_REQUEST.wsdl\" xmlns=\"http://platform.integration.oracle/blocks/adapter/fw/metadata\"><connection-factory location=\"cloud/CloudAdapter\"/><endpoint-interaction portType=\"{name}_REQUESTPortType\" operation=\"execute\"><interaction-spec className=\"oracle.tip.adapter.cloud.CloudInteractionSpec\"><property name=\"targetOperation\" value=\"execute\"/><property name=\"HttpVerb\" value=\"POST\"/><property name=\"ResourceURI\" value=\"/{path}\"/></interaction-spec></endpoint-interaction></adapter-config>",
        path = name.to_lowercase(),
    );
    files.push((format!("{folder}/{name}_REQUEST.jca"), adapter.into_bytes()));
    files.push((
        format!("{folder}/{name}_REQUEST.wsdl"),
        wsdl(name).into_bytes(),
    ));
}

fn call_adapter(name: &str, code: &str, version: &str) -> Vec<u8> {
    format!(
        "<adapter-config name=\"{name}_REQUESTPortType\" adapter=\"collocatedics\" wsdlLocation=\"{name}_REQUEST.wsdl\" xmlns=\"http://platform.integration.oracle/blocks/adapter/fw/metadata\"><endpoint-interaction portType=\"{name}_REQUESTPortType\" operation=\"POST\"><interaction-spec className=\"oracle.tip.adapter.cloud.CloudInteractionSpec\"><property name=\"integrationContext\" value=\"GLOBAL\"/><property name=\"integration_code\" value=\"{code}\"/><property name=\"integration_version\" value=\"{version}\"/><property name=\"integration_id\" value=\"{code}|{version}\"/><property name=\"integration_operation\" value=\"POST\"/></interaction-spec></endpoint-interaction></adapter-config>"
    )
    .into_bytes()
}

/// Names of fields that documents of business systems have.
const FIELDS: [&str; 24] = [
    "documentNumber",
    "documentDate",
    "currencyCode",
    "businessUnit",
    "legalEntity",
    "supplierNumber",
    "customerNumber",
    "lineNumber",
    "itemCode",
    "quantity",
    "unitOfMeasure",
    "unitPrice",
    "taxCode",
    "amount",
    "costCenter",
    "accountCode",
    "projectNumber",
    "paymentTerms",
    "dueDate",
    "createdBy",
    "emailAddress",
    "countryCode",
    "status",
    "sourceSystem",
];

fn wsdl(name: &str) -> String {
    let elements: String = FIELDS
        .iter()
        .map(|field| format!("<xsd:element name=\"{field}\" type=\"xsd:string\" minOccurs=\"0\"/>"))
        .collect();
    format!(
        "<wsdl:definitions name=\"{name}_REQUEST\" targetNamespace=\"{TYPES}/{name}_REQUEST\" xmlns:wsdl=\"http://schemas.xmlsoap.org/wsdl/\" xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\"><wsdl:types><xsd:schema targetNamespace=\"{TYPES}/{name}_REQUEST/types\"><xsd:element name=\"request-wrapper\"><xsd:complexType><xsd:sequence>{elements}</xsd:sequence></xsd:complexType></xsd:element></xsd:schema></wsdl:types><wsdl:message name=\"executeRequestMessage\"><wsdl:part name=\"parameters\" element=\"execute\"/></wsdl:message><wsdl:portType name=\"{name}_REQUESTPortType\"><wsdl:operation name=\"execute\"><wsdl:input message=\"executeRequestMessage\"/></wsdl:operation></wsdl:portType></wsdl:definitions>"
    )
}

/// Writes a map and says what it is called.
fn mapping(
    files: &mut Files,
    one: &Integration,
    number: usize,
    target: &str,
    chance: &mut Chance,
) -> String {
    let name = format!("req_{}", chance.hex(16));
    let folder = format!("resources/processor_{number}/resourcegroup_{number}");
    let mut rows = String::new();
    for field in FIELDS {
        let value = match (chance.below(8), one.lookups.first(), one.libraries.first()) {
            (0, Some(lookup), _) => format!(
                "dvm:lookupValue(&quot;{}&quot;, &quot;SOURCE&quot;, /execute/{field}, &quot;TARGET&quot;, &quot;&quot;)",
                xml(lookup)
            ),
            (1, _, Some(_)) => format!("orajs0:normalise(/execute/{field})"),
            (2, ..) => format!("substring(/execute/{field}, 1, {})", 10 + chance.below(90)),
            _ => format!("/execute/{field}"),
        };
        let _ = write!(
            rows,
            "<ns0:{field}><xsl:value-of select=\"{value}\"/></ns0:{field}>"
        );
    }
    let map = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<xsl:stylesheet version=\"2.0\" xmlns:xsl=\"http://www.w3.org/1999/XSL/Transform\" xmlns:dvm=\"http://www.oracle.com/XSL/Transform/java/oracle.tip.dvm.LookupValue\" xmlns:orajs0=\"http://www.oracle.com/js\" xmlns:ns0=\"{TYPES}/{target}_REQUEST/types\"><xsl:template match=\"/\"><ns0:request-wrapper>{rows}</ns0:request-wrapper></xsl:template></xsl:stylesheet>"
    );
    files.push((format!("{folder}/{name}.xsl"), map.into_bytes()));
    files.push((
        format!("{folder}/{name}_stateinfo.xml"),
        format!("<stateinfo target=\"{}\"/>", xml(target)).into_bytes(),
    ));
    name
}
