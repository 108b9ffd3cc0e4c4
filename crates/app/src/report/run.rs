//! The report of a run: as a page, as a table for spreadsheets, as JSON, and its hash.

use maud::{Markup, html};
use serde_json::Value;
use waybill_engine::sha256;

use super::page::{counted, moment, page, tag};
use super::spreadsheet::{UTF8_MARK, row};
use crate::view::{ExchangeView, ReportResult, ReportRow, ReportView, RollbackOffer};

const COLUMNS: [&str; 13] = [
    "Result",
    "Kind",
    "Project",
    "Code",
    "Version",
    "Name",
    "What became of it",
    "Before",
    "Took (ms)",
    "Why",
    "What to do",
    "SHA-256 of what was sent",
    "Read back",
];

/// SHA-256, in hex, of the report as JSON with the members of each object by name, without the member
/// `hash`: whoever has the JSON can count it again.
pub(crate) fn report_hash(report: &ReportView) -> String {
    let mut value = serde_json::to_value(report).unwrap_or_default();
    if let Value::Object(members) = &mut value {
        members.remove("hash");
    }
    sha256(value.to_string().as_bytes())
}

/// The report as JSON.
pub(crate) fn report_json(report: &ReportView) -> String {
    let mut text = serde_json::to_string_pretty(report).unwrap_or_default();
    text.push('\n');
    text
}

/// The artifacts of the report as CSV.
pub(crate) fn report_table(report: &ReportView) -> String {
    let mut text = String::from(UTF8_MARK);
    text.push_str(&row(&COLUMNS.map(str::to_owned)));
    for one in &report.rows {
        let word = |value: Option<&str>| value.unwrap_or_default().to_owned();
        text.push_str(&row(&[
            result(one.result).to_owned(),
            one.id.kind.to_string(),
            word(one.id.scope.project()),
            one.id.code.clone(),
            word(one.id.version.as_deref()),
            one.name.clone(),
            one.words.clone(),
            one.before.clone(),
            one.took_ms.map(|took| took.to_string()).unwrap_or_default(),
            word(one.why.as_deref()),
            word(one.what_to_do.as_deref()),
            word(one.sha256.as_deref()),
            read_back(one),
        ]));
    }
    text
}

/// The report as a page that needs nothing else and prints well.
#[must_use]
pub fn report_page(report: &ReportView, made_at: &str) -> String {
    let run = &report.run;
    let title = format!("{} {}: {}", report.waybill, report.name, report.headline);
    let groups = [
        (ReportResult::Failed, "Failed"),
        (ReportResult::Unknown, "Nobody can tell"),
        (ReportResult::NotDone, "Not done"),
        (ReportResult::Done, "Done"),
        (ReportResult::Kept, "Left as it was"),
    ];
    let body = html! {
        h1 { (report.headline) }
        p {
            "From " (tag(report.from_environment, &report.from_title)) " to "
            (tag(run.environment, run.instance_name.as_deref().unwrap_or("an instance")))
        }
        p { (report.sentence) }
        p.quiet {
            (report.waybill) @if !report.name.is_empty() { ", " (report.name) } ". "
            (moment(&run.started_at))
            @if let Some(ended) = &run.ended_at { " to " (moment(ended)) }
            ", by " (run.asked_by) "."
        }
        ul.counts {
            @for (kind, words) in groups {
                @let count = report.rows.iter().filter(|one| one.result == kind).count();
                @if count > 0 { li { b { (count) } (words.to_lowercase()) } }
            }
        }
        @for (kind, words) in groups { (group(report, kind, words)) }
        @if !report.checklist.is_empty() {
            h2 { "To be seen to by a person" }
            ul { @for one in &report.checklist { li { (one) } } }
        }
        h2 { "The way back" }
        (way_back(&report.rollback))
        h2 { "This report" }
        p { "Run " code { (run.id) } ", waybill " (report.waybill) " with the hash " code { (report.waybill_hash) } "." }
        p { "Hash of the report: " code { (report.hash) } "." }
        @if let Some(entry) = report.audit_entry { p { "Entry " (entry) " of the audit log." } }
    };
    page(&title, made_at, &body)
}

fn group(report: &ReportView, kind: ReportResult, words: &str) -> Markup {
    let rows: Vec<&ReportRow> = report
        .rows
        .iter()
        .filter(|one| one.result == kind)
        .collect();
    html! {
        @if !rows.is_empty() {
            h2 { (words) " " span.quiet { (counted(rows.len(), "artifact", "artifacts")) } }
            table {
                thead { tr {
                    th { "Artifact" } th { "Name" } th { "Result" } th { "Before" }
                    th.number { "Took" } th { "Read back" } th { "SHA-256" }
                } }
                tbody { @for one in rows { (artifact(one)) } }
            }
        }
    }
}

fn artifact(one: &ReportRow) -> Markup {
    html! {
        tr {
            td { code { (one.id) } }
            td { (one.name) }
            td { (one.words) }
            td { (one.before) }
            td.number { @if let Some(took) = one.took_ms { (duration(took)) } }
            td { (read_back(one)) }
            td { @if let Some(hash) = &one.sha256 { code { (hash.get(..12).unwrap_or(hash)) } } }
        }
        @if one.why.is_some() || one.what_to_do.is_some() || one.exchange.is_some() {
            tr { td colspan="7" { div.note.note--blocking {
                @if let Some(why) = &one.why { p { b { (why) } } }
                @if let Some(what) = &one.what_to_do { p { "What to do: " (what) } }
                @if let Some(exchange) = &one.exchange { (call(exchange)) }
            } } }
        }
    }
}

fn call(exchange: &ExchangeView) -> Markup {
    html! {
        p.quiet {
            code { (exchange.method) " " (exchange.path) }
            @if let Some(status) = exchange.status { " answered " (status) }
            @if let Some(id) = &exchange.request_id { ", id of the call " code { (id) } }
        }
        @if !exchange.body.is_empty() { p { code { (exchange.body) } } }
    }
}

fn way_back(offer: &RollbackOffer) -> Markup {
    html! {
        @if offer.possible {
            p {
                "As it was before, " (counted(offer.artifacts as usize, "artifact is", "artifacts are"))
                " kept"
                @if let Some(snapshot) = &offer.snapshot { " in snapshot " code { (snapshot) } }
                @if let Some(at) = &offer.taken_at { ", taken " (moment(at)) }
                "."
            }
            @if !offer.without_secrets.is_empty() {
                p {
                    "Secrets are not in it. They would have to be entered again for "
                    @for (index, id) in offer.without_secrets.iter().enumerate() {
                        @if index > 0 { ", " } code { (id.code) }
                    }
                    "."
                }
            }
        } @else {
            p { (offer.because.as_deref().unwrap_or("It cannot be rolled back.")) }
        }
    }
}

const fn result(result: ReportResult) -> &'static str {
    match result {
        ReportResult::Failed => "failed",
        ReportResult::Unknown => "unknown",
        ReportResult::NotDone => "not done",
        ReportResult::Done => "done",
        ReportResult::Kept => "left as it was",
    }
}

fn read_back(one: &ReportRow) -> String {
    match (&one.verified_words, one.verified) {
        (Some(words), _) => words.clone(),
        (None, Some(true)) => "means the same as what was sent".to_owned(),
        (None, Some(false)) => "differs from what was sent".to_owned(),
        (None, None) => String::new(),
    }
}

fn duration(milliseconds: u64) -> String {
    let seconds = milliseconds / 1000;
    match (seconds / 60, seconds % 60) {
        (0, 0) => format!("{milliseconds} ms"),
        (0, seconds) => format!("{seconds} s"),
        (minutes, seconds) => format!("{minutes} min {seconds:02} s"),
    }
}

#[cfg(test)]
mod tests {
    use waybill_model::{ArtifactId, ArtifactKind, Environment};

    use super::*;
    use crate::view::{RunCounts, RunKind, RunPhase, RunStatus, RunSummary};

    fn row_of(code: &str, result: ReportResult) -> ReportRow {
        ReportRow {
            id: ArtifactId::global(ArtifactKind::Integration, code, Some("01.00.0000")),
            name: format!("{code} <b>"),
            result,
            words: "Replaced, not active".to_owned(),
            before: "was active, 01.00.0000".to_owned(),
            took_ms: Some(62_000),
            why: None,
            what_to_do: None,
            exchange: None,
            sha256: Some("ab".repeat(32)),
            verified: Some(true),
            verified_words: None,
        }
    }

    fn report() -> ReportView {
        let mut failed = row_of("ORDERS", ReportResult::Failed);
        failed.why = Some("=cmd: the service refused it.".to_owned());
        failed.what_to_do = Some("Enter the values, then retry.".to_owned());
        failed.exchange = Some(ExchangeView {
            method: "POST".to_owned(),
            path: "/integrations/ORDERS%7C01.00.0000".to_owned(),
            status: Some(412),
            body: "{\"title\":\"<script>\"}".to_owned(),
            request_id: None,
        });
        ReportView {
            run: RunSummary {
                id: "r1".to_owned(),
                kind: RunKind::Move,
                title: None,
                instance_id: Some("b".to_owned()),
                instance_name: Some("Acme PROD".to_owned()),
                environment: Some(Environment::Production),
                status: RunStatus::Partial,
                phase: RunPhase::Ended,
                started_at: "2026-11-21T14:27:00Z".to_owned(),
                ended_at: Some("2026-11-21T14:40:00Z".to_owned()),
                asked_by: "Priya Raman".to_owned(),
                counts: RunCounts::default(),
                snapshot: None,
                headline: None,
                guidance: None,
                resumable: false,
            },
            waybill: "WB-0142".to_owned(),
            name: "Order to cash".to_owned(),
            waybill_hash: "cd".repeat(32),
            from_title: "Acme TEST".to_owned(),
            from_environment: Some(Environment::Test),
            headline: "12 replaced, 7 of 9 activated in Acme PROD".to_owned(),
            sentence: "2 integrations are there but take no messages.".to_owned(),
            rows: vec![failed, row_of("ITEMS", ReportResult::Done)],
            failed: 1,
            checklist: vec!["Roles: look at them.".to_owned()],
            rollback: RollbackOffer {
                possible: true,
                because: None,
                snapshot: Some("c07a19e4".to_owned()),
                taken_at: Some("2026-11-21T14:27:30Z".to_owned()),
                artifacts: 2,
                without_secrets: vec![ArtifactId::global(ArtifactKind::Connection, "ERP", None)],
            },
            hash: String::new(),
            audit_entry: Some(1204),
        }
    }

    #[test]
    fn the_page_says_what_failed_why_and_what_to_do_and_runs_nothing() {
        let page = report_page(&report(), "2026-11-21T15:00:00Z");
        for words in [
            "12 replaced, 7 of 9 activated in Acme PROD",
            "the service refused it.",
            "Enter the values, then retry.",
            "answered 412",
            "Secrets are not in it",
            "1 min 02 s",
            "21 Nov 2026, 14:27 UTC to 21 Nov 2026, 14:40 UTC",
            "Roles: look at them.",
        ] {
            assert!(page.contains(words), "{words}");
        }
        assert!(page.contains("ORDERS &lt;b&gt;") && !page.contains("<script"));
        let failed = page.find("Failed").zip(page.find("Done "));
        assert!(failed.is_some_and(|(failed, done)| failed < done));
    }

    #[test]
    fn the_table_has_a_row_for_each_artifact_and_no_formula() {
        let table = report_table(&report());
        let lines: Vec<&str> = table.split_terminator("\r\n").collect();
        assert_eq!(lines.len(), 3);
        assert!(lines[0].starts_with("\u{feff}Result,Kind"));
        assert!(
            lines[1].contains(",'=cmd: the service refused it.,"),
            "{}",
            lines[1]
        );
        assert!(lines[2].ends_with(",means the same as what was sent"));
    }

    #[test]
    fn the_hash_is_of_everything_but_itself() {
        let mut one = report();
        let hash = report_hash(&one);
        one.hash.clone_from(&hash);
        assert_eq!(report_hash(&one), hash);
        one.rows[0].words.push('.');
        assert_ne!(report_hash(&one), hash);
        let again: ReportView = serde_json::from_str(&report_json(&one)).unwrap();
        assert_eq!(again, one);
    }
}
