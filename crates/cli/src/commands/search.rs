//! `waybill search`.

use std::io::{self, IsTerminal};

use tokio_util::sync::CancellationToken;
use waybill_app::view::{
    CommandError, PlaceHead, PlaceRef, SearchHit, SearchMatch, SearchRequest, SearchView,
    WorkProgress,
};

use super::Session;
use crate::arguments::Search;
use crate::exit::Ending;
use crate::output::{BOLD, Put, duration};
use crate::place;

/// So many matches of one artifact are printed for a person.
const SHOWN: usize = 10;

pub async fn perform(session: &Session<'_>, asked: Search) -> Result<Ending, CommandError> {
    let mut places = Vec::new();
    for text in &asked.places {
        places.push(place::parse(session, text).await?);
    }
    if places.is_empty() {
        session.unlock_vault().await?;
    }
    let request = SearchRequest {
        text: asked.text,
        match_case: asked.match_case,
        places,
    };
    let cancel = CancellationToken::new();
    let bar = session.output.work();
    let told = |progress: WorkProgress| bar.show(&progress);
    let mut work = Box::pin(session.app.search(&request, &told, &cancel));
    let view = tokio::select! {
        found = &mut work => found,
        Ok(()) = tokio::signal::ctrl_c() => {
            cancel.cancel();
            work.as_mut().await
        }
    };
    drop(work);
    bar.end();
    let view = view?;
    let bold = io::stdout().is_terminal();
    session
        .output
        .result("search", &view, || describe(&view, bold));
    Ok(if view.notes.is_empty() {
        Ending::Done
    } else {
        Ending::Partial
    })
}

fn describe(view: &SearchView, bold: bool) -> String {
    let mut text = String::new();
    for hit in &view.hits {
        text.put(format_args!("{}  {}\n", hit.id, hit.name));
        text.put(format_args!("  in {}{}\n", head(&hit.head), also(hit)));
        for found in hit.matches.iter().take(SHOWN) {
            text.put(format_args!(
                "    {}: {}\n",
                found.spot,
                excerpt(found, bold)
            ));
        }
        let more = (hit.count as usize).saturating_sub(hit.matches.len().min(SHOWN));
        if more > 0 {
            text.put(format_args!("    and {more} more\n"));
        }
        text.push('\n');
    }
    text.put(format_args!(
        "{} artifacts with the text; {} contents in {} {} looked through in {}.",
        view.hits.len(),
        view.searched,
        view.places,
        if view.places == 1 { "place" } else { "places" },
        duration(view.took_ms)
    ));
    if view.cut_off {
        text.push_str(" There are more: search for a longer text.");
    }
    for note in &view.notes {
        text.put(format_args!("\nNote: {note}"));
    }
    text
}

fn head(head: &PlaceHead) -> String {
    match &head.place {
        PlaceRef::Snapshot { id } => {
            let short = id.get(..8).unwrap_or(id);
            format!("snapshot {short} of {}, {}", head.title, head.read_at)
        }
        PlaceRef::Instance { .. } => format!("instance {}", head.title),
        PlaceRef::Copy { target, copy } => format!("copy {copy} at {target} of {}", head.title),
        PlaceRef::File { path } => path.clone(),
        PlaceRef::Files { .. } => head.title.clone(),
    }
}

fn also(hit: &SearchHit) -> String {
    match hit.also.len() {
        0 => String::new(),
        1 => " and one other place with the same content".to_owned(),
        several => format!(" and {several} other places with the same content"),
    }
}

/// The text around the match, the match itself bold where a terminal shows it.
fn excerpt(found: &SearchMatch, bold: bool) -> String {
    let mut text = String::new();
    for piece in &found.excerpt {
        // Archives are written by others: nothing in them steers the terminal.
        let plain: String = piece
            .text
            .chars()
            .map(|letter| if letter.is_control() { ' ' } else { letter })
            .collect();
        if piece.changed && bold {
            let [on, off] = BOLD;
            text.put(format_args!("{on}{plain}{off}"));
        } else {
            text.push_str(&plain);
        }
    }
    text
}
