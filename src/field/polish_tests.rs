//! Exact contours: on the level, for every landscape of the catalogue, along the same edges as those of the samples.

use super::*;
use crate::landscape::catalogue::{catalogue, find};
use crate::landscape::nodes;

fn sampled(name: &str, size: usize) -> (Loss, Grid, Vec<f64>) {
    let entry = find(name).expect("a landscape");
    let loss = entry.loss().expect("a formula");
    let grid = Grid { view: entry.view, columns: size, rows: size, values: loss.sample(&entry.view, size, size) };
    let finite = || grid.values.iter().copied().filter(|value| value.is_finite());
    let [low, high] = [finite().fold(f64::INFINITY, f64::min), finite().fold(f64::NEG_INFINITY, f64::max)];
    let levels = (1..=20).map(|k| low + (high - low) * f64::from(k) / 21.0).collect();
    (loss, grid, levels)
}

/// How far a point is from a level, to first order, in pixels of a grid of 1024 points.
fn distance(loss: &Loss, view: &View, w: Vector, level: f64) -> f64 {
    let jet = loss.jet(w);
    let step = jet.gradient * ((jet.value - level) / jet.gradient.norm_squared());
    1024.0 * step.component_div(&Vector::new(view.width(), view.height())).norm()
}

#[test]
fn vertices_of_peaks_are_within_a_thousandth_of_a_pixel() {
    let (loss, grid, levels) = sampled("peaks", 256);
    let lines = grid.exact_contours(&levels, &loss);
    let mut distances: Vec<f64> =
        lines.iter().flat_map(|line| line.points.iter().map(|w| distance(&loss, &grid.view, *w, line.level))).collect();
    distances.sort_by(f64::total_cmp);
    assert!(distances[distances.len() * 99 / 100] < 1e-3);
}

#[test]
fn chords_of_rastrigin_follow_the_level() {
    let (loss, grid, levels) = sampled("rastrigin", 256);
    let middles = |lines: &[ContourLine]| -> Vec<f64> {
        let mut distances: Vec<f64> = lines
            .iter()
            .flat_map(|line| line.points.windows(2).map(move |pair| (0.5 * (pair[0] + pair[1]), line.level)))
            .map(|(middle, level)| distance(&loss, &grid.view, middle, level))
            .collect();
        distances.sort_by(f64::total_cmp);
        distances
    };
    let share = |distances: &[f64]| distances[distances.len() * 99 / 100];
    let exact = share(&middles(&grid.exact_contours(&levels, &loss)));
    assert!(exact < 0.1 && share(&middles(&grid.contours(&levels))) > 2.0 * exact, "{exact} pixels");
}

#[test]
fn lines_of_the_catalogue_are_those_of_the_samples_moved_along_their_edges() {
    for entry in catalogue() {
        let (loss, grid, levels) = sampled(&entry.name, 96);
        // A slow, obvious reference: every value on its own.
        let [xs, ys] = [nodes(entry.view.w1, 96), nodes(entry.view.w2, 96)];
        let values =
            ys.iter().flat_map(|&y| xs.iter().map(move |&x| Vector::new(x, y))).map(|w| loss.value(w)).collect();
        let slow = Grid { values, ..grid.clone() };
        let (plain, exact) = (slow.contours(&levels), grid.exact_contours(&levels, &loss));
        assert_eq!(plain.len(), exact.len(), "{}", entry.name);
        let cell = Vector::new(entry.view.width(), entry.view.height()) / 95.0;
        for (plain, exact) in plain.iter().zip(&exact) {
            assert_eq!(plain.level, exact.level, "{}", entry.name);
            assert_eq!(plain.is_closed(), exact.is_closed(), "{}", entry.name);
            // Each vertex of the samples' line has one of the exact line within a cell.
            for w in &plain.points {
                let near = |other: &Vector| (other - w).component_div(&cell).amax() <= 1.0 + 1e-9;
                assert!(exact.points.iter().any(near), "{}: {w:?}", entry.name);
            }
            assert!(exact.points.iter().all(|w| entry.view.contains(*w)), "{}", entry.name);
        }
    }
}

/// Beside a pole L passes every level between −∞ and ∞, and has none of them: what is drawn is on its level, or is not
/// drawn.
#[test]
fn no_line_follows_a_pole() {
    let view = View::new(-2.0, 2.0, -2.0, 2.0).expect("a view");
    for formula in ["1/w1 + 1/w2 + w1*w2", "tan(w1) + tan(w2)", "w1*w2 + 1/w1 + 8/w2"] {
        let loss = Loss::new(formula, &Default::default()).expect("a formula");
        for size in [64, 97] {
            let grid = Grid { view, columns: size, rows: size, values: loss.sample(&view, size, size) };
            let lines = grid.exact_contours(&[-7.0, -1.0, 0.5, 5.0], &loss);
            assert!(lines.len() > 8, "{formula} has lines");
            for line in &lines {
                for w in &line.points {
                    let off = (loss.value(*w) - line.level).abs();
                    // Close to a pole L is steep; beside it, on the other side, it is far beyond these levels.
                    assert!(off < 2.0, "{formula}: at {w:?} L is {off} off {}", line.level);
                }
            }
        }
    }
}

/// A steep wall is none: its lines stay.
#[test]
fn a_steep_wall_has_its_lines() {
    let view = View::new(-2.0, 2.0, -2.0, 2.0).expect("a view");
    let loss = Loss::new("tanh(1e6*(w1 - 0.3)) + w2", &Default::default()).expect("a formula");
    let grid = Grid { view, columns: 64, rows: 64, values: loss.sample(&view, 64, 64) };
    let lines = grid.exact_contours(&[0.0], &loss);
    assert_eq!(lines.len(), 1);
    let along_wall = lines[0].points.iter().filter(|w| (w.x - 0.3).abs() < 1e-4).count();
    assert!(along_wall > 25, "{along_wall} vertices on the wall");
}
