//! Which fault the next call meets: those ordered for it, then those that strike by chance.

use std::sync::Mutex;

use super::{Fault, FaultKind, StandingFault};
use crate::chance::Chance;
use crate::house::hold;

/// All faults that wait for a call.
#[derive(Debug, Default)]
pub(crate) struct Faults(Mutex<Waiting>);

#[derive(Debug, Default)]
struct Waiting {
    ordered: Vec<Ordered>,
    standing: Vec<Standing>,
}

#[derive(Debug)]
struct Ordered {
    fault: Fault,
    /// How many fitting calls go well before the first one is hit.
    spared: u32,
}

#[derive(Debug)]
struct Standing {
    fault: StandingFault,
    chance: Chance,
}

impl Faults {
    pub fn add(&self, fault: Fault, spared: u32) {
        if fault.times > 0 {
            hold(&self.0).ordered.push(Ordered { fault, spared });
        }
    }

    pub fn stand(&self, fault: StandingFault) {
        let chance = Chance::of(fault.seed, "faults");
        hold(&self.0).standing.push(Standing { fault, chance });
    }

    pub fn clear(&self) {
        *hold(&self.0) = Waiting::default();
    }

    /// The fault for a call, if it meets one. The path begins with a slash.
    pub fn take(&self, method: &str, path: &str) -> Option<FaultKind> {
        let subject = format!("{method} {path}");
        let mut waiting = hold(&self.0);
        let Waiting { ordered, standing } = &mut *waiting;
        let fits = |part: Option<&str>| part.is_none_or(|part| subject.contains(part));
        let mut hit = None;
        for (index, one) in ordered.iter_mut().enumerate() {
            if !fits(one.fault.path.as_deref()) {
                continue;
            }
            if one.spared > 0 {
                one.spared -= 1;
                continue;
            }
            one.fault.times = one.fault.times.saturating_sub(1);
            hit = Some((index, one.fault.kind.clone(), one.fault.times == 0));
            break;
        }
        if let Some((index, kind, spent)) = hit {
            if spent {
                ordered.remove(index);
            }
            return Some(kind);
        }
        standing.iter_mut().find_map(|one| {
            let wanted = fits(one.fault.path.as_deref())
                && one.fault.method.as_deref().is_none_or(|own| own == method)
                && !one
                    .fault
                    .except
                    .as_deref()
                    .is_some_and(|part| subject.contains(part));
            if !wanted || !strikes(&mut one.chance, one.fault.chance) {
                return None;
            }
            one.chance.pick(&one.fault.kinds).cloned()
        })
    }
}

/// Whether chance strikes at this call.
fn strikes(chance: &mut Chance, share: f64) -> bool {
    const STEPS: usize = 1_000_000;
    (chance.below(STEPS) as f64) < share * STEPS as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(code: u16) -> FaultKind {
        FaultKind::Status {
            code,
            retry_after: None,
        }
    }

    #[test]
    fn an_ordered_fault_spares_hits_and_is_spent() {
        let faults = Faults::default();
        let fault = Fault {
            kind: status(401),
            times: 2,
            path: Some("GET /lookups".to_owned()),
        };
        faults.add(fault, 1);
        let hits: Vec<bool> = (0..5)
            .map(|_| faults.take("GET", "/lookups/X").is_some())
            .collect();
        assert_eq!(hits, [false, true, true, false, false]);
        assert_eq!(faults.take("PUT", "/lookups/X"), None);
    }

    #[test]
    fn a_standing_fault_hits_its_share_until_it_is_healed() {
        let faults = Faults::default();
        faults.stand(StandingFault {
            chance: 0.2,
            kinds: vec![FaultKind::DropBefore, status(503)],
            seed: 1,
            path: None,
            method: None,
            except: Some("/oauth2".to_owned()),
        });
        let hits = (0..5_000)
            .filter(|_| faults.take("GET", "/packages").is_some())
            .count();
        assert!((850..1_150).contains(&hits), "{hits}");
        assert!((0..200).all(|_| faults.take("POST", "/oauth2/v1/token").is_none()));
        faults.clear();
        assert!((0..200).all(|_| faults.take("GET", "/packages").is_none()));
    }
}
