//! Marks of the map, lifted onto the surface or laid on the floor below it, without hidden parts.
//!
//! A line follows the surface. A mark about a point is upright at the point or lies in the tangent plane ([`Lies`]),
//! and is visible if its point is. Layers do not depend on any of this.

use super::super::{Lies, Primitive, Stroke};
use super::mesh::Mesh;
use super::pick;
use super::projection::{Projection, Spot};
use super::relief::Relief;
use crate::scene::clip::distance;

/// How finely lines are followed.
#[derive(Debug)]
pub struct Fineness {
    /// Lines are followed in steps of so many pixels: of the map, or, if they were followed before, of the screen.
    step: f64,
    /// Vertices nearer than this on the screen are merged.
    merged: f64,
    /// How far behind the surface a line on it may be, in pixels, because the depth of the surface is known only at pixels.
    margin: f64,
    /// How far points that are left out of lines that are followed once may be from them, in pixels of the map.
    pub tolerance: f64,
    /// Whether it is for one frame while the camera moves.
    pub is_moving: bool,
}

/// For a picture that stays.
pub const STILL: Fineness = Fineness { step: 3.0, merged: 0.5, margin: 1.5, tolerance: 0.2, is_moving: false };
/// For one frame while the camera moves.
pub const MOVING: Fineness = Fineness { step: 6.0, merged: 1.0, margin: 4.0, tolerance: 0.5, is_moving: true };

/// What was a mark of the map.
#[derive(Clone, Debug)]
pub enum Followed {
    /// Lines.
    Lines {
        /// The parts of the lines that are on the surface, with their vertices.
        tracks: Vec<Vec<[f64; 3]>>,
        /// How they are drawn: all with the first, and over them all with the next.
        strokes: Vec<Stroke>,
    },
    /// Any other mark.
    Mark(Primitive),
}

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
    pub fn seen_mark(&self, pixel: [f64; 2]) -> Option<[f64; 2]> {
        let point = self.space(pixel)?;
        let is_hidden = self.mesh.is_some() && pick::is_hidden(self.relief, self.projection, point);
        (!is_hidden).then(|| self.projection.spot(point).at)
    }

    #[inline]
    fn is_seen(&self, spot: &Spot) -> bool {
        let Some(mesh) = self.mesh else { return true };
        match self.level {
            Level::Floor(_) | Level::Holes(_) => !mesh.covers(spot.at),
            _ => mesh.shows_line(spot.at, spot.nearness, self.fineness.margin),
        }
    }

    /// The parts of a line that are seen.
    pub fn line(&self, points: &[[f64; 2]]) -> Vec<Vec<[f64; 2]>> {
        let mut pieces = self.pieces();
        self.follow(points, 0.0, |pixel| pieces.add(self.seen(pixel)));
        pieces.finish()
    }

    /// Goes along a line of the map in steps, without the points that are nearer than `near` to the one before.
    pub fn follow(&self, points: &[[f64; 2]], near: f64, mut visit: impl FnMut([f64; 2])) {
        let mut before: Option<[f64; 2]> = None;
        for (index, point) in points.iter().enumerate() {
            if let Some(from) = before {
                let length = distance(from, *point);
                if index + 1 < points.len() && length < near {
                    continue;
                }
                let steps = match self.level {
                    Level::Floor(_) => 1,
                    _ => ((length / self.fineness.step).ceil() as usize).clamp(1, 4_000),
                };
                for k in 1..steps {
                    let share = k as f64 / steps as f64;
                    visit([0, 1].map(|axis: usize| from[axis] + share * (point[axis] - from[axis])));
                }
            }
            visit(*point);
            before = Some(*point);
        }
    }

    /// The parts of a line of space that are seen. Between its vertices it is straight on the screen, too.
    fn seen_track(&self, track: &[[f64; 3]]) -> Vec<Vec<[f64; 2]>> {
        let mut pieces = self.pieces();
        let mut before: Option<(Spot, bool)> = None;
        for point in track {
            let spot = self.projection.spot(*point);
            let is_seen = self.is_seen(&spot);
            if let Some((from, mut was_seen)) = before {
                let length = squared(from.at, spot.at).sqrt();
                let steps = ((length / self.fineness.step).ceil() as usize).clamp(1, 4_000);
                let mut last = from;
                for k in 1..steps {
                    let between = from.towards(&spot, k as f64 / steps as f64);
                    match (was_seen, self.is_seen(&between)) {
                        (true, false) => {
                            pieces.add(Some(last.at));
                            pieces.add(None);
                            was_seen = false;
                        }
                        (false, true) => {
                            pieces.add(Some(between.at));
                            was_seen = true;
                        }
                        _ => {}
                    }
                    last = between;
                }
                if was_seen && !is_seen {
                    pieces.add(Some(last.at));
                }
            }
            pieces.add(is_seen.then_some(spot.at));
            before = Some((spot, is_seen));
        }
        pieces.finish()
    }

    /// Adds marks whose lines were followed before.
    pub fn add_followed(&self, marks: &[Followed], lifted: &mut Vec<Primitive>) {
        self.add_strokes(marks, usize::MAX, lifted);
    }

    /// The same, but while the camera moves lines that lie over themselves have the uppermost stroke alone.
    pub fn add_upper(&self, marks: &[Followed], lifted: &mut Vec<Primitive>) {
        self.add_strokes(marks, if self.fineness.is_moving { 1 } else { usize::MAX }, lifted);
    }

    fn add_strokes(&self, marks: &[Followed], most: usize, lifted: &mut Vec<Primitive>) {
        for mark in marks {
            match mark {
                Followed::Lines { tracks, strokes } => {
                    let mut pieces: Vec<Vec<[f64; 2]>> = Vec::with_capacity(tracks.len());
                    tracks.iter().for_each(|track| pieces.extend(self.seen_track(track)));
                    let Some((last, under)) = strokes[strokes.len().saturating_sub(most)..].split_last() else {
                        continue;
                    };
                    for stroke in under {
                        let copies = pieces.iter().cloned();
                        lifted.extend(copies.map(|points| Primitive::Polyline { points, stroke: *stroke }));
                    }
                    lifted.extend(pieces.into_iter().map(|points| Primitive::Polyline { points, stroke: *last }));
                }
                Followed::Mark(mark) => self.add(mark, lifted),
            }
        }
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

/// The squared distance of two points.
#[inline]
fn squared(a: [f64; 2], b: [f64; 2]) -> f64 {
    let [x, y] = [a[0] - b[0], a[1] - b[1]];
    x * x + y * y
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
            (Some(point), Some(last)) if squared(*last, point) < self.merged * self.merged => {
                self.skipped = Some(point)
            }
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
