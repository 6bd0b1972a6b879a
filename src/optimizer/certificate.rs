//! Simple critical points near a place, proved by interval arithmetic.
//!
//! With g and H the gradient and the Hessian, p a point and Y ≈ H(p)⁻¹, every critical point of a box X around p lies
//! in K(X) = p − Y·g(p) + (I − Y·H(X))·(X − p), and if K(X) lies in the interior of X, there is exactly one (R.
//! Krawczyk, Newton-Algorithmen zur Bestimmung von Nullstellen mit Fehlerschranken, 1969). The signs of the eigenvalues
//! of all symmetric matrices in H(X) then give its kind.
//!
//! On a convex box X for which every matrix in H(X) is regular, ∇L is injective: for two points of the box ∇L(a) −
//! ∇L(b) = A(a − b), where each row of A lies in the same row of H(X). So a critical point of the box is the only one
//! in it.

use crate::curvature::{Kind, solve};
use crate::formula::JetOf;
use crate::landscape::Loss;
use crate::number::{Eigenpairs, Interval, Matrix, Number, Vector, eigenpairs};

/// A critical point that provably exists, alone in a small box around `w`, with both eigenvalues different from 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Certificate {
    /// The middle of the box: the point up to rounding.
    pub w: Vector,
    /// The largest distance from `w` along each axis.
    pub radius: Vector,
    /// Its kind, proved.
    pub kind: Kind,
    /// The Hessian's eigenpairs at `w`.
    pub eigen: Eigenpairs,
}

/// The most steps of Newton's method from the place to the point.
const MOST_STEPS: usize = 50;
/// How many larger boxes are tried until the proof succeeds.
const MOST_BOXES: usize = 6;

type Box2 = [Interval; 2];

impl Certificate {
    /// The critical point to which Newton's method leads from w; `None` if it does not converge, or if no critical
    /// point can be proved.
    pub fn near(loss: &Loss, w: Vector) -> Option<Certificate> {
        Certificate::around(loss, polished(loss, w)?)
    }

    /// The critical point at p, where p is critical up to rounding; `None` if none can be proved.
    pub fn around(loss: &Loss, p: Vector) -> Option<Certificate> {
        let hessian = loss.jet(p).hessian;
        let eigen = eigenpairs(&hessian)?;
        let inverse = [Vector::x(), Vector::y()].map(|unit| solve(&hessian, unit));
        let [Some(first), Some(second)] = inverse else { return None };
        let inverse = Matrix::from_columns(&[first, second]);
        let slope = smooth_jet(loss, &[Interval::point(p.x), Interval::point(p.y)])?.gradient;
        let shift = times(&inverse, &slope);
        let mut radius =
            Vector::from([0, 1].map(|i: usize| 2.0 * magnitude(shift[i]) + 4.0 * unit_in_last_place(p[i])));
        for _ in 0..MOST_BOXES {
            let jet = smooth_jet(loss, &square(p, radius))?;
            if let Some(kind) = kind_of(&jet.hessian)
                && is_proved(&inverse, &shift, &jet.hessian, radius)
            {
                return Some(Certificate { w: p, radius, kind, eigen });
            }
            radius *= 4.0;
        }
        None
    }

    /// Whether the point is provably the only critical point in the square around it that reaches to `w`, enlarged by
    /// half.
    pub fn is_alone_up_to(&self, loss: &Loss, w: Vector) -> bool {
        let reach = 1.5 * ((w - self.w).amax() + self.radius.amax());
        smooth_jet(loss, &square(self.w, Vector::repeat(reach))).is_some_and(|jet| kind_of(&jet.hessian).is_some())
    }

    /// Whether gradient descent with this rate provably goes from `w` to the point, which is then a minimum.
    ///
    /// For points a, b of a convex set ∇L(a) − ∇L(b) = A(a − b) with a symmetric A of the interval matrix H(X). If all
    /// these A and all 2/η·I − A are positive definite, a ↦ a − η∇L(a) shortens every distance. It then maps the disc
    /// around the point with `w` on its border, which lies in X, into smaller and smaller discs.
    pub fn draws_gradient_descent(&self, loss: &Loss, w: Vector, rate: f64) -> bool {
        let reach = ((w - self.w).norm() + self.radius.norm()) * (1.0 + 1e-9);
        let Some(jet) = smooth_jet(loss, &square(self.w, Vector::repeat(reach))) else { return false };
        let [a, b, d] = jet.hessian;
        let limit = Interval::point(2.0).div(Interval::point(rate));
        let rest = [limit.sub(a), b.neg(), limit.sub(d)];
        [jet.hessian, rest].iter().all(|matrix| kind_of(matrix) == Some(Kind::Minimum))
    }
}

/// The limit of Newton's method; `None` if it does not converge.
fn polished(loss: &Loss, w: Vector) -> Option<Vector> {
    let mut p = w;
    let mut last = f64::INFINITY;
    for round in 0..MOST_STEPS {
        let jet = loss.jet(p);
        let step = solve(&jet.hessian, jet.gradient)?;
        let length = step.amax();
        // From here on only rounding errors are left. The first steps may grow in a curved valley. The proof decides
        // whether there is a critical point.
        if length == 0.0 || (round > 3 && length >= 0.5 * last) {
            return Some(p);
        }
        last = length;
        p -= step;
        if !(p.x.is_finite() && p.y.is_finite()) {
            return None;
        }
    }
    None
}

/// Enclosures of L, ∇L and H over a box; `None` if L is not twice differentiable everywhere in it, or if numbers
/// overflow.
fn smooth_jet(loss: &Loss, cell: &Box2) -> Option<JetOf<Interval>> {
    let jet = loss.enclosures()?.jet_of(*cell);
    let is_whole = |x: &Interval| !x.partial && x.lo.is_finite() && x.hi.is_finite();
    let all = std::iter::once(&jet.value).chain(&jet.gradient).chain(&jet.hessian);
    all.into_iter().all(is_whole).then_some(jet)
}

/// The kind of a critical point whose Hessian is one of these symmetric matrices; `None` if the kinds differ or a
/// matrix is singular.
fn kind_of(&[a, b, d]: &[Interval; 3]) -> Option<Kind> {
    let determinant = a.mul(d).sub(b.powi(2));
    match () {
        () if determinant.hi < 0.0 => Some(Kind::Saddle),
        () if determinant.lo > 0.0 && a.lo > 0.0 => Some(Kind::Minimum),
        () if determinant.lo > 0.0 && a.hi < 0.0 => Some(Kind::Maximum),
        () => None,
    }
}

/// Whether K(X) − p = −Y·g(p) + (I − Y·H(X))·(X − p) lies in the interior of X − p.
fn is_proved(inverse: &Matrix, shift: &Box2, &[a, b, d]: &[Interval; 3], radius: Vector) -> bool {
    let columns = [times(inverse, &[a, b]), times(inverse, &[b, d])];
    (0..2).all(|i| {
        let along = |j: usize| {
            let one = Interval::point(if i == j { 1.0 } else { 0.0 });
            one.sub(columns[j][i]).mul(Interval::new(-radius[j], radius[j]))
        };
        let image = along(0).add(along(1)).sub(shift[i]);
        -radius[i] < image.lo && image.hi < radius[i]
    })
}

fn times(matrix: &Matrix, vector: &Box2) -> Box2 {
    let entry = |i: usize, j: usize| Interval::point(matrix[(i, j)]).mul(vector[j]);
    [0, 1].map(|i| entry(i, 0).add(entry(i, 1)))
}

/// The box of all points that are at most this far from the middle along each axis, or a little more by rounding.
fn square(middle: Vector, reach: Vector) -> Box2 {
    [0, 1].map(|i| Interval::new((middle[i] - reach[i]).next_down(), (middle[i] + reach[i]).next_up()))
}

fn magnitude(x: Interval) -> f64 {
    x.lo.abs().max(x.hi.abs())
}

fn unit_in_last_place(x: f64) -> f64 {
    (x.abs().next_up() - x.abs()).max(f64::MIN_POSITIVE)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    fn loss(formula: &str) -> Loss {
        Loss::new(formula, &BTreeMap::new()).unwrap()
    }

    fn near(formula: &str, w: [f64; 2]) -> Option<Certificate> {
        Certificate::near(&loss(formula), Vector::from(w))
    }

    #[test]
    fn simple_points_are_proved() {
        for (formula, w, p, kind) in [
            ("w1^2 - w2^2", [0.3, -0.2], [0.0, 0.0], Kind::Saddle),
            ("(w1-1)^2 + 3*(w2+2)^2", [0.0, 0.0], [1.0, -2.0], Kind::Minimum),
            ("cos(w1) + cos(w2)", [0.1, -0.1], [0.0, 0.0], Kind::Maximum),
            // ∇(1 − cos w₁ + w₂²) vanishes at the origin, however small the factor.
            ("1e-9*(1-cos(w1)) + w2^2", [0.3, 0.0], [0.0, 0.0], Kind::Minimum),
            ("(1e6*(w1+w2)-1)^2 + (w1-w2)^2", [0.0, 0.0], [5e-7, 5e-7], Kind::Minimum),
        ] {
            let found = near(formula, w).unwrap();
            assert_eq!(found.kind, kind, "{formula}");
            for i in 0..2 {
                assert!((found.w[i] - p[i]).abs() <= found.radius[i], "{formula}: {} is not {p:?}", found.w);
            }
        }
    }

    /// Degenerate points, kinks, tails in which numbers underflow, and slopes are not simple critical points.
    #[test]
    fn what_is_none_is_not_proved() {
        for (formula, w) in [
            ("w1^4 + w2^4", [0.1, 0.1]),
            ("w1^3 - w2^2", [0.1, 0.0]),
            ("w1^3/3 + 1e-9*w1 + w2^2", [1e-5, 0.0]),
            ("1-exp(-w1^2-w2^2)", [-60.0, -60.0]),
            ("abs(w1) + w2^2", [0.0, 0.0]),
            ("w1 + w2^2", [0.0, 0.0]),
            ("exp(-w1) + w2^2", [700.0, 0.0]),
            ("1e16 + w1 + w2", [0.0, 0.0]),
        ] {
            assert_eq!(near(formula, w), None, "{formula}");
        }
    }

    #[test]
    fn neighbours_end_the_box_of_uniqueness() {
        // Critical points at w₁ = 0 and 0.01.
        let pair = loss("w1^3/3 - 0.005*w1^2 + w2^2");
        let minimum = Certificate::near(&pair, Vector::new(0.011, 0.0)).unwrap();
        assert_eq!(minimum.kind, Kind::Minimum);
        assert!(minimum.is_alone_up_to(&pair, Vector::new(0.012, 0.0)));
        // The square of half the side 1.5·0.004 passes 0.005, where ∂₁₁L = 0.
        assert!(!minimum.is_alone_up_to(&pair, Vector::new(0.014, 0.0)));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// Gradient descent from points where the theorem applies converges to the critical point, on quadratics with a
        /// cubic and a quartic term.
        #[test]
        fn gradient_descent_is_drawn(
            a in 0.2..4.0f64, d in 0.2..4.0f64, coupling in -0.9..0.9f64, cubic in -0.5..0.5f64,
            rate in 0.05..1.5f64, start in prop::array::uniform2(-0.5..0.5f64),
        ) {
            let b = coupling * (a * d).sqrt();
            let loss = loss(&format!("({a}*w1^2 + 2*({b})*w1*w2 + {d}*w2^2)/2 + ({cubic})*w1^3 + w2^4/9"));
            let origin = Certificate::around(&loss, Vector::zeros()).unwrap();
            let mut w = Vector::from(start);
            if origin.draws_gradient_descent(&loss, w, rate) {
                for _ in 0..100_000 {
                    let next = w - rate * loss.value_and_gradient(w).1;
                    prop_assert!(next.norm() <= w.norm() * (1.0 + 1e-12));
                    w = next;
                }
                prop_assert!(w.norm() < 1e-9, "{w}");
            }
        }
    }
}
