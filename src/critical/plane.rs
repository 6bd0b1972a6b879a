//! The loss seen in coordinates z in which the view is the square [−1, 1]²: lengths, steps and tolerances of the search
//! are then shares of half the view, whatever its size and aspect.

use crate::landscape::{Jet, Loss, View};
use crate::number::{Eigenpairs, Matrix, Vector, eigenpairs};

/// A gradient below this share of the largest in view counts as flat: its square underflows, and it is in the tail of
/// an exponential, or exactly zero.
pub(super) const FLAT: f64 = 1e-150;

/// The loss in the coordinates of the square.
#[derive(Clone, Debug)]
pub(super) struct Plane {
    pub(super) loss: Loss,
    pub(super) view: View,
    centre: Vector,
    half: Vector,
    /// A power of two by which derivatives are divided, so that the largest gradient in view is about 1.
    unit: f64,
    /// The largest distance in z between neighbouring floating-point points of the view.
    pub(super) resolution: f64,
}

/// The loss around a point z: derivatives with respect to z, in the plane's unit.
#[derive(Clone, Copy, Debug)]
pub(super) struct Local {
    pub(super) z: Vector,
    pub(super) gradient: Vector,
    pub(super) hessian: Matrix,
    pub(super) eigen: Eigenpairs,
}

impl Plane {
    pub(super) fn new(loss: &Loss, view: &View) -> Plane {
        let half = Vector::new(0.5 * view.width(), 0.5 * view.height());
        let spacing = |[low, high]: [f64; 2], half: f64| f64::EPSILON * low.abs().max(high.abs()) / half;
        let resolution = spacing(view.w1, half.x).max(spacing(view.w2, half.y)).max(f64::EPSILON);
        let mut plane = Plane { loss: loss.clone(), view: *view, centre: view.centre(), half, unit: 1.0, resolution };
        let steepest = (0..19 * 19)
            .filter_map(|k| plane.at(Vector::new(f64::from(k % 19) / 9.1 - 0.97, f64::from(k / 19) / 9.1 - 0.98)))
            .map(|local| local.gradient.amax())
            .fold(0.0, f64::max);
        if steepest > 0.0 {
            plane.unit = libm::scalbn(1.0, libm::ilogb(steepest));
        }
        plane
    }

    /// The point w of z.
    pub(super) fn world(&self, z: Vector) -> Vector {
        self.centre + self.half.component_mul(&z)
    }

    /// The point z of w.
    pub(super) fn square(&self, w: Vector) -> Vector {
        (w - self.centre).component_div(&self.half)
    }

    /// The loss around z; `None` if L or a derivative is undefined or infinite.
    pub(super) fn at(&self, z: Vector) -> Option<Local> {
        let Jet { value, gradient, hessian } = self.loss.jet(self.world(z));
        let gradient = gradient.component_mul(&self.half) / self.unit;
        if !(value.is_finite() && gradient.x.is_finite() && gradient.y.is_finite()) {
            return None;
        }
        let hessian = hessian / self.unit;
        let mixed = hessian[(0, 1)] * self.half.x * self.half.y;
        let hessian = Matrix::new(
            hessian[(0, 0)] * self.half.x * self.half.x,
            mixed,
            mixed,
            hessian[(1, 1)] * self.half.y * self.half.y,
        );
        Some(Local { z, gradient, hessian, eigen: eigenpairs(&hessian)? })
    }
}

impl Local {
    /// (λ, v) of the eigenvalue of larger magnitude, then of the smaller.
    pub(super) fn strong_and_weak(&self) -> [(f64, Vector); 2] {
        let [l, m] = self.eigen.values;
        let [u, v] = self.eigen.vectors;
        if l.abs() > m.abs() { [(l, u), (m, v)] } else { [(m, v), (l, u)] }
    }

    /// The Levenberg–Marquardt step on ½‖∇L‖², −Σ vᵢ(vᵢ·∇L)λᵢ/(λᵢ² + μ) with μ = `damping`·λmax². Without damping it is
    /// Newton's step; along an eigenvector of a vanishing eigenvalue it is 0.
    pub(super) fn step(&self, damping: f64) -> Vector {
        let magnitude = self.eigen.magnitude();
        let mut step = Vector::zeros();
        for (value, vector) in self.eigen.values.iter().zip(&self.eigen.vectors) {
            // In units of the larger eigenvalue, so that squares do not leave the range of numbers.
            let share = value / magnitude;
            if share.abs() > 1e-15 {
                step -= vector * (vector.dot(&self.gradient) / magnitude * (share / (share * share + damping)));
            }
        }
        step
    }
}

/// How much the Hessian changes within a distance, by four samples; infinite where it is undefined.
pub(super) fn hessian_change(plane: &Plane, here: &Local, radius: f64) -> f64 {
    [(0.8, 0.6), (-0.6, 0.8), (-0.8, -0.6), (0.6, -0.8)]
        .iter()
        .map(|&(x, y)| {
            plane
                .at(here.z + radius * Vector::new(x, y))
                .map_or(f64::INFINITY, |there| (there.hessian - here.hessian).amax())
        })
        .fold(0.0, f64::max)
}
