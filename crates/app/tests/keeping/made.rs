//! Snapshots and rules that are made up, the same each time.

use jiff::{SignedDuration, Timestamp};
use waybill_app::view::KeepRulesView;
use waybill_engine::snapshot::{brief, tags};
use waybill_engine::{RunId, SnapshotStatus};
use waybill_vault::{Content, Entry, NewSnapshot, Silent, Vault};

/// Numbers that look random and are the same each time.
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, limit: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

/// Snapshots of other times, made from the head of a real one.
pub fn add_snapshots(vault: &Vault, model: &str, count: u64, dice: &mut Dice) {
    let record = vault.snapshot(model).unwrap();
    let head = brief(&record).unwrap();
    let newest: Timestamp = "2026-11-20T00:00:00Z".parse().unwrap();
    for number in 0..count {
        let time =
            newest - SignedDuration::from_hours(i64::try_from(dice.below(24 * 400)).unwrap());
        let mut head = head.clone();
        head.taken_at = time.to_string();
        let instance = if dice.below(3) == 0 { "other" } else { "one" };
        instance.clone_into(&mut head.instance.id);
        let status = match dice.below(6) {
            0 => SnapshotStatus::Partial,
            1 => SnapshotStatus::Unverified,
            _ => SnapshotStatus::Complete,
        };
        let mut own = tags::all(&head.instance.id, status, &RunId::fresh());
        match dice.below(12) {
            0 => own = tags::marked(&own, Some("a reason")),
            1 => own = tags::all(&head.instance.id, status, &RunId::fresh().before_change()),
            _ => {}
        }
        let content = format!("{} {number}", dice.below(1000));
        let new = NewSnapshot {
            label: head.instance.name.clone(),
            tags: own,
            time,
            description: Some(serde_json::to_string(&head).unwrap()),
        };
        let entry = Entry {
            path: "lookups/X.csv".into(),
            modified: time,
            size: content.len() as u64,
            content: Content::Bytes(content.into_bytes().into()),
        };
        vault.write(&new, vec![entry], &Silent, &|| false).unwrap();
    }
}

/// Rules of some kind or other.
pub fn rules(dice: &mut Dice) -> KeepRulesView {
    let mut count = || match dice.below(3) {
        0 => None,
        _ => Some(u32::try_from(dice.below(6)).unwrap()),
    };
    KeepRulesView {
        last: count(),
        hourly: None,
        daily: count(),
        weekly: count(),
        monthly: count(),
        yearly: count(),
    }
}
