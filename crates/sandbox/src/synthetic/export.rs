//! The circumstances of one export: everything in an archive that is not its design.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use sha2::{Digest, Sha256};
use waybill_model::Generation;

use super::zip::dos_time;
use crate::chance::Chance;

/// The service version that the sandbox claims to be.
const SERVICE_VERSION: &str = "26.07.0.4";

/// When and in which order an archive is written.
#[derive(Clone, Debug)]
pub(crate) struct Export {
    pub moment: Timestamp,
    pub chance: Chance,
    /// The generation of the service that writes it.
    pub generation: Generation,
}

impl Export {
    pub fn new(moment: Timestamp, count: u64) -> Self {
        let seed = u64::try_from(moment.as_millisecond()).unwrap_or_default();
        Self {
            moment,
            chance: Chance::new(seed ^ (count << 32)),
            generation: Generation::Oic3,
        }
    }

    /// The same, of an instance of this generation.
    pub fn of(mut self, generation: Generation) -> Self {
        self.generation = generation;
        self
    }

    /// Only Oracle Integration 3 seals what it writes (recorded).
    pub fn is_sealed(&self) -> bool {
        self.generation == Generation::Oic3
    }

    /// The service version in archives: its own suffix for the oldest generation (recorded).
    pub fn service_version(&self) -> &'static str {
        match self.generation {
            Generation::Oic3 => SERVICE_VERSION,
            Generation::Gen2 => "22.10.0.1",
            Generation::Ics => "18.2.3.0.0",
        }
    }

    /// The same with the suffix that tells the generation.
    pub fn service_version_whole(&self) -> String {
        let suffix = match self.generation {
            Generation::Ics => "IC",
            Generation::Gen2 | Generation::Oic3 => "EC",
        };
        format!("{}-{suffix}", self.service_version())
    }

    /// The version of the model of a design.
    pub fn model_version(&self) -> &'static str {
        match self.generation {
            Generation::Oic3 => "10.1",
            Generation::Gen2 => "8.1",
            Generation::Ics => "6.0",
        }
    }

    /// The first line of every property file: `#Fri Aug 07 18:39:59 UTC 2026`.
    pub fn date_line(&self) -> String {
        self.moment
            .strftime("#%a %b %d %H:%M:%S UTC %Y")
            .to_string()
    }

    /// The moment in milliseconds.
    pub fn validity(&self) -> String {
        self.moment.as_millisecond().to_string()
    }

    /// The opaque tag: 16 bytes that cover the content and the moment.
    pub fn seal(&self, content: &str) -> String {
        let digest = Sha256::new()
            .chain_update(content)
            .chain_update(self.validity())
            .finalize();
        STANDARD.encode(digest.get(..16).unwrap_or_default())
    }

    pub fn dos_time(&self) -> zip::DateTime {
        dos_time(self.moment.to_zoned(TimeZone::UTC).datetime())
    }
}

/// A property file: the date, then the values with `:` and `=` escaped, in alphabetical order.
pub(crate) fn properties(export: &Export, values: &[(&str, String)]) -> Vec<u8> {
    let mut lines: Vec<String> = values
        .iter()
        .map(|(key, value)| {
            let value = value
                .replace('\\', "\\\\")
                .replace(':', "\\:")
                .replace('=', "\\=");
            format!("{key}={value}")
        })
        .collect();
    lines.sort();
    format!("{}\n{}\n", export.date_line(), lines.join("\n")).into_bytes()
}

/// Text for XML.
pub(crate) fn xml(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
