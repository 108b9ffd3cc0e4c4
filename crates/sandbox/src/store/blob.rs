//! Bytes of archives in the saved form of an instance: Base64 text.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serializer};

pub(crate) fn serialize<S: Serializer>(bytes: &Arc<Vec<u8>>, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&STANDARD.encode(bytes.as_slice()))
}

pub(crate) fn deserialize<'from, D: Deserializer<'from>>(
    from: D,
) -> Result<Arc<Vec<u8>>, D::Error> {
    let text = String::deserialize(from)?;
    STANDARD
        .decode(text)
        .map(Arc::new)
        .map_err(D::Error::custom)
}

/// The same where there may be none.
pub(crate) mod option {
    use std::sync::Arc;

    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[expect(clippy::ref_option, reason = "the signature that serde asks for")]
    pub(crate) fn serialize<S: Serializer>(
        bytes: &Option<Arc<Vec<u8>>>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        bytes
            .as_ref()
            .map(|bytes| STANDARD.encode(bytes.as_slice()))
            .serialize(to)
    }

    pub(crate) fn deserialize<'from, D: Deserializer<'from>>(
        from: D,
    ) -> Result<Option<Arc<Vec<u8>>>, D::Error> {
        Option::<String>::deserialize(from)?
            .map(|text| STANDARD.decode(text).map(Arc::new))
            .transpose()
            .map_err(D::Error::custom)
    }
}
