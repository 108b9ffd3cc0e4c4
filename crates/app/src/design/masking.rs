//! How texts of an archive get into a view: with dots for everything that the scan for secrets would
//! find in them.

use waybill_archive::{mask, mask_value};

/// A text of any sort.
pub(super) fn text(text: &str) -> String {
    mask(text).into_owned()
}

/// A value, whose name may tell that it is a secret: of a path, the last part counts as well
/// (`password` of `$order/ns0:password`).
pub(super) fn value(name: &str, value: &str) -> String {
    let by_name = mask_value(name, value);
    let by_last = mask_value(last(name), &by_name);
    mask(&by_last).into_owned()
}

/// The last name of a path, without sign and prefix.
fn last(path: &str) -> &str {
    let name = path.rsplit(['/', ':', '.']).next().unwrap_or(path);
    name.trim_start_matches(['$', '@'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_target_is_its_last_part() {
        assert_eq!(last("$order/ns0:line/@ns1:password"), "password");
        assert_eq!(last("default.clientSecret"), "clientSecret");
        assert_eq!(last("total"), "total");
    }

    #[test]
    fn a_secret_is_told_by_its_place_or_by_its_shape() {
        for (name, secret) in [
            ("$order/ns0:password", "'W3lcome'"),
            ("db_password", "\"W3lcome\""),
            ("url", "'https://ann:W3lcome@erp.example.com/'"),
            (
                "text",
                "concat('password=', 'x', \"&clientSecret=W3lcome&\")",
            ),
        ] {
            let shown = value(name, secret);
            assert!(!shown.contains("W3lcome"), "{name}: {shown}");
        }
        assert_eq!(value("total", "sum($lines/amount)"), "sum($lines/amount)");
    }
}
