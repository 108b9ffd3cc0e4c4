//! What the browser shows when it comes back: a page without secrets, scripts and outside resources.

/// A whole answer. `title` and `words` are ours, never what the request held.
pub(super) fn answer(status: &str, title: &str, words: &str) -> Vec<u8> {
    let page = format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n<title>{title} - Waybill</title>\n<style>body{{font:16px/1.5 system-ui,sans-serif;max-width:34rem;margin:15vh auto;padding:0 1.5rem;color:#1c2733;background:#fff}}h1{{font-size:1.4rem}}@media(prefers-color-scheme:dark){{body{{color:#e6ebf0;background:#14191f}}}}</style>\n<main><h1>{title}</h1>\n<p>{words}</p></main>\n</html>\n"
    );
    format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\nCache-Control: no-store\r\nContent-Security-Policy: default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'\r\nReferrer-Policy: no-referrer\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n{page}",
        page.len()
    )
    .into_bytes()
}
