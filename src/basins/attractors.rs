//! Where runs can end: the critical points and curves that are known, and those that runs have come to outside the view.

use super::ends::{APPROACH, SAME, gradient_falls, is_beside, polished};
use super::fate::{Fate, How};
use crate::critical::{CriticalCurve, CriticalPoints};
use crate::curvature::Kind;
use crate::landscape::Loss;
use crate::number::{Vector, eigenpairs};

/// Something that runs end at.
#[derive(Clone, Debug, PartialEq)]
pub struct Attractor {
    /// Where; a point of the curve, where it is one.
    pub w: Vector,
    /// What it is.
    pub kind: Kind,
    /// Its place among the critical points, or among the curves, that were known from the beginning; `None` for one that
    /// runs have found.
    pub origin: Option<Origin>,
    /// A converged run that is this near has come to this point and no other.
    reach: f64,
}

impl Attractor {
    /// The radius of the disc around a simple point in which no other critical point is; 0 where none is known.
    pub(super) fn reach(&self) -> f64 {
        self.reach
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

/// What a run's end belongs to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Place {
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
    pub(super) list: Vec<Attractor>,
    curves: Vec<CriticalCurve>,
}

impl Attractors {
    /// Those that are known.
    pub(super) fn new(loss: &Loss, points: &CriticalPoints) -> Attractors {
        let known = points.points.iter().enumerate().map(|(index, point)| Attractor {
            w: point.w,
            kind: point.kind,
            origin: Some(Origin::Point(index)),
            reach: reach(loss, point.w, point.kind),
        });
        let curves = points.curves.iter().enumerate().filter_map(|(index, curve)| {
            let w = *curve.polyline.get(curve.polyline.len() / 2)?;
            Some(Attractor { w, kind: curve.kind, origin: Some(Origin::Curve(index)), reach: 0.0 })
        });
        Attractors { list: known.chain(curves).collect(), curves: points.curves.clone() }
    }

    /// What the end of a run belongs to.
    pub(super) fn place(&self, loss: &Loss, start: Vector, fate: &Fate) -> Place {
        let end = fate.end;
        let converged = fate.how == How::Converged;
        let same = SAME * end.amax().max((start - end).amax());
        let at = |attractor: &Attractor| {
            let reach = if converged { attractor.reach.max(same) } else { same };
            !matches!(attractor.origin, Some(Origin::Curve(_))) && (attractor.w - end).amax() <= reach
        };
        if let Some(index) = self.list.iter().position(at) {
            return Place::Known(index);
        }
        if !converged {
            return Place::Nowhere;
        }
        // A degenerate point is told from afar, because ‖∇L‖ is small there long before.
        let approached = |attractor: &Attractor| {
            let is_degenerate = attractor.kind == Kind::Degenerate && attractor.reach == 0.0;
            is_degenerate
                && (attractor.w - end).norm() <= APPROACH * (attractor.w - start).norm()
                && gradient_falls(loss, end, attractor.w)
        };
        let beside = |attractor: &Attractor| match attractor.origin {
            Some(Origin::Curve(index)) => is_beside(loss, &self.curves[index], end),
            _ => approached(attractor),
        };
        if let Some(index) = self.list.iter().position(beside) {
            return Place::Known(index);
        }
        match polished(loss, end) {
            None => Place::Nowhere,
            Some((w, kind)) => self.at(w, kind).map_or(Place::New(w, kind), Place::Known),
        }
    }

    /// The attractor with this polished place. Degenerate ends beyond what is known count as one: they may well be a curve,
    /// as where a curve goes on outside the view, and would be as many as there are starts.
    fn at(&self, w: Vector, kind: Kind) -> Option<usize> {
        let same = 1e-6 * w.amax().max(1.0);
        self.list.iter().position(|attractor| {
            let both_found_degenerate =
                attractor.origin.is_none() && attractor.kind == Kind::Degenerate && kind == Kind::Degenerate;
            let near = !matches!(attractor.origin, Some(Origin::Curve(_))) && (attractor.w - w).amax() <= same;
            near || both_found_degenerate
        })
    }

    /// The index of a point that runs have found, put on the list where it is not there yet.
    pub(super) fn enter(&mut self, loss: &Loss, w: Vector, kind: Kind) -> usize {
        self.at(w, kind).unwrap_or_else(|| {
            self.list.push(Attractor { w, kind, origin: None, reach: reach(loss, w, kind) });
            self.list.len() - 1
        })
    }
}

/// The radius around a simple point within which the Hessian changes, by samples, by less than a quarter of its weaker
/// eigenvalue, so that ∇L vanishes nowhere else; 0 for a degenerate point.
fn reach(loss: &Loss, w: Vector, kind: Kind) -> f64 {
    let hessian = loss.jet(w).hessian;
    let Some(eigen) = eigenpairs(&hessian).filter(|_| kind != Kind::Degenerate) else {
        return 0.0;
    };
    let weak = eigen.values[0].abs().min(eigen.values[1].abs());
    let size = w.amax().max(1.0);
    let mut radius = 0.1 * size;
    while radius > 1e-9 * size {
        let changes_little = (0..16).all(|turn| {
            let angle = f64::from(turn) * std::f64::consts::PI / 8.0;
            let there = loss.jet(w + radius * Vector::new(libm::cos(angle), libm::sin(angle))).hessian;
            (there - hessian).norm() < 0.25 * weak
        });
        if changes_little {
            return radius;
        }
        radius *= 0.5;
    }
    0.0
}
