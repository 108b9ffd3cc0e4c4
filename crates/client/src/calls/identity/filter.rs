//! Filters of SCIM (RFC 7644 §3.4.2.2).

/// Which resources. Values are quoted as JSON, so any text can be asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScimFilter(String);

impl ScimFilter {
    /// The attribute is exactly this.
    #[must_use]
    pub fn equals(attribute: &str, value: &str) -> Self {
        Self::comparing(attribute, "eq", value)
    }

    /// The attribute holds this.
    #[must_use]
    pub fn contains(attribute: &str, value: &str) -> Self {
        Self::comparing(attribute, "co", value)
    }

    /// The attribute begins with this.
    #[must_use]
    pub fn starts_with(attribute: &str, value: &str) -> Self {
        Self::comparing(attribute, "sw", value)
    }

    /// Both hold.
    #[must_use]
    pub fn and(self, other: &Self) -> Self {
        Self(format!("{} and {}", self.0, other.0))
    }

    fn comparing(attribute: &str, operator: &str, value: &str) -> Self {
        let value = serde_json::Value::from(value);
        Self(format!("{attribute} {operator} {value}"))
    }

    pub(super) fn text(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::ScimFilter;

    #[test]
    fn values_are_quoted() {
        let filter = ScimFilter::equals("userName", "a\"b\\c")
            .and(&ScimFilter::starts_with("displayName", "Op"));
        assert_eq!(
            filter.text(),
            r#"userName eq "a\"b\\c" and displayName sw "Op""#
        );
    }
}
