//! What all pages share: head, style, foot, and the marks of environments.

use jiff::Timestamp;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use waybill_model::Environment;

const STYLE: &str = include_str!("page.css");

/// A whole page. Nothing in it is loaded or run, whatever an archive holds.
pub(crate) fn page(title: &str, made_at: &str, body: &Markup) -> String {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta http-equiv="Content-Security-Policy"
                    content="default-src 'none'; style-src 'unsafe-inline'";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                main { (body) }
                footer {
                    "Waybill " (env!("CARGO_PKG_VERSION")) ", " (moment(made_at))
                    ". What may be a secret is shown as dots."
                }
            }
        }
    }
    .into_string()
}

/// An environment as a coloured word; its shape says it too.
pub(super) fn tag(environment: Option<Environment>, title: &str) -> Markup {
    let class = match environment {
        Some(Environment::Development) => "tag tag--development",
        Some(Environment::Test) => "tag tag--test",
        Some(Environment::Production) => "tag tag--production",
        Some(Environment::Other) => "tag tag--other",
        None => return html! { b { (title) } },
    };
    html! { span class=(class) { (title) } }
}

/// A moment as people write it; what is no moment as it is.
pub(crate) fn moment(at: &str) -> String {
    at.parse::<Timestamp>().map_or_else(
        |_| at.to_owned(),
        |at| at.strftime("%-d %b %Y, %H:%M UTC").to_string(),
    )
}

/// A number of things, in words.
pub(super) fn counted(count: usize, one: &str, many: &str) -> String {
    if count == 1 {
        format!("1 {one}")
    } else {
        format!("{count} {many}")
    }
}
