//! Maps: XSLT, and what each field of the target is made of.

use roxmltree::Document;

use super::map_walk;
use crate::xml::{child, children, parse};

/// A map.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Map {
    /// The style sheet as it lies in the archive.
    pub text: String,
    /// The messages it reads from.
    pub sources: Vec<MapSource>,
    /// The root element of the message it makes.
    pub target: Option<String>,
    /// The fields of the target, in the order of the style sheet.
    pub fields: Vec<Field>,
    /// What of it is not understood; the text is whole in any case.
    pub notes: Vec<String>,
}

/// A message a map reads from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MapSource {
    /// The root element.
    pub element: String,
    /// The variable that holds it; the first source has none.
    pub variable: Option<String>,
}

/// A field that a map sets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Local names from the root of the target, separated by `/`; attributes begin with `@`,
    /// variables with `$`.
    pub target: String,
    /// The expression it is set to; quoted where it is plain text.
    pub source: String,
    /// The conditions and loops around it, outermost first.
    pub within: Vec<String>,
}

/// Reads a style sheet; what cannot be read leaves a note and the text.
pub(super) fn read(path: &str, text: String) -> Map {
    let mut map = Map::default();
    match parse(path, &text) {
        Ok(document) => describe(&document, text.len(), &mut map),
        Err(error) => map.notes.push(error.to_string()),
    }
    map.text = text;
    map
}

fn describe(document: &Document<'_>, length: usize, map: &mut Map) {
    let root = document.root_element();
    if let Some(schema) = child(root, "schema") {
        for source in child(schema, "mapSources")
            .into_iter()
            .flat_map(|list| children(list, "source"))
        {
            if let Some(element) =
                child(source, "rootElement").and_then(|node| node.attribute("name"))
            {
                map.sources.push(MapSource {
                    element: element.to_owned(),
                    variable: child(source, "param")
                        .and_then(|node| node.attribute("name"))
                        .map(str::to_owned),
                });
            }
        }
        map.target = child(schema, "mapTargets")
            .and_then(|list| child(list, "target"))
            .and_then(|target| child(target, "rootElement"))
            .and_then(|node| node.attribute("name"))
            .map(str::to_owned);
    }
    map_walk::walk(root, length, map);
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHEET: &str = r#"<xsl:stylesheet version="2.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:m="http://www.oracle.com/xsl/mapper/schemas" xmlns:t="urn:t">
        <m:schema><m:mapSources><m:source><m:rootElement name="execute"/></m:source><m:source><m:rootElement name="metadata"/><m:param name="self"/></m:source></m:mapSources>
        <m:mapTargets><m:target><m:rootElement name="POST"/></m:target></m:mapTargets></m:schema>
        <xsl:param name="self"/>
        <xsl:template match="/"><t:POST xml:id="id_3" kind="new">
          <t:id><xsl:value-of xml:id="id_9" select="/a/b"/></t:id>
          <xsl:if test="x"><t:one>word</t:one></xsl:if>
          <xsl:for-each select="/a/c"><t:line><t:n><xsl:value-of select="n"/></t:n></t:line></xsl:for-each>
          <xsl:choose><xsl:when test="y"><t:w><xsl:text>1</xsl:text></t:w></xsl:when><xsl:otherwise><t:w/></xsl:otherwise></xsl:choose>
          <xsl:strange/>
        </t:POST></xsl:template></xsl:stylesheet>"#;

    #[test]
    fn fields_are_told_with_their_sources_and_conditions() {
        let map = read("a.xsl", SHEET.to_owned());
        let fields: Vec<_> = map
            .fields
            .iter()
            .map(|field| {
                (
                    field.target.as_str(),
                    field.source.as_str(),
                    field.within.join("; "),
                )
            })
            .collect();
        let field = |target, source, within: &str| (target, source, within.to_owned());
        assert_eq!(
            fields,
            [
                field("POST/@kind", "'new'", ""),
                field("POST/id", "/a/b", ""),
                field("POST/one", "'word'", "if x"),
                field("POST/line/n", "n", "for each /a/c"),
                field("POST/w", "'1'", "when y"),
                field("POST/w", "''", "otherwise"),
            ]
        );
        assert_eq!(map.target.as_deref(), Some("POST"));
        assert_eq!(map.sources[1].variable.as_deref(), Some("self"));
        assert_eq!(map.notes, ["`xsl:strange` is not understood"]);
        assert_eq!(map.text, SHEET);
    }

    #[test]
    fn what_is_no_style_sheet_keeps_its_text() {
        let map = read("a.xsl", "not xml".to_owned());
        assert_eq!(map.text, "not xml");
        assert_eq!(map.notes.len(), 1);
    }
}
