//! The merge tree: as c rises, components of {w : L(w) < c} are born at minima and join at saddles (Edelsbrunner and
//! Harer, Computational Topology, 2010, ch. VII). Where two join, the one with the higher minimum dies.

use super::{End, Saddle};
use crate::number::Vector;
use serde::Serialize;

/// What a saddle does to the components of {L < c} as c rises past its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// It joins two of them.
    Joins,
    /// Both sides belong to one component already: it closes a loop.
    Loop,
    /// An unstable curve goes to infinity.
    Open,
    /// An unstable curve numerically runs into another saddle, so L is not Morse–Smale.
    Connection,
}

/// Two components that a saddle joins.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Merge {
    /// The saddle.
    pub saddle: Vector,
    /// The higher of the components' lowest minima.
    pub dies: Vector,
    /// The lower one.
    pub survives: Vector,
    /// L(saddle) − L(dies).
    pub barrier: f64,
}

/// Components, each with its lowest minimum, if it has one.
struct Components<'a> {
    minima: &'a [(Vector, f64)],
    parents: Vec<usize>,
    lowest: Vec<Option<usize>>,
}

impl Components<'_> {
    fn root(&self, mut node: usize) -> usize {
        while self.parents[node] != node {
            node = self.parents[node];
        }
        node
    }

    /// Joins two components; returns the minimum that dies and the one that survives, if both have one.
    fn join(&mut self, a: usize, b: usize) -> Option<(usize, usize)> {
        let (a, b) = (self.root(a), self.root(b));
        if a == b {
            return None;
        }
        self.parents[b] = a;
        match (self.lowest[a], self.lowest[b]) {
            (Some(first), Some(second)) => {
                // If two minima are equally low, the later one in the list dies.
                let is_lower = self.minima[second].1 < self.minima[first].1;
                let (dies, survives) = if is_lower { (first, second) } else { (second, first) };
                self.lowest[a] = Some(survives);
                Some((dies, survives))
            }
            (first, second) => {
                self.lowest[a] = first.or(second);
                None
            }
        }
    }
}

/// The merges, by ascending value of the saddle. Sets the roles of the saddles, which must ascend by value.
pub(super) fn merges(saddles: &mut [Saddle], minima: &[(Vector, f64)]) -> Vec<Merge> {
    let count = minima.len();
    let lowest = (0..count).map(Some).chain(saddles.iter().map(|_| None)).collect();
    let mut components = Components { minima, parents: (0..count + saddles.len()).collect(), lowest };
    let places: Vec<Vector> = minima.iter().map(|minimum| minimum.0).chain(saddles.iter().map(|s| s.w)).collect();
    let mut merges = Vec::new();
    for (index, saddle) in saddles.iter_mut().enumerate() {
        let before = merges.len();
        for w in saddle.unstable.iter().filter_map(|curve| curve.end.point()) {
            let Some(node) = places.iter().position(|place| *place == w) else { continue };
            if let Some((dies, survives)) = components.join(count + index, node) {
                let (dies, value) = minima[dies];
                merges.push(Merge {
                    saddle: saddle.w,
                    dies,
                    survives: minima[survives].0,
                    barrier: saddle.value - value,
                });
            }
        }
        saddle.role = role(saddle, merges.len() > before);
    }
    merges
}

fn role(saddle: &Saddle, has_joined: bool) -> Option<Role> {
    let ends = || saddle.unstable.iter().map(|curve| &curve.end);
    if ends().any(|end| matches!(end, End::Saddle(_))) {
        Some(Role::Connection)
    } else if ends().any(|end| matches!(end, End::Unknown(_))) {
        None
    } else if ends().any(|end| *end == End::Infinity) {
        Some(Role::Open)
    } else if has_joined {
        Some(Role::Joins)
    } else {
        Some(Role::Loop)
    }
}

/// The largest barrier of a minimum that is not the global one, if every other minimum has died in a merge. Minima
/// whose values differ only by rounding count as equal.
pub(super) fn critical_depth(merges: &[Merge], minima: &[(Vector, f64)], saddles: &[Saddle]) -> Option<f64> {
    let least = minima.iter().map(|minimum| minimum.1).min_by(f64::total_cmp)?;
    if merges.len() + 1 != minima.len() {
        return None;
    }
    let highest = saddles.iter().map(|saddle| saddle.value).fold(least, f64::max);
    let rounding = 1e-12 * least.abs().max(highest - least);
    let value_of = |w: Vector| minima.iter().find(|minimum| minimum.0 == w).map_or(least, |minimum| minimum.1);
    let depths = merges.iter().filter(|merge| value_of(merge.dies) > least + rounding).map(|merge| merge.barrier);
    Some(depths.fold(0.0, f64::max))
}
