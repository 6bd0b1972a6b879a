//! Polylines without points that make no visible difference.
//!
//! A contour has a point for each edge of the grid that it crosses, and more where it bends. Its triangles are copied in each
//! frame, so that a frame with many contours takes as long as they have points.

use eframe::egui::{Pos2, Vec2};

/// The directions from a point in which a line may go on, from the right to the left.
#[derive(Clone, Copy)]
struct Cone {
    right: Vec2,
    left: Vec2,
}

impl Cone {
    /// Those that pass a point at the end of `way`, of this length, at no more than `tolerance`.
    fn past(way: Vec2, length: f32, tolerance: f32) -> Cone {
        let sine = tolerance / length;
        let along = way * ((1.0 - sine * sine).sqrt() / length);
        let across = Vec2::new(-way.y, way.x) * (sine / length);
        Cone { right: along - across, left: along + across }
    }

    fn has(&self, way: Vec2) -> bool {
        turn(self.right, way) >= 0.0 && turn(way, self.left) >= 0.0
    }

    /// What two cones share, where the middle of the other is in this one.
    fn narrowed(self, other: Cone) -> Cone {
        let right = if turn(self.right, other.right) > 0.0 { other.right } else { self.right };
        let left = if turn(other.left, self.left) > 0.0 { other.left } else { self.left };
        Cone { right, left }
    }
}

/// Positive when the second is to the left of the first, with y upwards.
fn turn(a: Vec2, b: Vec2) -> f32 {
    a.x * b.y - a.y * b.x
}

/// Leaves out points such that none of them is farther than `tolerance` from the line that is left; its ends stay.
///
/// From each point that stays, points are left out as long as there is a direction that passes all of them
/// (Z. Zhao & A. Saalfeld, Linear-time sleeve-fitting polyline simplification algorithms, 1997), and each is
/// farther away than the one before.
pub fn simplify(points: &mut Vec<Pos2>, tolerance: f32) {
    let Some(&first) = points.first() else { return };
    // Those before `kept` stay, and the last of them is where the line goes on from.
    let (mut kept, mut from) = (1, first);
    let (mut cone, mut farthest): (Option<Cone>, f32) = (None, 0.0);
    for index in 1..points.len() {
        let mut way = points[index] - from;
        let mut length = way.length();
        if length < farthest || cone.is_some_and(|cone| !cone.has(way)) {
            from = points[index - 1];
            points[kept] = from;
            kept += 1;
            (way, cone) = (points[index] - from, None);
            length = way.length();
        }
        farthest = length;
        if length > tolerance {
            let past = Cone::past(way, length, tolerance);
            cone = Some(cone.map_or(past, |cone| cone.narrowed(past)));
        }
    }
    if points.len() > 1 {
        points[kept] = points[points.len() - 1];
        points.truncate(kept + 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use eframe::egui::pos2;
    use proptest::prelude::*;

    fn distance(point: Pos2, [a, b]: [Pos2; 2]) -> f32 {
        let (way, to) = (b - a, point - a);
        let share = if way.length_sq() > 0.0 { (to.dot(way) / way.length_sq()).clamp(0.0, 1.0) } else { 0.0 };
        (to - share * way).length()
    }

    /// That each point is near to the part of the thinned line that stands for it.
    fn check(points: &[Pos2], tolerance: f32) -> Vec<Pos2> {
        let mut thinned = points.to_vec();
        simplify(&mut thinned, tolerance);
        assert_eq!([thinned.first(), thinned.last()], [points.first(), points.last()]);
        let mut part = 0;
        for &point in points {
            // Forwards only: parts are in the order of the points.
            let ahead = thinned[part..]
                .windows(2)
                .position(|ends| distance(point, [ends[0], ends[1]]) <= 1.01 * tolerance + 1e-3);
            part += ahead.unwrap_or_else(|| panic!("{point:?} is away from {thinned:?}"));
        }
        thinned
    }

    proptest! {
        #[test]
        fn no_point_is_far_from_what_is_left(
            turns in prop::collection::vec((-0.6..0.6f32, 0.0..3.0f32), 2..200),
            tolerance in prop_oneof![Just(0.05f32), 0.01..5.0f32],
        ) {
            let mut points = vec![pos2(300.0, 200.0)];
            let mut angle = 0.0f32;
            for (turn, length) in turns {
                angle += turn;
                let last = points[points.len() - 1];
                points.push(last + length * Vec2::angled(angle));
            }
            check(&points, tolerance);
        }

        #[test]
        fn nor_when_they_jump(points in prop::collection::vec((0.0..50.0f32, 0.0..50.0f32), 2..60)) {
            let points: Vec<Pos2> = points.into_iter().map(|(x, y)| pos2(x, y)).collect();
            check(&points, 0.5);
        }
    }

    #[test]
    fn what_is_straight_needs_two_points_and_what_turns_back_stays() {
        let line: Vec<Pos2> = (0..100).map(|k| pos2(3.0 * k as f32, 100.0 - k as f32)).collect();
        assert_eq!(check(&line, 0.05), [line[0], line[99]]);
        let back = [pos2(0.0, 0.0), pos2(9.0, 0.0), pos2(5.0, 0.0)];
        assert_eq!(check(&back, 0.05), back);
        for few in [vec![], vec![pos2(1.0, 2.0)], vec![pos2(1.0, 2.0); 2]] {
            let mut thinned = few.clone();
            simplify(&mut thinned, 0.05);
            assert_eq!(thinned, few);
        }
    }

    /// A chord c of a circle of radius r is off by c²/8r in the middle.
    #[test]
    fn a_circle_has_as_many_points_as_its_chords_need() {
        let (radius, tolerance) = (30.0, 0.05f32);
        let points: Vec<Pos2> = (0..=1000)
            .map(|k| pos2(200.0, 200.0) + radius * Vec2::angled(k as f32 * 0.001 * std::f32::consts::TAU))
            .collect();
        let needed = std::f32::consts::TAU * radius / (8.0 * radius * tolerance).sqrt();
        let count = check(&points, tolerance).len() as f32;
        assert!((0.7 * needed..1.6 * needed).contains(&count), "{count} points where {needed} are needed");
    }
}
