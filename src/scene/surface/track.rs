//! Lines of the map in space, followed once for all cameras.
//!
//! To follow a line over the surface takes longer than to see where its points are on the screen, and most of its points can be left
//! out: the surface is smooth, and so are contour lines.

use super::super::{Primitive, Stroke};
use super::lift::{Followed, Lift};

/// Points of a line on the map that are nearer than this to the point before are not asked for their height.
const NEAR: f64 = 1.0;

/// Marks with their lines followed over the surface. Points are left out that are no farther than `tolerance` from the line, in
/// pixels of the map, across and in height.
pub fn followed(lift: &Lift<'_>, marks: &[Primitive], tolerance: f64) -> Vec<Followed> {
    let mut follower =
        Follower { lift, tolerance, stroke: None, lines: Vec::new(), last: Vec::new(), followed: Vec::new() };
    follower.add(marks);
    follower.end();
    follower.followed
}

/// Gathers lines of one stroke. Lines that are drawn again over themselves are followed once.
struct Follower<'a> {
    lift: &'a Lift<'a>,
    tolerance: f64,
    stroke: Option<Stroke>,
    lines: Vec<&'a [[f64; 2]]>,
    /// The lines that were followed last.
    last: Vec<&'a [[f64; 2]]>,
    followed: Vec<Followed>,
}

impl<'a> Follower<'a> {
    fn add(&mut self, marks: &'a [Primitive]) {
        for mark in marks {
            match mark {
                Primitive::Polyline { points, stroke } => {
                    if self.stroke != Some(*stroke) {
                        self.end();
                    }
                    self.stroke = Some(*stroke);
                    self.lines.push(points);
                }
                Primitive::Clipped { contents, .. } => self.add(contents),
                mark => {
                    self.end();
                    self.followed.push(Followed::Mark(mark.clone()));
                }
            }
        }
    }

    fn end(&mut self) {
        let Some(stroke) = self.stroke.take() else { return };
        let lines = std::mem::take(&mut self.lines);
        match self.followed.last_mut() {
            Some(Followed::Lines { strokes, .. }) if self.last == lines => strokes.push(stroke),
            _ => {
                let tracks = lines.iter().flat_map(|line| self.tracks(line)).collect();
                self.followed.push(Followed::Lines { tracks, strokes: vec![stroke] });
                self.last = lines;
            }
        }
    }

    /// The parts of a line of the map that are on the surface.
    fn tracks(&self, line: &[[f64; 2]]) -> Vec<Vec<[f64; 3]>> {
        let mut tracks = Vec::new();
        let mut track = Track::new(self.tolerance);
        self.lift.follow(line, NEAR, |pixel| match self.lift.space(pixel) {
            Some(point) => track.add(point),
            None => tracks.extend(std::mem::replace(&mut track, Track::new(self.tolerance)).finish()),
        });
        tracks.extend(track.finish());
        tracks
    }
}

/// A line of space that is made shorter by the points that it does not need.
///
/// From each point that stays, points are left out as long as there is a direction that passes all of them
/// (Z. Zhao & A. Saalfeld, Linear-time sleeve-fitting polyline simplification algorithms, 1997), and each is farther
/// away than the one before. The directions are those on the map, and the slope.
struct Track {
    tolerance: f64,
    kept: Vec<[f64; 3]>,
    last: Option<[f64; 3]>,
    sleeve: Option<Sleeve>,
    farthest: f64,
}

/// The directions from a point in which a line may go on: between two on the map, and between two slopes.
#[derive(Clone, Copy)]
struct Sleeve {
    right: [f64; 2],
    left: [f64; 2],
    slopes: [f64; 2],
}

fn cross(a: [f64; 2], b: [f64; 2]) -> f64 {
    a[0] * b[1] - a[1] * b[0]
}

impl Sleeve {
    /// The directions that pass a point at the end of a way, of this length on the map, at no more than `tolerance`.
    fn past([x, y, z]: [f64; 3], length: f64, tolerance: f64) -> Sleeve {
        let sine = tolerance / length;
        let cosine = (1.0 - sine * sine).sqrt() / length;
        let across = sine / length;
        Sleeve {
            right: [cosine * x + across * y, cosine * y - across * x],
            left: [cosine * x - across * y, cosine * y + across * x],
            slopes: [(z - tolerance) / length, (z + tolerance) / length],
        }
    }

    fn has(&self, [x, y, z]: [f64; 3], length: f64) -> bool {
        let slope = z / length;
        cross(self.right, [x, y]) >= 0.0
            && cross([x, y], self.left) >= 0.0
            && self.slopes[0] <= slope
            && slope <= self.slopes[1]
    }

    /// What two sleeves share, where the middle of the other is in this one.
    fn narrowed(self, other: Sleeve) -> Sleeve {
        Sleeve {
            right: if cross(self.right, other.right) > 0.0 { other.right } else { self.right },
            left: if cross(other.left, self.left) > 0.0 { other.left } else { self.left },
            slopes: [self.slopes[0].max(other.slopes[0]), self.slopes[1].min(other.slopes[1])],
        }
    }
}

impl Track {
    fn new(tolerance: f64) -> Track {
        Track { tolerance, kept: Vec::new(), last: None, sleeve: None, farthest: 0.0 }
    }

    fn add(&mut self, point: [f64; 3]) {
        let Some(last) = self.last.replace(point) else {
            self.kept.push(point);
            return;
        };
        let from = self.kept[self.kept.len() - 1];
        let (mut way, mut length) = way(from, point);
        let goes_on = length >= self.farthest && self.sleeve.is_none_or(|sleeve| sleeve.has(way, length));
        if !goes_on {
            self.kept.push(last);
            self.sleeve = None;
            (way, length) = self::way(last, point);
        }
        self.farthest = length;
        if length > self.tolerance {
            let past = Sleeve::past(way, length, self.tolerance);
            self.sleeve = Some(self.sleeve.map_or(past, |sleeve| sleeve.narrowed(past)));
        } else if way[2].abs() > self.tolerance {
            // A step that goes up without going on stays.
            self.kept.push(point);
            (self.sleeve, self.farthest) = (None, 0.0);
        }
    }

    /// The vertices; `None` without a line.
    fn finish(mut self) -> Option<Vec<[f64; 3]>> {
        let last = self.last?;
        if self.kept.last() != Some(&last) {
            self.kept.push(last);
        }
        (self.kept.len() > 1).then_some(self.kept)
    }
}

fn way(from: [f64; 3], to: [f64; 3]) -> ([f64; 3], f64) {
    let way = [0, 1, 2].map(|axis: usize| to[axis] - from[axis]);
    (way, libm::hypot(way[0], way[1]))
}
