//! How two flows differ: which step is which, what was added, removed and moved.

use std::collections::{HashMap, HashSet, VecDeque};

use waybill_model::{Change, ChangeKind};

use super::align::align;
use super::inline;
use super::node::Node;

/// Two flows, paired.
#[derive(Default)]
pub(super) struct Paired<'flow> {
    /// Steps that are in both and may differ, with the names of the steps around the left one.
    pub pairs: Vec<(&'flow Node, &'flow Node, Vec<String>)>,
    /// Steps added, removed and moved.
    pub changes: Vec<Change>,
    /// Steps that are in both at the same place.
    pub same: usize,
}

/// A step that has no partner yet.
struct Loose<'flow> {
    node: &'flow Node,
    /// The one around it has no partner either.
    inside: bool,
    around: Vec<String>,
    after: Option<&'flow Node>,
}

#[derive(Default)]
struct Walk<'flow> {
    paired: Paired<'flow>,
    left: Vec<Loose<'flow>>,
    right: Vec<Loose<'flow>>,
    taken_left: HashSet<usize>,
    taken_right: HashSet<usize>,
}

/// Pairs the steps of two flows.
pub(super) fn pair<'flow>(left: &'flow [Node], right: &'flow [Node]) -> Paired<'flow> {
    let mut walk = Walk::default();
    walk.lists(left, right, &[], &[]);
    let mut done: Vec<(ChangeKind, Loose<'flow>)> = Vec::new();
    loop {
        let (left, right) = (
            std::mem::take(&mut walk.left),
            std::mem::take(&mut walk.right),
        );
        if left.is_empty() && right.is_empty() {
            break;
        }
        let before = walk.taken_left.len();
        walk.moved(&left, &right);
        let progress = walk.taken_left.len() > before;
        let rest_left = left
            .into_iter()
            .filter(|loose| !walk.taken_left.contains(&loose.node.id))
            .collect();
        let rest_right = right
            .into_iter()
            .filter(|loose| !walk.taken_right.contains(&loose.node.id))
            .collect();
        if progress && !(walk.left.is_empty() && walk.right.is_empty()) {
            // Steps that fell out of what moved may have their partners among the rest.
            prepend(&mut walk.left, rest_left);
            prepend(&mut walk.right, rest_right);
            continue;
        }
        done.extend(
            rest_left
                .into_iter()
                .map(|loose| (ChangeKind::OnlyLeft, loose)),
        );
        done.extend(
            rest_right
                .into_iter()
                .map(|loose| (ChangeKind::OnlyRight, loose)),
        );
        done.extend(
            std::mem::take(&mut walk.left)
                .into_iter()
                .map(|loose| (ChangeKind::OnlyLeft, loose)),
        );
        done.extend(
            std::mem::take(&mut walk.right)
                .into_iter()
                .map(|loose| (ChangeKind::OnlyRight, loose)),
        );
    }
    for (kind, loose) in done {
        if !loose.inside {
            let change = alone(kind, &loose);
            walk.paired.changes.push(change);
        }
    }
    walk.paired.pairs.sort_by_key(|(node, _, _)| node.id);
    walk.paired
}

fn prepend<T>(to: &mut Vec<T>, mut first: Vec<T>) {
    first.append(to);
    *to = first;
}

impl<'flow> Walk<'flow> {
    /// Pairs two lists of steps and all that is in their pairs.
    fn lists(
        &mut self,
        left: &'flow [Node],
        right: &'flow [Node],
        left_around: &[String],
        right_around: &[String],
    ) {
        let old: Vec<&Node> = left
            .iter()
            .filter(|node| !self.taken_left.contains(&node.id))
            .collect();
        let new: Vec<&Node> = right
            .iter()
            .filter(|node| !self.taken_right.contains(&node.id))
            .collect();
        let pairs = align(&old, &new);
        let (mut one, mut other) = (0, 0);
        for (left_at, right_at) in pairs.into_iter().chain([(old.len(), new.len())]) {
            while one < left_at {
                loosen(
                    old[one],
                    one.checked_sub(1).map(|at| old[at]),
                    left_around,
                    false,
                    &mut self.left,
                );
                one += 1;
            }
            while other < right_at {
                loosen(
                    new[other],
                    other.checked_sub(1).map(|at| new[at]),
                    right_around,
                    false,
                    &mut self.right,
                );
                other += 1;
            }
            if let (Some(left), Some(right)) = (old.get(left_at), new.get(right_at)) {
                self.same(left, right, left_around, right_around, true);
            }
            one = left_at + 1;
            other = right_at + 1;
        }
    }

    fn same(
        &mut self,
        left: &'flow Node,
        right: &'flow Node,
        left_around: &[String],
        right_around: &[String],
        in_place: bool,
    ) {
        if left.deep == right.deep {
            self.paired.same += if in_place { left.size } else { left.size - 1 };
            return;
        }
        if left.own == right.own {
            self.paired.same += usize::from(in_place);
        } else {
            self.paired.pairs.push((left, right, left_around.to_vec()));
        }
        let (one, other) = (within(left_around, left), within(right_around, right));
        self.lists(&left.children, &right.children, &one, &other);
    }

    /// Finds steps that are in both at other places.
    fn moved(&mut self, left: &[Loose<'flow>], right: &[Loose<'flow>]) {
        let mut deep: HashMap<[u8; 32], VecDeque<usize>> = HashMap::new();
        let mut named: HashMap<(&str, &str), VecDeque<usize>> = HashMap::new();
        for (index, loose) in right.iter().enumerate() {
            if !loose.node.is_plain() {
                deep.entry(loose.node.deep).or_default().push_back(index);
            }
            if !loose.node.label.is_empty() {
                named
                    .entry((&loose.node.kind, &loose.node.label))
                    .or_default()
                    .push_back(index);
            }
        }
        for exact in [true, false] {
            for one in left {
                if self.taken_left.contains(&one.node.id) || one.node.is_plain() {
                    continue;
                }
                let queue = if exact {
                    deep.get_mut(&one.node.deep)
                } else {
                    named.get_mut(&(one.node.kind.as_str(), one.node.label.as_str()))
                };
                let other = queue.and_then(|queue| {
                    std::iter::from_fn(|| queue.pop_front())
                        .map(|index| &right[index])
                        .find(|loose| !self.taken_right.contains(&loose.node.id))
                });
                let Some(other) = other else { continue };
                self.paired.changes.push(moved(one, other));
                let whole = one.node.deep == other.node.deep;
                self.taken_left.insert(one.node.id);
                self.taken_right.insert(other.node.id);
                self.same(one.node, other.node, &one.around, &other.around, false);
                if whole {
                    take(one.node, &mut self.taken_left);
                    take(other.node, &mut self.taken_right);
                } else {
                    self.settle(one.node, other.node);
                }
            }
        }
    }

    /// What is in a moved step was paired with it or is loose anew: the old list forgets it.
    fn settle(&mut self, left: &'flow Node, right: &'flow Node) {
        let loose_left: HashSet<usize> = self.left.iter().map(|loose| loose.node.id).collect();
        let loose_right: HashSet<usize> = self.right.iter().map(|loose| loose.node.id).collect();
        take_but(left, &loose_left, &mut self.taken_left);
        take_but(right, &loose_right, &mut self.taken_right);
    }
}

fn take(node: &Node, taken: &mut HashSet<usize>) {
    taken.insert(node.id);
    for child in &node.children {
        take(child, taken);
    }
}

fn take_but(node: &Node, loose: &HashSet<usize>, taken: &mut HashSet<usize>) {
    if !loose.contains(&node.id) {
        taken.insert(node.id);
    }
    for child in &node.children {
        take_but(child, loose, taken);
    }
}

/// Takes down a step without partner and all that is in it.
fn loosen<'flow>(
    node: &'flow Node,
    after: Option<&'flow Node>,
    around: &[String],
    inside: bool,
    to: &mut Vec<Loose<'flow>>,
) {
    to.push(Loose {
        node,
        inside,
        around: around.to_vec(),
        after,
    });
    let inner = within(around, node);
    let mut before = None;
    for child in &node.children {
        loosen(child, before, &inner, true, to);
        before = Some(child);
    }
}

fn within(around: &[String], node: &Node) -> Vec<String> {
    let mut names = around.to_vec();
    if !node.label.is_empty() {
        names.push(node.label.clone());
    }
    names
}

/// The name of a step, or what it does where it has none.
pub(super) fn title(node: &Node) -> String {
    if node.label.is_empty() {
        node.kind.clone()
    } else {
        node.label.clone()
    }
}

fn place(loose: &Loose<'_>) -> String {
    let inside = loose.around.last().map(|name| format!("in “{name}”"));
    let after = match loose.after {
        Some(node) => format!("after “{}”", title(node)),
        None => "first".to_owned(),
    };
    inside
        .into_iter()
        .chain([after])
        .collect::<Vec<_>>()
        .join(", ")
}

fn alone(kind: ChangeKind, loose: &Loose<'_>) -> Change {
    let mut detail = format!("{}, {}", loose.node.kind, place(loose));
    let inner = loose.node.size - 1;
    if inner > 0 {
        let word = if inner == 1 { "step" } else { "steps" };
        detail = format!("{detail}, with {inner} {word} in it");
    }
    Change {
        kind,
        name: title(loose.node),
        detail: Some(detail),
        left: None,
        right: None,
        masked: false,
    }
}

fn moved(left: &Loose<'_>, right: &Loose<'_>) -> Change {
    Change {
        kind: ChangeKind::Moved,
        name: title(left.node),
        detail: Some(left.node.kind.clone()),
        left: Some(inline::whole(&place(left), true)),
        right: Some(inline::whole(&place(right), true)),
        masked: false,
    }
}
