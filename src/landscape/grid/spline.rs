//! Cubic splines through values at ascending nodes.

/// The slopes at the nodes of the cubic spline through the values, whose third derivative is continuous at the second
/// node and the one before the last, too ("not a knot"): a cubic polynomial is its own spline. There must be at least
/// four nodes.
pub fn slopes(nodes: &[f64], values: &[f64]) -> Vec<f64> {
    let n = nodes.len();
    let step = |k: usize| nodes[k + 1] - nodes[k];
    let secant = |k: usize| (values[k + 1] - values[k]) / step(k);
    let (mut below, mut diagonal, mut above, mut right) = (vec![0.0; n], vec![0.0; n], vec![0.0; n], vec![0.0; n]);
    // C. de Boor, A practical guide to splines, 1978, chapter IV.
    let (h0, h1) = (step(0), step(1));
    diagonal[0] = h1;
    above[0] = h0 + h1;
    right[0] = ((h0 + 2.0 * (h0 + h1)) * h1 * secant(0) + h0 * h0 * secant(1)) / (h0 + h1);
    for k in 1..n - 1 {
        below[k] = step(k);
        diagonal[k] = 2.0 * (step(k - 1) + step(k));
        above[k] = step(k - 1);
        right[k] = 3.0 * (step(k) * secant(k - 1) + step(k - 1) * secant(k));
    }
    let (ha, hb) = (step(n - 3), step(n - 2));
    below[n - 1] = ha + hb;
    diagonal[n - 1] = ha;
    right[n - 1] = (hb * hb * secant(n - 3) + (2.0 * (ha + hb) + hb) * ha * secant(n - 2)) / (ha + hb);
    // Elimination without pivots, and back.
    for k in 1..n {
        let factor = below[k] / diagonal[k - 1];
        diagonal[k] -= factor * above[k - 1];
        right[k] -= factor * right[k - 1];
    }
    let mut slopes = vec![0.0; n];
    slopes[n - 1] = right[n - 1] / diagonal[n - 1];
    for k in (0..n - 1).rev() {
        slopes[k] = (right[k] - above[k] * slopes[k + 1]) / diagonal[k];
    }
    slopes
}

/// The Hermite basis at x between two nodes: for the function and its first two derivatives, and for each node, the
/// factors of the value and of the slope.
pub fn basis([from, to]: [f64; 2], x: f64) -> [[[f64; 2]; 2]; 3] {
    let h = to - from;
    let t = (x - from) / h;
    let u = 1.0 - t;
    [
        [[u * u * (1.0 + 2.0 * t), h * t * u * u], [t * t * (3.0 - 2.0 * t), -h * t * t * u]],
        [[-6.0 * t * u / h, u * (1.0 - 3.0 * t)], [6.0 * t * u / h, t * (3.0 * t - 2.0)]],
        [[(12.0 * t - 6.0) / (h * h), (6.0 * t - 4.0) / h], [(6.0 - 12.0 * t) / (h * h), (6.0 * t - 2.0) / h]],
    ]
}
