//! Lines along which L goes to +∞ on one side and to −∞ on the other, as 1/w1 does, recognised from the samples.
//!
//! Across such a line L jumps in the direction opposite to its trend on both sides, and on both sides its steps grow
//! towards the jump. A linear scale would cut off the few high and low values near a thin line, and then not show the
//! line.

use super::Grid;

/// How many rows, and how many columns, are examined.
const LOOKED_AT: usize = 40;
/// There is a line if at least this share of them cross it.
const CROSSED: f64 = 0.6;
/// The jump is at least this many times a usual step near it.
const JUMP: f64 = 5.0;
/// How far to both sides usual steps are measured.
const REACH: usize = 8;

/// Whether most rows, or most columns, of a grid cross such a line.
pub(super) fn has_pole_lines(grid: &Grid) -> bool {
    let (columns, rows) = (grid.columns, grid.rows);
    let row = |k: usize| (0..columns).map(|i| grid.values[k * columns + i]).collect::<Vec<f64>>();
    let column = |k: usize| (0..rows).map(|j| grid.values[j * columns + k]).collect::<Vec<f64>>();
    let most = |count: usize, line: &dyn Fn(usize) -> Vec<f64>| {
        let looked_at = count.min(LOOKED_AT);
        // At the midpoints of equal parts, because the middle line of an even grid may lie on a pole.
        let crossed = (0..looked_at).filter(|k| crosses_pole(&line((2 * k + 1) * count / (2 * looked_at)))).count();
        crossed as f64 >= CROSSED * looked_at as f64 && looked_at > 0
    };
    most(rows, &row) || most(columns, &column)
}

/// Whether values along a line jump from one infinity to the other.
fn crosses_pole(values: &[f64]) -> bool {
    // A node on the line itself has no value: without it the jump is between its neighbours.
    let values: Vec<f64> = values.iter().copied().filter(|value| value.is_finite()).collect();
    let steps: Vec<f64> = values.windows(2).map(|pair| 0.5 * pair[1] - 0.5 * pair[0]).collect();
    let is_jump = |at: usize| {
        let [before_last, before, jump, after, after_next] = [0, 1, 2, 3, 4].map(|k| steps[at + k - 2]);
        let opposes = |step: f64| step != 0.0 && step.signum() != jump.signum();
        let grows = before.abs() > before_last.abs() && after.abs() > after_next.abs();
        if !(opposes(before) && opposes(after) && grows && jump.abs() > before.abs().max(after.abs())) {
            return false;
        }
        let near = (at.saturating_sub(REACH)..(at + REACH + 1).min(steps.len())).filter(|k| k.abs_diff(at) > 2);
        let mut usual: Vec<f64> = near.map(|k| steps[k].abs()).collect();
        usual.sort_unstable_by(f64::total_cmp);
        usual.get(usual.len() / 2).is_some_and(|usual| *usual > 0.0 && jump.abs() >= JUMP * usual)
    };
    steps.len() > 2 * REACH && (2..steps.len() - 2).any(is_jump)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::disallowed_methods, reason = "what is compared here is not the last digit")]

    use super::*;
    use crate::landscape::View;

    fn seen(half: f64, nodes: usize, f: &dyn Fn(f64, f64) -> f64) -> bool {
        let at = |k: usize| 2.0 * half * k as f64 / (nodes - 1) as f64 - half;
        let values = (0..nodes * nodes).map(|k| f(at(k % nodes), at(k / nodes))).collect();
        let view = View { w1: [-half, half], w2: [-half, half] };
        has_pole_lines(&Grid { view, columns: nodes, rows: nodes, values })
    }

    #[test]
    fn lines_with_infinities_of_both_signs_are_seen() {
        for nodes in [97, 200, 512] {
            assert!(seen(20.0, nodes, &|x, y| x * y + 1.0 / x + 8.0 / y));
            assert!(seen(20.0, nodes, &|x, y| 0.07 * x * y + 10.0 / y + 30.0 / x));
            assert!(seen(2.0, nodes, &|x, y| x.tan() + y.tan()));
            assert!(seen(3.0, nodes, &|x, y| x * x + y * y + 1.0 / (y - 0.3)));
        }
    }

    #[test]
    fn other_functions_have_none() {
        for nodes in [97, 200, 512] {
            assert!(!seen(20.0, nodes, &|x, y| x * y));
            assert!(!seen(2.0, nodes, &|x, y| x.powi(5) - y.powi(5)));
            assert!(!seen(2.0, nodes, &|x, y| 1.0 / (x * x + y * y)));
            assert!(!seen(2.0, nodes, &|x, _| 1.0 / (x * x)));
            assert!(!seen(2.0, nodes, &|x, y| x.floor() + y.signum()));
            assert!(!seen(20.0, nodes, &|x, y| (30.0 * x).sin() * (30.0 * y).cos() + 0.1 * x));
            for half in [3.0, 20.0, 100.0] {
                assert!(!seen(half, nodes, &|x, y| x * (-x * x - y * y).exp()), "{half}");
            }
        }
    }
}
