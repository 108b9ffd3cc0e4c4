//! Adapter files (`<Endpoint>_REQUEST.jca`): which adapter an endpoint uses, what it calls, and
//! with which settings.

use roxmltree::Document;
use waybill_model::Scope;

use crate::{Call, Reference};

/// The id of the adapter of calls between integrations of one instance.
pub(crate) const COLLOCATED: &str = "collocatedics";

/// The adapter's id, by a plain look at the first tag.
pub(crate) fn adapter(source: &str) -> Option<&str> {
    let tag = &source[source.find("adapter-config")?..];
    let tag = &tag[..tag.find('>')?];
    let value = &tag[tag.find(" adapter=")? + " adapter=".len()..];
    let quote = value
        .chars()
        .next()
        .filter(|sign| matches!(sign, '"' | '\''))?;
    value[1..].split(quote).next().filter(|id| !id.is_empty())
}

/// The `default.` prefix that endpoints of several operations carry is left out.
fn plain_name(name: &str) -> &str {
    name.strip_prefix("default.").unwrap_or(name)
}

/// The settings of the endpoint, in the order of the file.
pub(crate) fn settings(document: &Document<'_>) -> Vec<(String, String)> {
    document
        .root_element()
        .descendants()
        .filter(|node| node.tag_name().name() == "property")
        .filter_map(|node| {
            let name = node.attribute("name")?;
            let value = node
                .attribute("value")
                .map(str::to_owned)
                .or_else(|| crate::xml::text(node))?;
            Some((plain_name(name).to_owned(), value))
        })
        .collect()
}

/// The integration that an adapter file calls.
pub(crate) fn call(document: &Document<'_>, own: &Scope) -> Option<Call> {
    let root = document.root_element();
    if !root
        .attribute("adapter")
        .is_some_and(|id| id.eq_ignore_ascii_case(COLLOCATED))
    {
        return None;
    }
    let settings = settings(document);
    let setting = |name: &str| {
        settings
            .iter()
            .find(|(own, value)| own == name && !value.is_empty())
            .map(|(_, value)| value.as_str())
    };
    let integration = match (setting("integration_code"), setting("integration_version")) {
        (Some(code), Some(version)) => Reference::new(code, version),
        _ => Reference::parse(setting("integration_id")?)?,
    };
    let scope = match setting("integrationContext") {
        Some("GLOBAL") => Some(Scope::Global),
        Some("INTRA_PROJECT") => Some(own.clone()),
        Some("INTER_PROJECT") => {
            setting("project_id").map(|project| Scope::Project(project.to_owned()))
        }
        _ => None,
    };
    Some(Call { integration, scope })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_adapter_is_read_off_the_first_tag() {
        let source = r#"<?xml version='1.0'?><adapter-config name="x" adapter="rest" x="1"><property adapter="no"/>"#;
        assert_eq!(adapter(source), Some("rest"));
        assert_eq!(adapter("<other adapter='x'>"), None);
    }

    #[test]
    fn a_call_to_another_project_names_it() {
        let text = r#"<adapter-config adapter="collocatedics"><property name="integration_id" value="A|01.00.0000"/>
            <property name="integrationContext" value="INTER_PROJECT"/><property name="project_id" value="COMMON"/></adapter-config>"#;
        let call = call(
            &Document::parse(text).unwrap(),
            &Scope::Project("OWN".to_owned()),
        )
        .unwrap();
        assert_eq!(call.integration.to_string(), "A|01.00.0000");
        assert_eq!(call.scope, Some(Scope::Project("COMMON".to_owned())));
    }
}
