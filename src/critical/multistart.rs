//! The search: Newton runs from grids of starts that become denser while new points are found, and two audits that
//! start runs where the grids may have missed points.
//!
//! Nothing here proves that a list is complete.

use super::curve::{Curve, STEP, distance, follow};
use super::degenerate::{Degenerate, locate, middle_of_flat, stands_alone};
use super::found::{Found, degenerate_point, partner, simple_point};
use super::newton::{Arrival, damped_newton, descend_across};
use super::plane::FLAT;
use super::plane::Plane;
use super::proof::Reason;
use super::proof::krawczyk::Cell;
use super::{CriticalCurve, CriticalPoints, Evidence, Region, index};
use crate::curvature::Kind;
use crate::landscape::{Loss, View};
use crate::number::Vector;
use crate::pause::pause;

/// Starts a side of the grids, each about twice as many as the one before. The first three are always searched.
const GRIDS: [usize; 5] = [16, 23, 32, 45, 64];
const LEAST_GRIDS: usize = 3;
/// A function whose evaluation takes longer than this many examples of a formula is searched with fewer grids: more
/// would take too long, and the search proves nothing anyway.
const SLOW: usize = 500;
const SLOW_GRIDS: [usize; 2] = [1, 2];
/// Starts a side of the grid from which curves are looked for.
const CURVE_STARTS: usize = 12;
/// Cells a side of the audit by index; odd, so that the middle of the view is not a corner.
const CELLS: usize = 31;
/// After this many singular places that gave nothing new, no more are examined.
const DISAPPOINTMENTS: usize = 100;

/// A search for all critical points of a view, run in slices.
///
/// 1. Newton runs start from the local minima and maxima of L on a grid: narrow wells and peaks, which draw runs from
///    nearby only.
/// 1. Runs across the direction of strongest curvature find curves of critical points.
/// 1. Newton runs start from grids over the view, until a grid adds nothing.
/// 1. Around each point found runs start on small circles, for neighbours.
/// 1. The winding number of ∇L along the border of each cell of a grid must be the sum of the indices of the points
///    found in it; where it is not, runs start densely in the cell.
#[derive(Clone, Debug)]
pub struct MultiStart {
    plane: Plane,
    /// The largest gradient on a coarse grid, the scale for small gradients.
    gradient_scale: f64,
    stage: Stage,
    starts: Vec<Vector>,
    found_in_stage: bool,
    points: Vec<Found>,
    curves: Vec<Curve>,
    /// Singular places that were examined, and how many of them gave nothing new.
    looked_at: Vec<Vector>,
    disappointments: usize,
    flat: Vec<View>,
    /// The least and the greatest number of grids that are searched.
    grids: [usize; 2],
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Stage {
    Extrema,
    Curves,
    Grid(usize),
    Neighbours,
    Audit(usize),
    Done,
}

impl MultiStart {
    /// A search that has not begun.
    pub fn new(loss: &Loss, view: &View) -> MultiStart {
        let mut search = MultiStart::from(loss, view, Vec::new());
        search.starts = extrema(&search.plane);
        search
    }

    fn from(loss: &Loss, view: &View, starts: Vec<Vector>) -> MultiStart {
        let plane = Plane::new(loss, view);
        let gradient_scale =
            grid(9).iter().filter_map(|&z| plane.at(z)).map(|local| local.gradient.norm()).fold(0.0, f64::max);
        let flat = flat_regions(&plane);
        let is_slow = loss.formula().is_none() && loss.slowness() > SLOW;
        let grids = if is_slow { SLOW_GRIDS } else { [LEAST_GRIDS, GRIDS.len()] };
        MultiStart {
            plane,
            gradient_scale,
            stage: Stage::Extrema,
            starts,
            found_in_stage: false,
            points: Vec::new(),
            curves: Vec::new(),
            looked_at: Vec::new(),
            disappointments: 0,
            flat,
            grids,
        }
    }

    /// A search in and around some rectangles of the view only.
    pub fn near(loss: &Loss, view: &View, places: impl Iterator<Item = Cell>) -> MultiStart {
        let mut search = MultiStart::from(loss, view, Vec::new());
        let around = |cell: Cell| {
            let square = |x: f64, y: f64| search.plane.square(Vector::new(x, y));
            let margin = Vector::new(0.02, 0.02);
            within([square(cell[0].lo, cell[1].lo) - margin, square(cell[0].hi, cell[1].hi) + margin], 7)
        };
        search.starts = places.flat_map(around).collect();
        MultiStart { stage: Stage::Audit(1), ..search }
    }

    /// Works on for about `budget` units (Newton runs); returns true when nothing is left to do.
    pub fn refine(&mut self, budget: usize) -> bool {
        for _ in 0..budget {
            pause();
            match self.starts.pop() {
                Some(start) => self.run(start),
                None => self.enter_next_stage(),
            }
            if self.stage == Stage::Done {
                return true;
            }
        }
        false
    }

    /// The share of the work that is done, 0 to 1.
    pub fn progress(&self) -> f64 {
        let (before, share) = match self.stage {
            Stage::Extrema => (0.0, 0.02),
            Stage::Curves => (0.02, 0.03),
            Stage::Grid(0) => (0.05, 0.05),
            Stage::Grid(1) => (0.1, 0.2),
            Stage::Grid(2) => (0.3, 0.4),
            Stage::Grid(_) => (0.7, 0.1),
            Stage::Neighbours => (0.8, 0.1),
            Stage::Audit(_) => (0.9, 0.1),
            Stage::Done => return 1.0,
        };
        let planned = match self.stage {
            Stage::Curves => CURVE_STARTS * CURVE_STARTS,
            Stage::Grid(round) => GRIDS[round] * GRIDS[round],
            _ => self.starts.len().max(200),
        };
        before + share * (1.0 - self.starts.len() as f64 / planned as f64).clamp(0.0, 1.0)
    }

    /// The results so far; sound at any time.
    pub fn answer(&self) -> CriticalPoints {
        let mut points: Vec<_> = self
            .points
            .iter()
            .filter(|found| found.point.kind != Kind::Degenerate || !self.is_on_curve(found.z))
            .map(|found| found.point.clone())
            .collect();
        super::sort(&mut points);
        let curves = self
            .curves
            .iter()
            .map(|curve| CriticalCurve {
                polyline: curve.points.iter().map(|&z| self.plane.world(z)).collect(),
                kind: curve.kind,
                evidence: Evidence::Candidate,
            })
            .collect();
        CriticalPoints {
            points,
            curves,
            clusters: Vec::new(),
            everywhere: false,
            complete: false,
            accounted: false,
            exhaustive: false,
            unresolved: self.flat.iter().map(|view| Region { view: *view, reason: Reason::Flat }).collect(),
            audit: None,
            method: "Newton's method from many starts".to_owned(),
            scope: None,
        }
    }

    fn run(&mut self, start: Vector) {
        if self.stage == Stage::Curves {
            if let Some(z) = descend_across(&self.plane, start)
                && !self.is_on_curve(z)
            {
                self.keep_curve(z);
            }
            return;
        }
        match damped_newton(&self.plane, start, &self.points) {
            Arrival::Simple(z) => self.try_simple(z),
            Arrival::Singular(z) => self.look_closer(z),
            Arrival::Known | Arrival::Lost => {}
        }
    }

    /// Adds a simple point near z, if there is one that is not known yet.
    fn try_simple(&mut self, z: Vector) {
        if !self.is_point(z)
            && let Some(found) = simple_point(&self.plane, z)
        {
            let partner = partner(&self.plane, found.z);
            self.keep(found);
            // Points come in pairs near a fold, and runs that converge to one miss the other.
            if let Some(partner) = partner.filter(|&partner| !self.is_point(partner)) {
                if (partner - z).norm() < 0.01 {
                    self.keep_simple(partner);
                } else {
                    self.starts.push(partner);
                }
            }
        }
    }

    fn keep_simple(&mut self, z: Vector) {
        if let Some(found) = simple_point(&self.plane, z) {
            self.keep(found);
        }
    }

    fn is_point(&self, z: Vector) -> bool {
        let tolerance = 1e-9_f64.max(100.0 * self.plane.resolution);
        self.points.iter().any(|found| (found.z - z).norm() <= tolerance)
    }

    fn is_on_curve(&self, z: Vector) -> bool {
        self.curves.iter().any(|curve| distance(curve, z) < 0.3 * STEP)
    }

    /// Adds a point unless its distance to one of the list is within their uncertainty.
    fn keep(&mut self, found: Found) {
        let same = |other: &Found| (other.z - found.z).norm() <= other.uncertainty.max(found.uncertainty);
        if !self.points.iter().any(same) {
            self.points.push(found);
            self.found_in_stage = true;
        }
    }

    /// Examines the end of a run where H is singular or nearly singular: it is a curve, a degenerate point, a simple
    /// point with a weak eigenvalue, two close simple points, or not critical.
    fn look_closer(&mut self, z: Vector) {
        let known = self.is_on_curve(z)
            || self.is_point(z)
            || self.looked_at.iter().any(|other| (other - z).norm() <= 5e-3)
            || self.points.iter().any(|found| {
                found.point.kind == Kind::Degenerate && (found.z - z).norm() <= found.uncertainty.max(0.02)
            });
        let promising = self.plane.at(z).is_some_and(|local| local.gradient.norm() <= 1e-2 * self.gradient_scale);
        if known || !promising || self.disappointments >= DISAPPOINTMENTS {
            return;
        }
        let before = self.points.len() + self.curves.len();
        match locate(&self.plane, z) {
            Degenerate::NoCurvature(place) => self.keep_degenerate(place, 1e-3),
            Degenerate::Point(place) => {
                if !self.keep_curve(place) {
                    self.keep_degenerate(place, 1e-3);
                }
            }
            Degenerate::FlatAlong(place) => {
                if !self.keep_curve(place) {
                    let middle = middle_of_flat(&self.plane, place).unwrap_or(place);
                    self.keep_degenerate(middle, 0.1);
                }
            }
            Degenerate::Pair(estimates) => estimates.into_iter().for_each(|estimate| self.try_simple(estimate)),
            Degenerate::None => {
                self.try_simple(z);
                if self.points.len() + self.curves.len() == before && stands_alone(&self.plane, z, 3e-3, 1e-8) {
                    self.keep_degenerate(z, 1e-3);
                }
            }
        }
        if self.points.len() + self.curves.len() == before {
            self.disappointments += 1;
            self.looked_at.push(z);
        } else if !self.is_point(z) {
            self.looked_at.push(z);
        }
    }

    fn keep_curve(&mut self, z: Vector) -> bool {
        let curve = follow(&self.plane, z);
        let found = curve.is_some();
        self.curves.extend(curve);
        self.found_in_stage |= found;
        found
    }

    fn keep_degenerate(&mut self, place: Vector, uncertainty: f64) {
        if let Some(found) = degenerate_point(&self.plane, place, uncertainty) {
            self.keep(found);
        }
    }

    fn enter_next_stage(&mut self) {
        let found = std::mem::take(&mut self.found_in_stage);
        self.stage = match self.stage {
            Stage::Extrema => Stage::Curves,
            Stage::Curves => Stage::Grid(0),
            Stage::Grid(round) if round + 1 < self.grids[1] && (round + 1 < self.grids[0] || found) => {
                Stage::Grid(round + 1)
            }
            Stage::Grid(_) => Stage::Neighbours,
            Stage::Neighbours => Stage::Audit(0),
            Stage::Audit(0) => Stage::Audit(1),
            Stage::Audit(_) | Stage::Done => Stage::Done,
        };
        self.starts = match self.stage {
            Stage::Grid(round) => grid(GRIDS[round]),
            Stage::Neighbours => {
                let circles = |found: &Found| {
                    [0.03, 0.004].into_iter().flat_map(|radius| index::around(found.z, radius, 6)).collect::<Vec<_>>()
                };
                self.points.iter().take(50).flat_map(circles).collect()
            }
            Stage::Audit(round) => {
                self.suspicious_cells().iter().flat_map(|cell| within(*cell, 5 + 4 * round)).collect()
            }
            Stage::Curves => grid(CURVE_STARTS),
            Stage::Extrema | Stage::Done => Vec::new(),
        };
    }

    /// Corners of the cells whose winding number is not the sum of the indices found in them.
    fn suspicious_cells(&self) -> Vec<[Vector; 2]> {
        let corner = |i: usize, j: usize| {
            let at = |k: usize| 2.0 * k as f64 / CELLS as f64 - 1.0;
            Vector::new(at(i), at(j))
        };
        let mut suspicious = Vec::new();
        for (i, j, turns) in index::windings(&self.plane, CELLS, &corner) {
            let (low, high) = (corner(i, j), corner(i + 1, j + 1));
            let inside = |z: Vector| low.x <= z.x && z.x < high.x && low.y <= z.y && z.y < high.y;
            let expected: i32 =
                self.points.iter().filter(|found| inside(found.z)).filter_map(|found| found.point.index).sum();
            let crossed = self.curves.iter().any(|curve| curve.points.iter().any(|&z| inside(z)));
            if turns != expected && !crossed {
                suspicious.push([low, high]);
            }
        }
        // With a noisy gradient every cell is suspicious, so their number is limited.
        suspicious.truncate(64);
        suspicious
    }
}

/// Starts on an even grid over the square, off its axes and diagonals, so that symmetry does not confine a run.
fn grid(side: usize) -> Vec<Vector> {
    within([Vector::new(-1.0, -1.0), Vector::new(1.0, 1.0)], side)
}

fn within([low, high]: [Vector; 2], side: usize) -> Vec<Vector> {
    let share = |k: usize, offset: f64| (k as f64 + offset) / side as f64;
    let size = high - low;
    (0..side * side)
        .map(|k| low + size.component_mul(&Vector::new(share(k % side, 0.37), share(k / side, 0.61))))
        .collect()
}

/// The local minima and maxima of L on a grid, each moved closer to the true one by three finer grids around it.
fn extrema(plane: &Plane) -> Vec<Vector> {
    const SIDE: usize = 96;
    const MOST: usize = 400;
    let values = plane.loss.sample(&plane.view, SIDE, SIDE);
    let spacing = 2.0 / (SIDE - 1) as f64;
    let mut starts = Vec::new();
    for j in 1..SIDE - 1 {
        for i in 1..SIDE - 1 {
            let here = values[j * SIDE + i];
            let neighbours = || (0..9).filter(|&k| k != 4).map(|k| (values[(j + k / 3 - 1) * SIDE + i + k % 3 - 1], k));
            // Of equal neighbours the first in reading order counts as the extremum.
            let sign = if neighbours().all(|(there, k)| here < there || (here == there && k > 4)) {
                1.0
            } else if neighbours().all(|(there, k)| here > there || (here == there && k > 4)) {
                -1.0
            } else {
                continue;
            };
            let mut best = (sign * here, Vector::new(i as f64 * spacing - 1.0, j as f64 * spacing - 1.0));
            for level in [0.4, 0.1, 0.025] {
                let centre = best.1;
                for k in 0..25 {
                    let z = centre + level * spacing * Vector::new(f64::from(k % 5 - 2), f64::from(k / 5 - 2));
                    let value = sign * plane.loss.value(plane.world(z));
                    if value < best.0 {
                        best = (value, z);
                    }
                }
            }
            starts.push(best.1);
            if starts.len() == MOST {
                return starts;
            }
        }
    }
    starts
}

/// Parts of the view where ∇L vanishes identically or has all but underflowed, so that 64-bit arithmetic cannot tell
/// critical points from others: rectangles of cells.
fn flat_regions(plane: &Plane) -> Vec<View> {
    const SIDE: usize = 24;
    let at = |k: usize| 2.0 * k as f64 / SIDE as f64 - 1.0;
    let is_flat = |x: f64, y: f64| {
        plane.at(Vector::new(x, y)).is_some_and(|l| l.gradient.norm() < FLAT && l.eigen.magnitude() < FLAT)
    };
    let nodes: Vec<bool> =
        (0..=SIDE).flat_map(|j| (0..=SIDE).map(move |i| (i, j))).map(|(i, j)| is_flat(at(i), at(j))).collect();
    let node = |i: usize, j: usize| nodes[j * (SIDE + 1) + i];
    let cell = |i: usize, j: usize| {
        let middle = |k: usize| 0.5 * (at(k) + at(k + 1));
        node(i, j) && node(i + 1, j) && node(i, j + 1) && node(i + 1, j + 1) && is_flat(middle(i), middle(j))
    };
    // Runs of flat cells in a row, extended upwards while the next row has the same run.
    let mut open: Vec<[usize; 4]> = Vec::new();
    let mut closed = Vec::new();
    for j in 0..SIDE {
        let mut next = Vec::new();
        let mut i = 0;
        while i < SIDE {
            let begin = i;
            while i < SIDE && cell(i, j) {
                i += 1;
            }
            if i > begin {
                match open.iter().position(|run| run[0] == begin && run[1] == i) {
                    Some(place) => {
                        let mut run = open.swap_remove(place);
                        run[3] = j + 1;
                        next.push(run);
                    }
                    None => next.push([begin, i, j, j + 1]),
                }
            }
            i += 1;
        }
        closed.append(&mut open);
        open = next;
    }
    closed.append(&mut open);
    closed
        .into_iter()
        .filter_map(|[left, right, low, high]| {
            let (from, to) =
                (plane.world(Vector::new(at(left), at(low))), plane.world(Vector::new(at(right), at(high))));
            View::new(from.x, to.x, from.y, to.y).ok()
        })
        .collect()
}
