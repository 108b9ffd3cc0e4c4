//! The sheet with which the vault can be opened when this computer is gone: one page of HTML, to be
//! printed or saved, without scripts, pictures or anything from elsewhere.

use std::fmt::Write as _;
use std::path::Path;

use jiff::Timestamp;
use secrecy::{ExposeSecret as _, SecretString};

/// What stands on the sheet.
pub(super) struct Sheet<'a> {
    pub(super) vault: &'a Path,
    pub(super) vault_id: &'a str,
    pub(super) password: &'a SecretString,
    pub(super) now: Timestamp,
    pub(super) asked_by: &'a str,
}

const STYLE: &str = "
body { font: 11pt/1.5 system-ui, sans-serif; color: #14213d; background: #fff; max-width: 44em; margin: 2em auto; padding: 0 1.5em; }
h1 { font-size: 19pt; margin: 0 0 .2em; } h2 { font-size: 13pt; margin: 1.6em 0 .4em; }
.password { font: 700 17pt/1.7 ui-monospace, monospace; border: 1.5pt solid #14213d; padding: .5em .8em; margin: .6em 0; }
.password span { white-space: nowrap; margin-right: .35em; }
code, pre { font-family: ui-monospace, monospace; font-size: 10pt; } pre { background: #f2f3f5; padding: .7em; white-space: pre-wrap; overflow-wrap: anywhere; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2em 1.2em; } dt { color: #5a6275; } dd { margin: 0; overflow-wrap: anywhere; }
.write { border-bottom: 1pt solid #14213d; display: inline-block; min-width: 18em; }
@media print { body { margin: 0; } pre { background: none; border: .5pt solid #999; } }
";

/// The sheet as HTML. Holds the password.
pub(super) fn html(sheet: &Sheet<'_>) -> SecretString {
    let path = escape(&sheet.vault.display().to_string());
    let mut page = zeroize::Zeroizing::new(String::with_capacity(8 * 1024));
    let groups = escape(sheet.password.expose_secret()).split('-').fold(
        String::new(),
        |mut groups, group| {
            let dash = if groups.is_empty() { "" } else { "-" };
            let _ = write!(groups, "<span>{dash}{group}</span>");
            groups
        },
    );
    let groups = zeroize::Zeroizing::new(groups);
    let _ = write!(
        page,
        r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Waybill recovery sheet</title>
<style>{STYLE}</style>
</head>
<body>
<h1>Recovery sheet of a Waybill vault</h1>
<p>The backups in this vault can be read with this password and by no other means. Nobody can make a new one. Print this sheet, or keep the file on a medium apart from this computer, and store it like a key: whoever has it and the vault can read every backup, with the private keys and passwords that archives may hold.</p>

<h2>The password</h2>
<div class="password">{groups}</div>
<p>Type it with the dashes, all letters small. The letters i, l and o and the digit 0 do not occur.</p>

<h2>The vault</h2>
<dl>
<dt>Folder</dt><dd><code>{path}</code></dd>
<dt>Id</dt><dd><code>{id}</code></dd>
<dt>Sheet made</dt><dd>{date} (UTC)</dd>
<dt>By</dt><dd>{by}</dd>
<dt>Copies of the folder</dt><dd><span class="write">&nbsp;</span></dd>
</dl>

<h2>When this computer is gone: with Waybill</h2>
<ol>
<li>Install Waybill on another computer and close it.</li>
<li>Put the folder of the vault, or a copy of it, into the data folder of Waybill under the name <code>vault</code>. Settings shows where the data folder is.</li>
<li>Open Waybill. Under Settings, Vault, choose <b>Enter the password</b> and type it from this sheet.</li>
</ol>

<h2>Without Waybill: with restic</h2>
<p>The vault is a repository of <b>restic</b>, a free backup program (restic.net), version 0.14 or later. It asks for the password.</p>
<pre>restic -r "{path}" snapshots
restic -r "{path}" check --read-data
restic -r "{path}" restore latest --target restored</pre>
<p>In a restored snapshot, <code>integrations</code> holds the <code>.iar</code> archives, <code>packages</code> the <code>.par</code>, <code>projects</code> the <code>.car</code>, <code>lookups</code> the <code>.csv</code>, <code>connections</code> the values of connections without their secrets. Oracle Integration imports the archives as they are. <code>manifest.json</code> says what each file is.</p>
</body>
</html>
"#,
        groups = *groups,
        id = escape(sheet.vault_id),
        date = sheet.now.strftime("%-d %B %Y, %H:%M"),
        by = escape(sheet.asked_by),
    );
    SecretString::from(page.as_str())
}

fn escape(text: &str) -> String {
    text.chars().fold(String::new(), |mut out, letter| {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sheet_is_whole_and_runs_nothing() {
        let password = SecretString::from("abcd-efgh-jkmn");
        let page = html(&Sheet {
            vault: Path::new("/data/ann/a <b>/vault"),
            vault_id: "0123",
            password: &password,
            now: "2026-11-21T08:05:00Z".parse().unwrap(),
            asked_by: "ann & co",
        });
        let page = page.expose_secret();
        assert!(page.contains("<span>abcd</span><span>-efgh</span><span>-jkmn</span>"));
        assert!(page.contains(r#"restic -r "/data/ann/a &lt;b&gt;/vault" snapshots"#));
        assert!(page.contains("21 November 2026, 08:05 (UTC)"));
        assert!(page.contains("ann &amp; co"));
        for forbidden in ["<script", "src=", "href=", "url(", "a <b>"] {
            assert!(!page.contains(forbidden), "{forbidden}");
        }
    }
}
