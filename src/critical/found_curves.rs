//! The curves that a search has found: removing copies, and testing whether one meets the border of the view.

use super::CriticalCurve;
use crate::landscape::View;
use crate::number::Vector;

/// Keeps one of several copies of a curve. Curves are copies if they have the same ends and the middle of one lies on
/// the other, up to a thousandth of the view.
pub(super) fn drop_copies(view: &View, curves: &mut Vec<CriticalCurve>) {
    let near = 1e-3 * view.width().max(view.height());
    let mut kept: Vec<Vec<Vector>> = Vec::new();
    curves.retain(|curve| {
        let line = &curve.polyline;
        let (Some(first), Some(last)) = (line.first(), line.last()) else { return true };
        let middle = line[line.len() / 2];
        let is_copy = |known: &Vec<Vector>| {
            let same = |a: &Vector, b: &Vector| (a - b).amax() <= near;
            let (from, to) = (&known[0], &known[known.len() - 1]);
            let ends = (same(first, from) && same(last, to)) || (same(first, to) && same(last, from));
            let is_on = |pair: &[Vector]| (nearest_on_segment(middle, [pair[0], pair[1]]) - middle).norm() <= near;
            ends && known.windows(2).any(is_on)
        };
        let is_new = !kept.iter().any(is_copy);
        if is_new {
            kept.push(line.clone());
        }
        is_new
    });
}

/// Whether a curve has a vertex on the border of the view, up to a millionth of its size.
pub(super) fn meets_border(view: &View, polyline: &[Vector]) -> bool {
    let sides = [(view.w1, view.width()), (view.w2, view.height())];
    let is_at_border = |w: &Vector| {
        (0..2).any(|i| {
            let ([low, high], size) = sides[i];
            w[i] - low <= 1e-6 * size || high - w[i] <= 1e-6 * size
        })
    };
    polyline.iter().any(is_at_border)
}

/// The point of the segment between two points that is nearest to a third.
pub fn nearest_on_segment(w: Vector, [a, b]: [Vector; 2]) -> Vector {
    let along = b - a;
    let squared = along.norm_squared();
    let share = if squared > 0.0 { ((w - a).dot(&along) / squared).clamp(0.0, 1.0) } else { 0.0 };
    a + share * along
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::critical::Evidence;
    use crate::curvature::Kind;

    fn curve(points: &[[f64; 2]]) -> CriticalCurve {
        let polyline = points.iter().copied().map(Vector::from).collect();
        CriticalCurve { polyline, kind: Kind::Degenerate, evidence: Evidence::Candidate }
    }

    #[test]
    fn copies_are_dropped_and_other_curves_between_the_same_ends_stay() {
        let view = View { w1: [-2.0, 2.0], w2: [-2.0, 2.0] };
        let line = curve(&[[0.0, -2.0], [0.0, 0.5], [0.0, 2.0]]);
        let copy = curve(&[[0.0, 2.0], [0.0, 1.0], [0.0, -1.0], [0.0, -2.0]]);
        let bow = curve(&[[0.0, -2.0], [0.5, 0.0], [0.0, 2.0]]);
        let mut curves = vec![line, copy, bow];
        drop_copies(&view, &mut curves);
        assert_eq!(curves.len(), 2);
        assert!(meets_border(&view, &curves[0].polyline));
        assert!(!meets_border(&view, &[Vector::new(0.0, 1.9)]));
    }
}
