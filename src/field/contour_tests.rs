//! Contours of functions whose level sets are known, and a slow, obvious reference on random grids.

use super::*;
use crate::landscape::catalogue::catalogue;
use crate::landscape::nodes;
use proptest::prelude::*;

/// A grid of f on [−2, 2]² with n × m nodes.
fn sampled(n: usize, m: usize, f: impl Fn(f64, f64) -> f64) -> (Vec<f64>, Vec<f64>, Vec<f64>) {
    let axis = |n: usize| (0..n).map(|i| -2.0 + 4.0 * i as f64 / (n - 1) as f64).collect::<Vec<f64>>();
    let (columns, rows) = (axis(n), axis(m));
    let values = rows.iter().flat_map(|&y| columns.iter().map(move |&x| (x, y))).map(|(x, y)| f(x, y)).collect();
    (columns, rows, values)
}

fn lines_of((columns, rows, values): &(Vec<f64>, Vec<f64>, Vec<f64>), levels: &[f64]) -> Vec<ContourLine> {
    contour_lines(Samples { columns, rows, values }, levels)
}

#[test]
fn a_linear_function_has_straight_lines_at_the_exact_place() {
    let grid = sampled(33, 17, |x, y| 3.0 * x - 2.0 * y + 0.25);
    let levels = [-7.0, -1.3, 0.0, 0.25, 2.0, 9.0];
    let lines = lines_of(&grid, &levels);
    assert_eq!(lines.iter().map(|line| line.level).collect::<Vec<f64>>(), levels);
    for line in &lines {
        assert!(!line.is_closed());
        for w in &line.points {
            assert!((3.0 * w.x - 2.0 * w.y + 0.25 - line.level).abs() < 1e-14, "{w:?} is not at {}", line.level);
        }
        let on_border = |w: &Vector| w.x.abs() == 2.0 || w.y.abs() == 2.0;
        assert!(on_border(&line.points[0]) && on_border(&line.points[line.points.len() - 1]));
    }
}

#[test]
fn higher_ground_lies_on_the_left() {
    for line in lines_of(&sampled(20, 20, |x, y| x + 0.5 * y), &[-1.0, 0.3]) {
        for pair in line.points.windows(2) {
            let along = pair[1] - pair[0];
            assert!(Vector::new(-along.y, along.x).dot(&Vector::new(1.0, 0.5)) > 0.0);
        }
    }
}

#[test]
fn contours_of_a_bowl_are_circles_to_second_order() {
    for n in [16, 65, 256] {
        let levels = [0.25, 1.0, 2.25, 3.9];
        let lines = lines_of(&sampled(n, n, |x, y| x * x + y * y), &levels);
        assert_eq!(lines.len(), levels.len());
        let h = 4.0 / (n - 1) as f64;
        for line in &lines {
            assert!(line.is_closed());
            for w in &line.points {
                // Linear interpolation of a function with second derivative 2 is off by at most 2h²/8.
                assert!((w.norm_squared() - line.level).abs() <= 0.25 * h * h + 1e-14);
            }
        }
    }
}

#[test]
fn a_level_outside_the_border_s_values_closes_or_leaves() {
    // On [−2, 2]² the circle of radius √6 is cut by the border into four arcs; that of radius √9 is outside.
    let lines = lines_of(&sampled(101, 101, |x, y| x * x + y * y), &[6.0, 9.0]);
    assert_eq!(lines.len(), 4);
    assert!(lines.iter().all(|line| !line.is_closed()));
}

#[test]
fn the_saddle_cell_is_decided_by_the_bilinear_saddle() {
    // The bilinear interpolant of ((1, 0), (0, 1)) has its saddle at ½: at 0.4 the high corners are joined, at 0.6 not.
    let axis = vec![0.0, 1.0];
    let grid = (axis.clone(), axis, vec![1.0, 0.0, 0.0, 1.0]);
    for (level, low_corner_is_cut_off) in [(0.4, true), (0.6, false)] {
        let lines = lines_of(&grid, &[level]);
        assert_eq!(lines.len(), 2);
        for line in &lines {
            let middle = 0.5 * (line.points[0] + line.points[1]);
            // (1, 0) and (0, 1) are the low corners.
            assert_eq!((middle.x > 0.5) != (middle.y > 0.5), low_corner_is_cut_off);
        }
    }
}

#[test]
fn a_peak_in_a_hole_is_left_out_and_lines_end_there() {
    let mut grid = sampled(21, 21, |x, y| x + y);
    let undefined = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY];
    for (k, node) in [10 * 21 + 10, 5 * 21 + 15, 15 * 21 + 5].into_iter().enumerate() {
        grid.2[node] = undefined[k];
    }
    let lines = lines_of(&grid, &[0.1]);
    assert_eq!(lines.len(), 4, "three holes cut the line into four");
    for line in &lines {
        assert!(line.points.iter().all(|w| (w.x + w.y - 0.1).abs() < 1e-14));
    }
}

#[test]
fn a_level_equal_to_samples_makes_no_crumbs() {
    // The level passes exactly through every node of the diagonal, and touches the bowl's lowest node.
    let lines = lines_of(&sampled(9, 9, |x, y| x - y), &[0.0]);
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0].points.len(), 9);
    assert_eq!(lines_of(&sampled(9, 9, |x, y| -x * x - y * y), &[0.0]).len(), 0);
    assert_eq!(lines_of(&sampled(9, 9, |_, _| 1.0), &[1.0]).len(), 0);
}

#[test]
fn extreme_values_and_small_grids() {
    let huge = sampled(5, 5, |x, y| if x + y > 0.1 { f64::MAX } else { f64::MIN });
    for line in lines_of(&huge, &[-1e308, 0.0, 1e308]) {
        assert!(line.points.iter().all(|w| w.x.abs() <= 2.0 && w.y.abs() <= 2.0));
    }
    let lines = lines_of(&sampled(2, 2, |x, _| x), &[0.0]);
    assert_eq!(lines, [ContourLine { level: 0.0, points: vec![Vector::new(0.0, 2.0), Vector::new(0.0, -2.0)] }]);
    assert!(lines_of(&sampled(3, 3, |_, _| f64::NAN), &[0.0, 1.0]).is_empty());
    assert!(lines_of(&(vec![0.0], vec![0.0, 1.0], vec![0.0, 1.0]), &[0.5]).is_empty());
    assert!(lines_of(&(vec![], vec![], vec![]), &[0.5]).is_empty());
    let tiny = sampled(4, 4, |x, _| if x > 0.0 { 5e-324 } else { 0.0 });
    assert!(lines_of(&tiny, &[5e-324])[0].points.iter().all(|w| w.x.abs() <= 2.0));
}

#[test]
fn more_levels_than_fit_in_one_pass() {
    let levels: Vec<f64> = (0..600).map(|k| -1.9 + 3.8 * f64::from(k) / 599.0).collect();
    let lines = lines_of(&sampled(33, 33, |x, _| x), &levels);
    assert_eq!(lines.iter().map(|line| line.level).collect::<Vec<f64>>(), levels);
}

/// The segments of marching squares, cell by cell and level by level, straight from the definition: an edge is
/// crossed when one end is at or above the level and the other is not; two crossings are joined; of four, those
/// around the corners that the bilinear saddle cuts off.
fn reference((columns, rows, values): &(Vec<f64>, Vec<f64>, Vec<f64>), levels: &[f64]) -> Vec<[Vector; 2]> {
    let mut segments = Vec::new();
    for &level in levels {
        for j in 0..rows.len() - 1 {
            for i in 0..columns.len() - 1 {
                let corner = |di: usize, dj: usize| {
                    (Vector::new(columns[i + di], rows[j + dj]), values[(j + dj) * columns.len() + i + di])
                };
                let around = [corner(0, 0), corner(1, 0), corner(1, 1), corner(0, 1)];
                if around.iter().any(|(_, value)| !value.is_finite()) {
                    continue;
                }
                let crossing = |k: usize| {
                    let ((p, a), (q, b)) = (around[k], around[(k + 1) % 4]);
                    ((a >= level) != (b >= level)).then(|| p + (q - p) * ((level - a) / (b - a)))
                };
                let crossings: Vec<Vector> = (0..4).filter_map(crossing).collect();
                match crossings[..] {
                    [p, q] => segments.push([p, q]),
                    [south, east, north, west] => {
                        let [a, b, c, d] = around.map(|(_, value)| value);
                        let saddle_is_above = (a * c - b * d) / (a + c - b - d) >= level;
                        // Around the corners 1 and 3 when they lie on the other side than the saddle.
                        if saddle_is_above != (b >= level) {
                            segments.extend([[south, east], [north, west]]);
                        } else {
                            segments.extend([[west, south], [east, north]]);
                        }
                    }
                    _ => {}
                }
            }
        }
    }
    segments
}

/// The joined lines consist of the reference's segments, each used once (segments of no length aside). Says where not.
fn difference_from_the_reference(grid: &(Vec<f64>, Vec<f64>, Vec<f64>), levels: &[f64]) -> Option<String> {
    let scale = grid.0.iter().chain(&grid.1).fold(0.0, |most: f64, w| most.max(w.abs()));
    let is_long = |segment: &[Vector; 2]| (segment[1] - segment[0]).norm() > 1e-9 * scale;
    let is_near = |p: Vector, q: Vector| (p - q).norm() < 1e-12 * scale;
    let mut expected = reference(grid, levels);
    expected.retain(is_long);
    let lines = lines_of(grid, levels);
    for segment in lines.iter().flat_map(|line| line.points.windows(2)).map(|pair| [pair[0], pair[1]]) {
        let is_same = |other: &[Vector; 2]| {
            is_near(other[0], segment[0]) && is_near(other[1], segment[1])
                || is_near(other[0], segment[1]) && is_near(other[1], segment[0])
        };
        match expected.iter().position(is_same) {
            // In the order of the levels: what comes next is among the first.
            Some(index) => drop(expected.remove(index)),
            None if is_long(&segment) => return Some(format!("the reference lacks {segment:?}")),
            None => {}
        }
    }
    (!expected.is_empty()).then(|| format!("only the reference has {expected:?}"))
}

#[test]
fn lines_of_the_catalogue_are_the_reference_s_segments() {
    for entry in catalogue() {
        let loss = entry.loss().expect("the catalogue's formulas parse");
        // Every value on its own, on a grid that is not square.
        let (columns, rows) = (nodes(entry.view.w1, 61), nodes(entry.view.w2, 47));
        let points = rows.iter().flat_map(|&y| columns.iter().map(move |&x| Vector::new(x, y)));
        let values: Vec<f64> = points.map(|w| loss.value(w)).collect();
        let finite = || values.iter().copied().filter(|value| value.is_finite());
        let [low, high] = [finite().fold(f64::INFINITY, f64::min), finite().fold(f64::NEG_INFINITY, f64::max)];
        // Evenly spaced, and crowded towards the least value.
        let even = (1..=12).map(|k| low + (high - low) * f64::from(k) / 13.0);
        let crowded = (1..=12).map(|k| low + (high - low) * (f64::from(k) / 13.0).powi(4));
        let mut levels: Vec<f64> = even.chain(crowded).collect();
        levels.sort_by(f64::total_cmp);
        assert_eq!(difference_from_the_reference(&(columns, rows, values), &levels), None, "{}", entry.name);
    }
}

fn awkward_value() -> impl Strategy<Value = f64> {
    prop_oneof![
        6 => -2.0..2.0f64,
        4 => (-4..=4i32).prop_map(|k| 0.5 * f64::from(k)),
        1 => Just(f64::NAN),
        1 => prop_oneof![Just(f64::INFINITY), Just(f64::NEG_INFINITY)],
    ]
}

fn random_grid() -> impl Strategy<Value = (Vec<f64>, Vec<f64>, Vec<f64>)> {
    (2..24usize, 2..9usize).prop_flat_map(|(n, m)| {
        let values = prop::collection::vec(awkward_value(), n * m);
        values.prop_map(move |values| {
            let (columns, rows, _) = sampled(n, m, |_, _| 0.0);
            (columns, rows, values)
        })
    })
}

proptest! {
    #[test]
    fn lines_are_the_reference_s_segments(grid in random_grid(), uneven in prop::collection::vec(-2.0..2.0f64, 0..6)) {
        let mut levels = [&[-1.0, 0.0, 0.25, 1.5][..], &uneven].concat();
        levels.sort_by(f64::total_cmp);
        prop_assert_eq!(difference_from_the_reference(&grid, &levels), None);
    }

    /// Each vertex lies on a grid edge, between two samples of which one reaches the level and the other does not.
    #[test]
    fn vertices_lie_between_their_samples(grid in random_grid(), level in -2.0..2.0f64) {
        let (columns, rows, values) = &grid;
        let h = [4.0 / (columns.len() - 1) as f64, 4.0 / (rows.len() - 1) as f64];
        for w in lines_of(&grid, &[level]).iter().flat_map(|line| &line.points) {
            let place = [(w.x + 2.0) / h[0], (w.y + 2.0) / h[1]];
            let [i, j] = place.map(|p| [(p - 1e-9).ceil() as usize, (p + 1e-9).floor() as usize]);
            let low = |k: [usize; 2]| k[0].min(k[1]);
            let high = |k: [usize; 2]| k[0].max(k[1]);
            let at = |i: usize, j: usize| values[j * columns.len() + i];
            prop_assert!(i[0] == i[1] || j[0] == j[1], "{w:?} is on no edge");
            let ends = [at(low(i), low(j)), at(high(i), high(j))];
            prop_assert!(ends.iter().any(|end| *end >= level - 1e-9) && ends.iter().any(|end| *end <= level + 1e-9));
        }
    }

    /// A line is closed, or begins and ends at the border or at a cell that has no lines.
    #[test]
    fn lines_without_holes_end_at_the_border(values in prop::collection::vec(-2.0..2.0f64, 12 * 10), level in -1.5..1.5f64) {
        let (columns, rows, _) = sampled(12, 10, |_, _| 0.0);
        for line in lines_of(&(columns, rows, values), &[level]) {
            let on_border = |w: &Vector| w.x.abs() == 2.0 || w.y.abs() == 2.0;
            let ends = [line.points[0], line.points[line.points.len() - 1]];
            prop_assert!(line.is_closed() || ends.iter().all(on_border));
        }
    }
}
