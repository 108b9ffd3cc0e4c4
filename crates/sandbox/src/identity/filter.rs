//! Filters of SCIM (RFC 7644 §3.4.2.2): comparisons joined by `and`, `or` and `not`, with brackets.

use serde_json::Value;

/// A condition on a resource.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Filter {
    All(Vec<Filter>),
    Any(Vec<Filter>),
    Not(Box<Filter>),
    Present(String),
    Compare(String, Comparison, Value),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Comparison {
    Equal,
    NotEqual,
    Contains,
    StartsWith,
    EndsWith,
}

#[derive(Clone, Debug, PartialEq)]
enum Part {
    Open,
    Close,
    Word(String),
    Text(String),
}

impl Filter {
    /// `None` where the text is no filter.
    pub fn parse(text: &str) -> Option<Self> {
        let parts = parts(text)?;
        let mut rest = parts.as_slice();
        let filter = any(&mut rest)?;
        rest.is_empty().then_some(filter)
    }

    pub fn fits(&self, resource: &Value) -> bool {
        match self {
            Self::All(all) => all.iter().all(|one| one.fits(resource)),
            Self::Any(any) => any.iter().any(|one| one.fits(resource)),
            Self::Not(one) => !one.fits(resource),
            Self::Present(path) => !values(resource, path).is_empty(),
            Self::Compare(path, Comparison::NotEqual, wanted) => !values(resource, path)
                .iter()
                .any(|value| compare(value, Comparison::Equal, wanted)),
            Self::Compare(path, comparison, wanted) => values(resource, path)
                .iter()
                .any(|value| compare(value, *comparison, wanted)),
        }
    }
}

/// Text is compared without case, as for the attributes here.
fn compare(value: &Value, comparison: Comparison, wanted: &Value) -> bool {
    let (Value::String(value), Value::String(wanted)) = (value, wanted) else {
        return comparison == Comparison::Equal && value == wanted;
    };
    let (value, wanted) = (value.to_lowercase(), wanted.to_lowercase());
    match comparison {
        Comparison::Equal => value == wanted,
        Comparison::NotEqual => value != wanted,
        Comparison::Contains => value.contains(&wanted),
        Comparison::StartsWith => value.starts_with(&wanted),
        Comparison::EndsWith => value.ends_with(&wanted),
    }
}

/// What lies at a path like `emails.value`; lists are walked through.
fn values<'value>(resource: &'value Value, path: &str) -> Vec<&'value Value> {
    let mut found = vec![resource];
    for name in path.split('.') {
        let mut next = Vec::new();
        for value in found {
            let places = match value {
                Value::Array(items) => items.iter().collect(),
                other => vec![other],
            };
            next.extend(places.into_iter().filter_map(|place| {
                place
                    .as_object()?
                    .iter()
                    .find(|(own, _)| own.eq_ignore_ascii_case(name))
                    .map(|(_, value)| value)
            }));
        }
        found = next;
    }
    found
        .into_iter()
        .flat_map(|value| match value {
            Value::Array(items) => items.iter().collect(),
            other => vec![other],
        })
        .filter(|value| !value.is_null())
        .collect()
}

fn parts(text: &str) -> Option<Vec<Part>> {
    let mut parts = Vec::new();
    let mut signs = text.chars().peekable();
    while let Some(&sign) = signs.peek() {
        match sign {
            ' ' => {
                signs.next();
            }
            '(' | ')' => {
                signs.next();
                parts.push(if sign == '(' { Part::Open } else { Part::Close });
            }
            '"' => {
                signs.next();
                let mut value = String::new();
                loop {
                    match signs.next()? {
                        '"' => break,
                        '\\' => value.push(signs.next()?),
                        other => value.push(other),
                    }
                }
                parts.push(Part::Text(value));
            }
            _ => {
                let mut word = String::new();
                while let Some(sign) = signs.next_if(|sign| !" ()\"".contains(*sign)) {
                    word.push(sign);
                }
                parts.push(Part::Word(word));
            }
        }
    }
    Some(parts)
}

fn word(rest: &mut &[Part], wanted: &str) -> bool {
    match rest {
        [Part::Word(word), after @ ..] if word.eq_ignore_ascii_case(wanted) => {
            *rest = after;
            true
        }
        _ => false,
    }
}

fn any(rest: &mut &[Part]) -> Option<Filter> {
    let mut found = vec![all(rest)?];
    while word(rest, "or") {
        found.push(all(rest)?);
    }
    Some(if found.len() == 1 {
        found.remove(0)
    } else {
        Filter::Any(found)
    })
}

fn all(rest: &mut &[Part]) -> Option<Filter> {
    let mut found = vec![one(rest)?];
    while word(rest, "and") {
        found.push(one(rest)?);
    }
    Some(if found.len() == 1 {
        found.remove(0)
    } else {
        Filter::All(found)
    })
}

fn one(rest: &mut &[Part]) -> Option<Filter> {
    if word(rest, "not") {
        return Some(Filter::Not(Box::new(one(rest)?)));
    }
    if let [Part::Open, after @ ..] = rest {
        *rest = after;
        let inner = any(rest)?;
        let [Part::Close, after @ ..] = rest else {
            return None;
        };
        *rest = after;
        return Some(inner);
    }
    let [Part::Word(path), Part::Word(operator), after @ ..] = rest else {
        return None;
    };
    *rest = after;
    let comparison = match operator.to_lowercase().as_str() {
        "pr" => return Some(Filter::Present(path.clone())),
        "eq" => Comparison::Equal,
        "ne" => Comparison::NotEqual,
        "co" => Comparison::Contains,
        "sw" => Comparison::StartsWith,
        "ew" => Comparison::EndsWith,
        _ => return None,
    };
    let (value, after) = match rest {
        [Part::Text(text), after @ ..] => (Value::String(text.clone()), after),
        [Part::Word(literal), after @ ..] => (serde_json::from_str(literal).ok()?, after),
        _ => return None,
    };
    *rest = after;
    Some(Filter::Compare(path.clone(), comparison, value))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn filters_say_what_fits() {
        let user = json!({
            "active": true,
            "emails": [{"value": "ana@example.com"}, {"value": "al@example.com"}],
            "name": {"familyName": "Lopes"},
            "userName": "ana.lopes@example.com",
        });
        for (filter, fits) in [
            (r#"userName eq "ANA.lopes@example.com""#, true),
            (r#"username sw "ana""#, true),
            (r#"name.familyName co "ope""#, true),
            (r#"emails.value eq "al@example.com""#, true),
            (r#"emails.value eq "bo@example.com""#, false),
            (r#"active eq true and name.familyName eq "Lopes""#, true),
            (r#"active eq false or userName ew ".com""#, true),
            ("not (active eq true) or (userName pr and title pr)", false),
            (r#"userName ne "x""#, true),
        ] {
            assert_eq!(
                Filter::parse(filter).map(|one| one.fits(&user)),
                Some(fits),
                "{filter}"
            );
        }
    }

    #[test]
    fn what_is_no_filter_is_refused() {
        for text in [
            "",
            "userName",
            r#"userName eq "x"#,
            "userName like 1",
            r#"(a eq "b""#,
            r#"a eq "b" c"#,
        ] {
            assert_eq!(Filter::parse(text), None, "{text}");
        }
    }
}
