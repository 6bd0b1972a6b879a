//! Marks of the map, lifted onto the surface or laid on the floor below it, without hidden parts.
//!
//! A line follows the surface. A mark about a point is upright at the point or lies in the tangent plane ([`Lies`]),
//! and is visible if its point is. Layers do not depend on any of this.

use super::super::{Lies, Primitive, Stroke};
use super::mesh::Mesh;
use super::projection::{Projection, Spot};
use super::relief::Relief;
use crate::scene::clip::distance;

/// How finely lines are followed.
#[derive(Debug)]
pub struct Fineness {
    /// Lines are followed in steps of so many pixels.
    step: f64,
    /// Points of a line on the map are left out if they are nearer than this to the point before.
    skipped: f64,
    /// Vertices nearer than this on the screen are merged.
    merged: f64,
    /// How far behind the surface a mark on it may be, in pixels, because the depth of the surface is known only at pixels.
    margin: f64,
}

/// For a picture that stays.
pub const STILL: Fineness = Fineness { step: 3.0, skipped: 0.0, merged: 0.5, margin: 1.5 };
/// For one frame while the camera moves.
pub const MOVING: Fineness = Fineness { step: 6.0, skipped: 2.5, merged: 1.5, margin: 4.0 };

/// A polygon of up to this size is treated as a mark at its midpoint.
const MARK: f64 = 90.0;
/// The greatest slope of the tangent plane of a mark; a steeper plane is replaced by one with this slope.
const STEEPEST: f64 = 2.0;

/// The level on which marks are placed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Level {
    /// On the surface; what is hidden is left out.
    Surface,
    /// Like the surface, including the edges of holes.
    Edges,
    /// On the floor at a height.
    Floor(f64),
    /// On the floor, but only where the surface has a hole.
    Holes(f64),
}

/// The data for lifting marks.
pub struct Lift<'a> {
    /// The surface.
    pub relief: &'a Relief,
    /// How it is seen.
    pub projection: &'a Projection,
    /// The depths that hide marks; `None` hides nothing.
    pub mesh: Option<&'a Mesh>,
    /// The level on which marks are placed.
    pub level: Level,
    /// How finely lines are followed.
    pub fineness: &'static Fineness,
}

impl Lift<'_> {
    /// The point of space over a pixel of the map; `None` if there is none.
    pub fn space(&self, pixel: [f64; 2]) -> Option<[f64; 3]> {
        let height = match self.level {
            Level::Surface => self.relief.height(pixel)?,
            Level::Edges => self.relief.drawn_height(pixel).filter(|height| !height.is_nan())?,
            Level::Floor(height) => height,
            Level::Holes(height) => {
                if self.relief.is_defined(pixel) {
                    return None;
                }
                height
            }
        };
        Some(at_height(self.relief, pixel, height))
    }

    /// The screen position of a point of a line on the surface; `None` if it is hidden, or if there is none.
    fn seen(&self, pixel: [f64; 2]) -> Option<[f64; 2]> {
        let spot = self.projection.spot(self.space(pixel)?);
        self.is_seen(&spot).then_some(spot.at)
    }

    /// The screen position of a mark about a point on the surface; `None` if it is hidden, or if there is none.
    fn seen_mark(&self, pixel: [f64; 2]) -> Option<[f64; 2]> {
        let spot = self.projection.spot(self.space(pixel)?);
        self.mesh.is_none_or(|mesh| mesh.shows_mark(spot.at, spot.nearness, self.fineness.margin)).then_some(spot.at)
    }

    fn is_seen(&self, spot: &Spot) -> bool {
        self.mesh.is_none_or(|mesh| mesh.shows_line(spot.at, spot.nearness, self.fineness.margin))
    }

    /// The parts of a line that are seen.
    pub fn line(&self, points: &[[f64; 2]]) -> Vec<Vec<[f64; 2]>> {
        let mut pieces = self.pieces();
        let mut before: Option<[f64; 2]> = None;
        for (index, point) in points.iter().enumerate() {
            if let Some(from) = before {
                if index + 1 < points.len() && distance(from, *point) < self.fineness.skipped {
                    continue;
                }
                let steps = match self.level {
                    Level::Floor(_) => 1,
                    _ => ((distance(from, *point) / self.fineness.step).ceil() as usize).clamp(1, 4_000),
                };
                for k in 1..=steps {
                    let share = k as f64 / steps as f64;
                    let pixel = if k == steps {
                        *point
                    } else {
                        [0, 1].map(|axis: usize| from[axis] + share * (point[axis] - from[axis]))
                    };
                    pieces.add(self.seen(pixel));
                }
            } else {
                pieces.add(self.seen(*point));
            }
            before = Some(*point);
        }
        pieces.finish()
    }

    fn pieces(&self) -> Pieces {
        Pieces { done: Vec::new(), piece: Vec::new(), skipped: None, merged: self.fineness.merged }
    }

    /// The parts of a line of space that are seen.
    pub fn space_line(&self, points: impl Iterator<Item = Option<[f64; 3]>>, nearer: f64) -> Vec<Vec<[f64; 2]>> {
        let mut pieces = self.pieces();
        for point in points {
            let spot = point.map(|point| self.projection.spot(point));
            let spot = spot.map(|spot| Spot { nearness: spot.nearness + nearer, ..spot });
            pieces.add(spot.filter(|spot| self.is_seen(spot)).map(|spot| spot.at));
        }
        pieces.finish()
    }

    /// Adds marks of the map, lifted.
    pub fn add_all(&self, marks: &[Primitive], lifted: &mut Vec<Primitive>) {
        marks.iter().for_each(|mark| self.add(mark, lifted));
    }

    fn add(&self, mark: &Primitive, lifted: &mut Vec<Primitive>) {
        match mark {
            // Images become the colours of the surface, and cards are drawn over everything.
            Primitive::Image { .. } | Primitive::Box { .. } => {}
            Primitive::Polyline { points, stroke } => self.add_line(points, *stroke, lifted),
            Primitive::Circle { centre, radius, fill, stroke } => {
                let seen = self.seen_mark(*centre);
                lifted.extend(seen.map(|centre| Primitive::Circle {
                    centre,
                    radius: *radius,
                    fill: *fill,
                    stroke: *stroke,
                }));
            }
            Primitive::Text { at, .. } => self.add_anchored(*at, Lies::Upright, std::slice::from_ref(mark), lifted),
            Primitive::Polygon { points, fill, stroke } => {
                let [low, high] = ends(points);
                let middle = [0, 1].map(|axis: usize| 0.5 * (low[axis] + high[axis]));
                if distance(low, high) <= MARK {
                    self.add_anchored(middle, Lies::Flat, std::slice::from_ref(mark), lifted);
                } else if let Some(points) =
                    points.iter().map(|point| Some(self.projection.spot(self.space(*point)?).at)).collect()
                {
                    lifted.push(Primitive::Polygon { points, fill: *fill, stroke: *stroke });
                }
            }
            Primitive::Anchored { at, lies, contents } => self.add_anchored(*at, *lies, contents, lifted),
            Primitive::Clipped { contents, .. } => self.add_all(contents, lifted),
        }
    }

    fn add_line(&self, points: &[[f64; 2]], stroke: Stroke, lifted: &mut Vec<Primitive>) {
        lifted.extend(self.line(points).into_iter().map(|points| Primitive::Polyline { points, stroke }));
    }

    fn add_anchored(&self, at: [f64; 2], lies: Lies, contents: &[Primitive], lifted: &mut Vec<Primitive>) {
        let Some(seen) = self.seen_mark(at) else { return };
        let axes = match lies {
            Lies::Upright => Some([[1.0, 0.0], [0.0, 1.0]]),
            Lies::Flat => self.tangents(at),
        };
        let Some([right, down]) = axes else { return };
        let moved = |point: [f64; 2]| {
            let [x, y] = [point[0] - at[0], point[1] - at[1]];
            [0, 1].map(|axis: usize| seen[axis] + x * right[axis] + y * down[axis])
        };
        lifted.extend(contents.iter().filter_map(|mark| moved_mark(mark, &moved)));
    }

    /// The images of one pixel to the right and one pixel down on the map in the tangent plane at a point.
    fn tangents(&self, at: [f64; 2]) -> Option<[[f64; 2]; 2]> {
        let point = self.space(at)?;
        let [mut right, mut up] = match self.level {
            Level::Surface => self.relief.slope(at),
            _ => [0.0; 2],
        };
        let steepness = libm::hypot(right, up);
        if steepness > STEEPEST {
            (right, up) = (right * STEEPEST / steepness, up * STEEPEST / steepness);
        }
        let here = self.projection.spot(point).at;
        let step = |by: [f64; 3]| {
            let there = self.projection.spot([0, 1, 2].map(|axis: usize| point[axis] + by[axis])).at;
            // Marks keep their size when the surface is seen larger, as lines and discs do.
            [0, 1].map(|axis: usize| (there[axis] - here[axis]) / self.projection.zoom.max(1.0))
        };
        Some([step([1.0, 0.0, right]), step([0.0, -1.0, -up])])
    }
}

/// The point of space at a height over a pixel of the map.
pub fn at_height(relief: &Relief, pixel: [f64; 2], height: f64) -> [f64; 3] {
    let plot = relief.plot;
    [pixel[0] - 0.5 * (plot.min[0] + plot.max[0]), 0.5 * (plot.min[1] + plot.max[1]) - pixel[1], height]
}

/// A mark with each of its points moved; its strokes and letters keep their size.
fn moved_mark(mark: &Primitive, moved: &impl Fn([f64; 2]) -> [f64; 2]) -> Option<Primitive> {
    let mut mark = mark.clone();
    match &mut mark {
        Primitive::Image { .. } | Primitive::Box { .. } => return None,
        Primitive::Polyline { points, .. } | Primitive::Polygon { points, .. } => {
            points.iter_mut().for_each(|point| *point = moved(*point));
        }
        Primitive::Circle { centre, .. } => *centre = moved(*centre),
        Primitive::Text { at, .. } => *at = moved(*at),
        Primitive::Clipped { contents, .. } | Primitive::Anchored { contents, .. } => {
            *contents = contents.iter().filter_map(|inner| moved_mark(inner, moved)).collect();
        }
    }
    // A clip rectangle of the map does not apply on the surface.
    match mark {
        Primitive::Clipped { contents, .. } => {
            Some(Primitive::Anchored { at: [0.0; 2], lies: Lies::Upright, contents })
        }
        mark => Some(mark),
    }
}

fn ends(points: &[[f64; 2]]) -> [[f64; 2]; 2] {
    let along = |axis: usize| points.iter().map(move |point| point[axis]);
    [
        [0, 1].map(|axis| along(axis).fold(f64::INFINITY, f64::min)),
        [0, 1].map(|axis| along(axis).fold(f64::NEG_INFINITY, f64::max)),
    ]
}

/// The parts of a line between gaps.
struct Pieces {
    done: Vec<Vec<[f64; 2]>>,
    piece: Vec<[f64; 2]>,
    /// The last point, if it was too near to the one before to be kept.
    skipped: Option<[f64; 2]>,
    /// Vertices nearer than this are merged.
    merged: f64,
}

impl Pieces {
    fn add(&mut self, point: Option<[f64; 2]>) {
        match (point, self.piece.last()) {
            (None, _) => self.end(),
            (Some(point), Some(last)) if distance(*last, point) < self.merged => self.skipped = Some(point),
            (Some(point), _) => {
                self.piece.push(point);
                self.skipped = None;
            }
        }
    }

    fn end(&mut self) {
        self.piece.extend(self.skipped.take());
        let piece = std::mem::take(&mut self.piece);
        if piece.len() > 1 {
            self.done.push(piece);
        }
    }

    fn finish(mut self) -> Vec<Vec<[f64; 2]>> {
        self.end();
        self.done
    }
}
