//! Steps that a person can follow: numbered, named and timed, with a table of all at the end.

use std::time::{Duration, Instant};

use anyhow::bail;

/// One step of a task.
pub struct Step<'a> {
    title: &'static str,
    work: Box<dyn FnOnce() -> anyhow::Result<()> + 'a>,
    /// Without this step the ones behind it make no sense.
    needed: bool,
}

impl Step<'_> {
    /// Whether the title holds one of these words, in capitals or not.
    pub fn is_about(&self, words: &[String]) -> bool {
        let title = self.title.to_lowercase();
        words
            .iter()
            .any(|word| title.contains(&word.to_lowercase()))
    }
}

/// A step behind which nothing makes sense if it fails.
pub fn needed<'a>(title: &'static str, work: impl FnOnce() -> anyhow::Result<()> + 'a) -> Step<'a> {
    Step {
        title,
        work: Box::new(work),
        needed: true,
    }
}

/// A step whose failure is reported at the end; the steps behind it are still made.
pub fn checked<'a>(
    title: &'static str,
    work: impl FnOnce() -> anyhow::Result<()> + 'a,
) -> Step<'a> {
    Step {
        title,
        work: Box::new(work),
        needed: false,
    }
}

/// Makes all steps in order. Fails at the first needed step that fails, or at the end where a
/// checked one did.
pub fn perform(steps: Vec<Step<'_>>) -> anyhow::Result<()> {
    let total = steps.len();
    let start = Instant::now();
    let mut lines = Vec::with_capacity(total);
    let mut failed = Vec::new();
    let mut reasons = Vec::new();
    for (index, step) in steps.into_iter().enumerate() {
        println!("\n[{}/{total}] {}", index + 1, step.title);
        let began = Instant::now();
        let result = (step.work)();
        let took = shown(began.elapsed());
        match result {
            Ok(()) => {
                println!("[{}/{total}] done in {took}", index + 1);
                lines.push(format!("  ok      {took:>9}  {}", step.title));
            }
            Err(error) if step.needed => {
                bail!(
                    "step {} of {total}, {}, after {took}: {error:#}",
                    index + 1,
                    step.title
                )
            }
            Err(error) => {
                println!("[{}/{total}] FAILED after {took}: {error:#}", index + 1);
                lines.push(format!("  FAILED  {took:>9}  {}", step.title));
                reasons.push(format!("{}: {error:#}", step.title));
                failed.push(step.title);
            }
        }
    }
    println!("\n{total} steps in {}", shown(start.elapsed()));
    for line in lines {
        println!("{line}");
    }
    if failed.is_empty() {
        return Ok(());
    }
    bail!(
        "{} of {total} steps failed: {}\n{}",
        failed.len(),
        failed.join(", "),
        reasons.join("\n")
    )
}

/// `0.4 s`, `12 s`, `3 min 05 s`.
fn shown(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds {
        0..10 => format!("{:.1} s", time.as_secs_f64()),
        10..60 => format!("{seconds} s"),
        _ => format!("{} min {:02} s", seconds / 60, seconds % 60),
    }
}

#[cfg(test)]
mod tests {
    use std::{cell::RefCell, time::Duration};

    use anyhow::bail;

    use super::{checked, needed, perform, shown};

    #[test]
    fn a_failed_check_does_not_stop_the_next_one_but_the_whole_fails() {
        let made = RefCell::new(Vec::new());
        let result = perform(vec![
            checked("first", || bail!("broken")),
            checked("second", || {
                made.borrow_mut().push("second");
                Ok(())
            }),
        ]);
        assert_eq!(*made.borrow(), ["second"]);
        assert_eq!(
            result.map_err(|error| error.to_string()),
            Err("1 of 2 steps failed: first\nfirst: broken".to_owned())
        );
    }

    #[test]
    fn a_failed_need_stops_everything_behind_it() {
        let made = RefCell::new(false);
        let result = perform(vec![
            needed("setup", || bail!("no network")),
            checked("tests", || {
                *made.borrow_mut() = true;
                Ok(())
            }),
        ]);
        assert!(!*made.borrow());
        assert!(result.is_err_and(|error| error.to_string().contains("setup")));
    }

    #[test]
    fn times_are_as_exact_as_they_are_useful() {
        assert_eq!(shown(Duration::from_millis(420)), "0.4 s");
        assert_eq!(shown(Duration::from_millis(12_900)), "12 s");
        assert_eq!(shown(Duration::from_secs(185)), "3 min 05 s");
    }
}
