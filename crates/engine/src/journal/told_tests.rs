//! Causes are said once, and words are sent once, whoever looks.

use serde_json::json;

use super::*;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn cause(name: &str, time: &str, lasts: bool) -> Cause {
    Cause {
        cause: name.into(),
        severity: WordSeverity::Failure,
        began_at: at(time),
        said_at: at(time),
        lasts,
        detail: json!({"title": name}),
    }
}

fn by(way: &str, kind: WordKind) -> NewWord {
    NewWord {
        way: way.into(),
        kind,
        severity: WordSeverity::Failure,
        detail: json!({}),
    }
}

#[test]
fn a_cause_is_said_once_again_after_a_day_and_once_when_it_is_over() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("waybill.db");
    let one = Journal::open(&file).unwrap();
    let other = Journal::open(&file).unwrap();
    let began = [by("mail", WordKind::Began)];
    let first = cause("backup", "2026-11-21T06:00:00Z", true);
    assert!(one.raise_cause(&first, &began).unwrap());
    assert!(!other.raise_cause(&first, &began).unwrap());
    assert_eq!(other.open_causes().unwrap(), std::slice::from_ref(&first));

    let still = |_: &Cause| vec![by("mail", WordKind::Still)];
    let next = at("2026-11-22T06:00:00Z");
    let early = at("2026-11-21T05:00:00Z");
    assert_eq!(one.remind_causes(next, early, still).unwrap(), 0);
    let before = at("2026-11-21T06:00:00Z");
    assert_eq!(one.remind_causes(next, before, still).unwrap(), 1);
    assert_eq!(other.remind_causes(next, before, still).unwrap(), 0);

    let over = |open: &Cause| {
        assert_eq!(open.began_at, at("2026-11-21T06:00:00Z"));
        vec![by("mail", WordKind::Over)]
    };
    assert!(one.end_cause("backup", next, over).unwrap());
    assert!(!other.end_cause("backup", next, over).unwrap());
    let kinds: Vec<WordKind> = one.told(9).unwrap().iter().map(|word| word.kind).collect();
    assert_eq!(kinds, [WordKind::Over, WordKind::Still, WordKind::Began]);

    let again = cause("backup", "2026-11-23T06:00:00Z", true);
    assert!(one.raise_cause(&again, &began).unwrap());
    assert_eq!(one.open_causes().unwrap(), [again]);
}

#[test]
fn what_happened_once_is_said_once_for_ever() {
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::open(&folder.path().join("waybill.db")).unwrap();
    let once = cause("run 7", "2026-11-21T06:00:00Z", false);
    assert!(journal.raise_cause(&once, &[]).unwrap());
    assert!(!journal.raise_cause(&once, &[]).unwrap());
    assert!(journal.open_causes().unwrap().is_empty());
    assert!(
        !journal
            .end_cause("run 7", once.said_at, |_| Vec::new())
            .unwrap()
    );
    assert_eq!(
        journal.causes_since(at("2026-11-21T05:00:00Z")).unwrap(),
        [once]
    );
}

#[test]
fn words_are_taken_by_one_program_and_again_when_it_was_lost() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("waybill.db");
    let one = Journal::open(&file).unwrap();
    let other = Journal::open(&file).unwrap();
    let now = at("2026-11-21T06:00:00Z");
    let lost = at("2026-11-21T05:50:00Z");
    one.add_words("digest", now, &[by("mail", WordKind::Digest)])
        .unwrap();
    let taken = one.take_word(now, lost).unwrap().unwrap();
    assert_eq!((taken.tries, taken.state), (1, WordState::Sending));
    assert_eq!(other.take_word(now, lost).unwrap(), None);
    let later = at("2026-11-21T06:20:00Z");
    let again = other.take_word(later, at("2026-11-21T06:10:00Z")).unwrap();
    assert_eq!(again.map(|word| word.tries), Some(2));

    let pause = at("2026-11-21T06:30:00Z");
    other
        .settle_word(taken.id, WordState::Waiting, pause, Some("no answer"))
        .unwrap();
    assert_eq!(one.take_word(later, lost).unwrap(), None);
    let waiting = one.waiting_words().unwrap();
    assert_eq!(waiting[0].problem.as_deref(), Some("no answer"));
    one.hurry_words(later).unwrap();
    assert!(one.take_word(later, lost).unwrap().is_some());
    one.settle_word(taken.id, WordState::Sent, later, None)
        .unwrap();
    assert!(one.waiting_words().unwrap().is_empty());
}
