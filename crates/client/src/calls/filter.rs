//! Lists with conditions, as the documentation writes them: `q={name: /part/, status : 'CONFIGURED'}`,
//! `orderBy`, `expand`. A condition that a service does not know is ignored by it in silence, so what
//! comes is not proven to meet it.

use waybill_model::{Generation, Scope};

use super::{Path, all, decode, page_query};
use crate::client::Client;
use crate::error::{Error, ErrorKind};
use crate::page::{Next, Pages};
use crate::wire::{Certificate, Connection, Integration, Lookup, Package, Read, WireObject};

/// Conditions and order of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListFilter {
    /// The whole name.
    pub name: Option<String>,
    /// A part of the name.
    pub name_part: Option<String>,
    /// Integrations: `ACTIVATED`, `CONFIGURED`, `INPROGRESS`, `FAILEDACTIVATION`. Connections:
    /// `CONFIGURED`, `INPROGRESS`. Lookups: `CONFIGURED`, `LOCKED`.
    pub status: Option<String>,
    /// Integrations: `PREBUILT`, `CUSTOM`, `DEVELOPED`. Packages: `PREBUILT`, `DEVELOPED`.
    /// Certificates: `X509`, ….
    pub object_type: Option<String>,
    /// Integrations.
    pub style: Option<String>,
    /// Connections.
    pub role: Option<String>,
    /// `name` or `time`; connections also `type`, certificates `expiry` and `expiry:asc`.
    pub order_by: Option<String>,
    /// Integrations: `connection` or `connection.adapter`. Connections and lookups: `adapter`.
    pub expand: Option<String>,
}

impl ListFilter {
    fn query(&self, operation: &str) -> Result<Vec<(&'static str, String)>, Error> {
        let exact = [
            ("name", &self.name),
            ("status", &self.status),
            ("type", &self.object_type),
            ("style", &self.style),
            ("role", &self.role),
        ];
        let mut conditions = Vec::new();
        for (key, value) in exact {
            if let Some(value) = value {
                conditions.push(format!("{key}:'{}'", without(value, '\'', operation)?));
            }
        }
        if let Some(part) = &self.name_part {
            conditions.push(format!("name: /{}/", without(part, '/', operation)?));
        }
        let mut query = Vec::new();
        if !conditions.is_empty() {
            query.push(("q", format!("{{{}}}", conditions.join(", "))));
        }
        for (parameter, value) in [("orderBy", &self.order_by), ("expand", &self.expand)] {
            if let Some(value) = value {
                query.push((parameter, value.clone()));
            }
        }
        Ok(query)
    }
}

/// The text, which must not hold the letter that would end it: how to write that is not documented.
fn without<'a>(text: &'a str, letter: char, operation: &str) -> Result<&'a str, Error> {
    if text.contains(letter) {
        return Err(Error::new(
            ErrorKind::Configuration,
            operation,
            format!("a list cannot be searched for a text with `{letter}` in it"),
        ));
    }
    Ok(text)
}

impl Client {
    /// The integrations of the scope that meet the conditions.
    pub async fn integrations_where(
        &self,
        within: &Scope,
        filter: &ListFilter,
    ) -> Result<Vec<Read<Integration>>, Error> {
        let path = self.path(within, format!("Listing {}", all("integrations", within)))?;
        self.filtered(path.then("/integrations"), filter).await
    }

    /// The connections of the scope that meet the conditions.
    pub async fn connections_where(
        &self,
        within: &Scope,
        filter: &ListFilter,
    ) -> Result<Vec<Read<Connection>>, Error> {
        let path = self.path(within, format!("Listing {}", all("connections", within)))?;
        self.filtered(path.then("/connections"), filter).await
    }

    /// The lookups of the scope that meet the conditions.
    pub async fn lookups_where(
        &self,
        within: &Scope,
        filter: &ListFilter,
    ) -> Result<Vec<Read<Lookup>>, Error> {
        let path = self.path(within, format!("Listing {}", all("lookups", within)))?;
        self.filtered(path.then("/lookups"), filter).await
    }

    /// The packages that meet the conditions.
    pub async fn packages_where(&self, filter: &ListFilter) -> Result<Vec<Read<Package>>, Error> {
        let path = self.path(&Scope::Global, "Listing the packages".to_owned())?;
        self.filtered(path.then("/packages"), filter).await
    }

    /// The certificates that meet the conditions; OIC 3 alone.
    pub async fn certificates_where(
        &self,
        filter: &ListFilter,
    ) -> Result<Vec<Read<Certificate>>, Error> {
        let operation = "Listing the certificates".to_owned();
        self.only_on(&[Generation::Oic3], "certificates", &operation)?;
        let path = self.path(&Scope::Global, operation)?;
        self.filtered(path.then("/certificates"), filter).await
    }

    async fn filtered<T: WireObject>(
        &self,
        path: Path,
        filter: &ListFilter,
    ) -> Result<Vec<Read<T>>, Error> {
        let operation = path.operation.clone();
        let conditions = filter.query(&operation)?;
        let mut pages = Pages::default();
        let mut offset = 0;
        loop {
            let mut call = path.clone().get();
            call.class = crate::pace::CallClass::List;
            call.query.clone_from(&conditions);
            call.query.extend(page_query(offset));
            match pages.take(self.json(call).await?, &operation)? {
                Next::Done => break,
                Next::From(next) => offset = next,
            }
        }
        pages
            .into_items()
            .into_iter()
            .map(|item| decode(item, &operation))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_are_written_as_documented() {
        let filter = ListFilter {
            name_part: Some("SC2RN".to_owned()),
            status: Some("CONFIGURED".to_owned()),
            order_by: Some("name".to_owned()),
            ..ListFilter::default()
        };
        assert_eq!(
            filter.query("Listing").unwrap(),
            [
                ("q", "{status:'CONFIGURED', name: /SC2RN/}".to_owned()),
                ("orderBy", "name".to_owned()),
            ]
        );
        assert!(ListFilter::default().query("Listing").unwrap().is_empty());
        let quoted = ListFilter {
            name: Some("it's".to_owned()),
            ..ListFilter::default()
        };
        assert!(quoted.query("Listing").is_err());
    }
}
