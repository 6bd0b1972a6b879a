//! Integrals along a curve that is given by points. Between two points the curve is a Hermite cubic with the directions
//! of the flow.

use crate::landscape::Evaluator;
use crate::number::Vector;

/// Nodes and weights of the Gauss–Legendre rule with four points on [0, 1].
const NODES: [(f64, f64); 4] = [
    (0.069_431_844_202_973_71, 0.173_927_422_568_726_93),
    (0.330_009_478_207_571_87, 0.326_072_577_431_273_07),
    (0.669_990_521_792_428_1, 0.326_072_577_431_273_07),
    (0.930_568_155_797_026_3, 0.173_927_422_568_726_93),
];

/// A piece of a curve: p(t) for t from 0 to 1, with its derivatives there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece {
    ends: [Vector; 2],
    tangents: [Vector; 2],
}

impl Piece {
    /// p(t).
    pub fn at(&self, t: f64) -> Vector {
        let s = 1.0 - t;
        let [a, b] = self.ends;
        let [u, v] = self.tangents;
        s * s * (1.0 + 2.0 * t) * a + t * t * (3.0 - 2.0 * t) * b + t * s * (s * u - t * v)
    }

    fn derivative(&self, t: f64) -> Vector {
        let s = 1.0 - t;
        let [a, b] = self.ends;
        let [u, v] = self.tangents;
        6.0 * t * s * (b - a) + s * (1.0 - 3.0 * t) * u + t * (3.0 * t - 2.0) * v
    }
}

/// The pieces between the points of a curve along ±∇L.
pub(super) fn pieces(evaluator: &mut Evaluator, polyline: &[Vector]) -> Vec<Piece> {
    // At a critical point the direction is that of the chord.
    let direction = |gradient: Vector, chord: Vector| {
        let size = gradient.norm();
        let unit = gradient * (chord.dot(&gradient).signum() / size);
        let along = chord.normalize();
        // A direction far from that of the chord is a rounding error near a critical point.
        if unit.dot(&along) > 0.7 { unit } else { along }
    };
    let gradients: Vec<Vector> = polyline.iter().map(|w| evaluator.value_and_gradient(*w).1).collect();
    let mut found = Vec::new();
    for (points, gradients) in polyline.windows(2).zip(gradients.windows(2)) {
        let chord = points[1] - points[0];
        if chord.norm() == 0.0 {
            continue;
        }
        let units = [0, 1].map(|k| direction(gradients[k], chord));
        // The arc over a chord that turns by θ is longer by about θ²/24.
        let turn = (units[1] - units[0]).norm_squared();
        let length = chord.norm() * (1.0 + turn / 24.0);
        found.push(Piece { ends: [points[0], points[1]], tangents: units.map(|unit| length * unit) });
    }
    found
}

/// ∫ f(L) ds along the curve.
pub(super) fn integral(evaluator: &mut Evaluator, polyline: &[Vector], f: impl Fn(f64) -> f64) -> f64 {
    let pieces = pieces(evaluator, polyline);
    let mut sum = 0.0;
    for piece in &pieces {
        for (t, weight) in NODES {
            sum += weight * f(evaluator.value(piece.at(t))) * piece.derivative(t).norm();
        }
    }
    sum
}
