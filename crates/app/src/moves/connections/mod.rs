//! What each connection of a move is in the destination: the values of both places, what was entered,
//! and what is left to enter.
//!
//! `scene` opens both places and finds the connections, `one` lays the values of one side by side,
//! `open` says what is left, `hosts` proposes rules for hosts, `bind` takes what is entered.

mod bind;
mod hosts;
mod one;
mod open;
mod scene;

use std::collections::BTreeSet;

use futures::StreamExt as _;
use waybill_model::ArtifactKind;

use super::decided::hosts_view;
use crate::Waybill;
use crate::view::{CommandError, MoveConnection, MoveConnections};

pub(super) use scene::Scene;

/// How many connections are read at once; the client paces its calls itself.
const AT_ONCE: usize = 8;

impl Waybill {
    /// The connections of a move with their values in both places. Of secrets it says whether they
    /// are set and where they are held.
    ///
    /// # Errors
    /// `UnknownSubject`; `BadInput` where source or destination are not chosen; the failures of the
    /// places.
    pub async fn move_connections(&self, id: &str) -> Result<MoveConnections, CommandError> {
        let draft = self.draft_of(id).await?;
        let scene = Scene::open(self, &draft).await?;
        // Not by a closure: this would no longer be something that can go from thread to thread.
        let mut all = Vec::with_capacity(scene.uses.len());
        for id in scene.uses.keys() {
            all.push(scene.connection(id));
        }
        let mut read = futures::stream::iter(all).buffered(AT_ONCE);
        let mut connections: Vec<MoveConnection> = Vec::with_capacity(scene.uses.len());
        while let Some(one) = read.next().await {
            connections.push(one?);
        }
        drop(read);
        connections
            .sort_by(|left, right| (left.settled, &left.id).cmp(&(right.settled, &right.id)));
        let there = scene.there.side.catalogue();
        let groups = there.artifacts.iter();
        let groups = groups.filter(|own| own.id.kind == ArtifactKind::AgentGroup);
        let groups: BTreeSet<String> = groups.map(|own| own.id.code.clone()).collect();
        Ok(MoveConnections {
            hosts_seen: hosts::seen(&connections, &draft.bindings, scene.own_host.as_deref()),
            hosts: hosts_view(&draft.bindings),
            agent_groups: groups.into_iter().collect(),
            connections,
        })
    }
}
