//! Bodies of requests as clients write them.

use axum::body::Bytes;
use axum::http::{HeaderMap, header};
use multer::Multipart;
use serde_json::Value;

/// One part of a form.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    pub name: String,
    pub file_name: Option<String>,
    pub content: Bytes,
}

/// A `multipart/form-data` body: parts in any order, with or without types of their own.
#[derive(Clone, Debug, Default)]
pub(crate) struct Form {
    pub parts: Vec<Part>,
}

impl Form {
    /// Reads the body where the headers say that it is a form.
    pub async fn read(headers: &HeaderMap, body: &Bytes) -> Option<Result<Self, String>> {
        let kind = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
        if !kind.to_ascii_lowercase().starts_with("multipart/form-data") {
            return None;
        }
        Some(match multer::parse_boundary(kind) {
            Ok(boundary) => Self::parts(body, &boundary)
                .await
                .map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        })
    }

    async fn parts(body: &Bytes, boundary: &str) -> Result<Self, multer::Error> {
        let mut form = Self::default();
        let mut reader = Multipart::with_reader(body.as_ref(), boundary);
        while let Some(field) = reader.next_field().await? {
            form.parts.push(Part {
                name: field.name().unwrap_or_default().to_owned(),
                file_name: field.file_name().map(str::to_owned),
                content: field.bytes().await?,
            });
        }
        Ok(form)
    }

    /// The first part of that name.
    pub fn part(&self, name: &str) -> Option<&Part> {
        self.parts.iter().find(|part| part.name == name)
    }

    /// The text of a part, without what surrounds it; `None` where it is absent or empty.
    pub fn text(&self, name: &str) -> Option<String> {
        let text = String::from_utf8_lossy(&self.part(name)?.content)
            .trim()
            .to_owned();
        (!text.is_empty()).then_some(text)
    }
}

/// The JSON value that a body begins with, whatever follows it.
pub(crate) fn leading_json(body: &[u8]) -> Option<Value> {
    serde_json::Deserializer::from_slice(body)
        .into_iter::<Value>()
        .next()?
        .ok()
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn what_follows_the_first_value_is_passed_over() {
        let body = br#" {"status":"ACTIVATED"}&enableAsyncActivationMode=true"#;
        assert_eq!(
            leading_json(body).unwrap(),
            serde_json::json!({"status": "ACTIVATED"})
        );
        assert_eq!(leading_json(b"status=ACTIVATED"), None);
        assert_eq!(leading_json(b""), None);
        assert_eq!(leading_json(br#"{"status":"#), None);
    }

    async fn read(kind: &'static str, body: &'static str) -> Option<Result<Form, String>> {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
        Form::read(&headers, &Bytes::from_static(body.as_bytes())).await
    }

    #[tokio::test]
    async fn parts_come_in_any_order() {
        let kind = "multipart/form-data; boundary=X";
        let first = "--X\r\nContent-Disposition: form-data; name=\"type\"\r\n\r\napplication/octet-stream\r\n\
                     --X\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.iar\"\r\n\
                     Content-Type: application/octet-stream\r\n\r\nbytes\r\n--X--\r\n";
        let form = read(kind, first).await.unwrap().unwrap();
        assert_eq!(form.text("type").unwrap(), "application/octet-stream");
        assert_eq!(form.part("file").unwrap().content.as_ref(), b"bytes");
        assert_eq!(
            form.part("file").unwrap().file_name.as_deref(),
            Some("a.iar")
        );
        assert!(form.part("other").is_none());
        assert!(read("application/json", "{}").await.is_none());
        assert!(read("multipart/form-data", first).await.unwrap().is_err());
        assert!(read(kind, "--X\r\nbroken").await.unwrap().is_err());
    }
}
