//! Picking: the point of the surface at a pixel.

use super::projection::Projection;
use super::relief::Relief;
use crate::scene::within;

/// A ray within this distance of the surface, in pixels, counts as touching it.
const TOUCHING: f64 = 1e-2;

/// The point, in pixels of the map, where the ray from the eye through a pixel first meets the surface.
///
/// The ray is clipped to the box around the surface and followed from one line of the surface's grid to the next.
/// Between two lines both the ray and the surface are linear, so they meet where their difference changes its sign.
pub fn pick(relief: &Relief, projection: &Projection, pixel: [f64; 2]) -> Option<[f64; 2]> {
    let plot = relief.plot;
    let middle = [0.5 * (plot.min[0] + plot.max[0]), 0.5 * (plot.min[1] + plot.max[1])];
    let [[x, y, z], [dx, dy, dz]] = projection.ray(pixel);
    // In pixels of the map, with a height.
    let at = |t: f64| ([middle[0] + x + t * dx, middle[1] - y - t * dy], z + t * dz);
    let half = [0.5 * plot.width(), 0.5 * plot.height()];
    let bounds = [(x, dx, -half[0], half[0]), (y, dy, -half[1], half[1]), (z, dz, -1.0, relief.highest + 1.0)];
    let [far, near] = stretch(&bounds)?;
    let [columns, rows] = relief.nodes.map(|count| (count - 1) as f64);
    // Grid lines along both axes and the diagonals, in units of cells.
    let along = [
        (columns * (x + half[0]) / plot.width(), columns * dx / plot.width()),
        (rows * (y + half[1]) / plot.height(), rows * dy / plot.height()),
    ];
    let diagonal = (along[0].0 - along[1].0, along[0].1 - along[1].1);
    let mut crossings = vec![near, far];
    for (start, speed) in [along[0], along[1], diagonal] {
        crossings.extend(whole_numbers(start, speed, [far, near]));
    }
    crossings.sort_by(|a, b| b.total_cmp(a));
    let inside = |[x, y]: [f64; 2]| [within(x, plot.min[0], plot.max[0]), within(y, plot.min[1], plot.max[1])];
    let above = |t: f64| {
        let (place, height) = at(t);
        relief.drawn_height(inside(place)).map_or(f64::NAN, |ground| height - ground)
    };
    let mut before: Option<(f64, f64)> = None;
    let mut nearest: Option<(f64, f64)> = None;
    for t in crossings {
        let here = above(t);
        if let Some((from, there)) = before
            && (there == 0.0 || there * here <= 0.0)
        {
            let share = if there == here { 0.0 } else { there / (there - here) };
            let (place, _) = at(from + share * (t - from));
            if relief.is_defined(place) {
                return Some(inside(place));
            }
        }
        before = (!here.is_nan()).then_some((t, here));
        if nearest.is_none_or(|(_, distance)| here.abs() < distance) && relief.is_defined(at(t).0) {
            nearest = Some((t, here.abs()));
        }
    }
    // A ray that touches the surface, or its border, without passing through it.
    nearest.filter(|(_, distance)| *distance < TOUCHING).map(|(t, _)| inside(at(t).0))
}

/// Whether a point of the surface is hidden behind another part of it: whether the line from the point to the eye passes through the
/// surface. One that stays below it leaves at the side, and there the point is seen from below. What is nearer to the
/// point than a cell of the surface's grid hides nothing: a mark on the top of a hill is seen, though the top is between
/// two nodes.
pub fn is_hidden(relief: &Relief, projection: &Projection, point: [f64; 3]) -> bool {
    let plot = relief.plot;
    let half = [0.5 * plot.width(), 0.5 * plot.height()];
    let [start, way] = projection.ray(projection.spot(point).at);
    let bounds = [
        (start[0], way[0], -half[0], half[0]),
        (start[1], way[1], -half[1], half[1]),
        (start[2], way[2], -1.0, relief.highest + 1.0),
    ];
    let Some([far, near]) = stretch(&bounds) else { return false };
    let cells = relief.nodes.map(|count| (count - 1) as f64);
    let cell = [2.0 * half[0] / cells[0], 2.0 * half[1] / cells[1]];
    let from = far.max(projection.depth(point) + cell[0].max(cell[1]));
    let middle = [0.5 * (plot.min[0] + plot.max[0]), 0.5 * (plot.min[1] + plot.max[1])];
    let mut sides = [false; 2];
    let mut passes = |t: f64| {
        let [x, y, height] = [0, 1, 2].map(|axis: usize| start[axis] + t * way[axis]);
        let at = [within(middle[0] + x, plot.min[0], plot.max[0]), within(middle[1] - y, plot.min[1], plot.max[1])];
        if let Some(ground) = relief.drawn_height(at)
            && (ground - height).abs() > TOUCHING
            && relief.is_solid(at)
        {
            sides[usize::from(ground > height)] = true;
        }
        sides == [true; 2]
    };
    // Between two lines of the grid both are linear, but for the diagonals.
    let mut crosses = |axis: usize| {
        let (place, speed) = ((start[axis] + half[axis]) / cell[axis], way[axis] / cell[axis]);
        let [a, b] = [place + from * speed, place + near * speed];
        let (low, high) = (a.min(b).ceil(), a.max(b).floor());
        let count = if speed.abs() < 1e-12 { 0 } else { (high - low + 1.0).clamp(0.0, 100_000.0) as usize };
        (0..count).any(|k| passes((low + k as f64 - place) / speed))
    };
    from <= near && (crosses(0) || crosses(1) || passes(from) || passes(near))
}

/// The part of a ray within the bounds; each bound has the ray's start, its speed, and the least and greatest value.
fn stretch(bounds: &[(f64, f64, f64, f64); 3]) -> Option<[f64; 2]> {
    let (mut from, mut to) = (f64::NEG_INFINITY, f64::INFINITY);
    for &(start, speed, low, high) in bounds {
        // A ray that grazes a bound is within it.
        let slack = 1e-9 * (high - low).max(1.0);
        if speed.abs() < 1e-12 {
            if start < low - slack || start > high + slack {
                return None;
            }
            continue;
        }
        let [a, b] = [(low - slack - start) / speed, (high + slack - start) / speed];
        (from, to) = (from.max(a.min(b)), to.min(a.max(b)));
    }
    (from <= to && from.is_finite() && to.is_finite()).then_some([from, to])
}

/// The parameters at which a linear function takes integer values.
fn whole_numbers(start: f64, speed: f64, [from, to]: [f64; 2]) -> Vec<f64> {
    if speed.abs() < 1e-12 {
        return Vec::new();
    }
    let [a, b] = [start + from * speed, start + to * speed];
    let (low, high) = (a.min(b).ceil(), a.max(b).floor());
    let count = (high - low + 1.0).clamp(0.0, 100_000.0) as usize;
    (0..count).map(|k| (low + k as f64 - start) / speed).collect()
}
