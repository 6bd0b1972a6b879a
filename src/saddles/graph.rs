//! All saddles of a view with their curves, and the merge tree.
//!
//! The network includes minima outside the view to which curves lead, and the saddles between them. So the searched
//! region grows until it contains all such minima.

use super::growth::grows;
use super::merge::{critical_depth, merges};
use super::start::{Start, starts};
use super::targets::{Target, Targets};
use super::walk::follow;
use super::{Curve, End, Merge, Role, Saddle, Sense, Undrawn, degenerate};
use crate::critical::{CriticalPoints, Extremum, search};
use crate::curvature::Kind;
use crate::landscape::{Loss, View};
use crate::number::Vector;
use rayon::prelude::*;

/// The network of saddles.
#[derive(Clone, Debug, PartialEq)]
pub struct SaddleGraph {
    /// The saddles by ascending value.
    pub saddles: Vec<Saddle>,
    /// Degenerate points whose curves are not drawn.
    pub undrawn: Vec<Undrawn>,
    /// The minima with their values, ascending.
    pub minima: Vec<(Vector, f64)>,
    /// The merge tree, by ascending saddle.
    pub merges: Vec<Merge>,
    /// The largest barrier of a minimum that is not the global one: annealing with the temperature c/ln t and a larger
    /// c ends in a global minimum (B. Hajek, Cooling schedules for optimal annealing, 1988). `None` if the network is
    /// not known to be complete.
    pub critical_depth: Option<f64>,
    /// The region that was searched for critical points: the view, or a larger rectangle.
    pub region: View,
    /// Proved: the region has no other critical points.
    pub complete: bool,
    /// Remarks, a sentence each.
    pub notes: Vec<String>,
    /// The possible ends of curves.
    targets: Targets,
    /// The view that was asked about.
    view: View,
}

impl SaddleGraph {
    /// The end of gradient flow from w, by the criteria of the curves.
    pub fn descent(&self, loss: &Loss, w: Vector) -> End {
        let nowhere = Vector::repeat(f64::NAN);
        let step = 1e-4 * self.view.width().min(self.view.height());
        let start = Start { saddle: nowhere, w, length: step, error: 0.0 };
        follow(loss, &self.view, &self.targets, &start, Sense::Down).end
    }
}

/// How often the region may grow.
const MOST_GROWTHS: usize = 4;
/// The region grows only while it is expected to have at most this many critical points.
const MOST_POINTS: f64 = 400.0;
/// The margin of the region beyond the outermost minimum, as a share of its side.
const MARGIN: f64 = 0.05;

/// The network of the saddles of a view. It is the same on any number of cores.
pub fn saddle_graph(loss: &Loss, view: &View) -> SaddleGraph {
    saddle_graph_of(loss, view, &search(loss, view))
}

/// Like [`saddle_graph`], with known critical points of the view.
pub fn saddle_graph_of(loss: &Loss, view: &View, points: &CriticalPoints) -> SaddleGraph {
    let mut targets = Targets::new(points, *view);
    let mut traced = trace(loss, view, &targets);
    let mut notes = Vec::new();
    for _ in 0..MOST_GROWTHS {
        let outside = minima_outside(&traced, &targets.region);
        if outside.is_empty() {
            break;
        }
        let Some(region) = grown(&targets, &outside) else { break };
        targets = Targets::new(&search(loss, &region), region);
        traced = trace(loss, view, &targets);
    }
    let outside = minima_outside(&traced, &targets.region);
    if !outside.is_empty() {
        notes.push(
            "curves lead to minima outside of the region that was searched; saddles beyond it are not in the merge tree"
                .to_owned(),
        );
    }
    assembled(loss, view, targets, traced, &outside, notes)
}

/// The saddles with their curves, and the degenerate points without.
struct Traced {
    saddles: Vec<Saddle>,
    undrawn: Vec<Undrawn>,
}

/// The smallest rectangle that contains the region and the points, with a margin; `None` if that would be too much
/// work.
fn grown(targets: &Targets, outside: &[Vector]) -> Option<View> {
    let region = targets.region;
    let side = |[low, high]: [f64; 2], axis: usize| {
        let (mut a, mut b) = (low, high);
        for w in outside {
            a = a.min(w[axis] - MARGIN * (high - low));
            b = b.max(w[axis] + MARGIN * (high - low));
        }
        [a, b]
    };
    let ([a, b], [c, d]) = (side(region.w1, 0), side(region.w2, 1));
    let grown = View::new(a, b, c, d).ok()?;
    let area = grown.width() / region.width() * (grown.height() / region.height());
    (targets.points.len() as f64 * area <= MOST_POINTS).then_some(grown)
}

/// The minima outside the region to which unstable curves lead, each once.
fn minima_outside(traced: &Traced, region: &View) -> Vec<Vector> {
    let mut found: Vec<Vector> = Vec::new();
    let curves = traced.saddles.iter().flat_map(|saddle| &saddle.unstable);
    for curve in curves {
        if let End::Point(w) = curve.end
            && !region.contains(w)
            && !found.contains(&w)
        {
            found.push(w);
        }
    }
    found
}

/// A saddle before its curves are followed.
struct Seed<'a> {
    target: &'a Target,
    starts: Vec<(Sense, Start)>,
}

fn trace(loss: &Loss, view: &View, targets: &Targets) -> Traced {
    let side = view.width().min(view.height());
    let mut evaluator = loss.evaluator();
    let (mut seeds, mut undrawn) = (Vec::new(), Vec::new());
    for target in &targets.points {
        match target.kind {
            Kind::Minimum | Kind::Maximum => {}
            Kind::Saddle => {
                let both = [Sense::Down, Sense::Up].map(|sense| {
                    starts(&mut evaluator, target.w, &target.eigen, sense, side).map(|start| (sense, start))
                });
                seeds.push(Seed { target, starts: both.concat() });
            }
            Kind::Degenerate if target.extremum.is_some() => {}
            Kind::Degenerate => match degenerate::starts(&mut evaluator, target.w, &target.eigen, side) {
                Ok(starts) => seeds.push(Seed { target, starts }),
                Err(reason) => undrawn.push(Undrawn { w: target.w, value: target.value, reason }),
            },
        }
    }
    let tasks: Vec<(usize, Sense, Start)> = seeds
        .iter()
        .enumerate()
        .flat_map(|(index, seed)| seed.starts.iter().map(move |(sense, start)| (index, *sense, *start)))
        .collect();
    let curves: Vec<Curve> =
        tasks.par_iter().map(|(_, sense, start)| follow(loss, view, targets, start, *sense)).collect();
    let mut saddles: Vec<Saddle> = seeds.iter().map(|seed| saddle(seed.target)).collect();
    for ((index, sense, _), curve) in tasks.iter().zip(curves) {
        match sense {
            Sense::Down => saddles[*index].unstable.push(curve),
            Sense::Up => saddles[*index].stable.push(curve),
        }
    }
    saddles.sort_by(|a, b| a.value.total_cmp(&b.value).then(a.w.x.total_cmp(&b.w.x)).then(a.w.y.total_cmp(&b.w.y)));
    unify(&mut saddles, targets, view);
    Traced { saddles, undrawn }
}

fn saddle(target: &Target) -> Saddle {
    Saddle {
        w: target.w,
        value: target.value,
        kind: target.kind,
        certified: target.certified,
        unstable: Vec::new(),
        stable: Vec::new(),
        role: None,
    }
}

/// Each curve finds points outside the region separately. This makes points that differ only by rounding equal.
fn unify(saddles: &mut [Saddle], targets: &Targets, view: &View) {
    let same = 1e-9 * view.width().max(view.height());
    let mut known: Vec<Vector> = targets.points.iter().map(|target| target.w).collect();
    for saddle in saddles {
        for curve in saddle.unstable.iter_mut().chain(&mut saddle.stable) {
            if let End::Point(w) | End::Saddle(w) = &mut curve.end {
                match known.iter().find(|place| (*place - *w).norm() <= same) {
                    Some(place) => *w = *place,
                    None => known.push(*w),
                }
            }
        }
    }
}

fn assembled(
    loss: &Loss,
    view: &View,
    targets: Targets,
    traced: Traced,
    outside: &[Vector],
    mut notes: Vec<String>,
) -> SaddleGraph {
    let Traced { mut saddles, undrawn } = traced;
    let is_minimum = |target: &&Target| target.extremum == Some(Extremum::Minimum);
    let inside = targets.points.iter().filter(is_minimum).map(|target| (target.w, target.value));
    let mut minima: Vec<(Vector, f64)> = inside.chain(outside.iter().map(|w| (*w, loss.value(*w)))).collect();
    minima.sort_by(|a, b| a.1.total_cmp(&b.1).then(a.0.x.total_cmp(&b.0.x)).then(a.0.y.total_cmp(&b.0.y)));
    let merges = merges(&mut saddles, &minima);
    if !targets.complete {
        notes.push("the critical points are not proved complete: saddles and minima may be missing".to_owned());
    }
    if saddles.iter().any(|saddle| saddle.role == Some(Role::Connection)) {
        notes.push(
            "a curve cannot be distinguished from one that runs into another saddle: numerically, L is not Morse–Smale"
                .to_owned(),
        );
    }
    let is_closed = saddles.iter().all(|saddle| matches!(saddle.role, Some(Role::Joins | Role::Loop)));
    let is_whole = targets.complete && outside.is_empty() && is_closed && grows(loss, &targets.region);
    let critical_depth = if is_whole { critical_depth(&merges, &minima, &saddles) } else { None };
    if critical_depth.is_some() {
        notes.push("that L grows without bound outside of the region is found by samples, not proved".to_owned());
    }
    SaddleGraph {
        saddles,
        undrawn,
        minima,
        merges,
        critical_depth,
        region: targets.region,
        complete: targets.complete,
        notes,
        targets,
        view: *view,
    }
}
