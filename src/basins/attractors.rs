//! The sets at which runs can end: the known critical points and curves, and those outside the view that runs have
//! reached.

use super::approach::{APPROACH, SAME, gradient_falls};
use super::curves::{curve_beside, is_beside};
use super::ends::polished;
use super::nearby::Nearby;
use super::run_end::{RunEnd, RunEndKind};
use crate::critical::{CriticalCurve, CriticalPoints, Evidence, gradient_underflows};
use crate::curvature::Kind;
use crate::landscape::{Loss, Sampler};
use crate::number::{Matrix, Vector, eigenpairs, larger};
use crate::optimizer::Certificate;
use rayon::prelude::*;

/// Something that runs end at.
#[derive(Clone, Debug, PartialEq)]
pub struct Attractor {
    /// Its place; for a curve, a point of it.
    pub w: Vector,
    /// Its kind.
    pub kind: Kind,
    /// Its place among the critical points or curves that were known from the beginning; `None` if runs have found it.
    pub origin: Option<Origin>,
    /// Whether it is proved. For a point that runs have found, a proof is tried when it is entered.
    pub is_proved: bool,
    /// A converged run within this distance has reached this point and no other; 0 before it is measured.
    reach: f64,
}

impl Attractor {
    /// The radius of a disc around a simple point without another critical point; 0 if none is known.
    pub(super) fn reach(&self) -> f64 {
        self.reach
    }

    fn is_curve(&self) -> bool {
        matches!(self.origin, Some(Origin::Curve(_)))
    }
}

/// Which of the known critical sets an attractor is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The critical point with this index.
    Point(usize),
    /// The curve with this index.
    Curve(usize),
}

/// The place to which the end of a run belongs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum EndsAt {
    /// The attractor with this index.
    Known(usize),
    /// A critical point that is on no list.
    New(Vector, Kind),
    /// No critical point.
    Nowhere,
}

/// All attractors.
#[derive(Clone, Debug)]
pub(super) struct Attractors {
    list: Vec<Attractor>,
    curves: Vec<CriticalCurve>,
    /// The points of the list.
    nearby: Nearby,
    /// The attractors for which the distance alone does not decide: curves and degenerate points.
    told_by_more: Vec<usize>,
    /// The first degenerate point that runs have found.
    found_degenerate: Option<usize>,
    /// How many attractors of the list have a measured reach.
    measured: usize,
}

impl Attractors {
    /// The known critical points and curves, not measured yet.
    pub(super) fn new(points: &CriticalPoints) -> Attractors {
        let mut attractors = Attractors {
            list: Vec::new(),
            curves: points.curves.clone(),
            nearby: Nearby::sized_for(points.points.iter().map(|point| point.w)),
            told_by_more: Vec::new(),
            found_degenerate: None,
            measured: 0,
        };
        for (index, point) in points.points.iter().enumerate() {
            let (w, kind, is_proved) = (point.w, point.kind, point.evidence == Evidence::Certified);
            attractors.push(Attractor { w, kind, origin: Some(Origin::Point(index)), is_proved, reach: 0.0 });
        }
        for (index, curve) in points.curves.iter().enumerate() {
            if let Some(&w) = curve.polyline.get(curve.polyline.len() / 2) {
                let (kind, is_proved) = (curve.kind, curve.evidence == Evidence::Certified);
                attractors.push(Attractor { w, kind, origin: Some(Origin::Curve(index)), is_proved, reach: 0.0 });
            }
        }
        attractors
    }

    /// All attractors: first those known from the beginning, then those that runs have found.
    pub(super) fn list(&self) -> &[Attractor] {
        &self.list
    }

    fn push(&mut self, attractor: Attractor) {
        let (index, is_curve) = (self.list.len(), attractor.is_curve());
        let is_degenerate = attractor.kind == Kind::Degenerate;
        if !is_curve {
            self.nearby.add(index, attractor.w, attractor.reach);
        }
        if is_curve || is_degenerate {
            self.told_by_more.push(index);
        }
        if is_degenerate && attractor.origin.is_none() {
            self.found_degenerate.get_or_insert(index);
        }
        self.list.push(attractor);
    }

    /// The place to which the end of a run belongs.
    #[inline]
    pub(super) fn place(&self, loss: &Loss, start: Vector, run_end: &RunEnd) -> EndsAt {
        let end = run_end.end;
        let converged = run_end.how == RunEndKind::Converged;
        let way = start - end;
        let same = SAME * larger(larger(end.x.abs(), end.y.abs()), larger(way.x.abs(), way.y.abs()));
        match self.nearby.first(end, same, converged) {
            Some(index) => EndsAt::Known(index),
            None if converged => self.place_of_converged(loss, start, end),
            None => EndsAt::Nowhere,
        }
    }

    /// The place for the end of a converged run that is in no attractor's reach.
    #[inline(never)]
    fn place_of_converged(&self, loss: &Loss, start: Vector, end: Vector) -> EndsAt {
        // Runs to a degenerate point stop far from it, because ‖∇L‖ is small there early.
        let approached = |attractor: &Attractor| {
            (attractor.w - end).norm() <= APPROACH * (attractor.w - start).norm()
                && gradient_falls(loss, end, attractor.w)
        };
        let curve_here = curve_beside(loss, &self.curves, end);
        let beside = |index: &&usize| match self.list[**index].origin {
            Some(Origin::Curve(curve)) => match self.curves[curve].evidence {
                Evidence::Certified => curve_here.is_some_and(|here| std::ptr::eq(here, &self.curves[curve])),
                Evidence::Candidate => is_beside(loss, &self.curves[curve], end),
            },
            _ => approached(&self.list[**index]),
        };
        if let Some(&index) = self.told_by_more.iter().find(beside) {
            return EndsAt::Known(index);
        }
        match polished(loss, end) {
            None => EndsAt::Nowhere,
            // Runs rest in a tail, from wherever they come.
            Some((w, Kind::Degenerate)) if gradient_underflows(loss, w) => EndsAt::Nowhere,
            Some((w, kind)) => self.at(w, kind).map_or(EndsAt::New(w, kind), EndsAt::Known),
        }
    }

    /// The attractor at this polished place. Unknown degenerate ends count as one attractor, because they may be a
    /// curve, such as one that continues outside the view, and would be as many as there are starts.
    fn at(&self, w: Vector, kind: Kind) -> Option<usize> {
        let same = 1e-6 * w.amax().max(1.0);
        let near = self.nearby.first(w, same, false);
        let found = self.found_degenerate.filter(|_| kind == Kind::Degenerate);
        near.into_iter().chain(found).min()
    }

    /// The index of a point that runs have found. A new point is added to the list, to be measured later.
    pub(super) fn enter(&mut self, loss: &Loss, w: Vector, kind: Kind) -> usize {
        self.at(w, kind).unwrap_or_else(|| {
            let is_proved = Certificate::around(loss, w).is_some_and(|point| point.kind == kind);
            self.push(Attractor { w, kind, origin: None, is_proved, reach: 0.0 });
            self.list.len() - 1
        })
    }

    /// Measures the remaining reaches: on all cores, or only on this one, without waiting for others.
    pub(super) fn measure(&mut self, loss: &Loss, on_all_cores: bool) {
        /// Fewer points than this are measured on one core.
        const FEW: usize = 32;
        let reach = |reaches: &mut Reaches<'_>, attractor: &Attractor| {
            if attractor.is_curve() { 0.0 } else { reaches.of(attractor.w, attractor.kind) }
        };
        let new = &self.list[self.measured..];
        let found: Vec<f64> = if on_all_cores {
            new.par_iter().with_min_len(FEW).map_init(|| Reaches::new(loss), reach).collect()
        } else {
            let mut reaches = Reaches::new(loss);
            new.iter().map(|attractor| reach(&mut reaches, attractor)).collect()
        };
        for (index, reach) in (self.measured..).zip(found) {
            if reach > 0.0 {
                self.list[index].reach = reach;
                self.nearby.add(index, self.list[index].w, reach);
            }
        }
        self.measured = self.list.len();
    }
}

/// Measures how far simple points reach.
struct Reaches<'a> {
    loss: &'a Loss,
    circles: Option<Circles<'a>>,
}

/// A buffer for L, ∇L and H at points of circles around a point, which are evaluated together.
struct Circles<'a> {
    sampler: Sampler<'a>,
    directions: [Vector; DIRECTIONS],
    /// With L, because a circle on which L is undefined does not count.
    jets: [[f64; CIRCLES * DIRECTIONS]; 6],
}

/// Points on a circle, and circles, each of half the radius of the one before.
const DIRECTIONS: usize = 16;
const CIRCLES: usize = 4;

impl<'a> Reaches<'a> {
    fn new(loss: &'a Loss) -> Reaches<'a> {
        Reaches { loss, circles: None }
    }

    /// The radius around a simple point within which, by samples, the Hessian changes by less than a quarter of its
    /// weaker eigenvalue, so that ∇L vanishes nowhere else in the disc; 0 for a degenerate point.
    fn of(&mut self, w: Vector, kind: Kind) -> f64 {
        let hessian = self.loss.jet(w).hessian;
        let Some(eigen) = eigenpairs(&hessian).filter(|_| kind != Kind::Degenerate) else {
            return 0.0;
        };
        let weak = eigen.values[0].abs().min(eigen.values[1].abs());
        let circles = self.circles.get_or_insert_with(|| Circles::new(self.loss));
        // For a loss over data each point takes long, and the first circle is often enough.
        let together = if self.loss.examples() == 0 { CIRCLES } else { 1 };
        let size = w.amax().max(1.0);
        let (mut radius, least) = (0.1 * size, 1e-9 * size);
        while radius > least {
            circles.evaluate(w, radius, together);
            let changes_little = |circle: usize| {
                let points = circle * DIRECTIONS..(circle + 1) * DIRECTIONS;
                points.into_iter().all(|point| (circles.hessian(point) - hessian).norm() < 0.25 * weak)
            };
            let halvings = |circle: usize| 0.5f64.powi(circle as i32);
            let fits = |circle: &usize| radius * halvings(*circle) > least && changes_little(*circle);
            if let Some(circle) = (0..together).find(fits) {
                return radius * halvings(circle);
            }
            radius *= halvings(together);
        }
        0.0
    }
}

impl<'a> Circles<'a> {
    fn new(loss: &'a Loss) -> Circles<'a> {
        let direction = |turn: usize| {
            let angle = turn as f64 * std::f64::consts::TAU / DIRECTIONS as f64;
            Vector::new(libm::cos(angle), libm::sin(angle))
        };
        Circles {
            sampler: loss.sampler(0..6),
            directions: std::array::from_fn(direction),
            jets: [[0.0; CIRCLES * DIRECTIONS]; 6],
        }
    }

    fn evaluate(&mut self, w: Vector, radius: f64, circles: usize) {
        let mut points = [[0.0; CIRCLES * DIRECTIONS]; 2];
        let [w1, w2] = &mut points;
        let mut circle = radius;
        for (w1, w2) in w1.chunks_exact_mut(DIRECTIONS).zip(w2.chunks_exact_mut(DIRECTIONS)) {
            for ((w1, w2), direction) in w1.iter_mut().zip(w2).zip(&self.directions) {
                let point = w + circle * direction;
                (*w1, *w2) = (point.x, point.y);
            }
            circle *= 0.5;
        }
        self.sampler.sample_rows(&points, circles * DIRECTIONS, &mut self.jets.each_mut());
    }

    fn hessian(&self, point: usize) -> Matrix {
        let [d11, d12, d22] = [3, 4, 5].map(|plane: usize| self.jets[plane][point]);
        Matrix::new(d11, d12, d12, d22)
    }
}
