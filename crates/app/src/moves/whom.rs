//! Who is meant in the access lists that a move may bring.

use std::collections::BTreeMap;
use std::sync::Arc;

use waybill_engine::cargo::Hold;
use waybill_engine::plan::PlanSource;
use waybill_engine::waybill::{AccessBinding, ArchiveStamp};
use waybill_model::{ArtifactId, ArtifactKind};

use super::planning::OnProgress;
use crate::Waybill;
use crate::places::blocking;
use crate::settings::StoredInstance;
use crate::view::{CommandError, WorkProgress};

impl Waybill {
    /// Who of the access lists that may go along is whom in the destination. Within one instance the ids stay
    /// what they are, and nobody is asked.
    pub(super) async fn whom_access_means(
        &self,
        to: &StoredInstance,
        source: &PlanSource,
        hold: &Arc<Hold>,
        progress: OnProgress<'_>,
    ) -> Result<BTreeMap<ArtifactId, AccessBinding>, CommandError> {
        let lists = source.facts.iter();
        let lists = lists.filter(|(id, _)| id.kind == ArtifactKind::AccessList);
        let stamps: Vec<(ArtifactId, ArchiveStamp)> = lists
            .filter_map(|(id, facts)| Some((id.clone(), facts.record.clone()?)))
            .collect();
        if stamps.is_empty() || source.stamp.instance_id.as_ref() == Some(&to.id) {
            return Ok(BTreeMap::new());
        }
        let hold = Arc::clone(hold);
        let (records, lost) = blocking(move || {
            let (mut records, mut lost) = (Vec::with_capacity(stamps.len()), Vec::new());
            for (id, stamp) in stamps {
                let bytes = hold.get(&stamp.sha256)?;
                match bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()) {
                    Some(record) => records.push((id, record)),
                    None => lost.push(id),
                }
            }
            Ok((records, lost))
        })
        .await?;
        progress(WorkProgress {
            doing: "Looking for users and groups".to_owned(),
            done: 0,
            total: None,
        });
        let from = source.stamp.instance_id.as_deref();
        let mut bound = self.bind_access(from, to, records).await?;
        // Nobody is let in by ids of which nobody looked up whose they are.
        let unread = AccessBinding {
            unread: Some(
                "The access list of the source could not be read. Check again.".to_owned(),
            ),
            ..AccessBinding::default()
        };
        bound.extend(lost.into_iter().map(|id| (id, unread.clone())));
        Ok(bound)
    }
}
