//! The polynomial through given points, evaluated at another place (Neville's scheme; J. Stoer and R. Bulirsch,
//! Introduction to Numerical Analysis, §2.1.2).

/// The value at x of the polynomial through the points (x, y); NaN if there are no points, or if two have the same x.
pub(super) fn neville(points: &[(f64, f64)], x: f64) -> f64 {
    let mut values: Vec<f64> = points.iter().map(|point| point.1).collect();
    for order in 1..points.len() {
        for k in 0..points.len() - order {
            let (a, b) = (points[k].0, points[k + order].0);
            values[k] = ((x - b) * values[k] - (x - a) * values[k + 1]) / (a - b);
        }
    }
    values.first().copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn polynomials_are_reproduced() {
        let cubic = |x: f64| 2.0 * x * x * x - x + 5.0;
        let points: Vec<(f64, f64)> = [-1.0, 0.5, 2.0, 3.0].map(|x| (x, cubic(x))).to_vec();
        assert!((neville(&points, 7.0) - cubic(7.0)).abs() < 1e-10);
        assert!(neville(&[], 1.0).is_nan());
    }
}
