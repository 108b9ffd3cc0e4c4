//! Which steps of two lists are the same step. An alignment keeps the order of both; what moved is
//! found afterwards.

use std::collections::{HashMap, VecDeque};

use super::node::Node;

/// Pairs that are weighed one by one; longer lists are paired by name alone.
const MOST: usize = 2_000_000;

/// The pairs, by index in both lists, ascending in both.
pub(super) fn align(left: &[&Node], right: &[&Node]) -> Vec<(usize, usize)> {
    let start = left
        .iter()
        .zip(right)
        .take_while(|(one, other)| one.deep == other.deep)
        .count();
    let end = left[start..]
        .iter()
        .rev()
        .zip(right[start..].iter().rev())
        .take_while(|(one, other)| one.deep == other.deep)
        .count();
    let (old, new) = (
        &left[start..left.len() - end],
        &right[start..right.len() - end],
    );
    let middle = if old.len().saturating_mul(new.len()) <= MOST {
        weighed(old, new)
    } else {
        named(old, new)
    };
    let mut pairs: Vec<(usize, usize)> = (0..start).map(|index| (index, index)).collect();
    pairs.extend(
        middle
            .into_iter()
            .map(|(one, other)| (one + start, other + start)),
    );
    pairs.extend((0..end).map(|index| (left.len() - end + index, right.len() - end + index)));
    pairs
}

/// How much speaks for two steps being the same one; 0: nothing.
fn weight(left: &Node, right: &Node) -> u32 {
    if left.kind != right.kind {
        0
    } else if left.deep == right.deep {
        20
    } else if left.label == right.label {
        if left.label.is_empty() { 6 } else { 12 }
    } else {
        let content =
            left.content == right.content && (left.sheet.is_some() || left.values.len() > 1);
        let inner = !left.children.is_empty()
            && left.children.len() == right.children.len()
            && left
                .children
                .iter()
                .zip(&right.children)
                .all(|(one, other)| one.deep == other.deep);
        8 * u32::from(content || inner)
    }
}

/// The alignment of the greatest weight.
fn weighed(left: &[&Node], right: &[&Node]) -> Vec<(usize, usize)> {
    let width = right.len() + 1;
    let mut best = vec![0_u32; (left.len() + 1) * width];
    for one in (0..left.len()).rev() {
        for other in (0..right.len()).rev() {
            let skip = best[(one + 1) * width + other].max(best[one * width + other + 1]);
            let weight = weight(left[one], right[other]);
            let take = if weight > 0 {
                weight + best[(one + 1) * width + other + 1]
            } else {
                0
            };
            best[one * width + other] = skip.max(take);
        }
    }
    let mut pairs = Vec::new();
    let (mut one, mut other) = (0, 0);
    while one < left.len() && other < right.len() {
        let here = best[one * width + other];
        let weight = weight(left[one], right[other]);
        if weight > 0 && here == weight + best[(one + 1) * width + other + 1] {
            pairs.push((one, other));
            one += 1;
            other += 1;
        } else if here == best[(one + 1) * width + other] {
            one += 1;
        } else {
            other += 1;
        }
    }
    pairs
}

/// Steps of the same kind and name in their order, as many as keep the order of both lists.
fn named(left: &[&Node], right: &[&Node]) -> Vec<(usize, usize)> {
    let mut waiting: HashMap<(&str, &str), VecDeque<usize>> = HashMap::new();
    for (index, node) in right.iter().enumerate() {
        waiting
            .entry((&node.kind, &node.label))
            .or_default()
            .push_back(index);
    }
    let pairs: Vec<(usize, usize)> = left
        .iter()
        .enumerate()
        .filter_map(|(index, node)| {
            let other = waiting
                .get_mut(&(node.kind.as_str(), node.label.as_str()))?
                .pop_front()?;
            Some((index, other))
        })
        .collect();
    ascending(&pairs)
}

/// The longest part of the pairs that ascends in the second place.
pub(super) fn ascending(pairs: &[(usize, usize)]) -> Vec<(usize, usize)> {
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = vec![None; pairs.len()];
    for (index, (_, other)) in pairs.iter().enumerate() {
        let place = ends.partition_point(|end| pairs[*end].1 < *other);
        before[index] = place.checked_sub(1).map(|at| ends[at]);
        if place == ends.len() {
            ends.push(index);
        } else {
            ends[place] = index;
        }
    }
    let mut found = Vec::new();
    let mut at = ends.last().copied();
    while let Some(index) = at {
        found.push(pairs[index]);
        at = before[index];
    }
    found.reverse();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_ascent_is_kept() {
        assert_eq!(
            ascending(&[(0, 3), (1, 0), (2, 1), (3, 4), (4, 2)]),
            [(1, 0), (2, 1), (4, 2)]
        );
        assert!(ascending(&[]).is_empty());
    }
}
