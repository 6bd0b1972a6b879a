//! L = g(u) with any smooth u of both weights: ∇L = g′(u)·∇u vanishes on the level u = c for each zero c of g′, and
//! where u is critical.
//!
//! The zeros of g′ are those of a function of one variable. Intervals prove that u has only regular critical points in
//! view and none of them on a level, and they prove the levels themselves ([`super::trace`]). The order and sign of the
//! zero decide whether L is least, greatest or neither across a level. At the critical points of u, H(L) = g′(u)·H(u).

use super::composite::{Found, Level, levels};
use super::factors::roots;
use super::structure::{decompositions, stripped};
use super::trace::{frame, trace};
use super::zeros::Function;
use crate::critical::certified::{PlacedRoot, certified};
use crate::critical::proof::Proof;
use crate::critical::proof::krawczyk::{Cell, Root, is_smooth, touch};
use crate::critical::{CriticalCurve, Evidence};
use crate::curvature::Kind;
use crate::formula::normal::{Atoms, Sum};
use crate::formula::series::Intervals;
use crate::landscape::{Loss, View};
use crate::number::{Decimal, Interval};
use std::collections::BTreeMap;

/// How many ways to write L as a function g(u) are tried.
const MOST_WAYS: usize = 5;
/// The most boxes of the proof of where u is critical, and how many are examined between two tests for cancellation.
const MOST_BOXES: usize = 6_000;
const SLICE: usize = 50;
/// The range of u is enclosed on a grid with this many boxes a side.
const GRID: usize = 16;

/// All critical points of a loss g(u) in the view; `None` if something stays undecided, or if no level is critical.
pub(super) fn decide(
    atoms: &mut Atoms,
    whole: &Sum,
    loss: &Loss,
    view: &View,
    cancel: &dyn Fn() -> bool,
) -> Option<Found> {
    let mut ways = decompositions(atoms, whole);
    ways.extend(roots(atoms, whole));
    ways.iter().take(MOST_WAYS).find_map(|(outer, inner)| Case { atoms, outer, loss, view, cancel }.decide(inner))
}

struct Case<'a> {
    atoms: &'a Atoms,
    outer: &'a Sum,
    loss: &'a Loss,
    view: &'a View,
    cancel: &'a dyn Fn() -> bool,
}

impl Case<'_> {
    fn decide(&self, inner: &Sum) -> Option<Found> {
        let inner = Loss::new(&self.atoms.text(inner)?, &BTreeMap::new()).ok()?;
        let range = range(&inner, &frame(self.view)?)?;
        let levels = levels(self.atoms, self.outer, &stripped(self.atoms, self.outer), range, self.cancel)?;
        if levels.is_empty() || !levels.iter().all(|level| level.is_defined) {
            return None;
        }
        let points = self.critical_points_of(&inner)?;
        let places: Vec<_> = levels.iter().map(|level| level.zero.place.clone()).collect();
        let lines = trace(&inner, self.view, &places, self.cancel)?;
        let curve =
            |(level, polyline)| CriticalCurve { polyline, kind: across(&levels[level]), evidence: Evidence::Certified };
        Some((points, lines.into_iter().map(curve).collect()))
    }

    /// The critical points of u in view as critical points of L; `None` if one is not regular, or may lie on a level.
    fn critical_points_of(&self, inner: &Loss) -> Option<Vec<crate::critical::CriticalPoint>> {
        let mut proof = Proof::new(inner, inner.enclosures()?, self.view, MOST_BOXES);
        while !proof.refine(SLICE) {
            if (self.cancel)() {
                return None;
            }
        }
        proof.settle(self.cancel);
        let view = enclosed(self.view);
        if !proof.undecided_where(|cell| touch(&view, cell)).is_empty() {
            return None;
        }
        let mut points = Vec::new();
        for root in proof.roots().filter(|root| touch(&view, &root.tight)) {
            let root = self.off_the_levels(inner, root)?;
            match certified(self.loss, self.view, &root) {
                PlacedRoot::InView(point) => points.push(*point),
                PlacedRoot::Outside => {}
                PlacedRoot::Open(_) => return None,
            }
        }
        Some(points)
    }

    /// The root with a box in which it is the only critical point of L, too, because g′(u) is not 0 in the box.
    fn off_the_levels(&self, inner: &Loss, root: &Root) -> Option<Root> {
        let slope = Function::new(self.atoms, self.outer, 1);
        [root.unique, root.tight].into_iter().find_map(|unique| {
            let value = inner.enclosures()?.value(unique);
            let at = slope.series(&mut Intervals::default(), &value, 0)?[0];
            (at.lo > 0.0 || at.hi < 0.0).then_some(Root { tight: root.tight, unique })
        })
    }
}

/// The behaviour of L across a level.
fn across(level: &Level) -> Kind {
    match (level.zero.order % 2, level.sign) {
        (0, _) => Kind::Degenerate,
        (_, 1) => Kind::Minimum,
        _ => Kind::Maximum,
    }
}

/// The view, with bounds that enclose their decimals.
pub(super) fn enclosed(view: &View) -> Cell {
    [view.w1, view.w2].map(|[low, high]| {
        let [low, high] = [low, high].map(|end| Decimal::from(end).constant().enclosure);
        Interval::new(low.lo, high.hi)
    })
}

/// Bounds of a function on a view; `None` if it is not twice differentiable everywhere in it.
fn range(inner: &Loss, view: &View) -> Option<Interval> {
    let [first, second] = enclosed(view);
    let part = |x: Interval, k: usize| {
        let end = |k: usize| if k == GRID { x.hi } else { x.lo + (x.hi - x.lo) * (k as f64 / GRID as f64) };
        Interval::new(end(k), end(k + 1))
    };
    let mut range: Option<Interval> = None;
    for place in 0..GRID * GRID {
        let at = inner.enclosures()?.jet_of([part(first, place % GRID), part(second, place / GRID)]);
        if !is_smooth(&at) {
            return None;
        }
        range = Some(range.map_or(at.value, |range| range.hull(at.value)));
    }
    range
}
