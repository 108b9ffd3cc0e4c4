//! The file name that an export proposes.

use waybill_engine::layout::archive_extension;
use waybill_model::{ArtifactId, ArtifactKind};

/// `CODE_VERSION.iar` and so on; good on Windows, macOS and Linux. `bytes` tell a single script
/// from a library that is packed.
pub(super) fn file_name(id: &ArtifactId, bytes: Option<&[u8]>) -> String {
    let extension = match (id.kind, bytes) {
        (ArtifactKind::Library, Some(bytes)) if !bytes.starts_with(b"PK") => "js",
        (kind, _) => archive_extension(kind),
    };
    let stem = match &id.version {
        Some(version) => format!("{}_{version}", id.code),
        None => id.code.clone(),
    };
    format!("{}.{extension}", safe(&stem))
}

fn safe(stem: &str) -> String {
    let text: String = stem
        .chars()
        .map(|letter| match letter {
            '<' | '>' | ':' | '"' | '/' | '\\' | '|' | '?' | '*' => '_',
            letter if letter.is_control() => '_',
            letter => letter,
        })
        .take(120)
        .collect();
    let text = text.trim_matches([' ', '.']).to_owned();
    let device = text
        .split('.')
        .next()
        .unwrap_or_default()
        .to_ascii_uppercase();
    let is_device = matches!(device.as_str(), "CON" | "PRN" | "AUX" | "NUL")
        || (device.len() == 4
            && (device.starts_with("COM") || device.starts_with("LPT"))
            && device.ends_with(|last: char| last.is_ascii_digit()));
    match text.is_empty() {
        true => "artifact".to_owned(),
        false if is_device => format!("_{text}"),
        false => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_good_everywhere() {
        let name = |id: &str| file_name(&id.parse().unwrap(), None);
        assert_eq!(name("integration:ORDER|01.02.0003"), "ORDER_01.02.0003.iar");
        assert_eq!(name("package:a/b:c"), "a_b_c.par");
        assert_eq!(name("lookup:CON"), "_CON.csv");
        assert_eq!(name("project: .. "), "artifact.car");
        let library = "library:L|01.00.0000".parse().unwrap();
        assert_eq!(
            file_name(&library, Some(b"function f() {}")),
            "L_01.00.0000.js"
        );
        assert_eq!(file_name(&library, Some(b"PK..")), "L_01.00.0000.jar");
    }
}
